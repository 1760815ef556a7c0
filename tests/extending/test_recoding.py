"""Coding sheets: nothing of others in them, the same bytes, and a merge that touches nothing else."""

import difflib
import io
import math
import zipfile
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from released_passes import copy_released_passes

from replication import paths
from replication.casefile import InputError, check_cases, load_cases
from replication.casefile.coding_sheet import ABOUT, CODES, coding_sheet
from replication.casefile.line_edits import SpliceError
from replication.casefile.model import CodedCell
from replication.casefile.sheet_import import merge_sheet
from replication.casefile.sheet_layout import options
from replication.casefile.splicing import spliced
from replication.codebook import read_codebook

BOOK = read_codebook(paths.CODEBOOK)
SMALL = paths.ROOT / "tests" / "data" / "small" / "atlantis_2001.yaml"
NEWLINE, RETURN = "\n", "\r"


@pytest.fixture(scope="module")
def small():
    return load_cases(SMALL.parent, BOOK)


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "cases"
    folder.mkdir()
    for name in ("libya_2011", "kosovo_1999"):
        copy_released_passes(name, folder)
    (folder / SMALL.name).write_bytes(SMALL.read_bytes())
    return folder


def filled(folder, entries, coding="zoe", change=None):
    """Make a sheet for all cases of a folder and fill rows: (case, cell) -> code, confidence, items, why."""
    # Only the cells at hand: a whole sheet takes ten times as long.
    cells = sorted({cell for _, cell in entries} | {"io_sought", "host_consent"})
    content = coding_sheet(load_cases(folder, BOOK), BOOK, coding, cells)
    book = load_workbook(io.BytesIO(content))
    sheet = book[CODES]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        key = (sheet.cell(row, 1).value, sheet.cell(row, 2).value)
        for head, value in zip(
            ("Code", "Confidence", "Items", "Why"), entries.get(key, ()), strict=False
        ):
            sheet.cell(row, heads[head]).value = value
    if change:
        change(book)
    path = folder.parent / f"{coding}.xlsx"
    book.save(path)
    return path


def faults_of(path, folder):
    with pytest.raises(InputError) as caught:
        merge_sheet(path, folder, BOOK)
    return [str(fault) for fault in caught.value.faults]


def test_the_same_cases_give_the_same_bytes_at_any_time(small, monkeypatch):
    first = coding_sheet(small, BOOK, "zoe")

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2031, 5, 6, 7, 8, 9, tzinfo=tz)

    monkeypatch.setattr("openpyxl.writer.excel.datetime.datetime", Later)
    assert coding_sheet(small, BOOK, "zoe") == first


def test_no_code_or_reason_of_another_coder_is_anywhere_in_the_file():
    cases = load_cases(paths.CASES, BOOK)[:2]
    with zipfile.ZipFile(io.BytesIO(coding_sheet(cases, BOOK, "zoe"))) as archive:
        content = "".join(archive.read(name).decode("utf-8") for name in archive.namelist())
    reasons = {cell.why for case in cases for c in case.codings.values() for cell in c.values()}
    assert [why for why in reasons if why and why.replace("'", "&apos;") in content] == []
    assert [why for why in reasons if why and why in content] == []
    assert "pass_1" not in content
    sheet = load_workbook(io.BytesIO(coding_sheet(cases, BOOK, "zoe")))[CODES]
    entries = [cell.value for row in sheet.iter_rows(min_row=2, min_col=7) for cell in row]
    assert set(entries) == {None}


def test_each_cell_has_its_evidence_and_a_list_of_its_scale_and_only_entries_are_open(small):
    book = load_workbook(io.BytesIO(coding_sheet(small, BOOK, "zoe")))
    sheet = book[CODES]
    rows = {sheet.cell(row, 2).value: row for row in range(2, sheet.max_row + 1)}
    assert list(rows) == list(BOOK.cells)
    assert "asked for a smaller task" in sheet.cell(rows["military.force"], 6).value
    assert "No item" in sheet.cell(rows["host_consent"], 6).value
    for name, row in rows.items():
        choices = options(BOOK.cells[name])
        [rule] = [rule for rule in sheet.data_validations.dataValidation if f"G{row}" in rule.sqref]
        first, last = rule.formula1.removeprefix("Lists!").replace("$", "").split(":")
        listed = [cell[0].value for cell in book["Lists"][first:last]]
        assert listed == choices
        assert [sheet.cell(row, column).protection.locked for column in range(6, 11)] == [
            True, False, False, False, False,
        ]  # fmt: skip
    assert sheet.protection.sheet


