"""Exhibits of the comparative side at every size, through the files that the steps write."""

import pandas as pd
import pytest
from checks import faults
from given_results import GivenResults

from replication import paths
from replication.analyses.cases import configurations
from replication.analyses.cases.four_cases import (
    compare_cases,
    evidence_balance,
    score_cases,
    score_tests,
)
from replication.analyses.cases.handover import follow_on, follow_on_tests, read_handovers
from replication.analyses.cases.predictions import read_predictions
from replication.analyses.cases.selection import (
    case_fit,
    fit_headline,
    next_cases,
    rank_cases,
    standings,
)
from replication.analyses.cases.set_data import read_qca_plan
from replication.analyses.cases.timing import time_cases, timing_tests
from replication.analyses.cases.venue import read_regions, venues
from replication.analyses.claims.criteria import criteria
from replication.analyses.claims.disagreements import disagreements
from replication.analyses.claims.reading import read_claims
from replication.analyses.claims.support import support
from replication.analyses.claims.verdicts import RULES, verdicts
from replication.casefile import load_cases
from replication.codebook import read_codebook
from replication.dataset import build
from replication.exhibits.drawing.figure import Figure
from replication.exhibits.figures import case_selection_figure, four_cases_figure, timing_figure
from replication.exhibits.results import Results
from replication.exhibits.tables import (
    case_selection_table,
    criteria_table,
    disagreements_table,
    follow_on_table,
    four_cases_table,
    qca_table,
    theory_scores_table,
    timing_table,
    truth_table,
    venue_table,
    verdicts_table,
)
from replication.exhibits.typesetting.table import write_table_files
from replication.specifications import read_models, read_samples
from replication.tables import read_table, write_table
from replication.workflow import table_file

