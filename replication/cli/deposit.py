"""`readme`, `wheels` and `deposit`: what a stranger reads first, installs from, and downloads."""

from __future__ import annotations

import subprocess
import sys

from replication import paths
from replication.environment import LOCKS
from replication.files import write_text
from replication.release.beside import FILLED
from replication.workflow import shown

_FILLED = tuple(paths.ROOT / name for name in FILLED)
_WHEELS = paths.ROOT / "wheels"


def run_readme() -> int:
    """Write the generated parts of README.md and ARCHITECTURE.md, and the metadata for archives."""
    from replication.release.metadata.writing import write_metadata  # noqa: PLC0415 - pandas
    from replication.release.readme import fill  # noqa: PLC0415

    if not (paths.OUTPUT / "exhibits.csv").is_file():
        print("output/exhibits.csv is missing: run `make all` first.")
        return 1
    written = write_metadata(paths.ROOT)
    for file in _FILLED:
        write_text(file, fill(file.read_text(encoding="utf-8"), paths.ROOT))
    print(f"Written: {', '.join([*map(shown, _FILLED), *written])}.")
    return 0


def run_formats() -> int:
    """Write the data for other tools into a folder that is no part of the package."""
    from replication.release.formats.writing import write_formats  # noqa: PLC0415 - pandas

    if not (paths.OUTPUT / "estimates.csv").is_file():
        print("output/estimates.csv is missing: run `make all` first.")
        return 1
    for path in write_formats(paths.BUILD / "formats", paths.ROOT):
        print(f"{shown(path)}: {path.stat().st_size / 1e6:.1f} MB")
    return 0


def run_wheels() -> int:
    """Fetch the wheels of every lock for this interpreter and system, to install from without a network."""
    command = [
        *(sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps"),
        *("--only-binary", ":all:", "--require-hashes", "--dest", str(_WHEELS)),
        *(part for lock in LOCKS.values() for part in ("-r", str(lock))),
    ]
    status = subprocess.call(command)  # noqa: S603 - nothing in it comes from outside
    if status == 0:
        print(
            f"{len(list(_WHEELS.glob('*.whl')))} wheels in {shown(_WHEELS)}; next: make all WHEELS=wheels"
        )
    return status


def run_deposit() -> int:
    """Build the archive, verify it unpacked elsewhere and print the journal's checklist."""
    from replication.release.deposit import build_and_check  # noqa: PLC0415 - typst, packaging

    return build_and_check(paths.ROOT, paths.BUILD / "deposit")
