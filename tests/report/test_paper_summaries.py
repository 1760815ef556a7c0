"""Counts and ranges for the prose, against rows small enough to count by hand."""

import numpy as np

from replication.estimators.rank import rank_test
from replication.report.paper_summaries import (
    adjusted_counts,
    agreement_of_methods,
    case_counts,
    designs_at_hand,
    dispute_counts,
    evidence_counts,
    forecast_gains,
    influence_ranges,
    overturned,
    payoff_sizes,
    position_counts,
    set_solutions,
    sizes_of_tests,
    source_counts,
    weightiest_choices,
)


def case(case_id, sample="intervention", **values):
    usual = {
        "case_title": f"{case_id.capitalize()} 1999 (Operation)", "year": "1999", "recchia_case": "0",
        "sought": "0", "crisis_family": "f", "administration": "A", "followon_us_share": "",
    }  # fmt: skip
    return {"case_id": case_id, "sample": sample, **usual, **values}


CASES = [
    case("haiti", recchia_case="1", sought="1", year="1994"),
    case("gaza", year="2024", crisis_family="g", administration="B", followon_us_share="0.5"),
    case("sudan", "considered", sought=""),
]


def test_cases_are_counted_by_sample():
    counts = case_counts(CASES)
    assert counts["all"]["n"] == "3"
    assert counts["intervention"]["n"] == "2"
    assert counts["considered"]["n_sought"] == "0"
    assert (counts["all"]["first_year"], counts["all"]["last_year"]) == ("1994", "2024")
    assert (counts["all"]["n_families"], counts["all"]["n_administrations"]) == ("2", "2")
    assert counts["all"]["original"] == "Haiti 1999"
    assert counts["all"]["n_original_sought"] == counts["all"]["n_original"] == "1"
    assert counts["all"]["n_share_known"] == "1"


def test_without_cases_there_is_a_reason():
    assert case_counts([])["all"]["note"] == "there is no such case"


def test_items_sources_and_disputes_are_counted():
    marks = {"consulted": "1", "absence": "0", "theory_author": "1", "after_decision": "0"}
    counts = evidence_counts([marks, {**marks, "theory_author": "0"}, dict.fromkeys(marks, "0")])
    assert {name: row["n"] for name, row in counts.items()} == {
        "all": "3", "consulted": "2", "absence": "0", "theory_author": "1", "after_decision": "0",
    }  # fmt: skip
    assert source_counts([{"consulted": "1"}, {"consulted": "0"}])["all"]["n_consulted"] == "1"
    kinds = dispute_counts(
        [
            {"kind": "different codes"},
            {"kind": "one found no evidence"},
            {"kind": "different codes"},
        ]
    )
    assert (kinds["all"]["n"], kinds["different codes"]["n"]) == ("3", "2")
    assert dispute_counts([])["one found no evidence"]["n"] == "0"


def test_positions_known_are_counted_by_sample_and_actor():
    actors = [
        {"case_id": "haiti", "actor": "military", "io": "2", "force": "-1"},
        {"case_id": "gaza", "actor": "military", "io": "", "force": "1"},
        {"case_id": "sudan", "actor": "military", "io": "0", "force": ""},
    ]
    counts = position_counts(CASES, actors)
    assert counts["all.military.io"] == {
        "n": "2",
        "n_cases": "3",
        "share": repr(2 / 3),
        "mean": "1.0",
        "note": "",
    }
    assert counts["intervention.military.force"]["mean"] == "0.0"
    assert counts["considered.military.force"]["note"] == "no position is known"


def test_methods_below_five_per_cent_are_counted_without_constants_and_other_estimators():
    row = {"model": "M1", "sample": "s", "term": "x", "estimator": "firth", "p_value": "0.04"}
    rows = [
        row, {**row, "estimator": "exact", "p_value": "0.06"}, {**row, "estimator": "lpm_cr2", "p_value": ""},
        {**row, "term": "const"}, {**row, "estimator": "ordered_logit", "p_value": "0.001"},
    ]  # fmt: skip
    assert agreement_of_methods(rows) == {"M1.s.x": {"n": "2", "n_below": "1", "note": ""}}


def test_gains_over_no_variables():
    row = {
        "model": "none",
        "sample": "s",
        "cases_used": "shared",
        "log_score": "-0.7",
        "log_score_error": "0.1",
        "note": "",
    }
    gains = forecast_gains(
        [row, {**row, "model": "M1", "log_score": "-0.5"}, {**row, "model": "M2", "sample": "t"}]
    )
    assert float(gains["M1.s.shared"]["gain"]) == -0.5 + 0.7
    assert abs(float(gains["M1.s.shared"]["gain_in_errors"]) - 2) < 1e-9
    assert gains["M2.t.shared"]["gain"] == ""
    assert gains["M2.t.shared"]["note"] == "there is no score without variables"


def test_the_design_at_hand_is_the_first_of_its_effect():
    row = {"model": "M1", "term": "x", "effect": "half", "nobs": "22", "exaggeration": "2.9"}
    assert designs_at_hand([row, {**row, "nobs": "30"}])["M1.x.half"]["nobs"] == "22"


