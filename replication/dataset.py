"""From case files to tables: one row a case, an actor, a cell, an item, a source, a fact.

Cases come in the order of their decision dates, then of case_id; 00 sorts before every day, so
a case whose day is unknown comes first in its month. Within a case the order is that of the
codebook (actors, cells, facts) or of the file (passes, items, sources). Drafts are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from replication.casefile import AGREED, Case, CodedCell, Evidence
from replication.casefile.model import Fact
from replication.codebook import EARLIEST, EMPTY_LIST, LATEST, PRECISION, Codebook, Variable
from replication.date_ranges import DateRange, date_range
from replication.source_grades import grade_of, unvetted_only
from replication.tables import column_type

# Between words in one field.
SEPARATOR = ";"

# Columns that tell the rows of each table apart.
KEYS = {
    "cases": ["case_id"],
    "actors": ["case_id", "actor"],
    "codings": ["case_id", "coding", "actor", "variable"],
    "evidence": ["evidence_id"],
    "sources": ["case_id", "source"],
    "facts": ["case_id", "fact"],
    "weights": ["case_id", "coding", "rival", "evidence_id"],
}

CaseRow = dict[str, Any]


def build(cases: Iterable[Case], codebook: Codebook) -> dict[str, pd.DataFrame]:
    """Make every derived table from sound cases.

    Returns
    -------
    dict of DataFrame
        ``cases``, ``actors``, ``codings``, ``evidence``, ``sources``, ``facts`` and ``weights``, each with
        the columns of `Codebook.columns`; whole numbers as Int64, dates as text with 00 kept.
    """
    released = sorted(
        (case for case in cases if case.status == "released"),
        key=lambda case: (case.identity["decision_date"], case.case_id),
    )
    makers: dict[str, Callable[[Case, Codebook], list[CaseRow]]] = {
        "cases": _case_rows,
        "actors": _actor_rows,
        "codings": _coding_rows,
        "evidence": lambda case, _: [_evidence_row(case, item) for item in case.evidence.values()],
        "sources": _source_rows,
        "facts": _fact_rows,
        "weights": _weight_rows,
    }
    frames = {
        name: table(
            [row for case in released for row in make(case, codebook)], codebook.columns(name)
        )
        for name, make in makers.items()
    }
    frames["cases"] = derive(frames["cases"], codebook)
    frames["actors"] = _with_case_columns(frames["actors"], frames["cases"], codebook)
    _assert_counts(frames, released, codebook)
    return frames


def table(rows: Sequence[CaseRow], columns: Sequence[Variable]) -> pd.DataFrame:
    """Rows as a table with exactly these columns, each of the type the codebook gives it."""
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    return frame.astype({column.name: column_type(column) for column in columns})


def derive(cases: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Compute every derived column of a case table anew from its other columns.

    For tables made here, and for copies of them in which codes were changed.
    """
    out = cases.copy()
    for variable in codebook.columns("cases"):
        if variable.derive is not None:
            columns, constants = variable.derive.columns, variable.derive.constants
            values = [
                _derived(variable.derive.operation, [*map(_plain, inputs), *constants])
                for inputs in out[list(columns)].itertuples(index=False, name=None)
            ]
            out[variable.name] = pd.Series(values, index=out.index, dtype=column_type(variable))
    for written in codebook.dates:
        spans = [date_range(text) for text in out[written.name]]
        for ending, tell in _SPANS.items():
            told = [None if span is None else tell(span) for span in spans]
            out[f"{written.name}{ending}"] = pd.Series(told, index=out.index, dtype="str")
    return out


def code_text(code: Any) -> str | None:
    """Write a code as it stands in a table: words joined, truth values as 0 and 1."""
    if code is None:
        return None
    if isinstance(code, tuple):
        return SEPARATOR.join(map(str, code)) or EMPTY_LIST
    return str(int(code) if isinstance(code, bool) else code)


def _column_value(code: Any) -> Any:
    if isinstance(code, tuple):
        return code_text(code)
    return int(code) if isinstance(code, bool) else code


def _case_rows(case: Case, codebook: Codebook) -> list[CaseRow]:
    row = {name: _column_value(value) for name, value in case.identity.items()}
    for variable in codebook.case:
        cell = case.agreed.get(variable.name)
        row[variable.name] = _column_value(cell.code) if cell else None
        row[f"{variable.name}_confidence"] = cell.confidence if cell else None
    for variable in codebook.fact:
        fact = case.facts.get(variable.key)
        row[variable.name] = _column_value(fact.value) if fact else None
    return [row]


def _actor_rows(case: Case, codebook: Codebook) -> list[CaseRow]:
    rows = []
    for actor in codebook.actors:
        row: CaseRow = {"case_id": case.case_id, "actor": actor}
        for variable in codebook.actor:
            cell = case.agreed.get(f"{actor}.{variable.name}")
            row[variable.name] = _column_value(cell.code) if cell else None
            row[f"{variable.name}_confidence"] = cell.confidence if cell else None
        rows.append(row)
    return rows


def _coding_rows(case: Case, codebook: Codebook) -> list[CaseRow]:
    grades = {
        key: grade_of(source.type, source.publisher, codebook)
        for key, source in case.sources.items()
    }
    rows = []
    for coding in (*case.passes, *([AGREED] if AGREED in case.codings else [])):
        cells = case.codings[coding]
        rows += [
            _coding_row(case, coding, name, cells[name], grades)
            for name in codebook.cells
            if name in cells
        ]
    return rows


