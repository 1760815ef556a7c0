"""Sentences that answer the hypotheses: worded by sign and interval, true whatever the data say."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replication.report.answers import Verdict, answers, combined, verdict_of
from replication.report.claims import CLAIMS, Claim, Prediction

NAN = math.nan
PREDICTION = Prediction(
    model="M1", sample="intervention", outcome="sought", estimator="firth", term="x", expected=1,
    rising="x multiplies the odds by {size}", falling="x divides the odds by {size}", checks=("exact", "permutation"),
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


def answer(*rows, prediction=PREDICTION):
    return answers(rows, [Claim("H1", "Title", "Claim.", (prediction,))])[0]


@pytest.mark.parametrize(
    ("estimate", "low", "high", "p", "verdict"),
    [
        (1.5, 0.1, 3.5, 0.03, Verdict.FOR),
        (1.5, 0.1, math.inf, 0.03, Verdict.FOR),
        (1.5, -0.1, 3.5, 0.06, Verdict.LEANS_FOR),
        (1.5, NAN, NAN, 0.03, Verdict.FOR),
        (1.5, NAN, NAN, 0.06, Verdict.LEANS_FOR),
        (1.5, NAN, NAN, NAN, Verdict.LEANS_FOR),
        (-1.5, -3.0, 0.1, 0.06, Verdict.LEANS_AGAINST),
        (-1.5, -3.0, -0.1, 0.03, Verdict.AGAINST),
        (-1.5, -math.inf, -0.1, 0.03, Verdict.AGAINST),
        (NAN, NAN, NAN, NAN, Verdict.NONE),
    ],
)
def test_verdict_follows_sign_and_interval(estimate, low, high, p, verdict):
    assert verdict_of(row(estimate, low, high, p), PREDICTION) is verdict


@given(*[st.floats(0.01, 5)] * 3)
def test_turning_the_prediction_round_turns_the_verdict_round(middle, below, above):
    other = Prediction(**{**vars(PREDICTION), "expected": -1})
    turned = {
        Verdict.FOR: Verdict.AGAINST,
        Verdict.LEANS_FOR: Verdict.LEANS_AGAINST,
        Verdict.AGAINST: Verdict.FOR,
        Verdict.LEANS_AGAINST: Verdict.LEANS_FOR,
    }
    estimates = row(middle, middle - below, middle + above)
    assert verdict_of(estimates, other) is turned[verdict_of(estimates, PREDICTION)]


def test_a_chance_is_judged_against_one_half():
    chance = Prediction(**{**vars(PREDICTION), "scale": "chance", "expected": -1})
    assert verdict_of(row(0.3, NAN, NAN, 0.01), chance) is Verdict.FOR
    assert verdict_of(row(0.3, NAN, NAN, 0.2), chance) is Verdict.LEANS_FOR
    assert verdict_of(row(0.7, NAN, NAN, 0.2), chance) is Verdict.LEANS_AGAINST


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ("FOR FOR", "FOR"),
        ("FOR LEANS_FOR", "LEANS_FOR"),
        ("FOR NONE", "LEANS_FOR"),
        ("LEANS_FOR NONE", "LEANS_FOR"),
        ("AGAINST AGAINST", "AGAINST"),
        ("AGAINST NONE", "LEANS_AGAINST"),
        ("FOR AGAINST", "DIVIDED"),
        ("LEANS_FOR LEANS_AGAINST", "DIVIDED"),
        ("FOR LEANS_AGAINST NONE", "DIVIDED"),
        ("NONE NONE", "NONE"),
    ],
)
def test_several_predictions_give_one_verdict(verdicts, expected):
    for order in itertools.permutations(verdicts.split()):
        assert combined([Verdict[name] for name in order]) is Verdict[expected]


def test_sentence_holds_the_numbers_of_the_estimates():
    said = answer(row(1.5449, 0.1433, 3.4933, 0.0287), row(NAN, NAN, NAN, 0.0412, "exact"))
    assert said.sentence == (
        "The data speak for it: x multiplies the odds by 4.69 (Firth's logit, log-odds 1.54, 95 % interval 0.14 to "
        "3.49, p = 0.029, exact logistic p = 0.041, N = 22)."
    )
    assert said.exhibits == ("table03_models",)


def test_a_negative_estimate_is_said_as_one():
    said = answer(row(-math.log(2), -2.0, 0.3, 0.2)).sentence
    assert said.startswith(
        "The data lean against it without settling it: x divides the odds by 2.00 ("
    )


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


def test_every_hypothesis_of_the_plan_is_asked_once():
    assert [claim.name for claim in CLAIMS] == ["H1", "H2", "H3", "H4", "H5", "R1", "R2", "S1"]


def test_answers_without_any_estimate_are_eight_and_say_nothing_of_the_data():
    said = answers([])
    assert len(said) == len(CLAIMS)
    assert {one.verdict for one in said} == {Verdict.NONE}
    assert all("missing" in one.sentence for one in said)
