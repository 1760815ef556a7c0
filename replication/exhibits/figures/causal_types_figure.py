"""Figure: where the conclusion from cases and numbers turns, by the strength of the clues and the prior."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.layout import small_multiples
from replication.exhibits.drawing.style import COLOURS, GREY, MARKERS, SMALL, styled
from replication.exhibits.numbers import number
from replication.exhibits.results import Results
from replication.exhibits.text import capital

READS = ("causal_type_variants", "causal_type_rivals")
_MEASURES = {
    "mean_traced": "In traced cases",
    "probability": "P(effect > 0)",
}


@styled()
def make(results: Results, name: str) -> Figure:
    """Draw traced cases and effect along the strength of the clues: a line a prior, a panel a cause and assumption."""
    variants = results["causal_type_variants"]
    rivals = results["causal_type_rivals"]
    title = "Where the conclusion from cases and numbers turns"
    swept = variants[variants["clues"] == "strength"]
    if swept.dropna(subset=["mean_traced"]).empty:
        reason = "No case of the original study has both a cause and the outcome."
        return Figure(name, title, reason, reason, nothing_to_show(reason))
    labels = dict(zip(rivals["cause"], rivals["label"], strict=True)) if len(rivals) else {}
    panels = [(cause, measure) for cause in dict.fromkeys(swept["cause"]) for measure in _MEASURES]
    drawing, axes = small_multiples(len(panels), 4, 1.5, left=0.42, below=0.45)
    for panel, (cause, measure) in zip(axes, panels, strict=True):
        _draw(panel, variants[variants["cause"] == cause], measure)
        panel.set_title(capital(labels.get(cause, cause)))
    axes[0].legend(
        loc="lower right",
        bbox_to_anchor=(1.04, -0.04),
        fontsize=SMALL,
        frameon=False,
        handlelength=1.4,
    )
    caption = (
        "Along each panel every clue gets the same strength: from 0.5, where clues tell nothing, to 0.95. A line "
        "a prior; hollow marks at the right edge: clues as stated in the file of assumptions; crosses: the same, by "
        "strata of the other cause. In traced cases: mean probability that the cause brought the outcome about in a "
        "case of the original study; above the grey line it more probably did than not. The grey line at 0.95 is the "
        "usual mark for the sign of an effect. Adverse cases are allowed. Confounded: the cause may depend on the type."
    )
    return Figure(name, title, caption, _alt(swept, labels), drawing)


def _draw(axes: Axes, variants: pd.DataFrame, measure: str) -> None:
    first = variants.iloc[0]
    same = [
        variants[name] == first[name]
        for name in ("sample", "coding", "read", "monotonic", "stratified")
    ]
    base = variants[np.logical_and.reduce(same)]
    for place, prior in enumerate(dict.fromkeys(base["prior"])):
        colour, marker = COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]
        own = base[base["prior"] == prior]
        for confounded, look in (
            (1, {"marker": marker, "markersize": 2.5, "label": prior}),
            (0, {"linestyle": ":"}),
        ):
            part = own[own["confounded"] == confounded]
            swept = part[part["clues"] == "strength"].sort_values("strength")
            axes.plot(swept["strength"], swept[measure].astype(float), color=colour, **look)
        stated = own.loc[(own["clues"] == "stated") & (own["confounded"] == 1), measure].astype(
            float
        )
        axes.plot(
            [0.985] * len(stated), stated, linestyle="none", marker=marker, markersize=4, color=colour,
            markerfacecolor="white",
        )  # fmt: skip
        apart = variants.loc[(variants["stratified"] == 1) & (variants["prior"] == prior), measure]
        axes.plot(
            [0.985] * len(apart), apart.astype(float), linestyle="none", marker="x", markersize=3.5, color=colour,
        )  # fmt: skip
    axes.axhline(0.5 if measure == "mean_traced" else 0.95, color=GREY, linewidth=0.7, zorder=0)
    axes.set(xlim=(0.48, 1.0), ylim=(0, 1.02), xticks=[0.5, 0.7, 0.9], yticks=[0, 0.5, 1])
    axes.set_ylabel(_MEASURES[measure], size=SMALL)
    axes.set_xlabel("Strength of every clue", size=SMALL)


def _alt(swept: pd.DataFrame, labels: dict[str, str]) -> str:
    """Say for each cause and prior from which strength on the traced cases are above one half."""
    told = []
    own = swept[(swept["monotonic"] == 0) & (swept["confounded"] == 1)]
    for (cause, prior), part in own.groupby(["cause", "prior"], sort=False):
        above = part.loc[part["mean_traced"] > 0.5, "strength"]  # noqa: PLR2004 - more probable than not
        where = f"from strength {number(above.min())} on" if len(above) else "at no strength"
        told.append(f"{labels.get(cause, cause)}, {prior} prior: above one half {where}")
    return f"Mean probability that the cause brought the outcome about in the traced cases. {'; '.join(told)}."
