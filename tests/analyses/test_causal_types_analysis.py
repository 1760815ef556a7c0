"""Causal types on the cases: the plan as data, codes to numbers, learning, rivals, and rows that must agree."""

from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
import yaml
from comparative_data import BOOK, SAMPLES, tables
from scipy.integrate import dblquad

from replication import paths
from replication.analyses.claims.reading import read_claims
from replication.analyses.claims.verdicts import verdicts
from replication.analyses.specification_files import check_specifications
from replication.analyses.types import posterior
from replication.analyses.types.calibration import COLUMNS, calibration
from replication.analyses.types.data import coded_cases, type_data
from replication.analyses.types.learning import EVERY, expected_learning
from replication.analyses.types.plan import ALL, NONE, read_type_plan
from replication.analyses.types.rivals import NO_CAUSE, bayes_factors
from replication.estimators.causal_types import fit_types
from replication.specifications import SpecificationError

PLAN = read_type_plan(paths.SPECIFICATIONS, BOOK)
OPPOSITION, BURDEN = PLAN.traced
RANKED = pd.DataFrame({"case_id": pd.Series(dtype=str), "place": pd.Series(dtype="Int64")})


@pytest.fixture(scope="module")
def varied(coded):
    return posterior.sensitivity(coded, PLAN, SAMPLES)


@pytest.fixture(scope="module")
def coded(derived):
    found = tables(derived)
    return coded_cases(found["cases"], found["actors"], found["codings"], BOOK)


def test_codes_become_causes_outcomes_and_clues_by_the_rules_of_the_file(coded, derived):
    data = type_data(coded, PLAN, OPPOSITION, PLAN.headline.but(read=ALL), SAMPLES)
    cases = tables(derived)["cases"].set_index("case_id")
    own = cases.loc[data.case_id]
    assert set(own["sample"]) == {"intervention"}
    assert (data.cause == (own["military_opposition"] >= 2)).all()
    assert (data.outcome == (own["io_sought"] >= 2)).all()
    known = cases[cases["sample"] == "intervention"].dropna(
        subset=["military_opposition", "io_sought"]
    )
    assert data.case_id == list(known.index)
    both = (data.cause == 1) & (data.outcome == 1)
    assert np.isnan(data.clues[~both]).all()
    number = [clue.clue for clue in PLAN.clues_of("opposition")].index("condition")
    expected = (own["io_sought"] == 3).to_numpy(float)
    assert (data.clues[both, number] == expected[both]).all()
    traced = type_data(coded, PLAN, OPPOSITION, PLAN.headline, SAMPLES)
    assert np.isnan(traced.clues[~traced.marked]).all()
    assert traced.marked.sum() == own["recchia_case"].sum()
    none = type_data(coded, PLAN, OPPOSITION, PLAN.headline.but(clues=NONE), SAMPLES)
    assert np.isnan(none.clues).all()


def test_a_pass_is_read_from_its_own_codes_and_no_others(coded, derived):
    codings = tables(derived)["codings"]
    for coding in ("pass_1", "pass_2"):
        data = type_data(coded, PLAN, BURDEN, PLAN.headline.but(coding=coding), SAMPLES)
        own = codings[
            (codings["coding"] == coding) & (codings["variable"] == "stabilization_burden")
        ]
        codes = pd.to_numeric(own.set_index("case_id")["code"]).loc[data.case_id]
        assert (data.cause == (codes >= 2).to_numpy()).all()


def test_tables_that_hold_the_same_posterior_agree(coded, varied):
    both = posterior.by_evidence(coded, PLAN, SAMPLES)
    head = varied[
        (varied["clues"] == "stated") & (varied["monotonic"] == 0) & (varied["confounded"] == 1)
        & (varied["sample"] == "intervention") & (varied["coding"] == "agreed") & (varied["read"] == "traced")
        & (varied["stratified"] == 0)
    ]  # fmt: skip
    own = both[both["evidence"] == posterior.BOTH]
    joined = own.merge(head, on=["cause", "prior"], validate="one_to_one", suffixes=("", "_varied"))
    assert len(joined) == len(own) == 2 * len(PLAN.priors)
    for column in ("estimate", "probability", "mean_traced", "std_error"):
        assert joined[column].to_list() == pytest.approx(
            joined[f"{column}_varied"].to_list(), abs=1e-12
        )
    cases = posterior.by_case(coded, PLAN, SAMPLES)
    marked = cases[(cases["marked"] == 1) & (cases["cause"] == "opposition")]
    flat = own[(own["cause"] == "opposition") & (own["prior"] == "flat")]
    assert marked["probability"].mean() == pytest.approx(flat["mean_traced"].item(), abs=1e-12)
    bare = varied[(varied["clues"] == "strength") & (varied["strength"] == 0.5)]
    none = varied[varied["clues"] == "none"]
    assert len(bare) == len(none) > 0
    assert bare["estimate"].to_list() == pytest.approx(none["estimate"].to_list(), abs=1e-12)
    assert (both["conf_low"] < both["estimate"]).all()
    assert (both["estimate"] < both["conf_high"]).all()


