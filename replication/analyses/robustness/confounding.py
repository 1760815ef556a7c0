"""Unmeasured confounding: how strong it would have to be, with observed covariates as a measure."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from replication.analyses.model_data import ModelData, model_data
from replication.estimators.e_value import e_value, risk_ratio_of_odds_ratio
from replication.estimators.firth import fit_firth
from replication.estimators.sensitivity import benchmark, treatment_robustness
from replication.specifications import Model, Sample
from replication.terms import is_product

COLUMNS = [
    "model", "term", "nobs", "estimate", "partial_r2", "robustness_value",
    "robustness_value_alpha", "e_value", "e_value_limit", "note",
]  # fmt: skip
BENCHMARKS = [
    "model", "term", "benchmark", "multiple", "r2_treatment", "r2_outcome", "estimate", "conf_low",
    "conf_high", "note",
]  # fmt: skip


def sensitivity(
    cases: pd.DataFrame, models: Iterable[Model], samples: dict[str, Sample]
) -> pd.DataFrame:
    """Robustness values of the linear model and E-values of Firth's odds ratio for each effect.

    Returns
    -------
    DataFrame
        Columns model, term, nobs, estimate (linear), partial_r2, robustness_value,
        robustness_value_alpha, e_value, e_value_limit, note. The E-value takes Firth's odds ratio of
        one step of the scale, turned into a risk ratio by the square root because the outcome is
        not rare; its limit is 1 where the interval covers no effect.
    """
    rows = []
    for model, effect, data in _effects(cases, models, samples):
        column = data.terms.index(effect)
        linear = treatment_robustness(data.outcome, data.design, data.terms, column)
        firth = fit_firth(data.outcome, data.design, data.terms)
        ratios = np.exp([v[column + 1] for v in (firth.estimate, firth.conf_low, firth.conf_high)])
        known = np.isfinite(ratios[0]) and not np.isnan(ratios).any()
        value = e_value(*map(risk_ratio_of_odds_ratio, ratios)) if known else None
        rows.append({
            "model": model.model, "term": effect, "nobs": len(data.outcome),
            "estimate": linear.estimate, "partial_r2": linear.partial_r2,
            "robustness_value": linear.robustness_value,
            "robustness_value_alpha": linear.robustness_value_alpha,
            "e_value": value.estimate if value else np.nan,
            "e_value_limit": value.limit if value else np.nan,
            "note": linear.note or firth.note[column + 1],
        })  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def benchmarks(
    cases: pd.DataFrame, models: Iterable[Model], samples: dict[str, Sample]
) -> pd.DataFrame:
    """Bound each effect with a confounder one, two, three times as strong as a covariate.

    Columns model, term, benchmark, multiple, r2_treatment, r2_outcome, estimate, conf_low,
    conf_high, note.
    """
    rows = []
    for model, effect, data in _effects(cases, models, samples):
        column = data.terms.index(effect)
        for number, observed in enumerate(data.terms):
            if observed == effect or is_product(observed) or is_product(effect):
                continue
            bound = benchmark(
                data.outcome, data.design, data.terms, treatment=column, observed=number
            )
            rows += [
                {
                    "model": model.model, "term": effect, "benchmark": observed,
                    "multiple": bound.multiple[i], "r2_treatment": bound.r2_treatment[i],
                    "r2_outcome": bound.r2_outcome[i], "estimate": bound.estimate[i],
                    "conf_low": bound.conf_low[i], "conf_high": bound.conf_high[i],
                    "note": bound.note[i],
                }
                for i in range(len(bound.multiple))
            ]  # fmt: skip
    return pd.DataFrame(rows, columns=BENCHMARKS)


def _effects(
    cases: pd.DataFrame, models: Iterable[Model], samples: dict[str, Sample]
) -> Iterable[tuple[Model, str, ModelData]]:
    for model in models:
        data = model_data(cases, model, samples)
        if len(data.outcome):
            for effect in model.effects:
                yield model, effect, data
