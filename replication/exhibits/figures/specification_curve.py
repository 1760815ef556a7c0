"""Figure: the specification curve of both treatments, with a dashboard of the choices under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure as Drawing

from replication.adding import added
from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.layout import axes_at, text_at
from replication.exhibits.drawing.style import (
    COLOURS,
    DOUBLE,
    GREY,
    INK,
    SMALL,
    TEXT_SIZE,
    shortened,
    styled,
    text_width,
)
from replication.exhibits.labels import Labels, spoken
from replication.exhibits.multiverse_words import CHOICES, value_words
from replication.exhibits.numbers import integer, is_missing, number, p_equals
from replication.exhibits.results import Results
from replication.precision import fixed, percent

READS = (
    "multiverse_curve",
    "multiverse_permuted",
    "multiverse_joint_test",
    "multiverse_choice_shares",
)
_KEY = ("line: as estimated", "dark band: range in bin", "light band: 95 % of", "permuted curves")
# A normal deviate beyond which p < 0.05.
_CRITICAL = 1.959964
_GAP = 0.3
_CURVE, _STRIP, _ROW, _HEAD = 1.55, 0.42, 0.115, 0.17
_DARK = LinearSegmentedColormap.from_list("share", ["#ffffff", "#9a9a9a", "#1a1a1a"])
_POSITIVE, _OPPOSITE, _NULL = COLOURS[0], COLOURS[1], "#e3e9f0"


@dataclass(frozen=True)
class _Row:
    """A line of the dashboard: a heading, or a value of a choice and its column in the curve."""

    text: str
    column: str = ""
    choice: str = ""


def make(results: Results, name: str) -> Figure:
    """Make the figure from the multiverse's summaries."""
    return specification_curve(
        *(results[read] for read in READS), Labels.of(results.codebook), name
    )


@styled()
def specification_curve(
    curve: pd.DataFrame,
    permuted: pd.DataFrame,
    joint_test: pd.DataFrame,
    shares: pd.DataFrame,
    labels: Labels,
    name: str,
) -> Figure:
    """Draw one curve a treatment, side by side, over shaded strips that show the choices.

    Parameters
    ----------
    curve, permuted, joint_test, shares : DataFrame
        As `analyses.multiverse.run` and `analyses.multiverse.summary` give them.
    """
    title = "Specification curve of both effects on seeking endorsement"
    if curve.empty:
        reason = "No specification could be estimated, so that there is no curve."
        return Figure(name, title, reason, reason, nothing_to_show(reason))
    counts = curve.groupby("treatment", sort=False)["n_specifications"].agg(["sum", "median"])
    caption = _caption(counts, joint_test)
    return Figure(
        name,
        title,
        caption,
        _description(curve, joint_test),
        _drawing(curve, permuted, shares, labels),
    )


def _drawing(
    curve: pd.DataFrame, permuted: pd.DataFrame, shares: pd.DataFrame, labels: Labels
) -> Drawing:
    rows = _dashboard(curve, labels)
    treatments = list(dict.fromkeys(curve["treatment"]))
    names = max(text_width(row.text, SMALL, "bold" if not row.column else "normal") for row in rows)
    words = max(text_width(line, SMALL) for line in _KEY) + 0.2
    left = 0.1 + max(min(names, 2.0), words) + 0.08
    width = (DOUBLE - left - 0.15 - _GAP * (len(treatments) - 1)) / len(treatments)
    top = 0.3
    board = top + _CURVE + 0.1 + _STRIP + 0.1
    height = added(_ROW if row.column else _HEAD for row in rows)
    drawing = Drawing(figsize=(DOUBLE, board + height + 0.5))
    limits = _limits(curve, permuted)
    for number_, treatment in enumerate(treatments):
        part = curve[curve["treatment"] == treatment]
        x = left + number_ * (width + _GAP)
        heading = shortened(spoken(treatment), width, TEXT_SIZE, "bold")
        text_at(drawing, x, 0.13, heading, weight="bold")
        null = permuted[permuted["treatment"] == treatment]
        axes = axes_at(drawing, x, top, width, _CURVE)
        _draw_curve(axes, part, null, limits, first=number_ == 0)
        strip = axes_at(drawing, x, top + _CURVE + 0.1, width, _STRIP)
        _draw_significant(strip, part, _highest(curve))
        axes = axes_at(drawing, x, board, width, height)
        _draw_board(axes, part, rows, shares[shares["treatment"] == treatment])
    _draw_names(drawing, rows, left, board)
    middle = top + _CURVE / 2
    text_at(drawing, 0.1, middle - 0.4, "z of the effect", weight="bold", size=SMALL)
    for line, said in enumerate(_KEY):
        text_at(drawing, 0.1, middle - 0.24 + 0.12 * line, said, size=SMALL)
    share = top + _CURVE + 0.1 + _STRIP / 2
    text_at(drawing, 0.1, share - 0.08, "Share with p < 0.05", weight="bold", size=SMALL)
    text_at(drawing, 0.1, share + 0.05, "positive", size=SMALL, color=_POSITIVE)
    text_at(drawing, 0.55, share + 0.05, "negative", size=SMALL, color=_OPPOSITE)
    _draw_scale(drawing, left, board + height + 0.3)
    return drawing


