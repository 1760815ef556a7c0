"""Table: in which cases the positions of the military and of State on endorsement are known, and what was searched."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from replication.dataset import SEPARATOR
from replication.exhibits.case_frame import case_names
from replication.exhibits.numbers import integer, is_missing
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Column, Table, TableRow

READS = ("endorsement_positions", "cases", "evidence")


def make(results: Results, name: str) -> Table:
    """Set cases down; each actor's position, and what was searched where there is none, across."""
    positions, cases, evidence = (results[part] for part in READS)
    labels = results.labels
    titles = case_names(cases)
    said = dict(zip(evidence["evidence_id"], evidence["statement"], strict=True))
    actors = list(dict.fromkeys(positions["actor"]))
    by_case = positions.groupby("case_id", sort=False)
    known = {actor: _known(positions, actor) for actor in actors}
    both = set.intersection(*known.values()) if known else set()
    told = "; ".join(f"{labels.actor(actor)}: {integer(len(ids))}" for actor, ids in known.items())
    return Table(
        name=name,
        title="Positions on endorsement: known, or searched for",
        columns=(
            Column("case", "Case"),
            *(Column(str(actor), labels.actor(str(actor)), align="right") for actor in actors),
            Column("searched", "What was searched where there is no code"),
        ),
        rows=tuple(
            TableRow({"case": titles.get(str(case_id), case_id), **_cells(part, said)})
            for case_id, part in by_case
        ),
        notes=()
        if positions.empty
        else (
            f"Cases in which the position on having endorsement first is coded: {told}; all of these: "
            f"{integer(len(both))} of {integer(by_case.ngroups)}. In brackets the items that bear on a "
            "position without a code. What was searched is what the findings of absence of the case files say; "
            "empty: none is recorded there.",
        ),
        data=positions,
        empty="There is no case.",
    )


def _known(positions: pd.DataFrame, actor: str) -> set[str]:
    coded = positions[(positions["actor"] == actor) & positions["code"].notna()]
    return set(coded["case_id"])


def _cells(part: pd.DataFrame, said: Mapping[str, str]) -> dict[str, str]:
    rows = part.to_dict("records")
    open_rows = [row for row in rows if is_missing(row["code"]) and not is_missing(row["searches"])]
    # One search may have been for both; it is told once.
    items = dict.fromkeys(item for row in open_rows for item in row["searches"].split(SEPARATOR))
    searched = " ".join(said[item] for item in items)
    return {row["actor"]: _position(row) for row in rows} | {"searched": searched}


def _position(row: Mapping[Hashable, Any]) -> str:
    return f"({integer(row['n_items'])})" if is_missing(row["code"]) else str(row["code"])
