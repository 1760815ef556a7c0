"""Random effects and Mundlak's regression against R's plm, linearmodels and each other."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from linearmodels.panel import PanelOLS, RandomEffects

from replication.estimators.panel import fit_panel
from replication.estimators.panel_random import fit_mundlak, fit_random_effects
from replication.estimators.student import ZERO_ERROR

TERMS = ("value", "capital")
# The ten firms of plm's Grunfeld data, in its order.
FIRMS = (
    "General Motors", "US Steel", "General Electric", "Chrysler", "Atlantic Refining",
    "IBM", "Union Oil", "Westinghouse", "Goodyear", "Diamond Match",
)  # fmt: skip
# Rows of plm's data left out to make it unbalanced, from 1.
LEFT_OUT = (*range(1, 6), *range(25, 28), *range(61, 71), 100, 199, 200)


def grunfeld(*, balanced=True):
    table = sm.datasets.grunfeld.load_pandas().data
    table = pd.concat([table[table["firm"] == firm] for firm in FIRMS])
    if not balanced:
        table = table[~np.isin(np.arange(1, 201), LEFT_OUT)]
    return table["invest"].to_numpy(), table[list(TERMS)].to_numpy(), table["firm"].to_numpy()


# R 4.2.2, plm 2.6-2: plm(model = "random", random.method = "swar"), vcov, ercomp; clubSandwich
# 0.5.8: vcovCR(., "CR1S"). Baltagi (2013, Econometric Analysis of Panel Data, 5th ed., chapter 2)
# prints 0.110 (0.010), 0.308 (0.017) for the balanced data.
BALANCED = {
    "estimate": [-57.834414905033, 0.109781152232, 0.308112982831],
    "classical": [28.8989352602898, 0.0104926635495, 0.0171804690896],
    "clustered": [24.8432318787, 0.0137556568468, 0.0549727774624],
    "within": 2784.45823078,
    "between": 7089.80009931,
}
UNBALANCED = {
    "estimate": [-63.026807595885, 0.127249061259, 0.275593650997],
    "classical": [31.4337090882659, 0.0113532464801, 0.0178196918661],
    "clustered": [34.0432230447, 0.0240491750402, 0.0466261579917],
    "within": 2390.08582423,
    "between": 8484.48935138,
}


@pytest.mark.parametrize(("balanced", "plm"), [(True, BALANCED), (False, UNBALANCED)])
@pytest.mark.parametrize("errors", ["classical", "clustered"])
def test_grunfeld_agrees_with_plm(balanced, plm, errors):
    result = fit_random_effects(*grunfeld(balanced=balanced), TERMS, errors=errors)
    assert result.terms == ("const", *TERMS)
    np.testing.assert_allclose(result.estimate, plm["estimate"], rtol=1e-11)
    np.testing.assert_allclose(result.std_error, plm[errors], rtol=1e-11)
    assert result.variance_within == pytest.approx(plm["within"], rel=1e-11)
    assert result.variance_between == pytest.approx(plm["between"], rel=1e-11)
    assert (result.nobs, result.n_entities) == ((200, 10) if balanced else (179, 10))


def test_the_weights_are_those_of_plm():
    balanced = fit_random_effects(*grunfeld(), TERMS)
    np.testing.assert_allclose(balanced.weights, 0.861223620748, rtol=1e-11)
    outcome, design, firms = grunfeld(balanced=False)
    by_firm = fit_random_effects(outcome, design, firms, TERMS).weights
    weights = by_firm[np.unique(firms, return_inverse=True)[1]]
    np.testing.assert_allclose(
        [weights.min(), weights.max(), weights.mean()],
        [0.834475831, 0.882146710, 0.876097658],
        atol=1e-9,
    )


# R 4.2.2, plm 2.6-2: plm(inv ~ value + capital + their firm means, model = "random").
def test_mundlak_on_grunfeld_agrees_with_plm():
    result = fit_mundlak(*grunfeld(), TERMS)
    assert result.terms == ("const", *TERMS, "mean of value", "mean of capital")
    np.testing.assert_allclose(
        result.estimate,
        [-8.5271137217272, 0.1101238041207, 0.3100653413001, 0.0245222828512, -0.2780338669687],
        rtol=1e-10,
    )
    np.testing.assert_allclose(
        result.std_error,
        [19.4200037165, 0.0152722156464, 0.0530216035538, 0.0149884819579, 0.103027486148],
        rtol=1e-10,
    )
    classical = fit_mundlak(*grunfeld(), TERMS, errors="classical")
    np.testing.assert_allclose(
        classical.std_error,
        [47.5153077358229, 0.0118566942140, 0.0173545027756, 0.0310947361925, 0.1917248599361],
        rtol=1e-11,
    )
    assert result.means_df == (2, 9)
    # The classical test of the means is Hausman's in balanced data (Hausman and Taylor 1981,
    # Econometrica 49: 1377-1398): plm's phtest gives 2.330366894, which takes the variance within
    # from the other fits; see the next test for the identity itself.
    assert 2 * classical.means_statistic == pytest.approx(2.330366894, rel=0.1)


def hausman(outcome, design, entities, terms):
    """Hausman's statistic of the within and between estimates, each with its own variance."""
    fit = fit_random_effects(outcome, design, entities, terms)
    labels = np.unique(entities)
    means = np.array([design[entities == label].mean(axis=0) for label in labels])
    outcomes = np.array([outcome[entities == label].mean() for label in labels])
    within = np.vstack([design[entities == label] - means[g] for g, label in enumerate(labels)])
    left = np.concatenate(
        [outcome[entities == label] - outcomes[g] for g, label in enumerate(labels)]
    )
    inner = np.linalg.inv(within.T @ within)
    centred = means - means.mean(axis=0)
    outer = np.linalg.inv(centred.T @ centred)
    rows = len(outcome) / len(labels)
    covariance = inner * fit.variance_within + outer * (
        fit.variance_between + fit.variance_within / rows
    )
    gap = inner @ within.T @ left - outer @ centred.T @ outcomes
    return float(gap @ np.linalg.solve(covariance, gap))


