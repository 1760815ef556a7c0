"""What is said of waves follows waves.yaml, with the user's own waves and with cases that no wave names."""

from replication.report.wave_summaries import wave_summaries

EVERY = {"wave": "all", "n_cases": "70", "after_estimates": ""}
FIRST = {"wave": "first", "n_cases": "35", "after_estimates": "0"}
THIRD = {"wave": "third", "n_cases": "19", "after_estimates": "1"}
FIELD = {"wave": "field_2027", "n_cases": "4", "after_estimates": "1"}
LATER = {"wave": "later", "n_cases": "2", "after_estimates": ""}


def agreement(**shares):
    return [
        {"wave": wave, "variable": "every cell", "agreement": share}
        for wave, share in shares.items()
    ]


def test_waves_chosen_with_estimates_are_named_with_their_cases():
    found = wave_summaries(
        [EVERY, FIRST, THIRD, FIELD], agreement(first="0.926", third="0.92", field_2027="0.5")
    )
    assert found["late"]["n"] == "23"
    assert found["late"]["named"] == "the third and field 2027 waves (19 and 4)"
    assert found["late"]["agreement"] == (
        "the third and field 2027 waves the passes gave the same code in 92 % and 50 % of the cells both coded, "
        "against 93 % in the first"
    )
    assert found["unplaced"]["n"] == "0"


def test_a_wave_that_was_coded_once_has_no_agreement():
    found = wave_summaries(
        [EVERY, FIRST, THIRD, FIELD], agreement(first="0.9", third="0.92", field_2027="")
    )
    assert found["late"]["agreement"].startswith(
        "the third wave the passes gave the same code in 92 % of"
    )
    assert found["late"]["n_agreement"] == "1"


def test_cases_of_no_wave_are_counted_by_themselves():
    found = wave_summaries([EVERY, FIRST, THIRD, LATER], agreement(all="0.9"))
    assert found["late"]["named"] == "the third wave (19)"
    assert found["unplaced"]["n"] == "2"
    assert found["late"]["n_agreement"] == "0"


def test_without_late_waves_there_is_a_reason():
    late = wave_summaries([EVERY, FIRST], agreement(all="0.9", first="0.9"))["late"]
    assert (late["n"], late["named"], late["agreement"]) == ("0", "", "")
    assert late["note"] == "no wave was chosen when estimates existed"
