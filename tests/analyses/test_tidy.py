"""The tidy form of estimates."""

import numpy as np

from replication.analyses.tidy import COLUMNS, rows_of, tidy_frame
from replication.estimators.exact import fit_exact
from replication.estimators.linear import fit_ols_hc3
from replication.specifications import Model


def test_the_median_unbiased_estimate_stands_beside_every_exact_one_and_nowhere_else():
    model = Model("M", "", "sought", "intervention", ("dose",), ("dose",))
    outcome, dose = np.array([0.0, 0, 0, 1, 1, 1]), np.array([0.0, 1, 1, 2, 2, 3])[:, None]
    fit = fit_exact(outcome, dose, ["dose"])
    (own,) = rows_of(fit, model, "exact", "t")
    assert (own["estimate"], own["estimate_mue"]) == (np.inf, fit.estimate_mue[0])
    assert np.isfinite(own["estimate_mue"])
    (other,) = rows_of(fit_ols_hc3(outcome, dose, ["dose"]), model, "lpm_hc3", "t")[1:]
    assert np.isnan(other["estimate_mue"])
    table = tidy_frame([own, other])
    assert table["estimate_mue"].dtype == float
    assert list(table) == list(COLUMNS)
