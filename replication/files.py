"""Writing files so that a reader never meets half of one, and the same data give the same bytes."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# How the names of files begin that are being written.
DRAFT = ".writing-"


# Files that are written and wait to be moved into place, while `together` is open.
_waiting: ContextVar[list[tuple[Path, Path]] | None] = ContextVar("waiting", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Let all files that are written inside the block appear when it ends well, and none when it does not.

    Inside the block a file that was written cannot be read yet.
    """
    waiting: list[tuple[Path, Path]] = []
    before = _waiting.set(waiting)
    try:
        yield
        while waiting:
            draft, path = waiting[0]
            draft.replace(path)
            waiting.pop(0)
    finally:
        _waiting.reset(before)
        for draft, _ in waiting:
            draft.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; move it into place when the block ends well.

    An error or a kill inside the block leaves the old file as it was. The temporary name starts
    with a dot and ends in the same suffix, because some writers choose their format by it.

    Raises
    ------
    OSError
        When the folder cannot be made or written, as Python words it (the path is in it).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = None
    try:
        handle, name = tempfile.mkstemp(prefix=DRAFT, suffix=path.suffix, dir=path.parent)
        draft = Path(name)
        os.close(handle)
        yield draft
        draft.chmod(0o644)
        waiting = _waiting.get()
        if waiting is None:
            draft.replace(path)
        else:
            waiting.append((draft, path))
            draft = None
    except OSError as error:
        if draft is None or error.filename in (
            None,
            str(draft),
        ):  # readers know the file, not its draft
            error.filename = str(path)
        raise
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` whole or not at all."""
    with replacing(path) as draft:
        draft.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with plain newlines, whatever the system."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, content: object) -> None:
    """Write `content` as indented JSON that ends with a newline."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a table without its index, floats rounded (see `precision`), infinity marked (see `csv_cells`).

    Raises
    ------
    ValueError
        For a text that other programs would take for a missing value; the file stays as it was.
    """
    from replication.csv_cells import misread, with_marks  # noqa: PLC0415 - checking case files must not wait for pandas
    from replication.precision import rounded_frame  # noqa: PLC0415

    for place, column, value in misread(frame):
        raise ValueError(
            f"{path.name}, line {place + 2}, {column}: {value!r} is not allowed, because other programs read it as "
            "missing or as a number; allowed: other words, or nothing"
        )
    content = rounded_frame(with_marks(frame))
    write_text(path, content.to_csv(index=False, lineterminator="\n"))
