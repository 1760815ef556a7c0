"""Influence, coding error, overturning, missing codes, confounding and design, against refits and enumeration."""

import itertools
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from invented_cases import M1, M3, SAMPLES, SCALES, case_table
from scipy.special import expit

from replication import paths
from replication.analyses.robustness import coding_error as coding_error_module
from replication.analyses.robustness import overturning as overturning_module
from replication.analyses.robustness.coding_error import coding_error
from replication.analyses.robustness.confounding import benchmarks, sensitivity
from replication.analyses.robustness.design_analysis import design_analysis, needed_cases
from replication.analyses.robustness.influence import influence
from replication.analyses.robustness.missing_codes import missing_codes
from replication.analyses.robustness.overturning import overturning
from replication.estimators.e_value import e_value, risk_ratio_of_odds_ratio
from replication.estimators.firth import fit_firth
from replication.estimators.sensitivity import treatment_robustness
from replication.randomness import generator
from replication.specifications import Model

CASES = case_table()
CLOSE = {"rtol": 1e-6, "atol": 1e-7}


def hand_fit(cases, model):
    """Firth's logit on complete interventions: estimates and p-values of the terms."""
    chosen = cases[cases["sample"].isin(SAMPLES[model.sample].values)]
    chosen = chosen.dropna(subset=["io_sought", *model.terms])
    outcome = (chosen["io_sought"] >= 2).to_numpy(float)
    fit = fit_firth(outcome, chosen[list(model.terms)].to_numpy(float), model.terms)
    return fit.estimate[1:], fit.p_value[1:], len(chosen)


def complete(cases=CASES, model=M1):
    chosen = cases[cases["sample"] == "intervention"].dropna(subset=["io_sought", *model.terms])
    return chosen.reset_index(drop=True)


def test_influence_equals_refits_without_the_unit():
    found = influence(CASES, [M1, M3], SAMPLES)
    columns = {"case": "case_id", "family": "crisis_family", "administration": "administration"}
    for row in found.itertuples():
        model = {"M1": M1, "M3": M3}[row.model]
        kept = CASES if row.unit == "none" else CASES[CASES[columns[row.unit]] != row.left_out]
        estimate, p_value, nobs = hand_fit(kept, model)
        place = model.terms.index(row.term)
        np.testing.assert_allclose(
            [row.estimate, row.p_value], [estimate[place], p_value[place]], **CLOSE
        )
        assert row.n_left_out == hand_fit(CASES, model)[2] - nobs
    full = found[found["unit"] == "none"].set_index(["model", "term"])["estimate"]
    wanted = [full[m, t] for m, t in zip(found["model"], found["term"], strict=True)]
    np.testing.assert_allclose(found["change"], found["estimate"] - wanted, **CLOSE)
    for (_, _), part in found[found["unit"] == "case"].groupby(["model", "term"]):
        assert part["n_left_out"].eq(1).all()


@pytest.mark.parametrize("count", [0, 1])
def test_influence_with_hardly_any_case_names_reasons(count):
    found = influence(CASES[:count], [M1], SAMPLES)
    assert found["estimate"].isna().all()
    assert (found["note"] != "").all()


def test_coding_error_without_error_is_the_estimate(monkeypatch):
    monkeypatch.setattr(coding_error_module, "FACTORS", (0.0,))
    found = coding_error(CASES, [M1, M3], SAMPLES, SCALES, draws=7)
    assert len(found) == 3
    for row in found.itertuples():
        model = {"M1": M1, "M3": M3}[row.model]
        estimate, p_value, _ = hand_fit(CASES, model)
        place = model.terms.index(row.term)
        values = [row.observed, row.median, row.low, row.high]
        np.testing.assert_allclose(values, [estimate[place]] * 4, **CLOSE)
        assert (row.share_same_sign, row.estimated) == (1.0, 1.0)
        assert row.share_significant == (p_value[place] < 0.05)


