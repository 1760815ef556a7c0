"""Figure: what the headline model makes of each case, with the rules that recommend tracing it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from replication.exhibits.case_frame import visible_names
from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.layout import (
    KeyEntry,
    axes_of_rows,
    draw_key,
    key_height,
    mark_at,
    text_at,
)
from replication.exhibits.drawing.style import (
    COLOURS,
    DOUBLE,
    FAINT,
    GREY,
    INK,
    PALE,
    SMALL,
    TEXT_SIZE,
    shortened,
    styled,
)
from replication.exhibits.numbers import integer, is_missing
from replication.exhibits.results import Results
from replication.exhibits.text import counted, listed
from replication.ordered_sums import ordered_sum
from replication.precision import fixed

READS = ("case_fit", "case_ranks")
CHOSEN = "recchia_case"
_FIRST = 3
_ROW = 0.16
_NAME = 1.7
_WORDS = 1.75
_HEAD = 0.22
_FACES = {1: INK, 0: "white"}
_SHOWN = {
    "typical": "typical",
    "deviant": "deviant",
    "influential": "influential",
    "pathway": "pathway",
    "most similar": "pair",
}


@styled()
def make(results: Results, name: str) -> Figure:
    """One line a case by its probability; the line to the outcome is the residual.

    In the fit, ``left_out`` is the probability from the fit without the case.
    """
    fit = results["case_fit"]
    ranks = results["case_ranks"]
    title = "Outcome of each case beside the headline model's probability"
    known = fit.dropna(subset=["left_out"])
    if known.empty:
        note = "no case has all codes of the model"
        if len(fit):
            stated = fit["note"].iloc[0]
            note = "none of the fits without one case does" if is_missing(stated) else stated
        reason = f"The headline model gives no probability: {note}."
        return Figure(name, title, reason, reason, nothing_to_show(reason))
    parted = known[known["parted"] == 1]
    caption = (
        f"Model M3, N = {len(known)}. Diamond: probability of seeking endorsement from the fit without "
        "the case; small tick: from the fit with it; circle: what was observed. At the right: "
        "military opposition and stabilisation burden, and the rules that rank the case among their first "
        f"{_FIRST}. Bold: original cases."
    )
    names = visible_names(known)
    alt = (
        f"Of {counted(len(known), 'case')} the model puts {len(parted)} on the wrong side: "
        f"{listed([names[i] for i in parted['case_id']]) or 'none'}. Original cases: "
        + "; ".join(
            f"{names[row.case_id]} {fixed(row.left_out, 2)}, {'sought' if row.outcome else 'not sought'}"
            for row in known[known[CHOSEN] == 1].itertuples()
        )
        + "."
    )
    return Figure(name, title, caption, alt, _drawing(known, ranks, names))


def _drawing(fit: pd.DataFrame, ranks: pd.DataFrame, names: dict[str, str]) -> Drawing:
    groups = [
        (
            words,
            fit[fit["outcome"] == outcome].sort_values("left_out", ascending=False, kind="stable"),
        )
        for words, outcome in (("Endorsement sought", 1), ("Not sought", 0))
    ]
    groups = [(words, part) for words, part in groups if len(part)]
    key = [
        KeyEntry("probability without the case", "D", COLOURS[0], INK, 4.5),
        KeyEntry("with it", "|", INK, INK, 5.0),
        KeyEntry("observed: sought", "o", _FACES[1], INK, 4.5),
        KeyEntry("observed: not sought", "o", _FACES[0], INK, 4.5),
    ]
    top = 0.05 + key_height(key, "", DOUBLE - 0.2) + 0.05
    height = ordered_sum(_HEAD + _ROW * len(part) for _, part in groups)
    drawing = Drawing(figsize=(DOUBLE, top + height + 0.42))
    draw_key(drawing, 0.1, 0.05, DOUBLE - 0.2, "", key)
    width = DOUBLE - _NAME - _WORDS - 0.45
    for place, (words, part) in enumerate(groups):
        text_at(
            drawing, 0.1, top + 0.12, f"{words} (N = {len(part)})", weight="bold", size=TEXT_SIZE
        )
        top += _HEAD
        axes = axes_of_rows(drawing, _NAME + 0.1, top, width, _ROW * len(part), len(part))
        axes.set_xlim(-0.03, 1.03)
        axes.axvline(0.5, color=GREY, linewidth=0.7, linestyle="--", zorder=1)
        axes.grid(visible=True, axis="x", color=PALE, zorder=0.5)
        last = place == len(groups) - 1
        axes.tick_params(bottom=last, labelbottom=last)
        axes.spines["bottom"].set_visible(last)
        if last:
            axes.set_xlabel("Probability that endorsement is sought")
        for row, case in enumerate(part.to_dict("records")):
            _draw_case(axes, case, row)
            _draw_words(drawing, case, ranks, names, top + _ROW * (row + 0.5), width)
        top += _ROW * len(part)
    return drawing


def _draw_case(axes: Axes, case: dict[str, Any], row: int) -> None:
    y, outcome = row + 0.5, int(case["outcome"])
    if row % 2:
        axes.axhspan(row, row + 1, color=FAINT, linewidth=0, zorder=0)
    wrong = case["parted"] == 1
    colour = COLOURS[1] if wrong else GREY
    axes.plot(
        [case["left_out"], outcome], [y, y], color=colour, linewidth=1.6 if wrong else 0.7, zorder=2
    )
    axes.plot(
        [case["predicted"]], [y], linestyle="none", marker="|", markersize=5, color=INK, zorder=3
    )
    mark_at(axes, case["left_out"], y, "D", 3.4, COLOURS[0], markeredgewidth=0.4, zorder=4)
    mark_at(axes, outcome, y, "o", 4, _FACES[outcome], clip_on=False, zorder=4)


def _draw_words(
    drawing: Drawing,
    case: dict[str, Any],
    ranks: pd.DataFrame,
    names: dict[str, str],
    middle: float,
    width: float,
) -> None:
    weight = "bold" if case[CHOSEN] == 1 else "normal"
    shown = shortened(names[case["case_id"]], _NAME - 0.1, SMALL, weight)
    text_at(drawing, _NAME + 0.03, middle, shown, size=SMALL, ha="right", weight=weight)
    left = _NAME + 0.1 + width + 0.12
    codes = ", ".join(
        integer(case[term]) if not is_missing(case[term]) else chr(0x2013)
        for term in ("military_opposition", "stabilization_burden")
        if term in case
    )
    text_at(drawing, left, middle, codes, size=SMALL, color=GREY)
    own = ranks[(ranks["case_id"] == case["case_id"]) & ranks["rank"].between(1, _FIRST)]
    rules = [word for rule, word in _SHOWN.items() if (own["rule"] == rule).any()]
    text_at(
        drawing, left + 0.27, middle, shortened(", ".join(rules), _WORDS - 0.27, SMALL), size=SMALL
    )
