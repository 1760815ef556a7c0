"""Dots with intervals: the generic plot of estimates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator

from replication.exhibits.drawing.layout import (
    KeyEntry,
    axes_at,
    draw_key,
    key_height,
    mark_at,
    row_height,
    text_at,
)
from replication.exhibits.drawing.style import (
    COLOURS,
    DOUBLE,
    FAINT,
    GREY,
    INK,
    MARKERS,
    SMALL,
    TEXT_SIZE,
    shortened,
    styled,
    text_width,
)
from replication.exhibits.text import visible
from replication.ordered_sums import ordered_sum

MARK_COLUMNS = ("panel", "group", "label", "series", "estimate", "conf_low", "conf_high", "reason")

_LINE = 0.105
_BETWEEN = 0.05
_HEADING = 0.15
_EDGE = 0.1
_BELOW = 0.45
_REASON_SIZE = 5.5


@dataclass(frozen=True)
class Panel:
    """One axis of estimates; panels stand side by side and share the rows.

    Attributes
    ----------
    key : str
        Its name in the column ``panel`` of the marks.
    title, axis : str
        Over it, and under its axis with the unit.
    reference : float or None
        Where a line stands for no effect or for the value to compare with.
    limits : tuple of float, or None
        Ends of the axis; None to take them from the estimates.
    """

    key: str
    title: str
    axis: str
    reference: float | None = 0.0
    limits: tuple[float, float] | None = None


@styled()
def interval_drawing(
    marks: pd.DataFrame,
    panels: Sequence[Panel],
    series: Sequence[str],
    key_title: str = "",
    width: float = DOUBLE,
    *,
    together: Collection[str] = (),
) -> Drawing:
    """Draw every mark as a dot with its interval, rows down, panels across.

    Parameters
    ----------
    marks : DataFrame
        One row a mark, columns `MARK_COLUMNS`. Rows of the drawing are the pairs of group and label
        in order of first appearance; a group that is not empty gets a heading. An infinite limit,
        or one beyond the axis, ends in an arrowhead. Where the estimate is missing, or has no
        interval, the reason is written there. A further column ``hollow`` marks dots that are drawn with a
        white middle although they have an interval.
    panels : sequence of Panel
        At least one.
    series : sequence of str
        Values of the column ``series`` in the order of their looks, which is fixed for all panels.
        With more than one, a key names them over each panel.
    together : collection of str
        Series that share one line under the others of their row, as small dots without intervals, each series a
        little lower than the one before. Rows are then made lower, as far as the letters allow, until the drawing
        stands on one page of the paper.

    Raises
    ------
    ValueError
        When a column is missing, or a mark has a panel or series that is not listed.
    """
    _check(marks, panels, series)
    marks = marks.assign(group=marks["group"].map(visible), label=marks["label"].map(visible))
    looks = {
        name: (COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)])
        for i, name in enumerate(series)
    }
    rows = _rows(marks, together)
    names = max((text_width(row.label, SMALL) for row in rows), default=0)
    left = 0.1 + min(max(names, 0.5), 0.4 * width) + 0.1
    gap = 0.25
    room = (width - left - 0.15 - gap * (len(panels) - 1)) / len(panels)
    keys = {panel.key: _key(marks, panel, looks) if len(series) > 1 else [] for panel in panels}
    key_room = max(key_height(key, key_title, room) if key else 0.0 for key in keys.values())
    top = 0.25 + key_room + 0.05
    rows = _lowered(rows, top + 0.04 + _BELOW) if together else rows
    height = ordered_sum(row.height for row in rows) + 0.04
    drawing = Drawing(figsize=(width, top + height + _BELOW))
    _draw_row_labels(drawing, rows, left, top)
    for number, panel in enumerate(panels):
        x = left + number * (room + gap)
        text_at(drawing, x, 0.13, shortened(panel.title, room, TEXT_SIZE, "bold"), weight="bold")
        if keys[panel.key]:
            draw_key(drawing, x, 0.24, room, key_title, keys[panel.key])
        axes = axes_at(drawing, x, top, room, height)
        chosen = marks[marks["panel"] == panel.key]
        _draw_panel(axes, panel, chosen[~chosen["series"].isin(together)], rows, looks, room)
        _draw_together(
            axes, chosen, rows, {name: looks[name] for name in series if name in together}
        )
    return drawing


def axis_limits(marks: pd.DataFrame, reference: float | None) -> tuple[float, float]:
    """Find the ends of an axis that shows every estimate, and all but extremely long intervals.

    An end of an interval is left outside when it is more than three times as far from the middle of
    the estimates as the median of those ends that are finite.
    """
    estimates = marks["estimate"].to_numpy(dtype=float)
    shown = [*estimates[np.isfinite(estimates)], *([] if reference is None else [reference])]
    ends = marks[["conf_low", "conf_high"]].to_numpy(dtype=float).ravel()
    ends = ends[np.isfinite(ends)]
    if len(ends):
        middle = float(np.median(shown)) if shown else float(np.median(ends))
        reach = 3 * float(np.median(np.abs(ends - middle)))
        shown += [float(np.clip(end, middle - reach, middle + reach)) for end in ends]
    low, high = (min(shown), max(shown)) if shown else (0.0, 1.0)
    margin = 0.06 * (high - low) or 0.5
    near = [float(end) for end in ends if low - 2 * margin < end < high + 2 * margin]
    return min(low, *near, low) - margin, max(high, *near, high) + margin


@dataclass(frozen=True)
class _DrawnLine:
    """A line of the drawing: a group's heading, or a label with up to `slots` marks a panel.

    Series that are shown together have one slot more; `scale` is 1 unless the row was made lower.
    """

    group: str
    label: str
    is_heading: bool
    slots: int
    shares: bool = False
    scale: float = 1.0

    @property
    def height(self) -> float:
        lines = self.slots + self.shares
        return _HEADING if self.is_heading else self.scale * (_LINE * lines + _BETWEEN)

    @property
    def line(self) -> float:
        return self.scale * _LINE


def _check(marks: pd.DataFrame, panels: Sequence[Panel], series: Sequence[str]) -> None:
    absent = [column for column in MARK_COLUMNS if column not in marks]
    if absent or not panels:
        raise ValueError(
            f"marks lack columns {absent}, panels are {len(panels)}; at least one is needed"
        )
    for column, allowed in (("panel", [panel.key for panel in panels]), ("series", list(series))):
        stray = sorted(set(marks[column]) - set(allowed))
        if stray:
            raise ValueError(f"marks have {column} {stray}; allowed: {allowed}")


def _rows(marks: pd.DataFrame, together: Collection[str]) -> list[_DrawnLine]:
    rows: list[_DrawnLine] = []
    last = ""
    for (group, label), members in marks.groupby(["group", "label"], sort=False):
        if group and group != last:
            rows.append(_DrawnLine(group, group, is_heading=True, slots=1))
        last = group
        shared = members["series"].isin(together)
        counts = members.loc[~shared, "panel"].value_counts()
        slots = int(counts.max()) if len(counts) else 0
        rows.append(
            _DrawnLine(group, label, is_heading=False, slots=slots, shares=bool(shared.any()))
        )
    return rows


def _lowered(rows: Sequence[_DrawnLine], other: float) -> list[_DrawnLine]:
    """Make rows lower, all in one measure, until they and `other` inches stand on one page of the paper."""
    named = [row.height for row in rows if not row.is_heading]
    headings = ordered_sum(row.height for row in rows if row.is_heading)
    average = ordered_sum(named) / len(named)
    scale = row_height(len(named), other + headings, average) / average
    return [replace(row, scale=scale) for row in rows]


def _key(marks: pd.DataFrame, panel: Panel, looks: dict[str, tuple[str, str]]) -> list[KeyEntry]:
    present = set(marks.loc[marks["panel"] == panel.key, "series"])
    return [
        KeyEntry(visible(name), marker, colour, colour, 4.0)
        for name, (colour, marker) in looks.items()
        if name in present
    ]


def _draw_row_labels(drawing: Drawing, rows: Sequence[_DrawnLine], left: float, top: float) -> None:
    below = top + 0.02
    for row in rows:
        middle = below + row.height / 2
        if row.is_heading:
            shown = shortened(row.label, left - 0.15, SMALL, "bold")
            text_at(drawing, 0.1, middle, shown, size=SMALL, weight="bold")
        else:
            shown = shortened(row.label, left - 0.2, SMALL)
            text_at(drawing, left - 0.08, middle, shown, size=SMALL, ha="right")
        below += row.height


def _draw_panel(
    axes: Axes,
    panel: Panel,
    marks: pd.DataFrame,
    rows: Sequence[_DrawnLine],
    looks: dict[str, tuple[str, str]],
    room: float,
) -> None:
    limits = panel.limits or axis_limits(marks, panel.reference)
    total = ordered_sum(row.height for row in rows) + 0.04
    axes.set(xlim=limits, ylim=(total, 0))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.set_xlabel(panel.axis)
    if panel.reference is not None:
        axes.axvline(panel.reference, color=GREY, linewidth=0.7, zorder=1)
    by_row = dict(iter(marks.groupby(["group", "label"], sort=False)))
    below, striped = 0.02, False
    for row in rows:
        if not row.is_heading:
            ground = FAINT if striped else "white"
            axes.axhspan(below, below + row.height, color=ground, linewidth=0, zorder=0)
            striped = not striped
            chosen = by_row.get((row.group, row.label), marks[:0])
            first = below + row.height / 2 - row.line * (len(chosen) - 1 + row.shares) / 2
            for slot, mark in enumerate(chosen.itertuples()):
                y = first + slot * row.line
                _draw_mark(axes, mark, y, looks[mark.series], limits)
                if np.isnan(mark.estimate) or not _has_interval(mark):
                    _draw_reason(axes, mark, y, ground, limits, room)
        below += row.height


def _draw_together(
    axes: Axes,
    marks: pd.DataFrame,
    rows: Sequence[_DrawnLine],
    looks: dict[str, tuple[str, str]],
) -> None:
    by_row = dict(iter(marks.groupby(["group", "label"], sort=False)))
    below = 0.02
    for row in rows:
        below += row.height
        if row.is_heading or not row.shares:
            continue
        members = by_row.get((row.group, row.label), marks[:0])
        for place, (name, (colour, marker)) in enumerate(looks.items()):
            values = members.loc[members["series"] == name, "estimate"].dropna()
            # Spread from just under the upper line to just above the end of the row.
            y = below - row.line * (1.2 - 1.1 * (place + 0.5) / len(looks))
            for value in values:
                mark_at(axes, value, y, marker, 2.2, colour, colour, zorder=4, clip_on=False)


def _has_interval(mark: Any) -> bool:
    return not (np.isnan(mark.conf_low) or np.isnan(mark.conf_high))


def _draw_mark(
    axes: Axes, mark: Any, y: float, look: tuple[str, str], limits: tuple[float, float]
) -> None:
    colour, marker = look
    if _has_interval(mark):
        _draw_interval(axes, mark.conf_low, mark.conf_high, y, colour, limits)
    if np.isfinite(mark.estimate):
        full = _has_interval(mark) and not getattr(mark, "hollow", False)
        axes.plot(
            [mark.estimate], [y], linestyle="none", marker=marker, markersize=3.6, color=colour,
            markeredgewidth=0.6, markerfacecolor=colour if full else "white", zorder=4, clip_on=False,
        )  # fmt: skip
    elif np.isinf(mark.estimate):
        _draw_arrow(axes, limits[int(mark.estimate > 0)], y, colour, rightward=mark.estimate > 0)


def _draw_interval(
    axes: Axes, low: float, high: float, y: float, colour: str, limits: tuple[float, float]
) -> None:
    start, end = max(low, limits[0]), min(high, limits[1])
    if start > limits[1] or end < limits[0]:
        return
    axes.plot([start, end], [y, y], color=colour, linewidth=1.1, solid_capstyle="butt", zorder=3)
    if low < limits[0]:
        _draw_arrow(axes, limits[0], y, colour, rightward=False)
    if high > limits[1]:
        _draw_arrow(axes, limits[1], y, colour, rightward=True)


def _draw_arrow(axes: Axes, x: float, y: float, colour: str, *, rightward: bool) -> None:
    axes.plot(
        [x],
        [y],
        linestyle="none",
        marker=">" if rightward else "<",
        markersize=3.6,
        color=colour,
        markeredgewidth=0,
        clip_on=False,
        zorder=4,
    )


def _draw_reason(
    axes: Axes, mark: Any, y: float, ground: str, limits: tuple[float, float], room: float
) -> None:
    """Write why something is missing, beside the dot where there is one, on its emptier side."""
    reason = visible(mark.reason) or "not available"
    per_inch = (limits[1] - limits[0]) / room
    dot = (
        min(max(mark.estimate, limits[0]), limits[1]) if not np.isnan(mark.estimate) else limits[0]
    )
    leftward = dot - limits[0] > limits[1] - dot
    space = (dot - limits[0] if leftward else limits[1] - dot) / per_inch - _EDGE
    axes.text(
        dot + (-0.07 if leftward else 0.07) * per_inch,
        y,
        shortened(reason, space, _REASON_SIZE),
        size=_REASON_SIZE,
        ha="right" if leftward else "left",
        va="center",
        color=INK,
        style="italic",
        bbox={"facecolor": ground, "edgecolor": "none", "pad": 0.4},
        zorder=2,
    )
