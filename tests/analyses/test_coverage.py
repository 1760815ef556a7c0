"""The simulation of size and coverage: against enumeration, closed forms, and the stored run."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from replication import paths
from replication.analyses.robustness import coverage
from replication.analyses.robustness.coverage import (
    Scenario,
    fingerprint,
    problems,
    scenarios,
    simulate,
)
from replication.analyses.robustness.coverage_legs import _REMEMBERED, LEGS, SimulatedModel
from replication.estimators.exact import fit_exact
from replication.estimators.linear import fit_ols_cr2, fit_ols_hc3
from replication.specifications import read_models, read_samples
from replication.tables import read_table


def small_problem():
    x = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], dtype=float)
    y = np.array([0, 0, 1, 0, 1, 1, 1, 0, 1, 1], dtype=float)
    administration = np.array([0, 0, 1, 1, 2, 2, 3, 3, 0, 1])
    family = np.array([0, 0, 1, 2, 2, 0, 1, 1, 3, 3])
    return SimulatedModel("T", ("x",), y, x[:, None], administration, family)


def scenario(effect="estimated", sd=0.0):
    return next(
        s for s in scenarios(small_problem()) if s.effect == effect and s.administration_sd == sd
    )


def enumerated(chosen, answers):
    """Rejection rate and coverage over all outcomes, each with its probability."""
    p = chosen.probabilities()
    target = answers(small_problem().outcome)[1]
    rejected = covered = answered = 0.0
    for values in itertools.product((0.0, 1.0), repeat=len(p)):
        y = np.array(values)
        chance = np.prod(np.where(y == 1, p, 1 - p))
        (p_value, low, high), _ = answers(y)
        if np.isnan(p_value):
            continue
        answered += chance
        rejected += chance * (p_value <= 0.05 + 1e-9)
        covered += chance * (low - 1e-9 <= target <= high + 1e-9)
    return 1 - answered, rejected / answered, covered / answered


@pytest.mark.parametrize(("effect", "estimator"), [("none", "exact"), ("estimated", "lpm_hc3")])
def test_rates_are_those_of_all_outcomes_weighted_by_their_probability(effect, estimator):
    chosen = scenario(effect)
    a, b = chosen.coefficients
    target = b if estimator == "exact" else expit(a + b) - expit(a)

    def answers(y):
        fit = (
            fit_exact(y, chosen.problem.design, ["x"])
            if estimator == "exact"
            else fit_ols_hc3(y, chosen.problem.design, ["x"])
        )
        return (fit.p_value[-1], fit.conf_low[-1], fit.conf_high[-1]), target

    failed, rejected, covered = enumerated(chosen, answers)
    leg = "exact" if estimator == "exact" else "linear"
    found = simulate(chosen, leg, 4000).set_index("estimator").loc[estimator]
    assert found["target"] == pytest.approx(target, abs=1e-9)
    for name, expected in (("failed", failed), ("rejected", rejected), ("covered", covered)):
        error = np.sqrt(expected * (1 - expected) / 4000)
        assert abs(found[name] - expected) <= 4 * error + 1e-12, name


def test_an_exact_interval_covers_at_least_as_often_as_it_says():
    for effect in coverage.EFFECTS:
        found = simulate(scenario(effect), "exact", 2000).set_index("estimator").loc["exact"]
        assert found["covered"] >= 0.95 - 3 * 0.005
        assert found["rejected"] <= 0.05 + 3 * 0.005 or effect != "none"


def test_outcomes_have_the_stated_probabilities():
    for sd in (0.0, 1.0):
        chosen = scenario("half", sd)
        drawn = chosen.outcomes(20_000)
        p = chosen.probabilities()
        assert np.abs(drawn.mean(axis=0) - p).max() < 5 * np.sqrt(0.25 / 20_000)


def test_only_a_random_effect_makes_cases_of_one_administration_alike():
    same = small_problem().administration == 0
    for sd, correlated in ((0.0, False), (1.0, True)):
        drawn = scenario("none", sd).outcomes(20_000)[:, same]
        off_diagonal = np.corrcoef(drawn.T)[np.triu_indices(same.sum(), 1)]
        assert (off_diagonal > 0.1).all() == correlated
        assert (np.abs(off_diagonal) < 0.04).all() != correlated


def test_targets_of_a_binary_term_are_differences_of_its_two_probabilities():
    chosen = scenario("estimated", 1.0)
    low, high = chosen.probabilities()[[0, -1]]
    for estimator, expected in (
        ("firth", logit(high) - logit(low)),
        ("exact", logit(high) - logit(low)),
        ("lpm_cr2", high - low),
        ("permutation", high - low),
    ):
        assert coverage._target(chosen, estimator) == pytest.approx(expected, abs=1e-7)


def test_the_tested_coefficient_is_held_and_the_others_are_fitted():
    # Firth's fit of a constant alone adds half a case to either side.
    held = scenario("none").coefficients
    y = small_problem().outcome
    assert held[1] == 0.0
    penalty_kept = expit(held[0])  # with the penalty of the full design
    assert penalty_kept == pytest.approx((y.sum() + 1) / (len(y) + 2), abs=1e-6)


def test_remembered_answers_are_those_of_the_outcome_itself():
    problem, rng = small_problem(), np.random.default_rng(3)
    for _ in range(30):
        y = (rng.random(10) < 0.5).astype(float)
        _REMEMBERED.clear()
        by_leg = dict(LEGS["linear"](problem, y, 0, rng))
        direct = fit_ols_cr2(y, problem.design, problem.administration, problem.terms)
        expected = [direct.p_value[1], direct.conf_low[1], direct.conf_high[1]]
        assert np.allclose(by_leg["lpm_cr2"], expected, rtol=1e-9, atol=1e-12, equal_nan=True)


def test_every_leg_answers_and_the_same_draws_give_the_same_rows():
    chosen = scenario("half", 1.0)
    for leg in LEGS:
        first, again = simulate(chosen, leg, 40), simulate(chosen, leg, 40)
        pd.testing.assert_frame_equal(first, again)
        assert (first["failed"] < 0.5).all()


def test_data_sets_without_an_answer_are_counted_not_guessed():
    problem = small_problem()
    never = Scenario(problem, 0, "none", 0.0, np.array([-40.0, 0.0]))
    found = simulate(never, "firth", 20).iloc[0]
    assert found["failed"] == 1
    assert np.isnan(found["rejected"])
    assert np.isnan(found["covered"])


def test_a_model_without_an_estimate_has_no_scenario():
    problem = small_problem()
    assert scenarios(replace(problem, outcome=np.ones(10))) == []
    assert scenarios(replace(problem, design=np.ones((10, 1)))) == []
    empty = SimulatedModel(
        "T", ("x",), np.zeros(0), np.zeros((0, 1)), *[np.zeros(0, dtype=int)] * 2
    )
    assert scenarios(empty) == []


def test_the_fingerprint_changes_with_all_that_is_drawn_from():
    problem = small_problem()
    same = fingerprint(replace(problem, outcome=problem.outcome.astype(int)))
    assert same == fingerprint(problem)
    for field in ("outcome", "design", "administration", "family"):
        changed = getattr(problem, field).copy()
        changed[0] += 1
        assert fingerprint(replace(problem, **{field: changed})) != fingerprint(problem), field


def test_the_stored_simulation_is_of_these_data_or_its_table_says_otherwise():
    stored = paths.SIMULATED / "coverage.csv"
    table = paths.TABLES / "table21_coverage.html"
    if not (stored.is_file() and table.is_file()):
        pytest.skip("not made yet: `make all` and `make simulate`")
    found = problems(
        read_table(paths.DERIVED / "cases.csv"),
        read_models(paths.SPECIFICATIONS),
        read_samples(paths.SPECIFICATIONS),
    )
    then = read_table(stored).groupby("model")["design"].first().to_dict()
    now = {problem.model: fingerprint(problem) for problem in found}
    said = "of an earlier data set" in table.read_text(encoding="utf-8")
    assert said == (then != now)
