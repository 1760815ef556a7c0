"""Reading data/raw/specifications by the same shapes as the case files; models and samples as rows of data.

A reader of a specification declares the shape of its file, opens it with `open_specification`, notes what
else is wrong with `refuse`, and ends with `settle`: every fault has its file, line, field, value and what is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from replication.codebook import Codebook, Variable
from replication.near_names import nearest
from replication.shapes import Flag, Key, ListOf, Number, OpenedFile, Record, Shape, Text, open_file
from replication.terms import parse_term
from replication.yaml_reading import Fault, InputError, PathParts

NAME = Text(
    longest=60,
    pattern="[A-Za-z][A-Za-z0-9_+-]*",
    words="letters, digits, _, + and -, a letter first",
)
LINE = Text(longest=200)
# A case variable, an actor's position (`military.io`) or a fact.
CELL = Text(
    longest=60,
    pattern="[a-z][a-z0-9_]*([.][a-z0-9_]+)?",
    words="a cell or a fact, such as military.io",
)
CODE = Number(whole=True)
COLUMN = "[a-z][a-z0-9_]*"
# Types of the columns that can enter an estimate.
NUMERIC = ("ordinal", "flag", "integer", "number")
# More names than these are not listed in a message.
_MOST = 20
_FACTOR = f"{COLUMN}(>=[0-9]+)?"
TERM = Text(
    longest=200,
    pattern=f"{_FACTOR}(:{_FACTOR})*",
    words="a column of the case table, a product a:b or a cut a>=2",
)


class SpecificationError(InputError):
    """A specification that cannot be used; the message names file, line, field, value and what is allowed."""


@dataclass
class Specification:
    """A file that fits its shape, and what a reader finds wrong with it beyond that.

    Attributes
    ----------
    content : Any
        Plain data.
    """

    content: Any
    _opened: OpenedFile
    _faults: list[Fault] = field(default_factory=list)

    def refuse(self, parts: PathParts, message: str) -> None:
        """Note a fault at the value that `parts` lead to."""
        self._faults.append(self._opened.fault(parts, message))

    def require(self, parts: PathParts, value: object, allowed: Iterable[object]) -> bool:
        """Refuse a value that is not among those allowed; tell whether it is."""
        known = list(allowed)
        if value not in known:
            self.refuse(parts, f"{value!r} is not allowed; allowed: {', '.join(map(str, known))}")
        return value in known

    def require_once(self, key: str, *parts: str) -> None:
        """Refuse rows of a list, the one that `parts` lead to, that have the same value under `key`."""
        rows = self.content
        for part in parts:
            rows = rows[part]
        seen: dict[object, int] = {}
        for number, row in enumerate(rows):
            if seen.setdefault(row[key], number) != number:
                self.refuse((*parts, number, key), f"{row[key]!r} stands twice")

    def settle(self) -> Any:
        """Give the content.

        Raises
        ------
        SpecificationError
            With every fault that was noted.
        """
        if self._faults:
            raise SpecificationError(sorted(self._faults))
        return self.content


def open_specification(path: Path, shape: Shape) -> Specification:
    """Read a YAML file and check it line by line against its shape.

    Raises
    ------
    SpecificationError
        With every fault of the file.
    """
    opened = open_file(path, shape)
    if opened.faults:
        raise SpecificationError(sorted(opened.faults))
    return Specification(opened.content, opened)


@dataclass(frozen=True)
class Sample:
    """A named set of values of the column `sample`."""

    sample: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """One model: what is explained, by what, on which cases.

    Attributes
    ----------
    terms : tuple of str
        Columns of the case table, products ``a:b`` or cuts ``a>=2``.
    effects : tuple of str
        The terms the model is there for.
    planned : bool
        Whether the analysis plan has the model: forecasts are compared on the cases that these share.
    """

    model: str
    label: str
    outcome: str
    sample: str
    terms: tuple[str, ...]
    effects: tuple[str, ...]
    planned: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the case table that the model reads, each once."""
        parsed = [parse_term(name) for name in (self.outcome, *self.terms)]
        return tuple(dict.fromkeys(name for term in parsed for name in term.variables))


_SAMPLES = ListOf(
    Record({"sample": Key(NAME), "label": Key(LINE), "values": Key(ListOf(NAME))}), unique=False
)
_MODELS = ListOf(
    Record(
        {
            "model": Key(NAME),
            "label": Key(LINE),
            "outcome": Key(TERM),
            "sample": Key(NAME),
            "terms": Key(ListOf(TERM)),
            "effects": Key(ListOf(TERM)),
            "planned": Key(Flag(), required=False),
        }
    ),
    unique=False,
)


