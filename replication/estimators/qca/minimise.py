"""Exact Boolean minimisation: prime implicants, then every smallest set of them that is enough.

Quine (1952, American Mathematical Monthly 59: 521-531) and McCluskey (1956, Bell System Technical
Journal 35: 1417-1444) for the terms, Petrick (1956) for the task of covering with them. Where
several sets of prime implicants are equally small all are returned: to choose one would hide that
the data do not (Baumgartner and Thiem 2017, Sociological Methods and Research 46: 954-987).
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from replication.estimators.qca.terms import ANY, Conjunction, contains, in_order


def minimal_models(
    rows: AbstractSet[Conjunction], free: AbstractSet[Conjunction]
) -> tuple[tuple[Conjunction, ...], ...]:
    """Every union with the fewest terms that covers `rows` and beyond them at most `free`.

    Parameters
    ----------
    rows : set of Conjunction
        Rows to cover; at least one.
    free : set of Conjunction
        Rows that may be covered where this makes a term simpler.

    Returns
    -------
    tuple of tuple of Conjunction
        The models in a fixed order, the terms of each likewise. All terms are prime implicants.
    """
    return minimum_covers(prime_implicants(rows | free), rows)


def prime_implicants(allowed: AbstractSet[Conjunction]) -> tuple[Conjunction, ...]:
    """Terms that cover allowed rows only and would not with a condition fewer."""
    current, primes = set(allowed), set()
    while current:
        wider, absorbed = set(), set()
        for term in current:
            for place, value in enumerate(term):
                partner = (*term[:place], 1, *term[place + 1 :])
                if value == 0 and partner in current:
                    wider.add((*term[:place], ANY, *term[place + 1 :]))
                    absorbed |= {term, partner}
        primes |= current - absorbed
        current = wider
    return in_order(primes)


def minimum_covers(
    terms: tuple[Conjunction, ...], rows: AbstractSet[Conjunction]
) -> tuple[tuple[Conjunction, ...], ...]:
    """All sets of as few `terms` as possible that together cover all `rows`.

    Raises
    ------
    ValueError
        When there is no row, or a row that no term covers.
    """
    covered = {term: frozenset(row for row in rows if contains(term, row)) for term in terms}
    if not rows or frozenset().union(*covered.values()) != rows:
        raise ValueError("no row, or a row no term covers; allowed: rows that the terms cover")
    size, found = 0, set[frozenset[Conjunction]]()
    while not found:
        size += 1
        found = set(_covers(covered, frozenset(rows), size, frozenset()))
    place = {term: i for i, term in enumerate(terms)}
    ordered = [in_order(cover) for cover in found]
    return tuple(sorted(ordered, key=lambda cover: [place[term] for term in cover]))


def _covers(
    covered: dict[Conjunction, frozenset[Conjunction]],
    left: frozenset[Conjunction],
    size: int,
    chosen: frozenset[Conjunction],
) -> Iterator[frozenset[Conjunction]]:
    if not left:
        yield chosen
        return
    widest = max(len(rows & left) for rows in covered.values())
    if size * widest < len(left):
        return
    # Each cover must cover the row that fewest terms cover: try those terms only.
    ways = {row: [term for term, rows in covered.items() if row in rows] for row in left}
    for term in min(ways.values(), key=len):
        yield from _covers(covered, left - covered[term], size - 1, chosen | {term})
