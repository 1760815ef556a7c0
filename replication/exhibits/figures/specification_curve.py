"""Figure: the specification curve of both treatments over its choices, with N and a box for each choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

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
from replication.exhibits.figures.specification_board import (
    BoardRow,
    board_height,
    dashboard,
    draw_board,
    draw_boxes,
    draw_names,
    draw_scale,
)
from replication.exhibits.labels import Labels, spoken
from replication.exhibits.numbers import integer, number, p_equals
from replication.exhibits.results import Results
from replication.precision import fixed, percent

READS = (
    "multiverse_curve",
    "multiverse_permuted",
    "multiverse_joint_test",
    "multiverse_choice_shares",
    "multiverse_spread",
    "multiverse_sizes",
)
_KEY = ("line: as estimated", "dark band: range in bin", "light band: 95 % of", "permuted curves")
# A normal deviate beyond which p < 0.05.
_CRITICAL = 1.959964
_GAP = 0.3
_CURVE, _STRIP = 1.55, 0.42
# Share of a treatment's width that the boxes take, and the space before them.
_BOXES, _BEFORE_BOXES = 0.27, 0.1
_TOP = 0.3
_POSITIVE, _OPPOSITE, _NULL = COLOURS[0], COLOURS[1], "#e3e9f0"


@styled()
def make(results: Results, name: str) -> Figure:
    """Draw one curve a treatment, side by side, over shaded strips that show the choices.

    Under the curve stand the share significant and the number of cases; beside each choice's strip
    a box of z over all its specifications.
    """
    curve, permuted, joint_test, shares, spread, sizes = (results[table] for table in READS)
    labels = results.labels
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
        _drawing(_Parts(curve, permuted, shares, spread, sizes), labels),
    )


@dataclass(frozen=True)
class _Parts:
    """What one treatment's column is drawn from."""

    curve: pd.DataFrame
    permuted: pd.DataFrame
    shares: pd.DataFrame
    spread: pd.DataFrame
    sizes: pd.DataFrame

    def of(self, treatment: str) -> _Parts:
        return _Parts(*(frame[frame["treatment"] == treatment] for frame in vars(self).values()))


def _drawing(parts: _Parts, labels: Labels) -> Drawing:
    rows = dashboard(parts.curve, labels)
    treatments = list(dict.fromkeys(parts.curve["treatment"]))
    names = max(text_width(row.text, SMALL, "bold" if not row.column else "normal") for row in rows)
    words = max(text_width(line, SMALL) for line in _KEY) + 0.2
    left = 0.1 + max(min(names, 2.0), words) + 0.08
    width = (DOUBLE - left - 0.15 - _GAP * (len(treatments) - 1)) / len(treatments)
    strips = _TOP + _CURVE + 0.1
    board = strips + 2 * (_STRIP + 0.1)
    height = board_height(rows)
    drawing = Drawing(figsize=(DOUBLE, board + height + 0.5))
    limits = _limits(parts.curve, parts.permuted)
    for place, treatment in enumerate(treatments):
        x = left + place * (width + _GAP)
        text_at(
            drawing, x, 0.13, shortened(spoken(treatment), width, TEXT_SIZE, "bold"), weight="bold"
        )
        _draw_column(drawing, parts, treatment, (x, width, board, height), rows, limits)
    draw_names(drawing, rows, left, board)
    _draw_headings(drawing, strips)
    draw_scale(drawing, left, board + height + 0.3)
    return drawing


def _draw_column(
    drawing: Drawing,
    parts: _Parts,
    treatment: str,
    place: tuple[float, float, float, float],
    rows: Sequence[BoardRow],
    limits: tuple[float, float],
) -> None:
    """Draw one treatment: curve, shares, N, board, and the boxes beside the board."""
    x, width, board, height = place
    own = parts.of(treatment)
    inner = (1 - _BOXES) * width - _BEFORE_BOXES
    strips = _TOP + _CURVE + 0.1
    first = treatment == parts.curve["treatment"].iloc[0]
    _draw_curve(
        axes_at(drawing, x, _TOP, inner, _CURVE), own.curve, own.permuted, limits, first=first
    )
    opposite = bool((parts.curve["share_opposite"] > 0).any())
    _draw_significant(axes_at(drawing, x, strips, inner, _STRIP), own.curve, opposite)
    _draw_sizes(axes_at(drawing, x, strips + _STRIP + 0.1, inner, _STRIP), own.sizes, parts.sizes)
    draw_board(axes_at(drawing, x, board, inner, height), own.curve, rows, own.shares)
    boxes = axes_at(drawing, x + inner + _BEFORE_BOXES, board, _BOXES * width, height)
    draw_boxes(boxes, own.spread, parts.spread, rows)


def _draw_headings(drawing: Drawing, strips: float) -> None:
    """Name what stands beside each other part."""
    middle = _TOP + _CURVE / 2
    text_at(drawing, 0.1, middle - 0.4, "z of the effect", weight="bold", size=SMALL)
    for line, said in enumerate(_KEY):
        text_at(drawing, 0.1, middle - 0.24 + 0.12 * line, said, size=SMALL)
    share = strips + _STRIP / 2
    text_at(drawing, 0.1, share - 0.08, "Share with p < 0.05", weight="bold", size=SMALL)
    text_at(drawing, 0.1, share + 0.05, "positive", size=SMALL, color=_POSITIVE)
    text_at(drawing, 0.55, share + 0.05, "negative", size=SMALL, color=_OPPOSITE)
    size = share + _STRIP + 0.1
    text_at(drawing, 0.1, size - 0.08, "N", weight="bold", size=SMALL)
    text_at(drawing, 0.1, size + 0.05, "median; band: 90 % of bin", size=SMALL)


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
        y = _CRITICAL + 0.03 * limits[1]
        axes.text(1, y, "p = 0.05", size=SMALL, color=GREY, va="bottom")
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


def _draw_sizes(axes: Axes, own: pd.DataFrame, both: pd.DataFrame) -> None:
    """Draw the numbers of cases of the specifications along the curve."""
    edges = _edges(own)
    low, median, high = (own[key].to_numpy(float) for key in ("low", "median", "high"))
    axes.fill_between(
        edges,
        np.append(low, low[-1]),
        np.append(high, high[-1]),
        step="post",
        color=_NULL,
        linewidth=0,
    )
    axes.step(edges, np.append(median, median[-1]), where="post", color=INK, linewidth=0.7)
    least, most = both["low"].min(), both["high"].max()
    axes.set(xlim=(0, 100), ylim=(least - 2, most + 2))
    axes.set_yticks([least, most], [integer(round(least)), integer(round(most))])
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def _caption(counts: pd.DataFrame, joint_test: pd.DataFrame) -> str:
    each = "; ".join(f"{spoken(t)} {integer(row['sum'])}" for t, row in counts.iterrows())
    return (
        f"Specifications that can be estimated: {each}; in bins of about "
        f"{integer(round(counts['median'].median()))}. z is the signed root of the likelihood-ratio "
        "statistic, or the normal deviate of a linear model's t. Light band: at each place, where 95 % of "
        "the curves lie when outcomes are permuted within samples. Strips: how often each choice was "
        "made in the bin; controls can be chosen together. Boxes: median and quartiles of z with that "
        "choice, line over nine tenths. N: cases of a specification. Per cent of the variance of z: by "
        f"that choice alone. Joint permutation test: {_tests(joint_test)}."
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
