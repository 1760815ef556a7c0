"""What may stand in data/raw/codebook.yaml."""

from __future__ import annotations

from typing import Any

import yaml

from replication.shapes import (
    Choice,
    Date,
    Flag,
    Key,
    ListOf,
    Number,
    Record,
    Report,
    Shape,
    Table,
    Text,
    scalar,
    unique_pairs,
)
from replication.yaml_reading import PathParts

WORD = "[a-z][a-z0-9]*(_[a-z0-9]+)*"

TYPES = ("ordinal", "nominal", "list", "flag", "integer", "number", "date", "text", "id")
_NAME = Text(longest=60, pattern=WORD, words="a word in a-z, 0-9 and _ that begins with a letter")
_LABEL = Text(longest=68)
_RULE = Text()


class _Values:
    """The codes of a scale: whole numbers or words, each with a label or with a label and a rule."""

    allowed = "a mapping from codes to labels, or to a label and a rule"
    _full = Record({"label": Key(_LABEL), "rule": Key(_RULE, required=False)})

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        if not isinstance(node, yaml.MappingNode):
            return report.add(node, path, f"not allowed; allowed: {self.allowed}")
        values = {}
        for name, key, value in unique_pairs(node, path, report):
            code = scalar(key)
            if code is None:
                report.add(
                    key,
                    (*path, name),
                    f"{name!r} is not allowed as a code; allowed: whole numbers, words (in quotes)",
                )
                continue
            shape: Shape = self._full if isinstance(value, yaml.MappingNode) else _LABEL
            values[code] = shape.check(value, (*path, name), report)
        return values

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "additionalProperties": {
                "anyOf": [_LABEL.schema(definitions), self._full.schema(definitions)]
            },
        }


class _Arguments:
    """A variable and a code or number, for derivations that compare."""

    allowed = "a list of a variable and a code"

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        if not (isinstance(node, yaml.SequenceNode) and len(node.value) == 2):  # noqa: PLR2004
            return report.add(node, path, f"not allowed; allowed: {self.allowed}")
        values = [scalar(child) for child in node.value]
        return (
            values
            if None not in values
            else report.add(node, path, f"not allowed; allowed: {self.allowed}")
        )

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        return {"type": "array", "minItems": 2, "maxItems": 2}


class _Derive:
    """One derivation: its operation and arguments."""

    _operations: dict[str, Shape] = {
        "at_least": _Arguments(), "equals": _Arguments(), "year_of": _NAME,
        "years_since": _Arguments(), "days_between": _Arguments(), "share": _Arguments(),
    }  # fmt: skip
    allowed = f"one of {', '.join(_operations)} with its arguments"

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        pairs = unique_pairs(node, path, report) if isinstance(node, yaml.MappingNode) else []
        if len(pairs) != 1 or pairs[0][0] not in self._operations:
            return report.add(node, path, f"not allowed; allowed: {self.allowed}")
        name, _, value = pairs[0]
        return {name: self._operations[name].check(value, (*path, name), report)}

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        shapes = {name: shape.schema(definitions) for name, shape in self._operations.items()}
        return {
            "type": "object",
            "properties": shapes,
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        }


def codebook_shape() -> Record:
    """Describe the file: rules, vocabularies, and a list of variables for each level."""
    variable = Record(
        {
            "name": Key(_NAME),
            "type": Key(Choice(dict.fromkeys(TYPES, ""))),
            "label": Key(_LABEL),
            "rule": Key(_RULE),
            "values": Key(_Values(), required=False),
            "missing": Key(_RULE, required=False),
            "unit": Key(Text(longest=20), required=False),
            "minimum": Key(Number(whole=False), required=False),
            "pattern": Key(_RULE, required=False),
            "key": Key(_NAME, required=False),
            "derive": Key(_Derive(), required=False),
            "csv_only": Key(_RULE, required=False),
            "before_decision": Key(Flag(), required=False),
        }
    )
    words = Table(_RULE, pattern="[a-zA-Z][a-zA-Z0-9_ ]*", words="words")
    variables = ListOf(variable, unique=False)
    return Record(
        {
            "universe": Key(
                Record({"rule": Key(_RULE), "first": Key(Date()), "last": Key(Date())})
            ),
            "time_rule": Key(_RULE),
            "missing_rule": Key(_RULE),
            "date_rule": Key(_RULE),
            "statement_words": Key(Number(whole=True, minimum=1)),
            "confidence": Key(
                Record({"label": Key(_LABEL), "rule": Key(_RULE), "values": Key(_Values())})
            ),
            "settled": Key(words),
            "source_types": Key(words),
            "actors": Key(
                Table(
                    Record({"label": Key(_LABEL), "rule": Key(_RULE)}), pattern=WORD, words="a word"
                )
            ),
            **{level: Key(variables) for level in ("identity", "case", "actor", "fact", "derived")},
            "tables": Key(words),
            "columns": Key(Table(variables, pattern=WORD, words="a table")),
        }
    )
