"""Plain words for the choices of the multiverse, shared by its table and its figure."""

from __future__ import annotations

import pandas as pd

from replication.exhibits.labels import Labels, spoken

# In the order they are shown; `controls` stand last, one a line.
CHOICES = {
    "outcome": "Outcome: IO sought",
    "form": "Treatment enters as",
    "estimator": "Estimator",
    "sample": "Sample",
    "coding": "Codes",
    "evidence": "Evidence",
    "controls": "Controls",
}
_VALUES = {
    ("coding", "agreed"): "agreed",
    ("coding", "pass_1"): "first pass",
    ("coding", "pass_2"): "second pass",
    ("evidence", "all"): "every coded cell",
    ("evidence", "confident"): "confidence 2 or 3",
    ("evidence", "consulted"): "a consulted item",
    ("evidence", "independent"): "not the author alone",
    ("evidence", "vetted"): "not unvetted alone",
    ("estimator", "firth"): "Firth's logit",
    ("estimator", "lpm_hc3"): "linear, cut (HC3)",
    ("estimator", "ols_hc3"): "linear, scale (HC3)",
    ("controls", "none"): "no control",
    ("controls", "other_treatment"): "the other treatment",
}
_PLAIN = {"form", "outcome"}


def value_words(choice: str, value: str, labels: Labels) -> str:
    """Say what a value of a choice means."""
    if choice == "sample":
        return labels.sample(value)
    if choice in _PLAIN:
        return "whole scale" if value == "scale" else value.replace(">=", "≥ ")
    known = _VALUES.get((choice, value))
    return known or (labels.term(value) if choice == "controls" else spoken(value))


def same_figures(by_choice: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """Values of a choice that give the same figures for every treatment: they admit the same codes.

    Returns
    -------
    list of (choice, values)
    """
    numbers = ["n_specifications", "median_statistic", "share_positive", "share_significant"]
    found = []
    for choice, part in by_choice.groupby("choice", sort=False):
        alike: dict[tuple[object, ...], list[str]] = {}
        for value, rows in part.groupby("value", sort=False):
            key = (*rows["treatment"], *rows[numbers].to_numpy().ravel())
            alike.setdefault(key, []).append(str(value))
        found += [(str(choice), values) for values in alike.values() if len(values) > 1]
    return found
