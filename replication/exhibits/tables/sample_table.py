"""Table: the cases with their main codes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from replication.exhibits.case_frame import samples_of
from replication.exhibits.labels import Labels, spoken
from replication.exhibits.results import Results
from replication.exhibits.text import capital, counted, short_names
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow

READS = ("cases",)
# The outcome, the theory and its rivals; the heat map shows every code.
MAIN = (
    "io_sought",
    "military_opposition",
    "stabilization_burden",
    "strategic_interest",
    "legitimacy_framing",
    "major_power_opposition",
)
_ORIGINAL = "One of the four cases of the original study."


def make(results: Results, name: str) -> Table:
    """One row a case, by sample and in the order given: date, administration, main codes."""
    cases, labels = results["cases"], results.labels
    cases = cases.assign(shown=short_names([str(title) for title in cases["case_title"]]))
    samples = samples_of(cases, labels)
    groups = {sample: cases[cases["sample"] == sample] for sample in samples}
    rows = tuple(
        _row(case, f"{capital(labels.value('sample', sample))} (N = {len(group)})")
        for sample, group in groups.items()
        for case in group.to_dict("records")
    )
    columns = (
        Column("case", "Case"),
        Column("decision_date", "Decision"),
        Column("administration", "President"),
        *(Column(variable, spoken(variable), kind="integer") for variable in MAIN),
    )
    kept = ["case_id", "case_title", "sample", "decision_date", "administration", *MAIN]
    ordered = pd.concat(list(groups.values()) or [cases])
    return Table(
        name=name,
        title="Cases and their main codes",
        columns=columns,
        rows=rows,
        notes=_notes(cases, labels),
        data=ordered[kept],
        empty="There is no case yet.",
    )


def _row(case: dict[str, Any], panel: str) -> TableRow:
    original = case["recchia_case"] == 1
    return TableRow(
        {
            "case": Cell(case["shown"], note=_ORIGINAL if original else ""),
            "decision_date": case["decision_date"],
            "administration": case["administration"],
            **{variable: case[variable] for variable in MAIN},
        },
        panel=panel,
    )


def _notes(cases: pd.DataFrame, labels: Labels) -> tuple[str, ...]:
    scales = [
        f"{spoken(variable)}: {labels.scale(variable)}."
        for variable in MAIN
        if labels.scale(variable)
    ]
    return (
        (
            f"{counted(len(cases), 'case')}. Agreed codes; a dash where the evidence does not show it. "
            "00 in a date: unknown day or month."
        ),
        " ".join(scales),
    )[: 2 if scales else 1]
