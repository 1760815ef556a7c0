"""The archive for a repository: the same bytes for the same tree, and checked as a stranger would."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from replication import __version__
from replication.environment import LOCKS
from replication.exhibits.text import counted
from replication.files import replacing, write_text
from replication.release.checklist import Deposit, verdicts
from replication.release.formats.writing import write_formats
from replication.release.manifest import files_in
from replication.release.metadata.writing import MAKERS
from replication.release.readiness import NAME, Checked, readiness_report
from replication.release.readme_pdf import readme_pdf
from replication.release.reference import unreleased
from replication.release.unpacked import FORMATS, LIST

# What a stranger needs; nothing else in the folder goes out.
_PLACES = (
    "ARCHITECTURE.md", "CHANGELOG.md", "CITATION.cff", "CODING.md", "CONTRIBUTING.md", "LICENSE.txt", "Makefile",
    "README.md", "data", "environment.yml",
    "output", "pyproject.toml", "replication", "requirements.txt", "scripts", "tests",
    *(lock.name for lock in LOCKS.values()),
    *(name for name in MAKERS if not name.startswith(".")),
)  # fmt: skip
_TIME = (2000, 1, 1, 0, 0, 0)
_RIGHTS = 0o644 << 16
_UNIX = 3


def build_and_check(root: Path, folder: Path) -> int:
    """Write the archive into `folder`, verify it unpacked elsewhere, print the journal's checklist, write a report.

    Nothing is built of inputs and outputs that are not the released ones. The scratch folder has a
    space in its path. The exit status is 1 where a row that is ours to meet is not met.
    """
    if faults := unreleased(root):
        print(
            f"Not what was released, so no archive is made of it ({counted(len(faults), 'file')}):"
        )
        print("\n".join(f"  {fault}" for fault in faults))
        print(
            "Take the released files again; or run `make all`, then `make reference`, to release these."
        )
        return 1
    archive = folder / f"endorsement-{__version__}.zip"
    write_archive(root, archive)
    print(
        f"{archive.name}: {archive.stat().st_size / 1e6:.1f} MB. Verifying it unpacked elsewhere.",
        flush=True,
    )
    with tempfile.TemporaryDirectory(prefix="deposit ") as scratch:
        home = Path(scratch) / "unpacked"
        with zipfile.ZipFile(archive) as content:
            content.extractall(home)
        started = datetime.now(tz=UTC)
        verified, told = _verified(home)
        print(told)
        deposit = Deposit(home, verified)
        rows = verdicts(deposit)
        checked = Checked(deposit, archive, rows, told, started, datetime.now(tz=UTC))
        write_text(folder / NAME, readiness_report(checked))
    for row in rows:
        print(
            f"{row.number:2}  {row.verdict:8}  {row.requirement}{f' ({row.reason})' if row.reason else ''}"
        )
    failed = [row for row in rows if row.verdict == "NOT MET"]
    print(f"{len(rows) - len(failed)} of {len(rows)} rows are met or not ours to meet.")
    print(
        f"Beside the archive: {NAME}, and {write_wrapped(archive).name}, which Dataverse keeps as it is."
    )
    return 1 if failed else 0


def write_archive(root: Path, archive: Path) -> None:
    """Zip what belongs to the package, sorted by name, with one time and mode for every file.

    README.pdf is set from README.md, the folder `FORMATS` has what `make formats` makes, and `LIST` the SHA-256 of
    every other file, as `sha256sum --check` reads it.
    """
    files = {name: path.read_bytes() for name, path in _files(root)}
    files["README.pdf"] = readme_pdf(files["README.md"].decode("utf-8"))
    with tempfile.TemporaryDirectory(prefix="formats ") as scratch:
        made = write_formats(Path(scratch), root)
        # References that are among the analysis data already are not packed twice.
        other = (path for path in made if f"data/derived/{path.name}" not in files)
        files |= {f"{FORMATS}/{path.name}": path.read_bytes() for path in other}
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}" for name in sorted(files))
    files[LIST] = "\n".join([*lines, ""]).encode("utf-8")
    _zip(archive, files)


def write_wrapped(archive: Path) -> Path:
    """Zip the archive once more, for Dataverse: it unpacks a zip when it takes it in, and converts the tables in it."""
    wrapped = archive.with_name(f"{archive.stem}-for-dataverse.zip")
    _zip(wrapped, {archive.name: archive.read_bytes()})
    return wrapped


def _zip(archive: Path, files: Mapping[str, bytes]) -> None:
    with replacing(archive) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as content:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.external_attr, entry.create_system = _RIGHTS, _UNIX
            content.writestr(entry, files[name], zipfile.ZIP_DEFLATED)


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for name, path in files_in(root, _PLACES):
        if not any(part.startswith(".") for part in path.relative_to(root).parts):
            yield name, path


def _verified(home: Path) -> tuple[bool, str]:
    """Run the package's own `verify` in the unpacked folder, with this interpreter and its packages."""
    environment = {**os.environ, "PYTHONPATH": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [sys.executable, "-m", "replication", "verify"],
        cwd=home, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    lines = (run.stdout + run.stderr).splitlines()
    return run.returncode == 0, "\n".join(
        line for line in lines if not line.startswith("identical ")
    )
