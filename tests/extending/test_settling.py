"""From passes to agreed codes: what is open, a sheet with every reading, and decisions put in and nothing else."""

import difflib
import io

import pytest
from openpyxl import load_workbook

from replication import paths
from replication.casefile import InputError, check_cases
from replication.casefile.coding_sheet import CODES
from replication.casefile.model import CodedCell
from replication.casefile.settling import (
    CHANGED,
    CODED_ONCE,
    DIFFER,
    UNSETTLED,
    merge_settled,
    open_cells,
    settling_sheet,
)
from replication.casefile.sheet_import import merge_sheet
from replication.casefile.splicing import spliced
from replication.codebook import read_codebook

BOOK = read_codebook(paths.CODEBOOK)
NEWLINE = "\n"
CASE = "libya_2011"
ITEMS = (f"{CASE}-e05", f"{CASE}-e07")


def cell(code, confidence=2, why="Read."):
    return CodedCell(code, confidence, ITEMS[:1], why, None)


@pytest.fixture
def folder(tmp_path):
    """One case without an agreed coding, read by two; the second read fewer cells and differs once."""
    text = (paths.CASES / f"{CASE}.yaml").read_bytes().decode("utf-8")
    head = text[: text.index("codings:")] + "codings: {}" + NEWLINE
    first = {"io_sought": cell(3), "io_obtained": cell(2), "military_opposition": cell(2, 3)}
    second = {"io_sought": cell(2, 1, "No condition."), "military_opposition": cell(2, 1)}
    (tmp_path / "cases").mkdir()
    text = spliced(spliced(head, "anna", first), "ben", second)
    (tmp_path / "cases" / f"{CASE}.yaml").write_bytes(text.encode())
    return tmp_path / "cases"


def cases_in(folder):
    cases, faults, _ = check_cases(folder, BOOK, settled=False)
    assert faults == []
    return cases


