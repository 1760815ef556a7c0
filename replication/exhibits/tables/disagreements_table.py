"""Table: the cases whose codes and the headline model part ways, with the evidence on both sides."""

from __future__ import annotations

from replication.exhibits.case_frame import case_names, short_ids
from replication.exhibits.labels import spoken
from replication.exhibits.numbers import number
from replication.exhibits.results import Results
from replication.exhibits.text import capital
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow

READS = ("disagreements",)


def make(results: Results, name: str) -> Table:
    """Give each case a panel: what happened, and the codes the model goes by."""
    disagreements = results["disagreements"]
    names = case_names(disagreements)
    rows = [
        TableRow(
            {
                "cell": spoken(row["variable"]),
                "code": Cell(f"{row['code']} {row['label']}".strip(), kind="text"),
                "why": row["why"],
                "ids": short_ids(row["case_id"], row["ids"]),
            },
            panel=(
                f"{names[row['case_id']]}: {row['wrong']} (probability "
                f"{number(row['left_out'])} without the case)"
            ),
        )
        for row in disagreements.to_dict("records")
    ]
    return Table(
        name=name,
        title="Cases in which codes and headline model part ways",
        columns=(
            Column("cell", "Code of"),
            Column("code", "Code"),
            Column("why", "Reason of the agreed coding"),
            Column("ids", "Items"),
        ),
        rows=tuple(rows),
        notes=(
            "Cases that model M3, fitted without them, puts on the wrong side: residual above one "
            "half. First line of each case: what happened; then what the model goes by. An item is found "
            "under the case and its number; the .csv has all ids and the first statement cited.",
        ),
        data=disagreements,
        empty=capital(
            "no case is put on the wrong side by the model, or the model could not be fitted."
        ),
    )
