"""Write the data in every other format into one folder."""

from __future__ import annotations

from pathlib import Path

from replication.files import write_bytes
from replication.references.writing import FORMATS
from replication.release.formats.refi_qda import write_project
from replication.release.formats.sqlite_file import write_sqlite
from replication.tables import read_rows


def write_formats(folder: Path, root: Path) -> list[Path]:
    """Write every format of the data of the project at `root` into `folder`; give the files."""
    sources = read_rows(root / "data" / "derived" / "sources.csv")
    for name, make in FORMATS.items():
        write_bytes(folder / name, make(sources).encode("utf-8"))
    base, project = folder / "endorsement.sqlite", folder / "evidence.qdpx"
    write_sqlite(base, root)
    write_project(project, root)
    return [*(folder / name for name in FORMATS), base, project]
