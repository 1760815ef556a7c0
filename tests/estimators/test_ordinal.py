"""The cumulative logit against statsmodels, SAS's example, Firth's cuts and Pearson's statistic."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import chi2
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.miscmodels.ordinal_model import OrderedModel

from replication.estimators import cumulative_logit
from replication.estimators.firth import fit_firth
from replication.estimators.ordinal import fit_ordered_logit
from replication.estimators.permutation import permutation_test
from replication.estimators.proportional_odds import check_proportional_odds

few = settings(max_examples=5, deadline=None, derandomize=True)
seeds = st.integers(0, 2**32 - 1)

# Taste of four cheeses on a scale of nine, 52 ratings each: McCullagh and Nelder 1989, p. 175.
CHEESE = np.array(
    [
        [0, 0, 1, 7, 8, 8, 19, 8, 1],
        [6, 9, 12, 11, 7, 6, 1, 0, 0],
        [1, 1, 6, 8, 23, 7, 5, 1, 0],
        [0, 0, 0, 1, 3, 7, 14, 16, 11],
    ]
)
CHEESES = ("a", "b", "c")


def cheese():
    outcome = np.concatenate([np.repeat(np.arange(9), row) for row in CHEESE])
    design = (np.repeat(np.arange(4), 52)[:, None] == np.arange(3)).astype(float)
    return outcome.astype(float), design


def statsmodels_fit(outcome, design, offset=None):
    # Its Newton search runs off on such data now and then, so another one is asked for.
    model = OrderedModel(outcome.astype(int), design, offset=offset, distr="logit")
    return model, model.fit(method="bfgs", disp=False, maxiter=500, gtol=1e-7)


def coded(seed, columns=2, n=26):
    rng = np.random.default_rng(seed)
    design = rng.integers(0, 4, (n, columns)).astype(float)
    latent = design[:, 0] + rng.logistic(size=n)
    return np.digitize(latent, [0.5, 1.5, 2.5]).astype(float), design


def test_the_printed_cheese_example():
    fit = fit_ordered_logit(*cheese(), CHEESES)
    # SAS models the lower end of the scale, so its slopes have the other sign.
    np.testing.assert_allclose(fit.estimate, [-1.6128, -4.9646, -3.3227], atol=1e-4)
    assert fit.note == ("", "", "")
    assert fit.n_events is None
    assert fit.categories == tuple(range(9))


@given(seeds)
@few
def test_statsmodels_agrees(seed):
    outcome, design = coded(seed)
    fit = fit_ordered_logit(outcome, design, ("a", "b"))
    if fit.note[0]:
        assert fit.note[0].startswith("separated")
        return
    model, other = statsmodels_fit(outcome, design)
    np.testing.assert_allclose(fit.estimate, other.params[:2], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(fit.std_error, other.bse[:2], rtol=1e-3)
    thresholds = model.transform_threshold_params(other.params)[1:-1]
    np.testing.assert_allclose(fit.thresholds, thresholds, rtol=1e-4, atol=1e-5)
    assert fit.loglik == pytest.approx(other.llf, abs=1e-6)
    restricted = statsmodels_fit(outcome, design[:, :1])[1]
    assert fit.statistic[1] == pytest.approx(2 * (other.llf - restricted.llf), abs=1e-5)
    assert fit.p_value[1] == pytest.approx(chi2.sf(fit.statistic[1], 1))


@given(seeds)
@few
def test_profile_limits_are_where_the_likelihood_has_fallen(seed):
    outcome, design = coded(seed)
    fit = fit_ordered_logit(outcome, design, ("a", "b"))
    if fit.note[0]:
        return
    assert (fit.conf_low < fit.estimate).all()
    assert (fit.estimate < fit.conf_high).all()
    np.testing.assert_array_equal((fit.conf_low > 0) | (fit.conf_high < 0), fit.p_value < 0.05)
    for limit in (fit.conf_low[0], fit.conf_high[0]):
        # A fixed slope is an offset of the model without that column.
        held = statsmodels_fit(outcome, design[:, 1:], offset=limit * design[:, 0])[1]
        assert 2 * (fit.loglik - held.llf) == pytest.approx(3.841458820694124, abs=1e-5)


def test_two_values_make_it_a_logit():
    outcome, design = coded(3)
    cut = (outcome >= 2).astype(float)
    fit = fit_ordered_logit(cut * 3, design, ("a", "b"))
    index = design @ fit.estimate - fit.thresholds[0]
    x = np.column_stack([np.ones(len(cut)), design])
    np.testing.assert_allclose(x.T @ (cut - expit(index)), 0, atol=1e-8)
    check = check_proportional_odds(cut * 3, design, ("a", "b"))
    assert check.note == "one cut only: the outcome has two values"
    assert np.isnan(check.p_value)


def test_a_code_that_does_not_occur_changes_nothing():
    outcome, design = coded(4)
    outcome = np.where(outcome == 1, 2.0, outcome)
    fit = fit_ordered_logit(outcome, design, ("a", "b"))
    closed_up = fit_ordered_logit(np.where(outcome > 0, outcome - 1, 0.0), design, ("a", "b"))
    np.testing.assert_array_equal(fit.estimate, closed_up.estimate)
    assert fit.categories == (0, 2, 3)


def test_turning_the_scale_round_turns_the_slopes():
    outcome, design = coded(5)
    fit = fit_ordered_logit(outcome, design, ("a", "b"))
    turned = fit_ordered_logit(3 - outcome, design, ("a", "b"))
    np.testing.assert_allclose(turned.estimate, -fit.estimate, rtol=1e-8)
    np.testing.assert_allclose(turned.conf_low, -fit.conf_high, rtol=1e-6)


def pearson(groups, fit, design):
    """Pearson's statistic of the fitted model in the table of groups by categories."""
    total = 0.0
    for row, at in zip(groups, design, strict=True):
        cumulative = expit(fit.thresholds - at @ fit.estimate)
        expected = row.sum() * np.diff(np.concatenate([[0], cumulative, [1]]))
        total += ((row - expected) ** 2 / expected).sum()
    return total


