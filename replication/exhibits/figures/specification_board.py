"""The lower part of the specification curve: strips of choices, and a box of z beside each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure as Drawing

from replication.exhibits.drawing.layout import axes_at, text_at
from replication.exhibits.drawing.style import COLOURS, GREY, INK, SMALL, shortened, text_width
from replication.exhibits.labels import Labels
from replication.exhibits.multiverse_words import CHOICES, value_words
from replication.exhibits.numbers import is_missing
from replication.ordered_sums import ordered_sum
from replication.precision import percent

_ROW, _HEAD = 0.115, 0.17
_DARK = LinearSegmentedColormap.from_list("share", ["#ffffff", "#9a9a9a", "#1a1a1a"])


@dataclass(frozen=True)
class BoardRow:
    """A line of the dashboard: a heading, or a value of a choice and its column in the curve."""

    text: str
    column: str = ""
    choice: str = ""


def dashboard(curve: pd.DataFrame, labels: Labels) -> list[BoardRow]:
    """Lines of the board, by the columns of the curve."""
    rows = []
    for choice, title in CHOICES.items():
        columns = [c for c in curve if c.startswith(f"{choice}=")]
        if columns:
            rows.append(BoardRow(title, choice=choice))
        for column in columns:
            value = column.removeprefix(f"{choice}=")
            rows.append(BoardRow(value_words(choice, value, labels), column, choice))
    return rows


def board_height(rows: Sequence[BoardRow]) -> float:
    """Height of the board in inches."""
    return ordered_sum(_ROW if row.column else _HEAD for row in rows)


def draw_board(
    axes: Axes, part: pd.DataFrame, rows: Sequence[BoardRow], shares: pd.DataFrame
) -> None:
    """Shade each strip by the share of the bin made with its choice."""
    height = board_height(rows)
    axes.set(xlim=(0, 100), ylim=(height, 0), autoscale_on=False)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Specifications by z, per cent")
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
            words = "" if is_missing(share) else f"{percent(share)} % of variance"
            axes.text(
                100, y + _HEAD / 2 + 0.01, words, size=SMALL, ha="right", va="center", color=GREY
            )
            y += _HEAD


def draw_boxes(axes: Axes, own: pd.DataFrame, both: pd.DataFrame, rows: Sequence[BoardRow]) -> None:
    """Draw z by choice: median, quartiles, and a line over nine tenths of the specifications."""
    height = board_height(rows)
    ends = 1.05 * min(both["low"].min(), -1.0), 1.05 * max(both["high"].max(), 1.0)
    axes.set(xlim=ends, ylim=(height, 0), autoscale_on=False)
    axes.axvline(0, color=GREY, linewidth=0.6, zorder=1)
    found = own.assign(column=own["choice"] + "=" + own["value"]).set_index("column")
    y = 0.0
    for row in rows:
        if row.column in found.index:
            box = found.loc[row.column]
            middle = y + _ROW / 2
            axes.plot([box["low"], box["high"]], [middle] * 2, color=GREY, linewidth=0.6, zorder=2)
            axes.barh(
                middle, box["quartile_3"] - box["quartile_1"], 0.62 * _ROW, left=box["quartile_1"],
                color=COLOURS[5], edgecolor=INK, linewidth=0.4, zorder=3,
            )  # fmt: skip
            axes.plot(
                [box["median"]] * 2, [middle - 0.31 * _ROW, middle + 0.31 * _ROW], color=INK,
                linewidth=1.2, zorder=4,
            )  # fmt: skip
        y += _ROW if row.column else _HEAD
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("z by choice")


def draw_names(drawing: Drawing, rows: Sequence[BoardRow], left: float, top: float) -> None:
    """Name the strips, their right ends at `left`."""
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


def draw_scale(drawing: Drawing, left: float, top: float) -> None:
    """Say what the shades of the strips mean."""
    words = "Shade: share of the bin's specifications made with that choice"
    text_at(drawing, 0.1, top + 0.1, words, size=SMALL)
    x = max(left, 0.2 + text_width(words, SMALL)) + 0.25
    axes = axes_at(drawing, x, top + 0.06, 1.0, 0.08)
    axes.imshow(np.linspace(0, 1, 50)[None], cmap=_DARK, aspect="auto", extent=(0, 1, 0, 1))
    axes.set_axis_off()
    text_at(drawing, x - 0.05, top + 0.1, "none", size=SMALL, ha="right")
    text_at(drawing, x + 1.05, top + 0.1, "all", size=SMALL)
