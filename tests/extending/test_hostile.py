"""Hostile text is shown as text wherever it goes: tables, figures, data files, spreadsheets; or refused."""

import io
import re
import xml.etree.ElementTree as ET
import zipfile

import pandas as pd
import pyreadstat
import pytest
from in_process import make_exhibits, project_in, run
from openpyxl import load_workbook

from replication import paths
from replication.casefile import check_cases, load_cases
from replication.casefile.coding_sheet import CODES, coding_sheet
from replication.codebook import read_codebook

BOOK = read_codebook(paths.CODEBOOK)
SMALL = paths.ROOT / "tests" / "data" / "small" / "atlantis_2001.yaml"
BACKSLASH = chr(92)
TEXTS = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "latex": f"{BACKSLASH}input{{/etc/passwd}} $x^2$ 100% a_b #1 ~ {BACKSLASH}{BACKSLASH} & {{",
    "typst": '#read("/etc/passwd") #set page(width: 1pt) *b* @ref `code` $ sum $',
    "template": "{{ 7 * 7 }} {% include x %} ${x} %(x)s",
    "long word": "w" * 180,
    "right to left": "عملية الإغاثة 2011 في الجبال",
    "quotes": chr(34) + "double" + chr(34) + " 'single' `back` ]]> --> <!-- , ; | tab",
    "math": "$$ ∑ 2^{10} $$",
}


def sheets(text):
    return f"'{text.replace(chr(39), chr(39) * 2)}'"


def hostile_case(text):
    """Put the text everywhere a file takes free text."""
    case = SMALL.read_text(encoding="utf-8")
    for old in (
        "Atlantis 2001 (invented)", "An invented president", "A. Writer", "A fleet for Atlantis",
        "Waves", "The Daily Sea", "The first of two letters.", "The Council was asked.", "Silence.",
        "The wording comes near a condition.", "The president decided in March 2001 to send a force to Atlantis.",
    ):  # fmt: skip
        assert case.count(f": {old}"), old
        case = case.replace(f": {old}", f": {sheets(text)}")
    return case


@pytest.mark.parametrize("kind", TEXTS)
def test_every_product_shows_it_as_text(tmp_path, kind):
    text = TEXTS[kind]
    with project_in(tmp_path):
        paths.CASES.mkdir()
        (paths.CASES / SMALL.name).write_text(hostile_case(text), encoding="utf-8")
        run("01_build_dataset")
        run("02_reliability")
        make_exhibits({"table01_sample", "table05_disputes", "figure02_codes"})
        table = pd.read_csv(paths.DERIVED / "cases.csv")
        assert table["case_title"].tolist() == [text]
        frame, _ = pyreadstat.read_dta(paths.DERIVED / "cases.dta")
        assert frame["administration"].tolist() == [text]
        html = (paths.TABLES / "table05_disputes.html").read_text(encoding="utf-8")
        parsed = ET.fromstring(f"<page>{html}</page>")
        assert {node.tag for node in parsed.iter()} <= {
            "page", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "sup", "span", "div", "p",
        }  # fmt: skip
        assert " ".join(text.split()) in " ".join("".join(parsed.itertext()).split())
        svg = ET.parse(paths.FIGURES / "figure02_codes.svg")
        assert not [node for node in svg.iter() if node.tag.endswith("script")]
        tex = (paths.TABLES / "table05_disputes.tex").read_text(encoding="utf-8")
        assert f"{BACKSLASH}input" not in tex
        unescaped = re.compile("(?<!" + re.escape(BACKSLASH) + ")[%#]")
        lines = [line.rstrip("%") for line in tex.split("\n") if not line.startswith("%")]
        assert not [line for line in lines if unescaped.search(line)]
        products = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert all(path.stat().st_size for path in products)
        assert {path.relative_to(tmp_path).parts[0] for path in products} <= {
            "cases", "data", "output", ".build",
        }  # fmt: skip


@pytest.mark.parametrize("kind", TEXTS)
def test_a_coding_sheet_holds_no_formula_link_or_macro(tmp_path, kind):
    (tmp_path / SMALL.name).write_text(hostile_case(TEXTS[kind]), encoding="utf-8")
    content = coding_sheet(load_cases(tmp_path, BOOK), BOOK, "zoe")
    book = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    assert TEXTS[kind] in [cell.value for cell in book[CODES]["C"]]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if "vba" in name or "external" in name]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('=HYPERLINK("http://x","y")', "spreadsheets run as a formula"),
        ("+1+cmd|' /C calc'!A0", "spreadsheets run as a formula"),
        ("@SUM(A1)", "spreadsheets run as a formula"),
        (f"NUL {chr(0)} byte", "U+0000"),
        (f"turned {chr(0x202E)} round", "U+202E"),
        (f"a tab {chr(9)}", "holds a tab"),
        ("x" * 2001, "has 2001 characters"),
    ],
)
def test_what_could_run_or_deceive_is_refused_with_the_reason(tmp_path, text, words):
    (tmp_path / SMALL.name).write_text(hostile_case(text), encoding="utf-8")
    cases, faults, _ = check_cases(tmp_path, BOOK)
    assert cases == []
    assert any(words in fault.message for fault in faults)


@pytest.mark.parametrize(
    "case_id", ["../escape", "a/b", "..", "C:" + BACKSLASH + "x", "-rf", "a b"]
)
def test_an_id_that_could_leave_the_folder_is_refused(tmp_path, case_id):
    text = SMALL.read_text(encoding="utf-8").replace("atlantis_2001", sheets(case_id), 1)
    (tmp_path / SMALL.name).write_text(text, encoding="utf-8")
    cases, faults, _ = check_cases(tmp_path, BOOK)
    assert cases == []
    assert any(fault.field == "case_id" for fault in faults)