def test_the_score_test_of_a_saturated_model_is_pearsons_statistic():
    # With a slope for each cheese at each cut the table is fitted perfectly.
    fit = fit_ordered_logit(*cheese(), CHEESES)
    check = check_proportional_odds(*cheese(), CHEESES)
    expected = pearson(CHEESE, fit, np.vstack([np.eye(3), np.zeros(3)]))
    assert check.statistic == pytest.approx(expected, rel=1e-8)
    assert check.df == 21
    assert check.p_value == pytest.approx(chi2.sf(expected, 21))


def test_the_observed_information_gives_the_statistic_that_sas_prints():
    """SAS prints 17.2866 for this example: the same score over another information, which is singular."""
    outcome, design = cheese()
    fit = fit_ordered_logit(outcome, design, CHEESES)
    cuts = cumulative_logit.own_slopes(design, 8)
    theta = np.concatenate([fit.thresholds, np.tile(fit.estimate, 8)])
    rows = cumulative_logit.cut_rows(cuts, outcome.astype(int))
    _, score, curvature = cumulative_logit.evaluate(rows, theta)
    observed = score @ np.linalg.pinv(curvature, rcond=1e-10, hermitian=True) @ score
    assert observed == pytest.approx(17.2866, abs=5e-4)
    assert check_proportional_odds(outcome, design, CHEESES).statistic == pytest.approx(
        20.9379, abs=5e-5
    )


def test_the_score_test_of_a_small_two_group_table_is_pearsons_statistic_too():
    table = np.array([[5, 4, 2, 1], [2, 1, 3, 6]])
    outcome = np.concatenate([np.repeat(np.arange(4.0), row) for row in table])
    design = np.repeat([0.0, 1.0], table.sum(axis=1))[:, None]
    fit = fit_ordered_logit(outcome, design, ("x",))
    check = check_proportional_odds(outcome, design, ("x",))
    expected = pearson(table, fit, np.array([[0.0], [1.0]]))
    assert check.statistic == pytest.approx(expected, rel=1e-8)
    assert check.df == 2


