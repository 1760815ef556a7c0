"""Days by hand from the case files, and the questions at every size."""

import numpy as np
import pytest
from comparative_data import tables

from replication.analyses.cases.timing import QUESTIONS, time_cases, timing_tests


def test_days_of_known_and_half_known_dates(derived):
    times = time_cases(tables(derived)["cases"]).set_index(["case_id", "event"])
    somalia = times.loc[("somalia_1992", "endorsement")]
    assert (somalia["days_low"], somalia["days_high"], somalia["order"]) == (6, 6, "before")
    kosovo = times.loc[("kosovo_1999", "request")]
    assert (kosovo["days_low"], kosovo["days_high"]) == (267, 296)
    assert times.loc[("somalia_airlift_1992", "endorsement"), "order"] == "after"
    assert times.loc[("gaza_2024", "endorsement"), "order"] == "none came"
    assert times.loc[("burundi_1996", "action"), "reference"] == "decision"


def test_derived_days_agree_where_both_days_are_known(derived):
    cases = tables(derived)["cases"].set_index("case_id")["days_endorsement_to_action"].dropna()
    times = time_cases(tables(derived)["cases"]).set_index(["case_id", "event"])
    ours = times.xs("endorsement", level="event")["days_low"]
    assert ours[cases.index].tolist() == cases.tolist()


def test_more_evidence_of_earliness_never_raises_the_one_sided_p(derived):
    cases = tables(derived)["cases"]
    base = timing_tests(cases).set_index("test")
    earlier = cases.copy()
    place = earlier["case_id"] == "libya_2011"
    earlier.loc[place, "date_endorsement"] = "2010-01-01"
    changed = timing_tests(earlier).set_index("test")
    name = "endorsement, where one came"
    assert changed.loc[name, "p_earlier"] <= base.loc[name, "p_earlier"]
    assert changed.loc[name, "statistic"] > base.loc[name, "statistic"]


@pytest.mark.parametrize("count", [0, 1, 5])
def test_few_cases(derived, count):
    cases = tables(derived, keep=count)["cases"]
    assert len(time_cases(cases)) == 3 * count
    assert len(timing_tests(cases)) == len(QUESTIONS)


def test_one_level_of_opposition_gives_a_reason(derived):
    cases = tables(derived)["cases"].assign(military_opposition=2)
    tests = timing_tests(cases)
    assert set(tests["note"]) == {"one group is empty"}
    assert np.isnan(tests["p_value"]).all()
