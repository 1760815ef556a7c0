"""Every ordered logit of the estimates has its check of proportional odds, on the same cases."""

import numpy as np
import pandas as pd

from replication.analyses.effects.headline import SCALE, estimate_models
from replication.analyses.effects.proportional_odds import check_ordered_models
from replication.estimators.proportional_odds import check_proportional_odds
from replication.specifications import Model, Sample

SAMPLES = {"all": Sample("all", "All", ("a", "b")), "half": Sample("half", "Half", ("a",))}
MODELS = [
    Model("P1", "One", "sought", "half", ("military_opposition",), ("military_opposition",)),
    Model("P2", "Two", "sought", "all", ("stabilization_burden",), ("stabilization_burden",)),
    Model("P3", "Of something else", "io_obtained", "all", ("stabilization_burden",), ()),
]


def invented_cases():
    rng = np.random.default_rng(1)
    n = 40
    scale = rng.integers(0, 4, n).astype(float)
    scale[3] = np.nan
    return pd.DataFrame({
        "case_id": [f"c{i}" for i in range(n)], "sample": ["a", "b"] * (n // 2),
        "administration": np.repeat(["x", "y", "z", "w"], n // 4), "crisis_family": range(n),
        SCALE: scale, "sought": np.where(np.isnan(scale), np.nan, scale >= 2), "io_obtained": 1.0,
        "military_opposition": rng.integers(0, 4, n).astype(float),
        "stabilization_burden": rng.integers(0, 3, n).astype(float),
    })  # fmt: skip


def test_there_is_one_check_for_each_ordered_logit():
    cases = invented_cases()
    checks, slopes = check_ordered_models(cases, MODELS, SAMPLES)
    assert checks["model"].tolist() == ["P1", "P2", "H3", "H3"]
    assert checks["sample"].tolist() == ["half", "all", "all", "half"]
    estimates = estimate_models(cases, MODELS[:2], SAMPLES).query("estimator == 'ordered_logit'")
    assert checks["nobs"].tolist()[:2] == estimates["nobs"].tolist() == [20, 39]
    assert checks["outcome"].tolist() == [SCALE, SCALE, *["military_opposition"] * 2]
    assert checks["df"].tolist() == [2, 2, 2, 2]
    known = cases.dropna(subset=[SCALE])
    own = check_proportional_odds(
        known[SCALE].to_numpy(),
        known[["stabilization_burden"]].to_numpy(),
        ("stabilization_burden",),
    )
    assert checks["p_value"][1] == own.p_value
    p2 = slopes[slopes["model"] == "P2"]
    assert p2["cut"].tolist() == [1, 2, 3]
    np.testing.assert_array_equal(p2["estimate"], own.slopes[:, 0])


def test_an_outcome_with_one_cut_has_a_reason_and_no_p_value():
    cases = invented_cases()
    cases[SCALE] = cases[SCALE].clip(0, 1)
    checks, _ = check_ordered_models(cases, MODELS[:1], SAMPLES)
    assert np.isnan(checks["p_value"][0])
    assert checks["note"][0] == "one cut only: the outcome has two values"