def test_cases_are_divided_by_the_cut_of_the_other_cause(coded, derived):
    cases = tables(derived)["cases"].set_index("case_id")
    for cause, other in ((OPPOSITION, BURDEN), (BURDEN, OPPOSITION)):
        whole = type_data(coded, PLAN, cause, PLAN.headline.but(read=ALL), SAMPLES)
        data = type_data(coded, PLAN, cause, PLAN.headline.but(read=ALL, stratified=True), SAMPLES)
        codes = cases.loc[whole.case_id, other.variable]
        assert data.case_id == list(codes.index[codes.notna()])
        assert (data.stratum == (codes.dropna() >= other.cut)).all()
        assert data.n_left_out == codes.isna().sum() > 0
        assert (whole.stratum == 0).all()
        assert whole.n_left_out == 0
        # The clue that is the other cause's own code tells nothing within a stratum; the others are read as before.
        kept = np.isin(whole.case_id, data.case_id)
        for number, clue in enumerate(PLAN.clues_of(cause.cause)):
            seen = whole.clues[kept, number]
            if clue.rule.get("variable") == other.variable:
                assert np.isfinite(seen).any()
                seen = np.full_like(seen, np.nan)
            np.testing.assert_array_equal(data.clues[:, number], seen)


def test_the_effect_within_strata_is_that_of_the_strata_weighed_by_their_cases(coded, varied):
    rows = posterior.by_evidence(coded, PLAN, SAMPLES)
    own = rows[rows["evidence"] == posterior.WITHIN].set_index(["cause", "prior"])
    assert len(own) == len(PLAN.traced) * len(PLAN.priors)
    apart = varied[varied["stratified"] == 1].set_index(["cause", "prior"])
    assert (varied["stratified"] == 1).sum() == len(own)
    for column in ("nobs", "estimate", "std_error", "probability", "mean_traced"):
        assert apart[column].to_dict() == pytest.approx(own[column].to_dict(), abs=1e-12)
    choices = PLAN.headline.but(stratified=True)
    for cause in PLAN.traced:
        data = type_data(coded, PLAN, cause, choices, SAMPLES)
        model = posterior.model_of(PLAN, PLAN.clues_of(cause.cause), choices)
        parts = [
            (
                (data.stratum == s).mean(),
                fit_types(
                    *(v[data.stratum == s] for v in (data.cause, data.outcome, data.clues)), model
                ).effect,
            )
            for s in (0, 1)
        ]
        found = own.loc[cause.cause, PLAN.headline.prior]
        assert found["estimate"] == pytest.approx(sum(w * e.mean for w, e in parts))
        assert found["std_error"] ** 2 == pytest.approx(sum(w * w * e.variance for w, e in parts))
        assert found["conf_low"] < found["estimate"] < found["conf_high"]


def test_without_a_confounder_in_the_file_there_is_no_such_variant(tmp_path, coded):
    def leave_out(content):
        del content["causes"][0]["confounder"]

    plan = read_type_plan(changed(tmp_path, leave_out), BOOK)
    rows = posterior.by_evidence(coded, plan, SAMPLES)
    assert set(rows.loc[rows["evidence"] == posterior.WITHIN, "cause"]) == {"burden"}
    varied = posterior.sensitivity(coded, plan, SAMPLES)
    assert set(varied.loc[varied["stratified"] == 1, "cause"]) == {"burden"}


def test_the_prior_has_the_numbers_of_a_dirichlet_distribution(coded):
    rows = posterior.by_evidence(coded, PLAN, SAMPLES)
    flat = rows[(rows["evidence"] == "prior") & (rows["prior"] == "flat")]
    assert flat["estimate"].to_numpy() == pytest.approx(0, abs=1e-12)
    # Variance of the difference of two shares of a flat Dirichlet distribution of four: 1 / 10.
    assert flat["std_error"].to_numpy() == pytest.approx(np.sqrt(0.1))
    assert flat["probability"].to_numpy() == pytest.approx(0.5)


def test_more_strength_moves_the_traced_cases_one_way(varied):
    chosen = (varied["clues"] == "strength") & (varied["cause"] == "opposition")
    # Clues of one common strength point one way, taken together.
    for _, part in varied[chosen].groupby(["prior", "monotonic", "confounded"]):
        steps = part.sort_values("strength")["mean_traced"].diff().dropna()
        assert len(set(np.sign(steps.to_numpy()))) == 1


