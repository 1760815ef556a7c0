"""What this machine has, what is missing for which verb, and which files of the package are not here."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from replication.release.reference import read_reference

_OLDEST = (3, 11)
_DISK = 2e9  # bytes: packages, what the run leaves for itself, and room to spare
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_R_PACKAGES = ("brglm2", "sandwich", "clubSandwich", "plm", "coin", "MASS", "haven")
# What archives make of tables on ingest; a download then has these instead, unless the original format is asked for.
_INGESTED = {".csv", ".dta", ".sav"}
REMEDY = (
    "The archive changed the format of tables when it took them in. Download the data set again with the choice "
    "'original format', or the file endorsement-*.zip alone, and unpack it."
)


@dataclass(frozen=True)
class Finding:
    """One thing looked for.

    Attributes
    ----------
    here : str
        What was found; empty where it is missing.
    needed : str
        The verbs that need it, and what happens without.
    required : bool
        Whether `make all` cannot do without.
    """

    what: str
    here: str
    needed: str
    required: bool = False

    @property
    def verdict(self) -> str:
        """Say in one word whether it is there."""
        if self.here:
            return "here"
        return "MISSING" if self.required else "missing"


def findings(root: Path) -> list[Finding]:
    """Look for everything that a verb of the project at `root` needs."""
    version = platform.python_version()
    enough = sys.version_info[:2] >= _OLDEST
    free = shutil.disk_usage(root).free
    room = f"{free / 1e9:.0f} GB free" if free > _DISK else ""
    rscript = shutil.which("Rscript")
    return [
        Finding("Python 3.11 or newer", version if enough else "", "every verb", required=True),
        Finding("packages of the lock", _packages(root), "every verb: rm -r .venv, then make all", required=True),
        Finding("2 GB of disk", room, "make all", required=True),
        Finding("make", _first("make", "gmake"), "convenience: python -m replication VERB does the same"),
        Finding("git", _first("git"), "nothing; git status shows changes"),
        Finding("a browser", _first(*_BROWSERS), "make test: tests of the report are skipped"),
        Finding("pdftotext, pdftoppm", _all("pdftotext", "pdftoppm"), "make test: tests of the paper are skipped"),
        Finding("LaTeX", _first("pdflatex"), "make test: tests of the .tex tables are skipped"),
        Finding("R with its packages", _r_packages(rscript), f"make crosscheck, peers; {', '.join(_R_PACKAGES)}"),
        Finding("PSPP", _first("pspp"), "make peers; make test: the .sav files are not read by a second program"),
        Finding("LibreOffice", _first("soffice"), "make test: the coding sheet is not saved by a second program"),
        Finding("gretl", _first("gretlcli"), "make peers; make test: the .dta files are not read by a second program"),
    ]  # fmt: skip


def converted(root: Path) -> dict[str, list[str]]:
    """Find tables that an archive gave in another format: what is here instead of each file that is missing."""
    instead: dict[str, list[str]] = {}
    for folder in ("data", "output"):
        for found in sorted((root / folder).rglob("*.tab")):
            for suffix in sorted(_INGESTED):
                # A second table of the same stem gets a number: cases-1.tab.
                stem = found.stem.rsplit("-", 1)[0] if found.stem[-1:].isdigit() else found.stem
                missing = found.with_name(f"{stem}{suffix}")
                if _was_released(missing, root) and not missing.is_file():
                    instead.setdefault(_name(missing, root), []).append(_name(found, root))
    return instead


def missing_files(root: Path) -> list[str]:
    """Name the files of the release that are not here; none where there is no reference to know them by."""
    released = read_reference(root)
    names = {**released.inputs, **released.products} if released else {}
    return [name for name in sorted(names) if not (root / name).is_file()]


def converted_told(root: Path) -> list[str]:
    """Say what an archive changed, and what to do; nothing where it changed nothing."""
    told = [
        f"{missing} is missing; {' or '.join(found)} is here instead."
        for missing, found in sorted(converted(root).items())
    ]
    return [*told, REMEDY] if told else []


def screen(root: Path, machine: dict[str, str]) -> str:
    """Tell everything on one screen."""
    found = findings(root)
    width = max(len(f.what) for f in found)
    lines = [f"{f.verdict:8} {f.what:{width}}  {f.here or f'needed for {f.needed}'}" for f in found]
    lines += ["fonts    come with the packages of the lock; none of the system is used", ""]
    lines += [f"{name:13} {value}" for name, value in machine.items()]
    absent = missing_files(root)
    told = converted_told(root)
    lines += ["", *(told or _absent_told(absent))]
    return "\n".join(lines)


def _absent_told(absent: Sequence[str]) -> list[str]:
    if not absent:
        return ["No file that data/release/reference.json lists is missing."]
    some = ", ".join(absent[:5]) + (" and others" if len(absent) > 5 else "")  # noqa: PLR2004
    return [
        f"{len(absent)} of the files released are not here: {some}.",
        "make all makes anew what is in data/derived and output; the rest comes with the package.",
    ]


def _packages(root: Path) -> str:
    from replication.release.installed import mismatches  # noqa: PLC0415 - needs a package of the lock

    lock = root / "requirements.lock"
    return "all, at their versions" if lock.is_file() and not list(mismatches(lock)) else ""


def _first(*programs: str) -> str:
    return next((path for name in programs if (path := shutil.which(name))), "")


def _all(*programs: str) -> str:
    return "both" if all(map(shutil.which, programs)) else ""


def _r_packages(rscript: str | None) -> str:
    if rscript is None:
        return ""
    asked = " && ".join(f"requireNamespace('{name}', quietly = TRUE)" for name in _R_PACKAGES)
    command = [rscript, "--no-init-file", "-e", f"quit(status = !({asked}))"]
    run = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - fixed words
    return rscript if run.returncode == 0 else ""


def _was_released(path: Path, root: Path) -> bool:
    """Tell whether a file of this name belongs to the package; with no reference every .csv may."""
    released = read_reference(root)
    if released is None:
        return path.suffix == ".csv"
    return _name(path, root) in {**released.inputs, **released.products}


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
