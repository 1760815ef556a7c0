"""Table: who carried the follow-on force, when others took over, and what had been expected."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from replication.analyses.cases.handover import ALL_CODED, FOLLOWED
from replication.exhibits.case_frame import case_names, short_ids
from replication.exhibits.labels import Labels
from replication.exhibits.numbers import integer, is_missing, number, p_equals
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow

READS = ("follow_on", "follow_on_tests")
_USED = {FOLLOWED: "a known follow-on", ALL_CODED: "both codes"}
_NAMES = {
    "followon_us_share": "US share",
    "months_to_handover": "months to handover",
    "planned_duration_months": "planned months",
    "stabilization_burden": "burden expected",
}


def make(results: Results, name: str) -> Table:
    """Set cases down, by what endorsement was had before action."""
    followed = results["follow_on"]
    tests = results["follow_on_tests"]
    labels = results.labels
    names = case_names(followed)
    ordered = followed.sort_values("io_obtained", ascending=False, kind="stable")
    return Table(
        name=name,
        title="The follow-on force and what had been expected, by endorsement before action",
        columns=(
            Column("case", "Case"),
            Column("mission", "Follow-on mission"),
            Column("total", "All", kind="integer", group="Troops"),
            Column("us", "US", kind="integer", group="Troops"),
            Column("carried", "Carried by"),
            Column("planned", "Planned", kind="number", digits=1, group="Months"),
            Column("months", "To handover", kind="number", digits=1, group="Months"),
            Column("expected", "Burden expected", group="Beforehand"),
            Column("ids", "Items", group="Beforehand"),
        ),
        rows=tuple(_rows(ordered, names, labels)),
        notes=(
            "Troops about six to twelve months after combat. To handover: from the first action to the "
            "day others took over, where the case files give one "
            "(data/raw/specifications/handovers.yaml); the middle where days are unknown. An item is "
            "found under the case and its number.",
            f"Interventions with explicit endorsement against those without: {'; '.join(_tested(tests))}.",
        ),
        data=followed,
        empty="Nothing is known of what followed in any case.",
    )


def _rows(ordered: pd.DataFrame, names: dict[str, str], labels: Labels) -> Iterator[TableRow]:
    for row in ordered.to_dict("records"):
        expected = row["stabilization_burden"]
        yield TableRow(
            {
                "case": names[row["case_id"]],
                "mission": row["followon_mission"],
                "total": row["followon_troops_total"],
                "us": row["followon_us_troops"],
                "carried": row["carried_by"],
                "planned": row["planned_duration_months"],
                "months": row["months_to_handover"],
                "expected": None
                if is_missing(expected)
                else labels.code("stabilization_burden", expected),
                "ids": Cell(short_ids(row["case_id"], row["expected_ids"]), kind="text"),
            },
            panel=f"Endorsement: {labels.code('io_obtained', row['io_obtained'])}",
        )


def _tested(tests: pd.DataFrame) -> Iterator[str]:
    for row in tests.to_dict("records"):
        sizes = f"{integer(row['n_x'])} and {integer(row['n_y'])} cases"
        medians = f"median {number(row['median_endorsed'])} and {number(row['median_other'])}"
        said = (
            row["note"]
            if is_missing(row["p_value"])
            else f"exact rank test {p_equals(row['p_value'])}"
        )
        name = _NAMES.get(row["measure"], row["measure"])
        yield f"{name}, cases with {_USED[row['cases_used']]}: {medians} ({sizes}), {said}"
