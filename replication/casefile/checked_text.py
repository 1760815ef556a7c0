"""Checking the text of a case file before it is written, by what checks the files."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

from replication.casefile.reading import check_cases
from replication.codebook import Codebook
from replication.yaml_reading import Fault, shown_path


def check_text(text: str, path: Path, codebook: Codebook) -> tuple[list[Fault], list[Fault]]:
    """Check a text as if it stood in the case file `path`.

    Returns
    -------
    faults, notices : lists of Fault
        Under the name of the file.
    """
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / path.name).write_bytes(text.encode("utf-8"))
        _, faults, notices = check_cases(Path(scratch), codebook, only=path.stem)
    file = shown_path(path)
    return (
        [dataclasses.replace(fault, file=file) for fault in faults],
        [dataclasses.replace(notice, file=file) for notice in notices],
    )
