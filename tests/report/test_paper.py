"""The paper as a file: the same bytes anywhere, nothing in the data read as markup, and the paper itself."""

import csv
import re
import shutil
import subprocess
from itertools import pairwise

import pytest
import typst
from released_data import changed_raw_data, only_for_released_data
from small_project import HOSTILE

from replication import paths
from replication.report import paper_source
from replication.report.paper import make_paper
from replication.report.paper_numbers import entries, numbers_table
from replication.report.paper_results import PaperResults
from replication.report.paper_tables import breakable, exhibit_table
from replication.report.supplement import make_supplement
from replication.report.typesetting import typeset
from replication.tables import read_rows
from replication.workflow import exhibit_lines, table_file

NEWLINE = chr(10)
SMALL = """
#set document(title: "Small", date: none)
#let data = json(bytes(sys.inputs.data))
#for text in data.texts [- #text]
#for name in data.figures { image(name + ".pdf", alt: name) }
"""
WITH_RESULTS = pytest.mark.skipif(
    not (paths.OUTPUT / "results" / "multiverse_joint_test.csv").is_file()
    or not (paths.BUILD / "exhibits").is_dir(),
    reason="the paper needs the results of a whole run: make all",
)


def words_of(pdf, folder):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    (folder / "paper.pdf").write_bytes(pdf)
    command = ["pdftotext", "-raw", "paper.pdf", "-"]
    told = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return told.stdout.decode()


@pytest.fixture
def small(tmp_path):
    source = tmp_path / "one" / "small.typ"
    source.parent.mkdir()
    source.write_text(SMALL, encoding="utf-8")
    return source


def test_the_same_bytes_twice_and_in_another_folder(small, tmp_path):
    data = {"texts": ["a", "b"], "figures": []}
    first = typeset(small, {}, data)
    other = tmp_path / "another place" / "small.typ"
    other.parent.mkdir()
    shutil.copy(small, other)
    assert first == typeset(small, {}, data) == typeset(other, {}, data)
    assert first.startswith(b"%PDF-")
    assert str(tmp_path).encode() not in first


def test_a_figure_is_set_as_its_pdf(small, tmp_path):
    figure = tmp_path / "drawing.pdf"
    figure.write_bytes(typeset(small, {}, {"texts": ["drawn inside"], "figures": []}))
    pdf = typeset(small, {"figure01_x": figure}, {"texts": [], "figures": ["figure01_x"]})
    assert "drawn inside" in words_of(pdf, tmp_path)


@pytest.mark.parametrize(
    "text", ["*bold* _it_ #panic() $x$ `raw` @cite <label> = Heading", "\\ // comment", *HOSTILE]
)
def test_data_are_never_read_as_markup(small, tmp_path, text):
    pdf = typeset(small, {}, {"texts": [text], "figures": []})
    shown = "".join(words_of(pdf, tmp_path).split())
    plain = "".join(
        character for character in text if character.isascii() and character.isprintable()
    )
    for word in plain.split():
        # The longest word is broken over lines, and right-to-left text is reordered.
        if len(word) < 60:
            assert word in shown or not text.isascii()


def functions_of_the_paper(first, last):
    """Part of the paper's source, from one line to the line before another."""
    text = paper_source.SOURCE.read_text(encoding="utf-8")
    assert text.count(f"{first}") == text.count(f"{last}") == 1
    return text[text.index(first) : text.index(last)]


def set_with_functions(body, folder, figures, data):
    source = folder / "part.typ"
    head = [
        '#import "common.typ": *',
        '#set page(paper: "a4", margin: (x: 25mm, y: 24mm))',
        "#show figure: set block(breakable: true)",
    ]
    source.write_text(NEWLINE.join([*head, body]), "utf-8")
    return typeset(source, figures, {"numbers": {}, **data})


