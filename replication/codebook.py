"""The codebook as frozen objects: scales, labels, rules and vocabularies, read from one YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from replication.codebook_shape import codebook_shape
from replication.shapes import Report
from replication.yaml_reading import Fault, InputError, field_name, line_of, read_tree, shown_path

LEVELS = ("identity", "case", "actor", "fact", "derived")
# What the case table tells about each actor's row.
_ACTOR_IDENTITY = ("sample", "administration", "crisis_family", "year")
# The longest name of a column in Stata is 32 characters, and "_conf" is added to names of variables.
_LONGEST_NAME = 27

# Types a derivation can be computed from.
_TYPES_FOR = {
    "at_least": ("ordinal", "integer", "number"),
    "equals": ("nominal", "ordinal", "flag", "text", "id"),
    "year_of": ("date",),
    "years_since": ("date",),
    "days_between": ("date",),
    "share": ("integer", "number"),
}


@dataclass(frozen=True)
class Value:
    """One code of a scale."""

    code: int | str
    label: str
    rule: str


@dataclass(frozen=True)
class Derivation:
    """How a derived variable is computed.

    Attributes
    ----------
    operation : str
        at_least, equals, year_of, years_since, days_between or share.
    columns : tuple of str
        The variables it is computed from.
    constants : tuple
        What they are compared with.
    """

    operation: str
    columns: tuple[str, ...]
    constants: tuple[int | str, ...]


@dataclass(frozen=True)
class Variable:
    """One column of the derived data.

    Attributes
    ----------
    level : str
        identity, case, actor, fact or derived; for other tables the table's name.
    type : str
        ordinal, nominal, list, flag, integer, number, date, text or id.
    values : mapping from code to Value
        Empty where the type has no codes.
    missing : str
        What a missing value means; empty where the column is never missing.
    key : str
        Its key in a case file.
    csv_only : str
        Why the column is left out of .dta and .sav; empty where it is not.
    before_decision : bool
        Whether the time rule holds: only what was said of the time before the decision is evidence.
    """

    name: str
    level: str
    type: str
    label: str
    rule: str
    values: Mapping[int | str, Value]
    missing: str = ""
    unit: str = ""
    minimum: float | None = None
    pattern: str = ""
    key: str = ""
    derive: Derivation | None = None
    csv_only: str = ""
    before_decision: bool = False

    @property
    def labels(self) -> dict[int | str, str]:
        """Label of each code."""
        return {value.code: value.label for value in self.values.values()}


@dataclass(frozen=True)
class Actor:
    """One of the actors whose positions are coded."""

    name: str
    label: str
    rule: str


@dataclass(frozen=True)
class Codebook:
    """Everything data/raw/codebook.yaml says.

    Attributes
    ----------
    identity, case, actor, fact, derived : tuple of Variable
        In the order of the file, which is the order of the columns.
    confidence : Variable
        The scale of confidence.
    actors, settled, source_types, tables : mappings
        Actor by name; meaning by word; label by source type; description by table.
    """

    identity: tuple[Variable, ...]
    case: tuple[Variable, ...]
    actor: tuple[Variable, ...]
    fact: tuple[Variable, ...]
    derived: tuple[Variable, ...]
    confidence: Variable
    actors: Mapping[str, Actor]
    settled: Mapping[str, str]
    source_types: Mapping[str, str]
    tables: Mapping[str, str]
    other_columns: Mapping[str, tuple[Variable, ...]]
    universe: Mapping[str, str]
    time_rule: str
    missing_rule: str
    date_rule: str
    statement_words: int

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """Every variable of every level by name."""
        return {v.name: v for level in LEVELS for v in getattr(self, level)}

    @cached_property
    def cells(self) -> dict[str, Variable]:
        """Everything that is coded, under the name evidence uses: ``io_sought``, ``military.force``."""
        actor_cells = {f"{actor}.{v.name}": v for actor in self.actors for v in self.actor}
        return {v.name: v for v in self.case} | actor_cells

    def confidence_of(self, variable: Variable) -> Variable:
        """The column that holds the confidence in a coded variable."""
        return Variable(
            name=f"{variable.name}_confidence",
            level=variable.level,
            type="ordinal",
            label=f"Confidence: {variable.label}",
            rule=self.confidence.rule,
            values=self.confidence.values,
            missing="the code is missing",
        )

    def columns(self, table: str) -> tuple[Variable, ...]:
        """Every column of a derived table, in order.

        Raises
        ------
        ValueError
            For a table that does not exist.
        """
        if table == "cases":
            confidence = tuple(map(self.confidence_of, self.case))
            return (*self.identity, *self.case, *confidence, *self.fact, *self.derived)
        if table == "actors":
            coded = tuple(c for v in self.actor for c in (v, self.confidence_of(v)))
            carried = tuple(self.variables[name] for name in _ACTOR_IDENTITY)
            return (self.variables["case_id"], *self.other_columns["actors"], *carried, *coded)
        if table not in self.other_columns:
            raise ValueError(f"{table!r} is not a derived table; allowed: {', '.join(self.tables)}")
        return self.other_columns[table]


def read_codebook(path: Path) -> Codebook:
    """Read and check the codebook.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    tree, faults = read_tree(path)
    if tree is None:
        raise InputError(faults)
    report = Report(shown_path(path))
    content = codebook_shape().check(tree, (), report)
    if not report.faults:
        for parts, message in _contradictions(content):
            line = line_of(tree, parts)
            report.faults.append(Fault(report.file, line, field_name(parts), message))
    if report.faults:
        raise InputError(sorted(report.faults))
    return _codebook(content)


