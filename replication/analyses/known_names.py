"""Administrations and crisis families that case files may name: data, so that a slip makes no new cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from replication.casefile import Case
from replication.date_ranges import known_range
from replication.near_names import did_you_mean, nearest
from replication.shapes import Choice, Date, Key, ListOf, Nullable, Record, Text
from replication.specifications import open_specification
from replication.yaml_reading import PathParts

FILE, FAMILIES = "administrations.yaml", "regions.yaml"
_NEVER = "9999-12-31"
# Written names of one president share about half of their letters: Obama, Barack Obama.
_ALIKE = 0.5

_ROWS = ListOf(
    Record(
        {
            "administration": Key(Text(longest=200)),
            "party": Key(Choice({"D": "", "R": ""})),
            "first": Key(Date()),
            "last": Key(Nullable(Date())),
        }
    ),
    unique=False,
)


@dataclass(frozen=True)
class Administration:
    """A term of office; `last` is the day it ended, a day in the far future where it has not."""

    administration: str
    party: str
    first: str
    last: str


def read_administrations(path: Path) -> tuple[Administration, ...]:
    """Read the terms of office, in file order.

    Raises
    ------
    SpecificationError
        For what does not fit the shape, a term that ends before it begins, or a name with two parties.
    """
    opened = open_specification(path, _ROWS)
    parties: dict[str, str] = {}
    for number, row in enumerate(opened.content):
        row["last"] = row["last"] or _NEVER
        if row["last"] < row["first"]:
            opened.refuse((number, "last"), f"{row['last']} is before first, {row['first']}")
        known = parties.setdefault(row["administration"], row["party"])
        opened.require((number, "party"), row["party"], [known])
    return tuple(Administration(**row) for row in opened.settle())


def name_faults(
    case: Case, terms: Iterable[Administration], families: Mapping[str, str]
) -> Iterator[tuple[PathParts, str]]:
    """Find an administration, a party, a date or a family of one case that is not known."""
    known = tuple(terms)
    name, party = case.identity["administration"], case.identity["president_party"]
    own = [term for term in known if term.administration == name]
    if name is not None and not own:
        names = dict.fromkeys(term.administration for term in known)
        yield ("administration",), _unknown(name, names, f"a new one is a row of {FILE}")
    if own and party is not None and party != own[0].party:
        message = f"{party} is not allowed; allowed: {own[0].party}, the party of {name} in {FILE}"
        yield ("president_party",), message
    if own and case.identity["decision_date"] is not None:
        yield from _outside(case.identity["decision_date"], own)
    family = case.identity["crisis_family"]
    if family is not None and family not in families:
        yield ("crisis_family",), _unknown(family, families, f"a new one is listed in {FAMILIES}")


def _outside(decided: str, terms: list[Administration]) -> Iterator[tuple[PathParts, str]]:
    span = known_range(decided)
    if not any(
        known_range(term.first).first <= span.last and span.first <= known_range(term.last).last
        for term in terms
    ):
        told = " or ".join(f"{t.first} to {'today' if t.last == _NEVER else t.last}" for t in terms)
        message = (
            f"{decided} is not allowed; allowed: {told}, when {terms[0].administration} decided"
        )
        yield ("decision_date",), message


def _unknown(value: str, known: Iterable[str], how: str) -> str:
    """Name the known ones; what looks like one of them is asked about first."""
    names = list(known)
    close = nearest(value, names, most=2, alike=_ALIKE)
    hint = did_you_mean(close) if close else "."
    return f"{value!r} is not known{hint} Allowed: {', '.join(names)}; {how}"
