"""Figure: size and coverage of each method, from the stored simulation."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator

from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.layout import (
    KeyEntry,
    axes_of_rows,
    draw_key,
    mark_at,
    text_at,
)
from replication.exhibits.drawing.style import (
    COLOURS,
    DOUBLE,
    FAINT,
    GREY,
    PALE,
    SMALL,
    shortened,
    styled,
)
from replication.exhibits.labels import Labels
from replication.exhibits.numbers import number
from replication.exhibits.results import Results
from replication.exhibits.simulation import (
    BEYOND,
    LEVEL,
    SIZE,
    administrations,
    draws_note,
    failures,
    head,
    off,
    shown_estimators,
    sizes_of,
    stale_note,
    tested,
)
from replication.exhibits.text import listed

READS = ("coverage", "coverage_design")
_TITLE = "Size and coverage of each method at the design at hand"
# Effect drawn with, column, nominal value, heading, whether more is harmful.
_LINES = (
    ("none", "rejected", SIZE, "Size of the test (%)", True),
    ("half", "covered", LEVEL, "Coverage, half the effect (%)", False),
    ("estimated", "covered", LEVEL, "Coverage, the estimated effect (%)", False),
)
_ROW = 0.15
_LEFT, _GAP = 0.95, 0.2


def make(results: Results, name: str) -> Figure:
    """Draw a panel for each tested effect and quantity, methods down, dots at the rates."""
    coverage, design, labels = results["coverage"], results["coverage_design"], results.labels
    if coverage.empty:
        reason = "Nothing was simulated: the models had no estimate to draw from."
        return Figure(name, _TITLE, reason, reason, nothing_to_show(reason))
    caption = (
        stale_note(coverage, design),
        "Rates among simulated data sets, with the cases' own codes, administrations and families. "
        "Grey line: the nominal value; band: two Monte Carlo standard errors on either side. Hollow: "
        "administrations have effects of their own, standard deviation "
        f"{sizes_of(coverage)} on the scale of the log-odds. "
        "Right of the band in the first line, and left of it in the others, a method claims too much.",
        draws_note(coverage),
        failures(coverage),
    )
    text = " ".join(part for part in caption if part)
    return Figure(name, _TITLE, text, _description(coverage, labels), _drawing(coverage, labels))


@styled()
def _drawing(coverage: pd.DataFrame, labels: Labels) -> Drawing:
    effects = list(dict.fromkeys(zip(coverage["model"], coverage["term"], strict=True)))
    estimators = shown_estimators(coverage)
    room = (DOUBLE - _LEFT - 0.12 - _GAP * (len(effects) - 1)) / len(effects)
    height = _ROW * len(estimators)
    top, step = 0.42, height + 0.52
    drawing = Drawing(figsize=(DOUBLE, top + step * len(_LINES)))
    deviations = sorted(set(coverage["administration_sd"]))
    key = [KeyEntry(administrations(sd), "o", *_look(sd), 4.0) for sd in deviations]
    draw_key(drawing, _LEFT, 0.04, DOUBLE - _LEFT, "Administrations", key)
    for line, (effect, column, nominal, title, _) in enumerate(_LINES):
        above = top + line * step
        text_at(drawing, 0.06, above - 0.1, title, weight="bold")
        for row, estimator in enumerate(estimators):
            middle = above + 0.14 + (row + 0.5) * _ROW
            text_at(drawing, _LEFT - 0.06, middle, head(estimator), size=SMALL, ha="right")
        chosen = coverage[coverage["effect"] == effect]
        limits = _limits(chosen[column], nominal)
        for number_, (model, term) in enumerate(effects):
            left = _LEFT + number_ * (room + _GAP)
            name = shortened(tested(model, term, labels), room, SMALL)
            text_at(drawing, left, above + 0.06, name, size=SMALL)
            axes = axes_of_rows(drawing, left, above + 0.14, room, height, len(estimators))
            here = chosen[(chosen["model"] == model) & (chosen["term"] == term)]
            _panel(axes, here, estimators, column, nominal, limits)
    return drawing


def _look(sd: float) -> tuple[str, str]:
    return ("white", COLOURS[1]) if float(sd) > 0 else (COLOURS[0], COLOURS[0])


def _limits(rates: pd.Series, nominal: float) -> tuple[float, float]:
    known = [float(rate) for rate in rates.dropna()] + [nominal]
    low, high = (100 * end for end in (min(known), max(known)))
    margin = max(2.0, 0.08 * (high - low))
    return max(-0.5, math.floor(low - margin)), min(100.5, math.ceil(high + margin))


def _panel(
    axes: Axes,
    rows: pd.DataFrame,
    estimators: Sequence[str],
    column: str,
    nominal: float,
    limits: tuple[float, float],
) -> None:
    axes.set_xlim(limits)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10], integer=True))
    for stripe in range(0, len(estimators), 2):
        axes.axhspan(stripe, stripe + 1, color=FAINT, linewidth=0, zorder=0)
    error = BEYOND * (nominal * (1 - nominal) / float(rows["replications"].max())) ** 0.5
    band = (100 * (nominal - error), 100 * (nominal + error))
    axes.axvspan(*band, color=PALE, linewidth=0, zorder=1)
    axes.axvline(100 * nominal, color=GREY, linewidth=0.7, zorder=2)
    for row in (
        rows.dropna(subset=[column]).sort_values("administration_sd", kind="stable").itertuples()
    ):
        face, edge = _look(row.administration_sd)
        y = estimators.index(row.estimator) + (0.66 if float(row.administration_sd) > 0 else 0.34)
        rate = 100 * getattr(row, column)
        mark_at(axes, rate, y, "o", 3.4, face, edge, zorder=3, clip_on=False)


def _description(coverage: pd.DataFrame, labels: Labels) -> str:
    parts = []
    for effect, column, nominal, title, harmful in _LINES:
        chosen = coverage[coverage["effect"] == effect]
        wrong = [
            f"{head(row.estimator)} for {tested(row.model, row.term, labels)} with administrations "
            f"that {administrations(row.administration_sd).replace('alike', 'are alike')} "
            f"({number(100 * getattr(row, column), 1)})"
            for row in chosen.itertuples()
            if off(
                getattr(row, column), nominal, row.replications, row.failed, harmful_above=harmful
            )
        ]
        found = listed(wrong) if wrong else "no method"
        parts.append(f"{title}, off in the harmful direction: {found}.")
    return (
        f"Dots at the rates of each method, nominal {SIZE:.0%} and {LEVEL:.0%}. {' '.join(parts)}"
    )
