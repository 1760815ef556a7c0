"""Table: weights of evidence in the traced cases, against each rival, by pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from replication.analyses.cases.weights import MEAN, OVERALL
from replication.dataset import SEPARATOR
from replication.exhibits.case_frame import case_names
from replication.exhibits.numbers import number, signed
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow
from replication.precision import percent

READS = ("weight_sums", "weight_agreement", "weight_items")
_ODDS = {
    "probability_1_to_9": "1 to 9",
    "probability_1_to_1": "even",
    "probability_9_to_1": "9 to 1",
}


def make(results: Results, name: str) -> Table:
    """Set cases and rivals down, the sums of each pass and the probability after the evidence across."""
    sums, agreed, items = (results[table] for table in READS)
    passes = [coding for coding in dict.fromkeys(sums["coding"]) if coding != MEAN]
    weight_of = {(r.evidence_id, r.rival): r.decibels for r in items.itertuples()}
    names = case_names(sums)
    rows = []
    for (rival, case_id), part in _by_rival(sums):
        by_pass = part.set_index("coding")
        head = by_pass.loc[MEAN if MEAN in by_pass.index else by_pass.index[0]]
        rows.append(
            TableRow(
                {
                    "case": names[case_id],
                    **{p: _decibels(by_pass["decibels"].get(p)) for p in passes},
                    "without_author": _decibels(head["decibels_independent"]),
                    "items": f"{int(head['n_for'])}, {int(head['n_against'])} of {int(head['items'])}",
                    "carried": _carried(case_id, rival, head["carried_by"], weight_of),
                    **{key: head[key] for key in _ODDS},
                },
                panel=f"Against {part['rival_label'].iloc[0].lower()}",
            )
        )  # fmt: skip
    return Table(
        name=name,
        title="Weights of evidence in the traced cases",
        columns=(
            Column("case", "Case"),
            *(Column(p, p.replace("_", " ").capitalize(), align="right", group="Sum, decibels") for p in passes),
            Column("without_author", "Without author", align="right", group="Sum, decibels"),
            Column("items", "Items for, against"),
            Column("carried", "Carried by"),
            *(Column(k, head, kind="number", group="P(theory), prior odds") for k, head in _ODDS.items()),
        ),
        rows=tuple(rows),
        notes=(
            "Ten decibels are a factor of ten on the odds of the theory over the rival, three a factor of two; "
            "above 0 for the theory. Every item of a dossier is weighed, in its order. Without author: mean of "
            "the passes without items that rest on the author of the theory. Carried by: the three items that "
            "weigh most, mean of the passes in decibels. P(theory): against this rival alone. "
            f"{_agreement(agreed)}",
        ),
        data=sums,
        empty="No case has been weighed.",
    )  # fmt: skip


def _by_rival(sums: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    """Go through rivals, and for each through cases, in the order of the sums."""
    for rival in dict.fromkeys(sums["rival"]):
        own = sums[sums["rival"] == rival]
        for case_id in dict.fromkeys(own["case_id"]):
            yield (rival, case_id), own[own["case_id"] == case_id]


def _decibels(value: Any) -> Cell:
    if value is None or pd.isna(value):
        return Cell(None, kind="text")
    whole = float(value).is_integer()
    return Cell(
        signed(int(value)) if whole else f"{'+' if value > 0 else ''}{number(value, 1)}",
        kind="text",
    )


def _carried(
    case_id: str, rival: str, ids: object, weight_of: dict[tuple[str, str], float]
) -> Cell:
    listed = [] if pd.isna(ids) else [item for item in str(ids).split(SEPARATOR) if item]
    told = [
        f"{item.removeprefix(f'{case_id}-')} {_decibels(weight_of[item, rival]).value}"
        for item in listed
    ]
    return Cell(", ".join(told) or "none", kind="text")


def _agreement(agreed: pd.DataFrame) -> str:
    """Say how far the passes agree on all items."""
    every = agreed[(agreed["rival"] == OVERALL) & (agreed["case_id"] == OVERALL)]
    if every.empty:
        return "One pass only: agreement is not known."
    row = every.iloc[0]
    return (
        f"The passes give the same weight to {percent(row['agreement'])} % of {int(row['n_units'])} items and rivals, "
        f"weights on opposite sides to {percent(row['opposite'])} %; Krippendorff's alpha {number(row['alpha'])}."
    )
