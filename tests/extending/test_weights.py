"""Weights of evidence: a sheet without weights of others, and a merge that is whole, exact and checked."""

import io

import pytest
from openpyxl import load_workbook

from replication import paths
from replication.casefile import InputError, check_cases, load_cases
from replication.casefile.line_edits import SpliceError
from replication.casefile.model import Weight
from replication.casefile.splicing import spliced_weights
from replication.casefile.weight_import import merge_weights
from replication.casefile.weight_sheet import SHEET, weight_sheet
from replication.cli import extend
from replication.codebook import read_codebook
from replication.dataset import build

BOOK = read_codebook(paths.CODEBOOK)
SMALL = paths.ROOT / "tests" / "data" / "small" / "atlantis_2001.yaml"
ITEMS = [f"atlantis_2001-e0{n}" for n in (1, 2, 3)]
WHOLE = {
    (item[-3:], rival): (3 if item.endswith("1") else "0 does not discriminate", "Asked first.")
    for item in ITEMS
    for rival in BOOK.weights.rivals
}


@pytest.fixture
def folder(tmp_path):
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / SMALL.name).write_bytes(SMALL.read_bytes())
    return cases


def filled(folder, entries, coding="zoe"):
    book = load_workbook(io.BytesIO(weight_sheet(load_cases(folder, BOOK), BOOK, coding)))
    sheet = book[SHEET]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        key = (sheet.cell(row, heads["Item"]).value, sheet.cell(row, heads["Rival"]).value)
        for head, value in zip(("Decibels", "Why"), entries.get(key, ()), strict=False):
            sheet.cell(row, heads[head]).value = value
    path = folder.parent / f"{coding}.xlsx"
    book.save(path)
    return path


def merged(folder, entries, coding="zoe"):
    merge = merge_weights(filled(folder, entries, coding), folder, BOOK)
    for path, text in merge.texts.items():
        path.write_bytes(text.encode("utf-8"))
    return merge


def told(folder, entries):
    before = (folder / SMALL.name).read_bytes()
    with pytest.raises(InputError) as caught:
        merged(folder, entries)
    assert (folder / SMALL.name).read_bytes() == before
    return "; ".join(map(str, caught.value.faults))


def test_weights_come_into_the_case_file_and_nothing_else_changes(folder):
    [old] = load_cases(folder, BOOK)
    text = (folder / SMALL.name).read_text(encoding="utf-8")
    merge = merged(folder, WHOLE)
    assert (merge.new, merge.same, merge.blank) == (6, 0, 0)
    [case] = load_cases(folder, BOOK)
    assert case.codings == old.codings
    assert case.weights["zoe"]["norms"][ITEMS[0]] == Weight(3, "Asked first.")
    assert case.weights["zoe"]["soft_balancing"][ITEMS[2]].decibels == 0
    new = (folder / SMALL.name).read_text(encoding="utf-8")
    assert new.startswith(text.rstrip())
    table = build([case], BOOK)["weights"]
    assert len(table) == 6
    assert set(table["decibels"]) == {0, 3}


def test_a_second_pass_stands_beside_the_first_and_sees_nothing_of_it(folder):
    merged(folder, WHOLE)
    content = weight_sheet(load_cases(folder, BOOK), BOOK, "yan")
    words = {
        str(cell.value)
        for sheet in load_workbook(io.BytesIO(content))
        for row in sheet
        for cell in row
    }
    assert not any("Asked first" in word for word in words)
    merged(folder, dict.fromkeys(WHOLE, (-10, "The envoy asked.")), "yan")
    [case] = load_cases(folder, BOOK)
    assert list(case.weights) == ["zoe", "yan"]
    assert case.weights["yan"]["norms"][ITEMS[1]].decibels == -10


def test_the_same_sheet_twice_changes_nothing_and_another_weight_is_refused(folder):
    path = filled(folder, WHOLE)
    merged(folder, WHOLE)
    again = merge_weights(path, folder, BOOK)
    assert (again.new, again.same, again.texts) == (0, 6, {})
    book = load_workbook(path)
    book[SHEET].cell(2, 8).value = 20
    book.save(path)
    with pytest.raises(InputError, match="has weighed this item already"):
        merge_weights(path, folder, BOOK)


