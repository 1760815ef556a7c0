"""Table: how many agreed codes rest on little, by variable; its data name every one of them."""

from __future__ import annotations

import pandas as pd

from replication.analyses.measurement.thin_codes import ALL, MARKS
from replication.exhibits.labels import Labels, spoken
from replication.exhibits.numbers import integer, is_missing
from replication.exhibits.results import Results
from replication.exhibits.text import capital
from replication.exhibits.typesetting.table import Column, Table, TableRow

READS = ("thin_counts", "thin_codes")
_HEADS = {
    "one_item": "One item",
    "one_source": "One source",
    "not_consulted": "Not consulted",
    "absence_only": "Absence alone",
    "unvetted_only": "Unvetted alone",
    "confidence_1": "Confidence 1",
}


def make(results: Results, name: str) -> Table:
    """Set variables down, and what makes a code thin across."""
    counts, codes = (results[part] for part in READS)
    labels = results.labels
    thin = codes[codes[list(MARKS)].eq(1).any(axis=1)]
    rows = [
        TableRow(
            {"what": _what(row["variable"], row["actor"], labels)}
            | {key: integer(row[key]) for key in ("n_coded", *(f"n_{mark}" for mark in MARKS))}
        )
        for row in counts.to_dict("records")
    ]
    return Table(
        name=name,
        title="Codes that rest on little",
        columns=(
            Column("what", "Variable"),
            Column("n_coded", "Coded", align="right"),
            *(Column(f"n_{mark}", _HEADS[mark], align="right") for mark in MARKS),
        ),
        rows=tuple(rows),
        notes=_notes(thin, codes),
        data=thin,
        empty="There is no agreed code.",
    )


def _what(variable: object, actor: object, labels: Labels) -> str:
    if variable == ALL:
        return "Every cell"
    word = capital(spoken(str(variable)))
    return word if is_missing(actor) or not actor else f"{word}, {labels.actor(str(actor))}"


def _notes(thin: pd.DataFrame, codes: pd.DataFrame) -> tuple[str, ...]:
    if codes.empty:
        return ()
    return (
        f"Agreed codes. {integer(len(thin))} of {integer(len(codes))} have one of the marks at least; the .csv of this "
        "table names each. Not consulted: no item cited was read in its source. Unvetted: the lowest grade of the "
        "codebook. `make check` lists those of one item case by case.",
    )
