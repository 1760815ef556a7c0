"""The crosswalk: everything the paper and its supplement show, in their order, with file, program, log and label.

One row for each table, each figure, and each number, wording or sentence of the prose that comes from a result, as
often as it occurs. It is read off the source of the paper and off what each step of the run wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from replication.report import paper_source
from replication.report.paper_source import Call
from replication.report.supplement import left_out
from replication.tables import Row, read_rows, write_table

NAME = "output/crosswalk.csv"
PAPER, SUPPLEMENT = "paper", "supplement"
TABLE, FIGURE, NUMBER, WORDING, SENTENCE, LISTING = (
    "table", "figure", "number", "wording", "sentence", "listing",
)  # fmt: skip
COLUMNS = (
    *("part", "position", "kind", "item", "section", "label"),
    *("output", "script", "log", "line", "note"),
)
_KINDS = {
    paper_source.TABLE: TABLE,
    paper_source.FIGURE: FIGURE,
    paper_source.CONDITION: WORDING,
    paper_source.ANSWER: SENTENCE,
}
# What else the source takes from the data passed in, and the files behind it.
_LISTED = {
    "status": "output/results/provenance_sentences.csv",
    "next": "output/results/next_cases.csv",
    "departures": "data/raw/ANALYSIS_PLAN.md",
    "universe": "data/raw/codebook.yaml",
    "rules": "data/raw/codebook.yaml",
    "codebook": "data/raw/codebook.yaml",
    "codes": "data/derived/cases.csv;data/derived/actors.csv",
}
_MENTION = re.compile(rf"(?<![a-z])data[.]({'|'.join(_LISTED)})(?![a-z])")
_HEADING = re.compile("=+ ([^<]+)")
# Files that no step of `make all` writes.
_ELSEWHERE = {"data/simulated/": "made by `make simulate`", "data/raw/": "raw data"}
_SIMULATION = "replication/cli/simulate.py"


@dataclass
class _Sources:
    """What a row is put together from."""

    writers: Mapping[str, str]
    exhibits: Mapping[str, Row]
    numbers: Mapping[tuple[str, str], Row]
    rows: list[dict[str, object]] = field(default_factory=list)

    def add(self, part: str, kind: str, output: str, **cells: object) -> None:
        files = output.split(";") if output else []
        scripts = list(dict.fromkeys(filter(None, (_writer(f, self.writers) for f in files))))
        logs = [f"output/logs/{Path(s).stem}.log" for s in scripts if s != _SIMULATION]
        told = [
            word for start, word in _ELSEWHERE.items() if any(f.startswith(start) for f in files)
        ]
        note = "; ".join(filter(None, [str(cells.pop("note", "")), *told]))
        place = 1 + sum(row["part"] == part for row in self.rows)
        fixed = {"part": part, "position": place, "kind": kind, "output": output}
        made = {"script": ";".join(scripts), "log": ";".join(logs), "note": note}
        self.rows.append(dict.fromkeys(COLUMNS) | fixed | made | cells)

    def add_exhibit(self, part: str, name: str, **cells: object) -> None:
        kind = TABLE if name.startswith("table") else FIGURE
        number = int(re.findall("[0-9]+", name)[0])
        row = self.exhibits[name]
        self.add(
            part, kind, row["files"],
            item=f"{kind.capitalize()} {number}", note=row["title"], **cells,
        )  # fmt: skip


def write_crosswalk(root: Path, writers: Mapping[str, str]) -> bool:
    """Write the crosswalk where the paper has been made; say whether it was.

    Parameters
    ----------
    writers : mapping of str to str
        The script that wrote each file, both by their names from `root`.
    """
    numbers, exhibits = root / "output" / "numbers.csv", root / "output" / "exhibits.csv"
    if not (numbers.is_file() and exhibits.is_file()):
        return False
    source = paper_source.SOURCE.read_text(encoding="utf-8")
    write_table(root / NAME, crosswalk(source, read_rows(numbers), read_rows(exhibits), writers))
    return True


def crosswalk(
    source: str, numbers: list[Row], exhibits: list[Row], writers: Mapping[str, str]
) -> pd.DataFrame:
    """Make the crosswalk of a paper's source: columns `COLUMNS`, a row for each thing shown.

    Raises
    ------
    KeyError
        When the source shows an exhibit or a number that the lists do not have.
    """
    known = _Sources(
        writers,
        {row["exhibit"]: row for row in exhibits},
        {(row["form"], row["key"]): row for row in numbers},
    )
    headings = list(_headings(source))
    for call in _shown(source):
        section = next(
            (title for line, title in reversed(headings) if line <= call.line), "Abstract"
        )
        _add_shown(known, call, section, source)
    _add_supplement(known)
    return pd.DataFrame(known.rows, columns=list(COLUMNS))


def _shown(source: str) -> Iterator[Call]:
    """Give every call and every mention of listed data, in the order of the lines."""
    mentions = [
        Call("data", name, number)
        for number, line in enumerate(source.splitlines(), start=1)
        if not line.lstrip().startswith(("//", "#let"))
        for name in _MENTION.findall(line)
    ]
    yield from sorted([*paper_source.calls(source), *mentions], key=lambda call: call.line)


def _headings(source: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source.splitlines(), start=1):
        if match := _HEADING.match(line.strip()):
            yield number, match[1].strip()


def _add_shown(known: _Sources, call: Call, section: str, source: str) -> None:
    place = {"section": section, "line": call.line}
    if call.form in (paper_source.TABLE, paper_source.FIGURE):
        known.add_exhibit(PAPER, call.key, label=_label(call, source), **place)
    elif call.form == paper_source.ANSWER:
        files = "output/estimates.csv;data/raw/specifications/claims.yaml"
        known.add(PAPER, SENTENCE, files, item=f"Answer to {call.key}", **place)
    elif call.form == "data":
        known.add(PAPER, LISTING, _LISTED[call.key], item=call.key, **place)
    else:
        row = known.numbers[call.form, call.key]
        kind = _KINDS.get(call.form, NUMBER)
        known.add(
            PAPER, kind, row["file"], item=row["text"], label=call.key, note=row["reason"], **place
        )


def _add_supplement(known: _Sources) -> None:
    known.add(
        SUPPLEMENT,
        LISTING,
        "output/results/narratives.csv",
        item="Narratives",
        section="Narratives",
    )
    for script, form in (
        ("06_tables.py", paper_source.TABLE),
        ("07_figures.py", paper_source.FIGURE),
    ):
        for name in left_out(script, form):
            known.add_exhibit(SUPPLEMENT, name, section=f"Further {_KINDS[form]}s")


def _label(call: Call, source: str) -> str:
    """Give the label of the source behind an exhibit; none where it has none."""
    lines = "\n".join(source.splitlines()[call.line - 1 :])
    after = lines.split(f'#{call.form}("{call.key}"', maxsplit=1)[1]
    match = re.match("(?:(?!#(?:tab|fig)[(]).)*?[)] *<([a-z0-9-]+)>", after, re.DOTALL)
    return match[1] if match else ""


def _writer(file: str, writers: Mapping[str, str]) -> str:
    return _SIMULATION if file.startswith("data/simulated/") else writers.get(file, "")
