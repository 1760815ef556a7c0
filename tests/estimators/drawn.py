"""Small drawn data sets, the same moved to another unit and origin or repeated, and what an estimator found in them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

GROUPS, ROLES = 4, 3
# Origins and units of columns and outcomes. Drawn values are whole numbers or quarters, so that they
# keep all their digits at any of these origins.
ORIGINS = (0.0, 2000.0, -1e6, 1e8)
UNITS = (1.0, 0.1, 3.0, 1e8, 1e-8)


@dataclass(frozen=True)
class Data:
    """Twelve rows, or twice as many: outcomes of every kind, two columns, groups and roles."""

    outcome: np.ndarray
    binary: np.ndarray
    ordered: np.ndarray
    share: np.ndarray
    design: np.ndarray
    group: np.ndarray
    role: np.ndarray
    # What an outcome of zero and one unit of it have become, and those of the columns.
    origin: float = 0.0
    unit: float = 1.0
    origins: np.ndarray = field(default_factory=lambda: np.zeros(2))
    units: np.ndarray = field(default_factory=lambda: np.ones(2))
    terms: tuple[str, ...] = ("a", "b")
    # How often each row as drawn is there.
    copies: int = 1

    @property
    def first(self) -> int:
        """Where the column ``a`` stands."""
        return self.terms.index("a")

    @property
    def a(self) -> np.ndarray:
        """The column of that name."""
        return self.design[:, self.first]

    @property
    def treated(self) -> np.ndarray:
        """Whether the binary outcome is one."""
        return self.binary == 1

    @property
    def ids(self) -> list[str]:
        """A name for each row as drawn."""
        return [f"{g}{r}" for g, r in zip(self.group, self.role, strict=True)]


def drawn(rng: np.random.Generator) -> Data:
    n = GROUPS * ROLES
    b = rng.integers(0, 2, n) if rng.random() < 0.5 else rng.integers(0, 20, n) / 4
    return Data(
        outcome=rng.integers(0, 24, n) / rng.choice([1.0, 4.0]),
        binary=rng.integers(0, 2, n).astype(float),
        ordered=rng.integers(0, 3, n).astype(float),
        share=rng.integers(0, 9, n) / 8,
        design=np.column_stack([rng.integers(0, 4, n), b]).astype(float),
        group=np.repeat([f"g{i}" for i in range(GROUPS)], ROLES),
        role=np.tile([f"r{i}" for i in range(ROLES)], GROUPS),
    )


def moved(data: Data, rng: np.random.Generator, *, exact: bool) -> Data:
    """Change units, origins, and the order of rows and of columns."""
    origins = rng.choice([0.0, 2000.0] if exact else ORIGINS, 3)
    units = rng.choice([1.0, 2.0, 0.25] if exact else UNITS, 3)
    columns = rng.permutation(2)
    other = replace(
        data,
        outcome=units[2] * (data.outcome + origins[2]),
        ordered=units[2] * (data.ordered + origins[2]),
        design=(units[:2] * (data.design + origins[:2]))[:, columns],
        origin=origins[2],
        unit=units[2],
        origins=origins[:2][columns],
        units=units[:2][columns],
        terms=tuple(data.terms[c] for c in columns),
    )
    return rows(other, rng.permutation(len(data.outcome)))


def as_drawn(data: Data) -> np.ndarray:
    """Give the outcome in the unit and from the origin that it was drawn in."""
    return np.round(data.outcome / data.unit - data.origin, 6)


def rows(data: Data, chosen: np.ndarray) -> Data:
    names = ("outcome", "binary", "ordered", "share", "design", "group", "role")
    return replace(data, **{name: getattr(data, name)[chosen] for name in names})


def rows_twice(data: Data) -> Data:
    """Every row once more, in the group of the first."""
    return replace(rows(data, np.repeat(np.arange(len(data.outcome)), 2)), copies=2)


def groups_twice(data: Data) -> Data:
    """Every group once more, under a name of its own."""
    again = rows_twice(data)
    second = np.tile([False, True], len(data.outcome))
    names = np.where(second, np.char.add("again ", again.group), again.group)
    return replace(again, group=names)


@dataclass(frozen=True)
class Quantities:
    """What an estimator found, in the units of the data as drawn, in the order of the terms."""

    same: np.ndarray
    # What it leaves as it is when everything is there twice; a runner takes `copies` out of the rest.
    twice: np.ndarray = field(default_factory=lambda: np.zeros(0))


def by_term(data: Data, values: np.ndarray, *, per_unit: bool = False, of_outcome: bool = True):
    """Values of the two columns in the order a, b; `per_unit` ones in the units as drawn."""
    values = np.asarray(values, dtype=float)
    if per_unit:
        values = values * data.units / (data.unit if of_outcome else 1.0)
    return values[[data.terms.index(term) for term in ("a", "b")]]


def regression(data: Data, fit, *, of_outcome: bool, twice=("estimate",)) -> Quantities:
    """Slopes of a fit; `twice` names the numbers that every row twice leaves."""
    estimate, low, high = (
        by_term(data, getattr(fit, name)[-2:], per_unit=True, of_outcome=of_outcome)
        for name in ("estimate", "conf_low", "conf_high")
    )
    found = {"estimate": estimate, "conf_low": low, "conf_high": high}
    found["p_value"] = by_term(data, fit.p_value[-2:])
    kept = [found[name] for name in twice]
    return Quantities(np.concatenate(list(found.values())), np.concatenate([*kept, np.zeros(0)]))
