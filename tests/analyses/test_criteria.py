"""The four criteria of the plan, scored from made-up results whose score is plain, and from the results as they are."""

import pandas as pd
import pytest

from replication import paths
from replication.analyses.claims.criteria import COLUMNS, criteria
from replication.analyses.claims.reading import read_claims
from replication.tables import read_table

CLAIMS = read_claims(paths.SPECIFICATIONS)
BY_NAME = {claim.claim: claim for claim in CLAIMS}


def estimates(value=1.5, low=0.2, high=3.0, p=0.01, checks=0.01, smallest=0.001):
    """Rows for the first prediction of each claim asked about, side and width as given."""
    rows = []
    for name in ("H1", "H2", "H4"):
        asked = BY_NAME[name].statistics[0]
        keys = {key: getattr(asked, key) for key in ("model", "sample", "outcome", "term")}
        ends = sorted((asked.expected * low, asked.expected * high))
        numbers = {"estimate": asked.expected * value, "conf_low": ends[0], "conf_high": ends[1]}
        rows.append({**keys, "estimator": asked.estimator, **numbers, "p_value": p, "nobs": 20})
        rows += [
            {**keys, "estimator": check, "p_value": checks, "nobs": 20, "smallest_p": smallest}
            for check in asked.checks
        ]
    return pd.DataFrame(rows)


def scores(theory=-0.6, rivals=-0.8, framing=-0.7):
    found = {"M3": theory, "M5": rivals, "R1": framing, "none": -0.74}
    return pd.DataFrame(
        [{"model": m, "cases_used": "shared", "log_score": s, "nobs": 20} for m, s in found.items()]
    )


def joint(median=0.01, share=0.01):
    return pd.DataFrame(
        [
            {"treatment": t, "statistic": s, "observed": 0.5, "p_value": p, "n_specifications": 9}
            for t in ("military_opposition", "stabilization_burden")
            for s, p in (("median", median), ("significant_share", share))
        ]
    )


def scored(*found):
    table = criteria(CLAIMS, *found)
    assert tuple(table) == COLUMNS
    return table.set_index(["criterion", "about"])["score"]


def test_a_theory_that_does_well_meets_none():
    assert set(scored(estimates(), scores(), joint())) == {"not met"}


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ({"value": -1.5, "low": -3.0, "high": -0.2}, "met"),
        ({"low": -0.2, "p": 0.2, "checks": 0.3}, "met"),
        ({"checks": 0.06}, "in part"),
        ({"checks": 0.05}, "in part"),
    ],
)
def test_effects_near_zero_or_reversed(changes, score):
    found = scored(estimates(**changes), scores(), joint())
    assert found["effects", "H1"] == found["effects", "H2"] == score


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ({"value": -1.5, "low": -3.0, "high": -0.2}, "met"),
        ({"value": -1.5, "low": -3.0, "high": 0.2, "checks": 0.3}, "in part"),
        ({"value": 0.01, "low": -1.0, "high": 1.0, "checks": 0.9}, "open"),
        ({"smallest": 0.5, "checks": 0.9}, "open"),
    ],
)
def test_advocates(changes, score):
    assert scored(estimates(**changes), scores(), joint())["advocates", "H4"] == score


@pytest.mark.parametrize(
    ("changes", "score"),
    [({"theory": -0.9}, "met"), ({"theory": -0.75}, "in part"), ({"theory": float("nan")}, "open")],
)
def test_forecasts(changes, score):
    assert scored(estimates(), scores(**changes), joint())["forecasts", "all"] == score


@pytest.mark.parametrize(
    ("changes", "score"),
    [({"median": 0.098, "share": 0.09}, "met"), ({"median": 0.05}, "in part"), ({}, "not met")],
)
def test_a_multiverse_that_chance_can_give_counts_against_the_theory(changes, score):
    assert scored(estimates(), scores(), joint(**changes))["multiverse", "H1"] == score


def test_without_results_every_criterion_is_open():
    nothing = (estimates().head(0), scores().head(0), joint().head(0))
    assert set(scored(*nothing)) == {"open"}


def test_the_stored_score_of_the_multiverse_is_that_of_the_stored_tests():
    stored = read_table(paths.RESULTS / "criteria.csv").set_index(["criterion", "about"])
    tests = read_table(paths.RESULTS / "multiverse_joint_test.csv").set_index(
        ["treatment", "statistic"]
    )
    for about, treatment in (("H1", "military_opposition"), ("H2", "stabilization_burden")):
        below = [
            tests.loc[(treatment, s), "p_value"] < 0.05 for s in ("median", "significant_share")
        ]
        expected = "not met" if all(below) else "in part" if any(below) else "met"
        assert stored.loc[("multiverse", about), "score"] == expected
