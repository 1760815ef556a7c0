"""The page as a text: well formed, self-contained, complete, unbreakable, the same twice."""

import base64
import csv
import hashlib
import html
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from small_project import HOSTILE, write_project

from replication import paths
from replication.codebook import read_codebook
from replication.exhibits.text import visible
from replication.report.in_short import in_short
from replication.report.inputs import placed, read_inputs
from replication.report.page import LARGEST, embedded_json, write_report

VOID = {"meta", "br", "input", "link", "img", "col", "hr", "wbr", "base", "area", "source"}


class Page(HTMLParser):
    """Elements with their attributes, the text of the page, and whether every element was closed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.texts, self.open, self.wrong = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):  # noqa: D102 - as HTMLParser says
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):  # noqa: D102
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):  # noqa: D102
        if not self.open or self.open.pop() != tag:
            self.wrong.append((tag, self.getpos()))

    def handle_data(self, data):  # noqa: D102
        self.texts.append(data)

    def values(self, attribute, tag=None):
        """Values of an attribute, of all elements or of those of one tag."""
        return [a[attribute] for t, a in self.elements if attribute in a and tag in (None, t)]

    @property
    def text(self):
        """Text of the page on one line."""
        return re.sub(r"\s+", " ", " ".join(self.texts))


def read(project):
    return (project / "output" / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=["small", "hostile", "real"])
def page(request):
    return Page(read(request.getfixturevalue(request.param)))


def test_every_element_is_closed_where_it_should_be(page):
    assert page.wrong == []
    assert page.open == []


def test_no_id_stands_twice(page):
    ids = page.values("id")
    assert len(ids) == len(set(ids))


def test_links_within_the_page_lead_somewhere(page):
    ids = set(page.values("id"))
    inner = [unquote(h[1:]) for h in page.values("href", "a") if h.startswith("#")]
    assert len(inner) > 100
    assert [name for name in inner if name not in ids] == []
    pointed = [
        i
        for name in ("aria-labelledby", "aria-describedby")
        for v in page.values(name)
        for i in v.split()
    ]
    # The panel's title is made when a cell is opened.
    assert set(pointed) - ids <= {"cell-title"}


def test_headings_do_not_skip_a_level(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_nothing_is_loaded_from_anywhere(page):
    assert not {"link", "img", "iframe", "object", "embed", "video", "audio", "base"} & {
        t for t, _ in page.elements
    }
    assert page.values("src") == []
    assert page.values("srcset") == []
    assert not [
        a for tag, a in page.elements if tag == "use" and not a["xlink:href"].startswith("#")
    ]
    styles = "".join(page.values("style")) + "".join(page.texts)
    assert "@import" not in styles
    assert re.search("url[(](?!#)", styles) is None


def test_only_web_addresses_are_links_outwards_and_they_give_nothing_away(page):
    outer = [a for tag, a in page.elements if tag == "a" and not a["href"].startswith("#")]
    web = [a for a in outer if re.match("[a-z]+:", a["href"], re.IGNORECASE)]
    assert web
    assert {a["href"].split(":")[0] for a in web} <= {"http", "https"}
    assert {a.get("rel") for a in web} == {"noopener noreferrer"}


@pytest.mark.parametrize("name", ["small", "hostile"])
def test_links_to_files_of_the_project_lead_to_them(request, name):
    project = request.getfixturevalue(name)
    files = [h for h in Page(read(project)).values("href", "a") if not re.match("#|[a-z]+:", h)]
    missing = [
        h
        for h in files
        if not (project / "output" / h).is_file() and not h.startswith("../data/raw/cases")
    ]
    assert files
    assert missing == []


def test_the_policy_lets_this_script_run_and_no_other(page):
    [policy] = [
        a["content"] for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert "default-src 'none'" in policy
    [allowed] = re.findall("script-src '(sha256-[^']+)'", policy)
    [script] = [text for text in page.texts if text.startswith('"use strict";')]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert allowed == f"sha256-{digest}"
    assert [a for tag, a in page.elements if tag == "script"] == [
        {"type": "application/json", "id": "data"},
        {},
    ]
    assert [k for _, a in page.elements for k in a if k.startswith("on")] == []


def test_hostile_texts_stand_there_as_texts(hostile, small, derived):
    page, plain = Page(read(hostile)), Page(read(small))
    shown = re.sub(r"\s+", " ", "".join(page.texts))
    for text in HOSTILE:
        assert re.sub(r"\s+", " ", visible(text)) in shown
    assert {tag for tag, _ in page.elements} == {tag for tag, _ in plain.elements}
    assert "\x00" not in read(hostile)
    assert chr(0x202E) not in read(hostile)
    assert [
        row["url"] for row in derived(hostile, "sources") if row["url"].startswith("javascript:")
    ]


@pytest.mark.parametrize("name", ["small", "hostile", "real"])
def test_an_item_shows_the_weight_and_reason_of_every_pass_without_scripts(request, derived, name):
    """The weights stand in the text of the page itself, beside their item, and beside no other."""
    project = request.getfixturevalue(name)
    rivals = read_codebook(paths.CODEBOOK).weights.rivals
    rows = derived(project, "weights")
    beside = {}
    for line in read(project).split("\n"):
        item, found = (
            re.match('<li id="([^"]*)" data-types', line),
            line.partition('<small class="weights">')[2],
        )
        if item and found:
            beside[html.unescape(item[1])] = html.unescape(re.sub("<[^>]+>", "", found))
    wanted = {row["evidence_id"] for row in rows}
    assert wanted
    assert set(beside) == wanted
    for row in rows:
        shown = beside[row["evidence_id"]]
        sign = {1: "+", -1: chr(0x2212), 0: ""}[
            (int(row["decibels"]) > 0) - (int(row["decibels"]) < 0)
        ]
        part = (
            f"{row['coding'].replace('_', ' ').capitalize()}, {sign}{abs(int(row['decibels']))} dB"
        )
        reason = f": {row['why']}" if row["why"] else "."
        assert f"Weight against “{rivals[row['rival']].label}”" in shown
        assert re.sub(r"\s+", " ", visible(part + reason)) in re.sub(r"\s+", " ", shown)


def test_every_text_of_the_data_is_in_the_page(real, derived):
    page = Page(read(real))
    shown = re.sub(r"\s+", " ", "".join(page.texts))
    wanted = [row["statement"] for row in derived(real, "evidence")]
    wanted += [row["decision"] for row in derived(real, "cases")]
    wanted += [row["why"] for row in derived(real, "codings") if row["why"]]
    wanted += [row["title"] for row in derived(real, "sources") if row["title"]]
    wanted += [row["note"] for row in derived(real, "facts") if row["note"]]
    assert len(wanted) > 5000
    assert [
        text for text in wanted if re.sub(r"\s+", " ", visible(text)).strip() not in shown
    ] == []
    assert set(page.values("href", "a")) >= {
        row["url"] for row in derived(real, "sources") if row["url"]
    }


def test_every_sentence_of_a_narrative_leads_to_what_it_rests_on(real):
    """Sentences stand in order, each followed by links to its items and cells and to nothing else."""
    parts = re.findall('<div class="narrative">(.*?)</div>', read(real), re.DOTALL)
    with (real / "output" / "results" / "narratives.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        rows = list(csv.DictReader(file))
    told = [
        pair for part in parts for pair in re.findall("<bdi>(.*?)</bdi> <small>(.*?)</small>", part)
    ]
    assert len(told) == len(rows) > 500
    linked = 0
    for (text, cited), row in zip(told, rows, strict=True):
        assert html.unescape(text) == row["text"]
        targets = re.findall('href="#([^"]*)"', cited)
        sources = row["sources"].split(";")
        assert len(targets) == len(sources)
        for target, source in zip(targets, sources, strict=True):
            place = source if source.startswith(row["case_id"]) else f"{row['case_id']}/{source}"
            linked += target == place
            assert target in {place, row["case_id"]}
    assert linked > 500


def test_every_cell_has_an_address_and_a_place_in_the_matrix(real, derived):
    page = Page(read(real))
    rows = derived(real, "codings")
    cells = {
        f"{r['case_id']}/{r['actor'] + '.' if r['actor'] else ''}{r['variable']}" for r in rows
    }
    shown = {a["id"] for tag, a in page.elements if tag == "tbody" and a.get("class") == "cell"}
    assert cells <= shown
    # Every case has a place for every variable, also for one that it does not code.
    book = read_codebook(paths.CODEBOOK)
    assert shown == {
        f"{c['case_id']}/{name}" for c in derived(real, "cases") for name in book.cells
    }
    marks = [
        a["href"][1:]
        for tag, a in page.elements
        if tag == "a" and re.match("c ", a.get("class", ""))
    ]
    assert sorted(marks) == sorted(shown)


def test_matrix_marks_the_cells_on_which_the_passes_differ(real, derived):
    codes = {}
    for row in derived(real, "codings"):
        if row["coding"] != "agreed":
            name = f"{row['case_id']}/{row['actor'] + '.' if row['actor'] else ''}{row['variable']}"
            codes.setdefault(name, []).append(set(row["code"].split(";")))
    differ = {name for name, sets in codes.items() if any(other != sets[0] for other in sets)}
    marked = {
        a["href"][1:]
        for tag, a in Page(read(real)).elements
        if "d" in a.get("class", "").split() and tag == "a"
    }
    assert 0 < len(differ) < len(codes)
    assert marked == differ


def test_the_page_says_that_its_results_are_provisional_before_it_gives_one(page):
    text = page.text
    assert "language models" in text
    assert text.index("Every result here is provisional") < text.index("The data")


def test_page_is_small_enough_to_send(real):
    """However many cases there are: a page that would be larger packs what is read when opened."""
    assert len(read(real).encode()) <= LARGEST


@pytest.mark.parametrize("n_cases", [0, 1, 300])
def test_any_number_of_cases_gives_a_page(tmp_path, n_cases):
    write_report(tmp_path / "output" / "report.html", write_project(tmp_path, n_cases))
    page = Page(read(tmp_path))
    assert page.wrong == []
    assert (
        len([a for tag, a in page.elements if tag == "details" and a.get("class") == "case"])
        == n_cases
    )
    assert ("There is no case yet." in page.text) == (n_cases == 0)


def test_same_inputs_give_the_same_bytes_under_another_hash_seed(small):
    code = (
        "from pathlib import Path; from replication.report.page import write_report; "
        f"write_report(Path({str(small / 'output' / 'other.html')!r}), Path({str(small)!r}))"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=paths.ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7"},
        check=True,
    )
    assert (small / "output" / "other.html").read_bytes() == read(small).encode()


def test_a_missing_input_is_named(tmp_path):
    write_project(tmp_path, 1)
    (tmp_path / "output" / "exhibits.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"exhibits[.]csv"):
        write_report(tmp_path / "output" / "report.html", tmp_path)
    assert not (tmp_path / "output" / "report.html").exists()


@pytest.mark.parametrize("text", [*HOSTILE, "</script>", "<!--", chr(0x2028), chr(0xD800)])
def test_embedded_json_reads_back_and_cannot_end_its_element(text):
    written = embedded_json({"text": text})
    assert json.loads(written) == {"text": text}
    assert re.search("[<>&]", written) is None
    assert written.isascii()


def test_who_gathered_and_coded_is_read_from_the_results(small, tmp_path):
    """The notice at the head once said "language models" whoever had coded."""
    folder = tmp_path / "project"
    shutil.copytree(small, folder)
    told = placed(paths.RESULTS, folder) / "provenance_sentences.csv"
    rows = (
        "what,text,note", "status,coded by people,", "gathered,two librarians,",
        "coded,one pass by people coded all 5 cases,", "readers,,", "",
    )  # fmt: skip
    told.write_text(chr(10).join(rows), encoding="utf-8")
    write_report(folder / "output" / "report.html", folder)
    text = Page(read(folder)).text
    assert "gathered from public documents by two librarians" in text
    assert "one pass by people coded all 5 cases" in text
    assert "language models" not in text[: text.index("Results")]


def test_the_answer_in_short_says_cases_probabilities_and_what_speaks_against_it(real):
    inputs = read_inputs(real)
    first = inputs.claims[0].statistics[0]
    support = {
        "claim": "H1", "n_high": "14", "n_high_sought": "10", "n_low": "8", "n_low_sought": "2",
    }  # fmt: skip
    marginal = next(row for row in inputs.estimates if row["model"] == first.model)
    told = {
        **marginal, "estimator": first.told, "term": first.term, "sample": first.sample,
        "outcome": first.outcome, "estimate": "0.311", "conf_low": "0.035", "conf_high": "0.497",
    }  # fmt: skip
    curve = {
        "treatment": first.term, "statistic": "median", "p_value": "0.086", "n_specifications": "72052",
    }  # fmt: skip
    made = replace(
        inputs, support=[support], estimates=[*inputs.estimates, told], joint_tests=[curve]
    )
    effect, curves = in_short(made)
    assert effect.startswith(
        "Endorsement was sought in 10 of 14 interventions where the military were reserved"
    )
    assert "2 of 8 where they were not" in effect
    assert "+31 [+4, +50] percentage points" in effect
    assert (
        "no effect can be told from chance (military reluctance: p = 0.086 over 72,052)" in curves
    )
    assert "counting against the theory" in curves
    seen = in_short(replace(made, joint_tests=[{**curve, "p_value": "0.01"}]))[-1]
    assert "the effects can be told from chance" in seen
    assert "against the theory" not in seen
    assert in_short(replace(inputs, support=[], joint_tests=[])) == []
