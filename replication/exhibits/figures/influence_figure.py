"""Figure: every estimate when one case, crisis family or administration is left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from replication.exhibits.case_frame import case_names
from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.layout import KeyEntry, axes_at, draw_key, key_height, text_at
from replication.exhibits.drawing.style import (
    COLOURS,
    DOUBLE,
    FAINT,
    GREY,
    INK,
    MARKERS,
    SMALL,
    shortened,
    styled,
    text_width,
)
from replication.exhibits.labels import Labels
from replication.exhibits.numbers import fitting_digits, number
from replication.exhibits.refits import (
    FULL,
    UNITS,
    strongest,
    unit_name,
)
from replication.exhibits.results import Results
from replication.exhibits.text import visible

READS = ("influence", "cases")
_LINE, _BETWEEN = 0.115, 0.07
_RIGHT = 2.05
_LOOKS = dict(zip(UNITS, zip(COLOURS, MARKERS, strict=False), strict=False))
# Of the estimates, this share at each end may lie beyond the axis.
_TAIL = 0.01


@styled()
def make(results: Results, name: str) -> Figure:
    """Show one line for each effect and kind of unit, a mark for each refit."""
    refits = results["influence"]
    titles = case_names(results["cases"])
    labels = results.labels
    title = "Effects when one case, crisis family or administration is left out"
    if not refits["estimate"].notna().any():
        reason = "No effect could be estimated, with or without any case."
        return Figure(name, title, reason, reason, nothing_to_show(reason))
    caption = (
        "Firth's logit, log-odds for one step of the scale; the vertical line is the estimate from all "
        "cases of the model. Each mark is the estimate without one unit; an arrowhead stands for marks "
        "beyond the axis. At the right, the unit that moves the estimate most and what it is then."
    )
    return Figure(
        name, title, caption, _description(refits, titles, labels), _drawing(refits, titles, labels)
    )


def _drawing(refits: pd.DataFrame, titles: dict[str, str], labels: Labels) -> Drawing:
    effects = list(refits.groupby(["model", "term"], sort=False))
    names = [f"{model} {labels.term(term)}" for (model, term), _ in effects]
    left = 0.1 + min(max(text_width(n, SMALL) for n in names), 2.2) + 0.1
    width = DOUBLE - left - _RIGHT
    key = [
        KeyEntry(f"without one {one}", _LOOKS[unit][1], _LOOKS[unit][0], _LOOKS[unit][0], 4.0)
        for unit, (one, _) in UNITS.items()
    ]
    top = 0.1 + key_height(key, "", width + _RIGHT) + 0.08
    row = _LINE * len(UNITS) + _BETWEEN
    drawing = Drawing(figsize=(DOUBLE, top + row * len(effects) + 0.45))
    draw_key(drawing, left, 0.08, width + _RIGHT, "", key)
    axes = axes_at(drawing, left, top, width, row * len(effects))
    limits = _limits(refits)
    axes.set(xlim=limits, ylim=(row * len(effects), 0))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Estimate, log-odds")
    axes.axvline(0, color=GREY, linewidth=0.7, zorder=1)
    for place, ((_, part), effect) in enumerate(zip(effects, names, strict=True)):
        y = place * row
        axes.axhspan(y, y + row, color="white" if place % 2 else FAINT, linewidth=0, zorder=0)
        shown = shortened(effect, left - 0.2, SMALL)
        text_at(drawing, left - 0.08, top + y + row / 2, shown, size=SMALL, ha="right")
        _draw_effect(axes, part, y, row, limits, titles)
    return drawing


def _limits(refits: pd.DataFrame) -> tuple[float, float]:
    """Give an axis that zero and all but the most extreme estimates lie on."""
    estimates = refits["estimate"].dropna().to_numpy(float)
    full = refits.loc[refits["unit"] == FULL, "estimate"].dropna()
    low, high = np.quantile(estimates, [_TAIL, 1 - _TAIL])
    low, high = min(low, full.min(), 0.0), max(high, full.max(), 0.0)
    margin = 0.04 * (high - low) or 0.5
    return float(low - margin), float(high + margin)


def _draw_effect(
    axes: Axes,
    part: pd.DataFrame,
    top: float,
    height: float,
    limits: tuple[float, float],
    titles: dict[str, str],
) -> None:
    full = part.loc[part["unit"] == FULL, "estimate"].iloc[0]
    axes.plot([full, full], [top + 0.02, top + height - 0.02], color=INK, linewidth=0.9, zorder=2)
    for line, unit in enumerate(UNITS):
        y = top + _BETWEEN / 2 + _LINE * (line + 0.5)
        refits = part[part["unit"] == unit]
        colour, marker = _LOOKS[unit]
        estimates = refits["estimate"].dropna().to_numpy(float)
        inside = estimates[(estimates >= limits[0]) & (estimates <= limits[1])]
        axes.plot(
            inside, np.full(len(inside), y), linestyle="none", marker=marker, markersize=3.0,
            markerfacecolor="none", markeredgecolor=colour, markeredgewidth=0.6, zorder=3,
        )  # fmt: skip
        for end, beyond in ((0, estimates < limits[0]), (1, estimates > limits[1])):
            if beyond.any():
                axes.plot(
                    [limits[end]], [y], linestyle="none", marker="<>"[end], markersize=3.5,
                    color=colour, markeredgewidth=0, clip_on=False, zorder=4,
                )  # fmt: skip
        worst = strongest(refits)
        digits = fitting_digits(*part["estimate"])
        words = "none could be estimated"
        if worst is not None:
            words = _words(unit, worst, digits, titles)
        axes.annotate(
            shortened(words, _RIGHT - 0.2, SMALL), (limits[1], y), xytext=(7, 0),
            textcoords="offset points", size=SMALL, va="center", color=colour,
        )  # fmt: skip


def _words(unit: str, worst: pd.Series, digits: int, titles: dict[str, str]) -> str:
    name = shortened(visible(unit_name(unit, worst["left_out"], titles)), _RIGHT - 0.6, SMALL)
    return f"{name}: {number(worst['estimate'], digits)}"


def _description(refits: pd.DataFrame, titles: dict[str, str], labels: Labels) -> str:
    clauses = []
    for (model, term), part in refits.groupby(["model", "term"], sort=False):
        full = part.loc[part["unit"] == FULL, "estimate"].iloc[0]
        worst = strongest(part[part["unit"] == "case"])
        if worst is not None:
            name = visible(unit_name("case", worst["left_out"], titles))
            clauses.append(
                f"{model}, {labels.term(term).lower()}: {number(full)}, without {name} "
                f"{number(worst['estimate'])}"
            )
    return f"The case that moves each estimate most. {'; '.join(clauses)}."
