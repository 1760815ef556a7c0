"""The generated parts of README.md: lists that would go stale if they were kept by hand."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import filter as matching
from fnmatch import fnmatch
from pathlib import Path

from replication.exhibits.text import counted
from replication.tables import read_rows

_BLOCK = re.compile(
    r"(<!-- generated: ([a-z ]+) -->).*?(<!-- end of generated part -->)", re.DOTALL
)
# Template README of the Social Science Data Editors, version 1.1: sections and what stands within them.
SECTIONS = (
    "## Overview",
    "## Data availability and provenance statements",
    "### Statement about rights",
    "### Licence for data",
    "### Summary of availability",
    "### Details on each data source",
    "## Dataset list",
    "## Computational requirements",
    "### Software",
    "### Controlled randomness",
    "### Memory, runtime and storage",
    "## Description of programs",
    "### Licence for code",
    "## Instructions to replicators",
    "### Details",
    "## List of tables and programs",
    "## References",
)
_KINDS = {
    "data/raw": "raw",
    "data/derived": "analysis data, rebuilt by step 1",
    "data/release": "released estimates and codes, written by `make release`",
    "data/simulated": "simulation results, written by `make simulate`",
    "output": "results, rebuilt by `make all`",
}
_SINGLE = {
    "LICENSE.txt": "no data: the licences of code and data",
    "datapackage.json": "metadata of the analysis data, written by `make readme`",
    "requirements.txt": "no data: direct dependencies",
}
# Suffixes by which journals' scanners tell data from programs and prose.
DATA = {".csv", ".dta", ".sav", ".json", ".yaml", ".txt", ".xlsx"}


def fill(text: str, root: Path) -> str:
    """Replace every generated part of the README by what the project at `root` says now.

    Raises
    ------
    KeyError
        For a generated part of an unknown name.
    """

    def replaced(match: re.Match[str]) -> str:
        return "\n".join([match[1], _PARTS[match[2]](root), match[3]])

    return _BLOCK.sub(replaced, text)


def part(text: str, name: str) -> str:
    """Give one generated part of the README.

    Raises
    ------
    KeyError
        When the README has no such part.
    """
    return {match[2]: match[0] for match in _BLOCK.finditer(text)}[name]


def section(text: str, heading: str) -> str:
    """Give what stands under one heading of the README, up to the next heading."""
    after = re.split(f"^{re.escape(heading)}$", text, maxsplit=1, flags=re.MULTILINE)[1]
    return re.split("^##+ ", after, maxsplit=1, flags=re.MULTILINE)[0]


def source_rows(text: str) -> list[list[str]]:
    """Give the rows of the table of data sources, without its head."""
    lines = section(text, "### Details on each data source").splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return rows[2:]


def unlisted(text: str, root: Path) -> list[str]:
    """Tell data files that the dataset list does not have exactly once, and lines without a file."""
    lines = [line for line in part(text, "datasets").splitlines() if line.startswith("| `")]
    listed = [line.split("`")[1] for line in lines]
    names = [path.relative_to(root).as_posix() for path in _possible_data(root)]
    counts = {name: sum(fnmatch(name, line) for line in listed) for name in names}
    return [f"{name} is listed {n} times" for name, n in counts.items() if n != 1] + [
        f"{line} is listed, and no file" for line in listed if not matching(names, line)
    ]


def _possible_data(root: Path) -> Iterator[Path]:
    yield from (path for path in sorted(root.glob("*")) if path.suffix in {".txt", ".json"})
    for folder in ("data", "output", "tests"):
        paths = sorted((root / folder).rglob("*"))
        yield from (
            path for path in paths if path.suffix in DATA and "__pycache__" not in path.parts
        )


def _datasets(root: Path) -> str:
    lines = ["| file | content | rows × columns | provided |", "| --- | --- | --- | --- |"]
    for name, path in _data_files(root):
        lines.append(f"| `{name}` | {_content(name)} | {_size(path)} | yes |")
    cases = len(list((root / "data" / "raw" / "cases").glob("*.yaml")))
    tables = len(list((root / "output" / "tables").glob("*.csv")))
    many = (
        f"| `data/raw/cases/*.yaml` | raw: {counted(cases, 'case file')}, one a case | – | yes |",
        "| `tests/*` | no data: made-up cases and published numbers, read by the tests alone | – | yes |",
        f"| `output/tables/*.csv` | results, rebuilt by `make all`: {counted(tables, 'table')} | – | yes |",
    )
    return "\n".join([*lines[:2], *many, *lines[2:]])


def _data_files(root: Path) -> Iterator[tuple[str, Path]]:
    for name in ("LICENSE.txt", "datapackage.json", "requirements.txt"):
        yield name, root / name
    for folder in ("data", "output"):
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.suffix in DATA and not name.startswith(("data/raw/cases/", "output/tables/")):
                yield name, path


def _content(name: str) -> str:
    if name in _SINGLE:
        return _SINGLE[name]
    kind = next(text for start, text in _KINDS.items() if name.startswith(start))
    return f"{kind}: {Path(name).stem.replace('_', ' ').replace('.', ' ')}"


def _size(path: Path) -> str:
    if path.suffix != ".csv":
        return "–"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    return f"{len(rows) - 1} × {len(rows[0])}"


def _exhibits(root: Path) -> str:
    lines = ["| exhibit | title | program, line | files |", "| --- | --- | --- | --- |"]
    for row in read_rows(root / "output" / "exhibits.csv"):
        suffixes = ", ".join(Path(file).suffix for file in row["files"].split(";"))
        stem = row["files"].split(";")[0].rsplit(".", 1)[0]
        lines.append(
            f"| {row['exhibit']} | {row['title']} | `{row['script']}`, line {row['line']} | `{stem}` {suffixes} |"
        )
    return "\n".join(lines)


def _packages(root: Path) -> str:
    text = (root / "requirements.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==([^ \n]+)$", text, flags=re.MULTILINE)
    return ", ".join(f"{name} {version}" for name, version in pins) + "."


def _programs(root: Path) -> str:
    lines = ["| program | what it does |", "| --- | --- |"]
    for path in sorted((root / "scripts").glob("*.py")):
        first = path.read_text(encoding="utf-8").split('"""')[1].splitlines()[0]
        lines.append(f"| `scripts/{path.name}` | {first} |")
    return "\n".join(lines)


def _seed(root: Path) -> str:
    file = root / "replication" / "randomness.py"
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("SEED = "):
            seed = line.removeprefix("SEED = ")
            return f"The seed is {seed}: `replication/randomness.py`, line {number}."
    raise ValueError(f"{file}: no line begins with SEED = ")


def _omissions(root: Path) -> str:
    rows = read_rows(root / "data" / "derived" / "sources.csv")
    unnamed = unnamed_sources(rows)
    return (
        f"Of {counted(len(rows), 'source')} {len(unnamed)} were read in unofficial copies that name neither author, "
        "title nor publisher; `data/derived/sources.csv` marks them `copy`."
    )


def unnamed_sources(rows: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Give the rows of sources.csv that name neither author, title nor publisher."""
    return [row for row in rows if not any(row[name] for name in ("author", "title", "publisher"))]


_PARTS: dict[str, Callable[[Path], str]] = {
    "datasets": _datasets,
    "exhibits": _exhibits,
    "omissions": _omissions,
    "packages": _packages,
    "programs": _programs,
    "seed": _seed,
}
