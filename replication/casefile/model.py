"""A case as frozen objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The coding that stands for the case; every other label in `codings` is a pass.
AGREED = "agreed"

Code = int | float | str | bool | tuple[int | str, ...] | None


@dataclass(frozen=True)
class Source:
    """Where evidence comes from; `copy` marks an unofficial copy, whose address is not given."""

    key: str
    type: str
    author: str | None
    title: str | None
    publisher: str | None
    date: str | None
    url: str | None
    copy: bool


@dataclass(frozen=True)
class Quotation:
    """Words of a source, and where they stand in it."""

    text: str
    source: str
    place: str


@dataclass(frozen=True)
class Evidence:
    """One paraphrased item; `about` names cells as ``io_sought`` or ``military.force``."""

    id: str
    about: tuple[str, ...]
    statement: str
    when: str | None
    source: tuple[str, ...]
    consulted: bool
    absence: bool
    theory_author: bool
    after_decision: bool
    quotation: Quotation | None


@dataclass(frozen=True)
class Fact:
    """A number, date or text that needs no judgement."""

    value: Code
    source: tuple[str, ...]
    consulted: bool
    note: str | None


@dataclass(frozen=True)
class CodedCell:
    """One code with its reason; `settled` only in the agreed coding."""

    code: Code
    confidence: int | None
    evidence: tuple[str, ...]
    why: str | None
    settled: str | None

    @property
    def filled(self) -> bool:
        """Whether somebody looked at the cell: a code, an item or a reason stands there."""
        return self.code is not None or bool(self.evidence) or self.why is not None


@dataclass(frozen=True)
class Weight:
    """How far one item speaks for the explanation against a rival, in decibels; below 0 for the rival."""

    decibels: int
    why: str | None


@dataclass(frozen=True)
class Correction:
    """A change made after release; the old value stays on record."""

    cell: str
    old: Code
    new: Code
    reason: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One case file.

    Attributes
    ----------
    status : str
        ``released``, or ``draft``: checked and shown, but in no estimate.
    identity : mapping
        Values of the codebook's identity variables, by the variable's name (``case_title``) and not
        by the key in the file (``name``).
    codings : mapping
        Cells by coding and then by cell: ``codings["agreed"]["military.force"]``.
    weights : mapping
        Weights by pass, rival and item: ``weights["pass_1"]["norms"]["somalia_1992-e01"]``.
    """

    path: Path
    case_id: str
    status: str
    identity: Mapping[str, Any]
    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]
    evidence: Mapping[str, Evidence]
    codings: Mapping[str, Mapping[str, CodedCell]]
    weights: Mapping[str, Mapping[str, Mapping[str, Weight]]]
    corrections: tuple[Correction, ...]

    @property
    def agreed(self) -> Mapping[str, CodedCell]:
        """The coding that stands for the case."""
        return self.codings.get(AGREED, {})

    @property
    def passes(self) -> dict[str, Mapping[str, CodedCell]]:
        """Every coding but the agreed one, in the order of the file."""
        return {name: cells for name, cells in self.codings.items() if name != AGREED}
