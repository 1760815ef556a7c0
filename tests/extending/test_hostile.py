"""Hostile text is shown as text wherever it goes: tables, figures, data files, spreadsheets; or refused."""

import csv
import io
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile

import pandas as pd
import pyreadstat
import pytest
import yaml
from in_process import make_exhibits, project_in, run, run_all, whole_project_in
from openpyxl import load_workbook
from page_elements import PageElements
from synthetic import Plan, write_cases

from replication import paths
from replication.casefile import check_cases, load_cases
from replication.casefile.coding_sheet import CODES, coding_sheet
from replication.codebook import read_codebook
from replication.workflow import exhibit_lines

pytestmark = pytest.mark.slow
BOOK = read_codebook(paths.CODEBOOK)
SMALL = paths.ROOT / "tests" / "data" / "small" / "atlantis_2001.yaml"
BACKSLASH = chr(92)
# Made from the cases of the project, whose texts hold no markup.
PLAIN = paths.ROOT / "output"
UNESCAPED = re.compile("(?<!" + re.escape(BACKSLASH) + ")[%#]")
# A number may have a sign, and an infinite limit is one.
FORMULA = re.compile(f"[=@{chr(9)}{chr(13)}]|[-+](?![0-9.]|inf$)")
BREAK = chr(0x200B)
TABLE_TAGS = {
    "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "sup", "span", "div", "p", "br",
}  # fmt: skip
TABLE_ATTRIBUTES = {"class", "id", "scope", "colspan", "rowspan", "style"}
FIGURE_TAGS = {
    "svg", "g", "defs", "use", "path", "rect", "text", "tspan", "title", "desc", "style", "clipPath", "image",
}  # fmt: skip
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
        make_exhibits({"table01_sample", "table05_disputes", "figure10_codes"})
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
        svg = ET.parse(paths.FIGURES / "figure10_codes.svg")
        assert not [node for node in svg.iter() if node.tag.endswith("script")]
        tex = (paths.TABLES / "table05_disputes.tex").read_text(encoding="utf-8")
        assert latex_faults(tex) == []
        products = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert all(path.stat().st_size for path in products)
        assert {path.relative_to(tmp_path).parts[0] for path in products} <= {
            "cases", "data", "output", ".build",
        }  # fmt: skip


# Where a case file takes text of any kind.
FREE = {
    "name", "country", "administration", "decision", "statement", "why", "note", "author", "title", "publisher",
    "resolution",
}  # fmt: skip
ADDRESS = "https://x.example/'onmouseover=alert(1)//?a={{x}}&b=$y$#set"


def write_hostile_cases(folder):
    """Invented cases of which each has one of the texts wherever a text may stand."""
    write_cases(folder, BOOK, Plan(2 * len(TEXTS), missing=0.05))
    for path, text in zip(sorted(folder.glob("*.yaml")), [*TEXTS.values()] * 2, strict=True):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        fill(content, text)
        for fact in content["facts"].values():
            fact["note"] = text
            if fact["value"] == "text":
                fact["value"] = text
        content["sources"]["K1"]["url"] = ADDRESS
        words = yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        path.write_text(words, encoding="utf-8")


