"""Checking the text of a case file before it is written, by what checks the files."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable
from pathlib import Path

from replication.casefile.model import Case
from replication.casefile.reading import check_cases
from replication.codebook import Codebook
from replication.yaml_reading import Fault, shown_path

Found = tuple[list[Fault], list[Fault]]


def check_text(
    text: str,
    path: Path,
    codebook: Codebook,
    further: Callable[[list[Case]], Found] | None = None,
) -> Found:
    """Check a text as if it stood in the case file `path`.

    Parameters
    ----------
    further : callable
        Finds faults and notices of the case, where it is sound by itself.

    Returns
    -------
    faults, notices : lists of Fault
        Under the name of the file.
    """
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / path.name).write_bytes(text.encode("utf-8"))
        cases, faults, notices = check_cases(Path(scratch), codebook, only=path.stem)
        if further is not None:
            more = further(cases)
            faults, notices = [*faults, *more[0]], sorted([*notices, *more[1]])
    file = shown_path(path)
    return (
        [dataclasses.replace(fault, file=file) for fault in faults],
        [dataclasses.replace(notice, file=file) for notice in notices],
    )
