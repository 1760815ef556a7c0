"""The likely cause of broken YAML, in words for people who write sentences and not YAML."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

_QUOTES = "put the whole text in quotes"
_KEY = r"\s*(- )?[A-Za-z_][A-Za-z0-9_]*"
_LONGEST = 70


def likely_cause(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> tuple[int, str]:
    """Give the line to look at, from 1, and what is probably wrong there.

    Parameters
    ----------
    error : MarkedYAMLError
        As libyaml raises it.
    lines : sequence of str
        Those of the file.
    """
    problem, context = error.problem or "", error.context or ""
    at = error.problem_mark.line if error.problem_mark else 0
    opened = error.context_mark.line if error.context_mark else at
    place, cause = _cause(problem, context, at, opened, lines)
    place = min(place, len(lines) - 1) if lines else 0
    shown = lines[place].strip() if lines else ""
    cut = shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
    # As Python would write it: what cannot be seen is spelt out.
    return place + 1, f"{cause}. The line reads: {cut!r}" if cut else cause


# What libyaml says of the context and of the problem, whether the line to look at is where it began, and the cause.
_CAUSES = (
    ("quoted scalar", "unexpected end", True, (
        "a quotation mark opens here and is never closed. Where a text has such a mark or an apostrophe in it, "
        "put the whole text in the other kind of quotes"
    )),
    ("", "escape character", False, "a backslash means something else in double quotes; use single quotes"),
    ("parsing a flow", "", True, "a bracket or brace opens here and is not closed, or a comma is missing"),
    ("", "cannot start any token", False, f"a text cannot begin with this character; {_QUOTES}"),
    ("", "undefined alias", False, f"a text cannot begin with *; {_QUOTES}"),
    ("", "another document", False, "a line of dashes begins a second document; take it out"),
    ("increasing", "", False, "brackets or braces stand within each other too deep"),
    ("alias", "", False, f"a text cannot begin with *; {_QUOTES}"),
    ("anchor", "", False, f"a text cannot begin with &; {_QUOTES}"),
    ("", "sequence entries are not allowed", False, f"a text cannot begin with a dash and a space; {_QUOTES}"),
    ("", "mapping keys are not allowed", False, f"a text cannot begin with ? and a space; {_QUOTES}"),
)  # fmt: skip


def _cause(
    problem: str, context: str, at: int, opened: int, lines: Sequence[str]
) -> tuple[int, str]:
    for in_context, in_problem, began, cause in _CAUSES:
        if in_context in context and in_problem in problem:
            return (opened if began else at), cause
    line, before = (lines[i] if 0 <= i < len(lines) else "" for i in (at, at - 1))
    if "could not find expected ':'" in problem:
        return _keyless(at, before)
    if "mapping values are not allowed" in problem:
        return _colon(at, line, before)
    if re.match(f"""{_KEY}:\\s+(["']).*\\2.*\\S""", line):
        return at, (
            "a text goes on after its closing quotation mark. Put the whole text in the other kind of quotes, or "
            "write >- and the text on the next line"
        )
    if "did not find expected" in problem:
        return (
            at,
            "this line does not begin in line with its neighbours; set it as deep as they are",
        )
    return at, "YAML cannot read this line"


def _keyless(at: int, before: str) -> tuple[int, str]:
    if re.match(f"{_KEY}:[^ ]", before):
        return at - 1, "the space after the colon is missing"
    return at if re.match(f"{_KEY}:", before) else max(at - 1, 0), (
        "there is a line without a key. A text that goes on over several lines stands deeper than its key, "
        "which ends in >-"
    )


def _colon(at: int, line: str, before: str) -> tuple[int, str]:
    if re.match(f"{_KEY}:[ ]+.*:([ ]|$)", line):
        return at, f"a colon and a space within a text begin a new key; {_QUOTES}"
    if re.match(f"{_KEY}:[^\\s]", before):
        return at - 1, "the space after the colon is missing"
    return at, (
        "the line above has its value already, and this one stands deeper; set it as deep as its neighbours, or, "
        f"if it belongs to a text with a colon in it, {_QUOTES}"
    )


def lost_texts(tree: yaml.Node, lines: Sequence[str]) -> list[tuple[int, str]]:
    """Find texts that end at an unquoted `` #``, as the line from 1 and what is lost.

    What follows is a comment to YAML. A remark behind a word or a number is left alone; behind a
    text of several words, or written ``#3``, it is part of a sentence.
    """
    found = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            waiting += [child for pair in node.value for child in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif not node.style and node.tag == "tag:yaml.org,2002:str":
            end = node.end_mark
            rest = lines[end.line][end.column :] if end.line < len(lines) else ""
            comment = re.match(r"[ ]+(#.*)", rest) if rest else None
            if comment and (" " in node.value or re.match(r"#\S", comment[1])):
                found.append((end.line + 1, comment[1].strip()))
    return sorted(found)
