"""Table: each claim with the verdicts of cases, statistics, configurations and timing side by side."""

from __future__ import annotations

import pandas as pd

from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Cell, Column, Row, Table

READS = ("verdicts", "verdict_rules")
_NONE = "no answer"
_SIDES = {
    "for": 1,
    "leans for": 1,
    "leans against": -1,
    "against": -1,
    "divided": 0,
    "undecided": 0,
}


def make(results: Results, name: str) -> Table:
    """Make the table from the verdicts."""
    return verdicts_table(results["verdicts"], results["verdict_rules"], name)


def verdicts_table(verdicts: pd.DataFrame, rules: pd.DataFrame, name: str) -> Table:
    """Set claims down and kinds of evidence across.

    Parameters
    ----------
    verdicts : DataFrame
        One row for each claim and kind: ``verdict`` and ``basis``.
    rules : DataFrame
        How each kind of evidence is turned into a verdict.
    """
    kinds = list(dict.fromkeys(verdicts["kind"]))
    rows = []
    for claim, part in verdicts.groupby("claim", sort=False):
        said = part.set_index("kind")["verdict"]
        cells: dict[str, object] = {kind: Cell(said.get(kind), kind="text") for kind in kinds}
        rows.append(
            Row(
                {
                    "claim": f"{claim} {part['label'].iloc[0]}",
                    **cells,
                    "together": _together(list(said)),
                }
            )
        )
    return Table(
        name=name,
        title="Claims by kind of evidence",
        columns=(
            Column("claim", "Claim"),
            *(Column(kind, kind.capitalize()) for kind in kinds),
            Column("together", "Together"),
        ),
        rows=tuple(rows),
        notes=(
            "Rules. " + "; ".join(f"{r.kind}: {r.rule}" for r in rules.itertuples()) + ".",
            "Together: whether the kinds that answer are on one side; undecided and divided take none. "
            "The .csv of this table has the numbers and formulas behind each verdict, and the wording of each claim.",
        ),
        data=verdicts,
        empty="There is no claim.",
    )


def _together(said: list[str]) -> str:
    """Say whether the kinds that answer are on one side."""
    sides = [_SIDES[verdict] for verdict in said if verdict != _NONE]
    if len(sides) < 2:  # noqa: PLR2004 - agreement takes two
        return "one kind only" if sides else _NONE
    if {1, -1} <= set(sides):
        return "they part"
    if 1 in sides:
        return "all for" if set(sides) == {1} else "none against"
    if -1 in sides:
        return "all against" if set(sides) == {-1} else "none for"
    return "no side taken"