def read_samples(folder: Path) -> dict[str, Sample]:
    """Read samples.yaml; keys are sample names in file order.

    Raises
    ------
    SpecificationError
    """
    opened = open_specification(folder / "samples.yaml", _SAMPLES)
    opened.require_once("sample")
    return {
        row["sample"]: Sample(**{**row, "values": tuple(row["values"])}) for row in opened.settle()
    }


def read_models(folder: Path, codebook: Codebook | None = None) -> dict[str, Model]:
    """Read models.yaml and check each row against samples.yaml and, where it is given, the codebook.

    Raises
    ------
    SpecificationError
        For what does not fit the shape, a repeated name, an unknown sample, an effect that is not
        among the terms; by the codebook for a term that is no number, and an outcome that is not 0 or 1.
    """
    samples = read_samples(folder)
    opened = open_specification(folder / "models.yaml", _MODELS)
    opened.require_once("model")
    for number, row in enumerate(opened.content):
        opened.require((number, "sample"), row["sample"], samples)
        # A slip in a term would make its effect look wrong, which is right.
        if codebook is None or _fits_codebook(opened, number, codebook):
            for place, effect in enumerate(row["effects"]):
                opened.require((number, "effects", place), effect, row["terms"])
    texts, lists = ("model", "label", "outcome", "sample"), ("terms", "effects")
    return {
        row["model"]: Model(
            *(row[name] for name in texts),
            *(tuple(row[name]) for name in lists),
            planned=row.get("planned", False),
        )
        for row in opened.settle()
    }


def _fits_codebook(opened: Specification, number: int, codebook: Codebook) -> bool:
    """Refuse what the codebook does not let into a model; tell whether every term of the row is known."""
    row = opened.content[number]
    refused = [
        ((number, "terms", place), told)
        for place, term in enumerate(row["terms"])
        for told in _no_numbers(term, codebook)
    ]
    for parts, told in refused:
        opened.refuse(parts, told)
    wrong = _no_numbers(row["outcome"], codebook) or _not_two_valued(row["outcome"], codebook)
    for told in wrong:
        opened.refuse((number, "outcome"), told)
    return not refused


def _no_numbers(term: str, codebook: Codebook) -> list[str]:
    told = (no_number(name, codebook) for name in parse_term(term).variables)
    return [message for message in told if message]


def no_number(name: str, codebook: Codebook) -> str:
    """Say why a name is no column of numbers of the case table; empty where it is one."""
    types = {variable.name: variable.type for variable in codebook.columns("cases")}
    numbers = [column for column, kind in types.items() if kind in NUMERIC]
    if name in types and name not in numbers:
        return (
            f"{name!r} is of type {types[name]} in the codebook, no number; allowed: a column of type "
            f"{', '.join(NUMERIC)}"
        )
    return "" if name in numbers else f"{name!r} is not known{perhaps(name, numbers)}"


def perhaps(value: str, known: Iterable[str]) -> str:
    """Name what was probably meant, and what is allowed."""
    names = sorted(known)
    close = nearest(value, names)
    hint = f", perhaps {close[0]}" if close else ""
    listed = (
        ", ".join(names) if len(names) <= _MOST else f"one of {len(names)} names of the codebook"
    )
    return f"{hint}; allowed: {listed}"


def _not_two_valued(outcome: str, codebook: Codebook) -> list[str]:
    """Say what an outcome may be in place of one with other values than 0 and 1."""
    columns = {variable.name: variable for variable in codebook.columns("cases")}
    two = [name for name, column in columns.items() if _is_two_valued(column)]
    factors = parse_term(outcome).factors
    if all(factor.cut is not None or factor.variable in two for factor in factors):
        return []
    codes = sorted(code for code in columns[factors[0].variable].values if isinstance(code, int))
    cuts = [f"{factors[0].variable}>={code}" for code in codes[1:]]
    cut = f"a cut of it, {' or '.join(cuts)}" if cuts else f"a cut such as {factors[0].variable}>=1"
    return [
        f"{outcome!r} is not allowed, as it has other values than 0 and 1; allowed: {cut}, or a column of "
        f"0 and 1: {', '.join(two)}"
    ]


def _is_two_valued(column: Variable) -> bool:
    return column.type == "flag" or (column.type == "ordinal" and set(column.values) <= {0, 1})