NO_TYPES = pd.DataFrame(columns=["claim", "evidence"])
SPEC = paths.SPECIFICATIONS
BOOK = read_codebook(paths.CODEBOOK)
EXHIBITS = (
    four_cases_table, theory_scores_table, case_selection_table, timing_table, truth_table, qca_table,
    venue_table, follow_on_table, verdicts_table, criteria_table, disagreements_table, four_cases_figure, timing_figure,
    case_selection_figure,
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    for name, frame in build(load_cases(paths.CASES, BOOK), BOOK).items():
        write_table(folder / f"{name}.csv", frame)
    return {file.stem: read_table(file) for file in folder.glob("*.csv")}


def results_of(found):
    """Every result that the exhibits read, as the steps make it."""
    samples = read_samples(SPEC)
    cases, plan = found["cases"], read_qca_plan(SPEC / "qca.yaml", samples)
    compared = compare_cases(
        **{n: found[n] for n in ("cases", "actors", "codings", "evidence", "facts", "sources")},
        predictions=read_predictions(SPEC / "predictions.yaml", BOOK),
        codebook=BOOK,
    )
    scores, times = score_cases(compared), timing_tests(cases)
    fits = fit_headline(cases, read_models(SPEC)["M3"], samples)
    ranks, solved = rank_cases(fits), configurations.solutions(cases, plan, samples)
    runs = configurations.robustness(cases, plan, samples)
    handovers = read_handovers(SPEC / "handovers.yaml", found["evidence"], found["facts"])
    followed = follow_on(cases, found["codings"], handovers, BOOK)
    joint = pd.DataFrame(
        columns=["treatment", "statistic", "observed", "p_value", "n_specifications"]
    )
    scores_of_models = pd.DataFrame(columns=["model", "cases_used", "log_score", "nobs"])
    claims = read_claims(SPEC)
    nothing = pd.DataFrame(
        columns=["model", "sample", "outcome", "estimator", "term", "estimate", "note"]
    )
    return {
        "four_cases": compared,
        "four_case_scores": scores,
        "four_case_tests": score_tests(scores),
        "four_case_balance": evidence_balance(compared, found["evidence"], found["sources"]),
        "timing": time_cases(cases),
        "timing_tests": times,
        "case_fit": case_fit(fits),
        "case_ranks": ranks,
        "next_cases": next_cases(ranks, fits),
        "standings": standings(cases, found["actors"], BOOK, samples.values()),
        "truth_tables": configurations.truth_tables(cases, plan, samples),
        "qca_solutions": solved,
        "qca_necessity": configurations.necessary_conditions(cases, plan, samples),
        "qca_robustness": runs,
        "qca_robustness_shares": configurations.robustness_shares(runs, plan),
        "venues": venues(cases, read_regions(SPEC / "regions.yaml"), BOOK),
        "follow_on": followed,
        "follow_on_tests": follow_on_tests(followed, found["cases"]),
        "verdicts": verdicts(claims, compared, nothing, solved, times, joint, NO_TYPES),
        "criteria": criteria(claims, nothing, scores_of_models, joint),
        "support": support(claims, cases, found["codings"], samples, BOOK),
        "verdict_rules": pd.DataFrame(RULES.items(), columns=["kind", "rule"]),
        "disagreements": disagreements(case_fit(fits), found["codings"], found["evidence"], BOOK),
    }


def subset(whole, keep, marked):
    found = {name: frame.copy() for name, frame in whole.items()}
    ids = list(found["cases"]["case_id"])[:keep]
    found = {name: frame[frame["case_id"].isin(ids)] for name, frame in found.items()}
    if marked is not None:
        found["cases"]["recchia_case"] = found["cases"]["case_id"].isin(marked).astype(int)
    return found


@pytest.mark.parametrize(
    ("keep", "marked"),
    [
        (0, None),
        (1, None),
        (12, []),
        (45, None),
        (
            45,
            [
                "libya_2011",
                "haiti_2004",
                "car_2013",
                "gaza_2024",
                "syria_2017",
                "somalia_1993",
                "lra_2011",
            ],
        ),
    ],
)
def test_exhibits_of_every_size(whole, keep, marked, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "DERIVED", tmp_path / "derived")
    monkeypatch.setattr(paths, "RESULTS", tmp_path / "results")
    found = subset(whole, keep, marked)
    for name, frame in (*found.items(), *results_of(found).items()):
        write_table(table_file(name), frame)
    for module in EXHIBITS:
        made = module.make(Results(module.READS), "table99_made_up")
        if isinstance(made, Figure):
            assert faults(made.drawing) == []
            assert "nan" not in f"{made.caption} {made.alt}".split()
        else:
            write_table_files(made, tmp_path)
            text = (tmp_path / "table99_made_up.tex").read_text("utf-8")
            assert "nan" not in text.split()


def test_tiles_hold_the_verdicts(whole):
    compared = compare_cases(
        **{n: whole[n] for n in ("cases", "actors", "codings", "evidence", "facts", "sources")},
        predictions=read_predictions(SPEC / "predictions.yaml", BOOK),
        codebook=BOOK,
    )
    results = {"four_cases": compared, "four_case_scores": score_cases(compared)}
    figure = four_cases_figure.make(GivenResults(results), "figure99")
    chosen = compared[compared["recchia_case"] == 1]
    agree = (chosen[chosen["theory"] == "liability"]["verdict"] == "agrees").sum()
    assert f"{agree} agrees" in figure.alt
    signs = [t.get_text() for axes in figure.drawing.axes for t in axes.texts]
    shown = compared[(compared["sample"] == "intervention") | (compared["recchia_case"] == 1)]
    assert signs.count(chr(0x2713)) == (shown["verdict"] == "agrees").sum()
    assert signs.count(chr(0x00D7)) == (shown["verdict"] == "contradicts").sum()


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "no case has all codes of the model"),
        ([{"left_out": None, "note": None}], "none of the fits without one case does"),
        ([{"left_out": None, "note": "no outcome is 1"}], "no outcome is 1"),
    ],
)
def test_without_a_probability_the_reason_is_given(rows, reason):
    fit = pd.DataFrame(rows, columns=["left_out", "note"])
    given = GivenResults({"case_fit": fit, "case_ranks": pd.DataFrame()})
    made = case_selection_figure.make(given, "figure99")
    assert made.caption == f"The headline model gives no probability: {reason}."
