"""Table: the cases whose codes and the headline model part ways, with the evidence on both sides."""

from __future__ import annotations

from typing import Any

from replication.exhibits.labels import spoken
from replication.exhibits.numbers import is_missing, number
from replication.exhibits.results import Results
from replication.exhibits.text import capital, short_names
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow

READS = ("disagreements",)
_MOST_IDS = 3


def make(results: Results, name: str) -> Table:
    """Give each case a panel: what happened, and the codes the model goes by."""
    disagreements = results["disagreements"]
    titles = disagreements.drop_duplicates("case_id").set_index("case_id")["case_title"].astype(str)
    names = dict(zip(titles.index, short_names(titles.tolist()), strict=True))
    rows = [
        TableRow(
            {
                "cell": spoken(row["variable"]),
                "code": Cell(f"{row['code']} {row['label']}".strip(), kind="text"),
                "why": row["why"],
                "ids": _short_ids(row),
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


def _short_ids(row: dict[str, Any]) -> str:
    if is_missing(row["ids"]):
        return "none"
    ids = [item.removeprefix(f"{row['case_id']}-") for item in str(row["ids"]).split(";")]
    more = f" +{len(ids) - _MOST_IDS}" if len(ids) > _MOST_IDS else ""
    return " ".join(ids[:_MOST_IDS]) + more