@pytest.mark.parametrize(("height", "pages"), [(100, 1), (600, 6), (1500, 14)])
def test_a_figure_too_tall_for_a_page_goes_over_several(tmp_path, height, pages):
    rows = NEWLINE.join(f'#place(dy: {y}mm, "row{y:04}")' for y in range(0, height, 5))
    drawn = tmp_path / "drawing.typ"
    drawn.write_text(
        f"#set page(width: 100mm, height: {height}mm, margin: 0pt){NEWLINE}{rows}", "utf-8"
    )
    figure = tmp_path / "tall.pdf"
    figure.write_bytes(typst.compile(drawn, pdf_standards="1.4"))
    said = {"title": "T", "sentences": ["C"], "alt": "A", "ratio": height / 100}
    body = '#fig("tall")'
    pdf = set_with_functions(body, tmp_path, {"tall": figure}, {"figures": {"tall": said}})
    shown = words_of(pdf, tmp_path).split(chr(12))[:-1]
    assert len(shown) == pages
    assert "row0000" in shown[0]
    assert f"row{height - 5:04}" in shown[-1]
    assert all(f"row{y:04}" in "".join(shown) for y in range(0, height, 5))


def test_long_names_leave_their_room_to_the_codes(tmp_path):
    """Columns of codes would be squeezed to nothing by names and lists as wide as they come."""
    text = functions_of_the_paper("#let code-table(", "// The appendix.")
    heads = [{"group": "Case", "head": f"H{i}", "words": i == 0} for i in range(20)]
    codes = [{"code": "word, " * 30 if i == 0 else f"c{i}", "address": "x"} for i in range(20)]
    row = {"title": breakable("w" * 180), "address": "x", "administration": "Long name " * 9}
    content = {"heads": heads, "panels": [{"heading": "P", "rows": [{**row, "codes": codes}]}]}
    page = "#set page(flipped: true, margin: 14mm)"
    body = NEWLINE.join([text, page, "#context code-table(data.codes)"])
    pdf = set_with_functions(body, tmp_path, {}, {"codes": content})
    words_of(pdf, tmp_path)
    command = ["pdftotext", "-bbox", "paper.pdf", "-"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout.decode()
    places = {
        word: (float(low), float(high))
        for low, high, word in re.findall('xMin="([0-9.]+)".*xMax="([0-9.]+)".*>(c[0-9]+)<', told)
    }
    inside = [places[f"c{i}"] for i in range(1, 20)]
    assert all(left[1] < right[0] for left, right in pairwise(inside))
    assert inside[-1][1] < 842


def test_a_source_that_asks_for_what_is_not_there_says_so(small):
    with pytest.raises(typst.TypstError, match="texts"):
        typeset(small, {}, {})


@WITH_RESULTS
def test_every_number_of_the_paper_is_found_in_the_results():
    found = paper_source.calls(paper_source.SOURCE.read_text(encoding="utf-8"))
    table = numbers_table(entries(found, PaperResults(), "paper.typ"))
    assert len(table) > 100
    absent = table[table["reason"].str.startswith("no result for")]
    assert absent["key"].tolist() == []
    assert set(table.loc[table["reason"] != "", "text"]) <= {"missing", chr(0x2013)}


@WITH_RESULTS
def test_a_key_of_another_model_stops_the_paper(tmp_path):
    """A wrong key made of known words once left a dash in the abstract, and every test passed."""
    text = paper_source.SOURCE.read_text(encoding="utf-8")
    right, wrong = "M1.firth.military_opposition", "M1.firth.stabilization_burden"
    assert f'#p("{right}")' in text
    source = tmp_path / "paper.typ"
    source.write_text(text.replace(f'#p("{right}")', f'#p("{wrong}")', 1), encoding="utf-8")
    with pytest.raises(KeyError, match=f"paper.typ, line [0-9]+: '{wrong}'.*there is no"):
        make_paper(source)


@WITH_RESULTS
def test_the_listed_numbers_are_those_of_the_estimates():
    with (paths.OUTPUT / "estimates.csv").open(encoding="utf-8", newline="") as file:
        estimates = {
            (row["model"], row["estimator"], row["term"]): row
            for row in csv.DictReader(file)
            if row["sample"] == "intervention"
        }
    found = [
        call
        for call in paper_source.calls(paper_source.SOURCE.read_text(encoding="utf-8"))
        if call.form == "ame" and call.key.startswith(("M1", "M2", "M3"))
    ]
    assert found
    for entry in entries(found, PaperResults()):
        row = estimates[tuple(entry.key.split("."))]
        assert entry.value.split(";") == [row["estimate"], row["conf_low"], row["conf_high"]]
        told = float(entry.text.split(" ")[0].replace("−", "-"))
        assert abs(told - 100 * float(row["estimate"])) <= 0.5


@WITH_RESULTS
@pytest.mark.slow
def test_the_paper_is_an_article_of_twelve_to_twenty_pages(tmp_path):
    """Every case takes a line of the appendix, and every model some: a limit is one for the released data."""
    only_for_released_data()
    codes_take_two_pages = len(read_rows(paths.DERIVED / "cases.csv")) >= 70
    assert 12 <= words_of(make_paper().pdf, tmp_path).count("\f") <= 20 + codes_take_two_pages


@WITH_RESULTS
@pytest.mark.slow
def test_the_paper_has_its_parts_and_is_the_same_twice(tmp_path):
    paper = make_paper()
    assert paper.pdf == make_paper().pdf
    text = words_of(paper.pdf, tmp_path)
    for heading in (
        "Question",
        "Theory and rivals",
        "Reliability",
        "Results",
        "Robustness",
        "Limits",
        "References",
    ):
        assert heading in text
    assert "Provisional" in text


def lines_of_captions(pdf, folder, starting=lambda _: {}):
    """Count the lines of each caption of a figure, and of what else starts a count, as they stand on the pages."""
    words_of(pdf, folder)
    command = ["pdftotext", "-layout", "paper.pdf", "-"]
    text = subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout.decode()
    lines = [line.strip() for line in text.replace(chr(12), NEWLINE).split(NEWLINE)]
    starts = {line: line.split(":")[0] for line in lines if re.match("Figure [0-9]+: ", line)}
    starts |= starting(lines)
    counts = {}
    for place, line in enumerate(lines):
        if line in starts:
            rest = lines[place:]
            counts[starts[line]] = rest.index("") if "" in rest else len(rest)
    return counts


def starts_of_notes(lines):
    """Find the first line of the notes of each table."""
    starts = {}
    for name in exhibit_lines(paths.SCRIPTS / "06_tables.py"):
        notes = exhibit_table(name)["notes"]
        first = " ".join(notes[0])[:40] if notes else "no note at all"
        starts |= {line: name for line in lines if line.startswith(first)}
    return starts


@WITH_RESULTS
@pytest.mark.slow
def test_captions_and_notes_have_at_most_four_lines(tmp_path):
    paper, supplement = (
        lines_of_captions(pdf, tmp_path, starts_of_notes)
        for pdf in (make_paper().pdf, make_supplement())
    )
    counts = {**paper, **supplement}
    assert {name for name in counts if name.startswith("Figure")} == {
        f"Figure {number_of(name)}" for name in exhibit_lines(paths.SCRIPTS / "07_figures.py")
    }
    assert sum(name.startswith("table") for name in counts) >= 20
    assert {name: count for name, count in counts.items() if count > 4} == {}


def number_of(name):
    """Read the number of an exhibit off its name."""
    return int(re.search("[0-9]+", name)[0])


def test_figures_and_tables_are_numbered_in_the_order_in_which_the_text_names_them():
    """A figure that is added to the text takes the place in the numbers that the text gives it."""
    text = paper_source.SOURCE.read_text(encoding="utf-8")
    shown = re.findall('#(fig|tab)[(]"([a-z0-9_]+)".*?<([a-z-]+)>', text, re.DOTALL)
    assert len(shown) > 10
    places = {label: (kind, number_of(name)) for kind, name, label in shown}
    named = [places[label] for label in re.findall("@([a-z]+-[a-z]+)", text) if label in places]
    figures = list(dict.fromkeys(number for kind, number in named if kind == "fig"))
    assert figures == list(range(1, sum(kind == "fig" for kind, *_ in shown) + 1))
    tables = list(dict.fromkeys(number for kind, number in named if kind == "tab"))
    assert tables == sorted(tables)


def test_a_caption_that_does_not_fit_ends_with_a_whole_sentence(tmp_path):
    long = [
        f"Sentence {number} says something that takes up room on its line." for number in range(12)
    ]
    said = {"title": "T", "sentences": long, "alt": "A", "ratio": 0.2}
    drawing = tmp_path / "drawing.pdf"
    drawing.write_bytes(typst.compile(b"#set page(width: 100mm, height: 20mm)"))
    pdf = set_with_functions('#fig("f")', tmp_path, {"f": drawing}, {"figures": {"f": said}})
    shown = " ".join(words_of(pdf, tmp_path).split())
    assert long[0] in shown
    assert long[-1] not in shown
    assert "its line. More stands under the figure in the report." in shown


def test_a_caption_of_any_length_has_at_most_four_lines(tmp_path):
    """Its number among what is counted: without it, a caption that just fits would take a fifth line."""
    drawing = tmp_path / "drawing.pdf"
    drawing.write_bytes(typst.compile(b"#set page(width: 100mm, height: 20mm)"))
    sentence = "Some words of one sentence."
    said = {
        f"figure{number}": {
            "title": "T" * number,
            "sentences": [sentence] * 40,
            "alt": "A",
            "ratio": 0.1,
        }
        for number in range(10, 40)
    }
    body = NEWLINE.join(f'#fig("{name}", placement: none)' for name in said)
    body = f'#show: article.with("T"){NEWLINE}{body}'
    pdf = set_with_functions(body, tmp_path, dict.fromkeys(said, drawing), {"figures": said})
    counts = lines_of_captions(pdf, tmp_path)
    assert len(counts) == len(said)
    assert max(counts.values()) == 4


@WITH_RESULTS
@pytest.mark.slow
def test_what_would_change_our_mind_is_one_page_with_cases_and_numbers(tmp_path):
    pages = words_of(make_paper().pdf, tmp_path).split(chr(12))
    [page] = [" ".join(one.split()) for one in pages if "What would change our mind" in one]
    for row in read_rows(table_file("next_cases"))[:5]:
        assert row["case_title"] in page
    needed = [
        row["needed"]
        for row in read_rows(table_file("needed_cases"))
        if row["effect"] == "estimated"
    ]
    assert all(f" {number}" in page for number in needed[:2])
    for words in ("Evidence to look for", "would count for the theory", "would count against it"):
        assert words in page


@WITH_RESULTS
@pytest.mark.slow
def test_no_page_of_the_paper_is_two_thirds_empty(tmp_path):
    """But where the data are not those released, the last page of a part: how many rows its table has is up to them."""
    words_of(make_paper().pdf, tmp_path)
    command = ["pdftotext", "-bbox", "paper.pdf", "-"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout.decode()
    pages = re.findall(r'<page width="[0-9.]+" height="([0-9.]+)">(.*?)</page>', told, re.DOTALL)
    assert len(pages) >= 12
    first_words = [re.findall(">([^<]+)</word>", words)[:1] for _, words in pages]
    # A part of the appendix begins a page with its letter.
    last = [number for number, words in enumerate(first_words) if words in (["B"], ["C"])]
    assert len(last) == 2
    ends_of_parts = {*last, len(pages)} if changed_raw_data() else set()
    for number, (height, words) in enumerate(pages, start=1):
        ends = [float(end) for end in re.findall('yMax="([0-9.]+)"', words)]
        # The footer stands below this.
        body = [end for end in ends if end < 0.92 * float(height)]
        assert number in ends_of_parts or max(body) > float(height) / 3, number
