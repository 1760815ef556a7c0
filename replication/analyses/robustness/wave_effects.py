"""Headline effects by wave of research: without each wave, and from each wave alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from replication.analyses.firth_lanes import fit_subsets
from replication.analyses.measurement.waves import EVERY_WAVE, Wave, wave_members
from replication.analyses.model_data import model_data
from replication.specifications import Model, Sample

ALONE, WITHOUT = "alone", "without"
COLUMNS = (
    "model",
    "term",
    "wave",
    "kept",
    "nobs",
    "n_outcome",
    "estimate",
    "std_error",
    "p_value",
    "note",
)
# What is asked of each wave: the claims on opposition and on burden.
MODELS = ("M1", "M2")


def wave_effects(
    cases: pd.DataFrame, waves: Sequence[Wave], models: Iterable[Model], samples: dict[str, Sample]
) -> pd.DataFrame:
    """Firth's estimate of each effect of `MODELS` from one wave alone, and from all others.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: ``kept`` is ``alone`` or ``without``, ``nobs`` the cases used, ``n_outcome`` those with
        the outcome, ``estimate`` in log-odds for one step, ``p_value`` of the penalised likelihood-ratio test. The
        wave `EVERY_WAVE` is the full sample.
    """
    parts = []
    for model in models:
        if model.model not in MODELS:
            continue
        data = model_data(cases, model, samples)
        ids = data.cases["case_id"]
        rows = []
        for name, members in wave_members(waves, list(cases["case_id"])).items():
            inside = ids.isin(members).to_numpy(dtype=bool)
            rows.append((name, ALONE, inside))
            if name != EVERY_WAVE and not inside.all():
                rows.append((name, WITHOUT, ~inside))
        rows = [row for row in rows if row[2].any()]
        if not rows:
            continue
        keep = np.array([kept for _, _, kept in rows])
        for effect in model.effects:
            fit = fit_subsets(data.outcome, data.design, keep, data.terms.index(effect))
            parts.append(pd.DataFrame({
                "model": model.model,
                "term": effect,
                "wave": [name for name, _, _ in rows],
                "kept": [kind for _, kind, _ in rows],
                "nobs": keep.sum(axis=1),
                "n_outcome": (keep * (data.outcome == 1)).sum(axis=1),
                "estimate": fit.estimate,
                "std_error": fit.std_error,
                "p_value": fit.p_value,
                "note": fit.reason,
            }))  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
