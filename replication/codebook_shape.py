"""What may stand in data/raw/codebook.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from replication.csv_cells import MISSING_WORDS
from replication.shapes import (
    INVALID,
    Choice,
    Date,
    Flag,
    FreeKeys,
    Key,
    ListOf,
    Number,
    Record,
    Report,
    Shape,
    Text,
    as_json_schema,
    scalar,
    unique_pairs,
)
from replication.shapes.base import Schema, unfit
from replication.yaml_reading import PathParts, shorten

WORD = "[a-z][a-z0-9]*(_[a-z0-9]+)*"
CODE_WORD = "[A-Za-z][A-Za-z0-9_]*"

TYPES = ("ordinal", "nominal", "list", "flag", "integer", "number", "date", "text", "id")

_NAME = Text(longest=60, pattern=WORD, words="a word in a-z, 0-9 and _ that begins with a letter")
# SPSS holds 256 bytes of a variable's label and 120 of a value's; the writer of .sav cuts what is longer, silently.
# Confidence and the parts of a date put words of their own before or behind a label.
_LABEL = Text(longest=68, longest_bytes=240)
_VALUE_LABEL = Text(longest=68, longest_bytes=120)
_RULE = Text()


def codebook_shape() -> Record:
    """Describe the file: rules, vocabularies, and a list of variables for each level."""
    optional: dict[str, Shape] = {
        "values": _Values(),
        "missing": _RULE,
        "unit": Text(longest=20),
        "minimum": Number(whole=False),
        "pattern": _Pattern(),
        "key": _NAME,
        "derive": _Derive(),
        "csv_only": _RULE,
        "before_decision": Flag(),
    }
    variable = Record(
        {
            "name": Key(_NAME),
            "type": Key(Choice(dict.fromkeys(TYPES, ""))),
            "label": Key(_LABEL),
            "rule": Key(_RULE),
            **{name: Key(shape, required=False) for name, shape in optional.items()},
        }
    )
    words = FreeKeys(_RULE, pattern="[a-zA-Z][a-zA-Z0-9_ ]*", words="words")
    variables = ListOf(variable, unique=False)
    grade = Record(
        {
            "rule": Key(_RULE),
            "types": Key(ListOf(_NAME)),
            "publishers": Key(ListOf(Text(longest=100))),
        }
    )
    labelled = {"label": Key(_LABEL), "rule": Key(_RULE)}
    return Record(
        {
            "universe": Key(
                Record({"rule": Key(_RULE), "first": Key(Date()), "last": Key(Date())})
            ),
            "time_rule": Key(_RULE),
            "missing_rule": Key(_RULE),
            "date_rule": Key(_RULE),
            "statement_words": Key(Number(whole=True, minimum=1)),
            "quotation_rule": Key(_RULE),
            "quotation_words": Key(Number(whole=True, minimum=1)),
            "confidence": Key(Record({**labelled, "values": Key(_Values())})),
            "settled": Key(words),
            "source_types": Key(words),
            "source_grades": Key(FreeKeys(grade, pattern=WORD, words="words")),
            "actors": Key(FreeKeys(Record(labelled), pattern=WORD, words="words")),
            "weights": Key(
                Record(
                    {
                        **labelled,
                        "explanation": Key(_NAME),
                        "explanations": Key(
                            FreeKeys(Record(labelled), pattern=WORD, words="words")
                        ),
                        "values": Key(_Values()),
                    }
                )
            ),
            **{level: Key(variables) for level in ("identity", "case", "actor", "fact", "derived")},
            "tables": Key(words),
            "columns": Key(FreeKeys(variables, pattern=WORD, words="names of tables")),
        }
    )


def codebook_schema() -> Schema:
    """Give the JSON Schema of the codebook, for editors."""
    return as_json_schema(codebook_shape(), "Codebook")


class _Values:
    """The codes of a scale: whole numbers or words, with a label or with a label and a rule."""

    allowed = "a mapping from codes to labels, or to a label and a rule"
    _full = Record({"label": Key(_VALUE_LABEL), "rule": Key(_RULE, required=False)})

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        if not isinstance(node, yaml.MappingNode):
            return unfit(self, node, path, report)
        values = {}
        for name, key, value in unique_pairs(node, path, report):
            code = scalar(key)
            unlike_word = isinstance(code, str) and not re.fullmatch(CODE_WORD, code)
            if code is None or unlike_word or code in MISSING_WORDS:
                allowed = (
                    "whole numbers, or words in letters, digits and _ (no and yes in quotes) that no "
                    "program reads as missing"
                )
                report.add(
                    key, path, f"the code {shorten(name)} is not allowed; allowed: {allowed}"
                )
                continue
            shape: Shape = self._full if isinstance(value, yaml.MappingNode) else _VALUE_LABEL
            values[code] = shape.check(value, (*path, name), report)
        return values

    def schema(self, definitions: Schema) -> Schema:
        either = [_VALUE_LABEL.schema(definitions), self._full.schema(definitions)]
        return {"type": "object", "additionalProperties": {"anyOf": either}}


class _Pattern:
    """A regular expression that the whole of a text must match."""

    allowed = "a regular expression"

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        text = _RULE.check(node, path, report)
        try:
            re.compile(text if text is not INVALID else "")
        except re.error:
            return unfit(self, node, path, report)
        return text

    def schema(self, definitions: Schema) -> Schema:
        return {**_RULE.schema(definitions), "format": "regex"}


class _Pair:
    """Two arguments of a derivation: a variable, and another or what it is compared with."""

    allowed = "a list of two: a variable, and a second variable, a code or a number"

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        values = (
            [scalar(child) for child in node.value] if isinstance(node, yaml.SequenceNode) else []
        )
        if len(values) != 2 or not isinstance(values[0], str) or values[1] is None:  # noqa: PLR2004
            return unfit(self, node, path, report)
        return values

    def schema(self, definitions: Schema) -> Schema:  # noqa: ARG002
        return {"type": "array", "minItems": 2, "maxItems": 2}


_OPERATIONS: dict[str, Shape] = {
    "at_least": _Pair(),
    "equals": _Pair(),
    "year_of": _NAME,
    "years_since": _Pair(),
    "days_between": _Pair(),
    "share": _Pair(),
}


class _Derive:
    """One derivation: its operation with the arguments."""

    allowed = f"one of {', '.join(_OPERATIONS)}, with its arguments"

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        pairs = unique_pairs(node, path, report) if isinstance(node, yaml.MappingNode) else []
        if len(pairs) != 1 or pairs[0][0] not in _OPERATIONS:
            return unfit(self, node, path, report)
        name, _, value = pairs[0]
        return {name: _OPERATIONS[name].check(value, (*path, name), report)}

    def schema(self, definitions: Schema) -> Schema:
        operations = {name: shape.schema(definitions) for name, shape in _OPERATIONS.items()}
        out: Schema = {"type": "object", "properties": operations, "additionalProperties": False}
        return {**out, "minProperties": 1, "maxProperties": 1}


def grade_faults(grades: dict[str, Any], kinds: dict[str, str]) -> Iterator[tuple[PathParts, str]]:
    """Find types and publishers of sources that have no grade, or two, or are not known."""
    seen: dict[str, str] = {}
    for grade, entry in grades.items():
        for part in ("types", "publishers"):
            for index, name in enumerate(entry[part]):
                place = ("source_grades", grade, part, index)
                if part == "types" and name not in kinds:
                    yield place, f"{name!r} is not allowed; allowed: {', '.join(kinds)}"
                if name in seen:
                    yield place, f"{name!r} stands twice; first in {seen[name]}"
                seen.setdefault(name, grade)
    for kind in kinds:
        if kind not in seen:
            yield ("source_grades",), f"the type {kind} has no grade"


def weight_faults(weights: dict[str, Any]) -> Iterator[tuple[PathParts, str]]:
    """Find an explanation that is not among those listed, no rival, and codes that are no weights."""
    known, name = weights["explanations"], weights["explanation"]
    if name not in known:
        yield ("weights", "explanation"), f"{name!r} is not allowed; allowed: {', '.join(known)}"
    elif len(known) == 1:
        yield ("weights", "explanations"), "has no rival; allowed: at least two explanations"
    codes = weights["values"]
    if 0 not in codes or any(-code not in codes for code in codes if isinstance(code, int)):
        yield (
            ("weights", "values"),
            "must hold 0 and, for each weight, the same with the other sign",
        )
    if not all(isinstance(code, int) for code in codes):
        yield ("weights", "values"), "the codes are whole numbers of decibels"
