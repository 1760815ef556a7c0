"""The smallest p-value a test can reach, against the test itself run on every arrangement there is."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from replication import paths
from replication.analyses.effects.attainable import (
    smallest_of_arrangements,
    smallest_of_exact,
    smallest_of_ranks,
    smallest_of_signs,
)
from replication.analyses.model_data import ModelData
from replication.estimators.exact import fit_exact
from replication.estimators.paired import paired_tests
from replication.estimators.permutation import permutation_test
from replication.estimators.rank import rank_test
from replication.tables import read_table

SHARES = np.array([0.0, 0.0, 0.01, 0.14, 0.27, 0.33, 0.4, 0.02, 0.0])


@pytest.mark.parametrize("size", [1, 2, 4, 7])
def test_ranks_over_every_choice_of_the_first_group(size):
    least = min(
        rank_test(SHARES[list(chosen)], np.delete(SHARES, chosen)).p_value
        for chosen in itertools.combinations(range(len(SHARES)), size)
    )
    assert smallest_of_ranks(SHARES, size) == pytest.approx(least, abs=1e-12)


def test_seven_against_two_without_ties_cannot_reject():
    """Two of the 36 ways to choose two of nine lie at the ends."""
    assert smallest_of_ranks(np.arange(9.0), 7) == pytest.approx(2 / math.comb(9, 2))


@pytest.mark.parametrize("difference", [[1, 0, 0, -1], [1, 2, -1, 3, 0], [1, 1, 1, 1, 1, 1]])
def test_signs_over_every_change_of_sign(difference):
    values = np.array(difference, dtype=float)
    least = {"sign_p": 1.0, "permutation_p": 1.0, "signed_rank_p": 1.0}
    for signs in itertools.product((-1, 1), repeat=len(values)):
        found = paired_tests(values * np.array(signs))
        least = {name: min(p, getattr(found, name)) for name, p in least.items()}
    assert least == pytest.approx(
        dict.fromkeys(least, smallest_of_signs(int(np.count_nonzero(values))))
    )


def data_of(outcome, treatment):
    design = np.array(treatment, dtype=float)[:, None]
    return ModelData(np.array(outcome, dtype=float), design, ("x",), pd.DataFrame(), 0)


@pytest.mark.parametrize(
    ("outcome", "treatment"),
    [([1, 0, 0, 1, 1, 0, 1], [2, 0, 1, 2, 1, 0, 0]), ([1, 0, 0, 0, 0], [1, 0, 1, 2, 3])],
)
def test_exact_and_permutation_over_every_outcome_with_as_many_events(outcome, treatment):
    data, least = data_of(outcome, treatment), {"exact": 1.0, "permutation": 1.0}
    for events in itertools.combinations(range(len(outcome)), sum(outcome)):
        other = np.isin(np.arange(len(outcome)), events).astype(float)
        rng = np.random.default_rng(1)
        found = {
            "exact": fit_exact(other, data.design, ("x",)).p_value[0],
            "permutation": permutation_test(other, data.design[:, 0], "x", rng=rng).p_value[0],
        }
        least = {name: min(least[name], found[name]) for name in least}
    assert smallest_of_exact(data, 0) == pytest.approx(least["exact"])
    assert smallest_of_arrangements(data, 0) == pytest.approx(least["permutation"])


def test_two_by_two_is_the_least_of_fishers_test():
    outcome, treatment = [1] * 4 + [0] * 6, [1, 1, 1, 0, 1, 0, 0, 0, 0, 0]
    least = min(
        stats.fisher_exact([[k, 4 - k], [4 - k, 2 + k]]).pvalue for k in range(5) if 2 + k >= 0
    )
    assert smallest_of_arrangements(data_of(outcome, treatment), 0) == pytest.approx(least)


def test_no_stored_p_value_is_smaller_than_the_smallest_that_is_stored():
    stored = read_table(paths.OUTPUT / "estimates.csv").dropna(subset=["smallest_p", "p_value"])
    assert len(stored) > 20
    assert (stored["p_value"] >= stored["smallest_p"] * (1 - 1e-9)).all()
    paid = stored[(stored["model"] == "H5") & (stored["sample"] == "intervention")].iloc[0]
    assert paid["smallest_p"] == pytest.approx(2 / math.comb(9, 2))
