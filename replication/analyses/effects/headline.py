"""Models M1 to M8: every effect by four methods that fail differently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from replication.analyses.model_data import ModelData, model_data
from replication.analyses.tidy import rows_of, tidy_frame
from replication.estimators.exact import fit_exact
from replication.estimators.firth import fit_firth
from replication.estimators.linear import fit_ols_cr2, fit_ols_hc3
from replication.estimators.marginal_effects import average_marginal_effects
from replication.estimators.ordinal import fit_ordered_logit
from replication.estimators.permutation import permutation_test
from replication.estimators.results import Estimates
from replication.estimators.wild_bootstrap import wild_cluster_bootstrap
from replication.progress import shown
from replication.randomness import generator
from replication.specifications import Model, Sample

# The headline outcome is a cut of this scale; the ordered logit uses all of it.
SCALE = "io_sought"


def estimate_models(
    cases: pd.DataFrame, models: Iterable[Model], samples: dict[str, Sample]
) -> pd.DataFrame:
    """Estimate every model by every method, in the tidy form.

    Firth's logit and the linear model report all terms; the exact, bootstrap and permutation
    methods only the effects the model is there for.
    """
    rows: list[dict[str, Any]] = []
    for model in shown(list(models), "models"):
        data = model_data(cases, model, samples)
        for estimator, result in _fits(data, model, cases, samples):
            rows += rows_of(result, model, estimator, exhibit="table03_models")
    return tidy_frame(rows)


def on_scale(model: Model) -> Model | None:
    """Give the model of the whole scale that goes with a headline model; None for other outcomes."""
    return replace(model, outcome=SCALE) if model.outcome == "sought" else None


def _fits(
    data: ModelData, model: Model, cases: pd.DataFrame, samples: dict[str, Sample]
) -> Iterable[tuple[str, Estimates]]:
    arrays = (data.outcome, data.design, data.terms)
    administration = data.cases["administration"].to_numpy()
    firth = fit_firth(*arrays)
    yield "firth", firth
    yield "firth_ame", average_marginal_effects(firth, *arrays)
    yield "exact", fit_exact(*arrays, tested=model.effects)
    yield "lpm_hc3", fit_ols_hc3(*arrays)
    yield "lpm_cr2", fit_ols_cr2(data.outcome, data.design, administration, data.terms)
    for effect in model.effects:
        column = data.terms.index(effect)
        yield "wild_bootstrap", wild_cluster_bootstrap(
            data.outcome, data.design, administration, data.terms, tested=column,
            rng=generator(f"wild_bootstrap {model.model} {effect}"),
        )  # fmt: skip
        others = np.delete(data.design, column, axis=1)
        for name, blocks in (
            ("permutation", None),
            ("permutation_blocked", data.cases["crisis_family"].to_numpy()),
        ):
            yield name, permutation_test(
                data.outcome, data.design[:, column], effect, covariates=others, blocks=blocks,
                rng=generator(f"{name} {model.model} {effect}"),
            )  # fmt: skip
    ordered = on_scale(model)
    if ordered:
        scale = model_data(cases, ordered, samples)
        yield "ordered_logit", fit_ordered_logit(scale.outcome, scale.design, scale.terms)
