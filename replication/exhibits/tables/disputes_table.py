"""Table: cells on which the passes differ, with both reasons and the agreed code."""

from __future__ import annotations

from typing import Any

import pandas as pd

from replication.exhibits.case_frame import case_names
from replication.exhibits.labels import Labels, spoken
from replication.exhibits.numbers import is_missing
from replication.exhibits.results import Results
from replication.exhibits.tables.sample_table import MAIN
from replication.exhibits.text import counted
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow

READS = ("disputes", "cases")

# Beside the main codes, what the theory says of actors.
VARIABLES = (*MAIN, "io")
# A table of reasons is read, not scanned; beyond this the .csv serves better.
MOST_ROWS = 60


def make(results: Results, name: str) -> Table:
    """Set the disputed cells of the main variables down; codes, reasons and the outcome across.

    Every disputed cell is in the .csv.
    """
    disputes = results["disputes"]
    cases = results["cases"]
    labels = results.labels
    chosen = disputes[disputes["variable"].isin(VARIABLES)]
    ordered = chosen.sort_values(
        "variable", key=lambda column: column.map(VARIABLES.index), kind="stable"
    )
    shown = ordered.head(MOST_ROWS)
    # One pair of passes is named once, in the note; of several each row names its own.
    pairs = disputes[["first_pass", "second_pass"]].drop_duplicates()
    several = len(pairs) > 1
    titles = case_names(cases)
    return Table(
        name=name,
        title="Cells in dispute among the main variables",
        columns=(
            Column("case", "Case"),
            Column("first", "First code"),
            Column("first_why", "Its reason"),
            Column("second", "Second code"),
            Column("second_why", "Its reason"),
            Column("agreed", "Agreed"),
            Column("agreed_why", "Reason"),
        ),
        rows=tuple(_row(row, titles, labels, several=several) for row in shown.to_dict("records")),
        notes=_notes(disputes, chosen, shown),
        data=disputes,
        empty="No cell of a main variable is in dispute.",
    )


def _row(row: dict[str, Any], titles: dict[str, str], labels: Labels, *, several: bool) -> TableRow:
    actor = "" if is_missing(row["actor"]) else str(row["actor"])
    panel = spoken(str(row["variable"]))
    return TableRow(
        {
            "case": titles.get(str(row["case_id"]), row["case_id"]),
            "first": _code(row["first_code"], row["first_pass"] if several else ""),
            "first_why": row["first_why"],
            "second": _code(row["second_code"], row["second_pass"] if several else ""),
            "second_why": row["second_why"],
            "agreed": _code(row["agreed_code"]),
            "agreed_why": row["agreed_why"],
        },
        panel=f"{panel}, {labels.actor(actor)}" if actor else panel,
    )


def _code(code: object, by: object = "") -> Cell:
    """Give a code as written; a missing one says so, because it is one side of the dispute."""
    told = "no evidence" if is_missing(code) else f"{code}"
    return Cell(f"{by}: {told}" if by else told, kind="text")


def _notes(disputes: pd.DataFrame, chosen: pd.DataFrame, shown: pd.DataFrame) -> tuple[str, ...]:
    kinds = disputes["kind"].value_counts()
    split = "; ".join(f"{kind}: {count}" for kind, count in kinds.items())
    left = len(disputes) - len(shown)
    lines = [f"In dispute among all variables: {counted(len(disputes), 'cell')} ({split})."]
    pairs = list(disputes[["first_pass", "second_pass"]].drop_duplicates().itertuples(index=False))
    if len(pairs) == 1:
        lines.append("First and second code are those of the passes {} and {}.".format(*pairs[0]))
    if len(shown) < len(chosen):
        lines.append(f"The first {len(shown)} of {len(chosen)} are shown.")
    if left:
        lines.append(f"The .csv of this table lists the other {left} too.")
    return (" ".join(lines),) if len(disputes) else ("The passes differ on no cell.",)