def test_every_row_is_high_enough_for_its_text(project):
    """Characters of a row need at least this room; 409 points is the most that a spreadsheet allows."""
    sheet = coding_sheet(load_cases(project, BOOK), BOOK, "zoe", ["io_sought"])
    book = load_workbook(io.BytesIO(sheet))
    several = 0
    for sheet in (book[ABOUT], book[CODES], book["Evidence"]):
        for row in sheet.iter_rows():
            height = sheet.row_dimensions[row[0].row].height
            for cell in row:
                width = sheet.column_dimensions[cell.column_letter].width
                parts = str(cell.value or "").split(NEWLINE)
                least = sum(max(1, math.ceil(len(part) / width)) for part in parts)
                assert height >= min(15 * least, 409)
                several += least > 3
    assert several > 5
    assert book[CODES].page_setup.orientation == "landscape"


def test_a_filled_sheet_is_merged_and_every_other_line_stays(project):
    before = {path.name: path.read_bytes() for path in project.iterdir()}
    entries = {
        ("libya_2011", "io_sought"): ("2 sought", "3 strong", "e05, e07", "They  asked: #1 first."),
        ("libya_2011", "io_venue"): ("UN; NATO", 2, "e05", None),
        ("libya_2011", "military.force"): (
            -1.0,
            "2",
            "libya_2011-e01",
            "w" * 40 + " and more" * 30,
        ),
        ("atlantis_2001", "io_sought"): ("no evidence", None, None, "Nothing shows it."),
        ("atlantis_2001", "force_type"): ("none", 1, 1, None),
    }
    merge = merge_sheet(filled(project, entries), project, BOOK)
    assert (merge.coding, merge.new, merge.same) == ("zoe", 5, 0)
    assert {path.name: path.read_bytes() for path in project.iterdir()} == before
    assert {path.name for path in merge.texts} == {"libya_2011.yaml", "atlantis_2001.yaml"}
    for path, text in merge.texts.items():
        old = before[path.name].decode("utf-8")
        changes = difflib.ndiff(old.splitlines(), text.splitlines())
        assert [line for line in changes if line.startswith("- ")] == []
        path.write_text(text, encoding="utf-8", newline="")
    cases = {case.case_id: case for case in load_cases(project, BOOK)}
    zoe = cases["libya_2011"].codings["zoe"]
    assert zoe["io_sought"] == CodedCell(
        2, 3, ("libya_2011-e05", "libya_2011-e07"), "They asked: #1 first.", None
    )
    assert (zoe["io_venue"].code, zoe["military.force"].code) == (("UN", "NATO"), -1)
    assert cases["atlantis_2001"].codings["zoe"]["io_sought"].code is None
    assert cases["atlantis_2001"].codings["zoe"]["force_type"].code == ()
    again = merge_sheet(filled(project, {}, coding="other"), project, BOOK)
    assert (again.new, again.texts) == (0, {})


def test_merging_twice_changes_nothing_and_another_code_is_refused(project):
    entries = {("libya_2011", "io_sought"): ("2 sought", 3, "e05", None)}
    path = filled(project, entries)
    for file, text in merge_sheet(path, project, BOOK).texts.items():
        file.write_text(text, encoding="utf-8", newline="")
    merge = merge_sheet(path, project, BOOK)
    assert (merge.new, merge.same, merge.texts) == (0, 1, {})
    book = load_workbook(path)
    row = next(r for r in book[CODES].iter_rows(min_row=2) if r[6].value)
    row[6].value = "3 conditional"
    book.save(path)
    [fault] = faults_of(path, project)
    assert "zoe has coded this cell already and the code would change" in fault


