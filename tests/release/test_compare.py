"""Every kind of product: what is the same, what is near enough, and what differs, named by its place."""

import hashlib

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from matplotlib.figure import Figure

from replication.release.compare import (
    DIFFERENT,
    IDENTICAL,
    WITHIN,
    compare_files,
    compare_records,
)

NEWLINE = chr(10)
# Made-up files; the bar stands for the end of a line.
TEXTS = {
    "csv": "term,estimate|burden,0.52|opposition,1.25|",
    "tex": "burden & 0.52 & [0.10, 0.94]|",
    "html": "<tr><td>burden</td><td>0.52</td></tr>|",
    "svg": '<path d="M 0.52 1"/>|',
    "json": '{"burden": 0.52}|',
    "R": "expected <- 0.52|",
    "do": "scalar expected = 0.52|",
}


def both(folder, suffix, old, new):
    files = folder / f"old.{suffix}", folder / f"new.{suffix}"
    for file, content in zip(files, (old, new), strict=True):
        file.write_bytes(
            content if isinstance(content, bytes) else content.replace("|", NEWLINE).encode()
        )
    return files


@pytest.mark.parametrize("suffix", TEXTS)
def test_texts_that_are_the_same_near_and_different(suffix, tmp_path):
    text = TEXTS[suffix]
    for number, verdict in (("0.52", IDENTICAL), ("0.5200000001", WITHIN), ("0.53", DIFFERENT)):
        files = both(tmp_path, suffix, text, text.replace("0.52", number))
        assert compare_files("f", *files).verdict == verdict
    files = both(tmp_path, suffix, text, text.replace("0.52", "none"))
    assert compare_files("f", *files).verdict == DIFFERENT
    assert compare_files("f", *both(tmp_path, suffix, text, text + text)).verdict == DIFFERENT


def test_a_cell_is_named_by_line_and_column(tmp_path):
    new = TEXTS["csv"].replace("1.25", "1.26")
    [detail] = compare_files("f", *both(tmp_path, "csv", TEXTS["csv"], new)).details
    assert detail == "line 3, estimate: was '1.25', is '1.26'"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("a,b|1,2|", "a,c|1,2|", "columns were a, b; are a, c"),
        ("a,b|1,2|", "a,b|1|", "line 2: 2 fields were there, 1 are"),
        ("a|1|2|", "a|1|", "2 rows were there, 1 are"),
        ("a|123456789|", "a|123456790|", "line 2, a: was '123456789', is '123456790'"),
        ("a|0.5|", "a||", "line 2: 1 fields were there, 0 are"),
        ("a|nan|", "a|0.1|", "line 2, a: was 'nan', is '0.1'"),
        ("a|inf|", "a|-inf|", "line 2, a: was 'inf', is '-inf'"),
    ],
)
def test_differences_that_a_tolerance_must_not_swallow(old, new, told, tmp_path):
    found = compare_files("f", *both(tmp_path, "csv", old, new))
    assert found.verdict == DIFFERENT
    assert found.details[0] == told


def labelled(path, values, label):
    write = pyreadstat.write_dta if path.suffix == ".dta" else pyreadstat.write_sav
    frame = pd.DataFrame({"code": values})
    write(frame, str(path), column_labels={"code": label}, variable_value_labels={"code": {1: "x"}})
    return path


@pytest.mark.parametrize("suffix", ["dta", "sav"])
def test_labelled_files_by_cell_and_by_label(suffix, tmp_path):
    old = labelled(tmp_path / f"old.{suffix}", [1.0, 2.0], "Code")
    near = labelled(tmp_path / f"near.{suffix}", [1.0, 2.0 + 1e-9], "Code")
    far = labelled(tmp_path / f"far.{suffix}", [1.0, 3.0], "Code")
    other = labelled(tmp_path / f"other.{suffix}", [1.0, 2.0], "Other")
    assert compare_files("f", old, near).verdict in (WITHIN, IDENTICAL)
    assert compare_files("f", old, far).details == ("line 3, code: was '2.0', is '3.0'",)
    assert compare_files("f", old, other).details == ("labels differ",)
    broken = tmp_path / f"broken.{suffix}"
    broken.write_bytes(old.read_bytes()[:40])
    assert compare_files("f", old, broken).details[0].startswith("cannot be read")


def drawing(path, height):
    figure = Figure(figsize=(2, 2))
    figure.subplots().bar([0, 1], [1.0, height])
    figure.savefig(path, metadata=None if path.suffix == ".png" else {"CreationDate": None})
    return path


@pytest.mark.parametrize("suffix", ["png", "pdf"])
def test_pictures_and_pages_by_what_they_show(suffix, tmp_path):
    old = drawing(tmp_path / f"old.{suffix}", 0.5)
    assert compare_files("f", old, drawing(tmp_path / f"again.{suffix}", 0.5)).verdict == IDENTICAL
    far = compare_files("f", old, drawing(tmp_path / f"far.{suffix}", 0.9))
    assert far.verdict == DIFFERENT
    assert "differ" in far.details[0] or "part" in far.details[0]
    half = tmp_path / f"half.{suffix}"
    half.write_bytes(old.read_bytes()[: old.stat().st_size // 2])
    assert compare_files("f", old, half).verdict == DIFFERENT


def test_a_page_with_rounding_in_its_drawing_is_within_tolerance(tmp_path):
    plain = "%PDF-1.4|stream|{} 20 m 30 40 l|endstream|"
    files = both(tmp_path, "pdf", plain.format("10.000001"), plain.format("10.000002"))
    assert compare_files("f", *files).verdict == WITHIN


def test_a_kind_without_a_rule_must_be_the_same(tmp_path):
    assert compare_files("f", *both(tmp_path, "bin", b"1.0", b"1.00")).verdict == DIFFERENT


def test_records_pass_over_checksums_but_not_over_names(tmp_path):
    one, two = (hashlib.sha256(word).hexdigest() for word in (b"one", b"two"))
    old = f"step table|  wrote {one[:16]}  output/table.csv  120 bytes|"
    same = f"step table|  wrote {two[:16]}  output/table.csv  121 bytes|"
    other = f"step table|  wrote {one[:16]}  output/other.csv  120 bytes|"
    assert compare_records("f", *both(tmp_path, "log", old, same)).verdict == WITHIN
    assert compare_records("f", *both(tmp_path, "log", old, other)).verdict == DIFFERENT
    assert compare_files("f", *both(tmp_path, "log", old, same)).verdict == DIFFERENT


def test_the_tolerance_is_relative_with_a_floor(tmp_path):
    for old, new, verdict in (
        (1e6, 1e6 + 0.5, WITHIN),
        (1e6, 1e6 + 2.5, DIFFERENT),
        (0.0, 9e-10, WITHIN),
        (0.0, 2e-9, DIFFERENT),
    ):
        files = both(tmp_path, "csv", f"a|{old!r}|", f"a|{np.float64(new).item()!r}|")
        assert compare_files("f", *files).verdict == verdict
