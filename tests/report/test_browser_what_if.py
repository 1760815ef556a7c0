"""The section "What if" in a browser: its figures are the package's, and nothing of it is stored."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import yaml

from replication import paths
from replication.analyses.claims.judging import Verdict, direction_of, methods_unable, verdict_of
from replication.analyses.claims.reading import read_claims
from replication.analyses.model_data import model_data
from replication.analyses.tidy import rows_of
from replication.codebook import read_codebook
from replication.dataset import derive
from replication.estimators.exact import fit_exact
from replication.estimators.firth import fit_firth
from replication.estimators.permutation import permutation_test
from replication.exhibits.numbers import number
from replication.report.inputs import placed
from replication.specifications import Model, read_models, read_samples
from replication.tables import read_table

CELL = "somalia_1992/military_opposition"
TESTS = ("exact", "permutation")
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
            own = {name: figure for name, figure in shown[term].items() if name not in TESTS}
            assert list(own) == ["estimate", "conf_low", "conf_high", "p_value"]
            for name, figure in own.items():
                where = f"{model} {edits} {term} {name}"
                np.testing.assert_allclose(
                    figure, getattr(fit, name)[i], rtol=1e-6, atol=1e-9, err_msg=where
                )
        check = page.locator("#what-if-check").inner_text()
        assert check.startswith("For this choice" if sample or cut else "Checked")
        if edits:
            page.click("#what-if-reset")
    assert len(fits) == len(EDITS)  # every change moves the estimate


def test_counted_p_values_are_the_package_s(visit, real):
    """Exact and permutation p-values after every edit, beside the package's own counting."""
    page = visit(real)
    compared = dict.fromkeys(TESTS, 0)
    for model, edits, sample, cut in EDITS:
        open_scenario(page, model, sample or released_sample(model), cut or 2, edits)
        data = python_data(real, model, edits, sample, cut)
        effects = read_models(paths.SPECIFICATIONS)[model].effects
        shown = figures(page)
        for term in effects:
            exact = fit_exact(data.outcome, data.design, data.terms, tested=[term]).p_value[0]
            np.testing.assert_allclose(shown[term].get("exact", np.nan), exact, rtol=1e-12)
            compared["exact"] += 1
            if len(data.terms) > 1:
                assert "permutation" not in shown[term]
                continue
            permuted = permutation_test(
                data.outcome, data.design[:, 0], term, rng=np.random.default_rng(1)
            )
            assert permuted.exact
            np.testing.assert_allclose(shown[term]["permutation"], permuted.p_value[0], rtol=1e-12)
            compared["permutation"] += 1
    assert min(compared.values()) >= 4


def test_verdicts_of_changed_codes_are_the_package_s(visit, real):
    """The word, the direction and the smallest p-values, also where no test could reject."""
    page = visit(real)
    few = {f"{case}/io_sought": 0 for case in interventions(real) if case != "kosovo_1999"}
    seen = set()
    for model, edits, sample, cut in (*EDITS, ("M1", few, None, None), ("M2", few, None, None)):
        open_scenario(page, model, sample or released_sample(model), cut or 2, edits)
        said = page.locator("#what-if-verdict").inner_text()
        for claim in read_claims(paths.SPECIFICATIONS):
            for planned in claim.statistics:
                if (planned.model, planned.estimator) != (model, "firth"):
                    continue
                asked = replace(planned, checks=TESTS)
                rows = rows_here(real, asked, edits, sample, cut)
                word = verdict_of(rows, asked)
                assert re.search(f"{claim.claim}, [^:]*: {word}[,:; ]", f"{said} "), (said, word)
                seen.add(word)
                if word is not Verdict.CANNOT:
                    continue
                for smallest in methods_unable(rows, asked).values():
                    assert f"under {number(smallest, 3)}" in said
                assert {"for": "towards", "against": "against", "level": "level"}[
                    direction_of(rows, asked)
                ] in said
    assert {Verdict.CANNOT, Verdict.UNDECIDED} <= seen
    assert seen & {Verdict.FOR, Verdict.LEANS_FOR, Verdict.LEANS_AGAINST, Verdict.AGAINST}


def test_probabilities_are_the_average_predictions(visit, real):
    page = visit(real)
    edits = {CELL: 0, "kosovo_1999/io_sought": 0}
    open_scenario(page, "M3", "intervention", 2, edits)
    data, fit = (
        python_data(real, "M3", edits, None, None),
        python_fit(real, "M3", edits, None, None),
    )
    shown = page.locator('.probabilities tr[data-state="changed"] data').evaluate_all(
        "cells => cells.map((cell) => Number(cell.value))"
    )
    assert len(shown) == 4
    for code, probability in enumerate(shown):
        design = np.column_stack([np.ones(len(data.design)), data.design])
        design[:, 1] = code
        mean = (1 / (1 + np.exp(-design @ fit.estimate))).mean()
        np.testing.assert_allclose(probability, mean, rtol=1e-6)


