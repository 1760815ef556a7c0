"""FLIC and FLAC against R's glm on their definitions, statsmodels and the sum of the events."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import chi2

from replication import paths
from replication.estimators.firth import fit_firth
from replication.estimators.flic import fit_flac, fit_flic

TERMS = ("NV", "PI", "EH")


def endometrial():
    table = np.loadtxt(paths.ROOT / "tests/reference/endometrial.csv", delimiter=",", skiprows=1)
    return table[:, 3], table[:, :3]


# R 4.2.2: brglm2 0.9 (type "AS_mean") for Firth's fit, then glm of the outcome on the constant with
# the slopes as offset, and the diagonal of the inverse information of all terms.
def test_flic_of_endometrial():
    outcome, design = endometrial()
    firth, result = fit_firth(outcome, design, TERMS), fit_flic(outcome, design, TERMS)
    assert result.estimate[0] == pytest.approx(3.786083494492, abs=1e-10)
    assert result.std_error[0] == pytest.approx(1.488177404692, abs=1e-10)
    np.testing.assert_allclose(
        result.probability[:3],
        [0.281604181872601, 0.065659714790860, 0.009294400353422],
        atol=1e-12,
    )
    half = 1.959963984540054 * result.std_error[0]
    assert result.conf_low[0] == pytest.approx(result.estimate[0] - half, rel=1e-12)
    assert result.conf_high[0] == pytest.approx(result.estimate[0] + half, rel=1e-12)
    for name in ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"):
        np.testing.assert_array_equal(getattr(result, name)[1:], getattr(firth, name)[1:])


# R 4.2.2: glm on the augmented data with brglm2 0.9's fit and its leverages; profile limits by
# uniroot on refits of glm.fit with an offset.
def test_flac_of_endometrial():
    result = fit_flac(*endometrial(), TERMS)
    assert result.terms == ("const", *TERMS)
    np.testing.assert_allclose(
        result.estimate,
        [3.79816075157377, 2.94136655913209, -0.03461003177095, -2.61426340031319],
        rtol=1e-9,
    )
    np.testing.assert_allclose(
        result.std_error,
        [1.44809543912645, 1.46860814532858, 0.03792543381215, 0.75731133017793],
        rtol=1e-7,
    )
    np.testing.assert_allclose(
        result.statistic,
        [8.933045768886, 7.227054433861, 0.8902180402931, 18.81366128387],
        rtol=1e-8,
    )
    np.testing.assert_allclose(result.p_value, chi2.sf(result.statistic, 1), rtol=1e-12)
    np.testing.assert_allclose(
        result.conf_low,
        [1.211350267563, 0.6763445442038, -0.11505701310230, -4.280830411759],
        rtol=1e-8,
    )
    np.testing.assert_allclose(
        result.conf_high,
        [6.964645754030, 7.4526342902876, 0.03520909154605, -1.285897474668],
        rtol=1e-8,
    )
    np.testing.assert_allclose(
        result.probability[:3],
        [0.281069718910537, 0.065141397238200, 0.009125577894466],
        atol=1e-11,
    )
    assert result.note == ("",) * 4


def drawn(seed):
    """Draw few events or few others, as often as not separated."""
    generator = np.random.default_rng(seed)
    n = generator.integers(15, 50)
    design = np.column_stack([generator.integers(0, 2, n), generator.normal(size=n)])
    outcome = (generator.random(n) < expit(design @ [2.0, 1.0] - generator.choice([3, -2]))) * 1.0
    outcome[:2] = [0.0, 1.0]
    return outcome, design


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None, derandomize=True)
def test_predictions_add_up_to_the_events(seed):
    outcome, design = drawn(seed)
    if np.linalg.matrix_rank(sm.add_constant(design)) < 3:
        return
    events = outcome.sum()
    for fit in (fit_flic, fit_flac):
        result = fit(outcome, design, ("a", "b"))
        assert result.probability.sum() == pytest.approx(events, rel=1e-9)
    # What Firth's own predictions add to them: his score equation for the constant.
    x, p = sm.add_constant(design), result.probability_firth
    root = np.sqrt(p * (1 - p))[:, None] * x
    leverage = np.diag(root @ np.linalg.inv(root.T @ root) @ root.T)
    assert p.sum() - events == pytest.approx(leverage @ (0.5 - p), abs=1e-7)


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_statsmodels_agrees_on_the_augmented_data(seed):
    outcome, design = drawn(seed)
    if np.linalg.matrix_rank(sm.add_constant(design)) < 3:
        return
    result = fit_flac(outcome, design, ("a", "b"))
    x, p = sm.add_constant(design), result.probability_firth
    root = np.sqrt(p * (1 - p))[:, None] * x
    leverage = np.diag(root @ np.linalg.inv(root.T @ root) @ root.T)
    n = len(x)
    # Each row, and two pseudo-rows of half its leverage, one as it is and one turned round.
    rows = np.column_stack([np.vstack([x, x, x]), np.repeat([0, 1, 1], n)])
    augmented = np.concatenate([outcome, outcome, 1 - outcome])
    weights = np.concatenate([np.ones(n), leverage / 2, leverage / 2])
    model = sm.GLM(augmented, rows, family=sm.families.Binomial(), freq_weights=weights)
    other = model.fit(tol=1e-12, maxiter=200)
    np.testing.assert_allclose(result.estimate, other.params[:3], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(result.std_error, other.bse[:3], rtol=1e-5)

    def loss(free, column, held):
        index = np.delete(rows, column, axis=1) @ free + held * rows[:, column]
        return -weights @ (augmented * index - np.logaddexp(0, index))

    for column, limits in enumerate(zip(result.conf_low, result.conf_high, strict=True)):
        for limit in limits:
            start = np.delete(other.params, column)
            held = minimize(loss, start, args=(column, limit), method="BFGS")
            held = minimize(
                loss,
                held.x,
                args=(column, limit),
                method="Nelder-Mead",
                options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 20000},
            )
            assert 2 * (other.llf + held.fun) == pytest.approx(3.841458820694124, abs=1e-5)


# With one group alone, Firth gives (events + 1/2) / (n + 1); both corrections give the share.
def test_a_constant_alone_gives_the_share_of_events():
    outcome = np.repeat([1.0, 0.0], [3, 17])
    nothing = np.empty((20, 0))
    for fit in (fit_flic, fit_flac):
        result = fit(outcome, nothing, ())
        np.testing.assert_allclose(result.probability, 0.15, rtol=1e-9)
        np.testing.assert_allclose(result.probability_firth, 3.5 / 21, rtol=1e-9)


@pytest.mark.parametrize("shift", [0, 2000, 20000])
def test_order_units_and_sign_do_not_matter(shift):
    outcome, design = drawn(12)
    order = np.random.default_rng(1).permutation(len(outcome))
    for fit in (fit_flic, fit_flac):
        plain = fit(outcome, design, ("a", "b"))
        moved = fit(1 - outcome[order], design[order] * 100 + shift, ("a", "b"))
        np.testing.assert_allclose(moved.probability, 1 - plain.probability[order], atol=1e-7)
        np.testing.assert_allclose(moved.p_value[1:], plain.p_value[1:], rtol=1e-5)
        np.testing.assert_allclose(moved.conf_low[1:], -plain.conf_high[1:] / 100, rtol=1e-5)


def test_without_a_fit_there_is_the_reason():
    for fit in (fit_flic, fit_flac):
        none = fit(np.ones(5), np.arange(5.0)[:, None], ("x",))
        assert none.note == ("the outcome is 1 in all 5 observations",) * 2
        assert np.isnan(none.probability).all()
        assert np.isnan(none.estimate).all()
        with pytest.raises(ValueError, match="outcome has the value 2; allowed: 0 and 1"):
            fit(np.array([0.0, 1, 2]), np.zeros((3, 0)), ())
