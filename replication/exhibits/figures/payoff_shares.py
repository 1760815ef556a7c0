"""Figure: the US share of each follow-on force, by what endorsement was had before action."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure as Drawing

from replication.exhibits.case_frame import visible_names
from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.layout import axes_of_rows, text_at
from replication.exhibits.drawing.style import (
    COLOURS,
    DOUBLE,
    FAINT,
    PALE,
    SMALL,
    TEXT_SIZE,
    shortened,
    styled,
    text_width,
)
from replication.exhibits.labels import Labels
from replication.exhibits.numbers import integer, p_equals
from replication.exhibits.results import Results
from replication.exhibits.text import visible
from replication.ordered_sums import ordered_sum
from replication.precision import fixed, percent

READS = ("cases", "estimates")
SHARE, OBTAINED, TOTAL, PART = (
    "followon_us_share", "io_obtained", "followon_troops_total", "followon_us_troops",
)  # fmt: skip

_ROW = 0.17
_HEAD = 0.22


@styled()
def make(results: Results, name: str) -> Figure:
    """Show one bar a case with a known share, grouped by the code of endorsement obtained."""
    cases, estimates, labels = results["cases"], results["estimates"], results.labels
    tests = estimates[(estimates["model"] == "H5") & (estimates["estimator"] == "rank_test")]
    title = "US share of the follow-on force, by endorsement before action"
    known = cases.dropna(subset=[SHARE, OBTAINED])
    if known.empty:
        reason = "No case has both a known follow-on force and a known code for endorsement."
        return Figure(name, title, reason, reason, nothing_to_show(reason))
    groups = [(code, known[known[OBTAINED] == code]) for code in sorted(known[OBTAINED].unique())]
    found = "; ".join(
        f"{visible(t.sample)}: {visible(t.note)}, {p_equals(t.p_value)}" for t in tests.itertuples()
    )
    caption = (
        f"Six to twelve months after combat. N = {len(known)} of {len(cases)} cases, those where "
        "both troop figures and endorsement are known; all samples. Beside each bar: US troops of "
        f"all. Exact rank test of explicit endorsement against the rest: {found}."
    )
    alt = "Median US share. " + "; ".join(
        f"{labels.code(OBTAINED, code)}: {percent(part[SHARE].astype(float).median())}% of {len(part)} cases"
        for code, part in groups
    )
    return Figure(name, title, caption, f"{alt}.", _drawing(known, groups, labels))


def _drawing(
    known: pd.DataFrame, groups: list[tuple[int, pd.DataFrame]], labels: Labels
) -> Drawing:
    names = visible_names(known)
    left = 0.1 + min(2.2, max(text_width(n, SMALL) for n in names.values())) + 0.08
    height = ordered_sum(_HEAD + _ROW * len(part) for _, part in groups)
    drawing = Drawing(figsize=(DOUBLE, 0.1 + height + 0.45))
    width, top = DOUBLE - left - 1.0, 0.05
    for number, (code, part) in enumerate(groups):
        text_at(
            drawing, 0.1, top + 0.13, labels.code(OBTAINED, code), weight="bold", size=TEXT_SIZE
        )
        axes = axes_of_rows(drawing, left, top + _HEAD, width, _ROW * len(part), len(part))
        axes.set_xlim(0, 100)
        axes.axvline(50, color=PALE, linewidth=0.7, zorder=1)
        for row, case in enumerate(part.sort_values(SHARE, kind="stable").itertuples()):
            share = 100 * float(getattr(case, SHARE))
            axes.axhspan(row, row + 1, color=FAINT if row % 2 else "white", linewidth=0, zorder=0)
            axes.barh(row + 0.5, share, height=0.62, color=COLOURS[0], zorder=2)
            label = shortened(names[case.case_id], left - 0.15, SMALL)
            axes.text(-1, row + 0.5, label, size=SMALL, ha="right", va="center")
            troops = f"{integer(getattr(case, PART))} of {integer(getattr(case, TOTAL))}"
            axes.text(
                share + 1, row + 0.5, f"{fixed(share, 0)} %: {troops}", size=SMALL, va="center"
            )
        if number == len(groups) - 1:
            axes.set_xlabel("US share of the follow-on force, per cent")
        else:
            axes.spines["bottom"].set_visible(False)
            axes.set_xticks([])
        top += _HEAD + _ROW * len(part)
    return drawing
