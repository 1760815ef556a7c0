"""The paper as a file: the same bytes anywhere, nothing in the data read as markup, and the paper itself."""

import csv
import shutil
import subprocess

import pytest
import typst
from small_project import HOSTILE

from replication import paths
from replication.report import paper_source
from replication.report.paper import make_paper
from replication.report.paper_numbers import entries, numbers_table
from replication.report.paper_results import Results
from replication.report.typesetting import typeset

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


def test_a_source_that_asks_for_what_is_not_there_says_so(small):
    with pytest.raises(typst.TypstError, match="texts"):
        typeset(small, {}, {})


@WITH_RESULTS
def test_every_number_of_the_paper_is_found_in_the_results():
    found = paper_source.calls(paper_source.SOURCE.read_text(encoding="utf-8"))
    table = numbers_table(entries(found, Results(), "paper.typ"))
    assert len(table) > 100
    assert set(table.loc[table["reason"] != "", "text"]) <= {"missing", chr(0x2013)}


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
        if call.form == "est" and call.key.startswith(("M1", "M2", "M3"))
    ]
    assert found
    for entry in entries(found, Results()):
        row = estimates[tuple(entry.key.split("."))]
        assert entry.value.split(";") == [row["estimate"], row["conf_low"], row["conf_high"]]
        assert entry.text.startswith(f"{float(row['estimate']):.2f}"[:3])


@WITH_RESULTS
@pytest.mark.slow
def test_the_paper_is_an_article_of_twelve_to_twenty_pages(tmp_path):
    paper = make_paper()
    assert paper.pdf == make_paper().pdf
    text = words_of(paper.pdf, tmp_path)
    assert 12 <= text.count("\f") <= 20
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
