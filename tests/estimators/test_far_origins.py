"""Where numbers have their zero does not matter."""

import numpy as np
import pytest

from replication.estimators.flic import fit_flac, fit_flic
from replication.estimators.panel_random import fit_mundlak, fit_random_effects
from replication.estimators.permutation import permutation_test
from replication.estimators.ties import from_least

OUTCOME = np.array([3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8])
TREATMENT = np.array([0.0, 1, 0, 1, 1, 1, 0, 1, 0, 0, 1, 1])
BINARY = np.array([0.0, 1, 1, 0, 1, 1, 0, 0, 1, 0, 1, 1])
GROUPS = np.repeat([0.0, 1, 2, 3], 3)


@pytest.mark.parametrize("origin", [2000.0, 1e5, 1e8])
@pytest.mark.parametrize("fit", [fit_flic, fit_flac])
def test_corrected_probabilities_do_not_depend_on_the_origin(fit, origin):
    design = np.column_stack([np.arange(12.0), TREATMENT])
    here, there = (
        fit(BINARY, design, ["year", "x"]),
        fit(BINARY, design + np.array([origin, 0]), ["year", "x"]),
    )
    np.testing.assert_allclose(there.probability, here.probability, rtol=1e-7)
    for name in ("estimate", "std_error", "p_value", "conf_low", "conf_high"):
        np.testing.assert_allclose(getattr(there, name)[1:], getattr(here, name)[1:], rtol=1e-6)
    # The constant is the log odds in the year zero.
    expected = here.estimate[0] - origin * here.estimate[1]
    assert there.estimate[0] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("origin", [1e5, 1e8])
def test_random_effects_and_their_means_do_not_depend_on_the_origin(origin):
    design = np.column_stack([np.tile([0.0, 1, 3], 4), [0, 1, 2, 1, 5, 0, 2, 2, 0, 4, 1, 0]])
    for fit in (fit_random_effects, fit_mundlak):
        here = fit(OUTCOME, design, GROUPS, ["a", "b"])
        there = fit(OUTCOME + origin, design + origin, GROUPS, ["a", "b"])
        assert there.terms == here.terms
        np.testing.assert_allclose(there.p_value[1:], here.p_value[1:], rtol=1e-6)


def test_the_limits_of_a_permutation_test_do_not_depend_on_the_origin():
    covariates = np.column_stack([np.tile([0.25, 1, 3], 4), np.arange(12.0) % 5])
    found = [
        permutation_test(
            0.1 * (OUTCOME + origin), TREATMENT, "x", rng=np.random.default_rng(0), blocks=GROUPS, draws=1296,
            covariates=0.1 * (covariates + origin),
        )
        for origin in (0, 1e8)
    ]  # fmt: skip
    np.testing.assert_allclose(found[1].conf_low, found[0].conf_low, rtol=1e-9)
    np.testing.assert_allclose(found[1].conf_high, found[0].conf_high, rtol=1e-9)


def test_numbers_far_from_zero_get_their_digits_back():
    values = np.array([0.0, 0.325, 1.5, 0.1])
    np.testing.assert_array_equal(from_least(0.1 * (1e8 + 10 * values)), values)
    thirds = np.arange(4) / 3 + 1e8
    np.testing.assert_array_equal(from_least(thirds), thirds)
