"""Influence: every headline effect without each case, each crisis family, each administration."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from replication.analyses.firth_lanes import fit_subsets
from replication.analyses.model_data import model_data
from replication.specifications import Model, Sample

UNITS = {"case": "case_id", "family": "crisis_family", "administration": "administration"}
NOBODY = "none"


def influence(
    cases: pd.DataFrame, models: Iterable[Model], samples: dict[str, Sample]
) -> pd.DataFrame:
    """Firth's estimate of each effect when one unit is left out.

    Returns
    -------
    DataFrame
        Columns model, term, unit (case, family, administration; `none` for the full sample), left_out,
        n_left_out, estimate, p_value, change (from the full sample), note.
    """
    parts = []
    for model in models:
        data = model_data(cases, model, samples)
        groups = [(NOBODY, NOBODY, np.ones(len(data.outcome), dtype=bool))]
        for unit, column in UNITS.items():
            values = data.cases[column].to_numpy()
            groups += [(unit, value, values != value) for value in dict.fromkeys(values)]
        keep = np.array([kept for _, _, kept in groups]).reshape(len(groups), -1)
        for effect in model.effects:
            if not len(data.outcome):
                continue
            fit = fit_subsets(data.outcome, data.design, keep, data.terms.index(effect))
            parts.append(pd.DataFrame({
                "model": model.model,
                "term": effect,
                "unit": [unit for unit, _, _ in groups],
                "left_out": [value for _, value, _ in groups],
                "n_left_out": (~keep).sum(axis=1),
                "estimate": fit.estimate,
                "p_value": fit.p_value,
                "change": fit.estimate - fit.estimate[0],
                "note": fit.reason,
            }))  # fmt: skip
    columns = [
        "model",
        "term",
        "unit",
        "left_out",
        "n_left_out",
        "estimate",
        "p_value",
        "change",
        "note",
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
