"""Probabilities without each case against fits by hand, and rankings at every size."""

import numpy as np
import pytest
from comparative_data import BOOK, M3, SAMPLES, tables
from scipy.special import expit

from replication.analyses.cases.selection import (
    FIRST,
    RECOMMENDING,
    case_fit,
    fit_headline,
    next_cases,
    rank_cases,
    standings,
)
from replication.estimators.firth import fit_firth


@pytest.fixture(scope="module")
def fits(derived):
    return fit_headline(tables(derived)["cases"], M3, SAMPLES)


def test_probability_without_the_case_is_that_of_a_fit_without_it(fits):
    frame = case_fit(fits).set_index("case_id")
    data = fits.data
    for case_id in ("iraq_kurds_1991", "liberia_2003"):
        place = list(data.cases["case_id"]).index(case_id)
        kept = np.arange(len(data.outcome)) != place
        fit = fit_firth(data.outcome[kept], data.design[kept], data.terms)
        by_hand = expit(fit.estimate[0] + data.design[place] @ fit.estimate[1:])
        assert frame.loc[case_id, "left_out"] == pytest.approx(by_hand)
        assert frame.loc[case_id, "residual"] == pytest.approx(data.outcome[place] - by_hand)


def test_next_cases_are_new_and_recommended_by_rules(fits):
    ranks = rank_cases(fits)
    following = next_cases(ranks, fits)
    marked = set(fits.data.cases.loc[fits.data.cases["recchia_case"] == 1, "case_id"])
    assert not marked & set(following["case_id"])
    assert following["n_rules"].is_monotonic_decreasing
    for row in following.to_dict("records"):
        own = ranks[(ranks["case_id"] == row["case_id"]) & ranks["rank"].between(1, FIRST)]
        assert row["n_rules"] == own["rule"].isin(RECOMMENDING).sum()
        assert len(row["reasons"].split("; ")) >= row["n_rules"]


def test_pairs_differ_in_the_treatment(fits):
    ranks = rank_cases(fits)
    pairs = ranks[(ranks["rule"] == "most similar") & (ranks["partner"] != "")]
    codes = fits.data.cases.set_index("case_id")
    for row in pairs.to_dict("records"):
        one, other = (codes.loc[row[key], row["treatment"]] >= 2 for key in ("case_id", "partner"))
        assert one != other


def test_standings_run_from_lowest_to_highest(derived):
    found = tables(derived)
    places = standings(found["cases"], found["actors"], BOOK, SAMPLES.values())
    assert places["place"].dropna().between(0, 1).all()
    row = places[
        (places["case_id"] == "kosovo_1999") & (places["variable"] == "stabilization_burden")
    ]
    cases = found["cases"].set_index("case_id")
    own = cases.loc["kosovo_1999", "stabilization_burden"]
    part = cases.loc[cases["sample"] == "intervention", "stabilization_burden"].dropna()
    expected = ((part < own).sum() + ((part == own).sum() - 1) / 2) / (len(part) - 1)
    assert row.set_index("sample").loc["intervention", "place"] == pytest.approx(expected)


@pytest.mark.parametrize("count", [0, 1, 7])
def test_few_cases(derived, count):
    found = tables(derived, keep=count)
    few = fit_headline(found["cases"], M3, SAMPLES)
    frame = case_fit(few)
    assert len(frame) == len(few.data.outcome)
    assert (frame["note"] != "").all() or np.isfinite(frame["left_out"]).any() or not len(frame)
    next_cases(rank_cases(few), few)
    standings(found["cases"], found["actors"], BOOK, SAMPLES.values())