def test_the_axis_stays_while_interval_verdict_and_link_move(visit, real):
    page = visit(real)
    page.select_option("#what-if-model", "M1")
    before = drawing(page)
    verdict = page.locator("#what-if-verdict").inner_text()
    assert "H1" in verdict
    assert "as released" not in verdict
    page.locator(f'[data-cell="{CELL}"]').select_option("0")
    page.locator('[data-cell="kosovo_1999/io_sought"]').select_option("0")
    after = drawing(page)
    assert (after["low"], after["high"]) == (before["low"], before["high"])
    assert after["released"] == before["released"]
    assert after["changed"] not in (None, before["released"])
    changed = page.locator("#what-if-verdict").inner_text()
    assert changed != verdict
    # What was said before any code was changed, after the name of the claim and its effect.
    was = verdict.partition("H1, ")[2].partition(": ")[2].partition(",")[0].rstrip(".")
    assert was
    assert f"as released: {was}" in changed
    assert "p = <" not in page.locator("#section-what-if").inner_text()
    # The link gives the scenario back in a page that knows nothing of it.
    other = visit(real, page.locator("#what-if-link").get_attribute("href"))
    assert figures(other) == figures(page)
    assert other.locator("td.changed").count() == 2
    assert "2 codes changed" in other.locator("#what-if-status").inner_text()
    assert other.evaluate("document.activeElement.id") == "what-if-title"


def test_a_link_that_names_unknown_things_says_so(visit, real):
    page = visit(real, "#what-if/M99/nowhere/7/atlantis.io_sought=2;somalia_1992.io_sought=9")
    status = page.locator("#what-if-status").inner_text()
    assert "No code changed" in status
    for word in ("M99", "nowhere", "cut 7", "atlantis.io_sought=2", "somalia_1992.io_sought=9"):
        assert word in status


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
    rows = page.locator(".estimates tbody tr[data-term]")
    # The row of a term with the changes comes after the released one and takes its place here.
    cells = rows.evaluate_all(
        "rows => rows.map((row) => [row.dataset.term, "
        "[...row.querySelectorAll('data')].map((one) => [one.dataset.name, one.value])])"
    )
    return {term: {name: float(value) for name, value in values} for term, values in cells}


@cache
def codebook():
    """Read the codebook once."""
    return read_codebook(paths.CODEBOOK)


def python_fit(project, name, edits, sample, cut):
    """Fit the model by the package, to the derived data with the codes changed."""
    data = python_data(project, name, edits, sample, cut)
    return fit_firth(data.outcome, data.design, data.terms)


def released_sample(name):
    """Sample of a model."""
    return read_models(paths.SPECIFICATIONS)[name].sample


def open_scenario(page, model, sample, cut, edits):
    """Go to the address of a scenario in the page that is open."""
    codes = ";".join(
        f"{cell.replace('/', '.')}={'none' if code is None else code}"
        for cell, code in edits.items()
    )
    page.evaluate("hash => { location.hash = hash; }", f"what-if/{model}/{sample}/{cut}/{codes}")
    page.wait_for_function(
        "model => document.getElementById('what-if-model').value === model", arg=model
    )
    page.wait_for_timeout(50)


def interventions(project):
    """Names of the cases of the headline sample."""
    cases = read_table(placed(paths.DERIVED, project) / "cases.csv")
    return cases.loc[cases["sample"] == "intervention", "case_id"].tolist()


def rows_here(project, asked, edits, sample, cut):
    """Rows as of the estimates file for what is predicted, by the methods that the page has."""
    data = python_data(project, asked.model, edits, sample, cut)
    made = {
        "firth": fit_firth(data.outcome, data.design, data.terms),
        "exact": fit_exact(data.outcome, data.design, data.terms, tested=[asked.term]),
    }
    if len(data.terms) == 1:
        made["permutation"] = permutation_test(
            data.outcome, data.design[:, 0], asked.term, rng=np.random.default_rng(1)
        )
    model = replace(read_models(paths.SPECIFICATIONS)[asked.model], sample=asked.sample)
    return [
        row
        for name, result in made.items()
        for row in rows_of(result, model, name, "made up")
        if row["term"] == asked.term
    ]


def drawing(page):
    """Give the ends of the axis and the place of both intervals in the drawing."""
    return page.evaluate(
        """() => {
          const box = document.querySelector('#what-if-result .forest');
          const line = (name) => box.querySelector(`.${name} line`)?.getAttribute('x1') ?? null;
          return { ...box.dataset, released: line('released'), changed: line('changed') };
        }"""
    )


def python_data(project, name, edits, sample, cut):
    """Give the arrays of a model from the derived data with the codes changed."""
    cases = read_table(placed(paths.DERIVED, project) / "cases.csv").set_index(
        "case_id", drop=False
    )
    for cell, code in edits.items():
        cases.loc[cell.split("/")[0], cell.split("/")[1]] = np.nan if code is None else code
    cases = derive(cases.reset_index(drop=True), codebook())
    if cut:
        cases["sought"] = (
            (cases["io_sought"] >= cut).astype(float).where(cases["io_sought"].notna())
        )
    model = read_models(paths.SPECIFICATIONS)[name]
    model = Model(**{**vars(model), "sample": sample or model.sample})
    return model_data(cases, model, read_samples(paths.SPECIFICATIONS))