def fill(content, text):
    for key, value in content.items() if isinstance(content, dict) else enumerate(content):
        if isinstance(value, (dict, list)):
            fill(value, text)
        elif key in FREE:
            content[key] = text


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Make everything there is of a project of hostile cases."""
    folder = tmp_path_factory.mktemp("hostile")
    with whole_project_in(folder, raster=False):
        write_hostile_cases(paths.CASES)
        run_all()
    return folder


def attributes(page):
    return {(tag, key) for tag, at in page.elements for key in at}


@pytest.mark.parametrize("name", ["report.html", "codebook.html"])
def test_no_element_attribute_or_script_of_a_page_comes_from_a_text(hostile, name):
    folders = (hostile / "output", PLAIN)
    page, plain = (PageElements(folder / name, unpack=True) for folder in folders)
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in plain.elements}
    assert attributes(page) <= attributes(plain)
    assert [len(page.scripts), page.scripts[1:]] == [len(plain.scripts), plain.scripts[1:]]
    assert all(json.loads(script) for script in page.scripts[:1])
    leads = {at.get(key) for _, at in page.elements for key in ("href", "src", "xlink:href")}
    foreign = {lead for lead in leads - {None} if re.match("[a-z]+:", lead)}
    images = {lead for lead in foreign if lead.startswith("data:image/png;base64,")}
    assert foreign - images == ({ADDRESS} if name == "report.html" else set())


@pytest.mark.parametrize("kind", TEXTS)
def test_report_paper_and_supplement_show_it_literally(hostile, kind):
    words = " ".join(TEXTS[kind].split())
    assert PageElements(hostile / "output" / "report.html").words.count(words) > 50
    titles = pd.read_csv(hostile / "output" / "tables" / "table01_sample.csv")["case_title"]
    assert titles.tolist().count(TEXTS[kind]) == 2
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    if TEXTS[kind].isascii():  # other scripts are reordered, or have no glyph
        for name in ("paper.pdf", "supplement.pdf"):
            shown = told("pdftotext", "-raw", hostile / "output" / name, "-")
            assert "".join(words.split()) in "".join(shown.replace(BREAK, "").split()), name


@pytest.mark.parametrize("name", ["paper.pdf", "supplement.pdf"])
def test_every_page_of_a_pdf_has_its_size_and_holds_no_file_of_the_system(hostile, name):
    if shutil.which("pdfinfo") is None:
        pytest.skip("pdfinfo is not installed")
    pages = told("pdfinfo", "-l", "999", hostile / "output" / name)
    sizes = re.findall("Page +[0-9]+ size: *([0-9]+)[.0-9]* x ([0-9]+)", pages)
    assert len(sizes) > 10
    assert set(sizes) == {("595", "841"), ("841", "595")}
    products = [path for path in hostile.rglob("*") if path.is_file()]
    assert {path.relative_to(hostile).parts[0] for path in products} == {
        "CITATION.cff", "data", "output", "scripts", ".build",
    }  # fmt: skip
    assert not [path for path in products if b"root:x:0" in path.read_bytes()]
    assert "root:x:0" not in told("pdftotext", hostile / "output" / name, "-")


def told(*command):
    run = subprocess.run(list(map(str, command)), capture_output=True, check=True)
    return run.stdout.decode("utf-8")


def test_every_table_and_figure_holds_only_its_own_elements(hostile):
    tables = sorted((hostile / "output" / "tables").glob("*.html"))
    figures = sorted((hostile / "output" / "figures").glob("*.svg"))
    assert (len(tables), len(figures)) == tuple(
        len(exhibit_lines(paths.SCRIPTS / script)) for script in ("06_tables.py", "07_figures.py")
    )
    for path in tables:
        table = PageElements(path)
        assert {tag for tag, _ in table.elements} <= TABLE_TAGS, path.name
        assert {key for _, key in attributes(table)} <= TABLE_ATTRIBUTES, path.name
    for path in figures:
        nodes = list(ET.parse(path).iter())
        assert {node.tag.rpartition("}")[2] for node in nodes} <= FIGURE_TAGS, path.name
        for key, value in [pair for node in nodes for pair in node.attrib.items()]:
            assert not key.lower().startswith("on"), path.name
            assert not key.endswith("href") or value.startswith(("#", "data:image/png")), path.name


def test_every_table_in_latex_has_it_escaped(hostile):
    for path in (hostile / "output" / "tables").glob("*.tex"):
        assert latex_faults(path.read_text(encoding="utf-8")) == [], path.name


def latex_faults(tex):
    """Lines in which LaTeX would read a file, begin a comment, or take a parameter."""
    lines = [line.rstrip("%") for line in tex.splitlines() if not line.startswith("%")]
    return [line for line in lines if UNESCAPED.search(line) or f"{BACKSLASH}input" in line]


def test_no_cell_of_a_data_file_is_a_formula(hostile):
    files = [*(hostile / "data" / "derived").glob("*.csv"), *(hostile / "output").rglob("*.csv")]
    assert len(files) > 60
    for path in files:
        with path.open(encoding="utf-8", newline="") as stream:
            cells = {cell for row in csv.reader(stream) for cell in row}
        assert not {cell for cell in cells if FORMULA.match(cell)}, path.name


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
