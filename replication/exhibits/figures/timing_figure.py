"""Figure: request and endorsement as stretches of time before the first action, case by case."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
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
from replication.exhibits.numbers import MINUS, is_missing, number, p_equals
from replication.exhibits.results import Results
from replication.ordered_sums import ordered_sum

READS = ("timing", "timing_tests")
OPPOSITION, HIGH = "military_opposition", 2
_PANELS = (
    "Reserved or opposed military",
    "Supportive or acquiescent military",
    "Military opposition not known",
)

_ROW = 0.15
_HEAD = 0.24
_NAME = 1.95
_WORDS = 1.0
_TICKS = (1, 7, 30, 90, 365, 1000, 3000)
_LOOKS = {"request": ("o", COLOURS[4]), "endorsement": ("s", COLOURS[0])}


@styled()
def make(results: Results, name: str) -> Figure:
    """One line a case, in panels by military opposition; time runs from left to right to the action."""
    timing = results["timing"]
    tests = results["timing_tests"]
    title = "Request, endorsement and first action, by military opposition"
    events = timing[timing["event"].isin(list(_LOOKS))]
    if events.dropna(subset=["low", "high"]).empty:
        reason = "No case has a dated request or endorsement."
        return Figure(name, title, reason, reason, nothing_to_show(reason))
    count = timing["case_id"].nunique()
    caption = (
        f"One line a case (N = {count}). Days from the first action, or from the decision where no "
        "force was sent (open diamond), on a scale of logarithms; a bar covers the days that a "
        "half-known date may stand for. At the right: how the endorsement stood to the first action. "
        f"Bold: original cases. {_tested(tests)}"
    )
    return Figure(name, title, caption, _described(timing), _drawing(timing))


def axis_place(days: np.ndarray | Sequence[float] | float) -> np.ndarray:
    """Place of a number of days on the axis: a logarithm on either side of the action."""
    days = np.asarray(days, dtype=float)
    return np.sign(days) * np.log10(1 + np.abs(days))


def _tested(tests: pd.DataFrame) -> str:
    said = [
        f"{row['test']}: {number(row['share_earlier'])}, {p_equals(row['p_value'])}"
        if not is_missing(row["p_value"])
        else f"{row['test']}: {row['note']}"
        for row in tests.to_dict("records")
    ]
    return (
        "Chance that a case of high opposition comes earlier than another intervention, with the "
        f"permutation test: {'; '.join(said)}."
    )


def _described(timing: pd.DataFrame) -> str:
    part = timing[timing["event"] == "endorsement"]
    counts = part.groupby(_panel_of(part), sort=False)["order"].value_counts()
    groups: dict[str, list[str]] = {}
    for (panel, order), count in counts.items():
        groups.setdefault(panel, []).append(f"{count} {order}")
    said = [f"{panel}: {', '.join(words)}" for panel, words in groups.items()]
    return f"Endorsement against first action, numbers of cases. {'. '.join(said)}."


def _panel_of(frame: pd.DataFrame) -> pd.Series:
    codes = frame[OPPOSITION].astype("Float64").to_numpy(float, na_value=np.nan)
    names = np.where(
        np.isnan(codes),
        _PANELS[2],
        np.where(codes >= HIGH, _PANELS[0], _PANELS[1]),
    )
    return pd.Series(names, index=frame.index)


def _drawing(timing: pd.DataFrame) -> Drawing:
    cases = timing.drop_duplicates("case_id")
    names = visible_names(cases)
    panel = _panel_of(cases)
    panels = [(heading, cases[panel == heading]) for heading in _PANELS if (panel == heading).any()]
    key = _key(cases)
    top = 0.05 + key_height(key, "", DOUBLE - 0.2) + 0.05
    height = ordered_sum(_HEAD + _ROW * len(part) for _, part in panels)
    drawing = Drawing(figsize=(DOUBLE, top + height + 0.4))
    draw_key(drawing, 0.1, 0.05, DOUBLE - 0.2, "", key)
    limits = _limits(timing)
    width = DOUBLE - 0.1 - _NAME - _WORDS - 0.1
    for number_, (heading, part) in enumerate(panels):
        text_at(
            drawing, 0.1, top + 0.13, f"{heading} (N = {len(part)})", weight="bold", size=TEXT_SIZE
        )
        top += _HEAD
        axes = axes_of_rows(drawing, 0.1 + _NAME, top, width, _ROW * len(part), len(part))
        axes.set_xlim(limits)
        last = number_ == len(panels) - 1
        _draw_axis(axes, limits, last=last)
        for row, case in enumerate(part.to_dict("records")):
            middle = top + _ROW * (row + 0.5)
            weight = "bold" if case["recchia_case"] == 1 else "normal"
            own = timing[timing["case_id"] == case["case_id"]].set_index("event")
            shown = shortened(names[case["case_id"]], _NAME - 0.1, SMALL, weight)
            text_at(drawing, _NAME + 0.04, middle, shown, size=SMALL, ha="right", weight=weight)
            if row % 2:
                axes.axhspan(row, row + 1, color=FAINT, linewidth=0, zorder=0)
            _draw_case(axes, own, row + 0.5)
            words = _words(own.loc["endorsement"])
            text_at(drawing, DOUBLE - _WORDS, middle, words, size=SMALL, color=INK)
        top += _ROW * len(part)
    return drawing


def _limits(timing: pd.DataFrame) -> tuple[float, float]:
    ends = axis_place(timing[["low", "high"]].astype(float).to_numpy())
    low, high = min(np.nanmin(ends), -1.0), max(np.nanmax(ends), 1.0)
    return low - 0.1, high + 0.1


def _draw_axis(axes: Axes, limits: tuple[float, float], *, last: bool) -> None:
    ticks = [-t for t in reversed(_TICKS)] + [0, *_TICKS]
    inside = [t for t in ticks if limits[0] <= axis_place(t) <= limits[1]]
    axes.set_xticks([float(axis_place(t)) for t in inside])
    axes.set_xticklabels([f"{MINUS if t < 0 else ''}{abs(t)}" for t in inside])
    axes.grid(visible=True, axis="x", color=PALE, zorder=0.5)
    axes.axvline(0, color=GREY, linewidth=0.8, zorder=1)
    axes.tick_params(bottom=last, labelbottom=last)
    axes.spines["bottom"].set_visible(last)
    if last:
        axes.set_xlabel("Days from the first action (or decision), logarithmic on either side")


def _draw_case(axes: Axes, own: pd.DataFrame, y: float) -> None:
    reference = own["reference"].iloc[0]
    face = INK if reference == "action" else "white"
    mark_at(axes, 0, y, "D", 3.2, face, zorder=3)
    known = own.loc[list(_LOOKS), ["low", "high"]].astype(float).mean(axis=1).dropna()
    if len(known):
        axes.plot(axis_place([known.min(), 0.0]), [y, y], color=GREY, linewidth=0.6, zorder=2)
    for event, (marker, colour) in _LOOKS.items():
        low, high = own.loc[event, "low"], own.loc[event, "high"]
        if is_missing(low):
            continue
        ends = axis_place([float(low), float(high)])
        shift = -0.14 if event == "request" else 0.14
        if low != high:
            axes.plot(
                ends, [y + shift] * 2, color=colour, linewidth=2.4, zorder=4, solid_capstyle="butt"
            )
        mark_at(axes, ends.mean(), y + shift, marker, 3.4, colour, markeredgewidth=0.4, zorder=5)


def _words(endorsement: pd.Series) -> str:
    low, high = endorsement["days_low"], endorsement["days_high"]
    if is_missing(low):
        return str(endorsement["order"])
    days = f"{abs(int(low))}" if low == high else f"{abs(int(low))} to {abs(int(high))}"
    if endorsement["order"] in ("before", "after"):
        return f"{days} {'day' if days == '1' else 'days'} {endorsement['order']}"
    return str(endorsement["order"])


def _key(cases: pd.DataFrame) -> Sequence[KeyEntry]:
    entries = [KeyEntry(f"first {event}" if event == "request" else event, marker, colour, INK, 4.5)
               for event, (marker, colour) in _LOOKS.items()]  # fmt: skip
    entries.append(KeyEntry("first action", "D", INK, INK, 4.0))
    if (cases["reference"] == "decision").any():
        entries.append(KeyEntry("decision, no force sent", "D", "white", INK, 4.0))
    return entries
