"""Table: the decisions that were looked at, and why each is a case or not."""

from __future__ import annotations

from typing import Any

import pandas as pd

from replication.analyses.cases.decisions import ADDED
from replication.exhibits.numbers import integer, is_missing
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Column, Table, TableRow

READS = ("decisions",)


def make(results: Results, name: str) -> Table:
    """Set decisions down by date."""
    decisions = results["decisions"]
    counts = decisions["verdict"].value_counts()
    told = ", ".join(f"{integer(count)} {verdict}" for verdict, count in counts.items())
    return Table(
        name=name,
        title="Decisions that were looked at",
        columns=(
            Column("date", "Date"),
            Column("place", "Where"),
            Column("decision", "Decision"),
            Column("verdict", "Case?"),
            Column("ground", "Ground"),
        ),
        rows=tuple(map(_row, decisions.to_dict("records"))),
        notes=(
            f"{integer(len(decisions))} decisions: {told}. Out: no case by the rules of the codebook; open: may be a "
            "case, not researched or not decided by what was found; kept: left out for a comparison to come. Lists "
            f"gone through, and the reason for each row: data/raw/specifications/decisions.yaml.{_added(decisions)}",
        ),
        data=decisions,
        empty="No decision is listed.",
    )


def _added(decisions: pd.DataFrame) -> str:
    count = int((decisions["why"] == ADDED).sum())
    if not count:
        return ""
    return (
        f" In the data, while no row of the list names them: {integer(count)}, added here at their dates; a row that "
        "is not in may be the same decision."
    )


def _row(decision: dict[str, Any]) -> TableRow:
    ground = decision["ground"]
    shown = {key: decision[key] for key in ("place", "decision", "verdict")}
    return TableRow(
        {"date": decision["day"], **shown, "ground": "" if is_missing(ground) else ground}
    )
