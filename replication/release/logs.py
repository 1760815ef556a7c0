"""One log a script: what each of its steps read and wrote, by checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from replication.files import write_text
from replication.workflow import shown


@dataclass(frozen=True)
class Step:
    """One step of a script: its name, the checksum of its code, the files it read and wrote."""

    name: str
    code: str
    reads: Sequence[Path]
    writes: Sequence[Path]


def write_logs(folder: Path, steps: Mapping[str, Sequence[Step]]) -> None:
    """Write ``<script>.log`` for each script; logs of scripts that are gone are removed.

    No clock time stands in a log, so that two runs of the same inputs leave the same bytes.
    """
    for script, members in steps.items():
        lines = [f"log of scripts/{script}.py"]
        for step in members:
            lines += [
                "",
                f"step {step.name}",
                f"  code  {step.code}",
                *(f"  read  {_digest(f)}  {shown(f)}" for f in step.reads),
                *(
                    f"  wrote {_digest(f)}  {shown(f)}  {f.stat().st_size} bytes"
                    for f in step.writes
                ),
            ]
        write_text(folder / f"{script}.log", "\n".join([*lines, ""]))
    for old in folder.glob("*.log"):
        if old.stem not in steps:
            old.unlink()


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
