"""Estimates judged in words: one rule, turned round with the prediction; and the claims it is applied to."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication import paths
from replication.analyses.claims.judging import Verdict, combined, values_of, verdict_of
from replication.analyses.claims.reading import NO_EFFECT, Prediction, read_claims
from replication.codebook import read_codebook
from replication.specifications import SpecificationError, read_models, read_samples

NAN = math.nan
CLAIMS = read_claims(paths.SPECIFICATIONS)
PREDICTION = Prediction(
    model="M1", sample="intervention", outcome="sought", estimator="firth", term="x", expected=1, scale="log-odds",
    words="the odds are {size} times as high", checks=("exact", "permutation"), beside=("sign_test",), cells=("x",),
)  # fmt: skip

NUMBERS = ("estimate", "conf_low", "conf_high", "p_value")


def row(estimate, low, high, p=0.5, estimator="firth"):
    keys = {"model": "M1", "sample": "intervention", "outcome": "sought", "term": "x"}
    numbers = {"estimate": estimate, "conf_low": low, "conf_high": high, "p_value": p}
    return {**keys, "estimator": estimator, **numbers}


def check(p, estimator="exact"):
    return row(NAN, NAN, NAN, p, estimator)


def other(**changes):
    return Prediction(**{**vars(PREDICTION), **changes})


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([row(1.5, 0.1, 3.5)], Verdict.FOR),
        ([row(1.5, 0.1, math.inf)], Verdict.FOR),
        ([row(1.5, 0.1, 3.5), check(0.04), check(0.01, "permutation")], Verdict.FOR),
        ([row(1.5, 0.1, 3.5), check(0.04), check(0.06, "permutation")], Verdict.LEANS_FOR),
        ([row(1.5, -0.1, 3.5), check(0.04)], Verdict.LEANS_FOR),
        ([row(1.5, -0.1, 3.5), check(0.05)], Verdict.UNDECIDED),
        ([row(1.5, 0.1, 3.5), check(NAN)], Verdict.FOR),
        ([row(1.5, 0.1, 3.5), check(0.9, "sign_test")], Verdict.FOR),
        ([row(1.5, NAN, NAN, 0.04)], Verdict.FOR),
        ([row(1.5, NAN, NAN, 0.06)], Verdict.UNDECIDED),
        ([row(1.5, NAN, NAN, NAN)], Verdict.UNDECIDED),
        ([row(-1.5, -3.0, -0.1), check(0.5)], Verdict.LEANS_AGAINST),
        ([row(-1.5, -math.inf, -0.1)], Verdict.AGAINST),
        ([row(NAN, NAN, NAN, NAN), check(0.01)], Verdict.NONE),
        ([check(0.01)], Verdict.NONE),
        ([row(1.5, -0.1, 3.5), {**check(0.4), "smallest_p": 0.2}], Verdict.CANNOT),
        ([row(1.5, -0.1, 3.5), {**check(0.4), "smallest_p": 0.05}], Verdict.CANNOT),
        ([row(1.5, -0.1, 3.5), {**check(0.4), "smallest_p": 0.049}], Verdict.UNDECIDED),
        ([row(1.5, 0.1, 3.5), {**check(0.4), "smallest_p": 0.2}], Verdict.LEANS_FOR),
        ([{**row(1.5, NAN, NAN, 0.36), "smallest_p": "0.056"}], Verdict.CANNOT),
        ([row(1.5, -0.1, 3.5), check(0.05 - 1e-12)], Verdict.UNDECIDED),
    ],
)
def test_verdict_needs_every_method_for_a_plain_word_and_one_for_a_leaning(rows, verdict):
    assert verdict_of(rows, PREDICTION) is verdict


@given(st.floats(0.01, 5), st.floats(0.01, 5), st.floats(0.01, 5), st.floats(0, 1))
def test_turning_the_prediction_round_turns_the_verdict_round(middle, below, above, p):
    turned = {
        Verdict.FOR: Verdict.AGAINST,
        Verdict.LEANS_FOR: Verdict.LEANS_AGAINST,
        Verdict.UNDECIDED: Verdict.UNDECIDED,
    }
    rows = [row(middle, middle - below, middle + above), check(p)]
    assert verdict_of(rows, other(expected=-1)) is turned[verdict_of(rows, PREDICTION)]


def test_a_chance_is_judged_against_one_half():
    chance = other(scale="chance", expected=-1)
    assert verdict_of([row(0.3, NAN, NAN, 0.01)], chance) is Verdict.FOR
    assert verdict_of([row(0.7, NAN, NAN, 0.01)], chance) is Verdict.AGAINST
    assert verdict_of([row(0.7, 0.4, 0.9)], chance) is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ("FOR FOR", "FOR"),
        ("FOR LEANS_FOR", "LEANS_FOR"),
        ("FOR UNDECIDED", "LEANS_FOR"),
        ("FOR NONE", "LEANS_FOR"),
        ("AGAINST AGAINST", "AGAINST"),
        ("LEANS_AGAINST UNDECIDED NONE", "LEANS_AGAINST"),
        ("FOR AGAINST", "DIVIDED"),
        ("LEANS_FOR LEANS_AGAINST UNDECIDED", "DIVIDED"),
        ("UNDECIDED NONE", "UNDECIDED"),
        ("NONE NONE", "NONE"),
        ("DIVIDED FOR", "DIVIDED"),
        ("CANNOT UNDECIDED", "UNDECIDED"),
        ("CANNOT NONE", "CANNOT"),
        ("CANNOT FOR", "LEANS_FOR"),
        ("", "NONE"),
    ],
)
def test_several_predictions_give_one_verdict(verdicts, expected):
    for order in itertools.permutations(verdicts.split()):
        assert combined(Verdict[name] for name in order) is Verdict[expected]


def test_every_hypothesis_of_the_plan_is_asked_once_about_codes_that_exist():
    named = [claim.claim for claim in CLAIMS]
    plan = ["H1", "H2", "H3", "H4", "H5", "R1", "R2", "S1"]
    assert [name for name in named if name in plan] == plan
    assert len(set(named)) == len(named)
    predictions = [prediction for claim in CLAIMS for prediction in claim.statistics]
    assert {cell for p in predictions for cell in p.cells} <= set(
        read_codebook(paths.CODEBOOK).cells
    )
    assert {p.sample for p in predictions} <= set(read_samples(paths.SPECIFICATIONS))
    assert all(p.cells for p in predictions)


def test_predictions_about_models_of_the_plan_name_an_effect_of_that_model():
    models = read_models(paths.SPECIFICATIONS)
    asked = [p for claim in CLAIMS for p in claim.statistics if p.model in models]
    assert len(asked) >= 7
    for prediction in asked:
        model = models[prediction.model]
        assert prediction.term in model.effects
        assert (prediction.sample, prediction.outcome) == (model.sample, model.outcome)


def test_text_and_numbers_of_a_row_are_read_alike():
    numbers = row(1.5, 0.1, math.inf, 0.04)
    texts = {**numbers, "estimate": "1.5", "conf_low": "0.1", "conf_high": "inf", "p_value": "0.04"}
    assert values_of(texts) == values_of(numbers)
    assert all(math.isnan(value) for value in values_of({**texts, **dict.fromkeys(NUMBERS, "")}))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("expected: 1", "expected: 2", "[0].statistics[0].expected: 2 is not allowed; allowed: -1, 1"),
        ("scale: log-odds", "scale: miles", "[0].statistics[0].scale: 'miles' is not allowed; allowed: log-odds,"),
        ("{size}", "much", "allowed: text with a place {size} for the size"),
        ("expected: 1", "expect: 1", "[0].statistics[0]: unknown key 'expect', perhaps expected"),
        ("theory: liability", "school: liability", "[0].cases[0]: unknown key 'school'"),
        ("[io_sought, military_opposition]", "io_sought", "cells: 'io_sought' is not allowed; allowed: a list of"),
        ("claim: H2", "claim: H1", "[1].claim: 'H1' stands twice"),
    ],
)  # fmt: skip
def test_a_claim_that_cannot_be_judged_is_refused_by_row_and_field(tmp_path, old, new, said):
    text = (paths.SPECIFICATIONS / "claims.yaml").read_text(encoding="utf-8")
    rows = text[text.index("- claim:") :]
    assert old in rows
    (tmp_path / "claims.yaml").write_text(rows.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SpecificationError) as refused:
        read_claims(tmp_path)
    assert said in str(refused.value)
    assert all("claims.yaml:" in line for line in str(refused.value).splitlines())


def test_no_effect_is_one_half_for_a_chance_and_nothing_else():
    assert NO_EFFECT == {"log-odds": 0, "coefficient": 0, "points": 0, "chance": 0.5}
