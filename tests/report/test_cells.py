"""Cells, dates, changes since the release, and the data for the what-if section."""

import pytest
from small_project import PLAIN, write_project

from replication import paths
from replication.analyses.date_words import date_in_words
from replication.codebook import read_codebook
from replication.exhibits.labels import Labels
from replication.report.cells import cells_of, columns_of
from replication.report.dossiers import web_address
from replication.report.inputs import read_inputs
from replication.report.what_changed import changed_effects
from replication.report.what_if import what_if_data

BOOK = read_codebook(paths.CODEBOOK)
LABELS = Labels.of(BOOK)
COLUMNS = [column for _, members in columns_of(BOOK, LABELS) for column in members]


def cell(name, *codings):
    actor, _, variable = name.rpartition(".")
    rows = [
        {"coding": coder, "actor": actor, "variable": variable, "code": code, "confidence": "2" if code else "",
         "evidence": "", "why": "", "settled": ""}
        for coder, code in codings
    ]  # fmt: skip
    return next(c for c in cells_of("x_1", "X 1", rows, COLUMNS, LABELS) if c.name == name)


@pytest.mark.parametrize(
    ("codings", "disputed"),
    [
        ([("pass_1", "2"), ("pass_2", "2")], False),
        ([("pass_1", "2"), ("pass_2", "1")], True),
        ([("pass_1", "2"), ("pass_2", "")], True),
        ([("pass_1", "2"), ("pass_2", "2"), ("anna", "0")], True),
        ([("pass_1", "2"), ("agreed", "3")], False),
        ([], False),
    ],
)
def test_coders_dispute_a_cell_where_their_codes_differ(codings, disputed):
    assert cell("military_opposition", *codings).disputed is disputed


def test_the_order_of_words_in_a_list_is_no_dispute():
    assert not cell("io_venue", ("pass_1", "UN;NATO"), ("pass_2", "NATO;UN")).disputed


@pytest.mark.parametrize(
    ("name", "code", "mark", "tone", "words"),
    [
        ("military_opposition", "0", "0", "tone0", "0 supportive"),
        ("military_opposition", "3", "3", "tone4", "3 opposed"),
        ("host_consent", "1", "1", "tone2", "1 partial"),
        ("military.io", "-2", "−2", "signed0", "−2 argued against"),
        ("military.io", "0", "0", "signed2", "0 recorded middle position"),
        ("state.force", "2", "+2", "signed4", "2 argued for"),
        ("io_venue", "UN;NATO", "2", "words", "United Nations, North Atlantic Treaty Organization"),
        ("io_venue", "none", "0", "words", "none"),
        ("io_venue", "", "–", "missing", "Not coded: the evidence does not show it"),
    ],
)
def test_mark_colour_and_words_follow_the_agreed_code(name, code, mark, tone, words):
    made = cell(name, ("agreed", code), ("pass_1", code))
    assert (made.mark, made.tone, made.agreed.shown) == (mark, tone, words)


def test_every_cell_of_the_codebook_has_a_column_and_a_case_without_codes_all_cells():
    assert [column.name for column in COLUMNS] == sorted(
        BOOK.cells, key=[c.name for c in COLUMNS].index
    )
    assert set(BOOK.cells) == {column.name for column in COLUMNS}
    assert [c.mark for c in cells_of("x_1", "X 1", [], COLUMNS, LABELS)] == ["–"] * len(COLUMNS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1992-11-24", "24 November 1992"),
        ("2011-03-00", "March 2011"),
        ("2011-00-00", "2011"),
        ("1992-11-00 to 1993-01-02", "November 1992 to 2 January 1993"),
        ("UNOSOM II", "UNOSOM II"),
        ("15-0-0", "15-0-0"),
        ("1992-13-01", "1992-13-01"),
        ("", ""),
    ],
)
def test_dates_are_said_as_far_as_they_are_known(text, said):
    assert date_in_words(text) == said


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://example.org/a", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        (" https://example.org", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(text, link):
    assert web_address(text) == (text if link else "")


def test_what_if_offers_the_models_on_a_cut_of_a_coded_scale(tmp_path):
    data = what_if_data(read_inputs(write_project(tmp_path, 4, PLAIN)), LABELS)
    assert {"M1", "M2", "M3", "M4"} <= {model["model"] for model in data["models"]}
    assert {model["outcome"] for model in data["models"]} == {"io_sought"}
    assert {model["cut"] for model in data["models"]} == {2}
    assert data["variables"]["military_opposition"]["codes"][3] == [3, "3 opposed"]
    # What follows from who decided and when is shown, not changed.
    assert data["variables"]["years_since_1989"]["codes"] == []
    seventh = next(model for model in data["models"] if model["model"] == "M7")
    assert seventh["terms"][2]["factors"] == [
        {"variable": "military_opposition", "cut": None},
        {"variable": "stabilization_burden", "cut": None},
    ]
    assert {row["term"] for row in data["released"] if row["model"] == "M1"} == {
        "const",
        "military_opposition",
    }


def test_changes_since_the_release_are_worded_with_their_numbers():
    effect = {
        "model": "M1",
        "label": "Opposition",
        "term": "military_opposition",
        "note": "",
        "difference": "-0.5",
    }
    old = {
        "estimate_old": "2.0",
        "conf_low_old": "",
        "conf_high_old": "",
        "p_value_old": "0.0004",
        "nobs_old": "22",
    }
    new = {
        "estimate_new": "1.5",
        "conf_low_new": "0.1",
        "conf_high_new": "inf",
        "p_value_new": "0.03",
        "nobs_new": "23",
    }
    row = {**effect, **old, **new, "responsible": "added libya_2011", "contribution": "-0.4"}
    own = {"model": "M1", "term": "military_opposition", "contribution": "inf"}
    [said] = changed_effects([row], [own, {**own, "model": "M2"}], LABELS)
    assert (said.model, said.term) == ("M1 Opposition", "Military opposition")
    assert said.old == ("2.00 –", "p < 0.001, N = 22")
    assert said.new == ("1.50 [0.10, ∞]", "p = 0.030, N = 23")
    assert (said.difference, said.responsible) == ("−0.50", "added libya_2011 (−0.40)")
    assert [change["contribution"] for change in said.changes] == ["∞"]
    assert said.moved


def test_an_effect_as_printed_before_has_not_moved():
    keys = {"model": "M1", "label": "x", "term": "x", "note": "", "difference": "0.0001"}
    numbers = {
        "estimate": "2.0",
        "conf_low": "1.0",
        "conf_high": "3.0",
        "p_value": "0.01",
        "nobs": "22",
    }
    old = {f"{name}_old": value for name, value in numbers.items()}
    new = {f"{name}_new": value for name, value in numbers.items()} | {"estimate_new": "2.0001"}
    row = {**keys, **old, **new, "responsible": "", "contribution": ""}
    [said, other] = changed_effects([row, {**row, "nobs_new": "23"}], [], LABELS)
    assert not said.moved
    assert other.moved


def test_without_a_release_there_is_a_reason_and_no_number():
    columns = (
        "estimate_old",
        "conf_low_old",
        "conf_high_old",
        "p_value_old",
        "difference",
        "responsible",
        "contribution",
    )
    row = dict.fromkeys(columns, "") | {
        "model": "M1", "label": "Opposition", "term": "x", "estimate_new": "", "note": "there is no release"
    }  # fmt: skip
    [said] = changed_effects([row], [], LABELS)
    assert (said.old, said.new, said.difference, said.responsible) == ((), (), "", "")
    assert said.note == "there is no release"