@pytest.mark.parametrize(
    ("column", "old", "new"),
    [
        ("military_opposition", 1, (0, 2)),
        ("military_opposition", 0, (1,)),
        ("military_opposition", 3, (2,)),
        ("io_sought", 2, (1, 3)),
    ],
)
def test_one_cell_in_error_gives_the_refits_of_its_neighbours(monkeypatch, column, old, new):
    monkeypatch.setattr(coding_error_module, "FACTORS", (1.0,))
    monkeypatch.setattr(coding_error_module, "RATES", {1: 1.0, 2: 0.0, 3: 0.0})
    row = int(np.flatnonzero(complete()[column] == old)[0])
    confidences = [c for c in CASES if c.endswith("_confidence")]
    sure = complete().assign(**dict.fromkeys(confidences, 3.0))
    sure.loc[row, f"{column}_confidence"] = 1.0
    hand = []
    for code in new:
        moved = sure.copy()
        moved.loc[row, column] = float(code)
        hand.append(hand_fit(moved, M1))
    (found,) = coding_error(sure, [M1], SAMPLES, SCALES, draws=4000).to_dict("records")
    estimates = sorted(float(estimate[0]) for estimate, _, _ in hand)
    np.testing.assert_allclose(
        [found["low"], found["high"]], [estimates[0], estimates[-1]], **CLOSE
    )
    observed = hand_fit(sure, M1)[0][0]
    hits = [p[0] < 0.05 and np.sign(e[0]) == np.sign(observed) for e, p, _ in hand]
    # Each neighbour is drawn half of the time; 4,000 draws leave a standard error of 0.008.
    assert found["share_significant"] == pytest.approx(np.mean(hits), abs=0.035)
    signs = [np.sign(e[0]) == np.sign(observed) for e, _, _ in hand]
    assert found["share_same_sign"] == pytest.approx(np.mean(signs), abs=0.035)


def test_pooled_interval_is_rubins(monkeypatch):
    monkeypatch.setattr(coding_error_module, "FACTORS", (0.0,))
    (found,) = coding_error(CASES, [M1], SAMPLES, SCALES, draws=5).to_dict("records")
    chosen = complete()
    fit = fit_firth(
        chosen["sought"].to_numpy(float), chosen[["military_opposition"]].to_numpy(float), ["x"]
    )
    reach = 1.959963985 * fit.std_error[1]
    np.testing.assert_allclose(
        [found["pooled_low"], found["pooled_high"]],
        [fit.estimate[1] - reach, fit.estimate[1] + reach],
        rtol=1e-6,
    )


@pytest.mark.parametrize("seed", [1, 6])
def test_overturning_equals_brute_force(monkeypatch, seed):
    monkeypatch.setattr(overturning_module, "LARGEST", 2)
    cases = case_table(10, missing=0.0, seed=seed)
    found = overturning(cases, [M1], SAMPLES, SCALES)
    chosen = complete(cases)
    for row in found.itertuples():
        sizes = {size: _turning(chosen, size, row.turns) for size in (1, 2)}
        smallest = next((size for size, sets in sizes.items() if sets), None)
        assert row.exact == (smallest is not None)
        assert row.size == (smallest or 3)
        if smallest:
            assert row.n_sets == len(sizes[smallest])
            estimate, p_value, _ = hand_fit(_recoded(chosen, row.cells), M1)
            np.testing.assert_allclose(
                [row.estimate, row.p_value], [estimate[0], p_value[0]], **CLOSE
            )
            extreme = max if row.turns == "significance lost" else min
            assert p_value[0] == pytest.approx(extreme(p for _, p in sizes[smallest]), abs=1e-7)


def _turning(cases, size, turns):
    """All sets of so many one-step recodings that do it, tried one by one."""
    estimate, p_value, _ = hand_fit(cases, M1)
    moves = [
        (row, name, new)
        for name in ("io_sought", "military_opposition")
        for row, old in enumerate(cases[name])
        for new in (old - 1, old + 1)
        if 0 <= new <= 3 and (name != "io_sought" or (old >= 2) != (new >= 2))
    ]
    goals = {
        "significance lost": lambda _, p: p >= 0.05,
        "becomes significant": lambda e, p: e > 0 and p < 0.05,
        "sign reversed": lambda e, _: -np.sign(estimate[0]) * e > 1e-8,
    }
    assert turns == "sign reversed" or (turns == "significance lost") == (p_value[0] < 0.05)
    found = []
    for chosen in itertools.combinations(moves, size):
        if len({move[:2] for move in chosen}) == size:
            moved = cases.copy()
            for row, name, new in chosen:
                moved.loc[row, name] = new
            e, p, _ = hand_fit(moved, M1)
            if not np.isnan(p[0]) and goals[turns](e[0], p[0]):
                found.append((chosen, p[0]))
    return found


def _recoded(cases, words):
    moved = cases.copy()
    for cell in words.split("; "):
        case, name, change = cell.split(" ")
        old, new = map(float, change.split("->"))
        row = moved.index[moved["case_id"] == case][0]
        assert moved.loc[row, name] == old
        moved.loc[row, name] = new
    return moved


