"""The claims of the analysis plan, and what each kind of evidence is asked about them: claims.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from replication.specifications import SpecificationError, read_rows, require_fields

# What an estimate on each scale is when there is no effect.
NO_EFFECT = {"log-odds": 0.0, "coefficient": 0.0, "points": 0.0, "chance": 0.5}
SIZE = "{size}"

_CLAIM = {
    "claim": str, "label": str, "statement": str, "cases": list, "statistics": list, "also": list,
    "sets": dict, "timing": list,
}  # fmt: skip
_CASES = {"theory": str, "observable": str}
_PREDICTION = {
    "model": str, "sample": str, "outcome": str, "estimator": str, "term": str, "expected": int,
    "scale": str, "words": str, "told": str, "checks": list, "beside": list, "cells": list,
}  # fmt: skip


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
        For a missing or unknown field, a wrong type, a side or scale that is not allowed, words
        without a place for the size, or a claim that stands twice.
    """
    path = folder / "claims.yaml"
    claims: dict[str, Claim] = {}
    for number, row in enumerate(read_rows(path, _CLAIM), start=1):
        where = f"{path.name}: row {number}"
        if row["claim"] in claims:
            raise SpecificationError(f"{where}: claim: {row['claim']!r} stands twice")
        for asked in row["cases"]:
            require_fields(asked, _CASES, f"{where}: cases")
        claims[row["claim"]] = Claim(
            claim=row["claim"],
            label=row["label"],
            statement=row["statement"],
            cases=tuple((asked["theory"], asked["observable"]) for asked in row["cases"]),
            statistics=tuple(
                _prediction(asked, where, "statistics") for asked in row["statistics"]
            ),
            sets=row["sets"],
            timing=tuple(row["timing"]),
            also=tuple(_prediction(asked, where, "also") for asked in row["also"]),
        )
    return tuple(claims.values())


def _prediction(asked: Any, where: str, part: str) -> Prediction:
    where = f"{where}: {part}"
    require_fields(asked, _PREDICTION, where)
    for field, allowed in (("expected", (-1, 1)), ("scale", tuple(NO_EFFECT))):
        if asked[field] not in allowed:
            raise SpecificationError(
                f"{where}: {field}: {asked[field]!r} is not allowed; allowed: "
                f"{', '.join(map(str, allowed))}"
            )
    if SIZE not in asked["words"]:
        raise SpecificationError(
            f"{where}: words: {asked['words']!r} has no place {SIZE} for the size"
        )
    lists = {key: tuple(asked[key]) for key in ("checks", "beside", "cells")}
    return Prediction(**{**asked, **lists})