def _dashboard(curve: pd.DataFrame, labels: Labels) -> list[_Row]:
    rows = []
    for choice, title in CHOICES.items():
        columns = [c for c in curve if c.startswith(f"{choice}=")]
        if columns:
            rows.append(_Row(title, choice=choice))
        for column in columns:
            value = column.removeprefix(f"{choice}=")
            rows.append(_Row(value_words(choice, value, labels), column, choice))
    return rows


def _limits(curve: pd.DataFrame, permuted: pd.DataFrame) -> tuple[float, float]:
    """Give an axis of z with all bins' medians, most permuted curves and the critical values."""
    inner = permuted[permuted["position"].between(2, 98)]
    low = min(curve["median"].min(), inner["low"].min(), -1.15 * _CRITICAL)
    high = max(curve["median"].max(), inner["high"].max(), 1.15 * _CRITICAL)
    return 1.05 * low, 1.05 * high


def _edges(part: pd.DataFrame) -> np.ndarray:
    """Where bins begin and end, as shares of all specifications."""
    ends = part["n_specifications"].cumsum().to_numpy(float)
    return 100 * np.concatenate([[0.0], ends]) / ends[-1]


def _draw_curve(
    axes: Axes,
    part: pd.DataFrame,
    null: pd.DataFrame,
    limits: tuple[float, float],
    *,
    first: bool,
) -> None:
    axes.set(xlim=(0, 100), ylim=limits)
    edges = _edges(part)
    low, high, median = (part[key].to_numpy(float) for key in ("low", "high", "median"))
    axes.fill_between(
        null["position"], null["low"], null["high"], color=_NULL, linewidth=0, zorder=0
    )
    axes.fill_between(
        edges, np.append(low, low[-1]), np.append(high, high[-1]), step="post", color=COLOURS[5],
        linewidth=0, zorder=2,
    )  # fmt: skip
    axes.plot((edges[:-1] + edges[1:]) / 2, median, color=INK, linewidth=0.9, zorder=3)
    axes.axhline(0, color=GREY, linewidth=0.7, zorder=1)
    for side in (-_CRITICAL, _CRITICAL):
        axes.axhline(side, color=GREY, linewidth=0.6, linestyle=(0, (3, 2)), zorder=1)
    if first:
        words = {"size": SMALL, "color": GREY, "va": "bottom"}
        axes.text(1, _CRITICAL + 0.03 * limits[1], "p = 0.05", **words)
    negative = 100 * _share_below_zero(part)
    axes.plot([negative], [0], marker="|", markersize=6, color=INK, linestyle="none", zorder=4)
    # On the emptier side of the crossing; left of it the curve runs below zero, right of it above.
    right = negative > 50  # noqa: PLR2004
    axes.text(
        negative + (-1.5 if right else 1.5), (-0.13 if right else 0.13) * limits[0],
        f"{fixed(negative, 0)} % below 0",
        size=SMALL, ha="right" if right else "left", va="center",
    )  # fmt: skip
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def _share_below_zero(part: pd.DataFrame) -> float:
    """Share of negative estimates, exact to the bin in which the curve crosses zero."""
    below = part.loc[part["high"] < 0, "n_specifications"].sum()
    crossing = part[(part["low"] < 0) & (part["high"] >= 0)]
    inside = 0.0
    for row in crossing.itertuples():
        inside += row.n_specifications * -row.low / (row.high - row.low)
    return float((below + inside) / part["n_specifications"].sum())


def _highest(curve: pd.DataFrame) -> bool:
    return bool((curve["share_opposite"] > 0).any())