def test_the_sheet_has_the_same_bytes_twice_and_leaves_out_what_is_weighed(folder):
    cases = load_cases(folder, BOOK)
    assert weight_sheet(cases, BOOK, "zoe") == weight_sheet(cases, BOOK, "zoe")
    merged(folder, WHOLE)
    with pytest.raises(ValueError, match="nothing left to weigh"):
        weight_sheet(load_cases(folder, BOOK), BOOK, "zoe")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ((7, "Why."), "'7' is not allowed; allowed: 30, 20"),
        (("ten", "Why."), "'ten' is not allowed"),
        (("", "Why."), "Decibels: '' is not allowed"),
        ((10, ""), "Why is blank; allowed beside 0 only"),
        ((10.5, "Why."), "'10.5' is not allowed"),
    ],
)
def test_faults_of_the_sheet_are_told_by_row(folder, entry, words):
    message = told(folder, {("e01", "norms"): entry})
    assert words in message
    assert "zoe.xlsx:2" in message


def test_faults_of_the_case_file_are_told_by_line(folder):
    file = folder / SMALL.name
    bad = {"norms": {"atlantis_2001-e09": Weight(3, "No such item."), ITEMS[0]: Weight(3, None)}}
    file.write_text(spliced_weights(file.read_text(encoding="utf-8"), "zoe", bad), encoding="utf-8")
    _, faults, _ = check_cases(folder, BOOK)
    messages = "; ".join(map(str, faults))
    assert "'atlantis_2001-e09' is not the id of an item" in messages
    assert "weights.zoe.norms.atlantis_2001-e01.why: null is not allowed" in messages
    wrong = file.read_text(encoding="utf-8").replace("decibels: 3", "decibels: 4")
    file.write_text(wrong, encoding="utf-8")
    assert "4 is not allowed; allowed: 30" in "; ".join(map(str, check_cases(folder, BOOK)[1]))


def test_a_pass_that_leaves_items_out_is_noticed(folder):
    merged(folder, {("e01", "norms"): (0, None)})
    _, faults, notices = check_cases(folder, BOOK)
    assert faults == []
    assert any("not weighed: atlantis_2001-e02, atlantis_2001-e03" in str(n) for n in notices)


def test_a_weight_that_is_there_is_never_put_in_again(folder):
    merged(folder, WHOLE)
    text = (folder / SMALL.name).read_text(encoding="utf-8")
    with pytest.raises(SpliceError):
        spliced_weights(text, "zoe", {"norms": {ITEMS[0]: Weight(0, None)}})


def test_the_scale_is_symmetric_and_faults_of_it_are_told(tmp_path):
    scale = BOOK.weights.scale.values
    assert {-code for code in scale} == set(scale)
    text = paths.CODEBOOK.read_text(encoding="utf-8")
    for old, new, words in (
        (
            "  explanation: liability",
            "  explanation: envy",
            "'envy' is not allowed; allowed: liability",
        ),
        ("    30: {label: very", "    40: {label: very", "the same with the other sign"),
    ):
        assert text.count(old) == 1
        path = tmp_path / "codebook.yaml"
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(InputError, match=words):
            read_codebook(path)


def test_a_rival_added_to_the_codebook_is_asked_for_and_weighed(tmp_path, folder):
    text = paths.CODEBOOK.read_text(encoding="utf-8")
    head = "  values:\n    30: {label: very"
    assert text.count(head) == 1
    lines = ["    envy:", "      label: Envy", "      rule: The search turned on envy."]
    added = "".join(line + "\n" for line in lines)
    path = tmp_path / "codebook.yaml"
    path.write_text(text.replace(head, added + head), encoding="utf-8")
    book = read_codebook(path)
    assert list(book.weights.rivals) == [*BOOK.weights.rivals, "envy"]
    sheet = load_workbook(io.BytesIO(weight_sheet(load_cases(folder, book), book, "zoe")))[SHEET]
    asked = [sheet.cell(row, 3).value for row in range(2, sheet.max_row + 1)]
    assert asked.count("envy") == len(ITEMS)


def test_the_verbs_make_and_take_the_sheet(monkeypatch, capsys, tmp_path, folder):
    monkeypatch.setattr(paths, "CASES", folder)
    monkeypatch.setattr(paths, "CODING_SHEETS", tmp_path / "sheets")
    assert extend.run_coding_sheet("zoe", None, "weights") == 0
    assert "yellow cells of the sheet Weights" in capsys.readouterr().out
    book = load_workbook(tmp_path / "sheets" / "zoe.xlsx")
    for row in range(2, book[SHEET].max_row + 1):
        book[SHEET].cell(row, 8).value = 0
    book.save(tmp_path / "sheets" / "zoe.xlsx")
    assert extend.run_import_codes(str(tmp_path / "sheets" / "zoe.xlsx")) == 0
    assert "6 new" in capsys.readouterr().out
    [case] = load_cases(folder, BOOK)
    assert case.weights["zoe"]["norms"][ITEMS[0]] == Weight(0, None)
