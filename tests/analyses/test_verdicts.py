"""Rules of the verdicts by hand, and the list of cases in which codes and model part ways."""

import csv

import pandas as pd
import pytest
from comparative_data import BOOK, M3, SAMPLES, compared, tables
from given_results import GivenResults

from replication import paths
from replication.analyses.cases.configurations import solutions
from replication.analyses.cases.selection import case_fit, fit_headline
from replication.analyses.cases.set_data import read_qca_plan
from replication.analyses.cases.timing import timing_tests
from replication.analyses.claims.disagreements import disagreements
from replication.analyses.claims.reading import read_claims
from replication.analyses.claims.verdicts import KINDS, verdict_of_mean, verdict_of_share, verdicts
from replication.exhibits.tables import verdicts_table
from replication.report.answers import answers
from replication.tables import read_table

CLAIMS = read_claims(paths.SPECIFICATIONS)
NO_TYPES = pd.DataFrame(columns=["claim", "evidence"])
SUPPORT = pd.DataFrame({"claim": ["H5"], "share_thin": [0.2]})
KEYS = ("model", "sample", "outcome", "estimator", "term")


@pytest.mark.parametrize(
    ("mean", "verdict"),
    [(1, "for"), (0.5, "for"), (0.2, "leans for"), (0, "divided"), (-0.2, "leans against"), (-0.5, "against")],
)  # fmt: skip
def test_the_mean_of_the_cases_in_a_word(mean, verdict):
    assert verdict_of_mean(mean) == verdict


@pytest.mark.parametrize(
    ("share", "p", "verdict"),
    [(0.8, 0.02, "for"), (0.8, 0.2, "undecided"), (0.2, 0.02, "against"), (float("nan"), 0.02, "no answer")],
)  # fmt: skip
def test_the_share_of_earlier_pairs_in_a_word(share, p, verdict):
    assert verdict_of_share(share, p) == verdict


def estimates(value, low, high, p):
    rows = [
        {**{k: getattr(s, k) for k in KEYS}, "estimate": s.no_effect + value, "conf_low": s.no_effect + low,
         "conf_high": s.no_effect + high, "p_value": p, "nobs": 22, "note": ""}
        for claim in CLAIMS for s in claim.statistics
    ]  # fmt: skip
    return pd.DataFrame(rows).drop_duplicates(list(KEYS))


def joint_tests(p_median=0.01, p_share=0.01, median=0.5):
    rows = [
        {"treatment": treatment, "statistic": statistic, "observed": median, "p_value": p}
        for treatment in ("military_opposition", "stabilization_burden")
        for statistic, p in (("median", p_median), ("significant_share", p_share))
    ]
    return pd.DataFrame(rows)


def judged(derived, frame, joint=None, **other):
    joint = joint_tests() if joint is None else joint
    cases = tables(derived, **other)["cases"]
    plan = read_qca_plan(paths.SPECIFICATIONS / "qca.yaml", SAMPLES)
    found = verdicts(
        CLAIMS,
        compared(tables(derived, **other)),
        frame,
        solutions(cases, plan, SAMPLES),
        timing_tests(cases),
        joint,
        NO_TYPES,
    )
    return found.pivot_table(index="claim", columns="kind", values="verdict", aggfunc="first")


def test_statistics_follow_sign_and_interval(derived):
    up = judged(derived, estimates(1.0, 0.5, 1.5, 0.01))["statistics"]
    assert (up["H1"], up["H4"], up["H5"], up["S1"]) == ("for", "against", "against", "against")
    unsure = judged(derived, estimates(1.0, -0.5, 1.5, 0.3))["statistics"]
    assert (unsure["H1"], unsure["S1"]) == ("undecided", "undecided")


def test_statistics_and_the_sentences_of_the_report_are_judged_alike(derived):
    """The word of the table is the word of the answer, on the estimates as they stand."""
    stored = read_table(paths.OUTPUT / "estimates.csv")
    words = judged(derived, stored)["statistics"]
    with (paths.OUTPUT / "estimates.csv").open(encoding="utf-8", newline="") as file:
        said = answers(list(csv.DictReader(file)), CLAIMS)
    assert {one.claim.claim: str(one.verdict) for one in said} == words.to_dict()


def all_judged(derived, frame, joint):
    cases = tables(derived)["cases"]
    plan = read_qca_plan(paths.SPECIFICATIONS / "qca.yaml", SAMPLES)
    found = verdicts(
        CLAIMS,
        compared(tables(derived)),
        frame,
        solutions(cases, plan, SAMPLES),
        timing_tests(cases),
        joint,
        NO_TYPES,
    )
    return found.set_index(["claim", "kind"])


@pytest.mark.parametrize(
    ("joint", "verdict", "direction"),
    [
        (joint_tests(0.01, 0.02), "for", ""),
        (joint_tests(0.01, 0.09), "leans for", ""),
        (joint_tests(0.098, 0.09), "undecided", "for"),
        (joint_tests(0.05, 0.05), "undecided", "for"),
        (joint_tests(0.01, 0.02, -0.5), "against", ""),
        (joint_tests().head(0), "no answer", ""),
    ],
)
def test_a_multiverse_that_chance_can_give_is_no_evidence_for(derived, joint, verdict, direction):
    found = all_judged(derived, estimates(1.0, 0.5, 1.5, 0.01), joint)
    for claim in ("H1", "H2"):
        row = found.loc[claim, "all specifications"]
        assert (row["verdict"], row["direction"]) == (verdict, direction)
    assert found.loc[("H3", "all specifications"), "verdict"] == "no answer"


def test_what_is_not_independent_of_a_claim_is_shown_and_not_counted(derived):
    found = all_judged(derived, estimates(1.0, 0.5, 1.5, 0.01), joint_tests())
    counted = found["counted"].groupby("kind").unique().map(list)
    assert counted["statistics"] == counted["configurations"] == ["yes"]
    for kind in ("original cases", "timing"):
        assert "yes" not in counted[kind]
    given = {
        "verdicts": found.reset_index(),
        "verdict_rules": pd.DataFrame(columns=["kind", "rule"]),
        "support": SUPPORT,
    }
    table = verdicts_table.make(GivenResults(given), "t")
    [pay_off] = [row for row in table.rows if "(H5)" in row.cells["claim"]]
    assert pay_off.cells["original cases"].value == "for; 2 of 4 observed"
    assert pay_off.cells["together"] == "one kind only, against"
    groups = {column.key: column.group for column in table.columns}
    assert groups["original cases"] == groups["timing"] == "Shown, not counted"


def test_the_outcome_itself_is_no_observation_of_its_cause():
    asked = {observable for claim in CLAIMS for _, observable in claim.cases}
    assert "Is endorsement a condition?" not in asked


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
        assert set(claim.cases) <= known
        assert set(claim.timing) <= tests
        assert set(claim.sets) <= conditions


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
