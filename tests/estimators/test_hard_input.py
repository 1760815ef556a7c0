"""Hard but legitimate input gets the right number, anything else a refusal that names it."""

import time
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from replication.estimators.agreement import agreement, agreement_of_sets, confusion
from replication.estimators.chosen_sets import chosen_set_test
from replication.estimators.concordance import concordance
from replication.estimators.contingency import two_by_two
from replication.estimators.contingency_ordered import ordered_table
from replication.estimators.exact import fit_exact
from replication.estimators.firth import fit_firth
from replication.estimators.fractional import fit_fractional_logit
from replication.estimators.interval_ranks import earlier_test
from replication.estimators.linear import fit_ols_cr2, fit_ols_hc3
from replication.estimators.marginal_effects import average_marginal_effects
from replication.estimators.multiple_testing import adjusted
from replication.estimators.ordinal import fit_ordered_logit
from replication.estimators.paired import paired_tests
from replication.estimators.panel import fit_panel
from replication.estimators.permutation import permutation_test
from replication.estimators.prediction import leave_one_out
from replication.estimators.proportional_odds import check_proportional_odds
from replication.estimators.qca.truth_table import truth_table
from replication.estimators.rank import rank_test
from replication.estimators.sensitivity import benchmark, robustness, treatment_robustness
from replication.estimators.ties import mid_ranks, settled
from replication.estimators.wild_bootstrap import wild_cluster_bootstrap
from replication.estimators.within_groups import focal_test, within_permutation

ORDERED = [0, 0, 1, 1, 2, 2, 0, 1, 2, 1]
YEARS = np.arange(10.0)[:, None]
OUTCOME = np.array([3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8])
TREATMENT = np.array([0.0, 1, 0, 1, 1, 1, 0, 1, 0, 0, 1, 1])
BINARY = np.array([0.0, 1, 1, 0, 1, 1, 0, 0, 1, 0, 1, 1])
DESIGN = TREATMENT[:, None]
GROUPS = np.repeat([0.0, 1, 2, 3], 3)
ROLES = np.tile(["a", "b", "c"], 4)


def rng():
    return np.random.default_rng(0)


def test_a_calendar_year_is_a_term_like_any_other():
    fits = [fit_ordered_logit(ORDERED, YEARS + origin, ["year"]) for origin in (0, 2000)]
    assert fits[0].p_value[0] == pytest.approx(0.15045, abs=5e-6)
    assert fits[1].p_value == pytest.approx(fits[0].p_value, rel=1e-9)
    np.testing.assert_allclose(fits[1].conf_low, fits[0].conf_low, rtol=1e-8)
    np.testing.assert_allclose(
        fits[1].thresholds, fits[0].thresholds + 2000 * fits[0].estimate, rtol=1e-9
    )
    checks = [check_proportional_odds(ORDERED, YEARS + origin, ["year"]) for origin in (0, 2000)]
    assert checks[1].statistic == pytest.approx(checks[0].statistic, rel=1e-9)
    np.testing.assert_allclose(checks[1].slopes, checks[0].slopes, rtol=1e-8)


LABELLED = {
    "clusters of cr2": lambda g: fit_ols_cr2(OUTCOME, DESIGN, g, ["x"]),
    "clusters of the bootstrap": lambda g: wild_cluster_bootstrap(
        OUTCOME, DESIGN, g, ["x"], tested=0, rng=rng()
    ),
    "entities": lambda g: fit_panel(OUTCOME, DESIGN, g, ["x"]),
    "blocks": lambda g: permutation_test(OUTCOME, TREATMENT, "x", rng=rng(), blocks=g),
    "groups of roles": lambda g: within_permutation(OUTCOME, g, ROLES, rng()),
    "groups of one role": lambda g: focal_test(OUTCOME, g, ROLES == "a"),
    "groups left out": lambda g: leave_one_out(BINARY, DESIGN, ["x"], g),
}