def test_a_later_sheet_leaves_out_what_the_coder_has_coded(project):
    path = filled(project, {("libya_2011", "io_sought"): ("2 sought", 3, "e05", None)})
    for file, text in merge_sheet(path, project, BOOK).texts.items():
        file.write_text(text, encoding="utf-8", newline="")
    sheet = load_workbook(io.BytesIO(coding_sheet(load_cases(project, BOOK), BOOK, "zoe")))[CODES]
    keys = {(row[0], row[1]) for row in sheet.iter_rows(min_row=2, max_col=2, values_only=True)}
    assert ("libya_2011", "io_sought") not in keys
    assert len(keys) == 3 * len(BOOK.cells) - 1


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (("7 all", 1, "e05", None), "Code: '7 all' is not allowed; allowed: 0 none, 1 nominal"),
        (("2 sought", 9, "e05", None), "Confidence: '9' is not allowed; allowed: 1 thin"),
        (("2 sought", 1, "e99", None), "'e99' is no item of libya_2011"),
        (("2 sought", 1, "kosovo_1999-e01", None), "is no item of libya_2011"),
        (
            ("2 sought", 1, None, None),
            "Items is blank, but there is a code; allowed: the items it rests on, such as e05, or",
        ),
        (
            ("2 sought", None, "e05", None),
            "Confidence is blank, but there is a code; allowed: 1 thin",
        ),
        (
            ("no evidence", 2, None, None),
            "Confidence is filled, but the code is 'no evidence'; allowed: blank",
        ),
        ((None, 2, None, None), "Code is blank, but other fields are filled"),
        (("2 sought", 1, "e05", "=HYPERLINK(1)"), "spreadsheets run as a formula"),
        (("2 sought", 1, "e05", "x" * 2001), "has 2001 characters"),
    ],
)
def test_every_fault_names_its_row_and_nothing_is_merged(project, entry, words):
    before = {path.name: path.read_bytes() for path in project.iterdir()}
    sound = {("kosovo_1999", "io_sought"): ("2 sought", 1, "e01", None)}
    path = filled(project, {**sound, ("libya_2011", "io_sought"): entry})
    [fault] = faults_of(path, project)
    assert words in fault
    assert "libya_2011: io_sought" in fault
    book = load_workbook(path)
    row = int(fault.split(".xlsx:")[1].split(":")[0])
    assert [cell.value for cell in book[CODES][row]][:2] == ["libya_2011", "io_sought"]
    assert {p.name: p.read_bytes() for p in project.iterdir()} == before


def rename_head(book):
    book[CODES]["G1"].value = "Codes"


def unknown_case(book):
    book[CODES]["A2"].value, book[CODES]["G2"].value = "nowhere_1999", "0 none"


def double_row(book):
    sheet = book[CODES]
    for row in (2, 3):
        for column, value in enumerate(["libya_2011", "host_consent"], start=1):
            sheet.cell(row, column).value = value
        sheet.cell(row, 7).value = "no evidence"


def bad_label(book):
    book["About"]["B1"].value = "../../zoe"


def no_sheet(book):
    del book[CODES]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (rename_head, "the column 'Code' of the sheet 'Codes' is missing"),
        (unknown_case, "there is no case 'nowhere_1999'"),
        (double_row, "stands twice; first in row 2"),
        (bad_label, "PASS: '../../zoe' is not allowed"),
        (no_sheet, "is missing"),
    ],
)
def test_a_sheet_that_was_changed_is_refused_with_the_reason(project, change, words):
    faults = faults_of(filled(project, {}, change=change), project)
    assert any(words in fault for fault in faults)


@pytest.mark.parametrize("content", [b"", b"PK not a zip", b"Case id,Cell"])
def test_a_file_that_is_no_workbook_is_refused(project, content):
    path = project.parent / "zoe.xlsx"
    path.write_bytes(content)
    assert "is not an .xlsx file" in faults_of(path, project)[0]


def test_a_zip_that_is_no_workbook_is_refused(project):
    path = project.parent / "zoe.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "cannot be read as .xlsx" in faults_of(path, project)[0]


def test_faults_of_the_cases_of_a_sheet_are_told_and_those_of_others_do_not_stop_it(project):
    path = filled(project, {("libya_2011", "io_sought"): ("2 sought", 3, "e05", None)})
    (project / "broken.yaml").write_text("a: [", encoding="utf-8")
    merge = merge_sheet(path, project, BOOK)
    assert [file.name for file in merge.texts] == ["libya_2011.yaml"]
    (project / "libya_2011.yaml").write_text("a: [", encoding="utf-8")
    [told] = faults_of(path, project)
    assert "libya_2011.yaml:1" in told
    assert "broken.yaml" not in told


CELL = CodedCell(2, 1, ("atlantis_2001-e02",), "A reason.", None)
SOUND = SMALL.read_text(encoding="utf-8")


