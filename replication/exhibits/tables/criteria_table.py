"""Table: what the plan said would count against the theory, scored one by one."""

from __future__ import annotations

from replication.exhibits.numbers import minus_signs
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Column, Table, TableRow

READS = ("criteria",)


def make(results: Results, name: str) -> Table:
    """Show each criterion with its score and the numbers it was scored on."""
    criteria = results["criteria"]
    return Table(
        name=name,
        title="What the plan said would count against the theory",
        columns=(
            Column("statement", "Would count against it"),
            Column("score", "Score"),
            Column("basis", "On these numbers"),
        ),
        rows=tuple(
            TableRow(
                {
                    **{key: row[key] for key in ("statement", "score")},
                    "basis": minus_signs(row["basis"]),
                }
            )
            for row in criteria.to_dict("records")
        ),
        notes=(
            "Met: the result speaks against the theory. Open: there is no estimate, it is level, or an exact test "
            "could not reject. The rule of each score stands in the .csv.",
        ),
        data=criteria,
        empty="No criterion could be scored.",
    )
