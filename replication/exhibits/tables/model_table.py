"""Table: the logistic models, one a column, with marginal effects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from replication.exhibits.labels import Labels
from replication.exhibits.numbers import fitting_digits, interval, is_missing, number, p_equals
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow

READS = ("estimates",)
_PANELS = {
    "firth": "Firth's logit: log-odds",
    "firth_ame": "Firth's logit: average marginal effects on the probability",
}


def make(results: Results, name: str) -> Table:
    """Terms down, models across; in each cell the estimate, its interval and its p-value.

    A model is one column whatever its sample and outcome, which are named under the estimates.
    """
    estimates = results["estimates"]
    labels = results.labels
    chosen = estimates[estimates["estimator"].isin(_PANELS)]
    models = list(dict.fromkeys(chosen["model"]))
    rows = [
        row
        for estimator in _PANELS
        for row in _rows(chosen[chosen["estimator"] == estimator], estimator, labels)
    ]
    rows += _foot(chosen, models, labels) if models else []
    return Table(
        name=name,
        title=f"Models of seeking endorsement{_outcomes(chosen, labels)}",
        columns=(
            Column("term", "Term"),
            *(Column(model, model, align="centre") for model in models),
        ),
        rows=tuple(rows),
        notes=_NOTES if models else (),
        data=chosen,
        empty="There is no model to show: none has been estimated.",
    )


_NOTES = (
    "In each cell the estimate, under it the 95 % interval in brackets and the p-value.",
    (
        "Log-odds: profile penalised-likelihood intervals, p-values of penalised likelihood-ratio "
        "tests. Average marginal effects: change in the probability for one step, averaged over the "
        "cases."
    ),
)


def _rows(estimates: pd.DataFrame, estimator: str, labels: Labels) -> list[TableRow]:
    """One row a term, the constant last; a cell is empty where a model does not have the term."""
    terms = sorted(dict.fromkeys(estimates["term"]), key=lambda term: term == "const")
    return [
        TableRow(
            {
                "term": labels.term(term),
                **dict.fromkeys(dict.fromkeys(estimates["model"]), ""),
                **{
                    row["model"]: _cell(row)
                    for row in estimates[estimates["term"] == term].to_dict("records")
                },
            },
            panel=_PANELS[estimator],
        )
        for term in terms
    ]


def _cell(row: dict[str, Any]) -> Cell:
    note = "" if is_missing(row["note"]) else str(row["note"])
    if is_missing(row["estimate"]):
        return Cell(None, note=note)
    ends = row["conf_low"], row["conf_high"]
    digits = fitting_digits(row["estimate"], *ends)
    lines = [number(row["estimate"], digits), interval(*ends, digits)]
    if not is_missing(row["p_value"]):
        lines.append(p_equals(row["p_value"]))
    return Cell(tuple(lines), note=note)


def _foot(estimates: pd.DataFrame, models: Sequence[str], labels: Labels) -> list[TableRow]:
    first = estimates.drop_duplicates("model").set_index("model")
    return [
        TableRow(
            {"term": "Cases", **{m: Cell(first.loc[m, "nobs"], kind="integer") for m in models}}
        ),
        TableRow(
            {
                "term": "Cases that sought",
                **{m: Cell(first.loc[m, "n_events"], kind="integer") for m in models},
            }
        ),
        TableRow(
            {
                "term": "Sample",
                **{m: labels.sample(first.loc[m, "sample"]) for m in models},
            }
        ),
    ]


def _outcomes(estimates: pd.DataFrame, labels: Labels) -> str:
    outcomes = list(dict.fromkeys(estimates["outcome"]))
    return (
        f" ({'; '.join(labels.variable(outcome) for outcome in outcomes)})"
        if len(outcomes) > 1
        else ""
    )