@pytest.mark.parametrize("name", LABELLED)
@pytest.mark.parametrize("missing", [np.nan, None, pd.NA, pd.NaT])
def test_a_missing_label_is_refused_by_name(name, missing):
    labels = GROUPS.astype(object)
    labels[[0, 5, 9]] = missing
    argument = name.split()[0]
    for given in (labels, labels.tolist(), pd.Series(labels)):
        with pytest.raises(ValueError, match=f"{argument} has no label in row 0"):
            LABELLED[name](given)
    texts = [None if pd.isna(label) else f"g{label}" for label in labels]
    with pytest.raises(ValueError, match=f"{argument} has no label in row 0"):
        LABELLED[name](texts)
    with pytest.raises(ValueError, match=f"{argument} has no label in row 0"):
        LABELLED[name](np.array([np.nan, *texts[1:3], *["g"] * 9], dtype="U4"))
    with pytest.raises(ValueError, match="labels of one kind"):
        LABELLED[name]([1, "1", *GROUPS[2:]])


def test_full_labels_give_four_clusters():
    found = LABELLED["clusters of the bootstrap"](GROUPS)
    assert (found.n_clusters, found.p_value[0]) == (4, 0.25)
    assert LABELLED["clusters of the bootstrap"](pd.Series(GROUPS).astype("Int64")) is not None