def test_missing_codes_are_bounded_by_every_filling():
    found = missing_codes(CASES, [M3], SAMPLES, SCALES)
    chosen = CASES[CASES["sample"] == "intervention"].reset_index(drop=True)
    gaps = [(row, term) for term in M3.terms for row in np.flatnonzero(chosen[term].isna())]
    assert 1 <= len(gaps) <= 4
    estimates, hits = [], []
    for codes in itertools.product(range(4), repeat=len(gaps)):
        filled = chosen.copy()
        for (row, term), code in zip(gaps, codes, strict=True):
            filled.loc[row, term] = code
        estimate, p_value, _ = hand_fit(filled, M3)
        estimates.append(estimate)
        hits.append((estimate > 0) & (p_value < 0.05))
    here = found[(found["sample"] == "intervention") & (found["variant"] == "filled")]
    for place, row in enumerate(here.itertuples()):
        values = np.array(estimates)[:, place]
        assert (row.n_missing, row.n_fillings, row.nobs) == (len(gaps), len(values), len(chosen))
        np.testing.assert_allclose(
            [row.estimate, row.conf_low, row.conf_high],
            [np.median(values), values.min(), values.max()],
            **CLOSE,
        )
        assert row.share_significant == pytest.approx(np.mean(np.array(hits)[:, place]))
    whole = found[(found["sample"] == "intervention") & (found["variant"] == "complete cases")]
    np.testing.assert_allclose(whole["estimate"], hand_fit(CASES, M3)[0], **CLOSE)


def test_confounding_hands_the_right_arrays_to_the_estimators():
    chosen = complete(model=M3)
    outcome, design = chosen["sought"].to_numpy(float), chosen[list(M3.terms)].to_numpy(float)
    found = sensitivity(CASES, [M3], SAMPLES)
    for place, row in enumerate(found.itertuples()):
        linear = treatment_robustness(outcome, design, M3.terms, place)
        assert row.robustness_value == pytest.approx(linear.robustness_value)
        assert row.partial_r2 == pytest.approx(linear.partial_r2)
        fit = fit_firth(outcome, design, M3.terms)
        ratios = np.exp([v[1 + place] for v in (fit.estimate, fit.conf_low, fit.conf_high)])
        value = e_value(*map(risk_ratio_of_odds_ratio, ratios))
        assert (row.e_value, row.e_value_limit) == pytest.approx((value.estimate, value.limit))
    bounds = benchmarks(CASES, [M3], SAMPLES)
    assert set(zip(bounds["term"], bounds["benchmark"], strict=True)) == set(
        itertools.permutations(M3.terms)
    )
    assert bounds.groupby(["term", "benchmark"])["multiple"].apply(list).map(len).eq(3).all()


@pytest.fixture(scope="module")
def designs():
    return design_analysis(CASES, [M1], SAMPLES, draws=1500)


def test_without_an_effect_power_is_the_size_of_the_test(designs):
    none = designs[designs["effect"] == "none"]
    assert (none["true_effect"] == 0).all()
    assert none["power"].between(0.0, 0.05 + 4 * 0.0057).all()
    largest = none.loc[none["nobs"].idxmax(), "power"]
    assert largest == pytest.approx(0.05, abs=0.02)


def test_power_grows_with_cases_and_with_the_effect(designs):
    power = designs.pivot_table(index="nobs", columns="effect", values="power")
    error = designs["power_error"].max()
    for effect in ("estimated", "half"):
        assert (np.diff(power[effect]) > -4 * error).all()
        assert power[effect].iloc[-1] > power[effect].iloc[0] + 4 * error
    assert (power["estimated"] > power["half"]).all()
    assert (power["half"] > power["none"] - 4 * error).all()
    assert power.index[0] == len(complete())
    found = designs[designs["effect"] == "estimated"].set_index("nobs")
    assert found["exaggeration"].iloc[0] > found["exaggeration"].iloc[-1] >= 0.99
    assert (found["wrong_sign"].iloc[-1], found["estimated"].iloc[-1]) == (0.0, 1.0)


def test_simulated_studies_are_what_single_fits_make_of_the_same_draws():
    draws = 60
    found = design_analysis(CASES, [M1], SAMPLES, draws=draws)
    chosen = complete()
    fit = fit_firth(
        chosen["sought"].to_numpy(float), chosen[["military_opposition"]].to_numpy(float), ["x"]
    )
    levels, counts = np.unique(chosen["military_opposition"], return_counts=True)
    rng = generator("design M1 military_opposition half 40")
    trials = rng.multinomial(40, counts / counts.sum(), size=draws)
    events = rng.binomial(trials, expit(fit.estimate[0] + 0.5 * fit.estimate[1] * levels))
    estimates, p_values = np.empty(draws), np.empty(draws)
    for study in range(draws):
        x = np.repeat(levels, trials[study])
        y = np.concatenate(
            [
                np.repeat([1.0, 0.0], [e, t - e])
                for e, t in zip(events[study], trials[study], strict=True)
            ]
        )
        single = fit_firth(y, x[:, None], ["x"])
        estimates[study], p_values[study] = single.estimate[1], single.p_value[1]
    hit = p_values < 0.05
    row = found[(found["effect"] == "half") & (found["nobs"] == 40)].iloc[0]
    assert row["power"] == pytest.approx(hit.mean())
    assert row["exaggeration"] == pytest.approx(
        np.abs(estimates[hit]).mean() / abs(0.5 * fit.estimate[1]), rel=1e-6
    )


