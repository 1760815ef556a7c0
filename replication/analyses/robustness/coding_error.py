"""Coding error: each code moves by one step with a probability set by its confidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from replication.analyses.firth_lanes import Variants, fit_recoded, fit_subsets, in_blocks
from replication.analyses.model_data import ModelData, model_data
from replication.precision import ALPHA, significant
from replication.progress import shown
from replication.randomness import generator
from replication.specifications import Model, Sample

# Chance that a code is off by a step, by confidence; from the analysis plan.
RATES = {3: 0.05, 2: 0.15, 1: 0.35}
FACTORS = (0.5, 1.0, 2.0)
DRAWS = 10_000
SCALE, CUT = "io_sought", 2
# An estimate nearer to zero than this has no sign: rounding would decide.
ZERO = 1e-8
COLUMNS = [
    "model", "term", "factor", "draws", "estimated", "observed", "share_same_sign",
    "share_significant", "median", "low", "high", "pooled_low", "pooled_high",
]  # fmt: skip


def coding_error(
    cases: pd.DataFrame,
    models: Iterable[Model],
    samples: dict[str, Sample],
    scales: Mapping[str, tuple[int, ...]],
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Re-estimate every effect under random one-step errors in all its codes and in the outcome.

    Up and down are equally likely; a code at the end of its scale can only move inwards. Missing
    codes stay missing. Models with a term that is not a coded scale are left out.

    Parameters
    ----------
    scales : mapping of str to tuple of int
        Codes of each coded variable.

    Returns
    -------
    DataFrame
        Columns model, term, factor (on the error rates), draws, estimated (share), share_same_sign,
        share_significant (same sign and p < 0.05), median, low, high (2.5 and 97.5 % of the estimates),
        pooled_low, pooled_high (Rubin's rules).
    """
    rows = []
    for model in shown(list(models), "coding error"):
        if not (set(model.terms) <= set(scales) and model.outcome == "sought"):
            continue
        data = model_data(cases, model, samples)
        if not len(data.outcome):
            continue
        for factor in FACTORS:
            fits: dict[str, list[Any]] = {effect: [] for effect in model.effects}
            rng = generator(f"coding error {model.model} {factor}")
            for block in in_blocks(draws):
                outcome, design = _moved(
                    data.cases, model, scales, factor, block.stop - block.start, rng
                )
                levels = tuple(np.array(scales[term], dtype=float) for term in model.terms)
                for effect in model.effects:
                    fit = fit_recoded(outcome, design, levels, model.terms.index(effect))
                    fits[effect].append(fit)
            rows += [
                {"model": model.model, "term": effect, "factor": factor, "draws": draws}
                | _summary(parts, data, model, effect)
                for effect, parts in fits.items()
            ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def _moved(
    cases: pd.DataFrame,
    model: Model,
    scales: Mapping[str, tuple[int, ...]],
    factor: float,
    draws: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    columns = []
    for name in (SCALE, *model.terms):
        codes = cases[name].to_numpy(float)
        confidence = cases[f"{name}_confidence"].map(RATES).to_numpy(float)
        moves = rng.random((draws, len(codes))) < np.minimum(confidence * factor, 1.0)
        direction = np.where(rng.random((draws, len(codes))) < 0.5, -1.0, 1.0)  # noqa: PLR2004
        low, high = min(scales[name]), max(scales[name])
        direction = np.where(codes == low, 1.0, np.where(codes == high, -1.0, direction))
        columns.append(codes + moves * direction)
    return (columns[0] >= CUT).astype(float), np.stack(columns[1:], axis=-1)


def _summary(parts: list[Variants], data: ModelData, model: Model, effect: str) -> dict[str, float]:
    everyone = np.ones((1, len(data.outcome)), dtype=bool)
    found = fit_subsets(data.outcome, data.design, everyone, model.terms.index(effect))
    estimate = np.concatenate([p.estimate for p in parts])
    std_error = np.concatenate([p.std_error for p in parts])
    p_value = np.concatenate([p.p_value for p in parts])
    known = ~np.isnan(estimate)
    estimate, std_error, p_value = estimate[known], std_error[known], p_value[known]
    if not len(estimate):
        return {"estimated": 0.0}
    same = np.sign(found.estimate[0]) * estimate > ZERO
    within, between = (std_error**2).mean(), estimate.var(ddof=1) if len(estimate) > 1 else 0.0
    reach = ndtri(1 - ALPHA / 2) * np.sqrt(within + (1 + 1 / len(estimate)) * between)
    low, median, high = np.quantile(estimate, [ALPHA / 2, 0.5, 1 - ALPHA / 2])
    return {
        "estimated": float(known.mean()),
        "observed": float(found.estimate[0]),
        "share_same_sign": float(same.mean()),
        "share_significant": float((same & significant(p_value)).mean()),
        "median": median,
        "low": low,
        "high": high,
        "pooled_low": estimate.mean() - reach,
        "pooled_high": estimate.mean() + reach,
    }
