"""What the scanners of journals look for in a deposit, done here first.

After the replication template of the Data Editor of the American Economic Association: files of no
bytes and copies, archives, paths of one machine or one system, and personal information in .dta: words in names and
labels, texts of more than three characters, numbers like coordinates.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_PROGRAMS = {".py", ".r", ".do", ".jl", ".sh", ".yaml", ".yml", ".toml", ".qmd", ".rmd", ".m"}
_ARCHIVES = {".zip", ".gz", ".tar", ".7z", ".rar", ".xz", ".bz2"}
_COMPILED = {".pyc", ".pyo", ".so", ".dll", ".dylib", ".exe", ".pkl", ".nbi", ".nbc", ".class"}
_LARGEST = 100_000_000
_WINDOWS = re.compile(r"[a-zA-Z0-9_.${}()-]+\\")
_ABSOLUTE = re.compile(r"""["'= ](?:/(?:home|Users|root|mnt|tmp|work)/|[A-Za-z]:[/\\])""")
# Words that the scan for personal information looks for in names and labels, and those it wants whole.
_PERSONAL = (
    "address", "bday", "beneficiary", "birth", "block", "cell", "census", "child", "city", "community",
    "compound", "coord", "country", "district", "daughter", "email", "father", "fax", "gender", "gps",
    "house", "husband", "landline", "latitude", "location", "longitude", "mother", "municipality", "name",
    "network", "panchayat", "parish", "phone", "precinct", "school", "sex", "social", "spouse", "street",
    "subcountry", "territory", "village", "wife", "zip",
)  # fmt: skip
# Texts of more than three characters may name a person; these do not, or name holders of public office.
_PUBLIC = {
    "actor": "a body of the government",
    "administration": "a president, by name",
    "case_id": "a place and a year",
    "crisis_family": "a region",
    "followon_mission": "a force",
    "iso3": "a state",
    "resolution": "a document",
    "resolution_vote": "counts of votes",
}
_LONG_TEXT = 3
_DEGREES, _DIGITS = 180, 4  # degrees with four digits after the point tell a place to ten metres
_PERSONAL_WORDS = {"url", "son", "dob", "loc"}


def faults(root: Path) -> dict[str, list[str]]:
    """Run every scan over the files of `root`; give what each found, under its name."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {
        name: [f"{path.relative_to(root).as_posix()}{told}" for path, told in scan(files)]
        for name, scan in _SCANS.items()
    }


def _copies(files: list[Path]) -> Iterator[tuple[Path, str]]:
    first: dict[bytes, Path] = {}
    for path in files:
        earlier = first.setdefault(hashlib.sha256(path.read_bytes()).digest(), path)
        if earlier is not path:
            yield path, f" is a copy of {earlier.name}"


def _kinds(suffixes: set[str]) -> Callable[[list[Path]], Iterator[tuple[Path, str]]]:
    def scan(files: list[Path]) -> Iterator[tuple[Path, str]]:
        yield from ((path, "") for path in files if path.suffix.lower() in suffixes)

    return scan


def _unwanted(files: list[Path]) -> Iterator[tuple[Path, str]]:
    for path in files:
        if {".git", ".venv", "__MACOSX", "__pycache__", ".DS_Store"} & set(path.parts):
            yield path, ""


def _lines(pattern: re.Pattern[str]) -> Callable[[list[Path]], Iterator[tuple[Path, str]]]:
    def scan(files: list[Path]) -> Iterator[tuple[Path, str]]:
        for path in files:
            if path.suffix.lower() in _PROGRAMS or path.name.lower() == "makefile":
                text = path.read_text(encoding="utf-8")
                for number, line in enumerate(text.splitlines(), start=1):
                    if pattern.search(line):
                        yield path, f":{number}"

    return scan


def _personal(files: list[Path]) -> Iterator[tuple[Path, str]]:
    import pyreadstat  # noqa: PLC0415 - only this scan needs it

    for path in files:
        if path.suffix == ".dta":
            _, meta = pyreadstat.read_dta(path, metadataonly=True)
            for name, label in zip(meta.column_names, meta.column_labels, strict=True):
                for word in personal_words(name, label or ""):
                    yield path, f": the variable {name} has the word {word}"


def _values(files: list[Path]) -> Iterator[tuple[Path, str]]:
    """Find free texts that are not known to be harmless, and numbers that could be coordinates, in .dta."""
    import pyreadstat  # noqa: PLC0415 - as above

    for path in files:
        if path.suffix == ".dta":
            frame, meta = pyreadstat.read_dta(path)
            vocabulary = _vocabulary(path)
            for name in frame:
                values = frame[name].dropna()
                if meta.readstat_variable_types[name] == "string":
                    known = name in _PUBLIC or name in vocabulary
                    longest = max(values.str.len(), default=0)
                    if longest > _LONG_TEXT and not known:
                        yield path, f": the text {name} has up to {longest} characters"
                elif not str(meta.original_variable_types[name]).startswith("%t") and _like_degrees(
                    values
                ):
                    yield path, f": the numbers {name} could be coordinates"


def _vocabulary(path: Path) -> set[str]:
    """Give columns whose texts are codes or dates of the codebook beside the data, and so no free texts."""
    from replication.codebook import read_codebook  # noqa: PLC0415

    codebook = path.parent.parent / "raw" / "codebook.yaml"
    if not codebook.is_file():
        return set()
    book = read_codebook(codebook)
    columns = (c for table in ("cases", "actors") for c in book.columns(table))
    return {c.name for c in columns if c.labels or c.type == "date"}


def _like_degrees(values: pd.Series) -> bool:
    numbers = values.astype(float)
    fine = (numbers - numbers.round(_DIGITS - 1)).abs() > 10.0 ** -(_DIGITS + 1)
    return bool(len(numbers)) and 1 < numbers.abs().max() <= _DEGREES and bool(fine.mean() > 0.5)  # noqa: PLR2004


def personal_words(name: str, label: str) -> list[str]:
    """Words of the list of personal information that are in a variable's name or label."""
    name, label = name.lower(), label.lower()
    found = [word for word in _PERSONAL if word in name or word in label]
    ends = (word for word in _PERSONAL_WORDS if name.startswith(word) or name.endswith(word))
    return sorted({*found, *ends, *(_PERSONAL_WORDS & set(label.split()))})


_SCANS: dict[str, Callable[[list[Path]], Iterator[tuple[Path, str]]]] = {
    "empty files": lambda files: ((path, "") for path in files if path.stat().st_size == 0),
    "copies": _copies,
    "archives": _kinds(_ARCHIVES),
    "compiled programs": _kinds(_COMPILED),
    "large files": lambda files: ((path, "") for path in files if path.stat().st_size > _LARGEST),
    "unwanted folders": _unwanted,
    "paths of Windows": _lines(_WINDOWS),
    "absolute paths": _lines(_ABSOLUTE),
    "personal information": _personal,
    "free texts and coordinates": _values,
}
