"""H3, second half: whether the expected burden predicts how the uniformed leaders stood."""

from __future__ import annotations

from typing import Any

import pandas as pd

from replication.analyses.model_data import model_data
from replication.analyses.tidy import rows_of, tidy_frame
from replication.estimators.ordinal import fit_ordered_logit
from replication.estimators.permutation import permutation_test
from replication.estimators.results import Estimates
from replication.randomness import generator
from replication.registry import MECHANISM
from replication.specifications import Model, Sample

OPPOSITION, BURDEN = "military_opposition", "stabilization_burden"


def mechanism_model(sample: str) -> Model:
    """Give the model of opposition on burden in one sample."""
    return Model(MECHANISM, "", OPPOSITION, sample, (BURDEN,), (BURDEN,))


def estimate_mechanism(cases: pd.DataFrame, samples: dict[str, Sample]) -> pd.DataFrame:
    """Regress opposition on burden by ordered logit, and test by permutation, in the tidy form.

    The theory predicts a positive sign.
    """
    rows: list[dict[str, Any]] = []
    for sample in samples:
        model = mechanism_model(sample)
        data = model_data(cases, model, samples)
        fits: dict[str, Estimates] = {
            "ordered_logit": fit_ordered_logit(data.outcome, data.design, data.terms)
        }
        blocks = {
            "permutation": None,
            "permutation_blocked": data.cases["crisis_family"].to_numpy(),
        }
        for name, block in blocks.items():
            fits[name] = permutation_test(
                data.outcome, data.design[:, 0], BURDEN, blocks=block,
                rng=generator(f"mechanism {name} {sample}"),
            )  # fmt: skip
        for estimator, fit in fits.items():
            rows += rows_of(fit, model, estimator, exhibit="table08_methods")
    return tidy_frame(rows)
