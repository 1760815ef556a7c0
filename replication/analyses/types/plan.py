"""Causes, clues and prior beliefs of the causal types, as rows of data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from replication.analyses.cases.predictions import RULE, check_rule
from replication.codebook import Codebook
from replication.shapes import Choice, Flag, Key, ListOf, Number, Record, Text
from replication.specifications import LINE, NAME, Specification, open_specification, read_samples

STATED, LEARNT, NONE = "stated", "learnt", "none"
TRACED, ALL = "traced", "all"
KINDS = ("adverse", "beneficial", "chronic", "destined")
_NUMERIC = ("ordinal", "flag", "integer", "number")
_CHANCE = Number(whole=False, minimum=0)
_SIZE = Number(whole=False, minimum=0)
_COLUMN = {"variable": Key(NAME), "cut": Key(Number(whole=True))}
_PLAN = Record(
    {
        "outcome": Key(Record(_COLUMN)),
        "causes": Key(
            ListOf(
                Record(
                    {
                        "cause": Key(NAME),
                        "label": Key(LINE),
                        **_COLUMN,
                        "claim": Key(Text(longest=20)),
                        "traced": Key(Flag()),
                        "confounder": Key(NAME, required=False),
                    }
                ),
                unique=False,
            )
        ),
        "clues": Key(
            ListOf(
                Record(
                    {
                        "clue": Key(NAME),
                        "label": Key(LINE),
                        "causes": Key(ListOf(NAME)),
                        "rule": Key(RULE),
                        "beneficial": Key(_CHANCE),
                        "destined": Key(_CHANCE),
                        "why": Key(LINE),
                    }
                ),
                unique=False,
            )
        ),
        "priors": Key(
            ListOf(
                Record(
                    {
                        "prior": Key(NAME),
                        "label": Key(LINE),
                        **{
                            name: Key(_SIZE)
                            for name in ("adverse", "beneficial", "chronic", "destined")
                        },
                    }
                ),
                unique=False,
            )
        ),
        "assignment": Key(ListOf(_SIZE, unique=False)),
        "learnt": Key(_SIZE),
        "strengths": Key(ListOf(_CHANCE)),
        "headline": Key(
            Record(
                {
                    "sample": Key(NAME),
                    "monotonic": Key(Flag()),
                    "confounded": Key(Flag()),
                    "clues": Key(NAME),
                    "read": Key(Choice({TRACED: "", ALL: ""})),
                    "coding": Key(NAME),
                }
            )
        ),
    }
)


@dataclass(frozen=True)
class Cause:
    """A cause of the outcome; `traced` where its types are estimated.

    Attributes
    ----------
    confounder : str
        The cause by which the cases are divided in one variant; '' where there is none.
    """

    cause: str
    label: str
    variable: str
    cut: int
    claim: str
    traced: bool
    confounder: str = ""


@dataclass(frozen=True)
class Clue:
    """An observation of the process, and how probable it is where the cause brought the outcome about and where not."""

    clue: str
    label: str
    causes: tuple[str, ...]
    rule: Mapping[str, Any]
    beneficial: float
    destined: float
    why: str


@dataclass(frozen=True)
class Choices:
    """What one posterior rests on; see the head of causal_types.yaml.

    Attributes
    ----------
    strength : float
        Probability that replaces those of the clues; NaN where they are as stated, learnt, or not read.
    stratified : bool
        Whether types and assignment may differ between cases without and with the confounder.
    """

    prior: str
    sample: str
    monotonic: bool
    confounded: bool
    clues: str
    read: str
    coding: str
    strength: float = np.nan
    stratified: bool = False

    def but(self, **changed: Any) -> Choices:
        """Give the same with some choices changed."""
        return replace(self, **changed)


@dataclass(frozen=True)
class TypePlan:
    """All of causal_types.yaml.

    Attributes
    ----------
    priors : mapping
        Dirichlet parameters of adverse, beneficial, chronic and destined, by name.
    labels : mapping
        Label of each prior.
    """

    outcome: tuple[str, int]
    causes: tuple[Cause, ...]
    clues: tuple[Clue, ...]
    priors: Mapping[str, tuple[float, ...]]
    labels: Mapping[str, str]
    assignment: tuple[float, float]
    learnt: float
    strengths: tuple[float, ...]
    headline: Choices

    def clues_of(self, cause: str) -> tuple[Clue, ...]:
        """Clues that are looked for where the cause is present."""
        return tuple(clue for clue in self.clues if cause in clue.causes)

    def cause(self, name: str) -> Cause:
        """Cause of a name."""
        return next(cause for cause in self.causes if cause.cause == name)

    @property
    def traced(self) -> tuple[Cause, ...]:
        """Causes whose types are estimated."""
        return tuple(cause for cause in self.causes if cause.traced)


def read_type_plan(folder: Path, codebook: Codebook) -> TypePlan:
    """Read causal_types.yaml and check it against the codebook and samples.yaml.

    Raises
    ------
    SpecificationError
        Naming file, row, field, value and what is allowed.
    """
    opened = open_specification(folder / "causal_types.yaml", _PLAN)
    for key, name in (("causes", "cause"), ("clues", "clue"), ("priors", "prior")):
        opened.require_once(name, key)
    _check_variables(opened, codebook)
    _check_clues(opened, codebook)
    _check_beliefs(opened)
    headline = opened.content["headline"]
    opened.require(("headline", "sample"), headline["sample"], read_samples(folder))
    opened.require(("headline", "clues"), headline["clues"], (STATED, LEARNT, NONE))
    return _plan(opened.settle())


def _check_variables(opened: Specification, codebook: Codebook) -> None:
    content = opened.content
    numeric = [v.name for v in codebook.columns("cases") if v.type in _NUMERIC]
    opened.require(("outcome", "variable"), content["outcome"]["variable"], numeric)
    for number, row in enumerate(content["causes"]):
        opened.require(("causes", number, "variable"), row["variable"], numeric)
        others = [other["cause"] for other in content["causes"] if other is not row]
        if "confounder" in row:
            opened.require(("causes", number, "confounder"), row["confounder"], others)


def _check_clues(opened: Specification, codebook: Codebook) -> None:
    causes = [row["cause"] for row in opened.content["causes"]]
    for number, row in enumerate(opened.content["clues"]):
        place = ("clues", number)
        for index, cause in enumerate(row["causes"]):
            opened.require((*place, "causes", index), cause, causes)
        check_rule(row["rule"], codebook, opened, (*place, "rule"))
        for kind in ("beneficial", "destined"):
            if not 0 < row[kind] < 1:
                message = f"{row[kind]} is not allowed; allowed: above 0 and below 1"
                opened.refuse((*place, kind), message)


def _check_beliefs(opened: Specification) -> None:
    content = opened.content
    for number, row in enumerate(content["priors"]):
        for kind in KINDS:
            if row[kind] <= 0:
                message = f"{row[kind]} is not allowed; allowed: above 0"
                opened.refuse(("priors", number, kind), message)
    for number, strength in enumerate(content["strengths"]):
        if not 0.5 <= strength < 1:  # noqa: PLR2004 - a half discriminates nothing
            message = f"{strength} is not allowed; allowed: from 0.5, below 1"
            opened.refuse(("strengths", number), message)
    sizes = (*content["assignment"], content["learnt"])
    if len(content["assignment"]) != 2 or min(sizes) <= 0:  # noqa: PLR2004 - a Beta distribution
        opened.refuse(("assignment",), "two numbers above 0 are allowed, and learnt above 0")
    if not content["priors"]:
        opened.refuse(("priors",), "is empty; allowed: at least one prior")


def _plan(content: dict[str, Any]) -> TypePlan:
    absent, present = map(float, content["assignment"])
    return TypePlan(
        outcome=(content["outcome"]["variable"], content["outcome"]["cut"]),
        causes=tuple(Cause(**row) for row in content["causes"]),
        clues=tuple(Clue(**{**row, "causes": tuple(row["causes"])}) for row in content["clues"]),
        priors={
            row["prior"]: tuple(float(row[kind]) for kind in KINDS) for row in content["priors"]
        },
        labels={row["prior"]: row["label"] for row in content["priors"]},
        assignment=(absent, present),
        learnt=float(content["learnt"]),
        strengths=tuple(content["strengths"]),
        headline=Choices(prior=content["priors"][0]["prior"], **content["headline"]),
    )
