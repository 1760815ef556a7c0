"""Figure: predicted probability of seeking endorsement along each scale, with marginal effects."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.layout import small_multiples
from replication.exhibits.drawing.style import COLOURS, SMALL, styled
from replication.exhibits.numbers import interval, number
from replication.exhibits.results import Results

READS = ("probability_curves", "estimates")
_COLUMNS = 4


@styled()
def make(results: Results, name: str) -> Figure:
    """Draw one panel for each model and effect."""
    labels = results.labels
    curves = results["probability_curves"]
    estimates = results["estimates"]
    title = "Predicted probability of seeking endorsement"
    known = curves.dropna(subset=["probability"])
    if known.empty:
        reason = "No model gives a predicted probability."
        return Figure(name, title, reason, reason, nothing_to_show(reason))
    panels = list(known.groupby(["model", "term"], sort=False))
    drawing, axes = small_multiples(len(panels), _COLUMNS, 1.15, left=0.38, below=0.55)
    said = []
    for number_, ((model, term), part) in enumerate(panels):
        panel = axes[number_]
        _draw(panel, part.astype(dict.fromkeys(_NUMBERS, float)))
        panel.set_title(f"{model} (N = {int(part['nobs'].iloc[0])})")
        panel.set_xlabel(labels.term(term), size=SMALL)
        effect = estimates[
            (estimates["model"] == model) & (estimates["term"] == term) & (estimates["estimator"] == "firth_ame")
        ]  # fmt: skip
        if len(effect):
            row = effect.iloc[0]
            words = f"{number(row['estimate'])} {interval(row['conf_low'], row['conf_high'])}"
            panel.text(0.03, 0.97, words, size=SMALL, transform=panel.transAxes, va="top")
            said.append(f"{model} {labels.term(term)} {words}")
    caption = (
        "Firth's logit: probability averaged over the cases when the scale is set to each value, with "
        "pointwise 95 % profile penalised-likelihood intervals. In each panel: the average marginal "
        "effect of one step on the probability, with its 95 % interval. Other terms as observed. Under each step: the "
        "number of cases there. Hollow dots and pale bands are extrapolated, no case of the model standing there."
    )
    alt = "Average marginal effects on the probability. " + "; ".join(said) + "."
    return Figure(name, title, caption, alt, drawing)


_NUMBERS = ("value", "n_cases", "probability", "conf_low", "conf_high")
# Steps up to which the cases are counted under the axis.
_FEW = 6


def _draw(axes: Axes, part: pd.DataFrame) -> None:
    values, seen = part["value"].to_numpy(), part["n_cases"].to_numpy() > 0
    limits = {name: part[name].to_numpy() for name in ("conf_low", "conf_high")}
    for place in range(len(part) - 1):
        own = slice(place, place + 2)
        both = seen[own].all()
        axes.fill_between(
            values[own], limits["conf_low"][own], limits["conf_high"][own], color=COLOURS[5],
            alpha=0.35 if both else 0.12, linewidth=0,
        )  # fmt: skip
        axes.plot(
            values[own], part["probability"].to_numpy()[own], color=COLOURS[0], linestyle="-" if both else ":"
        )  # fmt: skip
    for known, face in ((True, COLOURS[0]), (False, "white")):
        chosen = part[seen == known]
        axes.plot(
            chosen["value"], chosen["probability"], linestyle="none", marker="o", markersize=3,
            color=COLOURS[0], markerfacecolor=face,
        )  # fmt: skip
    axes.set(ylim=(0, 1.18), yticks=[0, 0.5, 1])
    if len(part) <= _FEW:
        counts = zip(values, part["n_cases"], strict=True)
        axes.set_xticks(values, [f"{v:g}" + chr(10) + f"({n:.0f})" for v, n in counts])
    else:
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
