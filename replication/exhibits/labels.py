"""Plain words for the names of variables, codes, terms and estimators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from replication.codebook import Codebook
from replication.exhibits.numbers import integer, is_missing
from replication.exhibits.text import capital
from replication.registry import ESTIMATORS
from replication.terms import parse_term

_ABBREVIATIONS = {"io", "us", "un"}


@dataclass(frozen=True)
class Labels:
    """Labels by name. A name without a label is shown as itself with spaces for underscores.

    Attributes
    ----------
    variables : mapping of str to str
        Label of each variable.
    scales : mapping of str to mapping
        Label of each value, by variable, in the order of the scale.
    actors : mapping of str to str
        Label of each actor, in the order they are shown.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    scales: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    actors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, codebook: Codebook) -> Labels:
        """Labels that the codebook gives."""
        columns = codebook.columns("cases") + codebook.columns("actors")
        return cls(
            variables={column.name: column.label for column in columns},
            scales={column.name: column.labels for column in columns if column.labels},
            actors={name: actor.label for name, actor in codebook.actors.items()},
        )

    def variable(self, name: str) -> str:
        """Label of a variable, a phrase that says what it measures."""
        return self.variables.get(name) or spoken(name)

    def actor(self, name: str) -> str:
        """Label of an actor."""
        return self.actors.get(name) or spoken(name)

    def value(self, name: str, value: object) -> str:
        """Label of a value, up to its colon: what follows there is the coding rule."""
        if is_missing(value):
            return "not known"
        label = self.scales.get(name, {}).get(value)
        return label.split(":")[0].strip() if label else spoken(str(value))

    def sample(self, name: str) -> str:
        """Label of a sample of the analyses, ``intervention + considered``; ``all`` is all cases."""
        parts = [self.value("sample", part) for part in name.split("+")]
        return "all cases" if name == "all" else " + ".join(parts)

    def code(self, name: str, value: object) -> str:
        """Give a code with its label, ``2 reserved``."""
        if is_missing(value):
            return "not known"
        label = self.value(name, value)
        return label if label == str(value) else f"{integer(value)} {label}"

    def scale(self, name: str) -> str:
        """Give the whole scale in one line: ``0 none; 1 some; 2 strong``."""
        return "; ".join(self.code(name, value) for value in self.scales.get(name, {}))

    def term(self, term: str) -> str:
        """Short label of a model's term: a variable, a cut ``a>=2`` or a product ``a:b``."""
        if term == "const":
            return "Constant"
        return " × ".join(
            spoken(factor.variable) + ("" if factor.cut is None else f" ≥ {factor.cut}")
            for factor in parse_term(term).factors
        )


def estimator_label(name: str) -> str:
    """Plain words for an estimator's name in the results."""
    return ESTIMATORS[name].label if name in ESTIMATORS else spoken(name)


def spoken(name: str) -> str:
    """Turn a name into words for the head of a column: ``io_sought`` is ``IO sought``."""
    words = [word.upper() if word in _ABBREVIATIONS else word for word in name.split("_") if word]
    text = " ".join(words)
    return capital(text) or name


def rate_words(factor: float) -> str:
    """Say by how much the plan's error rates are multiplied."""
    return {0.5: "half", 1.0: "planned", 2.0: "double"}.get(float(factor), f"{factor:g} times")
