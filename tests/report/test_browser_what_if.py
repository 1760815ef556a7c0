"""The section "What if" in a browser: its figures are the package's, and nothing of it is stored."""

import re
from functools import cache

import numpy as np
import yaml

from replication import paths
from replication.analyses.model_data import model_data
from replication.codebook import read_codebook
from replication.dataset import derive
from replication.estimators.firth import fit_firth
from replication.report.inputs import placed
from replication.specifications import Model, read_models, read_samples
from replication.tables import read_table

CELL = "somalia_1992/military_opposition"
EDITS = (
    ("M1", {}, None, None),
    ("M1", {CELL: 0}, None, None),
    (
        "M1",
        {CELL: 0, "kosovo_1999/io_sought": 0, "haiti_1994/military_opposition": None},
        None,
        None,
    ),
    ("M2", {"kosovo_1999/io_sought": 0, "liberia_2003/stabilization_burden": 0}, None, 3),
    ("M3", {"libya_2011/military_opposition": 0}, "intervention+considered", 1),
    ("M4", {"somalia_1992/strategic_interest": 2, "iraq_kurds_1991/io_sought": 3}, "all", None),
    ("M7", {CELL: 3}, None, None),
)


def test_what_if_equals_the_package_to_six_digits(visit, real):
    page = visit(real)
    fits = set()
    for model, edits, sample, cut in EDITS:
        page.select_option("#what-if-model", model)
        if sample:
            page.select_option("#what-if-sample", sample)
        if cut:
            page.select_option("#what-if-cut", str(cut))
        for cell, code in edits.items():
            page.locator(f'[data-cell="{cell}"]').select_option("" if code is None else str(code))
        fit = python_fit(real, model, edits, sample, cut)
        fits.add(fit.estimate[1])
        shown = figures(page)
        assert list(shown) == list(fit.terms)
        for i, term in enumerate(fit.terms):
            assert list(shown[term]) == ["estimate", "conf_low", "conf_high", "p_value"]
            for name, figure in shown[term].items():
                where = f"{model} {edits} {term} {name}"
                np.testing.assert_allclose(
                    figure, getattr(fit, name)[i], rtol=1e-6, atol=1e-9, err_msg=where
                )
        check = page.locator("#what-if-check").inner_text()
        assert check.startswith("For this choice" if sample or cut else "Checked")
        if edits:
            page.click("#what-if-reset")
    assert len(fits) == len(EDITS)  # every change moves the estimate


def test_what_if_names_the_reason_where_there_is_no_estimate(visit, small):
    page = visit(small)
    for select in page.locator('#what-if-codes select[data-cell$="/io_sought"]').all():
        select.select_option("0")
    assert re.search(
        "No estimate: the outcome is 0 in all [0-9]+ cases",
        page.locator("#what-if-status").inner_text(),
    )
    page.click("#what-if-reset")
    for select in page.locator('#what-if-codes select[data-cell$="/military_opposition"]').all():
        select.select_option("1")
    assert "military_opposition: constant" in page.locator("#what-if-status").inner_text()


def test_changes_are_downloaded_as_yaml_and_taken_back(visit, small, derived):
    page = visit(small)
    codes = {row["case_id"]: row["military_opposition"] for row in derived(small, "cases")}
    before = codes["case_1"]
    page.click('#matrix a[href="#case_1/military_opposition"]')
    page.get_by_role("button", name="Try another code").click()
    assert page.evaluate("document.activeElement.dataset.cell") == "case_1/military_opposition"
    page.keyboard.press("Home" if before else "End")
    page.locator('[data-cell="case_3/io_sought"]').select_option("")
    with page.expect_download() as download:
        page.click("#what-if-download")
    text = download.value.path().read_text(encoding="utf-8")
    assert download.value.suggested_filename == "what_if.yaml"
    changed = {part["case_id"]: part["codings"]["agreed"]["case"] for part in yaml.safe_load(text)}
    assert changed == {
        "case_1": {"military_opposition": {"code": None if before else 3}},
        "case_3": {"io_sought": {"code": None}},
    }
    assert "Nothing has been stored" in text
    page.click("#what-if-reset")
    assert page.locator("td.changed").count() == 0
    assert page.locator("#what-if-download").is_disabled()


def figures(page):
    """Figures with the reader's changes, by term and name, with all their digits."""
    rows = page.locator(".estimates tbody tr")
    cells = rows.evaluate_all(
        "rows => rows.map((row) => [row.dataset.term, [...row.cells].slice(3).flatMap((cell) => "
        "[...cell.querySelectorAll('data')].map((one) => [one.dataset.name, one.value]))])"
    )
    return {term: {name: float(value) for name, value in values} for term, values in cells}


@cache
def codebook():
    """Read the codebook once."""
    return read_codebook(paths.CODEBOOK)


def python_fit(project, name, edits, sample, cut):
    """Fit the model by the package, to the derived data with the codes changed."""
    cases = read_table(placed(paths.DERIVED, project) / "cases.csv").set_index("case_id", drop=False)
    for cell, code in edits.items():
        cases.loc[cell.split("/")[0], cell.split("/")[1]] = np.nan if code is None else code
    cases = derive(cases.reset_index(drop=True), codebook())
    if cut:
        cases["sought"] = (
            (cases["io_sought"] >= cut).astype(float).where(cases["io_sought"].notna())
        )
    model = read_models(paths.SPECIFICATIONS)[name]
    model = Model(**{**vars(model), "sample": sample or model.sample})
    data = model_data(cases, model, read_samples(paths.SPECIFICATIONS))
    return fit_firth(data.outcome, data.design, data.terms)
