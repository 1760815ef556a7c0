"""One line of the table: what is measured, what it is held against, and whether the answers agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from trees import Tree

EARLIER, NOW, ALL = "earlier", "now", "all cases"
HEADER = f"{'row':26}{EARLIER:>10}{NOW:>10}{'share':>8}{ALL:>11}  unit; target; beside"


@dataclass(frozen=True)
class Found:
    """What one measurement gave.

    Attributes
    ----------
    cost : float
    answer : ndarray
        Numbers that must agree with those of the others; empty where there are none.
    beside : str
        What else the reader has to know: steps, tests.
    """

    cost: float
    answer: np.ndarray = field(default_factory=lambda: np.empty(0))
    beside: str = ""


@dataclass(frozen=True)
class Row:
    """What is measured on the earlier commit, on this one with its cases, and on this one as it is.

    Attributes
    ----------
    name, unit : str
    measure : callable
        Takes a tree; None where it has nothing to measure there.
    limit : float or None
        Largest share of the cost of `against`, or largest cost where that is empty.
    against : str
        `EARLIER`, a peer or nothing.
    peers : mapping of str to callable
        Other software, by its name; None where it is not installed.
    rounds : int
        Measurements in turns, of which the cheapest counts; one more goes before where there are two.
    """

    name: str
    unit: str
    measure: Callable[[Tree], Found | None]
    limit: float | None = None
    against: str = EARLIER
    peers: dict[str, Callable[[Tree], Found | None]] = field(default_factory=dict)
    rounds: int = 1
    tolerance: float = 1e-8
    peer_tolerance: float = 1e-4


def measured(row: Row, trees: dict[str, Tree]) -> tuple[str, bool]:
    """Measure a row; give its line and whether all answers agree."""
    found = _cheapest(row, trees)
    found |= {name: one for name, peer in row.peers.items() if (one := peer(trees[EARLIER]))}
    told = [row.unit, _judged(row, found)]
    told += [f"{name} {found[name].cost:.3g}" for name in row.peers if name in found]
    told += [f"{name} is not installed here" for name in row.peers if name not in found]
    told += [f"{name}: {one.beside}" for name, one in found.items() if one.beside]
    apart = _apart(row, found)
    told += [
        f"answers {'agree' if near else 'DIFFER'} with {name} ({by:.0e})"
        for name, (by, near) in apart.items()
    ]
    earlier, now = (found[name].cost if name in found else np.nan for name in (EARLIER, NOW))
    line = f"{row.name:26}{_shown(earlier):>10}{_shown(now):>10}{_shown(now / earlier):>8}"
    whole = _shown(found[ALL].cost) if ALL in found else "-"
    return f"{line}{whole:>11}  {'; '.join(filter(None, told))}", all(n for _, n in apart.values())


def _cheapest(row: Row, trees: dict[str, Tree]) -> dict[str, Found]:
    """Measure in turns; with more than one round the first compiles and is not counted."""
    costs: dict[str, list[Found]] = {}
    for number in range(row.rounds + (row.rounds > 1)):
        for name, tree in trees.items():
            one = row.measure(tree)
            if one is not None and (number or row.rounds == 1):
                costs.setdefault(name, []).append(one)
    return {name: min(some, key=lambda one: one.cost) for name, some in costs.items()}


def _judged(row: Row, found: dict[str, Found]) -> str:
    # A test suite is measured with all cases alone: without them it is another suite.
    ours = found.get(NOW, found.get(ALL))
    if row.limit is None or ours is None or (row.against and row.against not in found):
        return ""
    reached = ours.cost / found[row.against].cost if row.against else ours.cost
    target = f"at most {row.limit:g}" + (f" of {row.against}" if row.against else "")
    verdict = "met" if reached <= row.limit else f"MISSED by {reached / row.limit - 1:.0%}"
    return f"target {target}: {reached:.2f}, {verdict}"


def _apart(row: Row, found: dict[str, Found]) -> dict[str, tuple[float, bool]]:
    """Give the largest difference between our answers and those of each other, and whether it is allowed.

    Those on all cases are of other data.
    """
    if NOW not in found or not len(found[NOW].answer):
        return {}
    ours = found[NOW].answer
    others = {name: one.answer for name, one in found.items() if name not in (NOW, ALL)}
    limits = {name: row.peer_tolerance if name in row.peers else row.tolerance for name in others}
    by = {name: _distance(ours, answer) for name, answer in others.items()}
    return {name: (by[name], by[name] <= limits[name]) for name in others}


def _distance(one: np.ndarray, other: np.ndarray) -> float:
    if len(one) != len(other) or (np.isnan(one) != np.isnan(other)).any():
        return np.inf
    return float(np.nanmax(np.abs(one - other) / np.maximum(1.0, np.abs(one)), initial=0.0))


def _shown(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.3g}" if value < 100 else f"{value:.0f}"
