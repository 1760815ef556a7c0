"""Figure: the cases on a time line, by military opposition, with what endorsement was sought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator

from replication.exhibits.case_frame import samples_of, scale_of
from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.layout import (
    KeyEntry,
    axes_at,
    draw_key,
    key_height,
    mark_at,
    packed,
    row_height,
    text_at,
)
from replication.exhibits.drawing.style import (
    DOUBLE,
    FAINT,
    GREY,
    INK,
    PALE,
    SMALL,
    TEXT_SIZE,
    shade,
    shortened,
    styled,
    text_width,
)
from replication.exhibits.labels import Labels, spoken
from replication.exhibits.numbers import is_missing
from replication.exhibits.results import Results
from replication.exhibits.text import capital, counted, listed, short_names, visible
from replication.ordered_sums import ordered_sum

READS = ("cases",)
LANES, FILL = "military_opposition", "io_sought"

_ROW = 0.15
_PANEL_HEAD = 0.24
_MARK = 0.05
_LONGEST_NAME = 2.4


@dataclass(frozen=True)
class _Lane:
    """Cases of one sample with the same code, and the row of each; positions in years."""

    label: str
    cases: pd.DataFrame
    rows: list[int]
    leftward: list[bool]

    @property
    def height(self) -> int:
        return 1 + max(self.rows, default=0)


@styled()
def make(results: Results, name: str) -> Figure:
    """Place cases by date (across), sample and opposition (down), filled by endorsement sought."""
    cases = results["cases"]
    labels = results.labels
    dated = cases.assign(position=cases["decision_date"].map(position)).dropna(subset="position")
    title = "US decisions on the use of force, by military opposition and by endorsement sought"
    if dated.empty:
        reason = "There is no case with a date to place on the time line."
        return Figure(name, title, reason, reason, nothing_to_show(reason))
    dated = dated.assign(shown=_names(dated)).sort_values("position", kind="stable")
    caption = _caption(cases, dated)
    return Figure(name, title, caption, _description(dated, labels), _drawing(dated, labels))


def position(date: object) -> float:
    """Place of a date on an axis of years, NaN where there is none.

    An unknown month is taken as the middle of the year, an unknown day as the middle of the month.
    """
    if is_missing(date):
        return np.nan
    year, month, day = (int(part) for part in str(date).split("-"))
    months = 6.0 if month == 0 else month - 1 + ((day - 1) / 31 if day else 0.5)
    return year + months / 12


def _names(cases: pd.DataFrame) -> list[str]:
    titles = [visible(title) for title in cases["case_title"]]
    weights = ["bold" if four == 1 else "normal" for four in cases["recchia_case"].fillna(0)]
    return [
        shortened(short, _LONGEST_NAME, SMALL, weight)
        for short, weight in zip(short_names(titles), weights, strict=True)
    ]


def _drawing(cases: pd.DataFrame, labels: Labels) -> Drawing:
    codes = scale_of(cases, LANES, labels)
    lane_labels = [labels.code(LANES, code) for code in codes] + ["not known"]
    left = 0.1 + min(1.6, max(text_width(label, SMALL) for label in lane_labels)) + 0.08
    width = DOUBLE - left - 0.1
    first, last = np.floor(cases["position"].min()), np.ceil(cases["position"].max() + 0.01)
    limits = (first - 0.02 * (last - first), last + 0.02 * (last - first))
    panels = [
        (sample, _lanes(cases[cases["sample"] == sample], codes, labels, limits, width))
        for sample in samples_of(cases, labels)
    ]
    key = _key(cases, labels)
    top = 0.08 + key_height(key, _key_title(), DOUBLE - 0.2)
    rows = [sum(lane.height for lane in lanes) for _, lanes in panels]
    other = top + _PANEL_HEAD * len(panels) + 0.3
    row = row_height(sum(rows), other, _ROW)
    heights = [row * count for count in rows]
    drawing = Drawing(figsize=(DOUBLE, other + ordered_sum(heights)))
    draw_key(drawing, 0.1, 0.05, DOUBLE - 0.2, _key_title(), key)
    for number, ((sample, lanes), height) in enumerate(zip(panels, heights, strict=True)):
        count = int((cases["sample"] == sample).sum())
        heading = f"{capital(labels.value('sample', sample))} (N = {count})"
        text_at(
            drawing,
            0.1,
            top + 0.14,
            shortened(heading, DOUBLE - 0.2, TEXT_SIZE, "bold"),
            weight="bold",
        )
        axes = axes_at(drawing, left, top + _PANEL_HEAD, width, height)
        _draw_panel(axes, lanes, limits, width, labels)
        _draw_years(axes, limits, last_panel=number == len(panels) - 1)
        top += _PANEL_HEAD + height
    return drawing


def _lanes(
    cases: pd.DataFrame,
    codes: Sequence[int],
    labels: Labels,
    limits: tuple[float, float],
    width: float,
) -> list[_Lane]:
    """Lanes from the highest code down, and one for unknown codes where there are any."""
    groups = [(labels.code(LANES, code), cases[cases[LANES] == code]) for code in reversed(codes)]
    unknown = cases[cases[LANES].isna()]
    if len(unknown):
        groups.append(("not known", unknown))
    return [_lane(label, group, limits, width) for label, group in groups]


def _lane(label: str, cases: pd.DataFrame, limits: tuple[float, float], width: float) -> _Lane:
    """Pack marks with their names beside them, to the right or, near the right end, to the left."""
    inches = width / (limits[1] - limits[0])
    starts, ends, leftward = [], [], []
    for place, shown, four in zip(
        cases["position"], cases["shown"], cases["recchia_case"], strict=True
    ):
        x = (place - limits[0]) * inches
        room = 2.6 * _MARK + text_width(shown, SMALL, "bold" if four == 1 else "normal")
        leftward.append(bool(x + room > width))
        starts.append(x - room if leftward[-1] else x - 1.3 * _MARK)
        ends.append(x + 1.3 * _MARK if leftward[-1] else x + room)
    return _Lane(label, cases, packed(starts, ends, 0.08), leftward)


def _draw_panel(
    axes: Axes, lanes: Sequence[_Lane], limits: tuple[float, float], width: float, labels: Labels
) -> None:
    years = (limits[1] - limits[0]) / width
    total = sum(lane.height for lane in lanes)
    axes.set(xlim=limits, ylim=(total, 0))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    below = 0
    for number, lane in enumerate(lanes):
        if number % 2 == 0:
            axes.axhspan(below, below + lane.height, color=FAINT, linewidth=0, zorder=0)
        axes.annotate(
            shortened(lane.label, 1.6, SMALL),
            (0, below + lane.height / 2),
            xycoords=("axes fraction", "data"),
            xytext=(-4, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            size=SMALL,
            color=INK if len(lane.cases) else GREY,
        )
        for row, leftward, case in zip(
            lane.rows, lane.leftward, lane.cases.itertuples(), strict=True
        ):
            _draw_case(
                axes, case, below + row + 0.5, labels, leftward=leftward, shift=1.8 * _MARK * years
            )
        below += lane.height


def _draw_case(
    axes: Axes, case: Any, y: float, labels: Labels, *, leftward: bool, shift: float
) -> None:
    face, marker, edge = _look(getattr(case, FILL), labels)
    mark_at(axes, case.position, y, marker, 5, face, edge, clip_on=False, zorder=3)
    axes.text(
        case.position - shift if leftward else case.position + shift,
        y,
        case.shown,
        ha="right" if leftward else "left",
        va="center_baseline",
        size=SMALL,
        weight="bold" if case.recchia_case == 1 else "normal",
    )


def _look(code: Any, labels: Labels) -> tuple[str, str, str]:
    """Fill, marker and edge of a mark: a cross where the code is not known."""
    if is_missing(code):
        return "none", "x", GREY
    return shade(code, 0, max(labels.scales.get(FILL, {code: ""}))), "o", INK


def _draw_years(axes: Axes, limits: tuple[float, float], *, last_panel: bool) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, steps=[1, 2, 5, 10]))
    axes.grid(visible=True, axis="x", color=PALE, zorder=0.5)
    axes.spines["bottom"].set_visible(last_panel)
    axes.tick_params(bottom=last_panel, labelbottom=last_panel)
    axes.set_xlim(limits)


def _key_title() -> str:
    return f"Rows: {spoken(LANES).lower()}. Fill: endorsement sought"


def _key(cases: pd.DataFrame, labels: Labels) -> list[KeyEntry]:
    codes = scale_of(cases, FILL, labels)
    entries = [KeyEntry(labels.code(FILL, code), "o", shade(code, 0, max(codes))) for code in codes]
    if cases[FILL].isna().any():
        entries.append(KeyEntry("not known", "x", "none", GREY))
    return entries


def _caption(cases: pd.DataFrame, dated: pd.DataFrame) -> str:
    parts = [
        (
            f"{counted(len(dated), 'decision')} by date (across), sample (panels) and opposition of "
            "the uniformed leadership when force was proposed (rows). The darker the mark, the more was done "
            "to have an international organisation endorse the force."
        )
    ]
    if (dated["recchia_case"] == 1).any():
        parts.append("Bold: the four cases of the original study.")
    parts.append("Where the day or month is unknown, the middle of the month or year is shown.")
    if len(cases) > len(dated):
        parts.append(f"Not shown, for want of a date: {counted(len(cases) - len(dated), 'case')}.")
    return " ".join(parts)


def _description(cases: pd.DataFrame, labels: Labels) -> str:
    first, last = int(cases["position"].min()), int(cases["position"].max())
    sentences = [f"Time line of {counted(len(cases), 'decision')} from {first} to {last}."]
    for sample in samples_of(cases, labels):
        chosen = cases[cases["sample"] == sample]
        clauses = []
        for code, group in chosen.groupby(chosen[LANES].astype(object).fillna(-1), sort=True):
            counts = group[FILL].value_counts(dropna=False).sort_index(ascending=False)
            fills = [f"{number} {labels.value(FILL, fill)}" for fill, number in counts.items()]
            lane = labels.value(LANES, None if code == -1 else code)
            clauses.append(f"{lane}: {listed(fills)}")
        sentences.append(
            f"{capital(labels.value('sample', sample))}, {counted(len(chosen), 'case')}, "
            f"endorsement sought by military opposition: {'; '.join(reversed(clauses))}."
        )
    return " ".join(sentences)
