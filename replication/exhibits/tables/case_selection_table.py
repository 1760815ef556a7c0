"""Table: which cases to trace next, with reasons, and where the original cases stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from replication.exhibits.case_frame import case_names
from replication.exhibits.labels import Labels, spoken
from replication.exhibits.numbers import is_missing, number
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow
from replication.registry import MAIN_SAMPLE

READS = ("next_cases", "case_ranks", "standings", "cases")
CHOSEN = "recchia_case"
# Cases shown; the .csv lists all that a rule recommends.
_MOST = 12
# Nearer to an end than this, a case is far out on a variable.
_FAR = 0.85


def make(results: Results, name: str) -> Table:
    """Rank the next cases, then show ranks and standing of the original ones."""
    following, ranks, places, cases = (results[table] for table in READS)
    labels = results.labels
    names = case_names(cases)
    rows = [
        *_next_rows(following.head(_MOST), names),
        *_original_rows(ranks, places, names, labels),
    ]
    more = len(following) - _MOST
    left = f" {more} more are in the .csv." if more > 0 else ""
    return Table(
        name=name,
        title="Cases to trace next, and where the original cases stand",
        columns=(
            Column("place", "Place", kind="integer"),
            Column("case", "Case"),
            Column("n_rules", "Rules", kind="integer"),
            Column("reasons", "Reasons"),
        ),
        rows=tuple(rows),
        notes=(
            "Rules: how many rank the case among their first three, ties included: typical and "
            "deviant (residual of model M3 fitted without the case), influential (its coefficients "
            "without the case), pathway (how much nearer the treatment brings the prediction), most "
            "similar (pairs that differ in the treatment and are alike in the other treatment and "
            f"the rivals' variables).{left}",
            "Original cases: rank under each rule among the cases it ranks, for pairs that of the "
            "best pair; then variables on which the case stands among the highest or the lowest "
            f"{1 - _FAR:.0%} of all interventions (ties split).",
        ),
        data=following,
        empty="The model could not be fitted, so that no case can be ranked.",
    )


def _next_rows(following: pd.DataFrame, names: dict[str, str]) -> Iterator[TableRow]:
    for row in following.to_dict("records"):
        cells = {"place": row["place"], "n_rules": row["n_rules"], "reasons": row["reasons"]}
        yield TableRow({"case": names[row["case_id"]], **cells}, panel="Next cases")


def _original_rows(
    ranks: pd.DataFrame, places: pd.DataFrame, names: dict[str, str], labels: Labels
) -> Iterator[TableRow]:
    blank = Cell("", kind="text")
    own = places[places["sample"] == MAIN_SAMPLE]
    for case_id in dict.fromkeys(places["case_id"]):
        said = [
            f"{_ruled(row)} {int(row['rank'])} of {int(row['n_ranked'])}"
            for row in ranks[ranks["case_id"] == case_id].to_dict("records")
            if row["rank"]
        ]
        far = [
            f"{_called(row['variable'], labels)} {number(row['place'])}"
            for row in own[own["case_id"] == case_id].to_dict("records")
            if not is_missing(row["place"]) and not 1 - _FAR < row["place"] < _FAR
        ]
        reasons = "; ".join(said) or "not in the model"
        tail = f". Far out: {', '.join(far)}" if far else ". Far out on no variable"
        cells = {"place": blank, "n_rules": blank, "reasons": reasons + tail}
        yield TableRow({"case": names[case_id], **cells}, panel="Original cases")


def _ruled(row: dict[str, Any]) -> str:
    treatment = row["treatment"]
    return f"{row['rule']}{'' if is_missing(treatment) else f', {spoken(treatment).lower()},'}"


def _called(cell: str, labels: Labels) -> str:
    actor, _, variable = cell.rpartition(".")
    return f"{labels.actor(actor)} on {spoken(variable)}" if actor else spoken(variable)
