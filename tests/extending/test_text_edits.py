"""Values change in the text of a case file, and every other byte stays: comments, layout, line ends."""

import difflib
import random
import re

import pytest
import yaml

from replication import paths
from replication.casefile.line_edits import SpliceError
from replication.casefile.plain_data import plain, with_changes
from replication.casefile.text_edits import REMOVED, edited

END, WINDOWS = chr(10), chr(13) + chr(10)
FILES = sorted(paths.CASES.glob("*.yaml"))
TEXT = """\
# before
case_id: a_2000   # the id
status: draft
name: null  # not known
facts:
  date_action:
    value: null
    source: []   # none yet
    consulted: false

# over sources
sources: {}  # to come
evidence:
  - id: a_2000-e01  # first
    about: [io_sought]
    # a remark
    statement: >-  # folded
      One long sentence
      over two lines.
    when: null
    source: [K1,
      K2]
    consulted: true
  - id: a_2000-e02
    about:
      - io_sought
    statement: 'A # in quotes'
    when: '2000-01-01'
    source: [K1]
    consulted: false
codings:
  agreed:
    case:
      # the question
      io_sought:
        code: null
        confidence: null
        evidence: []
        why: null
        settled: null
    actors: {}
# the end
"""


def content(text):
    return plain(yaml.compose(text, yaml.CSafeLoader))


def changed_rows(before, after):
    """Rows that went and rows that came."""
    rows = [*difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))]
    return [r[2:] for r in rows if r[0] == "-"], [r[2:] for r in rows if r[0] == "+"]


@pytest.mark.parametrize(
    ("path", "value", "gone", "come"),
    [
        (("name",), "A: name", ["name: null  # not known"], ["name: 'A: name'  # not known"]),
        (("case_id",), "b", ["case_id: a_2000   # the id"], ["case_id: b   # the id"]),
        (
            ("facts", "date_action", "source"), ["K1"],
            ["    source: []   # none yet"], ["    source: [K1]   # none yet"],
        ),
        (("facts", "date_action", "note"), "So.", [], ["    note: So."]),
        (
            ("sources", "K1"), {"type": "memoir", "author": None},
            ["sources: {}  # to come"],
            ["sources:  # to come", "  K1:", "    type: memoir", "    author: null"],
        ),
        (
            ("evidence", "a_2000-e01", "statement"), "Short.",
            ["    statement: >-  # folded", "      One long sentence", "      over two lines."],
            ["    statement: Short.  # folded"],
        ),
        (
            ("evidence", "a_2000-e01", "source"), [],
            ["    source: [K1,", "      K2]"], ["    source: []"],
        ),
        (
            ("evidence", "a_2000-e01", "id"), "a_2000-e09",
            ["  - id: a_2000-e01  # first"], ["  - id: a_2000-e09  # first"],
        ),
        (
            ("evidence", "a_2000-e02", "about"), ["force_type"],
            ["    about:", "      - io_sought"], ["    about: [force_type]"],
        ),
        (
            ("evidence", "a_2000-e03"), {"id": "a_2000-e03", "consulted": True},
            [], ["  - id: a_2000-e03", "    consulted: true"],
        ),
        (
            ("codings", "agreed", "case", "io_sought", "evidence"), ["a_2000-e01"],
            ["        evidence: []"], ["        evidence: [a_2000-e01]"],
        ),
        (
            ("codings", "agreed", "actors", "state", "io"), {"code": 1},
            ["    actors: {}"], ["    actors:", "      state:", "        io:", "          code: 1"],
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", [END, WINDOWS], ids=["plain", "windows"])
def test_only_the_rows_of_a_value_change(path, value, gone, come, end):
    text = TEXT.replace(END, end)
    new = edited(text, {path: value})
    ended = [[f"{row}{end}" for row in rows] for rows in (gone, come)]
    assert [*changed_rows(text, new)] == ended
    assert content(new) == with_changes(content(text), {path: value}, REMOVED)


def test_a_long_text_is_folded_and_a_comment_stays_at_its_head():
    long = "word " * 30 + "end"
    new = edited(TEXT, {("name",): long})
    assert f"name: >-  # not known{END}  word word" in new
    assert content(new)["name"] == long
    assert max(map(len, new.splitlines())) <= 100


def test_what_is_emptied_is_written_as_empty_and_can_be_filled_again():
    keys = [("evidence", "a_2000-e01"), ("evidence", "a_2000-e02")]
    new = edited(TEXT, dict.fromkeys(keys, REMOVED))
    assert f"evidence: []{END}codings:" in new
    item = {"id": "a_2000-e05", "source": []}
    assert content(edited(new, {("evidence", "a_2000-e05"): item}))["evidence"] == [item]
    one = edited(TEXT, {keys[0]: REMOVED})
    assert [item["id"] for item in content(one)["evidence"]] == ["a_2000-e02"]


def test_what_would_lose_a_comment_or_stands_in_braces_is_refused():
    text = TEXT.replace("    source: [K1,", "    source: [K1, # why")
    with pytest.raises(SpliceError, match="line 21: a comment would be lost"):
        edited(text, {("evidence", "a_2000-e01", "source"): []})
    braces = TEXT.replace("sources: {}", "sources: {K1: {type: memoir}}")
    with pytest.raises(SpliceError, match="in braces"):
        edited(braces, {("sources", "K1", "type"): "hearing"})


def test_a_path_that_leads_nowhere_is_refused():
    with pytest.raises(ValueError, match="no item 'a_2000-e77'"):
        edited(TEXT, {("evidence", "a_2000-e77", "when"): None})


def leaves(value, path=()):
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict) and "id" in value[0]:
        for item in value:
            yield from leaves(item, (*path, item["id"]))
    else:
        yield path, value


@pytest.mark.parametrize("file", FILES[::9], ids=lambda file: file.stem)
def test_any_values_of_a_real_file_change_and_come_back(file):
    drawn = random.Random(7)
    text = file.read_bytes().decode()
    # What stands in braces is changed as a whole, or written over several lines first.
    braces = set(re.findall("(?m)^ +([a-z_]+): [{]", text))
    found = [
        (path, value)
        for path, value in leaves(content(text))
        if path[-1] != "id" and not braces.intersection(path[:-1])
    ]
    for _ in range(4):
        some = drawn.sample(found, 25)
        values = [None, True, 3, "Yes: a text, 50 % #1", ["UN", "NATO"], "long word " * 20 + "x"]
        changes = {path: drawn.choice(values) for path, _ in some}
        new = edited(text, changes)
        assert content(new) == with_changes(content(text), changes, REMOVED)
        comments = [row for row in text.splitlines() if row.lstrip().startswith("#")]
        assert [row for row in new.splitlines() if row.lstrip().startswith("#")] == comments
        assert content(edited(new, dict(some))) == content(text)