def _coding_row(
    case: Case, coding: str, name: str, cell: CodedCell, grades: Mapping[str, str]
) -> CaseRow:
    actor, _, variable = name.rpartition(".")
    cited = [case.evidence[item_id] for item_id in cell.evidence]
    return {
        "case_id": case.case_id,
        "coding": coding,
        "actor": actor or None,
        "variable": variable,
        "code": code_text(cell.code),
        "confidence": cell.confidence,
        "evidence": _joined(cell.evidence),
        "why": cell.why,
        "settled": cell.settled,
        "consulted": int(any(item.consulted for item in cited)),
        "theory_author_only": _all(item.theory_author for item in cited),
        "absence_only": _all(item.absence for item in cited),
        "unvetted_only": unvetted_only(grades[key] for item in cited for key in item.source),
    }


def _evidence_row(case: Case, item: Evidence) -> CaseRow:
    types = dict.fromkeys(case.sources[key].type for key in item.source)
    return {
        "evidence_id": item.id,
        "case_id": case.case_id,
        "about": _joined(item.about),
        "statement": item.statement,
        "quotation": item.quotation.text if item.quotation else None,
        "quotation_place": (
            f"{item.quotation.source}, {item.quotation.place}" if item.quotation else None
        ),
        "when": item.when,
        "source": _joined(item.source),
        "consulted": int(item.consulted),
        "absence": int(item.absence),
        "theory_author": int(item.theory_author),
        "after_decision": int(item.after_decision),
        "source_types": _joined(types),
    }


def _source_rows(case: Case, codebook: Codebook) -> list[CaseRow]:
    citing: list[Evidence | Fact] = [*case.evidence.values(), *case.facts.values()]
    consulted = {key for item in citing if item.consulted for key in item.source}
    return [
        {
            "case_id": case.case_id,
            "source": key,
            "type": source.type,
            "author": source.author,
            "title": source.title,
            "publisher": source.publisher,
            "date": source.date,
            "url": source.url,
            "grade": grade_of(source.type, source.publisher, codebook),
            "copy": int(source.copy),
            "consulted": int(key in consulted),
        }
        for key, source in case.sources.items()
    ]


def _fact_rows(case: Case, codebook: Codebook) -> list[CaseRow]:
    rows = []
    for variable in codebook.fact:
        fact = case.facts.get(variable.key)
        if fact is not None:
            rows.append(
                {
                    "case_id": case.case_id,
                    "fact": variable.name,
                    "value": code_text(fact.value),
                    "source": _joined(fact.source),
                    "consulted": int(fact.consulted),
                    "note": fact.note,
                }
            )
    return rows


def _weight_rows(case: Case, _: Codebook) -> list[CaseRow]:
    return [
        {
            "case_id": case.case_id,
            "coding": coding,
            "rival": rival,
            "evidence_id": item,
            "decibels": weight.decibels,
            "why": weight.why,
        }
        for coding, rivals in case.weights.items()
        for rival, items in rivals.items()
        for item, weight in items.items()
    ]


def _with_case_columns(
    actors: pd.DataFrame, cases: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """Fill the columns that each actor's row takes over from its case."""
    names = [column.name for column in codebook.columns("actors")]
    carried = [name for name in names if name in cases and name != "case_id"]
    joined = actors.drop(columns=carried).merge(
        cases[["case_id", *carried]], on="case_id", how="left", validate="many_to_one"
    )
    assert len(joined) == len(actors)
    return joined[names]


def _assert_counts(
    frames: dict[str, pd.DataFrame], cases: Sequence[Case], codebook: Codebook
) -> None:
    """Nothing lost, nothing doubled on the way."""
    expected = {
        "cases": len(cases),
        "actors": len(cases) * len(codebook.actors),
        "codings": sum(len(cells) for case in cases for cells in case.codings.values()),
        "evidence": sum(len(case.evidence) for case in cases),
        "sources": sum(len(case.sources) for case in cases),
        "facts": sum(len(case.facts) for case in cases),
        "weights": sum(
            len(items)
            for case in cases
            for rivals in case.weights.values()
            for items in rivals.values()
        ),
    }
    for name, frame in frames.items():
        assert len(frame) == expected[name], (name, len(frame), expected[name])
        assert not frame.duplicated(KEYS[name]).any(), f"{name}: the key {KEYS[name]} repeats"


_SPANS: dict[str, Callable[[DateRange], str]] = {
    EARLIEST: lambda span: span.first.isoformat(),
    LATEST: lambda span: span.last.isoformat(),
    PRECISION: lambda span: span.precision,
}


def _derived(operation: str, values: list[Any]) -> Any:
    """One derived value; missing where an input is."""
    if any(value is None for value in values):
        return None
    return _OPERATIONS[operation](*values)


def _share(part: float, whole: float) -> float | None:
    # A part above the whole counts another force than the whole does.
    return part / whole if whole > 0 and part <= whole else None


def _days_between(first: str, second: str) -> int | None:
    # Half-known dates would give a false precision of days.
    if first.endswith("-00") or second.endswith("-00"):
        return None
    return (date.fromisoformat(second) - date.fromisoformat(first)).days


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "at_least": lambda value, least: int(value >= least),
    "equals": lambda value, wanted: int(value == wanted),
    "year_of": lambda day: int(day[:4]),
    "years_since": lambda day, year: int(day[:4]) - year,
    "days_between": _days_between,
    "share": _share,
}


def _plain(value: Any) -> Any:
    return None if pd.isna(value) else value


def _joined(words: Iterable[str]) -> str | None:
    return SEPARATOR.join(words) or None


def _all(marks: Iterable[bool]) -> int:
    listed = list(marks)
    return int(bool(listed) and all(listed))
