"""Counts of organisations by hand; follow-on forces, and handovers that rest on evidence."""

import pytest
from comparative_data import BOOK, tables

from replication import paths
from replication.analyses.cases.handover import follow_on, follow_on_tests, read_handovers
from replication.analyses.cases.venue import NOBODY, OTHER, read_regions, venues
from replication.specifications import SpecificationError

REGIONS = read_regions(paths.SPECIFICATIONS / "regions.yaml")


def test_counts_are_those_of_the_cases(derived):
    cases = tables(derived)["cases"]
    table = venues(cases, REGIONS, BOOK).set_index(["grouping", "group", "venue"])
    listed = cases["io_venue"].fillna("").str.split(";")
    assert table.loc[("all", "all cases", "UN"), "n"] == listed.map(lambda v: "UN" in v).sum()
    assert table.loc[("all", "all cases", NOBODY), "n"] == (cases["io_venue"] == "none").sum()
    europe = cases["crisis_family"] == "balkans"
    assert (
        table.loc[("region", "Europe", "NATO"), "n"]
        == (europe & listed.map(lambda v: "NATO" in v)).sum()
    )
    by_region = table.xs("region", level="grouping").reset_index().drop_duplicates("group")
    assert by_region["n_cases"].sum() == cases["io_venue"].notna().sum()


def test_an_unlisted_family_is_other(derived):
    cases = tables(derived)["cases"].assign(crisis_family="atlantis")
    table = venues(cases, REGIONS, BOOK)
    assert set(table.loc[table["grouping"] == "region", "group"]) == {OTHER}


def followed(found):
    handovers = read_handovers(
        paths.SPECIFICATIONS / "handovers.yaml", found["evidence"], found["facts"]
    )
    return follow_on(found["cases"], found["codings"], handovers, BOOK)


def test_months_run_from_action_to_handover(derived):
    frame = followed(tables(derived)).set_index("case_id")
    assert frame.loc["haiti_1994", "months_to_handover"] == pytest.approx(193 / 30.4375, abs=0.06)
    assert frame.loc["somalia_1992", "months_low"] < frame.loc["somalia_1992", "months_high"]
    assert frame.loc["rwanda_relief_1994", "carried_by"] == "others alone"
    assert frame.loc["haiti_1994", "expected_ids"].startswith("haiti_1994-e")


def test_a_handover_has_to_rest_on_its_own_case(derived, tmp_path):
    found = tables(derived)
    file = tmp_path / "handovers.yaml"
    row = "- {case_id: haiti_1994, date: '1995-03-31', source: kosovo_1999-e01, to: UN}"
    file.write_text(row, "utf-8")
    with pytest.raises(SpecificationError, match="kosovo_1999-e01"):
        read_handovers(file, found["evidence"], found["facts"])


@pytest.mark.parametrize("count", [0, 1, 4])
def test_few_cases(derived, count):
    found = tables(derived, keep=count)
    assert len(follow_on_tests(followed(found), found["cases"])) == 5
    venues(found["cases"], REGIONS, BOOK)


def test_the_burden_is_compared_over_every_coded_intervention_too(derived):
    """The cases with a known follow-on are fewer, and the two samples are named apart."""
    found = tables(derived)
    tests = follow_on_tests(followed(found), found["cases"])
    burden = tests[tests["measure"] == "stabilization_burden"].set_index("cases_used")
    part = found["cases"][found["cases"]["sample"] == "intervention"]
    both = part.dropna(subset=["stabilization_burden", "io_obtained"])
    explicit = both["io_obtained"] >= 2
    row = burden.loc["all coded"]
    assert (row["n_x"], row["n_y"]) == (explicit.sum(), (~explicit).sum())
    assert row["n_x"] + row["n_y"] > burden.loc["known follow-on", ["n_x", "n_y"]].sum()
    assert row["median_endorsed"] == both.loc[explicit, "stabilization_burden"].median()
