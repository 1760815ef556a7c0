"""Weights of evidence: sums, what carries them, probabilities and agreement, by hand."""

import numpy as np
import pandas as pd
import pytest

from replication import paths
from replication.analyses.cases.weights import (
    MEAN,
    ODDS,
    OVERALL,
    probability,
    weight_agreement,
    weight_items,
    weight_sums,
)
from replication.casefile import load_cases
from replication.codebook import read_codebook
from replication.dataset import build

BOOK = read_codebook(paths.CODEBOOK)
ITEMS = ["x-e1", "x-e2", "x-e3", "x-e4"]
CASES = pd.DataFrame({"case_id": ["x"], "case_title": ["X"]})
EVIDENCE = pd.DataFrame(
    {"evidence_id": ITEMS, "case_id": "x", "statement": list("abcd"), "theory_author": [0, 1, 0, 0]}
)


def weights(rival="norms", **passes):
    return pd.DataFrame(
        [
            {"case_id": "x", "coding": name, "rival": rival, "evidence_id": item, "decibels": value, "why": "w"}
            for name, values in passes.items()
            for item, value in zip(ITEMS, values, strict=False)
        ],
        columns=["case_id", "coding", "rival", "evidence_id", "decibels", "why"],
    )  # fmt: skip


def test_weights_are_added_and_the_heaviest_items_named():
    given = weights(one=[10, 3, -20, 0], two=[10, 3, -10, 3])
    sums = weight_sums(given, CASES, EVIDENCE, BOOK).set_index("coding")
    assert list(sums.index) == ["one", "two", MEAN]
    assert sums["decibels"].to_dict() == {"one": -7, "two": 6, MEAN: -0.5}
    assert sums["decibels_independent"].to_dict() == {"one": -10, "two": 3, MEAN: -3.5}
    assert sums.loc["one", ["carried_by", "carried_decibels"]].tolist() == ["x-e3;x-e1;x-e2", -7]
    # Equal weights stand in the order of the file, and items of weight 0 carry nothing.
    assert sums.loc["two", "carried_by"] == "x-e1;x-e3;x-e2"
    assert sums.loc["one", ["n_for", "n_against", "items"]].tolist() == [2, 1, 4]
    level = weight_sums(weights(one=[0, 0, 0, 0]), CASES, EVIDENCE, BOOK).iloc[0]
    assert (level["carried_by"], level["decibels"], level["probability_1_to_1"]) == ("", 0, 0.5)


def test_ten_decibels_are_a_factor_of_ten_on_the_odds():
    assert probability(0, 1) == 0.5
    assert probability(10, 1) == pytest.approx(10 / 11)
    assert probability(10, 1 / 9) == pytest.approx(10 / 19)
    assert probability(-30, 9) == pytest.approx(9 / 1009)
    sums = weight_sums(weights(one=[10, 0, 0, 0]), CASES, EVIDENCE, BOOK).iloc[0]
    for name, odds in ODDS.items():
        assert sums[name] == pytest.approx(probability(10, odds))
    assert probability(sums["decibels"], 10 ** (sums["even_odds"] / 10)) == pytest.approx(0.5)


def test_a_pass_that_leaves_an_item_out_is_not_added_up():
    given = weights(one=[10, 3, 0, 0], two=[10, 3])
    assert weight_sums(given, CASES, EVIDENCE, BOOK)["coding"].tolist() == ["one"]
    assert len(weight_items(given, EVIDENCE)) == 4
    assert weight_sums(weights(two=[10]), CASES, EVIDENCE, BOOK).empty


def test_agreement_counts_equal_weights_sides_and_distance():
    given = weights(one=[10, 3, -20, 0], two=[10, -3, -10, 0])
    found = weight_agreement(given).set_index(["rival", "case_id"]).loc[(OVERALL, OVERALL)]
    assert found["n_units"] == 4
    assert found["agreement"] == 0.5
    assert found["same_side"] == 0.75
    assert found["opposite"] == 0.25
    assert found["difference"] == 4
    assert weight_agreement(weights(one=[10, 3, 0, 0])).empty
    assert weight_agreement(weights()).empty


def test_three_passes_are_compared_pair_by_pair():
    given = weights(one=[0, 0, 0, 0], two=[0, 0, 0, 3], three=[0, 0, 0, -3])
    found = weight_agreement(given).set_index(["rival", "case_id"]).loc[(OVERALL, OVERALL)]
    assert found["opposite"] == pytest.approx(1 / 12)
    assert found["difference"] == pytest.approx((3 + 3 + 6) / 12)


def test_the_passes_of_the_traced_cases_are_whole_and_on_the_scale():
    four = [case for case in load_cases(paths.CASES, BOOK) if case.identity["recchia_case"]]
    for case in four:
        assert list(case.weights) == ["pass_1", "pass_2"]
        for rivals in case.weights.values():
            assert list(rivals) == list(BOOK.weights.rivals)
            for items in rivals.values():
                assert list(items) == list(case.evidence)
                assert all(weight.why for weight in items.values() if weight.decibels)
    frames = build(four, BOOK)
    assert set(frames["weights"]["decibels"]) <= set(BOOK.weights.scale.values)
    sums = weight_sums(frames["weights"], frames["cases"], frames["evidence"], BOOK)
    assert len(sums) == len(four) * len(BOOK.weights.rivals) * 3
    plain = frames["weights"].groupby(["case_id", "rival", "coding"])["decibels"].sum()
    for row in sums[sums["coding"] != MEAN].itertuples():
        assert row.decibels == plain[row.case_id, row.rival, row.coding]
    assert np.isfinite(sums.select_dtypes("number").to_numpy(float)).all()