def _draw_significant(axes: Axes, part: pd.DataFrame, two_sided: bool) -> None:  # noqa: FBT001
    """Bars of the share significant in each bin: up in the expected direction, down in the other."""
    edges = _edges(part)
    bottom = -1.0 if two_sided else 0.0
    axes.set(xlim=(0, 100), ylim=(bottom * 1.02, 1.02))
    for column, sign, colour in (
        ("share_significant", 1, _POSITIVE),
        ("share_opposite", -1, _OPPOSITE),
    ):
        values = sign * part[column].to_numpy(float)
        axes.fill_between(
            edges, np.append(values, values[-1]), step="post", color=colour, linewidth=0
        )
    axes.axhline(0, color=GREY, linewidth=0.6)
    axes.set_yticks([*([-1] if two_sided else []), 0, 1], [*(["1"] if two_sided else []), "0", "1"])
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def _draw_board(axes: Axes, part: pd.DataFrame, rows: Sequence[_Row], shares: pd.DataFrame) -> None:
    height = added(_ROW if row.column else _HEAD for row in rows)
    axes.set(xlim=(0, 100), ylim=(height, 0), autoscale_on=False)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Specifications in order of z, per cent")
    accounted = shares.set_index("choice")["share"]
    y = 0.0
    for row in rows:
        if row.column:
            values = part[[row.column]].to_numpy(float, na_value=0.0).T
            axes.imshow(
                values, cmap=_DARK, vmin=0, vmax=1, aspect="auto", interpolation="nearest",
                extent=(0, 100, y + _ROW - 0.008, y + 0.008), origin="upper",
            )  # fmt: skip
            y += _ROW
        else:
            share = accounted.get(row.choice)
            words = "" if is_missing(share) else f"{percent(share)} % of the variance of z"
            axes.text(
                100, y + _HEAD / 2 + 0.01, words, size=SMALL, ha="right", va="center", color=GREY
            )
            y += _HEAD


def _draw_names(drawing: Drawing, rows: Sequence[_Row], left: float, top: float) -> None:
    y = top
    for row in rows:
        height = _ROW if row.column else _HEAD
        if row.column:
            text_at(
                drawing, left - 0.06, y + height / 2, shortened(row.text, left - 0.12, SMALL),
                size=SMALL, ha="right",
            )  # fmt: skip
        else:
            shown = shortened(row.text, left - 0.12, SMALL, "bold")
            text_at(drawing, 0.1, y + height / 2 + 0.01, shown, size=SMALL, weight="bold")
        y += height


def _draw_scale(drawing: Drawing, left: float, top: float) -> None:
    """Say what the shades of the strips mean."""
    words = "Shade: share of the bin's specifications with that choice"
    text_at(drawing, 0.1, top + 0.1, words, size=SMALL)
    x = max(left, 0.2 + text_width(words, SMALL)) + 0.4
    axes = axes_at(drawing, x, top + 0.06, 1.0, 0.08)
    axes.imshow(np.linspace(0, 1, 50)[None], cmap=_DARK, aspect="auto", extent=(0, 1, 0, 1))
    axes.set_axis_off()
    text_at(drawing, x - 0.05, top + 0.1, "none", size=SMALL, ha="right")
    text_at(drawing, x + 1.05, top + 0.1, "all", size=SMALL)


def _caption(counts: pd.DataFrame, joint_test: pd.DataFrame) -> str:
    each = "; ".join(f"{spoken(t)} {integer(row['sum'])}" for t, row in counts.iterrows())
    return (
        f"Specifications that can be estimated: {each}; in bins of about "
        f"{integer(round(counts['median'].median()))}. z is the signed root of the likelihood-ratio "
        "statistic, or the normal deviate of a linear model's t. Light band: at each place, where 95 % of "
        "the curves lie when outcomes are permuted within samples. Strips: how often each choice was "
        "made in the bin; controls can be chosen together. Per cent of the variance of z: by that "
        f"choice alone. Joint permutation test: {_tests(joint_test)}."
    )


_WORDS = {
    "median": "median z",
    "dominant_share": "share with the dominant sign",
    "significant_share": "share positive and significant",
}


def _tests(joint_test: pd.DataFrame) -> str:
    parts = []
    for treatment, rows in joint_test.groupby("treatment", sort=False):
        found = [
            f"{_WORDS.get(row.statistic, row.statistic)} {number(row.observed)} ({p_equals(row.p_value)})"
            for row in rows.itertuples()
        ]
        parts.append(f"{spoken(treatment)}: {', '.join(found)}")
    return "; ".join(parts)


def _description(curve: pd.DataFrame, joint_test: pd.DataFrame) -> str:
    parts = [
        f"{spoken(treatment)}: z from {number(part['low'].min())} to {number(part['high'].max())}, "
        f"{percent(_share_below_zero(part))} per cent below zero"
        for treatment, part in curve.groupby("treatment", sort=False)
    ]
    return (
        f"Sorted curves of all specifications with a dashboard of choices. {'; '.join(parts)}. "
        f"Joint test: {_tests(joint_test)}."
    )
