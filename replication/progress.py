"""Bars with the remaining time for what takes longer than two seconds; silent where there is no terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, TypeVar

from tqdm import tqdm

Thing = TypeVar("Thing")
VARIABLE = "PROGRESS_TERMINAL"
_SECONDS = 2.0


def remember_terminal() -> None:
    """Note the terminal behind standard error for steps that run elsewhere, their output put aside."""
    if sys.stderr.isatty() and hasattr(os, "ttyname"):
        os.environ[VARIABLE] = os.ttyname(sys.stderr.fileno())


def shown(items: Iterable[Thing], title: str, total: int | None = None) -> Iterator[Thing]:
    """Go through `items` under a bar; `total` is needed where they have no length."""
    with _terminal() as stream:
        silent = stream is None
        yield from tqdm(
            items, title, total, leave=False, file=stream, delay=_SECONDS, disable=silent
        )


@contextmanager
def _terminal() -> Iterator[TextIO | None]:
    name = os.environ.get(VARIABLE, "")
    if sys.stderr.isatty():
        yield sys.stderr
    elif name and os.access(name, os.W_OK):
        with Path(name).open("w", encoding="utf-8") as stream:
            yield stream
    else:
        yield None
