"""How unusual a chosen set of cases is among all sets of as many."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from replication.estimators.arguments import check_whole, checked_flags, checked_numbers
from replication.estimators.results import without
from replication.estimators.smallest_p import smallest_share
from replication.estimators.ties import slack, stored


@dataclass(frozen=True)
class SetTest:
    """The mean score of a chosen set against that of every set of its size.

    Attributes
    ----------
    mean_chosen, mean_all : float
        Mean of the set, and of all scores: the mean over all sets.
    p_value : float
        Share of the sets whose mean is as far from `mean_all` as that of the chosen one, or farther.
    p_higher, p_lower : float
        Share of the sets whose mean is as high, or as low, or more so.
    smallest_p : float
        Smallest `p_value` of any set of this size; see `smallest_p`.
    n_chosen, n_all : int
    n_sets : int
        Sets of this size there are.
    exact : bool
        Whether all of them were compared instead of a sample.
    note : str
        Why the p-values are NaN; empty otherwise.
    """

    mean_chosen: float
    mean_all: float
    p_value: float
    p_higher: float
    p_lower: float
    smallest_p: float
    n_chosen: int
    n_all: int
    n_sets: int
    exact: bool
    note: str


def chosen_set_test(
    scores: np.ndarray,
    chosen: np.ndarray,
    *,
    rng: np.random.Generator,
    most_sets: int = 200_000,
    draws: int = 19_999,
) -> SetTest:
    """Compare the mean of a chosen set with the means of all sets of its size.

    Under the null the set is one drawn at random: the permutation test of two groups (Pitman 1937,
    Supplement to the Journal of the Royal Statistical Society 4: 119-130). All sets are listed where
    there are at most `most_sets`; otherwise the p-value is (1 + sampled ones as extreme) / (1 +
    draws). Means that differ by rounding only are tied, and ties count against the set being
    unusual.

    Parameters
    ----------
    scores : ndarray, shape (n,)
    chosen : ndarray of bool, shape (n,)
    most_sets, draws : int

    Raises
    ------
    ValueError
        When shapes differ, a score is missing or infinite, a choice is neither true nor false, or
        `most_sets` or `draws` is below one.
    """
    scores = checked_numbers("scores", scores)
    chosen = checked_flags("chosen", chosen, len(scores))
    check_whole("most_sets", most_sets)
    check_whole("draws", draws)
    size, count = int(chosen.sum()), len(scores)
    n_sets = comb(count, size)
    reason = _why_no_test(scores, size)
    mean = float(scores[chosen].mean()) if size else np.nan
    middle = float(scores.mean()) if count else np.nan
    known: dict[str, Any] = {
        "mean_chosen": mean,
        "mean_all": middle,
        "n_chosen": size,
        "n_all": count,
        "n_sets": n_sets,
    }
    if reason:
        return without(SetTest, **known, exact=False, note=reason)
    exact = n_sets <= most_sets
    deviations = scores - middle
    means = _all_means(deviations, size) if exact else _drawn_means(deviations, size, draws, rng)
    observed, tie = deviations[chosen].mean(), slack(scores)
    extreme = (
        np.abs(means) >= abs(observed) - tie,
        means >= observed - tie,
        means <= observed + tie,
    )
    # In a sample of sets the chosen one stands for itself.
    added = 0 if exact else 1
    shares = [float((side.sum() + added) / (len(means) + added)) for side in extreme]
    far = np.abs(means)
    smallest = smallest_share(far, np.ones(len(far)), tie) if exact else 1 / (1 + draws)
    return SetTest(
        **known,
        p_value=shares[0],
        p_higher=shares[1],
        p_lower=shares[2],
        smallest_p=smallest,
        exact=exact,
        note="",
    )


def _why_no_test(scores: np.ndarray, size: int) -> str:
    if size == 0:
        return "no case is chosen"
    if size == len(scores):
        return "there is no other case to compare with"
    return "" if np.ptp(scores) > stored(scores) else "the scores do not vary"


def _all_means(scores: np.ndarray, size: int) -> np.ndarray:
    places = np.fromiter(combinations(range(len(scores)), size), dtype=(int, size))
    means: np.ndarray = scores[places].mean(axis=1)
    return means


def _drawn_means(scores: np.ndarray, size: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    return np.array([rng.choice(scores, size, replace=False).mean() for _ in range(draws)])
