"""Table: who wants endorsement; each actor against the military within the same case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from replication.exhibits.labels import Labels
from replication.exhibits.numbers import MINUS, is_missing, number, p_equals
from replication.exhibits.results import Results
from replication.exhibits.text import counted
from replication.exhibits.typesetting.table import Column, Table, TableRow
from replication.terms import is_product

READS = ("estimates",)
MODELS = {
    "A1": "Case effects",
    "A2": "With the position on force",
    "A3": "With actor by administration",
}
_PAIRED = {"permutation": "paired_p", "sign_test": "sign_p", "signed_rank": "rank_p"}


def make(results: Results, name: str) -> Table:
    """Set actors down and methods across, one panel for each model and sample."""
    estimates = results["estimates"]
    labels = results.labels
    rows = []
    for (model, sample), part in estimates[estimates["model"].isin(list(MODELS))].groupby(
        ["model", "sample"], sort=False
    ):
        panel = f"{MODELS[model]}, sample: {sample}"
        for effect in part[part["estimator"] == "panel"].itertuples():
            if is_product(effect.term):
                continue
            same = part[part["term"] == effect.term].set_index("estimator")
            rows.append(
                TableRow(
                    _cells(effect, same, labels),
                    panel=panel,
                    note=effect.note if isinstance(effect.note, str) else "",
                )
            )
    return Table(
        name=name,
        title="Position on having endorsement first, actor minus military within the case",
        columns=(
            Column("term", "Actor"),
            Column("estimate", "Difference", kind="number", group="Panel"),
            Column("conf_low", "Low", kind="number", group="Panel"),
            Column("conf_high", "High", kind="number", group="Panel"),
            Column("p_value", "p", kind="p_value", group="Panel"),
            Column("nobs", "N", kind="integer", group="Panel"),
            Column("wild_p", "Wild p", kind="p_value", group="Panel"),
            Column("pairs", "Pairs", kind="integer", group="Paired"),
            Column("paired", "Mean", kind="number", group="Paired"),
            Column("paired_p", "Exact p", kind="p_value", group="Paired"),
            Column("sign_p", "Sign p", kind="p_value", group="Paired"),
            Column("rank_p", "Rank p", kind="p_value", group="Paired"),
            Column("smallest_p", "Smallest p", kind="p_value", group="Paired"),
            Column("bound_low", "Low", kind="number", group="Bounds"),
            Column("bound_high", "High", kind="number", group="Bounds"),
        ),
        rows=tuple(rows),
        notes=(
            f"Positions run from {MINUS}2, argued against asking an organisation, to 2, led the argument "
            "for asking first. The theory expects differences below zero; the norms rival expects "
            "State above zero.",
            "Panel: effects of cases, 95 % interval with errors clustered by case, N positions; "
            "wild: wild cluster bootstrap. Paired: cases where both positions are known, exact "
            "permutation, sign and signed-rank tests, and the smallest p-value that any of them can "
            "give; from 0.05 on they cannot reject. Bounds: mean difference over all cases of the sample when "
            "missing positions take whichever end of the scale moves it most.",
            "By administration, in administrations whose military is seen beside another actor in "
            "two cases or more; the row is the mean over them.",
            *_within(estimates, labels),
        ),
        empty="No two actors of one case have known positions.",
    )


def _cells(effect: Any, same: pd.DataFrame, labels: Labels) -> dict[str, Any]:
    cells: dict[str, Any] = {
        "term": labels.actor(effect.term) if effect.term != "force" else "Position on force",
        "estimate": effect.estimate,
        "conf_low": effect.conf_low,
        "conf_high": effect.conf_high,
        "p_value": effect.p_value,
        "nobs": effect.nobs,
    }
    if "wild_bootstrap" in same.index:
        cells["wild_p"] = same.loc["wild_bootstrap", "p_value"]
    for estimator, key in _PAIRED.items():
        if estimator in same.index:
            cells[key] = same.loc[estimator, "p_value"]
            cells |= {
                "pairs": same.loc[estimator, "nobs"],
                "paired": same.loc[estimator, "estimate"],
                "smallest_p": same.loc[estimator].get("smallest_p"),
            }
    if "bounds" in same.index:
        cells["bound_low"] = same.loc["bounds", "conf_low"]
        cells["bound_high"] = same.loc["bounds", "conf_high"]
    return cells


def _within(estimates: pd.DataFrame, labels: Labels) -> Iterator[str]:
    """Say what exchanging the actors within each case gives."""
    for test in estimates[estimates["estimator"] == "within_permutation"].itertuples():
        if not is_missing(test.p_value):
            name = labels.actor(test.term).lower()
            yield (
                f"Permutation of the actors within their cases, sample {test.sample}: {name} less the "
                f"others {number(test.estimate)}, {p_equals(test.p_value)}, {counted(int(test.nobs), 'case')}."
            )
