"""What a case file cannot say at once, as rows of data: reading contradictions.yaml and holding a case against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from replication.casefile import Case
from replication.codebook import EMPTY_LIST, Codebook
from replication.dataset import code_text
from replication.date_ranges import date_range, known_range
from replication.shapes import INVALID, Choice, FreeKeys, Key, ListOf, Number, Record, Text, scalar
from replication.shapes.scalars import Single
from replication.specifications import CELL, Specification, open_specification
from replication.yaml_reading import PathParts

FAULT, NOTE = "fault", "note"
GIVEN, MISSING = "given", "missing"
_SPECIAL = (GIVEN, MISSING, EMPTY_LIST)
_YEAR = 365.25

# Weight, place in the case file, message.
WeightedFinding = tuple[str, PathParts, str]


class _RuleCode(Single):
    """A code of some scale; which one is known only when the variable is."""

    allowed = f"a code of the variable, {GIVEN}, {MISSING}, {EMPTY_LIST}"

    def value(self, node: yaml.ScalarNode) -> Any:
        found = scalar(node)
        return INVALID if found is None else found

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        return {"type": ["integer", "string"]}


_WEIGHT = Key(Choice({FAULT: "", NOTE: ""}))
_WHY = Key(Text())
_CONDITIONS = Key(FreeKeys(ListOf(_RuleCode()), pattern=CELL.pattern, words=CELL.words))
_NAME = Key(CELL)
_RULES = Record(
    {
        "codes": Key(
            ListOf(
                Record({"weight": _WEIGHT, "if": _CONDITIONS, "never": _CONDITIONS, "why": _WHY}),
                unique=False,
            )
        ),
        "order": Key(
            ListOf(
                Record(
                    {
                        "weight": _WEIGHT,
                        "first": _NAME,
                        "then": _NAME,
                        "why": _WHY,
                        "if": Key(_CONDITIONS.shape, required=False),
                    }
                ),
                unique=False,
            )
        ),
        "parts": Key(
            ListOf(
                Record({"weight": _WEIGHT, "part": _NAME, "whole": _NAME, "why": _WHY}),
                unique=False,
            )
        ),
        "distance": Key(
            ListOf(
                Record(
                    {"weight": _WEIGHT, "years": Key(Number(whole=True, minimum=1)), "why": _WHY}
                ),
                unique=False,
            )
        ),
    }
)


@dataclass(frozen=True)
class Contradictions:
    """Rows of contradictions.yaml, list by list."""

    codes: tuple[dict[str, Any], ...]
    order: tuple[dict[str, Any], ...]
    parts: tuple[dict[str, Any], ...]
    distance: tuple[dict[str, Any], ...]


def read_contradictions(path: Path, codebook: Codebook) -> Contradictions:
    """Read the rows and hold every name and code in them against the codebook.

    Raises
    ------
    SpecificationError
        For what does not fit the shape, an unknown variable or a code that its scale does not have.
    """
    opened = open_specification(path, _RULES)
    known = _known(codebook)
    for kind in ("codes", "order"):
        for number, row in enumerate(opened.content[kind]):
            for part in ("if", "never"):
                for name, codes in row.get(part, {}).items():
                    _require_codes(opened, (kind, number, part, name), codes, known)
    for kind, keys, types in (
        ("order", ("first", "then"), ("date",)),
        ("parts", ("part", "whole"), ("integer", "number")),
    ):
        _require_types(opened, kind, keys, {n for n, v in known.items() if v.type in types})
    return Contradictions(**{name: tuple(rows) for name, rows in opened.settle().items()})


def _require_codes(
    opened: Specification, place: PathParts, codes: list[Any], known: dict[str, Any]
) -> None:
    name = str(place[-1])
    if opened.require(place, name, known) and known[name].labels:
        allowed = [*known[name].labels, *_SPECIAL]
        for index, code in enumerate(codes):
            opened.require((*place, index), code, allowed)


def _known(codebook: Codebook) -> dict[str, Any]:
    identity = {v.name: v for v in codebook.identity if v.derive is None}
    return {**identity, **codebook.cells, **{v.name: v for v in codebook.fact}}


def _require_types(
    opened: Specification, kind: str, keys: tuple[str, str], allowed: set[str]
) -> None:
    for number, row in enumerate(opened.content[kind]):
        for key in keys:
            opened.require((kind, number, key), row[key], sorted(allowed))


def findings(case: Case, rules: Contradictions, codebook: Codebook) -> Iterator[WeightedFinding]:
    """Find what one sound case file says that does not go together."""
    yield from _codes(case, rules, codebook)
    yield from _order(case, rules, codebook)
    yield from _parts(case, rules, codebook)
    yield from _distance(case, rules, codebook)


def value_of(case: Case, name: str) -> Any:
    """Give the value of an identity variable, an agreed cell or a fact; None where there is none."""
    if name in case.identity:
        return case.identity[name]
    if name in case.agreed:
        return case.agreed[name].code
    return next((f.value for key, f in case.facts.items() if key == name), None)


def place_of(case: Case, name: str, codebook: Codebook) -> PathParts:
    """Give the way to that value in the case file."""
    if name in case.identity:
        return (codebook.variables[name].key,)
    if name in codebook.cells:
        actor, _, variable = name.rpartition(".")
        where = ("actors", actor) if actor else ("case",)
        return ("codings", "agreed", *where, variable, "code")
    return ("facts", name, "value")


def _codes(case: Case, rules: Contradictions, codebook: Codebook) -> Iterator[WeightedFinding]:
    for row in rules.codes:
        if not _applies(case, row):
            continue
        told = ", ".join(f"{name} {_shown(case, name)}" for name in row["if"])
        for name, codes in row["never"].items():
            if _holds(case, name, codes):
                message = f"{_shown(case, name)} does not fit {told}: {row['why']}"
                yield row["weight"], place_of(case, name, codebook), message


def _applies(case: Case, row: dict[str, Any]) -> bool:
    return all(_holds(case, name, codes) for name, codes in row.get("if", {}).items())


def _holds(case: Case, name: str, codes: list[Any]) -> bool:
    value = value_of(case, name)
    if value is None:
        return MISSING in codes
    return GIVEN in codes or value in codes or (value == () and EMPTY_LIST in codes)


def _shown(case: Case, name: str) -> str:
    return code_text(value_of(case, name)) or "null"


def _order(case: Case, rules: Contradictions, codebook: Codebook) -> Iterator[WeightedFinding]:
    for row in rules.order:
        first, then = (value_of(case, row[key]) for key in ("first", "then"))
        # Only where no day that they may stand for puts them in order.
        late = first and then and known_range(first).first > known_range(then).last
        if late and _applies(case, row):
            message = f"{first} is later than {row['then']}, {then}: {row['why']}"
            yield row["weight"], place_of(case, row["first"], codebook), message


def _parts(case: Case, rules: Contradictions, codebook: Codebook) -> Iterator[WeightedFinding]:
    for row in rules.parts:
        part, whole = (value_of(case, row[key]) for key in ("part", "whole"))
        if part is not None and whole is not None and part > whole:
            message = f"{part} is more than {row['whole']}, {whole}: {row['why']}"
            yield row["weight"], place_of(case, row["part"], codebook), message


def _distance(case: Case, rules: Contradictions, codebook: Codebook) -> Iterator[WeightedFinding]:
    """Tell of each date the heaviest row that it breaks, and no other."""
    decided = date_range(case.identity["decision_date"])
    if decided is None:
        return
    for name in [v.name for v in codebook.fact if v.type == "date"]:
        span = date_range(value_of(case, name))
        if span is None:
            continue
        far = max(span.first - decided.last, decided.first - span.last)
        broken = [row for row in rules.distance if far > timedelta(days=_YEAR * row["years"])]
        if broken:
            row = max(broken, key=lambda row: row["years"])
            message = (
                f"{value_of(case, name)} lies more than {row['years']} years from the decision, "
                f"{case.identity['decision_date']}: {row['why']}"
            )
            yield row["weight"], place_of(case, name, codebook), message
