"""The crosswalk has everything that the paper shows, in its order, with files that are there and who wrote them."""

import re

import pytest

from replication import paths
from replication.release.crosswalk import _LISTED, COLUMNS, NAME, crosswalk, write_crosswalk
from replication.report import paper_source
from replication.tables import read_rows, read_table, write_table

EXHIBITS = read_rows(paths.OUTPUT / "exhibits.csv")
NUMBERS = read_rows(paths.OUTPUT / "numbers.csv")
SOURCE = """
#fig("figure01_timeline") in a comment of another line
= First
// #tab("table01_sample")
Among #int("a.b.n") and #int("a.b.n"), #when("a.b.p < 0.05")[so][not so], #data.status.

#fig("figure01_timeline", caption: [a note (in
brackets)]) <fig-time>
== Second
#tab("table02_crosstabs")
#answer("H1")
  = Third
#tab("table01_sample") <tab-sample>
"""


def writers():
    """Take from the logs who wrote what, as the run itself knows it."""
    logs = sorted((paths.OUTPUT / "logs").glob("*.log"))
    pattern = re.compile("^  wrote [0-9a-f]+  ([^ ]+)", re.MULTILINE)
    return {
        file: f"scripts/{log.stem}.py"
        for log in logs
        for file in pattern.findall(log.read_text(encoding="utf-8"))
    }


@pytest.fixture(scope="module")
def made():
    source = paper_source.SOURCE.read_text(encoding="utf-8")
    return crosswalk(source, NUMBERS, EXHIBITS, writers()).to_dict("records")


def test_the_committed_crosswalk_is_that_of_the_paper(tmp_path):
    source = paper_source.SOURCE.read_text(encoding="utf-8")
    write_table(tmp_path / "crosswalk.csv", crosswalk(source, NUMBERS, EXHIBITS, writers()))
    assert (tmp_path / "crosswalk.csv").read_bytes() == (paths.ROOT / NAME).read_bytes()
    assert list(read_table(paths.ROOT / NAME)) == list(COLUMNS)


def test_every_exhibit_stands_once_and_every_number_as_often_as_the_paper_shows_it(made):
    shown = [row for row in made if row["kind"] in ("table", "figure")]
    assert sorted(row["output"] for row in shown) == sorted(row["files"] for row in EXHIBITS)
    source = paper_source.SOURCE.read_text(encoding="utf-8")
    asked = [
        (call.line, call.key) for call in paper_source.calls(source)
        if call.form in (*paper_source.NUMBERS, paper_source.CONDITION)
    ]  # fmt: skip
    told = [(row["line"], row["label"]) for row in made if row["kind"] in ("number", "wording")]
    assert told == asked
    assert len(asked) > 300


def test_every_row_names_files_that_are_there_with_their_program_and_log(made):
    by = writers()
    for row in made:
        files = row["output"].split(";")
        assert all((paths.ROOT / file).is_file() for file in files), row
        scripts = dict.fromkeys(by[file] for file in files if file in by)
        if any(file.startswith("data/simulated/") for file in files):
            scripts["replication/cli/simulate.py"] = None
            assert "make simulate" in row["note"]
        assert sorted(row["script"].split(";")) == (sorted(scripts) or [""])
        for log in filter(None, row["log"].split(";")):
            assert (paths.ROOT / log).is_file()
        assert row["script"] or "raw data" in row["note"], row


def test_the_numbers_of_the_crosswalk_are_those_that_the_paper_shows(made):
    texts = {(row["form"], row["key"]): row["text"] for row in NUMBERS}
    keys = {key: text for (_, key), text in texts.items()}
    assert all(row["item"] in texts.values() for row in made if row["kind"] == "number")
    assert all(keys[row["label"]] for row in made if row["kind"] in ("number", "wording"))


def test_order_sections_and_labels_are_read_off_the_source():
    numbers = [
        {"form": "int", "key": "a.b.n", "text": "22", "file": "output/estimates.csv", "reason": ""},
        {"form": "when", "key": "a.b.p < 0.05", "text": "no", "file": "data/raw/x.csv", "reason": ""},
    ]  # fmt: skip
    made = crosswalk(SOURCE, numbers, EXHIBITS, {"output/estimates.csv": "scripts/04_estimate.py"})
    paper = made[made["part"] == "paper"].fillna("")
    assert paper[["item", "section", "label"]].to_numpy().tolist() == [
        ["Figure 1", "Abstract", ""],
        ["22", "First", "a.b.n"],
        ["22", "First", "a.b.n"],
        ["no", "First", "a.b.p < 0.05"],
        ["status", "First", ""],
        ["Figure 1", "First", "fig-time"],
        ["Table 2", "Second", ""],
        ["Answer to H1", "Second", ""],
        ["Table 1", "Third", "tab-sample"],
    ]
    assert paper["position"].tolist() == list(range(1, 10))
    assert paper["log"].iloc[1] == "output/logs/04_estimate.log"


def test_everything_that_the_paper_takes_from_the_data_passed_in_is_known_to_the_crosswalk():
    source = paper_source.SOURCE.read_text(encoding="utf-8")
    taken = set(re.findall("(?<![a-z])data[.]([a-z]+)", source))
    assert taken <= {*_LISTED, "rule"}  # the rule stands in the program and says nothing of results


def test_a_number_that_is_not_listed_stops_it():
    with pytest.raises(KeyError):
        crosswalk('#int("no.such.key")', [], EXHIBITS, {})


def test_without_a_paper_there_is_no_crosswalk(tmp_path):
    assert not write_crosswalk(tmp_path, {})
    assert not (tmp_path / NAME).exists()
