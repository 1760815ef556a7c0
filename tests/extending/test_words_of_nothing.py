"""Words that other programs read as missing or as a number are refused at every door, with file and line or row."""

import re

import pytest
from test_recoding import BOOK, SMALL, faults_of, filled

from replication import paths
from replication.casefile import check_cases
from replication.casefile.coding_sheet import check_label
from replication.cli import extend
from replication.csv_cells import MISSING_WORDS

TEXT = SMALL.read_text(encoding="utf-8")
LABELS = sorted(word for word in MISSING_WORDS if re.fullmatch("[a-z]+", word))
ASKED = ["null", "None", "NA", "NaN", "nan", "inf", "-inf", "Infinity", "."]
PLACES = {
    "a reason": ("why: The Council was asked.", "why: {}"),
    "a title": ("title: A fleet for Atlantis", "title: {}"),
    "a note": ("note: The first of two letters.", "note: {}"),
    "a document": ("value: S/RES/9999 (2001)", "value: {}"),
    "a president": ("administration: An invented president", "administration: {}"),
    "a name": ("name: Atlantis 2001 (invented)", "name: {}"),
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / SMALL.name).write_text(TEXT, encoding="utf-8")
    return tmp_path / "cases"


def faults_with(folder, old, new):
    assert old in TEXT
    (folder / SMALL.name).write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    line = 1 + TEXT[: TEXT.index(old)].count(chr(10))
    return [fault for fault in check_cases(folder, BOOK)[1] if fault.line == line]


def test_the_labels_at_issue_are_those_that_a_label_could_be():
    assert {"nan", "null", "na", "inf", "infinity"} <= set(LABELS)


@pytest.mark.parametrize("label", LABELS)
def test_no_pass_is_called_so(label, folder):
    with pytest.raises(ValueError, match=f"PASS: '{label}' is not allowed; allowed: .* missing"):
        check_label(label)
    [fault] = faults_with(folder, "  pass_1:", f"  {label}:")
    assert f"the key '{label}' is read as missing by other programs" in fault.message


def test_the_verb_refuses_it_and_writes_nothing(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(extend.paths, "CODING_SHEETS", tmp_path / "sheets")
    monkeypatch.setattr(extend.paths, "CASES", SMALL.parent)
    assert extend.run_coding_sheet("nan", None, None) == 1
    assert "PASS: 'nan' is not allowed" in capsys.readouterr().out
    assert not (tmp_path / "sheets").exists()


@pytest.mark.parametrize("word", ASKED)
@pytest.mark.parametrize("place", PLACES)
def test_no_text_of_a_case_is_such_a_word(place, word, folder):
    old, new = PLACES[place]
    [fault] = faults_with(folder, old, new.format(f"'{word}'"))
    assert f"'{word}' is read as missing by other programs" in fault.message


@pytest.mark.parametrize("word", ["NA", "null", "NaN", "inf"])
def test_no_key_of_a_source_is_such_a_word(word, folder):
    (folder / SMALL.name).write_text(TEXT.replace("K1", f"'{word}'"), encoding="utf-8")
    faults = check_cases(folder, BOOK)[1]
    assert any(f"the key '{word}' is read as missing" in fault.message for fault in faults)


@pytest.mark.parametrize("word", ["NA", "null", "None", "nan", "inf"])
def test_no_reason_in_a_sheet_is_such_a_word(word, folder):
    entries = {("atlantis_2001", "io_sought"): ("2 sought", 2, "e02", word)}
    [fault] = faults_of(filled(folder, entries), folder)
    assert "io_sought" in fault
    assert word in fault


def test_no_released_text_is_such_a_word():
    tables = [*paths.DERIVED.glob("*.csv"), *paths.OUTPUT.rglob("*.csv")]
    assert len(tables) > 60
    for path in tables:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            cells = set(re.split('[,"]', line))
            assert not cells & MISSING_WORDS or number == 1, (path.name, number, cells & MISSING_WORDS)  # fmt: skip
