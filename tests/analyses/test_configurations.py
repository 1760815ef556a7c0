"""Truth tables against counts by hand, solutions against their own rows, and the runs of the robustness check."""

import numpy as np
import pytest
import yaml
from comparative_data import SAMPLES, tables

from replication import paths
from replication.analyses.cases import configurations
from replication.analyses.cases.set_data import read_qca_plan, set_data
from replication.specifications import SpecificationError

PLAN = read_qca_plan(paths.SPECIFICATIONS / "qca.yaml", SAMPLES)
COMPLETE = [
    "military_opposition",
    "stabilization_burden",
    "strategic_interest",
    "major_power_opposition",
]


def test_crisp_truth_table_counts_cases(derived):
    cases = tables(derived)["cases"]
    chosen = cases[(cases["sample"] == "intervention")].dropna(subset=COMPLETE)
    table = configurations.truth_tables(cases, PLAN, SAMPLES)
    crisp = table[(table["sets"] == "crisp") & (table["outcome"] == "SOUGHT")]
    assert crisp["n"].sum() == len(chosen)
    for row in crisp[crisp["n"] > 0].to_dict("records"):
        members = chosen[
            ((chosen["military_opposition"] >= 2) == row["OPP"])
            & ((chosen["stabilization_burden"] >= 2) == row["BURDEN"])
            & ((chosen["strategic_interest"] >= 2) == row["STRATEGIC"])
            & ((chosen["major_power_opposition"] >= 1) == row["POWERS"])
        ]
        assert set(row["cases"].split(";")) == set(members["case_id"])
        assert row["consistency"] == pytest.approx(members["sought"].mean())
        assert row["output"] == ("1" if members["sought"].mean() >= PLAN.consistency_cut else "0")


def test_fuzzy_sets_cross_one_half_where_crisp_ones_begin():
    for row in (*PLAN.conditions, PLAN.outcome):
        for code, degree in row.degrees.items():
            assert (degree > 0.5) == (code >= row.cut)


def test_expectations_turn_round_for_the_negated_outcome():
    one, other = PLAN.expectations(negated=False), PLAN.expectations(negated=True)
    assert all(one[name] == 1 - other[name] for name in one)
    assert "POWERS" not in one


def test_parsimonious_terms_hold_the_conservative_ones(derived):
    found = configurations.solutions(tables(derived)["cases"], PLAN, SAMPLES)
    part = found[(found["sets"] == "crisp") & (found["outcome"] == "SOUGHT")]
    wide = [set(t.split("*")) for t in part.loc[part["solution"] == "parsimonious", "term"]]
    for term in part.loc[part["solution"] == "conservative", "term"]:
        assert any(parts <= set(term.split("*")) for parts in wide)


def test_runs_are_all_combinations_and_all_cases(derived):
    cases = tables(derived)["cases"]
    runs = configurations.robustness(cases, PLAN, SAMPLES)
    choices = [len(row.cuts) for row in (*PLAN.conditions, PLAN.outcome)]
    expected = np.prod([*choices, len(PLAN.consistency_cuts), len(PLAN.n_cuts)])
    assert (runs["change"] == "cuts").sum() == expected
    assert (runs["change"] == "case").sum() == len(set_data(cases, PLAN, SAMPLES, "crisp").cases)
    planned = runs[runs["n_changes"] == 0]
    assert planned["same"].tolist() == [1]
    shares = configurations.robustness_shares(runs, PLAN).set_index("change")
    assert (
        shares.loc["one case left out", "same"] == runs.loc[runs["change"] == "case", "same"].mean()
    )


@pytest.mark.parametrize("count", [0, 1, 6])
def test_few_cases(derived, count):
    cases = tables(derived, keep=count)["cases"]
    assert len(configurations.solutions(cases, PLAN, SAMPLES)) >= 12
    configurations.necessary_conditions(cases, PLAN, SAMPLES)
    configurations.truth_tables(cases, PLAN, SAMPLES)


def test_bad_plans_are_named(tmp_path):
    content = yaml.safe_load((paths.SPECIFICATIONS / "qca.yaml").read_text("utf-8"))
    file = tmp_path / "qca.yaml"
    for change, message in (
        (lambda c: c.update(sample="nowhere"), "nowhere"),
        (lambda c: c["conditions"][0].update(cut=7), "7"),
        (lambda c: c["conditions"][0].update(expected=2), "expected"),
        (lambda c: c.pop("n_cut"), "n_cut"),
    ):
        broken = yaml.safe_load(yaml.safe_dump(content))
        change(broken)
        file.write_text(yaml.safe_dump(broken), encoding="utf-8")
        with pytest.raises(SpecificationError, match=message):
            read_qca_plan(file, SAMPLES)
