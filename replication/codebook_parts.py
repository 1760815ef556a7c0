"""The parts of a codebook as frozen objects: variables with their codes, actors, grades, the scale of weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
        return {code: value.label for code, value in self.values.items()}


@dataclass(frozen=True)
class Actor:
    """One of the actors whose positions are coded."""

    name: str
    label: str
    rule: str


@dataclass(frozen=True)
class SourceGrade:
    """One grade of reliability: the types of source that have it, and the publishers that give it."""

    name: str
    rule: str
    types: tuple[str, ...]
    publishers: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """One of the explanations that items of evidence are weighed between."""

    name: str
    label: str
    rule: str


@dataclass(frozen=True)
class WeightScale:
    """How items of evidence are weighed between two explanations.

    Attributes
    ----------
    scale : Variable
        Weights in decibels, above 0 for the explanation and below 0 for the rival.
    explanation : Explanation
        The one that every rival is set against.
    rivals : mapping of Explanation by name
        In the order of the file.
    """

    scale: Variable
    explanation: Explanation
    rivals: Mapping[str, Explanation]
