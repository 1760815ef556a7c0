"""The codebook as frozen objects: scales, labels, rules and vocabularies from one YAML file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from replication.codebook_parts import (
    Actor,
    Derivation,
    Explanation,
    SourceGrade,
    Value,
    Variable,
    WeightScale,
)
from replication.codebook_shape import codebook_shape, grade_faults, weight_faults
from replication.reserved_words import reserved_in
from replication.shapes import open_file
from replication.yaml_reading import InputError, PathParts, field_name

__all__ = [
    "Actor", "Codebook", "Derivation", "Explanation", "SourceGrade", "Value", "Variable", "WeightScale",
    "read_codebook",
]  # fmt: skip

LEVELS = ("identity", "case", "actor", "fact", "derived")
# What the case table tells about each actor's row.
_ACTOR_IDENTITY = ("sample", "administration", "crisis_family", "year")
# How tables write a list that is empty, as against one that is not coded.
EMPTY_LIST = "none"
# How coding sheets and tables of codes write that a coder looked and found nothing.
NO_EVIDENCE = "no evidence"
# What is added to the name of a coded variable, in .csv and in .dta and .sav.
CONFIDENCE, CONF = "_confidence", "_conf"
# Dates are written with 00 for what is unknown, which no program reads as a date; each has three columns more.
DAY = "day"  # the type of a column of whole dates
EARLIEST, LATEST, PRECISION = "_earliest", "_latest", "_precision"
_PRECISIONS = {
    "day": "the day is known",
    "month": "the month is known",
    "year": "the year is known",
}
# Stata's names have at most 32 characters. So have the names of its sets of value labels, which the writer makes
# from the variable's name and the place of its column.
_LONGEST_IN_STATA = 32
_PLACES = len("999")

_CODED_TYPES = ("ordinal", "nominal", "list", "flag")
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
class Codebook:
    """Everything data/raw/codebook.yaml says.

    Attributes
    ----------
    identity, case, actor, fact, derived : tuple of Variable
        In the order of the file, which is the order of the columns.
    confidence : Variable
        The scale of confidence.
    weights : WeightScale
        The scale of weights of evidence, and the explanations weighed.
    actors, settled, source_types, source_grades, tables : mappings
        Actor by name; meaning by word; label by source type; grade by name, the best first; description by table.
    """

    identity: tuple[Variable, ...]
    case: tuple[Variable, ...]
    actor: tuple[Variable, ...]
    fact: tuple[Variable, ...]
    derived: tuple[Variable, ...]
    confidence: Variable
    weights: WeightScale
    actors: Mapping[str, Actor]
    settled: Mapping[str, str]
    source_types: Mapping[str, str]
    source_grades: Mapping[str, SourceGrade]
    tables: Mapping[str, str]
    other_columns: Mapping[str, tuple[Variable, ...]]
    universe: Mapping[str, str]
    time_rule: str
    missing_rule: str
    date_rule: str
    statement_words: int
    quotation_rule: str
    quotation_words: int

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """Every variable of every level by name."""
        return {v.name: v for level in LEVELS for v in getattr(self, level)}

    @cached_property
    def cells(self) -> dict[str, Variable]:
        """Everything coded, under the name evidence uses: ``io_sought``, ``military.force``."""
        actor_cells = {f"{actor}.{v.name}": v for actor in self.actors for v in self.actor}
        return {v.name: v for v in self.case} | actor_cells

    @property
    def scales(self) -> dict[str, tuple[int, ...]]:
        """Codes of each ordinal variable of a case, in the order of the codebook."""
        return {v.name: tuple(map(int, v.values)) for v in self.case if v.type == "ordinal"}

    def confidence_of(self, variable: Variable) -> Variable:
        """Describe the column that holds the confidence in a coded variable."""
        return Variable(
            name=f"{variable.name}{CONFIDENCE}",
            level=variable.level,
            type="ordinal",
            label=f"Confidence: {variable.label}",
            rule=self.confidence.rule,
            values=self.confidence.values,
            missing="the code is missing",
        )

    @property
    def dates(self) -> tuple[Variable, ...]:
        """Every date of the case table as it is written, 00 for what is unknown."""
        return tuple(v for v in (*self.identity, *self.fact) if v.type == "date")

    def columns(self, table: str) -> tuple[Variable, ...]:
        """Every column of a derived table, in order.

        Raises
        ------
        ValueError
            For a table that does not exist.
        """
        if table == "cases":
            confidence = tuple(map(self.confidence_of, self.case))
            spans = tuple(column for date in self.dates for column in _span_of(date))
            return (*self.identity, *self.case, *confidence, *self.fact, *self.derived, *spans)
        if table == "actors":
            coded = tuple(c for v in self.actor for c in (v, self.confidence_of(v)))
            carried = tuple(self.variables[name] for name in _ACTOR_IDENTITY)
            return (self.variables["case_id"], *self.other_columns["actors"], *carried, *coded)
        if table not in self.other_columns:
            raise ValueError(f"{table!r} is not a derived table; allowed: {', '.join(self.tables)}")
        return self.other_columns[table]


def _span_of(date: Variable) -> tuple[Variable, ...]:
    """Describe the three columns that tell in whole dates what a date with unknown parts may stand for."""
    missing = f"{date.name} is missing" if date.missing else ""

    def column(
        ending: str, kind: str, label: str, rule: str, codes: Sequence[str] = ()
    ) -> Variable:
        values: Mapping[Any, Value] = MappingProxyType(
            {code: Value(code, _PRECISIONS[code], "") for code in codes}
        )
        name, title = f"{date.name}{ending}", f"{date.label}: {label}"
        return Variable(name, "derived", kind, title, f"{rule} {date.name}.", values, missing)

    return (
        column(EARLIEST, DAY, "earliest", "The first day that may be meant by"),
        column(LATEST, DAY, "latest", "The last day that may be meant by"),
        column(PRECISION, "nominal", "precision", "What is known of", tuple(_PRECISIONS)),
    )


def read_codebook(path: Path) -> Codebook:
    """Read and check the codebook.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    opened = open_file(path, codebook_shape())
    faults = opened.faults or [opened.fault(*found) for found in _contradictions(opened.content)]
    if faults:
        raise InputError(sorted(faults))
    return _codebook(opened.content)