@pytest.mark.parametrize("end", [NEWLINE, RETURN + NEWLINE])
def test_line_ends_comments_and_an_open_last_line_stay(tmp_path, end):
    text = SOUND.replace("    actors:", "    # who argued what" + NEWLINE + "    actors:")
    text = text[: text.index("corrections:")].rstrip() + NEWLINE * 2 + "  # the end"
    text = text.replace(NEWLINE, end)
    new = spliced(text, "zoe", {"io_sought": CELL, "defense.io": CELL})
    assert new.count(end) == new.count(NEWLINE)
    old_lines = text.split(end)
    added = [line for line in difflib.ndiff(old_lines, new.split(end)) if line[:2] in ("+ ", "- ")]
    assert all(line.startswith("+ ") for line in added)
    (tmp_path / SMALL.name).write_bytes(new.encode("utf-8"))
    [case], faults, _ = check_cases(tmp_path, BOOK)
    assert faults == []
    assert case.codings["zoe"] == {"io_sought": CELL, "defense.io": CELL}


def test_cells_go_into_a_pass_that_is_there_and_into_empty_braces(tmp_path):
    text = SOUND.replace("status: released", "status: draft")
    start = text.index("codings:")
    text = f"{text[:start]}codings: {{}}  # none yet{NEWLINE}"
    new = spliced(text, "zoe", {"io_sought": CELL})
    new = spliced(
        new, "zoe", {"host_consent": CodedCell(None, None, (), None, None), "state.io": CELL}
    )
    assert "codings:  # none yet" in new
    (tmp_path / SMALL.name).write_bytes(new.encode("utf-8"))
    [case], faults, _ = check_cases(tmp_path, BOOK)
    assert faults == []
    assert list(case.codings["zoe"]) == ["io_sought", "host_consent", "state.io"]


def test_what_cannot_be_put_in_by_lines_is_refused():
    with pytest.raises(SpliceError, match="there is a code for io_sought already"):
        spliced(SOUND, "anna", {"io_sought": CELL})
    text = f"codings: {{anna: {{case: {{}}}}}}{NEWLINE}"
    with pytest.raises(SpliceError, match="in braces"):
        spliced(text, "zoe", {"io_sought": CELL})


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]),
    min_size=1,
    max_size=200,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    words, st.sampled_from(["pass_1", "anna", "zoe"]), st.sampled_from(["host_consent", "state.io"])
)
def test_any_reason_survives_the_merge(tmp_path_factory, reason, coding, name):
    why = " ".join(reason.split())
    folder = tmp_path_factory.mktemp("cases")
    cell = CodedCell(1, 1, ("atlantis_2001-e02",), why or None, None)
    new = spliced(SOUND.replace("status: released", "status: draft"), coding, {name: cell})
    (folder / SMALL.name).write_bytes(new.encode("utf-8"))
    cases, faults, _ = check_cases(folder, BOOK)
    if faults:
        assert all(fault.field.endswith(".why") or "U+" in fault.message for fault in faults), (
            faults
        )
    else:
        assert cases[0].codings[coding][name] == cell


def test_a_coder_codes_again_what_is_coded_and_released_codes_stay_on_record(project):
    path = filled(project, {("libya_2011", "io_sought"): ("2 sought", 3, "e05", "First look.")})
    for file, text in merge_sheet(path, project, BOOK).texts.items():
        file.write_text(text, encoding="utf-8", newline="")
    cases = load_cases(project, BOOK)
    content = coding_sheet(cases, BOOK, "zoe", ["io_sought"], again=True)
    sheet = load_workbook(io.BytesIO(content))[CODES]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert "libya_2011" in [row[0] for row in rows]
    assert all(cell is None for row in rows for cell in row[-4:])  # no code of before in it
    book = load_workbook(path)
    row = next(r for r in book[CODES].iter_rows(min_row=2) if r[6].value)
    row[6].value, row[9].value = "3 conditional", "A second look."
    book.save(path)
    [(file, text)] = merge_sheet(path, project, BOOK, again=True).texts.items()
    file.write_text(text, encoding="utf-8", newline="")
    case = next(c for c in load_cases(project, BOOK) if c.case_id == "libya_2011")
    assert case.codings["zoe"]["io_sought"].code == 3
    correction = case.corrections[-1]
    assert (correction.cell, correction.old, correction.new) == ("zoe.io_sought", 2, 3)
    assert correction.reason == "A second look."
