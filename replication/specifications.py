"""Reading data/raw/specifications by the same shapes as the case files; models and samples as rows of data.

A reader of a specification declares the shape of its file, opens it with `open_specification`, notes what
else is wrong with `refuse`, and ends with `settle`: every fault has its file, line, field, value and what is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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


def read_models(folder: Path) -> dict[str, Model]:
    """Read models.yaml and check each row against samples.yaml.

    Raises
    ------
    SpecificationError
        For what does not fit the shape, a repeated name, an unknown sample, or an effect that is
        not among the terms.
    """
    samples = read_samples(folder)
    opened = open_specification(folder / "models.yaml", _MODELS)
    opened.require_once("model")
    for number, row in enumerate(opened.content):
        opened.require((number, "sample"), row["sample"], samples)
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