def _codebook(content: dict[str, Any]) -> Codebook:
    levels = {level: tuple(_variable(entry, level) for entry in content[level]) for level in LEVELS}
    others = {
        table: tuple(_variable(entry, table) for entry in entries)
        for table, entries in content["columns"].items()
    }
    scale = {"name": "confidence", "type": "ordinal", **content["confidence"]}
    actors = {
        name: Actor(name, entry["label"], entry["rule"])
        for name, entry in content["actors"].items()
    }
    rules = ("time_rule", "missing_rule", "date_rule", "statement_words")
    return Codebook(
        **levels,
        confidence=_variable(scale, "confidence"),
        actors=MappingProxyType(actors),
        settled=MappingProxyType(content["settled"]),
        source_types=MappingProxyType(content["source_types"]),
        tables=MappingProxyType(content["tables"]),
        other_columns=MappingProxyType(others),
        universe=MappingProxyType(content["universe"]),
        **{rule: content[rule] for rule in rules},
    )


def _variable(entry: dict[str, Any], level: str) -> Variable:
    derive = entry.get("derive")
    fields = {"key": entry["name"], **entry, "level": level}
    fields["values"] = MappingProxyType(
        {code: _value(code, value) for code, value in entry.get("values", {}).items()}
    )
    if derive:
        fields["derive"] = _derivation(derive)
    return Variable(**fields)


def _derivation(derive: dict[str, Any]) -> Derivation:
    [(operation, arguments)] = derive.items()
    listed = arguments if isinstance(arguments, list) else [arguments]
    many = len(listed) if operation in ("days_between", "share") else 1
    return Derivation(operation, tuple(listed[:many]), tuple(listed[many:]))


def _value(code: int | str, value: str | dict[str, str]) -> Value:
    if isinstance(value, str):
        return Value(code, value, "")
    return Value(code, value["label"], value.get("rule", ""))


def _contradictions(content: dict[str, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    """What no single entry can show: repeated names, scales without codes, derivations from nothing."""
    found: list[tuple[tuple[str | int, ...], str]] = []
    entries = [((level, i), entry) for level in LEVELS for i, entry in enumerate(content[level])]
    types = {entry["name"]: entry["type"] for _, entry in entries}
    places: dict[str, tuple[str | int, ...]] = {}
    for place, entry in entries:
        name = entry["name"]
        if name in places:
            found.append(
                ((*place, "name"), f"{name!r} stands twice; first in {field_name(places[name])}")
            )
        places.setdefault(name, place)
        if len(name) > _LONGEST_NAME:
            found.append(
                (
                    (*place, "name"),
                    f"{name!r} has {len(name)} characters; at most {_LONGEST_NAME} are allowed",
                )
            )
        coded = entry["type"] in ("ordinal", "nominal", "list", "flag")
        if coded != bool(entry.get("values")):
            wanted = "needs values" if coded else "has no values"
            found.append((place, f"a variable of type {entry['type']} {wanted}"))
        if entry["type"] == "ordinal" and not all(
            isinstance(code, int) for code in entry.get("values", {})
        ):
            found.append(((*place, "values"), "the codes of an ordinal scale are whole numbers"))
        if place[0] == "derived" and "derive" not in entry:
            found.append((place, "missing key derive"))
        found += [((*place, "derive"), message) for message in _derivation_faults(entry, types)]
    fixed = ("case_id", *_ACTOR_IDENTITY)
    found += [
        (("identity",), f"the variable {name} is missing") for name in fixed if name not in types
    ]
    return found


def _derivation_faults(entry: dict[str, Any], types: dict[str, str]) -> list[str]:
    """Find variables of a derivation that do not exist or are of the wrong type."""
    if "derive" not in entry:
        return []
    derivation = _derivation(entry["derive"])
    allowed = _TYPES_FOR[derivation.operation]
    return [
        f"{column!r} is not allowed; allowed: a variable of type {' or '.join(allowed)}"
        for column in derivation.columns
        if types.get(column) not in allowed
    ]
