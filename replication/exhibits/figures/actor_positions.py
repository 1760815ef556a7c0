"""Figure: where each actor stood on asking an organisation first, case by case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from replication.exhibits.case_frame import samples_of, visible_names
from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.layout import (
    KeyEntry,
    axes_at,
    draw_key,
    key_height,
    row_height,
    text_at,
)
from replication.exhibits.drawing.style import (
    COLOURS,
    DOUBLE,
    FAINT,
    GREY,
    MARKERS,
    PALE,
    SMALL,
    TEXT_SIZE,
    shortened,
    styled,
    text_width,
)
from replication.exhibits.labels import Labels
from replication.exhibits.numbers import is_missing, signed
from replication.exhibits.results import Results
from replication.exhibits.text import capital, visible
from replication.precision import fixed

READS = ("cases", "actors")
POSITION = "io"
SCALE = (-2, -1, 0, 1, 2)

_ROW = 0.15
_HEAD = 0.24
_LIMITS = (-2.5, 3.8)
_UNKNOWN = 3.15
# Actors with the same position stand side by side in its column, each in a place of its own.
_SPREAD = 0.72


@styled()
def make(results: Results, name: str) -> Figure:
    """One line a case; each actor's marker stands in the column of its position, or of `not known`."""
    cases = results["cases"]
    actors = results["actors"]
    labels = results.labels
    title = "Positions of actors on having an organisation's endorsement first"
    known = actors.dropna(subset=[POSITION])
    shown = cases[cases["case_id"].isin(known["case_id"])]
    if shown.empty:
        reason = "No case has a known position of any actor."
        return Figure(name, title, reason, reason, nothing_to_show(reason))
    order = list(dict.fromkeys(actors["actor"]))
    left_out = len(cases) - len(shown)
    caption = (
        f"One line a case (N = {len(shown)}; {left_out} cases without any known position are left "
        f"out). Markers stand in the column of the actor's position, from {signed(SCALE[0])}, argued "
        f"against asking or for bypassing, to {signed(SCALE[-1])}, led the argument that endorsement "
        "must be had first; faint markers at the right are positions that no evidence shows."
    )
    return Figure(
        name,
        title,
        caption,
        _described(known, order, labels),
        _drawing(shown, actors, order, labels),
    )


def _described(known: pd.DataFrame, order: Sequence[str], labels: Labels) -> str:
    parts = []
    for actor in order:
        positions = known.loc[known["actor"] == actor, POSITION].astype(float)
        mean = f"mean {fixed(positions.mean(), 2)}" if len(positions) else "no known position"
        parts.append(f"{labels.actor(actor)}: {len(positions)} known, {mean}")
    return "Known positions by actor. " + "; ".join(parts) + "."


def _drawing(
    cases: pd.DataFrame, actors: pd.DataFrame, order: Sequence[str], labels: Labels
) -> Drawing:
    names = visible_names(cases)
    left = 0.1 + min(2.2, max(text_width(n, SMALL) for n in names.values())) + 0.08
    looks = {a: (COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]) for i, a in enumerate(order)}
    key = [KeyEntry(visible(labels.actor(a)), m, c, c, 4.0) for a, (c, m) in looks.items()]
    key_room = key_height(key, "", DOUBLE - 0.2)
    panels = [(s, cases[cases["sample"] == s]) for s in samples_of(cases, labels)]
    panels = [(s, part) for s, part in panels if len(part)]
    other = 0.1 + key_room + 0.2 + _HEAD * len(panels) + 0.15
    rows = sum(len(part) for _, part in panels)
    each = row_height(rows, other, _ROW)
    drawing = Drawing(figsize=(DOUBLE, other + each * rows))
    draw_key(drawing, 0.1, 0.05, DOUBLE - 0.2, "", key)
    width, top = DOUBLE - left - 0.1, 0.1 + key_room
    _draw_scale(drawing, left, top + 0.08, width)
    top += 0.15
    wide = actors.pivot_table(index="case_id", columns="actor", values=POSITION, dropna=False)
    for sample, part in panels:
        heading = f"{capital(labels.value('sample', sample))} (N = {len(part)})"
        text_at(drawing, 0.1, top + 0.13, heading, weight="bold", size=TEXT_SIZE)
        axes = axes_at(drawing, left, top + _HEAD, width, each * len(part))
        axes.set(xlim=_LIMITS, ylim=(len(part), 0))
        axes.set_axis_off()
        for row, case_id in enumerate(part["case_id"]):
            axes.axhspan(row, row + 1, color=FAINT if row % 2 else "white", linewidth=0, zorder=0)
            label = shortened(names[case_id], left - 0.15, SMALL)
            axes.text(_LIMITS[0] - 0.06, row + 0.5, label, size=SMALL, ha="right", va="center")
            for place, actor in enumerate(order):
                value = wide[actor].get(case_id) if actor in wide else None
                _draw_mark(axes, value, row + 0.5, place, len(order), looks[actor])
        for edge in (-1.5, -0.5, 0.5, 1.5, 2.5):
            axes.axvline(edge, color=PALE, linewidth=0.6, zorder=1)
        top += _HEAD + each * len(part)
    return drawing


def _draw_scale(drawing: Drawing, left: float, top: float, width: float) -> None:
    for value in (*SCALE, None):
        at = _UNKNOWN if value is None else value
        inch = left + width * (at - _LIMITS[0]) / (_LIMITS[1] - _LIMITS[0])
        text = "not known" if value is None else signed(value)
        text_at(drawing, inch, top, text, ha="center", size=SMALL, color=GREY)


def _draw_mark(
    axes: Axes, value: Any, y: float, place: int, places: int, look: tuple[str, str]
) -> None:
    colour, marker = look
    unknown = is_missing(value)
    offset = _SPREAD * ((place + 0.5) / places - 0.5)
    axes.plot(
        [(_UNKNOWN if unknown else float(value)) + offset], [y],
        linestyle="none", marker=marker, markersize=2.2 if unknown else 4.0,
        color=PALE if unknown else colour, markeredgewidth=0, clip_on=False, zorder=3,
    )  # fmt: skip