def filled(folder, entries=None):
    """Write the sheet with some rows filled: cell -> code, confidence, items, why."""
    book = load_workbook(io.BytesIO(settling_sheet(open_cells(cases_in(folder), BOOK), BOOK)))
    sheet = book[CODES]
    heads = {head.value: head.column for head in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        values = (entries or {}).get(sheet.cell(row, 2).value, ())
        for head, value in zip(("Code", "Confidence", "Items", "Why"), values, strict=False):
            sheet.cell(row, heads[head]).value = value
    path = folder.parent / "settle.xlsx"
    book.save(path)
    return path


def write(merge):
    for path, text in merge.texts.items():
        path.write_bytes(text.encode("utf-8"))


def test_what_is_open_is_told_with_the_reason(folder):
    found = {open_.name: open_.reason for open_ in open_cells(cases_in(folder), BOOK)}
    assert found == {
        "io_sought": DIFFER,
        "io_obtained": CODED_ONCE,
        "military_opposition": UNSETTLED,
    }
    _, faults, _ = check_cases(folder, BOOK)
    assert [fault.field for fault in faults] == ["codings.agreed"]
    assert "run make settle CASE=libya_2011" in faults[0].message


def test_the_sheet_shows_every_reading_and_proposes_what_nobody_disputes(folder):
    book = load_workbook(filled(folder))
    rows = list(book[CODES].iter_rows(values_only=True))
    table = {row[1]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    told = table["io_sought"]["Readings"]
    assert "The passes differ." in told
    assert "anna: 3 conditional, confidence 2 (e05). Read." in told
    assert "ben: 2 sought, confidence 1 (e05). No condition." in told
    assert table["io_sought"]["Code"] is None
    opposition = table["military_opposition"]
    assert (opposition["Code"], opposition["Confidence"]) == ("2 reserved", "1 thin")
    assert book["About"]["B1"].value == "agreed"


def test_decisions_go_in_and_say_how_they_came_about(folder):
    before = (folder / f"{CASE}.yaml").read_text(encoding="utf-8")
    entries = {"io_sought": ("2 sought", "1 thin", "e05 e07", "Ben is right.")}
    merge = merge_settled(filled(folder, entries), folder, BOOK)
    assert (merge.new, merge.blank) == (3, 0)
    write(merge)
    after = (folder / f"{CASE}.yaml").read_text(encoding="utf-8")
    lost = [d for d in difflib.ndiff(before.splitlines(), after.splitlines()) if d[0] == "-"]
    assert lost == []
    [case] = cases_in(folder)
    agreed = {name: (coded.code, coded.settled) for name, coded in case.agreed.items()}
    assert agreed == {
        "io_sought": (2, "third reading"),
        "io_obtained": (2, "one reading"),
        "military_opposition": (2, "passes agree"),
    }
    assert case.agreed["io_sought"].evidence == ITEMS
    assert open_cells([case], BOOK) == []
    assert case.corrections == ()


def test_a_row_left_blank_stays_open(folder):
    merge = merge_settled(filled(folder), folder, BOOK)
    assert (merge.new, merge.blank) == (2, 1)
    write(merge)
    assert [open_.name for open_ in open_cells(cases_in(folder), BOOK)] == ["io_sought"]


def test_a_pass_that_comes_later_opens_a_cell_again_and_the_released_code_is_kept_on_record(folder):
    write(merge_settled(filled(folder), folder, BOOK))
    path = folder / f"{CASE}.yaml"
    text = spliced(
        path.read_bytes().decode(), "zoe", {"io_obtained": cell(1), "io_sought": cell(3)}
    )
    path.write_bytes(text.encode())
    found = {open_.name: open_.reason for open_ in open_cells(cases_in(folder), BOOK)}
    assert found == {"io_sought": DIFFER, "io_obtained": CHANGED}
    entries = {"io_obtained": ("1 partial", "2 fair", "e07", "Zoe saw more.")}
    write(merge_settled(filled(folder, entries), folder, BOOK))
    [case] = cases_in(folder)
    assert case.agreed["io_obtained"].code == 1
    assert case.agreed["io_obtained"].settled == "third reading"
    [correction] = case.corrections
    assert (correction.cell, correction.old, correction.new) == ("agreed.io_obtained", 2, 1)
    assert (correction.reason, correction.evidence) == ("Zoe saw more.", ITEMS[1:])


def test_a_second_correction_stands_behind_the_first(folder):
    write(merge_settled(filled(folder), folder, BOOK))
    path = folder / f"{CASE}.yaml"
    for label, code in (("zoe", 1), ("max", 0)):
        text = spliced(path.read_bytes().decode(), label, {"io_obtained": cell(code)})
        path.write_bytes(text.encode())
        found = open_cells(cases_in(folder), BOOK, label)
        assert {open_.name for open_ in found} >= {"io_obtained"}
        book = load_workbook(io.BytesIO(settling_sheet(found, BOOK)))
        sheet = book[CODES]
        heads = {head.value: head.column for head in sheet[1]}
        row = next(r for r in range(2, 9) if sheet.cell(r, 2).value == "io_obtained")
        for head, value in (("Code", code), ("Confidence", 1), ("Items", "e05"), ("Why", label)):
            sheet.cell(row, heads[head]).value = value
        book.save(folder.parent / f"{label}.xlsx")
        write(merge_settled(folder.parent / f"{label}.xlsx", folder, BOOK))
    [case] = cases_in(folder)
    assert [(c.old, c.new, c.reason) for c in case.corrections[-1:]] == [(1, 0, "max")]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"io_sought": ("7", "1 thin", "e05", "x")}, "'7' is not allowed; allowed: 0 none"),
        ({"io_sought": ("2 sought", "1 thin", "e99", "x")}, "'e99' is no item of libya_2011"),
        ({"io_sought": ("2 sought", "1 thin", "", "x")}, "Items is blank, but there is a code"),
    ],
)
def test_a_faulty_decision_is_named_by_its_row_and_nothing_is_merged(folder, entries, words):
    with pytest.raises(InputError) as caught:
        merge_settled(filled(folder, entries), folder, BOOK)
    assert any(words in str(fault) and ":2: " in str(fault) for fault in caught.value.faults)


def test_a_sheet_of_one_coder_is_refused_here(folder):
    path = filled(folder)
    book = load_workbook(path)
    book["About"]["B1"].value = "anna"
    book.save(path)
    with pytest.raises(InputError, match="goes in with make import-codes"):
        merge_settled(path, folder, BOOK)


def test_a_sheet_of_settling_is_refused_among_the_passes(folder):
    with pytest.raises(InputError, match="a sheet of make settle goes in with make settle FILE="):
        merge_sheet(filled(folder), folder, BOOK)


def test_the_released_cases_have_nothing_open():
    cases, faults, _ = check_cases(paths.CASES, BOOK)
    assert faults == []
    released = [case for case in cases if set(case.passes) == {"pass_1", "pass_2"}]
    assert open_cells(released, BOOK) == []


def test_a_case_that_one_pass_has_read_is_told_to_have_no_reliability(folder):
    path = folder / f"{CASE}.yaml"
    text = path.read_text(encoding="utf-8")
    at = text.index("  ben:")
    for kept, words in ((text[:at], "read by anna only"), (text, None)):
        path.write_text(kept, encoding="utf-8")
        _, _, notices = check_cases(folder, BOOK, settled=False)
        told = [n.message for n in notices if "no reliability knows this case" in n.message]
        assert told == [] if words is None else words in told[0]