def test_slopes_by_cut_are_firth_logits_and_outlive_separation():
    outcome, design = coded(6, columns=1)
    outcome = np.where(design[:, 0] == 3, 3.0, np.minimum(outcome, 2))
    check = check_proportional_odds(outcome, design, ("a",))
    assert check.cuts == (1, 2, 3)
    for i, cut in enumerate(check.cuts):
        binary = fit_firth((outcome >= cut).astype(float), design, ("a",))
        assert check.slopes[i, 0] == pytest.approx(binary.estimate[1], rel=1e-12)
        assert check.conf_high[i, 0] == pytest.approx(binary.conf_high[1], rel=1e-12)
    assert fit_firth((outcome >= 3).astype(float), design, ("a",)).separation[1] == "+infinity"
    assert np.isfinite(check.slopes).all()


def test_the_score_test_keeps_its_size_where_odds_are_proportional():
    rejected = 0
    for seed in range(30):
        outcome, design = coded(seed, columns=1, n=60)
        rejected += check_proportional_odds(outcome, design, ("a",)).p_value < 0.1
    # Binomial with 30 draws at one tenth: nine or more have a chance of 0.2 %.
    assert 1 <= rejected <= 8


def test_the_trend_test_beside_it_is_the_linear_by_linear_test():
    outcome, design = coded(7, columns=1)
    test = permutation_test(outcome, design[:, 0], "a", rng=np.random.default_rng(0))
    fit = fit_ordered_logit(outcome, design, ("a",))
    assert test.exact
    n = len(outcome)
    # Mantel's statistic (n - 1) r squared is the square of the standardised sum.
    mantel = chi2.sf((n - 1) * np.corrcoef(outcome, design[:, 0])[0, 1] ** 2, 1)
    assert test.p_value[0] == pytest.approx(mantel, abs=0.03)
    assert np.sign(test.estimate[0]) == np.sign(fit.estimate[0])


@pytest.mark.parametrize(
    ("outcome", "design", "reason"),
    [
        ([2, 2, 2], [[0, 1], [1, 0], [1, 1]], "the outcome is 2 in all 3 observations"),
        ([0, 1, 2, 3], [[1, 1], [1, 0], [1, 1], [1, 0]], "a is constant"),
        ([], np.empty((0, 2)), "no observations"),
    ],
)
def test_what_has_no_answer_is_named(outcome, design, reason):
    outcome, design = np.array(outcome, dtype=float), np.array(design, dtype=float)
    fit = fit_ordered_logit(outcome, design, ("a", "b"))
    assert fit.note == (reason,) * 2
    assert np.isnan([fit.estimate, fit.p_value, fit.conf_low, fit.conf_high]).all()
    check = check_proportional_odds(outcome, design, ("a", "b"))
    assert check.note == reason
    assert np.isnan(check.statistic)


def test_separation_is_named_with_term_and_side():
    scale = np.repeat(np.arange(4.0), 4)
    fit = fit_ordered_logit(scale, scale[:, None], ("a",))
    assert "a to +infinity" in fit.note[0]
    assert fit.note[0].startswith("separated: maximum likelihood takes the threshold of 1")
    assert np.isnan(fit.conf_high).all()


def test_a_search_that_fails_is_a_reason_and_not_a_number(monkeypatch):
    monkeypatch.setattr(cumulative_logit, "_MAX_STEPS", 1)
    fit = fit_ordered_logit(*coded(3), ("a", "b"))
    assert fit.note == ("the likelihood did not converge",) * 2
    assert np.isnan(fit.estimate).all()


def test_wrong_arguments_are_refused():
    outcome, design = coded(3)
    with pytest.raises(ValueError, match="missing or infinite"):
        fit_ordered_logit(outcome * np.nan, design, ("a", "b"))
    with pytest.raises(ValueError, match="one name a column"):
        fit_ordered_logit(outcome, design, ("a",))
    with pytest.raises(ValueError, match="level is 0"):
        fit_ordered_logit(outcome, design, ("a", "b"), level=0)


