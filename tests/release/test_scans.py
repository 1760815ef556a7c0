"""Each scan finds what it is for, and nothing in a sound tree."""

import pandas as pd
import pyreadstat
import pytest

from replication import paths
from replication.release.scans import faults, personal_words

BACKSLASH = chr(92)
SLASH, COLON = chr(47), chr(58)
SLASH_HOME = f"{SLASH}home/someone/data.csv"


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "01.py").write_text("import re", encoding="utf-8")
    (tmp_path / "README.md").write_text("words", encoding="utf-8")
    return tmp_path


def test_a_sound_tree_has_no_fault(tree):
    assert not any(faults(tree).values())


@pytest.mark.parametrize(
    ("scan", "name", "content"),
    [
        ("empty files", "data/.keep", b""),
        ("copies", "copy.md", b"words"),
        ("archives", "old.ZIP", b"PK"),
        ("compiled programs", "a.pyc", b"x"),
        ("unwanted folders", ".git/HEAD", b"ref"),
        ("unwanted folders", "__MACOSX/x", b"y"),
        ("paths of Windows", "a.py", f"x = 'data{BACKSLASH}raw'".encode()),
        ("paths of Windows", "makefile", f"all: a{BACKSLASH}b".encode()),
        ("absolute paths", "b.R", f"read.csv('{SLASH_HOME}')".encode()),
        ("absolute paths", "c.toml", f"path = 'C{COLON}/data'".encode()),
    ],
)
def test_each_scan_names_the_file(scan, name, content, tree):
    path = tree / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    found = faults(tree)
    assert len(found.pop(scan)) == 1
    assert not any(found.values())


def test_escapes_after_quotes_and_in_prose_are_not_taken_for_paths(tree):
    (tree / "a.py").write_text(f"x = '{BACKSLASH}n'", encoding="utf-8")
    (tree / "notes.md").write_text(f"data{BACKSLASH}raw and {SLASH_HOME}", encoding="utf-8")
    assert not any(faults(tree).values())


def test_personal_information_in_names_and_labels_of_dta(tree):
    frame = pd.DataFrame({"home_address": [1.0], "code": [2.0], "nurl": [3.0]})
    labels = {"home_address": "x", "code": "Number of villages", "nurl": "x"}
    pyreadstat.write_dta(frame, str(tree / "a.dta"), column_labels=labels)
    told = faults(tree)["personal information"]
    assert [line.rsplit(" ", 1)[1] for line in told] == ["address", "village", "url"]
    assert personal_words("io_sought", "Endorsement sought") == []


def test_free_texts_and_coordinates_in_dta(tree):
    frame = pd.DataFrame(
        {
            "remarks": ["a long remark", "b"],
            "iso3": ["HTIX", "SOM"],
            "place_y": [18.53912, 2.04692],
            "share": [0.123456, 0.98765],
            "year": [1994.0, 1992.0],
            "initials": ["abc", "d"],
        }
    )
    pyreadstat.write_dta(frame, str(tree / "a.dta"))
    assert faults(tree)["free texts and coordinates"] == [
        "a.dta: the text remarks has up to 13 characters",
        "a.dta: the numbers place_y could be coordinates",
    ]


def test_the_committed_tables_hold_neither():
    found = faults(paths.DERIVED.parent)
    assert found["personal information"] == found["free texts and coordinates"] == []
