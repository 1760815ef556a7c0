"""An unpacked deposit, as the journals' checklist reads it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from replication.release.formats.writing import write_formats
from replication.release.scans import faults
from replication.tables import read_table

# Lists the SHA-256 of every other file of a deposit.
LIST = "MANIFEST-SHA256.txt"
# Holds what `make formats` makes.
FORMATS = "formats"


@dataclass(frozen=True)
class Deposit:
    """An unpacked deposit, and whether its own `verify` succeeded there."""

    root: Path
    verified: bool

    @cached_property
    def readme(self) -> str:
        """Text of README.md."""
        return self.text("README.md")

    @cached_property
    def scans(self) -> dict[str, list[str]]:
        """What each scan found."""
        return faults(self.root)

    @cached_property
    def manifest(self) -> dict[str, str]:
        """SHA-256 by name, as `LIST` has it."""
        pairs = (line.split("  ", 1) for line in self.text(LIST).splitlines())
        return {name: value for value, name in pairs}

    @cached_property
    def other_formats(self) -> list[str]:
        """Files of other formats that are not there, or are not what the data give when they are made anew."""
        with tempfile.TemporaryDirectory(prefix="formats ") as scratch:
            made = {
                path.name: path.read_bytes() for path in write_formats(Path(scratch), self.root)
            }
        folders = (self.root / "data" / "derived", self.root / FORMATS)
        kept = {f.name: f.read_bytes() for folder in folders for f in folder.iterdir()}
        return [name for name, content in made.items() if kept.get(name) != content]

    @cached_property
    def names(self) -> list[str]:
        """Every file, by its name from the root."""
        files = (path for path in self.root.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.root).as_posix() for path in files)

    @cached_property
    def citation(self) -> dict[str, Any]:
        """CITATION.cff."""
        return yaml.safe_load(self.text("CITATION.cff"))

    @cached_property
    def exhibits(self) -> list[dict[str, Any]]:
        """The map of exhibits."""
        return read_table(self.root / "output" / "exhibits.csv").to_dict("records")

    def text(self, name: str) -> str:
        """Text of a file by its name from the root."""
        return (self.root / name).read_text(encoding="utf-8")
