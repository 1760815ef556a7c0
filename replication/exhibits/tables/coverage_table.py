"""Table: size of the tests and coverage of the intervals, from the stored simulation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from replication.exhibits.labels import Labels
from replication.exhibits.numbers import is_missing, number
from replication.exhibits.results import Results
from replication.exhibits.simulation import (
    LEVEL,
    SIZE,
    administrations,
    draws_note,
    failures,
    head,
    off,
    scenarios_of,
    shown_estimators,
    sizes_of,
    stale_note,
    tested,
)
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow

READS = ("coverage", "coverage_design")


@dataclass(frozen=True)
class _Part:
    """What one panel shows: a column of the simulation under one effect, against its nominal value."""

    title: str
    effect: str
    column: str
    nominal: float | None = None
    harmful_above: bool = False

    def cell(self, row: dict[str, Any]) -> Cell:
        value = row[self.column]
        if is_missing(value):
            return Cell(None, note="no data set had an answer")
        if self.column == "median_width":
            return Cell(number(value, 2), kind="text")
        marked = self.nominal is not None and off(
            value,
            self.nominal,
            row["replications"],
            row["failed"],
            harmful_above=self.harmful_above,
        )
        return Cell(number(100 * value, 1) + ("*" if marked else ""), kind="text")


_PANELS = (
    _Part(
        "Size: tests at 5 % that reject without an effect (%)",
        "none",
        "rejected",
        SIZE,
        harmful_above=True,
    ),
    _Part("Coverage of 95 % intervals, half the effect (%)", "half", "covered", LEVEL),
    _Part("Coverage of 95 % intervals, the estimated effect (%)", "estimated", "covered", LEVEL),
    _Part("Power of tests at 5 %, the estimated effect (%)", "estimated", "rejected"),
    _Part("Median width of 95 % intervals, the estimated effect", "estimated", "median_width"),
)


def make(results: Results, name: str) -> Table:
    """Set scenarios down and methods across."""
    coverage = results["coverage"]
    design = results[
        "coverage_design"
    ]  # digests of the data as they are, to tell whether they have changed
    labels = results.labels
    estimators = shown_estimators(coverage)
    return Table(
        name=name,
        title="Size and coverage of each method at the design at hand, by simulation",
        columns=(
            Column("tested", "Tested"),
            Column("administrations", "Administrations"),
            *(Column(estimator, head(estimator), align="right") for estimator in estimators),
        ),
        rows=tuple(row for panel in _PANELS for row in _rows(coverage, panel, labels)),
        notes=_notes(coverage, design) if len(coverage) else (),
        data=coverage,
        empty="Nothing was simulated: the models had no estimate to draw from.",
    )


def _rows(coverage: pd.DataFrame, panel: _Part, labels: Labels) -> Iterator[TableRow]:
    chosen = coverage[coverage["effect"] == panel.effect]
    for model, term, sd in scenarios_of(coverage, panel.effect):
        here = chosen[
            (chosen["model"] == model)
            & (chosen["term"] == term)
            & (chosen["administration_sd"] == sd)
        ]
        cells = {row["estimator"]: panel.cell(row) for row in here.to_dict("records")}
        label = {"tested": tested(model, term, labels), "administrations": administrations(sd)}
        yield TableRow({**label, **cells}, panel=panel.title)


def _notes(coverage: pd.DataFrame, design: pd.DataFrame) -> tuple[str, ...]:
    parts = (
        stale_note(coverage, design),
        "Cases keep their codes, administrations and families; outcomes are drawn from the model with "
        "the tested coefficient at none, half or all of its estimate. Where administrations differ, "
        "each has an effect of its own that no method is told of, with standard deviation "
        f"{sizes_of(coverage)} on the scale of the log-odds.",
        draws_note(coverage),
        "An asterisk: size above 5 % or coverage below 95 % by more than two Monte Carlo standard "
        "errors. Rates on the other side are cautious, not wrong, and are not marked.",
        "Intervals are to cover: Firth and exact, the log-odds; the linear model and the permutation, "
        "the least-squares slope of the probabilities at this design, within families for the last "
        "column. Widths are on those scales, so they compare within a scale only.",
        failures(coverage),
    )
    return tuple(part for part in parts if part)
