"""A new case file: complete, explained, a draft; malformed and taken ids are refused."""

import re

import jsonschema
import pytest
import yaml

from replication import paths
from replication.casefile import case_schema, check_cases
from replication.casefile.scaffold import new_case, scaffold
from replication.codebook import read_codebook
from replication.dataset import build

BOOK = read_codebook(paths.CODEBOOK)
NEWLINE = "\n"


def test_the_scaffold_is_a_sound_draft_with_every_field(tmp_path):
    path = new_case(tmp_path, "cotedivoire_2011", BOOK)
    [case], faults, notices = check_cases(tmp_path, BOOK)
    assert faults == []
    assert (case.case_id, case.status, path.stem) == ("cotedivoire_2011", "draft", case.case_id)
    assert set(case.facts) == {variable.key for variable in BOOK.fact}
    assert list(case.codings) == ["pass_1"]
    assert list(case.passes["pass_1"]) == list(BOOK.cells)
    assert not any(cell.filled for cell in case.passes["pass_1"].values())
    assert [notice.field for notice in notices] == ["", "facts", "codings"]
    schema = jsonschema.Draft7Validator(case_schema(BOOK))
    assert list(schema.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))) == []


def test_every_label_rule_and_code_of_the_codebook_stands_in_the_scaffold():
    comments = [
        line.strip().removeprefix("#") for line in scaffold("x", BOOK).split("\n") if "#" in line
    ]
    text = re.sub(" +", " ", " ".join(comments))
    for variable in (*BOOK.identity[1:], *BOOK.case, *BOOK.actor, *BOOK.fact):
        if variable.derive is None:
            assert variable.label in text, variable.name
            assert " ".join(variable.rule.split()) in text, variable.name
        for value in variable.values.values():
            assert variable.type == "flag" or value.label in text
            assert value.rule in text
    assert "make settle" in text
    assert max(map(len, scaffold("x", BOOK).split("\n"))) <= 100


@pytest.mark.parametrize(
    ("case_id", "words"),
    [
        ("libya_2011", "is taken; libya_2011.yaml exists and is left as it is"),
        ("../libya", "is not allowed"),
        ("Libya_2011", "is not allowed"),
        ("a__b", "is not allowed"),
        ("", "is not allowed"),
        ("x" * 41, "is not allowed"),
        ("a/b", "is not allowed"),
        (f"x{NEWLINE}", "is not allowed"),
        ("con", "Windows cannot"),
        ("lpt1", "Windows cannot"),
    ],
)
def test_an_id_that_is_malformed_or_taken_is_refused_and_nothing_is_written(
    tmp_path, case_id, words
):
    taken = tmp_path / "libya_2011.yaml"
    taken.write_text("mine", encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(words)):
        new_case(tmp_path, case_id, BOOK)
    assert [path.name for path in tmp_path.iterdir()] == ["libya_2011.yaml"]
    assert taken.read_text(encoding="utf-8") == "mine"


def test_the_first_pass_bears_the_label_of_its_coder(tmp_path):
    new_case(tmp_path, "cotedivoire_2011", BOOK, "anna")
    [case], _, _ = check_cases(tmp_path, BOOK)
    assert list(case.codings) == ["anna"]


def test_a_draft_is_read_but_enters_no_table(tmp_path):
    new_case(tmp_path, "cotedivoire_2011", BOOK)
    cases, _, _ = check_cases(tmp_path, BOOK)
    assert {name: len(frame) for name, frame in build(cases, BOOK).items()} == dict.fromkeys(
        ("cases", "actors", "codings", "evidence", "sources", "facts", "weights"), 0
    )