def test_what_is_expected_to_be_learnt_is_never_negative_and_most_from_all_clues(coded):
    rows = expected_learning(coded, PLAN, SAMPLES, RANKED)
    assert (rows[["expected_change", "expected_case"]] >= -1e-12).all(axis=None)
    for _, part in rows.groupby(["cause", "case_id"]):
        whole = part[part["clue"] == EVERY]
        assert (part["expected_change"] <= whole["expected_change"].item() + 1e-12).all()
        assert (part["expected_case"] <= whole["expected_case"].item() + 1e-12).all()
    empty = rows[(rows["present"] == 0) | (rows["outcome"] == 0)]
    assert (empty[["expected_change", "expected_case"]] == 0).all(axis=None)
    assert rows.loc[rows["present"] * rows["outcome"] == 1, "expected_case"].gt(0).any()


def test_causes_are_compared_on_the_same_cases_and_shares_add_up(coded):
    rows = bayes_factors(coded, PLAN, SAMPLES)
    assert len(set(rows["nobs"])) == 1
    assert set(rows["cause"]) == {cause.cause for cause in PLAN.causes} | {NO_CAUSE}
    assert rows.groupby(["prior", "monotonic"])["share"].sum().to_numpy() == pytest.approx(1)
    assert rows.loc[rows["cause"] == NO_CAUSE, "bayes_factor"].to_numpy() == pytest.approx(1)
    own = rows[rows["cause"] == "opposition"]
    assert own["over_opposition"].to_numpy() == pytest.approx(1)


def test_a_bayes_factor_by_hand():
    """Four cases, cause and outcome agree: two coins against one, by the integrals of Beta functions."""
    cases = pd.DataFrame({
        "case_id": list("abcd"), "case_title": list("abcd"), "sample": "intervention", "recchia_case": 0,
        "military_opposition": [3, 3, 0, 0], "stabilization_burden": [3, 0, 3, 0], "legitimacy_framing": 0,
        "democrat": 0, "major_power_opposition": 0, "io_sought": [3, 3, 0, 0],
    })  # fmt: skip
    codings = pd.DataFrame(columns=["case_id", "coding", "actor", "variable", "code"])
    actors = pd.DataFrame(columns=["case_id", "actor", *(v.name for v in BOOK.actor)])
    hand = coded_cases(cases, actors, codings, BOOK)
    rows = bayes_factors(hand, PLAN, SAMPLES).set_index(["prior", "monotonic", "cause"])
    # No adverse cases and a flat Dirichlet distribution of b, c, d: the outcomes have probability (1 - c)^2 (1 - d)^2,
    # and 1 / 30 where one coin makes them all.
    mean, _ = dblquad(lambda d, c: 2 * (1 - c) ** 2 * (1 - d) ** 2, 0, 1, 0, lambda c: 1 - c)
    found = rows.loc[("flat", 1, "opposition"), "bayes_factor"]
    assert found == pytest.approx(mean * 30, rel=1e-9)


def test_calibration_draws_what_it_says():
    rows = calibration(PLAN, replications=15)
    assert tuple(rows.columns) == COLUMNS
    assert len(rows) == 16
    assert rows["covered"].between(0.6, 1).all()
    pd.testing.assert_frame_equal(rows, calibration(PLAN, replications=15))


def types(**limits):
    return pd.DataFrame(
        [
            {"claim": "H1", "evidence": posterior.BOTH, "prior": prior, "estimate": (low + high) / 2, "conf_low": low,
             "conf_high": high}
            for prior, (low, high) in limits.items()
        ],
        columns=["claim", "evidence", "prior", "estimate", "conf_low", "conf_high"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "verdict", "direction"),
    [
        ({"flat": (0.1, 0.5), "sceptical": (0.01, 0.4)}, "for", ""),
        ({"flat": (0.1, 0.5), "sceptical": (-0.01, 0.4)}, "leans for", ""),
        ({"flat": (-0.1, 0.5), "sceptical": (-0.01, 0.4)}, "undecided", "for"),
        ({"flat": (-0.5, -0.1), "sceptical": (-0.4, 0.2)}, "leans against", ""),
        ({"flat": (-0.5, -0.1), "sceptical": (-0.4, -0.2)}, "against", ""),
        ({"flat": (-0.5, 0.1), "sceptical": (-0.1, 0.5)}, "undecided", "mixed"),
        ({"flat": (0.0, 0.5)}, "undecided", "for"),
        ({}, "no answer", ""),
    ],
)
def test_the_word_for_cases_and_numbers_follows_the_interval_under_every_prior(
    limits, verdict, direction
):
    empty = pd.DataFrame(
        columns=[
            "recchia_case",
            "theory",
            "observable",
            "verdict",
            "outcome",
            "treatment",
            "statistic",
        ]
    )
    solved = pd.DataFrame(columns=["outcome", "sets", "solution", "term", "model"])
    claims = [c for c in read_claims(paths.SPECIFICATIONS) if c.claim == "H1"]
    timing = pd.DataFrame(
        {"test": claims[0].timing, "share_earlier": np.nan, "p_value": np.nan, "note": "none"}
    )
    found = verdicts(claims, empty, empty, solved, timing, empty, types(**limits))
    row = found[found["kind"] == "joint inference"].iloc[0]
    assert (row["verdict"], row["direction"]) == (verdict, direction)
    assert row["counted"] != "yes"


