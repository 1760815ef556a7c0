"""Sentences that answer the hypotheses: worded by rule, true whatever the data say."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication import paths
from replication.codebook import read_codebook
from replication.report.answers import Verdict, answers, combined, verdict_of
from replication.report.claims import CLAIMS, Claim, Prediction
from replication.specifications import read_models, read_samples

NAN = math.nan
PREDICTION = Prediction(
    model="M1", sample="intervention", outcome="sought", estimator="firth", term="x", expected=1,
    words="the odds are {size} times as high", checks=("exact", "permutation"), beside=("sign_test",), cells=("x",),
)  # fmt: skip
NUMBERS = ("estimate", "conf_low", "conf_high", "p_value")


def row(estimate, low, high, p=0.5, estimator="firth", note=""):
    numbers = ("" if math.isnan(value) else repr(value) for value in (estimate, low, high, p))
    keys = {
        "exhibit": "table03_models",
        "model": "M1",
        "sample": "intervention",
        "outcome": "sought",
        "term": "x",
    }
    return {
        **keys,
        "estimator": estimator,
        **dict(zip(NUMBERS, numbers, strict=True)),
        "nobs": "22",
        "note": note,
    }


def check(p, estimator="exact"):
    return row(NAN, NAN, NAN, p, estimator)


def answer(*rows, prediction=PREDICTION):
    return answers(rows, [Claim("H1", "Title", "Claim.", (prediction,))])[0]


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
    ],
)
def test_several_predictions_give_one_verdict(verdicts, expected):
    for order in itertools.permutations(verdicts.split()):
        assert combined([Verdict[name] for name in order]) is Verdict[expected]


def test_sentence_and_details_hold_the_numbers_of_the_estimates():
    said = answer(row(1.5449, 0.1433, 3.4933, 0.0287), check(0.0561), check(0.3, "sign_test"))
    assert said.sentence == (
        "The data lean towards it: the odds are 4.69 times as high (95 % interval 1.15 to 32.89, p = 0.029)."
    )
    [detail] = said.details
    assert detail == (
        "M1, x: Firth's logit log-odds 1.54 [0.14, 3.49]; p = 0.029; Exact logistic p = 0.056; Sign test p = 0.300; "
        "N = 22; 1 of 2 deciding methods tell it from no effect."
    )
    assert (said.exhibits, said.cells) == (("table03_models",), ("x",))


def test_points_are_said_as_they_are_and_huge_factors_as_infinite():
    points = answer(
        row(-0.02, -0.33, 0.3), prediction=other(scale="points", words="it is {size} points")
    )
    assert "it is −0.02 points (95 % interval −0.33 to 0.30" in points.sentence
    assert "0.00 to ∞" in answer(row(-0.1, -math.inf, 1e4)).sentence


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ((), "it is not among the estimates"),
        ((row(1, 0, 2), row(1, 0, 2)), "it is not among the estimates"),
        (
            (row(NAN, NAN, NAN, NAN, note="the outcome is 1 in all 22 observations"),),
            "the outcome is 1 in all",
        ),
        ((row(NAN, NAN, NAN, NAN),), "no reason given"),
    ],
)
def test_a_missing_number_is_named_with_its_reason(rows, reason):
    said = answer(*rows)
    assert said.verdict is Verdict.NONE
    assert "Firth's logit, model M1, term x" in said.sentence
    assert reason in said.sentence
    assert said.details == ()


def test_every_hypothesis_of_the_plan_is_asked_once_about_codes_that_exist():
    assert [claim.name for claim in CLAIMS] == ["H1", "H2", "H3", "H4", "H5", "R1", "R2", "S1"]
    predictions = [prediction for claim in CLAIMS for prediction in claim.predictions]
    assert {cell for p in predictions for cell in p.cells} <= set(
        read_codebook(paths.CODEBOOK).cells
    )
    assert {p.sample for p in predictions} <= set(read_samples(paths.SPECIFICATIONS))
    assert all("{size}" in p.words and p.cells for p in predictions)


def test_predictions_about_models_of_the_plan_name_an_effect_of_that_model():
    models = read_models(paths.SPECIFICATIONS)
    asked = [p for claim in CLAIMS for p in claim.predictions if p.model in models]
    assert len(asked) >= 7
    for prediction in asked:
        model = models[prediction.model]
        assert prediction.term in model.effects
        assert (prediction.sample, prediction.outcome) == (model.sample, model.outcome)


def test_without_any_estimate_nothing_is_said_of_the_data():
    said = answers([])
    assert len(said) == len(CLAIMS)
    assert {one.verdict for one in said} == {Verdict.NONE}
    assert all("missing" in one.sentence for one in said)
