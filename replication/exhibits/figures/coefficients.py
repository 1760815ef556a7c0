"""Figure: the effects the models are there for, estimated in ways that fail differently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.intervals import MARK_COLUMNS, Panel, interval_drawing
from replication.exhibits.effects import SCALES, effects
from replication.exhibits.labels import Labels, estimator_label
from replication.exhibits.numbers import fitting_digits, interval, is_missing, number
from replication.exhibits.results import Results
from replication.exhibits.text import counted, listed

READS = ("estimates",)
_OUTCOME = "sought"
_PANELS = {
    "log-odds": Panel("log-odds", "Logistic models", "Change in log-odds of seeking endorsement"),
    "probability": Panel(
        "probability", "Linear probability models", "Change in probability of seeking it"
    ),
}


def make(results: Results, name: str) -> Figure:
    """Plot estimates with 95 % intervals by model and term, log-odds beside probabilities."""
    estimates = results["estimates"]
    labels = results.labels
    title = "Effects on seeking endorsement, by model and estimator"
    chosen = effects(estimates[estimates["outcome"] == _OUTCOME])
    if chosen.empty:
        reason = "There is no estimate to show: no model has been estimated."
        return Figure(name, title, reason, reason, nothing_to_show(reason))
    marks = _marks(chosen, labels)
    shown = [
        estimator_label(estimator) for estimator in SCALES if estimator in set(chosen["estimator"])
    ]
    panels = [panel for key, panel in _PANELS.items() if key in set(marks["panel"])]
    return Figure(
        name,
        title,
        _caption(chosen),
        _description(chosen, labels),
        interval_drawing(marks, panels, shown),
    )


def _marks(estimates: pd.DataFrame, labels: Labels) -> pd.DataFrame:
    order = {estimator: number for number, estimator in enumerate(SCALES)}
    models = {model: number for number, model in enumerate(dict.fromkeys(estimates["model"]))}
    terms = {term: number for number, term in enumerate(dict.fromkeys(estimates["term"]))}
    ordered = estimates.sort_values(
        ["model", "term", "estimator"],
        key=lambda column: column.map({**models, **terms, **order}),
        kind="stable",
    )
    estimate, median = ordered["estimate"].astype(float), ordered["estimate_mue"].astype(float)
    infinite = np.isinf(estimate) & median.notna()
    return pd.DataFrame(
        {
            "panel": ordered["estimator"].map(SCALES),
            "group": _headings(ordered),
            "label": ordered["term"].map(labels.term),
            "series": ordered["estimator"].map(estimator_label),
            "estimate": estimate.mask(infinite, median),
            "conf_low": ordered["conf_low"].astype(float),
            "conf_high": ordered["conf_high"].astype(float),
            "reason": ordered["note"].fillna(""),
            "hollow": infinite,
        },
        columns=[*MARK_COLUMNS, "hollow"],
    )


def _headings(estimates: pd.DataFrame) -> pd.Series:
    counts = estimates.groupby(["model", "sample"])["nobs"].agg(["min", "max"]).to_dict("index")
    return pd.Series(
        [
            f"{model} (N = {_count(counts[model, sample])})"
            for model, sample in zip(estimates["model"], estimates["sample"], strict=True)
        ],
        index=estimates.index,
        dtype=object,
    )


def _count(sizes: dict[str, Any]) -> str:
    """Cases of a model on its sample; a range where its methods use different ones."""
    if is_missing(sizes["max"]):
        return "not known"
    least, most = int(sizes["min"]), int(sizes["max"])
    return str(most) if least == most else f"{least} to {most}"


def _caption(estimates: pd.DataFrame) -> str:
    sizes = sorted({int(n) for n in estimates["nobs"].dropna()})
    span = (
        ""
        if not sizes
        else f" on {sizes[0]}" + ("" if len(sizes) == 1 else f" to {sizes[-1]}") + " cases"
    )
    models = counted(estimates["model"].nunique(), "model")
    return (
        f"Dots are estimates, lines 95 % intervals, for {models}{span}, per step of the variable's "
        "scale. An arrowhead: the interval goes on beyond the axis. A hollow dot without a line has no interval; one "
        "on a line is the median unbiased estimate, where the conditional one of the exact method is infinite. "
        "Where an estimate or an interval does not exist, the reason stands in its place."
    )


def _description(estimates: pd.DataFrame, labels: Labels) -> str:
    main = "firth" if (estimates["estimator"] == "firth").any() else estimates["estimator"].iloc[0]
    rows = estimates[estimates["estimator"] == main]
    clauses = [_clause(row, labels) for row in rows.itertuples()]
    excluding = int(((rows["conf_low"] > 0) | (rows["conf_high"] < 0)).sum())
    return (
        f"Plot of estimates with 95 % intervals. By {estimator_label(main)}: {'; '.join(clauses)}. "
        f"{excluding} of these {counted(len(rows), 'interval')} leave out zero. "
        f"Also shown: {_others(estimates, main)}.{_medians(estimates, labels)}"
    )


def _medians(estimates: pd.DataFrame, labels: Labels) -> str:
    found = estimates[
        np.isinf(estimates["estimate"].astype(float)) & estimates["estimate_mue"].notna()
    ]
    clauses = [
        f"{row.model}, {labels.term(row.term).lower()}: {number(row.estimate_mue)}"
        for row in found.itertuples()
    ]
    return (
        f" Median unbiased, where the exact one is infinite: {'; '.join(clauses)}."
        if clauses
        else ""
    )


def _clause(row: Any, labels: Labels) -> str:
    effect = f"{row.model}, {labels.term(row.term).lower()}"
    if np.isnan(row.estimate):
        return f"{effect}: none ({row.note})"
    digits = fitting_digits(row.estimate, row.conf_low, row.conf_high)
    limits = interval(row.conf_low, row.conf_high, digits)
    return f"{effect}: {number(row.estimate, digits)} {limits}"


def _others(estimates: pd.DataFrame, main: str) -> str:
    present = set(estimates["estimator"])
    others: Sequence[str] = [estimator_label(e) for e in SCALES if e in present and e != main]
    return listed(list(others)) or "nothing else"
