"""Table: what each theory predicts, beside what the evidence of each marked case shows."""

from __future__ import annotations

from typing import Any

from replication.exhibits.case_frame import case_names, short_ids
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow

READS = ("four_cases",)
CHOSEN = "recchia_case"
# More ids than this in a cell are counted; the .csv has them all.


def make(results: Results, name: str) -> Table:
    """Set predictions down, grouped by theory, and the marked cases across."""
    compared = results["four_cases"]
    chosen = compared[compared[CHOSEN] == 1]
    keys = ["theory", "observable"]
    rows = []
    for _, part in chosen.groupby(keys, sort=False):
        first = part.iloc[0]
        cells: dict[str, Any] = {"observable": first["observable"]}
        cells |= {
            row["case_id"]: Cell(
                (
                    row["verdict"],
                    str(row["observed"]),
                    short_ids(row["case_id"], row["ids"], "no item"),
                )
            )
            for row in part.to_dict("records")
        }
        rows.append(TableRow(cells, panel=first["theory_label"]))
    order = {theory: place for place, theory in enumerate(dict.fromkeys(compared["theory_label"]))}
    return Table(
        name=name,
        title="Predictions of each theory beside the evidence of the original cases",
        columns=(
            Column("observable", "Observable"),
            *(Column(case_id, short) for case_id, short in case_names(chosen).items()),
        ),
        rows=tuple(sorted(rows, key=lambda row: order[row.panel])),
        notes=(
            "Each cell: the verdict by the rule fixed beforehand, the agreed code or fact, and what "
            "it rests on: items of evidence (e) as cited by the agreed coding, or sources of the "
            "fact. An item is found under the case and its number. Mixed: the code lies between what "
            "the theory predicts and what would contradict it.",
            "Several theories predict that endorsement comes before action, and that it is a "
            "condition: what they share cannot tell them apart. The .csv of this table has the wording of the "
            "predictions, all ids, the confidence of the codes, and for each cell the balance of "
            "its evidence by type of source, for these and all other cases.",
        ),
        data=compared,
        empty="No case is marked as one of the original study.",
    )
