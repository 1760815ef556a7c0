"""The generated parts of README.md and ARCHITECTURE.md: lists that would go stale if they were kept by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path

from replication.analyses.claims.judging import Direction
from replication.analyses.claims.reading import Claim, read_claims
from replication.exhibits.numbers import p_equals
from replication.exhibits.text import counted, visible
from replication.precision import below, fixed
from replication.release.crosswalk import FIGURE, TABLE
from replication.release.crosswalk import NAME as CROSSWALK
from replication.release.installed import direct_requirements
from replication.release.unpacked import LIST
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
# What the list of data sets says of files: one row for each folder or kind, in this order. `*` stands for anything
# within a folder, `**` also for folders.
_LISTED = {
    "data/raw/cases/*": "raw: case files, one a case",
    "data/raw/c*": "raw: codebook with scales, labels and rules of every variable; schemas, for editors",
    "data/raw/*.csv": "raw: audits of random items of evidence; codings of the same events in published data sets",
    "data/raw/specifications/*": "raw: models, samples, claims and choices of the analysis",
    "data/derived/*": "analysis data of step 1: cases, actors, codings, evidence, weights, sources, facts; .bib",
    "data/release/*": "what was released: estimates, codes, checksums, environment; `make release`, `make reference`",
    "data/simulated/*": "results of the simulation, written by `make simulate`",
    "data/peers/*": "the same figures in other programs, written by `make peers`; known differences",
    "output/*": "estimates, codebook, crosswalk, numbers of the text, map of exhibits, checksums",
    "output/results/*": "results behind the exhibits",
    "output/tables/*": "values behind each table",
    "tests/**": "no data: made-up cases and published numbers, read by the tests alone",
    "*.txt": "no data: licences, direct dependencies",
    "*.json": "metadata for archives, written by `make readme`",
}
_LEVEL = 0.05
_CHANCE = {True: "can be told from chance", False: "cannot be told from chance"}
# Suffixes by which journals' scanners tell data from programs and prose.
DATA = {".csv", ".dta", ".sav", ".json", ".yaml", ".txt", ".xlsx"}


def fill(text: str, root: Path) -> str:
    """Replace every generated part of README.md or ARCHITECTURE.md by what the project at `root` says now.

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
    counts = {name: [_stands_for(line, name) for line in listed].count(True) for name in names}
    return [f"{name} is listed {n} times" for name, n in counts.items() if n != 1] + [
        f"{line} is listed, and no file"
        for line in listed
        if not any(_stands_for(line, name) for name in names)
    ]


def _stands_for(pattern: str, name: str) -> bool:
    """Tell whether a row of the list is about a file; a single asterisk stays within a folder."""
    deep = pattern.endswith("**")
    return fnmatch(name, pattern) and (deep or pattern.count("/") == name.count("/"))


def _possible_data(root: Path) -> Iterator[Path]:
    tops = (path for path in sorted(root.glob("*")) if path.suffix in {".txt", ".json"})
    yield from (path for path in tops if not path.name.startswith(".") and path.name != LIST)
    for folder in ("data", "output", "tests"):
        paths = sorted((root / folder).rglob("*"))
        yield from (
            path for path in paths if path.suffix in DATA and "__pycache__" not in path.parts
        )


def _datasets(root: Path) -> str:
    lines = ["| files | content | number | provided |", "| --- | --- | --- | --- |"]
    names = [path.relative_to(root).as_posix() for path in _possible_data(root)]
    for pattern, content in _LISTED.items():
        if count := [_stands_for(pattern, name) for name in names].count(True):
            lines.append(f"| `{pattern}` | {content} | {count} | yes |")
    return "\n".join(lines)


def _results(root: Path) -> str:
    """Say what the estimates say of the first two claims, how they fare in the multiverse, and who coded the cases."""
    estimates = read_rows(root / "output" / "estimates.csv")
    claims = read_claims(root / "data" / "raw" / "specifications")[:2]
    lines = [f"- *{a.claim.statement}* {visible(a.sentence)}" for a in answers(estimates, claims)]
    joint = read_rows(root / "output" / "results" / "multiverse_joint_test.csv")
    tested = [row for row in joint if row["statistic"] == "median"]
    told = "; ".join(
        f"the median effect of {row['treatment'].replace('_', ' ')} {_CHANCE[below(float(row['p_value']), _LEVEL)]} "
        f"({p_equals(float(row['p_value']))}, {fixed(int(row['n_specifications']), 0)} specifications)"
        for row in tested
    )
    rule = "*Over all specifications that could be estimated*, tested against shuffled outcomes:"
    said = read_rows(root / "output" / "results" / "provenance_sentences.csv")
    status = next(visible(row["text"]) for row in said if row["what"] == "status")
    lines += [
        f"- {rule} {told}.",
        f"- *Other claims* (Table 24): {_other_verdicts(root, claims)}.",
        f"- *The codes behind this are provisional*: {status}.",
    ]
    return "\n".join(lines)


def _other_verdicts(root: Path, told: Sequence[Claim]) -> str:
    """Give the word of the estimates on every claim but those told, and where the estimate points."""
    rows = read_rows(root / "output" / "results" / "verdicts.csv")
    asked = [row for row in rows if row["kind"] == "statistics"]
    others = [row for row in asked if row["claim"] not in {claim.claim for claim in told}]
    leaning = {str(Direction.FOR): " (points towards)", str(Direction.AGAINST): " (points against)"}
    return "; ".join(
        f"{row['label'].lower()} {row['verdict']}{leaning.get(row['direction'], '')}"
        for row in others
    )


def _exhibits(root: Path) -> str:
    """List tables and figures in the order in which the paper and its supplement show them."""
    known = {row["exhibit"]: row for row in read_rows(root / "output" / "exhibits.csv")}
    lines = [
        "| exhibit | program, line | shown in, label |",
        "| --- | --- | --- |",
    ]
    for row in read_rows(root / CROSSWALK):
        if row["kind"] in (TABLE, FIGURE):
            name = Path(row["output"].split(";")[0]).stem
            place = f"{Path(row['script']).name}, {known[name]['line']}"
            shown = ", ".join(filter(None, (row["part"], row["label"])))
            lines.append(f"| {name} | {place} | {shown} |")
    return "\n".join(lines)


def _packages(root: Path) -> str:
    pins = direct_requirements(root)
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
        "title nor publisher: the rows of `data/derived/sources.csv` without these."
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