REGRESSIONS = {
    "fit_ols_hc3": fit_ols_hc3,
    "fit_ols_cr2": lambda y, x, terms: fit_ols_cr2(y, x, np.arange(len(x)) // 3, terms),
    "wild_cluster_bootstrap": lambda y, x, terms: wild_cluster_bootstrap(
        y, x, np.arange(len(x)) // 3, terms, tested=0, rng=rng()
    ),
    "fit_panel": lambda y, x, terms: fit_panel(y, x, np.arange(len(x)) // 3, terms),
    "fit_fractional_logit": fit_fractional_logit,
    "fit_ordered_logit": fit_ordered_logit,
    "check_proportional_odds": check_proportional_odds,
    "fit_exact": fit_exact,
    "fit_firth": fit_firth,
    "leave_one_out": leave_one_out,
    "treatment_robustness": lambda y, x, terms: treatment_robustness(y, x, terms, 0),
}


@pytest.mark.parametrize("name", REGRESSIONS)
def test_names_of_terms_are_strings_and_none_is_that_of_the_constant(name):
    fit = REGRESSIONS[name]
    with pytest.raises(ValueError, match="a term is named const"):
        fit(BINARY, DESIGN, ["const"])
    with pytest.raises(ValueError, match="terms has 0; allowed: names as strings"):
        fit(BINARY, DESIGN, [0])
    plain, array = (fit(BINARY, DESIGN, terms) for terms in (["x"], np.array(["x"])))
    # A name out of an array is a string that shows another way.
    assert str(array).replace("np.str_('x')", "'x'") == str(plain)
    with pytest.raises(ValueError, match="one name a column"):
        fit(BINARY, DESIGN, np.array(["x", "y"]))


@pytest.mark.parametrize("name", REGRESSIONS)
@pytest.mark.filterwarnings("error")
def test_empty_and_constant_data_say_why_there_is_no_number(name):
    for outcome, design in (
        (np.zeros(0), np.zeros((0, 1))),
        (np.ones(12), DESIGN),
        (np.full(12, 0.0), DESIGN),
        (BINARY, np.full((12, 1), 1e8)),
    ):
        found = REGRESSIONS[name](outcome, design, ["x"])
        note = found.note if isinstance(found.note, str) else found.note[-1]
        p_value = getattr(found, "p_value", getattr(found, "p_score", np.nan))
        assert note or not np.isnan(np.atleast_1d(p_value)[-1])


@pytest.mark.parametrize("name", REGRESSIONS)
def test_missing_numbers_are_named_however_pandas_writes_them(name):
    missing = pd.Series(BINARY).astype("Int64")
    missing[3] = pd.NA
    for outcome in (missing, missing.to_numpy(), [*BINARY[:3], None, *BINARY[4:]]):
        with pytest.raises(ValueError, match="outcome has a missing or infinite value"):
            REGRESSIONS[name](outcome, DESIGN, ["x"])
    with pytest.raises(ValueError, match="design has a missing or infinite value"):
        REGRESSIONS[name](BINARY, pd.DataFrame({"x": missing}), ["x"])
    with pytest.raises(ValueError, match="outcome has a missing or infinite value"):
        REGRESSIONS[name](np.ma.masked_equal(BINARY, 1), DESIGN, ["x"])
    with pytest.raises(ValueError, match="outcome has a value that is no number"):
        REGRESSIONS[name](["yes"] * 12, DESIGN, ["x"])


def test_the_constant_keeps_its_statistic_to_itself():
    fit = fit_firth(BINARY, DESIGN, ["x"])
    with pytest.raises(ValueError, match="const"):
        average_marginal_effects(fit, BINARY, DESIGN, ["const"])
    columns = np.column_stack([TREATMENT, GROUPS, TREATMENT + GROUPS])
    fit = fit_firth(BINARY, columns[:, :2], ["a", "b"])
    with pytest.raises(ValueError, match="allowed: the same"):
        average_marginal_effects(fit, BINARY, columns, ["a", "b", "a:b"])
    product = np.column_stack([TREATMENT, GROUPS, TREATMENT * GROUPS + (GROUPS == 2)])
    fit = fit_firth(BINARY, product, ["a", "b", "a:b"])
    with pytest.raises(ValueError, match="not the product of a and b"):
        average_marginal_effects(fit, BINARY, product, ["a", "b", "a:b"])
    with pytest.raises(ValueError, match="a condition is named ~A"):
        truth_table(np.eye(2), np.ones(2), ["A", "~A"], ["1", "2"], consistency_cut=0.8)


def seconds(call):
    begun = time.process_time()
    call()
    return time.process_time() - begun


def test_unconditional_tests_beyond_their_size_say_so_and_fishers_stays():
    result = two_by_two([[3000, 2500], [2600, 2900]])
    assert result.note == "11,000 observations are too many for the unconditional tests"
    assert np.isnan([result.barnard.p_value, result.boschloo.p_value]).all()
    assert 0 < result.fisher.p_value < 1e-10
    with pytest.raises(ValueError, match="at most 20,000"):
        two_by_two([[9000, 9000], [9000, 9000]])
    assert ordered_table([[900, 900], [900, 900]]).note == "more than 2,000 observations"


# SciPy 1.17.1 finds the maximum of the same order of tables in seven seconds.
def test_boschloo_of_fourteen_hundred_observations_is_scipys_and_takes_no_minute():
    begun = time.process_time()
    result = two_by_two([[345, 455], [260, 345]])
    assert time.process_time() - begun < 10
    assert result.boschloo.p_value == pytest.approx(0.9571942262826413, rel=1e-9)


def test_a_wide_design_is_factorised_once():
    draw = rng()
    design, outcome = draw.normal(size=(400, 150)), draw.normal(size=400)
    terms = [f"x{i}" for i in range(150)]
    assert treatment_robustness(outcome, design, terms, 0).note == ""
    assert seconds(lambda: treatment_robustness(outcome, design, terms, 0)) < 1


def test_origin_of_a_column_does_not_move_a_fractional_logit():
    share = np.array([0.1, 0.4, 0.3, 0.9, 0.6, 0.8, 0.2, 0.7, 0.5, 1.0, 0.0, 0.6])
    column = np.arange(12.0)[:, None]
    plain = fit_fractional_logit(share, column, ["x"])
    for origin in (1e7, 1e8):
        other = fit_fractional_logit(share, column + origin, ["x"])
        assert other.p_value[1] == pytest.approx(plain.p_value[1], rel=1e-7)
    two = np.column_stack([column[:, 0], TREATMENT])
    plain = fit_fractional_logit(share, two, ["x", "y"])
    scaled = fit_fractional_logit(share, two * [1e8, 1e-8], ["x", "y"])
    np.testing.assert_allclose(scaled.p_value[1:], plain.p_value[1:], rtol=1e-8)


def test_unit_and_origin_do_not_move_a_panel():
    two = np.column_stack([TREATMENT, np.arange(12.0) % 5])
    plain = fit_panel(OUTCOME, two, GROUPS, ["x", "y"])
    for outcome, design, unit in (
        (OUTCOME, two + np.array([1e5, 0]), 1),
        (OUTCOME + 1e7, two, 1),
        (OUTCOME, two + np.array([1e8, 0]), 1),
        (OUTCOME, two * [1e8, 1e-8], [1e8, 1e-8]),
    ):
        other = fit_panel(outcome, design, GROUPS, ["x", "y"])
        np.testing.assert_allclose(other.estimate * unit, plain.estimate, rtol=1e-7)
        np.testing.assert_allclose(other.p_value, plain.p_value, rtol=1e-7)


def test_ties_and_zeros_are_judged_by_the_spread():
    for origin in (0, 1e8):
        test = permutation_test(OUTCOME + origin, TREATMENT, "x", rng=rng())
        assert test.p_value[0] == pytest.approx(TIED_P, rel=1e-12)
    scores = np.array([1.0, 0.5, 0.25, 1.0, -0.5, -1.0, 0.0, 0.25])
    chosen = np.array([1, 1, 0, 1, 0, 0, 0, 0], dtype=bool)
    plain = chosen_set_test(scores, chosen, rng=rng())
    small = chosen_set_test(scores * 1e-10, chosen, rng=rng())
    assert small.p_value == plain.p_value < 0.2


def listed_p():
    total = OUTCOME[TREATMENT == 1].sum()
    middle = OUTCOME.mean() * TREATMENT.sum()
    sums = [sum(chosen) for chosen in combinations(OUTCOME, int(TREATMENT.sum()))]
    return np.mean(np.abs(np.array(sums) - middle) >= abs(total - middle) - 1e-9)


TIED_P = listed_p()


# SciPy's issue 17667: differences of .025 and three of .05, all but equal in floats.
def test_signed_ranks_tie_on_the_digits_of_the_data():
    first, second = np.array([0.5, 0.825, 0.375, 0.5]), np.array([0.525, 0.775, 0.325, 0.55])
    result = paired_tests(first - second)
    assert result.signed_rank_statistic == 6
    assert paired_tests((first - second) / 3).signed_rank_statistic == 6
    assert paired_tests(np.array([0.3 - 0.1 * 3, 0.5, 0.2])).n_zero == 1
    assert rank_test([0.1 + 0.2], [0.3]).superiority == 0.5
    assert earlier_test([0.1 + 0.2, 0.3], [0.1 + 0.2, 0.3], [True, False]).note.startswith("no two")


def test_rounding_ties_but_a_jitter_does_not():
    assert mid_ranks(np.array([0.1 + 0.2, 0.3, 0.4])).tolist() == [1.5, 1.5, 3]
    whole = np.arange(5.0)
    assert settled(whole).tolist() == whole.tolist()
    jitter = np.array([1.0, 1 + 1e-6, 2.0])
    assert mid_ranks(jitter).tolist() == [1, 2, 3]
    assert settled(np.array([np.inf, 1 / 3, 1 - 2 / 3])).tolist() == [np.inf, 1 / 3, 1 / 3]


def test_large_groups_leave_no_float_behind():
    zeros = rank_test(np.zeros(600), np.zeros(600))
    assert (zeros.p_value, zeros.p_greater, zeros.superiority) == (1, 1, 0.5)
    ones = paired_tests(np.ones(1100))
    assert ones.n_positive == 1100
    assert ones.permutation_p == pytest.approx(0, abs=1e-300)
    draw = rng()
    x, y = draw.normal(size=70), draw.normal(size=80)
    expected = stats.mannwhitneyu(x, y, method="exact").pvalue
    assert rank_test(x, y).p_value == pytest.approx(expected, rel=1e-9)


DRAWN = {
    "wild": lambda draws: wild_cluster_bootstrap(
        OUTCOME, DESIGN, GROUPS, ["x"], tested=0, rng=rng(), draws=draws
    ),
    "permutation": lambda draws: permutation_test(OUTCOME, TREATMENT, "x", rng=rng(), draws=draws),
    "within": lambda draws: within_permutation(OUTCOME, GROUPS, ROLES, rng(), draws=draws),
    "sets": lambda draws: chosen_set_test(OUTCOME, TREATMENT == 1, rng=rng(), draws=draws),
    "agreement": lambda draws: agreement(
        [BINARY, BINARY], [0, 1], "nominal", rng=rng(), draws=draws
    ),
    "sets of codes": lambda draws: agreement_of_sets([[{"a"}], [{"a"}]], rng=rng(), draws=draws),
    "concordance": lambda draws: concordance(BINARY, BINARY, {0: 0, 1: 1}, rng=rng(), draws=draws),
}


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("draws", [0, -1, 2.5])
def test_draws_are_counted_from_one(name, draws):
    with pytest.raises(ValueError, match=f"draws is {draws}; allowed: 1 and more"):
        DRAWN[name](draws)


def test_codes_may_be_missing_however_pandas_writes_it():
    first = pd.array([1, 2, pd.NA, 1], dtype="Int64")
    second = pd.array([1, 1, 2, pd.NA], dtype="Int64")
    found = agreement([first, second], [1, 2], "nominal", rng=rng(), draws=10)
    assert (found.n_units, found.agreement) == (2, 0.5)
    assert concordance(first, second, {1: 1, 2: 2}, rng=rng(), draws=10).nobs == 2
    assert confusion(first, second, [1, 2]).tolist() == [[1, 0], [1, 0]]
    sets = agreement_of_sets([[{"a"}, None], [{"a"}, pd.NA]], rng=rng(), draws=10)
    assert sets.n_units == 1
    with pytest.raises(ValueError, match="sets of strings"):
        agreement_of_sets([["ab"], ["ab"]], rng=rng(), draws=10)
    assert np.isnan(adjusted(pd.array([0.1, pd.NA], dtype="Float64"), "holm")[1])


def test_groups_are_told_apart_by_true_and_false_only():
    unknown = [True, None, False, True]
    for call in (
        lambda: chosen_set_test([1, 2, 3, 4], unknown, rng=rng()),
        lambda: earlier_test([1, 2, 3, 4], [1, 2, 3, 4], unknown),
        lambda: focal_test([1, 2, 3, 4], [1, 1, 2, 2], unknown),
    ):
        with pytest.raises(ValueError, match=r"missing or infinite value .* row 1"):
            call()


def test_robustness_says_why_it_is_missing():
    for estimate, error, dof in (
        (np.nan, 1, 30),
        (np.inf, 1, 30),
        (1, np.nan, 30),
        (1, np.inf, 30),
    ):
        found = robustness(estimate, error, dof)
        assert np.isnan(found.robustness_value)
        assert found.note
    with pytest.raises(ValueError, match="multiples are"):
        benchmark(
            OUTCOME, np.column_stack([TREATMENT, GROUPS]), ["x", "g"],
            treatment=0, observed=1, multiples=[-1],
        )  # fmt: skip


def test_one_treated_among_many_is_listed_without_deep_recursion():
    outcome = np.sqrt(np.arange(1500.0))
    treatment = (np.arange(1500) == 1400).astype(float)
    test = permutation_test(outcome, treatment, "x", rng=rng())
    assert test.exact
    assert test.p_higher == pytest.approx(100 / 1500)
