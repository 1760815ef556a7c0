"""What cannot stand together in a case file, by rows of data; and the released cases held against them."""

import dataclasses
from datetime import date

import pytest

from replication import paths
from replication.analyses.case_checks import check_cases_against_known
from replication.analyses.contradictions import FAULT, NOTE, findings, read_contradictions
from replication.analyses.known_names import name_faults, read_administrations
from replication.casefile import load_cases
from replication.casefile.model import Fact
from replication.codebook import read_codebook

BOOK = read_codebook(paths.CODEBOOK)
RULES = read_contradictions(paths.SPECIFICATIONS / "contradictions.yaml", BOOK)
TERMS = read_administrations(paths.SPECIFICATIONS / "administrations.yaml")
CASES = {case.case_id: case for case in load_cases(paths.CASES, BOOK)}


def changed(case_id="libya_2011", codes=None, facts=None, **identity):
    case = CASES[case_id]
    agreed = {
        name: dataclasses.replace(cell, code=(codes or {}).get(name, cell.code))
        for name, cell in case.agreed.items()
    }
    values = {name: Fact(value, (), False, None) for name, value in (facts or {}).items()}  # noqa: FBT003
    return dataclasses.replace(
        case,
        identity={**case.identity, **identity},
        facts={**case.facts, **values},
        codings={**case.codings, "agreed": agreed},
    )


@pytest.mark.parametrize(
    ("change", "weight", "place", "words"),
    [
        ({"codes": {"humanitarian_purpose": 0}}, FAULT, "humanitarian_purpose", "0 does not fit sample intervention"),
        ({"sample": "comparison"}, FAULT, "humanitarian_purpose", "does not fit sample comparison"),
        ({"sample": "considered"}, FAULT, "date_action", "2011-03-19 does not fit sample considered"),
        ({"codes": {"io_venue": ()}}, FAULT, "io_venue", "none does not fit io_sought 3"),
        ({"facts": {"date_trigger": "2011-04-00"}}, FAULT, "date_trigger", "is later than decision_date"),
        ({"facts": {"date_endorsement": "1939-09-01"}}, FAULT, "date_endorsement", "more than 10 years from"),
        ({"facts": {"date_endorsement": "2011-04-01"}}, NOTE, "date_endorsement", "is later than date_action"),
        ({"facts": {"date_endorsement": None}}, NOTE, "date_endorsement", "null does not fit io_obtained 2"),
        ({"facts": {"us_troops_peak": 9000}}, NOTE, "us_troops_peak", "9000 is more than coalition_troops_peak, 8000"),
    ],
)  # fmt: skip
def test_each_contradiction_is_found_with_its_weight_place_and_reason(change, weight, place, words):
    found = list(findings(changed(**change), RULES, BOOK))
    assert any(w == weight and place in p and words in message for w, p, message in found), found


def test_a_date_whose_day_is_unknown_is_not_said_to_be_out_of_order():
    assert list(findings(changed(facts={"date_trigger": "2011-03-00"}), RULES, BOOK)) == []
    assert list(findings(changed(), RULES, BOOK)) == []


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        ({"administration": "Barack Obama"}, "did you mean Obama?"),
        ({"administration": "Xyz"}, "'Xyz' is not known. Allowed: G.H.W. Bush, Clinton"),
        ({"president_party": "R"}, "allowed: D, the party of Obama"),
        ({"decision_date": "2017-02-00"}, "allowed: 2009-01-20 to 2017-01-20, when Obama decided"),
        ({"crisis_family": "lybia"}, "did you mean"),
        ({"administration": "Trump", "president_party": "R", "decision_date": "2022-01-01"},
         "allowed: 2017-01-20 to 2021-01-20 or 2025-01-20 to today"),
    ],
)  # fmt: skip
def test_names_that_would_make_a_new_cluster_are_asked_about(identity, words):
    [(_, message)] = name_faults(changed(**identity), TERMS, {"libya": "Africa"})
    assert words in message


def test_a_month_in_which_two_decided_fits_both():
    for name, party in (("G.W. Bush", "R"), ("Obama", "D")):
        case = changed(administration=name, president_party=party, decision_date="2009-01-00")
        assert list(name_faults(case, TERMS, {"libya": "Africa"})) == []


def test_the_released_cases_have_no_fault_and_few_notes():
    faults, notes = check_cases_against_known(
        CASES.values(), paths.SPECIFICATIONS, BOOK, {}, date(2026, 12, 31)
    )
    assert faults == []
    assert len(notes) < len(CASES)


def test_an_order_may_hold_under_a_condition_only():
    change = {"facts": {"date_endorsement": "2011-04-01"}}
    for code, found in ((2, 1), (0, 0)):
        told = findings(changed(codes={"io_obtained": code}, **change), RULES, BOOK)
        assert sum("later than date_action" in message for *_, message in told) == found
