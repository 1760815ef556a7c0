"""The generated parts of README.md: lists that would go stale if they were kept by hand."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import filter as matching
from fnmatch import fnmatch
from pathlib import Path

from replication.analyses.claims.reading import read_claims
from replication.exhibits.numbers import p_equals
from replication.exhibits.text import counted, visible
from replication.report.answers import answers
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
# What the list of data sets says of files: one row for each, in this order.
_LISTED = {
    "data/raw/cases/*.yaml": "raw: case files, one a case",
    "data/raw/codebook.yaml": "raw: scales, labels and rules of every variable",
    "data/raw/*.json": "raw: schemas of case files and codebook, for editors",
    "data/raw/audit_*.csv": "raw: audits of random items of evidence",
    "data/raw/published_codings.csv": "raw: codings of the same events in published data sets",
    "data/raw/specifications/*.yaml": "raw: models, samples, claims and choices of the analysis",
    "data/derived/*.csv": "analysis data: cases, actors, codings, evidence, sources, facts; rebuilt by step 1",
    "data/derived/*.dta": "the tables cases and actors for Stata",
    "data/derived/*.sav": "the tables cases and actors for SPSS",
    "data/release/*.csv": "released estimates and codes, written by `make release`",
    "data/release/*.json": "checksums of what was released, written by `make reference`",
    "data/simulated/*.csv": "simulation results, written by `make simulate`",
    "data/peers/*.csv": "the same figures in other programs, written by `make peers`, and differences that are known",
    "data/peers/*.json": "checksums of the data that they were computed from",
    "output/codebook.csv": "codebook of the analysis data, a row a column",
    "output/estimates.csv": "every estimate, a row for each model, estimator and term",
    "output/exhibits.csv": "map of tables and figures to programs and files",
    "output/numbers.csv": "every number in the text of the paper, and where it comes from",
    "output/peers.csv": "every figure that another program computes, beside ours",
    "output/manifest.json": "checksums of inputs and products",
    "output/results/*.csv": "results behind the exhibits",
    "output/tables/*.csv": "values behind each table",
    "tests/*": "no data: made-up cases and published numbers, read by the tests alone",
    "LICENSE.txt": "no data: the licences of code and data",
    "requirements.txt": "no data: direct dependencies",
    "codemeta.json": "metadata, as all `*.json` here written by `make readme`",
    "datapackage.json": "metadata of the analysis data (Frictionless Data Package)",
    "ro-crate-metadata.json": "metadata of files and run (RO-Crate)",
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
    tops = (path for path in sorted(root.glob("*")) if path.suffix in {".txt", ".json"})
    yield from (path for path in tops if not path.name.startswith("."))
    for folder in ("data", "output", "tests"):
        paths = sorted((root / folder).rglob("*"))
        yield from (
            path for path in paths if path.suffix in DATA and "__pycache__" not in path.parts
        )


def _datasets(root: Path) -> str:
    lines = ["| file | content | size | provided |", "| --- | --- | --- | --- |"]
    names = {path.relative_to(root).as_posix(): path for path in _possible_data(root)}
    for pattern, content in _LISTED.items():
        found = [names[name] for name in matching(names, pattern)]
        if found:
            lines.append(f"| `{pattern}` | {content} | {_size(found)} | yes |")
    return "\n".join(lines)


def _size(files: list[Path]) -> str:
    """Give rows and columns of a single table, else the number of files."""
    if len(files) > 1 or files[0].suffix != ".csv":
        return counted(len(files), "file")
    with files[0].open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    return f"{len(rows) - 1} × {len(rows[0])}"


def _results(root: Path) -> str:
    """Say in three sentences what the estimates say of the first two claims, and how they fare in the multiverse."""
    estimates = read_rows(root / "output" / "estimates.csv")
    claims = read_claims(root / "data" / "raw" / "specifications")[:2]
    lines = [f"- *{a.claim.statement}* {visible(a.sentence)}" for a in answers(estimates, claims)]
    joint = read_rows(root / "output" / "results" / "multiverse_joint_test.csv")
    tested = [row for row in joint if row["statistic"] == "median"]
    told = " and ".join(
        f"{row['treatment'].replace('_', ' ')} ({p_equals(float(row['p_value']))}, {int(row['n_specifications']):,} "
        "specifications)"
        for row in tested
    )
    rule = "The median over all specifications is tested against shuffled outcomes:"
    return "\n".join([*lines, f"- {rule} {told}."])


def _exhibits(root: Path) -> str:
    lines = ["| exhibit | title | program, line |", "| --- | --- | --- |"]
    lines += [
        f"| {row['exhibit']} | {row['title']} | {Path(row['script']).name}, line {row['line']} |"
        for row in read_rows(root / "output" / "exhibits.csv")
    ]
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
    "results": _results,
    "seed": _seed,
}