def test_the_test_of_the_means_is_that_of_within_against_between():
    outcome, design, firms = grunfeld()
    classical = fit_mundlak(outcome, design, firms, TERMS, errors="classical")
    _, residual_variance = _residual_variance(outcome, design, firms, classical)
    expected = hausman(outcome, design, firms, TERMS)
    statistic = 2 * classical.means_statistic * residual_variance / classical.variance_within
    assert statistic == pytest.approx(expected, rel=1e-9)


def _residual_variance(outcome, design, firms, fit):
    means = np.array([design[firms == firm].mean(axis=0) for firm in firms])
    x = np.column_stack([np.ones(len(outcome)), design, means])
    residuals = outcome - x @ fit.estimate
    averages = np.array([residuals[firms == firm].mean() for firm in firms])
    left = residuals - fit.weights[0] * averages
    return left, float(left @ left / (len(left) - x.shape[1]))


def drawn(seed):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 7, rng.integers(8, 15))
    entities = np.repeat(np.arange(len(sizes)), sizes)
    effect = rng.normal(size=len(sizes))[entities]
    design = np.column_stack(
        [
            rng.normal(size=len(entities)) + 0.5 * effect,
            rng.integers(0, 4, len(entities)),
            rng.integers(0, 2, len(sizes))[entities],
        ]
    )
    outcome = design @ [1.0, -0.5, 0.3] + 2 * effect + rng.normal(size=len(entities))
    order = rng.permutation(len(entities))
    return outcome[order], design[order], entities[order]


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_linearmodels_agrees_on_unequal_entities(seed):
    outcome, design, entities = drawn(seed)
    design = design[:, :2]
    result = fit_random_effects(outcome, design, entities, ("a", "b"), errors="classical")
    clustered = fit_random_effects(outcome, design, entities, ("a", "b"))
    order = np.argsort(entities, kind="stable")
    index = pd.MultiIndex.from_arrays([entities[order], np.arange(len(order))])
    model = RandomEffects(
        pd.Series(outcome[order], index=index, name="y"),
        pd.DataFrame(sm.add_constant(design[order]), index=index, columns=[*"kab"]),
    )
    other = model.fit(small_sample=True)
    np.testing.assert_allclose(result.estimate, other.params, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(result.std_error, other.std_errors, rtol=1e-7)
    other = model.fit(
        small_sample=True,
        cov_type="clustered", cluster_entity=True, debiased=True, group_debias=True,
    )  # fmt: skip
    np.testing.assert_allclose(clustered.std_error, other.std_errors, rtol=1e-7)


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_mundlak_gives_the_fixed_effects_also_with_unequal_entities(seed):
    outcome, design, entities = drawn(seed)
    both = fit_mundlak(outcome, design[:, :2], entities, ("a", "b"))
    fixed = fit_panel(outcome, design[:, :2], entities, ("a", "b"))
    if both.note[0] or fixed.note[0]:
        return
    np.testing.assert_allclose(both.estimate[1:3], fixed.estimate, rtol=1e-8, atol=1e-10)
    assert both.means_df[0] == 2
    assert 0 <= both.means_p_value <= 1


@given(st.integers(0, 10**6), st.sampled_from([1e-4, 1.0, 1e4]), st.sampled_from([0.0, 1e6]))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_units_and_order_do_not_matter(seed, scale, shift):
    outcome, design, entities = drawn(seed)
    if len(np.unique(design[:, 2])) == 1:
        return
    order = np.random.default_rng(seed).permutation(len(outcome))
    for fit in (fit_random_effects, fit_mundlak):
        plain = fit(outcome, design, entities, ("a", "b", "c"))
        moved = fit(
            outcome[order] * scale + shift * scale, (design * scale + shift * scale)[order],
            np.array([f"entity {e:03d}" for e in entities[order]]), ("a", "b", "c"),
        )  # fmt: skip
        np.testing.assert_allclose(moved.statistic[1:], plain.statistic[1:], rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(moved.weights, plain.weights, rtol=1e-6, atol=1e-8)


# linearmodels 7.1: auto_df=False, count_effects=True.
def test_absorbed_effects_are_counted_where_that_is_asked_for():
    outcome, design, firms = grunfeld(balanced=False)
    plain = fit_panel(outcome, design, firms, TERMS)
    counted = fit_panel(outcome, design, firms, TERMS, absorbed="counted")
    np.testing.assert_array_equal(counted.estimate, plain.estimate)
    factor = np.sqrt((179 - 2) / (179 - 2 - 10))
    np.testing.assert_allclose(counted.std_error / plain.std_error, factor, rtol=1e-12)
    index = pd.MultiIndex.from_arrays([np.unique(firms, return_inverse=True)[1], np.arange(179)])
    model = PanelOLS(
        pd.Series(outcome, index=index, name="y"),
        pd.DataFrame(design, index=index, columns=[*TERMS]),
        entity_effects=True,
    )
    settings_of_fit = {"cov_type": "clustered", "cluster_entity": True, "group_debias": True}
    default = model.fit(**settings_of_fit)
    np.testing.assert_allclose(plain.std_error, default.std_errors, rtol=1e-10)
    other = model.fit(**settings_of_fit, auto_df=False, count_effects=True)
    np.testing.assert_allclose(counted.std_error, other.std_errors, rtol=1e-10)
    with pytest.raises(ValueError, match="absorbed is 'all'; allowed: not counted, counted"):
        fit_panel(outcome, design, firms, TERMS, absorbed="all")


def test_without_variance_between_entities_it_is_pooled_least_squares():
    outcome = np.array([1.0, -1, 2, -2, 1, -1.5, 3, -2.5])
    design = np.array([0.0, 1, 3, 1, 2, 0, 4, 1])[:, None]
    entities = np.repeat(np.arange(4), 2)
    result = fit_random_effects(outcome, design, entities, ("x",), errors="classical")
    pooled = sm.OLS(outcome, sm.add_constant(design)).fit()
    assert result.variance_between == 0
    assert result.note[0].startswith("the variance between entities is estimated at zero")
    np.testing.assert_allclose(result.std_error, pooled.bse, rtol=1e-12)
    np.testing.assert_allclose(result.p_value, pooled.pvalues, rtol=1e-10)


def test_what_cannot_be_estimated_says_why():
    outcome, design, entities = drawn(2)
    names = ("a", "b", "c")
    one = fit_random_effects(outcome, design, np.zeros(len(outcome)), names)
    assert one.note[0] == "1 entities: two are needed"
    flat = fit_random_effects(outcome, design * [1, 0, 1] + 5, entities, names)
    assert flat.note[0] == "b is constant"
    twice = fit_random_effects(outcome, design[:, [0, 1, 0]], entities, names)
    assert twice.note[0] == "c is a linear combination of a"
    single = fit_random_effects(outcome, design, np.arange(len(outcome)), names)
    assert "leave no degree of freedom within entities" in single.note[0]
    few = fit_random_effects(outcome[:6], design[:6, :2], [0, 0, 0, 1, 1, 1], ("a", "b"))
    assert few.note[0] == "2 entities leave no degree of freedom between them for 2 terms"
    exact = fit_random_effects(design @ [1.0, 2, 3], design, entities, names)
    assert exact.note[0] == ZERO_ERROR
    assert np.isnan(exact.p_value).all()
    assert fit_random_effects(outcome[:0], design[:0], entities[:0], names).nobs == 0
    for result in (one, flat, twice, single, few):
        assert np.isnan(result.estimate).all()
    mundlak = fit_mundlak(outcome, design[:, 2:], entities, ("c",))
    assert mundlak.terms == ("const", "c")
    assert mundlak.means_df[0] == 0
    assert np.isnan(mundlak.means_p_value)
    with pytest.raises(ValueError, match="errors is 'robust'; allowed: clustered, classical"):
        fit_random_effects(outcome, design, entities, names, errors="robust")


# R 4.2.2, plm 2.6-2: plm(y ~ x + z, model = "random") with z constant within entities, of which one
# has a single row.
def test_a_term_between_entities_and_a_single_row_agree_with_plm():
    entities = np.repeat(np.arange(1, 8), [2, 3, 1, 4, 3, 2, 5])
    x = [1, 3, 2, 2, 5, 4, 1, 0, 2, 3, 6, 5, 4, 2, 2, 7, 5, 6, 8, 5]
    z = np.array([0, 1, 0, 1, 0, 1, 1])[entities - 1]
    outcome = [2.1, 3.9, 3.0, 2.2, 7.1, 4.4, 2.5, 1.0, 2.2, 4.1,
               6.3, 5.5, 3.9, 2.8, 3.1, 9.7, 7.2, 7.7, 9.9, 6.1]  # fmt: skip
    result = fit_random_effects(
        np.array(outcome), np.column_stack([x, z]), entities, ("x", "z"), errors="classical"
    )
    np.testing.assert_allclose(
        result.estimate, [-0.0116231171677, 1.1461310674111, 0.7973322499011], rtol=1e-10
    )
    np.testing.assert_allclose(
        result.std_error, [0.3945615319317, 0.0735489604945, 0.3520780265089], rtol=1e-11
    )
    assert result.variance_within == pytest.approx(0.3035869011213, rel=1e-11)
    assert result.variance_between == pytest.approx(0.0922002992641, rel=1e-11)
