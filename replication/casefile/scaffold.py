"""A new case file to fill in: every field with its scale and rule from the codebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from replication.casefile.model import AGREED
from replication.casefile.shape import WORD
from replication.casefile.yaml_writing import comment_lines
from replication.codebook import Codebook, Variable
from replication.files import write_text

LONGEST_ID = 40
# The label of a first pass whose coder gives none.
FIRST_PASS = "pass_1"  # noqa: S105 - a reading, not a word to get in with
# Names that Windows keeps for devices, with any suffix.
_DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}

_SOURCES = """
# Every source an item or a fact cites, under a key of your own (K1, K2, ...). An address only where
# you read the text there; for an unofficial copy write url: null and copy: true. One source:
#   K1:
#     type: newspaper
#     author: A. Writer
#     title: A title
#     publisher: A newspaper
#     date: '2011-03-01'
#     url: https://example.org/article
sources: {}
"""
_EVIDENCE = """
# What bears on a cell, one finding an item, in your own words. consulted: true only if you read
# text in that source that says so. Marks, only where they hold: absence: true (nothing was found;
# no source needed), theory_author: true (rests on writing of the author of the theory),
# after_decision: true (about the time after the decision). One item:
#   - id: e01
#     about: [military_opposition, military.force]
#     statement: >-
#       What the source reports, in your own words.
#     when: '2011-03-00'
#     source: [K1]
#     consulted: true
# Where the wording itself decides a code, the item may quote it (codebook, quotation_rule):
#     quotation: {text: 'the words', source: K1, place: p. 12}
evidence: []
"""


def new_case(folder: Path, case_id: str, codebook: Codebook, coding: str = FIRST_PASS) -> Path:
    """Write the scaffold of a new case, with a first pass to fill in, and give its path.

    Parameters
    ----------
    coding : str
        Label of the pass.

    Raises
    ------
    ValueError
        When the id is malformed or taken; nothing is written.
    """
    if len(case_id) > LONGEST_ID or not re.fullmatch(WORD, case_id):
        raise ValueError(
            f"ID: {case_id!r} is not allowed; allowed: a word in a-z, 0-9 and _ of at most {LONGEST_ID} "
            "characters, such as cotedivoire_2011"
        )
    if case_id in _DEVICES:
        raise ValueError(f"ID: {case_id!r} is not allowed; Windows cannot have a file of that name")
    path = folder / f"{case_id}.yaml"
    if path.exists():
        raise ValueError(f"ID: {case_id!r} is taken; {path.name} exists and is left as it is")
    write_text(path, scaffold(case_id, codebook, coding))
    return path


def scaffold(case_id: str, codebook: Codebook, coding: str = FIRST_PASS) -> str:
    """Give the text of a draft in which every value is open and every rule stands beside it."""
    lines = [
        "# yaml-language-server: $schema=../case.schema.json",
        *comment_lines(
            "A draft: it is checked and shown but enters no estimate. Replace null by what you found and leave null "
            f"what you did not find; a code is never guessed. Then run: make check CASE={case_id}. When it is "
            "sound, coded and settled, write status: released.",
            "",
        ),
        *comment_lines(codebook.date_rule, ""),
        f"case_id: {case_id}",
        "status: draft",
        *_identity(codebook),
        "",
        "# Numbers and dates that need no judgement; source lists keys of sources below, such as [K1].",
        "facts:",
        *_facts(codebook),
        "",
        *_SOURCES.strip().splitlines(),
        "",
        *_EVIDENCE.strip().splitlines(),
        "",
        *_coding_rules(codebook, coding),
        "codings:",
        f"  {coding}:",
        "    case:",
        *(line for v in codebook.case for line in _cell(v, v.name, " " * 6, explained=True)),
        "    actors:",
        *_actors(codebook),
    ]
    return "\n".join([*lines, ""])


def _identity(codebook: Codebook) -> Iterator[str]:
    for variable in codebook.identity:
        if variable.derive is not None or variable.name == "case_id":
            continue
        yield from _explained(variable, "")
        yield f"{variable.key}: null"


def _facts(codebook: Codebook) -> Iterator[str]:
    for variable in codebook.fact:
        yield from _explained(variable, "  ")
        yield f"  {variable.key}:"
        yield from ("    value: null", "    source: []", "    consulted: false", "    note: null")


def _coding_rules(codebook: Codebook, coding: str) -> Iterator[str]:
    scale = "; ".join(
        f"{value.code} {value.label}: {value.rule}" for value in codebook.confidence.values.values()
    )
    rules = (
        f"The codes. {codebook.time_rule} {codebook.missing_rule}",
        f"confidence: {scale}",
        "evidence: ids of items above, such as [e01, e03]; a code needs at least one. why: the reason in one sentence.",
        (
            f"This is one reading, the pass {coding}. A second reader's pass comes in beside it with make coding-sheet "
            f"and make import-codes. The coding '{AGREED}', which stands for the case, is made of the passes by make "
            "settle."
        ),
    )
    for rule in rules:
        yield from comment_lines(" ".join(rule.split()), "")


def _actors(codebook: Codebook) -> Iterator[str]:
    for number, actor in enumerate(codebook.actors.values()):
        yield from comment_lines(f"{actor.label}: {actor.rule}.", " " * 6)
        yield f"      {actor.name}:"
        for variable in codebook.actor:
            # The scale once; the same five times over would hide the cells.
            yield from _cell(variable, variable.name, " " * 8, explained=number == 0)


def _cell(variable: Variable, name: str, indent: str, *, explained: bool) -> Iterator[str]:
    if explained:
        yield from _explained(variable, indent)
    yield f"{indent}{name}:"
    keys = ("code: null", "confidence: null", "evidence: []", "why: null")
    yield from (f"{indent}  {key}" for key in keys)


def _explained(variable: Variable, indent: str) -> Iterator[str]:
    """Label, rule, codes and the meaning of null, as comments."""
    unit = f" ({variable.unit})" if variable.unit else ""
    yield from comment_lines(f"{variable.label}{unit}. {' '.join(variable.rule.split())}", indent)
    if variable.type == "flag":
        yield from comment_lines("  true or false", indent)
    else:
        for value in variable.values.values():
            label = "" if value.label == str(value.code) else f" {value.label}"
            rule = f": {value.rule}" if value.rule else ""
            yield from comment_lines(f"  {value.code}{label}{rule}", indent)
    if variable.type == "list":
        example = ", ".join(map(str, list(variable.labels)[:2]))
        yield from comment_lines(f"  several in brackets: [{example}]; none at all: []", indent)
    if variable.type == "date":
        yield from comment_lines("  a date in quotes: '2011-03-00'", indent)
    if variable.missing:
        yield from comment_lines(f"  null: {variable.missing}", indent)
