"""Figure: theory and rivals by how well they forecast a case they have not seen."""

from __future__ import annotations

import pandas as pd

from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.intervals import Panel, interval_drawing
from replication.exhibits.numbers import number
from replication.exhibits.results import Results

READS = ("prediction_scores",)


def make(results: Results, name: str) -> Figure:
    """Show the log score of each model on shared cases, against the constant alone."""
    scores = results["prediction_scores"]
    title = "Theory and rivals by out-of-sample log score"
    shared = scores[scores["cases_used"] == "shared"]
    shared = shared[shared["sample"] == shared["sample"].iloc[0]] if len(shared) else shared
    left_out = shared.loc[shared["log_score"].isna(), "model"].tolist()
    shared = shared.dropna(subset=["log_score"])
    null = shared[shared["model"] == "none"]
    if len(shared) < 2 or null.empty:  # noqa: PLR2004 - one score has nothing to be compared with
        reason = "No two models could be scored on the same cases."
        return Figure(name, title, reason, reason, nothing_to_show(reason))
    base, nobs = float(null["log_score"].iloc[0]), int(shared["nobs"].iloc[0])
    models = shared[shared["model"] != "none"].sort_values(
        "log_score", ascending=False, kind="stable"
    )
    marks = pd.DataFrame({
        "panel": "log", "group": "", "series": "all", "reason": "",
        "label": [f"{m} {label}" for m, label in zip(models["model"], models["label"], strict=True)],
        "estimate": models["log_score"].astype(float),
        "conf_low": (models["log_score"] - models["log_score_error"]).astype(float),
        "conf_high": (models["log_score"] + models["log_score_error"]).astype(float),
    })  # fmt: skip
    caption = (
        f"Mean log probability that each model gives to what happened in a case left out, with one "
        f"standard error on either side; further right is better. The line is the constant alone. "
        f"All models on the same N = {nobs} cases."
    )
    if left_out:
        caption += f" Not among them: {', '.join(left_out)}."
    better = [m for m, s in zip(models["model"], models["log_score"], strict=True) if s > base]
    alt = (
        f"Constant alone {number(base, 3)}. "
        + "; ".join(
            f"{m} {number(s, 3)}" for m, s in zip(models["model"], models["log_score"], strict=True)
        )
        + f". Better than the constant: {', '.join(better) or 'none'}."
    )
    panel = Panel("log", "Log score", "mean log probability of the outcome", reference=base)
    return Figure(name, title, caption, alt, interval_drawing(marks, [panel], ["all"]))
