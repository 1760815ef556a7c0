"""Table: each effect without each case, each crisis family, each administration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from replication.exhibits.case_frame import case_names
from replication.exhibits.numbers import fitting_digits, is_missing, number, p_value
from replication.exhibits.refits import FULL, UNITS, strongest, unit_name
from replication.exhibits.results import Results
from replication.exhibits.text import counted, listed
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow
from replication.precision import significant

READS = ("influence", "cases")


def make(results: Results, name: str) -> Table:
    """Show ranges of estimate and p-value, and what moves each effect most."""
    refits = results["influence"]
    titles = case_names(results["cases"])
    labels = results.labels
    rows = [
        row
        for (model, term), part in refits.groupby(["model", "term"], sort=False)
        for row in _rows(f"{model}: {labels.term(term)}", part, titles)
    ]
    names = [unit_name(unit, out, titles) for unit, out in refits[["unit", "left_out"]].to_numpy()]
    return Table(
        name=name,
        title="Effects when one case, crisis family or administration is left out",
        columns=(
            Column("left_out", "Left out"),
            Column("estimates", "Estimates", align="right"),
            Column("p_values", "p-values", align="right"),
            Column("significant", "p < 0.05", align="right"),
            Column("name", "Left out", group="Moves the estimate most"),
            Column("estimate", "Estimate", align="right", group="Moves the estimate most"),
            Column("p_value", "p", kind="p_value", group="Moves the estimate most"),
        ),
        rows=tuple(rows),
        notes=(
            "Firth's logit, log-odds for one step of the scale; p-values of the penalised "
            "likelihood-ratio test. Estimates and p-values: lowest and highest when units of the kind "
            "are left out one at a time. p < 0.05: in how many of these, whatever the sign.",
        ),
        data=refits.assign(left_out_title=names),
        empty="There is no effect to refit.",
    )


def _rows(panel: str, part: pd.DataFrame, titles: dict[str, str]) -> Iterator[TableRow]:
    full = part[part["unit"] == FULL].iloc[0]
    digits = fitting_digits(*part["estimate"])
    yield TableRow(
        {
            "left_out": "nothing",
            "estimates": number(full["estimate"], digits),
            "p_values": p_value(full["p_value"]),
            **_BLANK,
        },
        panel=panel,
        note="" if is_missing(full["note"]) else str(full["note"]),
    )
    for unit, (one, many) in UNITS.items():
        refits = part[part["unit"] == unit]
        if len(refits):
            heading = counted(len(refits), one, many)
            yield _unit_row(panel, unit, heading, refits, titles, digits)


_BLANK = {key: Cell("", kind="text") for key in ("significant", "name", "estimate", "p_value")}


def _unit_row(
    panel: str, unit: str, heading: str, refits: pd.DataFrame, titles: dict[str, str], digits: int
) -> TableRow:
    failed = refits[refits["estimate"].isna()]
    reasons = [
        f"{unit_name(unit, row.left_out, titles)} ({row.note})" for row in failed.itertuples()
    ]
    worst = strongest(refits)
    cells: dict[str, Any] = {"left_out": heading}
    if worst is not None:
        found = refits.loc[refits["estimate"].notna()]
        estimates, p_values = found["estimate"], found["p_value"]
        cells |= {
            "estimates": f"{number(estimates.min(), digits)} to {number(estimates.max(), digits)}",
            "p_values": f"{p_value(p_values.min())} to {p_value(p_values.max())}",
            "significant": f"{int(significant(found['p_value']).sum())} of {len(found)}",
            "name": unit_name(unit, worst["left_out"], titles),
            "estimate": number(worst["estimate"], digits),
            "p_value": worst["p_value"],
        }
    note = f"Not estimated without {listed(reasons)}." if reasons else ""
    return TableRow(cells, panel=panel, note=note)
