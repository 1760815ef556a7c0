"""Where the spreadsheets for coders stand, and which of them are done with: those that were imported as they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from replication import paths
from replication.files import write_bytes
from replication.yaml_reading import shown_path

_IMPORTED = "imported"


def new_sheet(name: str, content: bytes, verb: str, sheet: str) -> int:
    """Write a sheet and say what comes next; one that may hold codes which no case file has is never overwritten."""
    path = paths.CODING_SHEETS / f"{name}.xlsx"
    kept = _same(path.read_bytes()) if path.exists() else None
    if path.exists() and kept is None:
        command = f"{verb} FILE={shown_path(path)}"
        print(
            f"{shown_path(path)} exists and may hold codes that were not imported as it stands now. "
            f"Import it ({command}) or move it away first."
        )
        return 1
    if kept is not None:
        print(f"The sheet before was imported; it is kept as {shown_path(kept)}.")
    write_bytes(path, content)
    print(f"Written: {shown_path(path)}. Fill in the yellow cells of the sheet {sheet}, then:")
    print(f"{verb} FILE={shown_path(path)}")
    return 0


def keep_imported(path: Path, content: bytes) -> None:
    """Keep a copy of a sheet of this folder that was imported; the sheet itself stays, to be filled in further."""
    own = path.resolve().is_relative_to(paths.CODING_SHEETS.resolve())
    if own and _same(content) is None:
        write_bytes(next(copy for copy in _copies(path.stem) if not copy.exists()), content)


def _same(content: bytes) -> Path | None:
    """Give the copy that has these bytes, if there is one."""
    copies = sorted((paths.CODING_SHEETS / _IMPORTED).glob("*.xlsx"))
    return next((copy for copy in copies if copy.read_bytes() == content), None)


def _copies(stem: str) -> Iterator[Path]:
    """Give names for copies, the first without a number."""
    number = 1
    while True:
        ending = "" if number == 1 else f"_{number}"
        yield paths.CODING_SHEETS / _IMPORTED / f"{stem}{ending}.xlsx"
        number += 1
