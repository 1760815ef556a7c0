"""A variable added to the codebook and the case files: in the data, the labels, the sheets, the models."""

import io
import re

import jsonschema
import numpy as np
import pyreadstat
import pytest
import yaml
from openpyxl import load_workbook

from replication import paths
from replication.analyses.effects.headline import estimate_models
from replication.analyses.measurement.reliability import reliability
from replication.casefile import case_schema, check_cases, load_cases
from replication.casefile.coding_sheet import CODES, coding_sheet
from replication.casefile.scaffold import scaffold
from replication.codebook import read_codebook
from replication.dataset import build
from replication.exports import write_stata
from replication.specifications import read_models, read_samples

VARIABLE = """  - name: front_pages
    type: ordinal
    label: Coverage by the media of the target
    rule: How much the main newspapers wrote about the target in the month before the decision.
    values:
      0: little
      1: {label: some, rule: 'On inner pages.'}
      2: {label: much, rule: 'On the first page.'}
    missing: the evidence does not show it
"""
ROW = """
- model: T9
  label: Coverage
  outcome: sought
  sample: all
  terms: [front_pages, "front_pages>=2"]
  effects: [front_pages]
"""
NEWLINE = "\n"


@pytest.fixture
def project(tmp_path):
    """Copy the case files and add the variable to the codebook, codes to every file but each tenth."""
    text = paths.CODEBOOK.read_text(encoding="utf-8")
    at = text.index(f"{NEWLINE}actor:{NEWLINE}")
    (tmp_path / "codebook.yaml").write_text(
        text[:at].rstrip() + NEWLINE + VARIABLE + text[at:], encoding="utf-8"
    )
    folder = tmp_path / "cases"
    folder.mkdir()
    for number, path in enumerate(sorted(paths.CASES.glob("*.yaml"))):
        case = path.read_text(encoding="utf-8")
        if number % 10:
            item = re.search(r"(?m)^  - id: ([^ ]+)$", case)
            # A draft may have no item to cite yet.
            case = _with_code(case, number % 3, item[1]) if item else case
        (folder / path.name).write_text(case, encoding="utf-8")
    return tmp_path


def _with_code(case, code, item):
    """Put a cell at the head of every coding, as a user would by hand."""
    keys = (f"code: {code}", "confidence: 2", f"evidence: [{item}]", "why: Counted.")
    cell = "      front_pages:⏎" + "".join(f"        {key}⏎" for key in keys)
    parts = case.split(f"    case:{NEWLINE}")
    settled = "        settled: passes agree⏎"
    cells = [*[cell] * (len(parts) - 2), cell + settled]
    joined = parts[0]
    for part, new in zip(parts[1:], cells, strict=True):
        joined += f"    case:{NEWLINE}" + new.replace("⏎", NEWLINE) + part
    return joined


def test_nothing_but_data_is_needed(project):
    book = read_codebook(project / "codebook.yaml")
    cases, faults, notices = check_cases(project / "cases", book)
    assert faults == []
    open_cells = [str(notice) for notice in notices if "not coded (null)" in str(notice)]
    assert any("front_pages" in notice for notice in open_cells)
    frames = build(cases, book)
    column = frames["cases"]["front_pages"]
    assert column.dtype == "Int64"
    released = [case for case in cases if case.status == "released"]
    coded = [case for case in released if "front_pages" in case.agreed]
    assert 0 < len(released) - len(coded) == column.isna().sum() < len(released) / 5
    assert set(column.dropna()) == {0, 1, 2}
    assert "front_pages_confidence" in frames["cases"]
    assert (frames["codings"]["variable"] == "front_pages").sum() == sum(
        "front_pages" in cells for case in coded for cells in case.codings.values()
    )

    write_stata(project / "cases.dta", frames["cases"], book)
    _, meta = pyreadstat.read_dta(project / "cases.dta")
    labels = dict(zip(meta.column_names, meta.column_labels, strict=True))
    assert labels["front_pages"] == "Coverage by the media of the target"
    assert meta.variable_value_labels["front_pages"] == {0: "little", 1: "some", 2: "much"}

    table = reliability(frames["codings"], book).set_index(["variable", "passes"])
    assert table.loc[("front_pages", "all passes"), "alpha"] == pytest.approx(1)

    sheet = load_workbook(io.BytesIO(coding_sheet(cases[:1], book, "zoe")))[CODES]
    assert "front_pages" in [row[1] for row in sheet.iter_rows(values_only=True)]
    assert "Coverage by the media" in scaffold("x", book)
    schema = jsonschema.Draft7Validator(case_schema(book))
    path = next((project / "cases").glob("kosovo_1999.yaml"))
    assert list(schema.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))) == []


def test_the_variable_can_stand_in_a_row_of_the_models(project):
    book = read_codebook(project / "codebook.yaml")
    folder = project / "specifications"
    folder.mkdir()
    for name in ("models.yaml", "samples.yaml"):
        (folder / name).write_bytes((paths.SPECIFICATIONS / name).read_bytes())
    with (folder / "models.yaml").open("a", encoding="utf-8") as file:
        file.write(ROW)
    model = read_models(folder)["T9"]
    cases = build(load_cases(project / "cases", book), book)["cases"]
    found = estimate_models(cases, [model], read_samples(folder))
    firth = found[(found["estimator"] == "firth") & (found["term"] == "front_pages")]
    assert np.isfinite(firth["estimate"]).all()
    assert firth["nobs"].tolist() == [
        int((cases["front_pages"].notna() & cases["sought"].notna()).sum())
    ]


def test_a_variable_that_no_file_codes_is_null_everywhere(project):
    book = read_codebook(project / "codebook.yaml")
    cases, faults, _ = check_cases(paths.CASES, book)
    assert faults == []
    frame = build(cases, book)["cases"]
    assert frame["front_pages"].isna().all()
    write_stata(project / "cases.dta", frame, book)
    found = reliability(build(cases, book)["codings"], book).set_index(["variable", "passes"])
    assert found.loc[("front_pages", "all passes"), "note"] == "no unit has two codes"
