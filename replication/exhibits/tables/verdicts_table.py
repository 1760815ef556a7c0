"""Table: each claim with the verdicts of every kind of evidence side by side, counted or only shown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from replication.exhibits.numbers import MISSING, is_missing, minus_signs, number
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow

READS = ("verdicts", "verdict_rules", "support")
_NONE = "no answer"
_YES = "yes"
_SIDES = {
    "for": 1, "leans for": 1, "leans against": -1, "against": -1, "divided": 0, "undecided": 0, "cannot decide": 0,
}  # fmt: skip


def make(results: Results, name: str) -> Table:
    """Set claims down and kinds of evidence across; kinds that are not counted come last."""
    verdicts, rules, support = (results[table] for table in READS)
    kinds = verdicts.drop_duplicates("kind").set_index("kind")["counted"]
    counted = [kind for kind in kinds.index if kinds[kind] == _YES]
    others = [kind for kind in kinds.index if kinds[kind] != _YES]
    thin = support.set_index("claim")["share_thin"]
    rows = []
    for claim, part in verdicts.groupby("claim", sort=False):
        said = part.set_index("kind")
        rows.append(
            TableRow(
                {
                    "claim": f"{part['label'].iloc[0]} ({claim})",
                    **{kind: Cell(_word(said.loc[kind]), kind="text") for kind in kinds.index},
                    "together": _together(list(said.loc[counted, "verdict"])),
                    "thin": _percent(thin.get(claim)),
                }
            )
        )
    return Table(
        name=name,
        title="Claims by kind of evidence",
        columns=(
            Column("claim", "Claim"),
            *(Column(kind, kind.capitalize(), group="Counted") for kind in counted),
            Column("together", "Together", group="Counted"),
            *(Column(kind, kind.capitalize(), group="Shown, not counted") for kind in others),
            Column("thin", "Thin codes", align="right"),
        ),
        rows=tuple(rows),
        notes=(
            "After a semicolon: the side on which an estimate lies that no method tells from no effect, or how much of "
            "the original cases could be observed. Together: whether the counted kinds that answer are on one side. "
            "Thin codes: share of the claim's codes with the lowest confidence. "
            f"Not counted: {'; '.join(f'{kind}, since {kinds[kind]}' for kind in others)}.",
            minus_signs(
                "Rules. " + "; ".join(f"{r.kind}: {r.rule}" for r in rules.itertuples()) + "."
            ),
        ),
        data=verdicts,
        empty="There is no claim.",
    )


def _word(row: pd.Series) -> str:
    if row["verdict"] == _NONE or is_missing(row["direction"]) or not row["direction"]:
        return str(row["verdict"])
    return f"{row['verdict']}; {row['direction']}"


def _percent(share: Any) -> str:
    return MISSING if is_missing(share) else f"{number(100 * float(share), 0)} %"


def _together(said: list[str]) -> str:
    """Say whether the counted kinds that answer are on one side."""
    sides = [_SIDES[verdict] for verdict in said if verdict != _NONE]
    if not sides:
        return _NONE
    if {1, -1} <= set(sides):
        return "they part"
    if set(sides) == {0}:
        return "no side taken"
    side = "for" if 1 in sides else "against"
    if 0 in sides:
        return f"in part {side}"
    return f"all {side}" if len(sides) > 1 else f"one kind only, {side}"