def _codebook(content: dict[str, Any]) -> Codebook:
    levels: dict[str, Any] = {
        level: tuple(_variable(entry, level) for entry in content[level]) for level in LEVELS
    }
    others = {
        table: tuple(_variable(entry, table) for entry in entries)
        for table, entries in content["columns"].items()
    }
    scale = {"name": "confidence", "type": "ordinal", **content["confidence"]}
    actors = {
        name: Actor(name, entry["label"], entry["rule"])
        for name, entry in content["actors"].items()
    }
    rules = (
        "time_rule", "missing_rule", "date_rule", "statement_words", "quotation_rule", "quotation_words",
    )  # fmt: skip
    return Codebook(
        **levels,
        confidence=_variable(scale, "confidence"),
        weights=_weights(content["weights"]),
        actors=MappingProxyType(actors),
        settled=MappingProxyType(content["settled"]),
        source_types=MappingProxyType(content["source_types"]),
        source_grades=MappingProxyType(
            {
                name: SourceGrade(
                    name, entry["rule"], tuple(entry["types"]), tuple(entry["publishers"])
                )
                for name, entry in content["source_grades"].items()
            }
        ),
        tables=MappingProxyType(content["tables"]),
        other_columns=MappingProxyType(others),
        universe=MappingProxyType(content["universe"]),
        **{rule: content[rule] for rule in rules},
    )


def _weights(entry: dict[str, Any]) -> WeightScale:
    scale = {key: entry[key] for key in ("label", "rule", "values")}
    named = {n: Explanation(n, e["label"], e["rule"]) for n, e in entry["explanations"].items()}
    explanation = named.pop(entry["explanation"])
    variable = _variable({"name": "decibels", "type": "ordinal", **scale}, "weights")
    return WeightScale(variable, explanation, MappingProxyType(named))


def _variable(entry: dict[str, Any], level: str) -> Variable:
    fields = {"key": entry["name"], **entry, "level": level}
    values = fields.pop("values", {})
    fields["values"] = MappingProxyType(
        {code: _value(code, value) for code, value in values.items()}
    )
    if "derive" in entry:
        fields["derive"] = _derivation(entry["derive"])
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


def _contradictions(content: dict[str, Any]) -> list[tuple[PathParts, str]]:
    """Find what the form of single keys cannot show."""
    entries = [((level, i), entry) for level in LEVELS for i, entry in enumerate(content[level])]
    types = {entry["name"]: entry["type"] for _, entry in entries}
    found: list[tuple[PathParts, str]] = []
    first: dict[str, PathParts] = {}
    for place, entry in entries:
        name = entry["name"]
        if first.setdefault(name, place) != place:
            found.append(
                ((*place, "name"), f"{name!r} stands twice; first in {field_name(first[name])}")
            )
        found += [((*place, key), message) for key, message in _entry_faults(entry, str(place[0]))]
        found += [((*place, "derive"), message) for message in _derivation_faults(entry, types)]
    found += grade_faults(content["source_grades"], content["source_types"])
    found += weight_faults(content["weights"])
    needed = ("case_id", "decision_date", *_ACTOR_IDENTITY)
    return found + [
        (("identity",), f"the variable {name} is missing") for name in needed if name not in types
    ]


def _entry_faults(entry: dict[str, Any], level: str) -> Iterator[tuple[str, str]]:
    """Find what is wrong within one variable, as the key and the message."""
    codes, kind = entry.get("values", {}), entry["type"]
    longest = _longest_name(kind, level)
    if len(entry["name"]) > longest:
        yield "name", f"has {len(entry['name'])} characters; at most {longest} are allowed"
    if program := reserved_in(entry["name"]):
        yield "name", f"{entry['name']!r} is a word of {program}; any other name is allowed"
    if kind in _CODED_TYPES and not codes:
        yield "values", f"missing key; a variable of type {kind} has codes"
    if kind not in _CODED_TYPES and codes:
        yield "values", f"is not allowed; a variable of type {kind} has no codes"
    if kind in ("ordinal", "flag") and not all(isinstance(code, int) for code in codes):
        yield "values", f"the codes of type {kind} are whole numbers"
    if kind == "list" and not all(isinstance(code, str) for code in codes):
        yield "values", "the codes of type list are words"
    if kind == "list" and EMPTY_LIST in codes:
        yield "values", f"{EMPTY_LIST!r} is not allowed; it stands for an empty list in tables"
    if level == "derived" and "derive" not in entry:
        yield "derive", "missing key; a derived variable says how it is computed"
    if level in ("case", "actor", "fact") and "derive" in entry:
        yield "derive", f"is not allowed in the list {level}; put the variable under derived"


def _longest_name(kind: str, level: str) -> int:
    """Longest name of a variable whose columns, and their sets of value labels, Stata can still name."""
    if kind == "date":
        return _LONGEST_IN_STATA - len(PRECISION)
    if level in ("case", "actor"):
        return _LONGEST_IN_STATA - len(CONF) - _PLACES
    return _LONGEST_IN_STATA - (_PLACES if kind in _CODED_TYPES else 0)


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
