"""The claims of the analysis plan, and what each kind of evidence is asked about them: claims.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from replication.registry import ESTIMATORS
from replication.shapes import (
    Choice,
    FreeKeys,
    Key,
    ListOf,
    Record,
    Shape,
    Text,
)
from replication.specifications import CELL, LINE, NAME, open_specification

# What an estimate on each scale is when there is no effect.
NO_EFFECT = {"log-odds": 0.0, "coefficient": 0.0, "points": 0.0, "chance": 0.5}
SIZE = "{size}"

_ESTIMATOR = Choice(dict.fromkeys(ESTIMATORS, ""))
_MODEL = replace(NAME, words="a model: a row of models.yaml, or one that the package makes itself")
_SAMPLE = replace(NAME, words="a sample: a row of samples.yaml")
_PREDICTION: dict[str, Shape] = {
    "model": _MODEL, "sample": _SAMPLE, "outcome": NAME, "estimator": _ESTIMATOR, "term": LINE,
    "expected": Choice({-1: "", 1: ""}), "scale": Choice(dict.fromkeys(NO_EFFECT, "")),
    "words": Text(pattern=f".*{re.escape(SIZE)}.*", words=f"text with a place {SIZE} for the size"),
    "told": Choice({"": "the estimate judged", "firth_ame": ""}),
    "checks": ListOf(_ESTIMATOR), "beside": ListOf(_ESTIMATOR), "cells": ListOf(CELL),
}  # fmt: skip
_STATISTICS = ListOf(Record({name: Key(shape) for name, shape in _PREDICTION.items()}))
_CASE = {"theory": NAME, "observable": LINE}
_CLAIM: dict[str, Shape] = {
    "claim": NAME, "label": LINE, "statement": Text(),
    "cases": ListOf(Record({name: Key(shape) for name, shape in _CASE.items()})),
    "statistics": _STATISTICS, "also": _STATISTICS,
    "sets": FreeKeys(Choice({0: "", 1: ""}), pattern=NAME.pattern, words="names of conditions"),
    "timing": ListOf(LINE),
}  # fmt: skip
_CLAIMS = ListOf(Record({name: Key(shape) for name, shape in _CLAIM.items()}), unique=False)


@dataclass(frozen=True)
class Prediction:
    """What a claim expects of one estimate.

    Attributes
    ----------
    model, sample, outcome, estimator, term : str
        Keys of the row in output/estimates.csv.
    expected : {-1, 1}
        Side of no effect on which the claim expects the estimate.
    scale : {"log-odds", "coefficient", "points", "chance"}
        How the size is read: as a factor on odds, as a coefficient, as a difference, or as a probability,
        of which one half is no effect.
    words : str
        What the estimate says, with ``{size}`` where its size goes.
    checks : tuple of str
        Estimators for the same term that must agree for the claim to be called for or against.
    beside : tuple of str
        Estimators whose p-values are told and decide nothing.
    cells : tuple of str
        Cells of the codebook that hold the codes behind the estimate.
    told : str
        Estimator of the same term whose estimate, a difference of probabilities, stands in the words in
        place of the one judged; empty where that one is told itself.
    """

    model: str
    sample: str
    outcome: str
    estimator: str
    term: str
    expected: int
    scale: str
    words: str
    checks: tuple[str, ...]
    beside: tuple[str, ...]
    cells: tuple[str, ...]
    told: str = ""

    @property
    def no_effect(self) -> float:
        """Value of the estimate where there is no effect."""
        return NO_EFFECT[self.scale]


@dataclass(frozen=True)
class Claim:
    """One claim with everything it predicts.

    Attributes
    ----------
    claim : str
        Its name: ``H1``.
    cases : tuple of (str, str)
        Theory and observable of the comparison of cases whose verdicts speak to it.
    statistics : tuple of Prediction
    sets : mapping of str to {0, 1}
        Conditions that have to stand in one combination, present or absent.
    timing : tuple of str
        Tests of timing in which high opposition should come earlier.
    also : tuple of Prediction
        Estimates that are told beside the answer and decide nothing.
    """

    claim: str
    label: str
    statement: str
    cases: tuple[tuple[str, str], ...]
    statistics: tuple[Prediction, ...]
    sets: Mapping[str, int]
    timing: tuple[str, ...]
    also: tuple[Prediction, ...] = ()


def read_claims(folder: Path) -> tuple[Claim, ...]:
    """Read claims.yaml from the folder of specifications.

    Raises
    ------
    SpecificationError
        For what does not fit the shape, or a claim that stands twice.
    """
    opened = open_specification(folder / "claims.yaml", _CLAIMS)
    opened.require_once("claim")
    return tuple(
        Claim(
            claim=row["claim"],
            label=row["label"],
            statement=row["statement"],
            cases=tuple((asked["theory"], asked["observable"]) for asked in row["cases"]),
            statistics=tuple(_prediction(asked) for asked in row["statistics"]),
            sets=row["sets"],
            timing=tuple(row["timing"]),
            also=tuple(_prediction(asked) for asked in row["also"]),
        )
        for row in opened.settle()
    )


def _prediction(asked: Mapping[str, Any]) -> Prediction:
    lists = {key: tuple(asked[key]) for key in ("checks", "beside", "cells")}
    return Prediction(**{**asked, **lists})
