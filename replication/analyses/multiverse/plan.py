"""The multiverse of specifications: which choices there are, and every combination of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pandas as pd

from replication.shapes import FreeKeys, Key, ListOf, Number, Record, Text
from replication.specifications import COLUMN, LINE, NAME, open_specification

CHOICES = ("treatment", "form", "outcome", "sample", "controls", "coding", "evidence", "estimator")
OTHER = "other_treatment"
# Stands among the codings for every pass there is, whatever its name.
PASSES = "passes"
SCALE = "scale"
# Designs, forms of the treatment with a set of controls, of one chunk: its memory does not grow with
# the number of controls.
DESIGNS = 128
# Estimators for the whole scale of the outcome, and for a cut of it.
_FOR_SCALE, _FOR_CUTS = ("ols_hc3",), ("firth", "lpm_hc3")
_FORM = Text(longest=20, pattern=f"{SCALE}|>=[0-9]+", words=f"{SCALE}, or a cut such as >=2")
_NAMES = ListOf(NAME)
_PLAN = Record(
    {
        "treatments": Key(
            ListOf(Text(longest=60, pattern=COLUMN, words="a column of the case table"))
        ),
        "forms": Key(ListOf(_FORM)),
        "outcomes": Key(FreeKeys(_NAMES, pattern=_FORM.pattern, words=_FORM.words)),
        "samples": Key(_NAMES),
        "controls": Key(_NAMES),
        "codings": Key(_NAMES),
        "evidence": Key(FreeKeys(LINE, pattern=COLUMN, words="names of rules for admitting cells")),
        "draws": Key(Number(whole=True, minimum=1)),
    }
)


@dataclass(frozen=True)
class Plan:
    """Values of each choice, in file order.

    Attributes
    ----------
    outcomes : mapping of str to tuple of str
        Estimators for each form of the outcome.
    evidence : mapping of str to str
        Label of each rule for admitting cells.
    draws : int
        Permutations of the joint test.
    """

    treatments: tuple[str, ...]
    forms: tuple[str, ...]
    outcomes: Mapping[str, tuple[str, ...]]
    samples: tuple[str, ...]
    controls: tuple[str, ...]
    codings: tuple[str, ...]
    evidence: Mapping[str, str]
    draws: int

    def with_passes(self, passes: Iterable[str]) -> Plan:
        """Put the passes there are, in their order, where the plan says `PASSES`."""
        named = list(passes)
        parts = (named if coding == PASSES else [coding] for coding in self.codings)
        return replace(self, codings=tuple(dict.fromkeys(c for part in parts for c in part)))

    @property
    def control_sets(self) -> tuple[tuple[str, ...], ...]:
        """Every subset of the controls, smaller ones first."""
        sizes = range(len(self.controls) + 1)
        return tuple(chosen for size in sizes for chosen in combinations(self.controls, size))


@dataclass(frozen=True)
class Chunk:
    """A part of the multiverse that shares its data: all outcomes and estimators on some designs.

    Attributes
    ----------
    part : int
        Which `DESIGNS` of the designs, in the order of the plan.
    """

    treatment: str
    sample: str
    coding: str
    evidence: str
    part: int = 0

    def designs(self, plan: Plan) -> list[tuple[str, tuple[str, ...]]]:
        """Forms of the treatment and sets of controls of this chunk."""
        first = self.part * DESIGNS
        return list(product(plan.forms, plan.control_sets))[first : first + DESIGNS]


def read_plan(path: Path) -> Plan:
    """Read multiverse.yaml.

    Raises
    ------
    SpecificationError
        For an unknown or missing field, a wrong type, an estimator that the outcome does not
        allow, or `other_treatment` where there is not one other.
    """
    opened = open_specification(path, _PLAN)
    content = opened.content
    for outcome, estimators in content["outcomes"].items():
        for number, estimator in enumerate(estimators):
            allowed = _FOR_SCALE if outcome == SCALE else _FOR_CUTS
            opened.require(("outcomes", outcome, number), estimator, allowed)
    if OTHER in content["controls"] and len(content["treatments"]) != 2:  # noqa: PLR2004 - a pair
        place = ("controls", content["controls"].index(OTHER))
        opened.refuse(
            place, f"{OTHER} is allowed with two treatments only; these are {content['treatments']}"
        )
    return Plan(**{field: _frozen(value) for field, value in opened.settle().items()})


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: tuple(v) if isinstance(v, list) else v for key, v in value.items()}
    return tuple(value) if isinstance(value, list) else value


def chunks(plan: Plan) -> list[Chunk]:
    """Parts of the multiverse in a fixed order."""
    designs = len(plan.forms) * len(plan.control_sets)
    shared = product(plan.treatments, plan.samples, plan.codings, plan.evidence)
    return [Chunk(*data, part) for data in shared for part in range(-(-designs // DESIGNS))]


def specifications_of(chunk: Chunk, plan: Plan) -> pd.DataFrame:
    """Specifications of one chunk in a fixed order; columns `CHOICES`."""
    rows = [
        (chunk.treatment, form, outcome, chunk.sample, "+".join(controls) or "none", chunk.coding,
         chunk.evidence, how)
        for form, controls in chunk.designs(plan)
        for outcome, estimators in plan.outcomes.items()
        for how in estimators
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(CHOICES))
