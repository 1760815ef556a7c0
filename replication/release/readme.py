"""The generated parts of README.md: lists that would go stale if they were kept by hand."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from replication.exhibits.text import counted

_BLOCK = re.compile(
    r"(<!-- generated: ([a-z ]+) -->).*?(<!-- end of generated part -->)", re.DOTALL
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
        return f"{match[1]}\n{_PARTS[match[2]](root)}\n{match[3]}"

    return _BLOCK.sub(replaced, text)


def _datasets(root: Path) -> str:
    lines = ["| file | content | rows × columns | provided |", "| --- | --- | --- | --- |"]
    for name, path in _data_files(root):
        lines.append(f"| `{name}` | {_content(name)} | {_size(path)} | yes |")
    cases = len(list((root / "data" / "raw" / "cases").glob("*.yaml")))
    tables = len(list((root / "output" / "tables").glob("*.csv")))
    many = (
        f"| `data/raw/cases/*.yaml` | raw: {counted(cases, 'case file')}, one a case | – | yes |",
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
    with (root / "output" / "exhibits.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            suffixes = ", ".join(Path(file).suffix for file in row["files"].split(";"))
            stem = row["files"].split(";")[0].rsplit(".", 1)[0]
            lines.append(
                f"| {row['exhibit']} | {row['title']} | `{row['script']}`, line {row['line']} | `{stem}` {suffixes} |"
            )
    return "\n".join(lines)


def _packages(root: Path) -> str:
    text = (root / "requirements.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", text, flags=re.MULTILINE)
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


_PARTS: dict[str, Callable[[Path], str]] = {
    "datasets": _datasets,
    "exhibits": _exhibits,
    "packages": _packages,
    "programs": _programs,
    "seed": _seed,
}
