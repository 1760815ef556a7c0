"""Unit, origin, order and repetition of the data do not matter: for every public estimator.

`ESTIMATORS` is the list. Each one runs on drawn data, on the same data moved (columns and outcome in
another unit and from another origin, rows and columns in another order), and on every row twice.
"""

from __future__ import annotations

import numpy as np
import pytest
from drawn import drawn, moved, rows
from drawn_runs import ESTIMATORS
from hypothesis import Phase, given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize("name", ESTIMATORS)
def test_unit_origin_order_and_repetition_do_not_matter(name):
    estimator = ESTIMATORS[name]

    @settings(
        max_examples=estimator.data_sets,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    @given(st.integers(0, 2**32 - 1))
    def holds(seed):
        rng = np.random.default_rng(seed)
        data = drawn(rng)
        found = estimator.run(data)
        other = estimator.run(moved(data, rng, exact=estimator.exact))
        close = {"rtol": estimator.tolerance, "atol": estimator.tolerance}
        np.testing.assert_allclose(other.same, found.same, **close)
        if estimator.twice:
            again = estimator.run(rows(data, np.repeat(np.arange(len(data.outcome)), 2)))
            # Twice the rows can hold an answer that half of them do not.
            known = np.isfinite(found.estimate)
            np.testing.assert_allclose(again.estimate[known], found.estimate[known], **close)

    holds()
