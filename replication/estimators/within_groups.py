"""Permutation tests within groups of rows: who in a group holds which position."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import permutations
from math import factorial, prod

import numpy as np

from replication.estimators.arguments import (
    Alternative,
    check_alternative,
    check_whole,
    checked_flags,
    checked_labels,
    checked_numbers,
)
from replication.estimators.clusters import cluster_members, within_clusters
from replication.estimators.exact_sums import (
    share_as_extreme,
    share_at_least,
    smallest_share_as_extreme,
    sums_of_choices,
)
from replication.estimators.smallest_p import smallest_share
from replication.estimators.ties import SHARE, cleared, slack, stored

_LARGEST_GROUP = 7
_TWO_ROLES = 2
_TIE = 10 * SHARE
_ZERO_SINGULAR = 1e-10


@dataclass(frozen=True)
class WithinPermutation:
    """Joint test that all roles are interchangeable within groups.

    Attributes
    ----------
    statistic : float
        Sum of squares that the roles explain within groups; grows with the F statistic.
    p_value : float
    smallest_p : float
        Smallest `p_value` of any arrangement of these positions; see `smallest_p`.
    monte_carlo_error : float
        Standard error of the p-value from drawing; 0 where all arrangements were taken.
    n_arrangements : int
        Arrangements there are.
    exact : bool
        Whether all of them were taken.
    nobs, n_groups : int
        Rows and groups that enter: groups with two rows or more.
    note : str
        Why the test does not exist; empty otherwise.
    """

    statistic: float
    p_value: float
    smallest_p: float
    monte_carlo_error: float
    n_arrangements: int
    exact: bool
    nobs: int
    n_groups: int
    note: str


@dataclass(frozen=True)
class FocalTest:
    """Exact test of one role against all others in its group.

    Attributes
    ----------
    difference : float
        Position of the role less the mean of the others, averaged over groups.
    p_value : float
    smallest_p : float
        Smallest `p_value` whichever row of its group had the role; see `smallest_p`.
    n_groups : int
        Groups that have the role and at least one other.
    note : str
        Why the test does not exist; empty otherwise.
    """

    difference: float
    p_value: float
    smallest_p: float
    n_groups: int
    note: str


def within_permutation(
    outcome: np.ndarray,
    groups: np.ndarray,
    roles: np.ndarray,
    rng: np.random.Generator,
    draws: int = 9999,
    *,
    alternative: Alternative = "two-sided",
) -> WithinPermutation:
    """Test by permutation within groups whether positions depend on the role at all.

    The outcome is shuffled among the rows of a group, missing rows staying missing. With all rows
    present and ranks for outcome this is Friedman's test (1937, Journal of the American Statistical
    Association 32: 675-701). Every arrangement is taken where there are no more of them than
    ``draws + 1``; otherwise arrangements are drawn, and the observed one counts as one more
    (Phipson and Smyth 2010, Statistical Applications in Genetics and Molecular Biology 9: 39).

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    groups : ndarray, shape (n,)
        Label of the group of each row.
    roles : ndarray, shape (n,)
        Label of the role of each row; a role occurs once in a group at most.
    rng : numpy.random.Generator
        Used where arrangements are drawn.
    draws : int
    alternative : {"two-sided", "greater", "less"}
        With two roles only, "greater" tests against higher positions of the one whose label sorts
        last. More roles have no direction; `focal_test` sets one of them against the others.

    Returns
    -------
    WithinPermutation

    Raises
    ------
    ValueError
        When shapes disagree, a value or a label is missing, a role occurs twice in a group, a group
        has more than 7 rows, `draws` is below one, or a side is asked for with more than two roles.
    """
    check_alternative(alternative)
    outcome = checked_numbers("outcome", outcome)
    labels, roles = checked_labels("roles", roles, len(outcome))
    check_whole("draws", draws)
    members = [rows for rows in cluster_members(groups, len(outcome), "groups") if len(rows) > 1]
    for rows in members:
        if len(set(roles[rows].tolist())) < len(rows) or len(rows) > _LARGEST_GROUP:
            raise ValueError(
                f"a group has the roles {', '.join(str(labels[role]) for role in roles[rows])}; "
                f"allowed: different ones, at most {_LARGEST_GROUP}"
            )
    rows = np.concatenate([*members, np.zeros(0, dtype=int)])
    n_arrangements = prod(factorial(len(part)) for part in members)
    size = {"n_arrangements": n_arrangements, "nobs": len(rows), "n_groups": len(members)}
    directions = _role_directions(groups, roles, rows)
    if alternative != "two-sided":
        directions = _towards_last(directions, roles, rows, alternative)
    deviations = np.zeros(len(outcome))
    for part in members:
        deviations[part] = outcome[part] - outcome[part].mean()
    deviations = cleared(deviations, deviations, outcome)
    if not directions.shape[1]:
        blank = (np.nan, np.nan, np.nan, np.nan)
        return WithinPermutation(
            *blank, exact=False, **size, note="the roles do not vary within groups"
        )
    parts = _contributions(deviations, directions, members)
    exact = n_arrangements <= draws + 1
    totals = _all_totals(parts) if exact else _drawn_totals(parts, draws, rng)
    own = reduce(np.add, [part[:1] for part in parts])
    observed = float((own**2).sum())
    # On the scale of all squares within groups: a statistic of zero is as exact as any other.
    length = np.linalg.norm(deviations)
    tie = slack(outcome) * np.sqrt(len(rows)) + _TIE * length
    if alternative == "two-sided":
        tie *= length
    extremity = _extremity(totals, alternative)
    reached = int((extremity >= _extremity(own, alternative)[0] - tie).sum())
    p_value = reached / n_arrangements if exact else (reached + 1) / (draws + 1)
    error = 0.0 if exact else float(np.sqrt(p_value * (1 - p_value) / draws))
    counted = np.ones(len(extremity))
    smallest = smallest_share(extremity, counted, tie) if exact else 1 / (1 + draws)
    return WithinPermutation(observed, p_value, smallest, error, exact=exact, **size, note="")


def focal_test(
    outcome: np.ndarray,
    groups: np.ndarray,
    focal: np.ndarray,
    *,
    alternative: Alternative = "two-sided",
) -> FocalTest:
    """Test exactly whether one role stands apart from the others of its group.

    Under the null each row of a group is equally likely to be the one of that role, whatever the
    others do among themselves. The distribution of the summed differences is built up group by
    group, so it is exact however many arrangements there are.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    groups : ndarray, shape (n,)
    focal : ndarray of bool, shape (n,)
        Which rows belong to the role: one in a group at most.
    alternative : {"two-sided", "greater", "less"}
        "greater" tests against higher positions of the role than of the others.

    Returns
    -------
    FocalTest

    Raises
    ------
    ValueError
        When shapes disagree, a value or a label is missing, or a group has two focal rows.
    TooManySumsError
        For more than 2^20 different sums, as with 12 groups of four and outcomes off a lattice.
    """
    check_alternative(alternative)
    outcome = checked_numbers("outcome", outcome)
    focal = checked_flags("focal", focal, len(outcome))
    choices, observed = [], []
    for rows in cluster_members(groups, len(outcome), "groups"):
        if focal[rows].sum() > 1:
            raise ValueError(f"a group has {focal[rows].sum()} focal rows; allowed: at most one")
        if focal[rows].any() and len(rows) > 1:
            deviations = outcome[rows] - outcome[rows].mean()
            deviations = cleared(deviations, deviations, outcome)
            differences = deviations * len(rows) / (len(rows) - 1)
            choices.append(differences)
            observed.append(differences[focal[rows]][0])
    if not choices:
        return FocalTest(np.nan, np.nan, np.nan, 0, "no group has the role and another one")
    sums, probability = sums_of_choices(choices)
    lost = 2 * len(choices) * stored(outcome)
    if alternative == "two-sided":
        p_value = share_as_extreme(sums, probability, sum(observed), lost)
        smallest = smallest_share_as_extreme(sums, probability, lost)
    else:
        sign = 1 if alternative == "greater" else -1
        p_value = share_at_least(sign * sums, probability, sign * sum(observed), lost)
        smallest = share_at_least(sign * sums, probability, (sign * sums).max(), lost)
    return FocalTest(float(np.mean(observed)), p_value, smallest, len(choices), "")


def _role_directions(groups: np.ndarray, roles: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Orthonormal basis, shape (n, d), of what the roles can explain within groups."""
    groups = np.asarray(groups)
    dummies = roles[rows][:, None] == np.unique(roles)[None, :]
    left, singular, _ = np.linalg.svd(within_clusters(dummies, groups[rows]), full_matrices=False)
    basis = np.zeros((len(groups), int((singular > _ZERO_SINGULAR).sum())))
    basis[rows] = left[:, singular > _ZERO_SINGULAR]
    return basis


