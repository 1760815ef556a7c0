"""One curve of the multiverse is what anybody can estimate from the table that is given to other programs."""

import numpy as np
import pytest
import statsmodels.api as sm
from invented_cases import PLAN, SAMPLES, case_table, readings

from replication.analyses.multiverse.curve import curve_data, curve_rows

CASES = case_table()
CODINGS = readings(CASES)


def test_every_row_is_a_regression_on_the_complete_cases_of_the_table():
    data = curve_data(PLAN, CASES, CODINGS, SAMPLES)
    rows = curve_rows(PLAN, CASES, CODINGS, SAMPLES)
    assert list(data) == list(PLAN.treatments)
    assert len(rows) == len(PLAN.treatments) * 2 ** len(PLAN.controls)
    assert rows["nobs"].nunique() > 1
    for row in rows.to_dict("records"):
        controls = [] if row["controls"] == "none" else row["controls"].split("+")
        used = data[row["treatment"]][["y", row["treatment"], *controls]].dropna()
        fit = sm.OLS(used["y"], sm.add_constant(used.drop(columns="y"))).fit(
            cov_type="HC3", use_t=True
        )
        treatment = row["treatment"]
        told = [row["estimate"], row["std_error"], row["p_value"], row["nobs"]]
        found = [fit.params[treatment], fit.bse[treatment], fit.pvalues[treatment], len(used)]
        assert told == pytest.approx(found, rel=1e-8)


def test_the_table_keeps_gaps_of_controls_and_no_case_without_an_outcome():
    unknown = CODINGS.assign(
        code=CODINGS["code"].mask(
            (CODINGS["variable"] == "io_sought") & (CODINGS["case_id"] == "case_00")
        )
    )
    data = curve_data(PLAN, CASES, unknown, SAMPLES)
    interventions = int((CASES["sample"] == "intervention").sum())
    for treatment, table in data.items():
        assert list(table) == ["y", treatment, *PLAN.controls]
        assert set(table["y"]) == {0.0, 1.0}
        assert len(table) == interventions - 1
    assert any(table.isna().to_numpy().any() for table in data.values())


def test_a_specification_that_the_multiverse_refuses_is_no_row():
    """A control that repeats the treatment: other programs halve the slope, here there is none."""
    twins = CASES.assign(democrat=CASES["military_opposition"])
    rows = curve_rows(PLAN, twins, readings(twins), SAMPLES)
    mine = rows[rows["treatment"] == "military_opposition"]
    assert set(mine["controls"]) == {"none", "other_treatment"}
    assert np.isfinite(mine["estimate"]).all()