def test_needed_cases_lie_on_the_line_between_two_sizes():
    rows = [("M", "x", "estimated", n, p) for n, p in ((20, 0.3), (30, 0.7), (40, 0.9))]
    rows += [("M", "x", "half", n, p) for n, p in ((20, 0.1), (30, 0.2), (40, 0.3))]
    rows += [("M", "x", "none", 20, 0.05)]
    analysis = pd.DataFrame(rows, columns=["model", "term", "effect", "nobs", "power"])
    found = needed_cases(analysis).set_index("effect")
    assert list(found.index) == ["estimated", "half"]
    assert (found.loc["estimated", "needed"], found.loc["estimated", "new"]) == (35, 15)
    assert np.isnan(found.loc["half", "needed"])
    assert found.loc["half", "largest_simulated"] == 40


@pytest.mark.parametrize(
    "change", [{"sought": 1.0, "io_sought": 3.0}, {"military_opposition": 2.0}]
)
def test_a_constant_outcome_or_treatment_gives_no_number_and_no_error(change):
    cases = CASES.assign(**change)
    assert influence(cases, [M1], SAMPLES)["estimate"].isna().all()
    assert design_analysis(cases, [M1], SAMPLES, draws=20).empty
    for found in (
        coding_error(cases, [M1], SAMPLES, SCALES, draws=20),
        overturning(cases, [M1], SAMPLES, SCALES),
        missing_codes(cases, [M1], SAMPLES, SCALES),
        sensitivity(cases, [M1], SAMPLES),
        benchmarks(cases, [M3], SAMPLES),
    ):
        assert isinstance(found, pd.DataFrame)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hardly_any_case_gives_no_error(count):
    few = CASES[:count]
    for found in (
        coding_error(few, [M1, M3], SAMPLES, SCALES, draws=20),
        overturning(few, [M1, M3], SAMPLES, SCALES),
        missing_codes(few, [M1, M3], SAMPLES, SCALES),
        sensitivity(few, [M1, M3], SAMPLES),
        benchmarks(few, [M1, M3], SAMPLES),
        design_analysis(few, [M1, M3], SAMPLES, draws=20),
        needed_cases(design_analysis(few, [M1], SAMPLES, draws=20)),
    ):
        assert isinstance(found, pd.DataFrame)


def test_models_with_other_terms_than_coded_scales_are_left_out_of_coding_error():
    other = Model("M9", "Nine", "sought", "intervention", ("democrat",), ("democrat",))
    assert coding_error(
        CASES, [other, replace(M1, outcome="democrat")], SAMPLES, SCALES, draws=5
    ).empty
    assert overturning(CASES, [other], SAMPLES, SCALES).empty


_PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from invented_cases import M3, SAMPLES, SCALES, case_table
from replication.analyses.robustness.coding_error import coding_error
from replication.analyses.robustness.design_analysis import design_analysis
from replication.analyses.robustness.influence import influence
from replication.analyses.robustness.missing_codes import missing_codes
from replication.analyses.robustness.overturning import overturning
cases = case_table()
for found in (
    influence(cases, [M3], SAMPLES), coding_error(cases, [M3], SAMPLES, SCALES, draws=300),
    overturning(cases, [M3], SAMPLES, SCALES), missing_codes(cases, [M3], SAMPLES, SCALES),
    design_analysis(cases, [M3], SAMPLES, draws=100),
):
    found.to_csv(sys.stdout, index=False)
"""


def test_results_are_the_same_bytes_whatever_the_hash_seed_and_the_threads():
    outputs = set()
    for seed, threads in (("1", "1"), ("77", "2")):
        settings = {
            "PYTHONHASHSEED": seed,
            "OMP_NUM_THREADS": threads,
            "PYTHONPATH": str(paths.ROOT),
        }
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(paths.ROOT / "tests" / "analyses")],
            capture_output=True,
            check=True,
            env={**os.environ, **settings},
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert len(outputs.pop()) > 10_000
