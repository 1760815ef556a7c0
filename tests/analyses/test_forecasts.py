"""Forecasts are compared on the cases of the plan's models, whatever else is added to models.yaml."""

from dataclasses import replace

import numpy as np
import pandas as pd
from invented_cases import M1, M3, SAMPLES, case_table

from replication.analyses.effects.prediction import predict_models
from replication.exhibits.figures import rival_scores

CASES = case_table()
PLAN = [replace(M1, planned=True), replace(M3, planned=True)]
ADDED = replace(M1, model="N1", label="Added", terms=("headlines",), effects=("headlines",))


def scores(*models, cases=CASES):
    table, _ = predict_models(cases, models, SAMPLES)
    return table.set_index(["model", "cases_used"])


def with_headlines(known):
    """Give the invented cases, of which some have a code of a new variable."""
    frame = CASES.copy()
    frame["headlines"] = np.where(known, np.arange(len(frame)) % 3, np.nan)
    return frame


FEW = with_headlines(CASES["case_id"].isin(["case_00", "case_01", "case_03"]))


def test_a_model_that_few_cases_can_tell_leaves_the_scores_of_the_plan_as_they_are():
    before, after = scores(*PLAN), scores(*PLAN, ADDED, cases=FEW)
    pd.testing.assert_frame_equal(after.loc[["none", "M1", "M3"]], before)
    assert before["log_score"].notna().all()


def test_an_added_model_without_codes_in_shared_cases_has_no_score_there_and_says_why():
    found = scores(*PLAN, ADDED, cases=FEW).loc[("N1", "shared")]
    shared = scores(*PLAN).loc[("none", "shared"), "nobs"]
    assert np.isnan(found["log_score"])
    lacking = int(shared - found["nobs"])
    assert lacking > 0
    assert found["note"] == f"the model lacks {lacking} of the {shared} cases compared"


def test_an_added_model_with_all_codes_is_compared_on_the_same_cases():
    found = scores(*PLAN, ADDED, cases=with_headlines(np.full(len(CASES), fill_value=True)))
    assert len(set(found.xs("shared", level="cases_used")["nobs"])) == 1
    assert np.isfinite(found.loc[("N1", "shared"), "log_score"])


def test_a_planned_model_that_cannot_be_estimated_takes_no_case_from_the_others():
    thin = replace(ADDED, planned=True)
    before, after = scores(*PLAN), scores(*PLAN, thin, cases=FEW)
    pd.testing.assert_frame_equal(after.loc[["none", "M1", "M3"]], before)


def test_models_of_a_sample_without_a_plan_are_compared_on_what_they_share():
    found = scores(M1, M3).xs("shared", level="cases_used")
    assert len(set(found["nobs"])) == 1
    both = CASES["military_opposition"].notna() & CASES["stabilization_burden"].notna()
    in_sample = CASES["sample"].eq("intervention") & CASES["sought"].notna()
    assert found["nobs"].iloc[0] == int((both & in_sample).sum())


def drawn(table):
    return rival_scores.make({"prediction_scores": table.reset_index()}, "figure07_rivals")


def test_the_figure_names_models_that_it_cannot_show_and_stays_with_its_sample():
    figure = drawn(scores(*PLAN, ADDED, cases=FEW))
    assert "same N = " in figure.caption
    assert "Not among them: N1." in figure.caption
    assert "Not among them" not in drawn(scores(*PLAN)).caption


def test_the_figure_shows_no_other_sample_where_the_first_has_no_scores():
    table = scores(*PLAN).reset_index()
    blank = table.assign(log_score=np.nan)
    other = table.assign(sample="all")
    figure = drawn(pd.concat([blank, other], ignore_index=True))
    assert figure.caption == "No two models could be scored on the same cases."