def changed(tmp_path, change):
    for file in paths.SPECIFICATIONS.glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    path = tmp_path / "causal_types.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return tmp_path


def faulty(tmp_path, change):
    with pytest.raises(SpecificationError) as caught:
        read_type_plan(changed(tmp_path, change), BOOK)
    return "; ".join(map(str, caught.value.faults))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c["clues"][0].update(beneficial=1), "1 is not allowed; allowed: above 0 and below 1"),
        (lambda c: c["clues"][0].update(causes=["envy"]), "'envy' is not allowed; allowed: opposition"),
        (lambda c: c["clues"][0]["rule"].update(variable="navy.io"), "'navy.io' is neither a cell nor a fact"),
        (lambda c: c["clues"].append(deepcopy(c["clues"][0])), "'asked' stands twice"),
        (lambda c: c["causes"][0].update(variable="iso3"), "'iso3' is not allowed"),
        (lambda c: c["priors"][1].update(chronic=0), "0 is not allowed; allowed: above 0"),
        (lambda c: c.update(priors=[]), "is empty"),
        (lambda c: c["strengths"].append(0.4), "0.4 is not allowed; allowed: from 0.5, below 1"),
        (lambda c: c.update(assignment=[1]), "two numbers above 0"),
        (lambda c: c["headline"].update(sample="none"), "'none' is not allowed"),
        (lambda c: c["headline"].update(read="some"), "'some' is not allowed; allowed: traced, all"),
        (lambda c: c.pop("learnt"), "missing key"),
        (lambda c: c["causes"][0].update(confounder="envy"), "'envy' is not allowed; allowed: burden, framing"),
        (lambda c: c["causes"][0].update(confounder="opposition"), "'opposition' is not allowed; allowed: burden"),
    ],
)  # fmt: skip
def test_faults_of_the_file_are_told(tmp_path, change, words):
    assert words in faulty(tmp_path, change)


def test_a_headline_coding_that_no_case_has_is_told_by_the_check(tmp_path):
    folder = changed(tmp_path, lambda c: c["headline"].update(coding="nobody"))

    class Case:
        codings = ("agreed", "pass_1", "pass_2")

    found = "; ".join(map(str, check_specifications(folder, BOOK, [Case()])))
    assert "causal_types.yaml" in found
    assert "'nobody' is not known" in found


def test_a_clue_and_a_prior_added_to_the_file_come_into_every_table(tmp_path, coded):
    def add(content):
        content["clues"].append({
            "clue": "pressed", "label": "Pressure at home", "causes": ["opposition"], "beneficial": 0.3,
            "destined": 0.6, "why": "Another.",
            "rule": {"kind": "code", "variable": "domestic_pressure", "agrees": [2], "contradicts": [0]},
        })  # fmt: skip
        own = {
            "prior": "own",
            "label": "own",
            "adverse": 1,
            "beneficial": 3,
            "chronic": 1,
            "destined": 1,
        }
        content["priors"].append(own)

    plan = read_type_plan(changed(tmp_path, add), BOOK)
    assert "own" in set(posterior.by_evidence(coded, plan, SAMPLES)["prior"])
    assert "clue_pressed" in posterior.by_case(coded, plan, SAMPLES)
    clues = posterior.by_clue(coded, plan, SAMPLES)
    assert "pressed" in set(clues.loc[clues["cause"] == "opposition", "clue"])
    assert "pressed" in set(expected_learning(coded, plan, SAMPLES, RANKED)["clue"])


def test_no_traced_case_leaves_numbers_alone(derived):
    found = tables(derived)
    cases = found["cases"].assign(recchia_case=0)
    bare = coded_cases(cases, found["actors"], found["codings"], BOOK)
    rows = posterior.by_evidence(bare, PLAN, SAMPLES).set_index(["cause", "prior", "evidence"])[
        "estimate"
    ]
    for cause in PLAN.traced:
        assert rows[cause.cause, "flat", posterior.BOTH] == pytest.approx(
            rows[cause.cause, "flat", "all cases"]
        )
        assert rows[cause.cause, "flat", "traced cases"] == pytest.approx(
            rows[cause.cause, "flat", "prior"]
        )
