"""What every shape offers, and how nodes and faults are read and worded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Protocol

import yaml

from replication.csv_cells import MISSING_WORDS
from replication.near_names import did_you_mean
from replication.yaml_reading import Fault, PathParts, field_name, shorten

INVALID = object()
TAG = "tag:yaml.org,2002:"

# Longer numbers are slips, and Python refuses to read very long ones.
INTEGER = re.compile("-?(0|[1-9][0-9]{0,11})")

# Words that other programs take for a missing value or a number, as a part of a pattern.
WORDS_OF_NOTHING = "|".join(sorted(map(re.escape, MISSING_WORDS)))

Schema = dict[str, Any]


@dataclass
class Report:
    """Collects the faults of one file."""

    file: str
    faults: list[Fault] = field(default_factory=list)

    def add(self, node: yaml.Node, path: PathParts, message: str) -> Any:
        """Note a fault at a node; gives INVALID, for a check to return."""
        line = node.start_mark.line + 1
        self.faults.append(Fault(self.file, line, field_name(path), message))
        return INVALID


class Shape(Protocol):
    """What every shape offers."""

    @property
    def allowed(self) -> str:
        """What fits, in words for a fault."""

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        """Give the plain data of a node; INVALID, with a fault reported, where it does not fit."""

    def schema(self, definitions: Schema) -> Schema:
        """Give the shape as JSON Schema; named parts go to `definitions`."""


def as_json_schema(shape: Shape, title: str) -> Schema:
    """Give the whole description of a file as JSON Schema, in the draft most editors read."""
    definitions: Schema = {}
    body = shape.schema(definitions)
    draft = "http://json-schema.org/draft-07/schema#"
    return {"$schema": draft, "title": title, **body, "definitions": definitions}


def unfit(shape: Shape, node: yaml.Node, path: PathParts, report: Report, near: str = "") -> Any:
    """Report that a node is not what the shape allows, and what was probably meant."""
    meant = did_you_mean([near] if near else [])
    return report.add(node, path, f"{show(node)} is not allowed{meant} allowed: {shape.allowed}")


def scalar(node: yaml.Node) -> int | str | None:
    """Read a whole number or a text; None for anything else."""
    if not isinstance(node, yaml.ScalarNode):
        return None
    if node.tag == f"{TAG}int" and INTEGER.fullmatch(node.value):
        return int(node.value)
    return node.value if node.tag == f"{TAG}str" else None


def is_null(node: yaml.Node) -> bool:
    """Tell whether a node is null as people write it."""
    named = isinstance(node, yaml.ScalarNode) and node.tag == f"{TAG}null"
    return named and node.value in ("", "~", "null")


def show(node: yaml.Node) -> str:
    """Word a node for a fault: texts quoted and cut, invisible characters escaped."""
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if is_null(node):
        return "null"
    quoted = shorten(node.value)
    return quoted if node.tag == f"{TAG}str" else quoted[1:-1]