def _towards_last(
    directions: np.ndarray, roles: np.ndarray, rows: np.ndarray, alternative: Alternative
) -> np.ndarray:
    """Turn the one direction towards the role that sorts last."""
    labels = np.unique(roles[rows])
    if len(labels) > _TWO_ROLES:
        names = ", ".join(map(str, labels))
        raise ValueError(
            f"alternative is {alternative!r} with the roles {names}; allowed: two roles, or two-sided"
        )
    last = np.zeros(len(directions), dtype=bool)
    last[rows] = roles[rows] == labels[-1] if len(labels) else False
    return directions * np.where(directions[last].sum(axis=0) < 0, -1.0, 1.0)


def _extremity(totals: np.ndarray, alternative: Alternative) -> np.ndarray:
    """How far totals of shape (m, d) are out, shape (m,)."""
    if alternative == "two-sided":
        squares: np.ndarray = (totals**2).sum(axis=1)
        return squares
    return totals[:, 0] if alternative == "greater" else -totals[:, 0]


def _contributions(
    outcome: np.ndarray, directions: np.ndarray, members: list[np.ndarray]
) -> list[np.ndarray]:
    """For each group, what each of its arrangements adds along the directions; observed first."""
    parts = []
    for rows in members:
        orders = np.array(list(permutations(range(len(rows)))))
        parts.append(outcome[rows][orders] @ directions[rows])
    return parts


def _all_totals(parts: list[np.ndarray]) -> np.ndarray:
    totals = np.zeros((1, parts[0].shape[1]))
    for part in parts:
        totals = (totals[:, None] + part[None]).reshape(-1, part.shape[1])
    return totals


def _drawn_totals(parts: list[np.ndarray], draws: int, rng: np.random.Generator) -> np.ndarray:
    totals = np.zeros((draws, parts[0].shape[1]))
    for part in parts:
        totals += part[rng.integers(len(part), size=draws)]
    return totals
