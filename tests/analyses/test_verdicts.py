"""Rules of the verdicts by hand, and the list of cases in which codes and model part ways."""

import pandas as pd
import pytest
from comparative_data import BOOK, M3, SAMPLES, compared, tables

from replication import paths
from replication.analyses.configurations import solutions
from replication.analyses.selection import case_fit, fit_headline
from replication.analyses.set_data import read_qca_plan
from replication.analyses.timing import timing_tests
from replication.analyses.verdicts import (
    KINDS,
    combined,
    disagreements,
    read_claims,
    signed_verdict,
    verdicts,
)

CLAIMS = read_claims(paths.SPECIFICATIONS / "verdicts.yaml")
KEYS = ("model", "sample", "outcome", "estimator", "term")


@pytest.mark.parametrize(
    ("said", "one"),
    [
        (["for", "for"], "for"), (["for", "leans for"], "leans for"), (["for", "no answer"], "leans for"),
        (["for", "leans against"], "divided"), (["against"], "against"), (["no answer"], "no answer"),
        ([], "no answer"), (["divided", "for"], "divided"),
    ],
)  # fmt: skip
def test_several_verdicts_make_one(said, one):
    assert combined(said) == one


def test_signs():
    assert signed_verdict(-0.2, -1, sure=True) == "for"
    assert signed_verdict(-0.2, 1, sure=False) == "leans against"
    assert signed_verdict(float("nan"), 1, sure=True) == "no answer"
    assert signed_verdict(0.0, 1, sure=False) == "divided"


def estimates(value, low, high, p):
    rows = [
        {**{k: s[k] for k in KEYS}, "estimate": s["no_effect"] + value, "conf_low": s["no_effect"] + low,
         "conf_high": s["no_effect"] + high, "p_value": p, "note": ""}
        for claim in CLAIMS for s in claim["statistics"]
    ]  # fmt: skip
    return pd.DataFrame(rows).drop_duplicates(list(KEYS))


def judged(derived, frame, **other):
    cases = tables(derived, **other)["cases"]
    plan = read_qca_plan(paths.SPECIFICATIONS / "qca.yaml", SAMPLES)
    found = verdicts(
        CLAIMS,
        compared(tables(derived, **other)),
        frame,
        solutions(cases, plan, SAMPLES),
        timing_tests(cases),
    )
    return found.pivot_table(index="claim", columns="kind", values="verdict", aggfunc="first")


def test_statistics_follow_sign_and_interval(derived):
    up = judged(derived, estimates(1.0, 0.5, 1.5, 0.01))["statistics"]
    assert (up["H1"], up["H4"], up["H5"], up["S1"]) == ("for", "against", "against", "against")
    unsure = judged(derived, estimates(1.0, -0.5, 1.5, 0.3))["statistics"]
    assert (unsure["H1"], unsure["S1"]) == ("leans for", "leans against")


def test_a_missing_estimate_is_named_not_guessed(derived):
    frame = estimates(1.0, 0.5, 1.5, 0.01)
    without = frame[frame["model"] != "M1"]
    assert judged(derived, without)["statistics"]["H1"] == "no answer"
    assert judged(derived, frame.head(0))["statistics"].eq("no answer").all()


@pytest.mark.parametrize("other", [{"keep": 0}, {"keep": 3}, {"marked": []}])
def test_no_cases_no_answer(derived, other):
    found = judged(derived, estimates(1.0, 0.5, 1.5, 0.01), **other)
    assert set(found.columns) == set(KINDS)
    assert found["original cases"].eq("no answer").all()


def test_every_row_of_the_specification_names_what_exists(derived):
    table = compared(tables(derived))
    known = set(zip(table["theory"], table["observable"], strict=True))
    tests = set(timing_tests(tables(derived)["cases"])["test"])
    conditions = set(read_qca_plan(paths.SPECIFICATIONS / "qca.yaml", SAMPLES).names)
    for claim in CLAIMS:
        assert {(c["theory"], c["observable"]) for c in claim["cases"]} <= known
        assert set(claim["timing"]) <= tests
        assert set(claim["sets"]) <= conditions


def test_disagreements_are_the_cases_on_the_wrong_side(derived):
    found = tables(derived)
    fit = case_fit(fit_headline(found["cases"], M3, SAMPLES))
    listed = disagreements(fit, found["codings"], found["evidence"], BOOK)
    wrong = fit[(fit["left_out"] - fit["outcome"]).abs() > 0.5]
    assert set(listed["case_id"]) == set(wrong["case_id"])
    assert (listed.groupby("case_id").size() == 3).all()
    statements = found["evidence"].set_index("evidence_id")["statement"]
    cited = listed[listed["item"] != ""]
    assert (cited["statement"] == statements[cited["item"]].to_numpy()).all()
