"""Sentences that answer the hypotheses: worded by rule, true whatever the data say."""

import math

import pytest

from replication import paths
from replication.analyses.claims.judging import Verdict
from replication.analyses.claims.reading import Claim, Prediction, read_claims
from replication.report.answers import answers

NAN = math.nan
PREDICTION = Prediction(
    model="M1", sample="intervention", outcome="sought", estimator="firth", term="x", expected=1, scale="log-odds",
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
    return answers(rows, [Claim("H1", "Label", "Statement.", (), (prediction,), {}, ())])[0]


def other(**changes):
    return Prediction(**{**vars(PREDICTION), **changes})


def test_sentence_and_details_hold_the_numbers_of_the_estimates():
    said = answer(row(1.5449, 0.1433, 3.4933, 0.0287), check(0.0561), check(0.3, "sign_test"))
    assert said.sentence == (
        "The data lean towards it: the odds are 4.69 times as high (95 % interval 1.15 to 32.89, p = 0.029, N = 22)."
    )
    [detail] = said.details
    assert detail == (
        "M1, X: Firth's logit log-odds 1.54 [0.14, 3.49]; p = 0.029; Exact logistic p = 0.056; Sign test p = 0.300; "
        "N = 22; 1 of 2 deciding methods tell it from no effect."
    )
    assert (said.exhibits, said.cells) == (("table03_models",), ("x",))


def test_points_are_said_as_they_are_and_huge_factors_as_infinite():
    points = answer(
        row(-0.02, -0.33, 0.3), prediction=other(scale="points", words="it is {size} points")
    )
    assert "it is −0.02 points (95 % interval −0.33 to 0.30" in points.sentence
    assert "0.00 to ∞" in answer(row(-0.1, -math.inf, 1e4)).sentence


def test_a_limit_beyond_what_a_difference_of_probabilities_can_be_is_explained():
    asked = other(told="firth_ame", words="one step goes with {size} points")
    steep = row(0.3849, 0.0089, 1.1296, estimator="firth_ame")
    said = answer(row(1.5, 0.1, 3.5, 0.044), steep, prediction=asked).sentence
    assert "+38 points (95 % interval +1 to +113, p = 0.044, N = 22, the slope of a curve" in said
    flat = row(0.31, 0.04, 0.5, estimator="firth_ame")
    assert "slope" not in answer(row(1.5, 0.1, 3.5), flat, prediction=asked).sentence


def test_a_test_of_another_size_than_the_estimate_is_named_with_its_own():
    few = {**check(1.0), "smallest_p": "0.5", "nobs": "8"}
    said = answer(row(0.1, -1, 1), few).sentence
    assert "N = 22, the smallest p-value of the exact logistic over its N = 8 is 0.500" in said
    same = answer(row(0.1, -1, 1), {**few, "nobs": "22"}).sentence
    assert "the smallest p-value of the exact logistic at this size is 0.500" in same


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
    assert "Firth's logit, model M1, X" in said.sentence
    assert reason in said.sentence
    assert said.details == ()


def test_without_any_estimate_nothing_is_said_of_the_data():
    claims = read_claims(paths.SPECIFICATIONS)
    said = answers([], claims)
    assert len(said) == len(claims) > 0
    assert {one.verdict for one in said} == {Verdict.NONE}
    assert all("missing" in one.sentence for one in said)


def test_a_claim_without_a_prediction_has_no_answer():
    [said] = answers([], [Claim("H9", "Label", "Statement.", (), (), {}, ())])
    assert said.sentence == "There is no answer: no estimate speaks to it."
    assert (said.verdict, said.sample, said.cells) == (Verdict.NONE, "", ())
