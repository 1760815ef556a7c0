"""Figure: what random errors in the codes do to each effect."""

from __future__ import annotations

import pandas as pd

from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.intervals import MARK_COLUMNS, Panel, interval_drawing
from replication.exhibits.labels import Labels, rate_words
from replication.exhibits.numbers import fitting_digits, integer, number
from replication.exhibits.results import Results

READS = ("coding_error",)
_PANELS = (
    Panel("estimate", "Estimates of the draws", "Log-odds for one step of the scale"),
    Panel("same", "Same sign", "Share of draws", reference=None, limits=(-0.03, 1.03)),
    Panel("significant", "Same sign, p < 0.05", "Share of draws", None, limits=(-0.03, 1.03)),
)


def make(results: Results, name: str) -> Figure:
    """Show median and 95 % range of the estimates, and the shares that keep sign and significance."""
    summaries = results["coding_error"]
    labels = results.labels
    title = "Effects under random coding error"
    if summaries.empty:
        reason = "No model is made of coded scales alone, so that no code can be moved by a step."
        return Figure(name, title, reason, reason, nothing_to_show(reason))
    factors = sorted(float(factor) for factor in summaries["factor"].unique())
    series = [rate_words(factor) for factor in factors]
    marks = pd.concat([_marks(summaries, panel.key, labels) for panel in _PANELS])
    order = {word: place for place, word in enumerate(series)}
    marks = marks.sort_values("series", key=lambda s: s.map(order), kind="stable")
    return Figure(
        name,
        title,
        _caption(summaries),
        _description(summaries, labels),
        interval_drawing(_in_order(marks, summaries, labels), _PANELS, series),
    )


def _marks(summaries: pd.DataFrame, panel: str, labels: Labels) -> pd.DataFrame:
    columns = {
        "estimate": ("median", "low", "high"),
        "same": ("share_same_sign",) * 3,
        "significant": ("share_significant",) * 3,
    }[panel]
    values = {
        key: summaries[column].astype(float)
        for key, column in zip(("estimate", "conf_low", "conf_high"), columns, strict=True)
    }
    frame = pd.DataFrame(
        {
            "panel": panel,
            "group": summaries["model"],
            "label": _names(summaries, labels),
            "series": [rate_words(factor) for factor in summaries["factor"]],
            **values,
            "reason": "no draw could be estimated",
        }
    )
    return frame[list(MARK_COLUMNS)]


def _names(summaries: pd.DataFrame, labels: Labels) -> list[str]:
    return [
        f"{labels.term(row.term)}: {number(row.observed, fitting_digits(row.observed))}"
        for row in summaries.itertuples()
    ]


def _in_order(marks: pd.DataFrame, summaries: pd.DataFrame, labels: Labels) -> pd.DataFrame:
    """Put effects back into the order of the models; the rates of each stay in theirs."""
    effects = zip(summaries["model"], _names(summaries, labels), strict=True)
    places = {effect: place for place, effect in enumerate(dict.fromkeys(effects))}
    found = [places[e] for e in zip(marks["group"], marks["label"], strict=True)]
    return marks.assign(place=found).sort_values("place", kind="stable").drop(columns="place")


def _caption(summaries: pd.DataFrame) -> str:
    return (
        f"{integer(summaries['draws'].max())} draws for each effect and rate, re-estimated by Firth's "
        "logit. A code moves by one step with a chance of 0.05, 0.15 or 0.35 where the confidence in "
        "it is 3, 2 or 1 (planned), half or double these. Left: median and 95 % range of the "
        "estimates; beside each name the estimate from the codes as they are. Codes at the end of a "
        "scale can only move inwards, which draws estimates to zero."
    )


def _description(summaries: pd.DataFrame, labels: Labels) -> str:
    planned = summaries[summaries["factor"] == 1.0]
    clauses = [
        f"{row.model}, {labels.term(row.term).lower()}: median {number(row.median)} "
        f"({number(row.observed)} without error), same sign in {number(row.share_same_sign)}, "
        f"significant in {number(row.share_significant)} of draws"
        for row in planned.itertuples()
    ]
    return f"At the planned error rates. {'; '.join(clauses)}."
