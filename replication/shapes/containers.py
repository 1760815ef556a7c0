"""Shapes of what holds other values."""
# ruff: noqa: D102 - what the methods do is said once, at the protocol Shape

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from replication.csv_cells import MISSING_WORDS
from replication.near_names import nearest
from replication.shapes.base import (
    INVALID,
    WORDS_OF_NOTHING,
    Report,
    Schema,
    Shape,
    is_null,
    show,
    unfit,
)
from replication.shapes.scalars import Single
from replication.yaml_reading import PathParts, shorten


@dataclass(frozen=True)
class Nullable:
    """What another shape allows, or null."""

    inner: Shape

    @property
    def allowed(self) -> str:
        return f"{self.inner.allowed}, null"

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        if is_null(node):
            return None
        if isinstance(self.inner, Single) and isinstance(node, yaml.ScalarNode):
            value = self.inner.value(node)
            near = self.inner.near(node) if value is INVALID else ""
            return unfit(self, node, path, report, near) if value is INVALID else value
        return self.inner.check(node, path, report)

    def schema(self, definitions: Schema) -> Schema:
        return {"anyOf": [self.inner.schema(definitions), {"type": "null"}]}


@dataclass(frozen=True)
class ListOf:
    """A list; with `unique` no element stands twice."""

    inner: Shape
    unique: bool = True

    @property
    def allowed(self) -> str:
        return f"a list of: {self.inner.allowed}"

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            return unfit(self, node, path, report)
        values: list[Any] = []
        for index, child in enumerate(node.value):
            value = self.inner.check(child, (*path, index), report)
            if self.unique and value in values:
                report.add(child, (*path, index), f"{show(child)} stands twice in the list")
            elif value is not INVALID:
                values.append(value)
        return values

    def schema(self, definitions: Schema) -> Schema:
        unique = {"uniqueItems": True} if self.unique else {}
        return {"type": "array", "items": self.inner.schema(definitions), **unique}


@dataclass(frozen=True)
class Key:
    """One key of a record: the shape of its value, whether it must be there, and what it is for."""

    shape: Shape
    required: bool = True
    about: str = ""


@dataclass(frozen=True)
class Record:
    """A mapping with known keys.

    Attributes
    ----------
    firm : (key, value, keys) or None
        Where `key` has `value`, none of `keys` may be null.
    """

    keys: Mapping[str, Key]
    firm: tuple[str, str, tuple[str, ...]] | None = None

    @property
    def allowed(self) -> str:
        return f"a mapping with the keys {', '.join(self.keys)}"

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        if not isinstance(node, yaml.MappingNode):
            unfit(self, node, path, report)
            return {}
        pairs = unique_pairs(node, path, report)
        values: dict[str, Any] = {}
        for name, key_node, value_node in pairs:
            if name not in self.keys:
                self._unknown(name, key_node, path, report)
                continue
            value = self.keys[name].shape.check(value_node, (*path, name), report)
            if value is not INVALID:
                values[name] = value
        present = {name for name, _, _ in pairs}
        for name, key in self.keys.items():
            if key.required and name not in present:
                report.add(node, (*path, name), f"missing key; allowed: {key.shape.allowed}")
        if self.firm and values.get(self.firm[0]) == self.firm[1]:
            self._check_firm(pairs, values, path, report)
        return values

    def _unknown(self, name: str, node: yaml.Node, path: PathParts, report: Report) -> None:
        close = nearest(name, self.keys)
        hint = f", perhaps {close[0]}" if close else ""
        message = f"unknown key {shorten(name)}{hint}; allowed: {', '.join(self.keys)}"
        report.add(node, path, message)

    def _check_firm(
        self,
        pairs: Iterable[tuple[str, yaml.Node, yaml.Node]],
        values: dict[str, Any],
        path: PathParts,
        report: Report,
    ) -> None:
        deciding, state, firm = self.firm or ("", "", ())
        for name, key_node, _ in pairs:
            if name in firm and values.get(name, INVALID) is None:
                shape = self.keys[name].shape
                allowed = (shape.inner if isinstance(shape, Nullable) else shape).allowed
                message = f"null is not allowed where {deciding} is {state}; allowed: {allowed}"
                report.add(key_node, (*path, name), message)

    def schema(self, definitions: Schema) -> Schema:
        properties = {}
        for name, key in self.keys.items():
            about = {"description": key.about} if key.about else {}
            properties[name] = {**about, **key.shape.schema(definitions)}
        out: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        out["required"] = [name for name, key in self.keys.items() if key.required]
        if self.firm:
            deciding, state, firm = self.firm
            out["if"] = {"properties": {deciding: {"const": state}}}
            out["then"] = {"properties": {name: {"not": {"type": "null"}} for name in firm}}
        return out


@dataclass(frozen=True)
class FreeKeys:
    """A mapping whose keys the writer chooses, in a pattern; `own` keys have their own shape."""

    inner: Shape
    pattern: str
    words: str
    own: Mapping[str, Shape] = field(default_factory=dict)

    @property
    def allowed(self) -> str:
        return f"a mapping whose keys are {self.words}"

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        if not isinstance(node, yaml.MappingNode):
            unfit(self, node, path, report)
            return {}
        values = {}
        for name, key_node, value_node in unique_pairs(node, path, report):
            if not re.fullmatch(self.pattern, name):
                message = f"the key {shorten(name)} is not allowed; allowed: {self.words}"
                report.add(key_node, path, message)
                continue
            if name in MISSING_WORDS:
                message = f"the key {name!r} is read as missing by other programs; allowed: {self.words}, others"
                report.add(key_node, path, message)
                continue
            value = self.own.get(name, self.inner).check(value_node, (*path, name), report)
            if value is not INVALID:
                values[name] = value
        return values

    def schema(self, definitions: Schema) -> Schema:
        return {
            "type": "object",
            "propertyNames": {"pattern": f"^(?!(?:{WORDS_OF_NOTHING})$)({self.pattern})$"},
            "properties": {name: shape.schema(definitions) for name, shape in self.own.items()},
            "additionalProperties": self.inner.schema(definitions),
        }


@dataclass(frozen=True)
class Named:
    """A shape that stands once in the JSON Schema, under a name."""

    name: str
    inner: Shape

    @property
    def allowed(self) -> str:
        return self.inner.allowed

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        return self.inner.check(node, path, report)

    def schema(self, definitions: Schema) -> Schema:
        if self.name not in definitions:
            definitions[self.name] = self.inner.schema(definitions)
        return {"$ref": f"#/definitions/{self.name}"}


def unique_pairs(
    node: yaml.MappingNode, path: PathParts, report: Report
) -> list[tuple[str, yaml.Node, yaml.Node]]:
    """List keys as text with their nodes and values; a key that stands twice is a fault."""
    pairs: dict[str, tuple[str, yaml.Node, yaml.Node]] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            report.add(key, path, f"{show(key)} is not allowed as a key; allowed: a word")
        elif key.value in pairs:
            first = pairs[key.value][1].start_mark.line + 1
            message = f"the key {shorten(key.value)} stands twice; first on line {first}"
            report.add(key, path, message)
        else:
            pairs[key.value] = (key.value, key, value)
    return list(pairs.values())