def test_methods_beyond_the_simulation_error_are_named():
    row = {
        "model": "M1", "term": "x", "administration_sd": "0.0", "effect": "none", "estimator": "firth",
        "rejected": "0.05", "rejected_error": "0.005",
    }  # fmt: skip
    found = sizes_of_tests([
        row, {**row, "estimator": "lpm_hc3", "rejected": "0.061"}, {**row, "estimator": "exact", "rejected": "0.01"},
        {**row, "estimator": "permutation", "rejected": "0.059"}, {**row, "effect": "half", "rejected": "0.9"},
    ])["M1.x.0.0"]  # fmt: skip
    assert (found["above"], found["below"]) == ("linear (HC3)", "exact logistic")


def test_influence_finds_the_ends_and_counts():
    row = {
        "model": "M1",
        "term": "x",
        "unit": "case",
        "left_out": "haiti",
        "estimate": "1.0",
        "p_value": "0.04",
        "note": "",
    }
    found = influence_ranges(
        [row, {**row, "left_out": "gaza", "estimate": "-0.5", "p_value": "0.5"},
         {**row, "left_out": "sudan", "estimate": "", "p_value": ""},
         {**row, "unit": "family", "left_out": "west_africa"}],
        CASES,
    )  # fmt: skip
    whole = found["M1.x.case"]
    assert (whole["lowest_unit"], whole["highest_unit"]) == ("Gaza 1999", "Haiti 1999")
    assert (whole["n"], whole["n_below"], whole["n_positive"]) == ("3", "1", "1")
    assert found["M1.x.family"]["lowest_unit"] == "West africa"
    empty = influence_ranges([{**row, "estimate": "", "note": "separated"}], CASES)["M1.x.case"]
    assert empty["note"] == "separated"


def test_a_solution_becomes_a_formula_of_its_first_model():
    row = {
        "sets": "crisp", "outcome": "Y", "solution": "parsimonious", "model": "1", "term": "A*B", "n_cases": "3",
        "inconsistent": "gaza", "uncovered": "haiti;sudan", "consistency": "0.9", "coverage": "0.6", "note": "",
    }  # fmt: skip
    found = set_solutions(
        [row, {**row, "term": "~C", "inconsistent": ""}, {**row, "model": "2", "term": "D"}], CASES
    )
    said = found["crisp.Y.parsimonious"]
    assert (said["formula"], said["n_models"]) == ("A*B + ~C", "2")
    assert said["uncovered"] == "Haiti 1999 and Sudan 1999"
    assert (said["inconsistent"], said["n_inconsistent"]) == ("Gaza 1999", "1")


def test_the_smallest_overturning_sets_stand_in_one_row():
    row = {
        "model": "M1", "term": "x", "turns": "significance lost", "size": "1", "exact": "True",
        "cells": "gaza x 1->2", "note": "",
    }  # fmt: skip
    reversal = {**row, "turns": "sign reversed", "size": "4", "exact": "False", "cells": ""}
    cases = [{"case_id": "gaza", "case_title": "Gaza 1999 (airdrops)"}]
    assert overturned([row, reversal], cases)["M1.x"] == {
        "turns": "significance lost", "size": "1", "exact": "True", "cells": "gaza x 1->2",
        "told": "Gaza 1999: X 1 → 2",
        "sign_size": "4", "sign_exact": "False", "note": "",
    }  # fmt: skip
    alone = overturned([{**reversal, "note": "why"}], cases)["M1.x"]
    assert (alone["turns"], alone["note"]) == ("", "why")


def test_the_cases_that_the_test_of_the_pay_off_needs_are_counted():
    """Beside seven, three are enough: two of the 120 ways to choose them; beside four, four; beside one, 40."""
    row = {"model": "H5", "estimator": "rank_test", "sample": "all", "n_events": "7", "nobs": "9"}
    assert payoff_sizes([row])["all"] == {
        "n_endorsed": "7", "n_other": "2", "needed": "3", "note": "",
    }  # fmt: skip
    assert payoff_sizes([{**row, "n_events": "4"}])["all"]["needed"] == "4"
    assert payoff_sizes([{**row, "n_events": "1"}])["all"]["needed"] == "40"
    assert payoff_sizes([{**row, "n_events": "0"}])["all"]["note"]
    for first, second, able in ((7, 3, True), (7, 2, False), (4, 4, True), (4, 3, False)):
        apart = rank_test(np.arange(first) + 10.0, np.arange(second) * 1.0)
        assert (apart.smallest_p < 0.05) == able


def test_the_weightiest_choice_is_the_one_with_the_largest_share():
    row = {"treatment": "x", "choice": "sample", "share": "0.2"}
    found = weightiest_choices(
        [row, {**row, "choice": "form", "share": "0.5"}, {**row, "choice": "coding", "share": ""}]
    )
    assert found["x"] == {"choice": "form of the treatment", "share": "0.5", "note": ""}
    assert weightiest_choices([{**row, "share": ""}])["x"]["note"] == "no curve"


def test_adjusted_p_values_are_counted():
    # Holm's bounds of three tests at 5 %: 0.0167, 0.025, 0.05; Benjamini and Hochberg's: 0.0167, 0.0333, 0.05.
    rows = [
        {"model": f"M{number}", "term": "x", "estimator": estimator, "p_value": p}
        for number, p in enumerate(("0.01", "0.03", "0.2"), start=1)
        for estimator in ("firth", "exact")
    ]
    counts = {name: (row["n"], row["n_below"]) for name, row in adjusted_counts(rows).items()}
    assert counts == {"as it is": ("3", "2"), "holm": ("3", "1"), "benjamini_hochberg": ("3", "2")}
    assert adjusted_counts([])["holm"]["n"] == "0"
