"""Figure: power of Firth's test by number of cases, at the estimated effect, half of it, and none."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.layout import axes_at
from replication.exhibits.drawing.style import (
    COLOURS,
    DOUBLE,
    GREY,
    INK,
    PALE,
    SMALL,
    TEXT_SIZE,
    styled,
    wrapped,
)
from replication.exhibits.labels import Labels
from replication.exhibits.numbers import integer, number
from replication.exhibits.results import Results
from replication.exhibits.text import visible
from replication.precision import ALPHA

READS = ("design_analysis",)
_STEPS = (20, 40, 100, 200, 400, 1000, 2000, 4000, 10_000)
_COLUMNS = 4
_HEIGHT, _TOP, _BOTTOM = 0.95, 0.36, 0.28
_LEFT, _RIGHT = 0.32, 0.34
_LOOKS = {"estimated": (COLOURS[0], "full"), "half": (COLOURS[1], "half"), "none": (INK, "none")}
_WANTED = 0.8


@styled()
def make(results: Results, name: str) -> Figure:
    """Draw one panel an effect: share of significant studies by number of cases."""
    analysis = results["design_analysis"]
    labels = results.labels
    title = "Power by number of cases"
    if analysis.empty:
        reason = "No effect could be estimated, so that no study of it can be simulated."
        return Figure(name, title, reason, reason, nothing_to_show(reason))
    caption = (
        f"Share of {integer(analysis['draws'].max())} simulated studies with p < 0.05 by Firth's test, by "
        "number of cases, from the number at hand (vertical line) upwards. Full: the effect is what was "
        "estimated here; half: half of that; none: no effect, where the share should be 0.05 (lower "
        "dashed line). Upper dashed line: 0.80."
    )
    return Figure(name, title, caption, _description(analysis, labels), _drawing(analysis, labels))


def _drawing(analysis: pd.DataFrame, labels: Labels) -> Drawing:
    effects = list(analysis.groupby(["model", "term"], sort=False))
    columns = min(_COLUMNS, len(effects))
    lines = math.ceil(len(effects) / columns)
    across = (DOUBLE - 0.1) / columns
    down = _TOP + _HEIGHT + _BOTTOM
    drawing = Drawing(figsize=(DOUBLE, lines * down + 0.25))
    for place, ((model, term), part) in enumerate(effects):
        row, column = divmod(place, columns)
        left = 0.1 + column * across + _LEFT
        width = across - _LEFT - _RIGHT
        axes = axes_at(drawing, left, row * down + _TOP, width, _HEIGHT)
        axes.set(xlim=(0, 1.02 * analysis["nobs"].max()), ylim=(0, 1.02))
        heading = wrapped(visible(f"{model} {labels.term(term)}"), across - 0.12, SMALL, "bold")
        axes.annotate(
            "\n".join(heading[:2]), (0, 1.02), xycoords="axes fraction", xytext=(-72 * _LEFT + 6, 3),
            textcoords="offset points", size=SMALL, weight="bold", va="bottom",
        )  # fmt: skip
        _draw_panel(axes, part)
        if column == 0:
            axes.set_ylabel("Power")
        if place + columns >= len(effects):
            axes.set_xlabel("Number of cases", size=TEXT_SIZE)
    return drawing


def _draw_panel(axes: Axes, part: pd.DataFrame) -> None:
    for level in (ALPHA, _WANTED):
        axes.axhline(level, color=PALE, linewidth=0.7, linestyle=(0, (3, 2)), zorder=1)
    axes.axvline(part["nobs"].min(), color=GREY, linewidth=0.6, zorder=1)
    ends = {}
    for effect, (colour, _) in _LOOKS.items():
        rows = part[(part["effect"] == effect) & part["power"].notna()]
        if len(rows):
            axes.plot(
                rows["nobs"].to_numpy(float), rows["power"].to_numpy(float), color=colour,
                marker="o", markersize=2.2, linewidth=1.0, zorder=3,
            )  # fmt: skip
            ends[effect] = float(rows["power"].iloc[-1])
    for effect, y in _apart(ends, 0.115).items():
        colour, word = _LOOKS[effect]
        axes.annotate(
            word, (axes.get_xlim()[1], y), xytext=(2, 0), textcoords="offset points", size=SMALL,
            color=colour, va="center", annotation_clip=False,
        )  # fmt: skip
    axes.set_xticks(_ticks(axes.get_xlim()[1]))
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])


def _ticks(largest: float) -> Sequence[int]:
    """Numbers for an axis that ends at `largest`, few enough to stand side by side."""
    step = next((s for s in _STEPS if largest < 4 * s), _STEPS[-1])
    return range(0, int(largest) + 1, step)


def _apart(ends: Mapping[str, float], gap: float) -> dict[str, float]:
    """Heights for labels at the ends of lines, in the same order and at least `gap` apart."""
    placed: dict[str, float] = {}
    last = -math.inf
    for effect, y in sorted(ends.items(), key=lambda item: item[1]):
        last = max(y, last + gap)
        placed[effect] = last
    return placed


def _description(analysis: pd.DataFrame, labels: Labels) -> str:
    clauses = []
    for (model, term), part in analysis.groupby(["model", "term"], sort=False):
        nobs = part["nobs"].min()
        power = part[part["nobs"] == nobs].set_index("effect")["power"]
        clauses.append(
            f"{model}, {labels.term(term).lower()}: {number(power.get('estimated'))} at the estimated "
            f"effect and {number(power.get('half'))} at half of it"
        )
    return f"Power at the present number of cases. {'; '.join(clauses)}."
