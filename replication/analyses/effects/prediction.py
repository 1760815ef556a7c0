"""Prediction: each model's out-of-sample scores, and its predicted probabilities over the scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from replication.analyses.model_data import ModelData, model_data, term_values
from replication.estimators.firth import fit_firth
from replication.estimators.marginal_effects import predicted_probabilities
from replication.estimators.prediction import leave_one_out
from replication.specifications import Model, Sample

NULL = "none"
_NUMBERS = ("log_score", "log_score_error", "brier_score", "family_log_score", "aicc")


def predict_models(
    cases: pd.DataFrame, models: Iterable[Model], samples: dict[str, Sample]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave-one-case-out scores of every model, on its own cases and on cases that the plan's models share.

    The model `none` has the constant only. Models can be compared on the shared cases of their
    sample and outcome alone (`cases_used` = shared); on its own cases each model has its own N.
    Shared are the cases of all planned models that have a score of their own (of all models, where none
    of these is planned); a model that lacks one of them has no score there.

    Returns
    -------
    by_model : DataFrame
        Columns model, label, sample, cases_used (own, shared), nobs, log_score (mean, higher is
        better), log_score_error (standard error of the mean), brier_score, family_log_score (leaving
        out whole crisis families), aicc, note.
    by_case : DataFrame
        Columns model, case_id, sought, probability, log_score on each model's own cases.
    """
    rows, forecasts = [], []
    for (sample, outcome), members in _grouped(list(models)):
        null = Model(NULL, "Constant only", outcome, sample, (), ())
        data = [model_data(cases, model, samples) for model in (null, *members)]
        own = [_scores(*pair) for pair in zip(data, (null, *members), strict=True)]
        shared = _shared(members, data[1:], [row["log_score"] for row, _ in own[1:]])
        for model, found, (row, scores) in zip((null, *members), data, own, strict=True):
            head = {"model": model.model, "label": model.label, "sample": sample}
            rows.append({**head, "cases_used": "own", **row})
            rows.append({**head, "cases_used": "shared", **_on_shared(found, model, shared)})
            if model is not null:
                forecasts.append(scores)
    return pd.DataFrame(rows), pd.concat(forecasts, ignore_index=True)


def _grouped(models: Sequence[Model]) -> list[tuple[tuple[str, str], list[Model]]]:
    groups: dict[tuple[str, str], list[Model]] = {}
    for model in models:
        groups.setdefault((model.sample, model.outcome), []).append(model)
    return list(groups.items())


def _shared(
    members: Sequence[Model], data: Sequence[ModelData], scores: Sequence[float]
) -> set[str]:
    """Give the cases to compare on: a model that is added, or has no score, takes none away from the others."""
    scored = [number for number, score in enumerate(scores) if not np.isnan(score)]
    planned = [number for number in scored if members[number].planned]
    base = planned or scored or range(len(members))
    return set.intersection(*(set(data[number].cases["case_id"]) for number in base))


def _on_shared(data: ModelData, model: Model, shared: set[str]) -> dict[str, Any]:
    part = _subset(data, data.cases["case_id"].isin(shared).to_numpy())
    lacking = len(shared) - len(part.outcome)
    if not lacking:
        return _scores(part, model)[0]
    numbers = dict.fromkeys(_NUMBERS, np.nan)
    note = f"the model lacks {lacking} of the {len(shared)} cases compared"
    return {"nobs": len(part.outcome), **numbers, "note": note}


def _subset(data: ModelData, keep: np.ndarray) -> ModelData:
    rows = data.cases[keep].reset_index(drop=True)
    return ModelData(data.outcome[keep], data.design[keep], data.terms, rows, data.n_missing)


def _scores(data: ModelData, model: Model) -> tuple[dict[str, Any], pd.DataFrame]:
    arrays = (data.outcome, data.design, data.terms)
    scores = leave_one_out(*arrays)
    families = leave_one_out(*arrays, groups=data.cases["crisis_family"].to_numpy())
    n = len(data.outcome)
    error = np.std(scores.log_scores, ddof=1) / np.sqrt(n) if n > 1 else np.nan
    row = {
        "nobs": n,
        "log_score": scores.log_score,
        "log_score_error": error,
        "brier_score": scores.brier_score,
        "family_log_score": families.log_score,
        "aicc": fit_firth(*arrays).aicc,
        "note": scores.note or families.note,
    }
    by_case = pd.DataFrame({
        "model": model.model,
        "case_id": data.cases["case_id"],
        "sought": data.outcome,
        "probability": scores.probability,
        "log_score": scores.log_scores,
    })  # fmt: skip
    return row, by_case


def probability_curves(
    cases: pd.DataFrame, models: Iterable[Model], samples: dict[str, Sample]
) -> pd.DataFrame:
    """Average predicted probability of the outcome along the scale of each effect.

    Products are left out: their probabilities depend on the other factor.

    Returns
    -------
    DataFrame
        Columns model, term, value, n_cases (cases of the model at this value, of a long scale nearest to it),
        probability, conf_low, conf_high, nobs, change, change_low, change_high (last value of the scale minus
        the first), note.
    """
    rows = []
    for model in models:
        data = model_data(cases, model, samples)
        fit = fit_firth(data.outcome, data.design, data.terms)
        for effect in (e for e in model.effects if ":" not in e):
            grid = _grid(term_values(cases, effect, model.model))
            counts = _nearest(data.design[:, data.terms.index(effect)], grid)
            if not len(grid) or not fit.converged:
                continue
            found = predicted_probabilities(
                fit, data.outcome, data.design, data.terms, term=effect, grid=grid
            )
            rows += [
                {
                    "model": model.model, "term": effect, "value": value, "n_cases": counts[i],
                    "probability": found.probability[i], "conf_low": found.conf_low[i],
                    "conf_high": found.conf_high[i], "nobs": len(data.outcome),
                    "change": found.change, "change_low": found.change_low,
                    "change_high": found.change_high, "note": found.note,
                }
                for i, value in enumerate(grid)
            ]  # fmt: skip
    columns = ["model", "term", "value", "n_cases", "probability", "conf_low", "conf_high", "nobs", "change", "change_low", "change_high", "note"]  # fmt: skip # noqa: E501
    return pd.DataFrame(rows, columns=columns)


def _nearest(values: np.ndarray, grid: Sequence[float]) -> list[int]:
    """Count the values nearest to each place of the grid, the lower one where two are as near."""
    if not len(grid):
        return []
    places = np.abs(values[:, None] - np.asarray(grid)[None, :]).argmin(axis=1)
    return np.bincount(places, minlength=len(grid)).tolist()


def _grid(values: np.ndarray) -> list[float]:
    """Every step of a coded scale; eleven places along a longer one."""
    known = values[~np.isnan(values)]
    if not len(known):
        return []
    steps = np.arange(known.min(), known.max() + 1)
    return list(steps if len(steps) <= 11 else np.linspace(known.min(), known.max(), 11))  # noqa: PLR2004