def fallen(fit, outcome, design, cut, value):
    """Twice the fall of the likelihood with one threshold held: SciPy's search over the plain likelihood."""
    names = np.searchsorted(fit.categories, outcome)

    def minus_loglik(rest):
        cuts = np.insert(rest[: len(fit.thresholds) - 1], cut, value)
        index = design @ rest[len(fit.thresholds) - 1 :]
        if (np.diff(cuts) <= 0).any():
            return np.inf
        cumulative = expit(np.concatenate([[-np.inf], cuts, [np.inf]])[:, None] - index)
        likelihood = np.diff(cumulative, axis=0)[names, np.arange(len(names))]
        return -np.log(likelihood).sum() if likelihood.min() > 0 else np.inf

    shift = value - fit.thresholds[cut]
    start = np.concatenate([np.delete(fit.thresholds + shift, cut), fit.estimate])
    for _ in range(4):
        found = minimize(
            minus_loglik, start, method="Nelder-Mead",
            options={"maxiter": 20_000, "maxfev": 20_000, "xatol": 1e-10, "fatol": 1e-12},
        )  # fmt: skip
        start = found.x
    return 2 * (fit.loglik + found.fun)


@pytest.mark.parametrize("seed", [1, 2, 8])
def test_threshold_limits_are_where_the_likelihood_has_fallen(seed):
    outcome, design = coded(seed, columns=1)
    fit = fit_ordered_logit(outcome, design, ("a",))
    assert fit.threshold_note == ("",) * len(fit.thresholds)
    assert (fit.threshold_conf_low < fit.thresholds).all()
    assert (fit.thresholds < fit.threshold_conf_high).all()
    for cut in range(len(fit.thresholds)):
        for limit in (fit.threshold_conf_low[cut], fit.threshold_conf_high[cut]):
            assert fallen(fit, outcome, design, cut, limit) == pytest.approx(3.8414588, abs=1e-5)


def test_the_limits_of_one_threshold_are_those_of_the_constant_of_a_logit():
    outcome, design = coded(3)
    cut = (outcome >= 2).astype(float)
    fit = fit_ordered_logit(cut, design, ("a", "b"))
    for limit in (fit.threshold_conf_low[0], fit.threshold_conf_high[0]):
        held = GLM(cut, design, Binomial(), offset=np.full(len(cut), -limit)).fit(tol=1e-12)
        assert 2 * (fit.loglik - held.llf) == pytest.approx(3.8414588, abs=1e-6)


def test_threshold_limits_turn_with_the_scale_and_follow_a_column_to_another_origin():
    outcome, design = coded(5)
    fit = fit_ordered_logit(outcome, design, ("a", "b"))
    turned = fit_ordered_logit(3 - outcome, design, ("a", "b"))
    np.testing.assert_allclose(turned.threshold_conf_low, -fit.threshold_conf_high[::-1], rtol=1e-7)
    for unit in (1e8, 1e-8):
        scaled = fit_ordered_logit(outcome, unit * design, ("a", "b"))
        np.testing.assert_allclose(scaled.threshold_conf_low, fit.threshold_conf_low, rtol=1e-7)
    far = np.array([2e6, 0.0])
    # Counted down from a year far off, thresholds are those of the latent scale there.
    there = fit_ordered_logit(outcome, design + far, ("a", "b"))
    back = fit_ordered_logit(outcome, design + far - far, ("a", "b"))
    np.testing.assert_allclose(back.threshold_conf_high, fit.threshold_conf_high, rtol=1e-9)
    assert there.threshold_note == ("",) * 3
    spread = (there.threshold_conf_high - there.threshold_conf_low) / 2e6
    np.testing.assert_allclose(spread, (fit.conf_high - fit.conf_low)[0], rtol=1e-4)
