"""Placing things in a drawing by the inch, and packing labels so that none covers another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from replication.exhibits.drawing.style import DOUBLE, GREY, INK, SMALL, styled, text_width

_MARK = 0.14
_GAP = 0.18
KEY_LINE = 0.15
# A drawing of this height stands on one page of the paper with its caption.
_ONE_PAGE = 7.4
# Lines of the smallest letters do not touch at this height.
_LEAST_ROW = 0.112


@dataclass(frozen=True)
class KeyEntry:
    """A mark and what it stands for; further looks of the mark as matplotlib names them."""

    label: str
    marker: str
    face: str
    edge: str = INK
    size: float = 5.0


def row_height(rows: float, other: float, most: float) -> float:
    """Height of a row by which a drawing of so many rows, and `other` inches, stands on one page of the paper.

    At most `most`, and never so low that names touch: a drawing of very many rows is higher than a page.
    """
    return most if not rows else min(most, max(_LEAST_ROW, (_ONE_PAGE - other) / rows))


def axes_at(drawing: Drawing, left: float, top: float, width: float, height: float) -> Axes:
    """Add axes by inches from the left and from the top of the drawing."""
    full_width, full_height = drawing.get_size_inches()
    bottom = full_height - top - height
    return drawing.add_axes(
        (left / full_width, bottom / full_height, width / full_width, height / full_height)
    )


def text_at(drawing: Drawing, left: float, top: float, text: str, **look: Any) -> None:
    """Set text with its left end and its middle height by inches from the left and the top."""
    width, height = drawing.get_size_inches()
    drawing.text(left / width, 1 - top / height, text, **{"ha": "left", "va": "center", **look})


def mark_at(
    axes: Axes,
    x: float,
    y: float,
    marker: str,
    size: float,
    face: str,
    edge: str = INK,
    **look: Any,
) -> None:
    """Draw one mark, by the units of the axes; further looks as matplotlib names them."""
    axes.plot(
        [x], [y], linestyle="none", marker=marker, markersize=size, markerfacecolor=face,
        **{"markeredgecolor": edge, "markeredgewidth": 0.7, **look},
    )  # fmt: skip


def axes_of_rows(
    drawing: Drawing, left: float, top: float, width: float, height: float, rows: int
) -> Axes:
    """Add axes, placed as by `axes_at`, for rows that are numbered from the top and named beside them."""
    axes = axes_at(drawing, left, top, width, height)
    axes.set_ylim(rows, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    return axes


@styled()
def small_multiples(
    count: int,
    columns: int,
    panel_height: float,
    width: float = DOUBLE,
    left: float = 0.5,
    *,
    below: float = 0.38,
) -> tuple[Drawing, list[Axes]]:
    """Give a drawing with `count` equal axes in a grid, filled row by row, and room for titles and `below` the axes.

    Raises
    ------
    ValueError
        For a count or a number of columns below one.
    """
    if count < 1 or columns < 1:
        raise ValueError(f"count {count} and columns {columns} must both be at least 1")
    columns = min(columns, count)
    lines = math.ceil(count / columns)
    cell_width, cell_height = (width - 0.1) / columns, panel_height + below + 0.22
    drawing = Drawing(figsize=(width, lines * cell_height + 0.05))
    axes = [
        axes_at(
            drawing,
            left + (number % columns) * cell_width,
            0.22 + (number // columns) * cell_height,
            cell_width - left,
            panel_height,
        )
        for number in range(count)
    ]
    return drawing, axes


def packed(starts: Sequence[float], ends: Sequence[float], gap: float) -> list[int]:
    """Rows for stretches of a line so that in each row they are at least `gap` apart.

    Each stretch, in the order given, takes the first row where it fits beside all that are there.
    """
    rows: list[list[tuple[float, float]]] = []
    chosen = []
    for start, end in zip(starts, ends, strict=True):
        free = (
            number
            for number, row in enumerate(rows)
            if all(
                start >= other_end + gap or end <= other_start - gap
                for other_start, other_end in row
            )
        )
        number = next(free, len(rows))
        if number == len(rows):
            rows.append([])
        rows[number].append((start, end))
        chosen.append(number)
    return chosen


def key_height(entries: Sequence[KeyEntry], title: str, width: float) -> float:
    """Height in inches that `draw_key` needs in this width."""
    return KEY_LINE * (1 + max((line for line, _ in _key_places(entries, title, width)), default=0))


def draw_key(
    drawing: Drawing, left: float, top: float, width: float, title: str, entries: Sequence[KeyEntry]
) -> None:
    """Name marks in one line, or as many as the width asks for, after a title in grey."""
    height = key_height(entries, title, width)
    axes = axes_at(drawing, left, top, width, height)
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    axes.text(0, KEY_LINE / 2, title, size=SMALL, color=GREY, va="center")
    for entry, (line, x) in zip(entries, _key_places(entries, title, width), strict=True):
        y = KEY_LINE * (line + 0.5)
        mark_at(
            axes, x + _MARK / 2, y, entry.marker, entry.size, entry.face, entry.edge, clip_on=False
        )
        axes.text(x + _MARK + 0.03, y, entry.label, size=SMALL, va="center")


def _key_places(entries: Sequence[KeyEntry], title: str, width: float) -> list[tuple[int, float]]:
    line, x = 0, text_width(title, SMALL) + _GAP if title else 0.0
    places = []
    for entry in entries:
        room = _MARK + 0.03 + text_width(entry.label, SMALL)
        if x + room > width and x > 0:
            line, x = line + 1, 0.0
        places.append((line, x))
        x += room + _GAP
    return places
