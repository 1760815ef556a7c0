"""Splits of a cell that has too many to go through, drawn: importance sampling of which cases are of the first type.

For every number k of cases of the first type as many arrangements are drawn as for every other. They are drawn as if
the probabilities of the clues were known, from the conditional Bernoulli distribution (Chen, Dempster and Liu 1994,
Biometrika 81), and weighed by what the learnt probabilities make of them. Two rounds first bring the probabilities they
are drawn from near those that are learnt, apart for each k.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

# Arrangements for each k, and rounds. With probabilities worth ten cases the logarithms of the weights are off by about
# a tenth at 19 cases; streams of draws differ in the expected k by one to two hundredths of its deviation at 40 cases,
# and by two to four at 60.
PER_SPLIT = 2_500
_ROUNDS = 3
_CERTAIN = 0.01
# Where less is believed beforehand the weights have several modes, and the draws would stay in one of them.
SMALLEST_SIZE = 5.0
# The same data give the same draws, wherever and in whatever order they are looked at.
_SEED = 20261201


@dataclass(frozen=True)
class DrawnSplits:
    """Arrangements with their weights.

    Attributes
    ----------
    split : ndarray of int, shape (r,)
        Cases of the first type.
    chosen : ndarray of bool, shape (r, n)
        Which they are.
    seen : ndarray, shape (r, 2, c, 2)
        Cases of either type in which a clue was found (1) and was not (0).
    log_part : ndarray, shape (r,)
        Logarithms of weights; those of one k sum up to an unbiased estimate of its weight.
    """

    split: np.ndarray
    chosen: np.ndarray
    seen: np.ndarray
    log_part: np.ndarray


def drawn_splits(
    clues: np.ndarray,
    mean: np.ndarray,
    size: np.ndarray,
    log_clues: Callable[[np.ndarray], np.ndarray],
) -> DrawnSplits:
    """Draw arrangements of the cases of a cell, the same number for each k.

    Parameters
    ----------
    clues : ndarray, shape (n, c)
        1 found, 0 looked for and not found, NaN not looked for.
    mean, size : ndarray, shape (2, c)
        What is believed of the clues by type, as in `Beliefs`.
    log_clues : callable
        Log probability of `seen`, one number an arrangement, probabilities of clues integrated out.

    Raises
    ------
    ValueError
        For a size below `SMALLEST_SIZE`.
    """
    if (size < SMALLEST_SIZE).any():
        raise ValueError(
            f"clue_size is {size.min():g}, and there are too many patterns of clues to go through them; allowed: from "
            f"{SMALLEST_SIZE:g}, or fewer clues"
        )
    rng = np.random.default_rng(_SEED)
    n = len(clues)
    found = np.stack([clues == 0, clues == 1], axis=-1).astype(float)
    split = np.repeat(np.arange(n + 1), PER_SPLIT)
    # By k, as many cases of one type teach more about it than few do. What is held to be certain is drawn as all but
    # certain; its weight is nothing.
    means = np.tile(mean.clip(_CERTAIN, 1 - _CERTAIN), (n + 1, 1, 1))
    for last in range(_ROUNDS - 1, -1, -1):
        odds = _log_odds(found, means)
        chosen, log_chance = _conditional_bernoulli(odds, split, rng)
        first = np.tensordot(chosen.astype(float), found, axes=(1, 0))
        seen = np.stack([first, found.sum(axis=0) - first], axis=1)
        log_part = log_clues(seen) - log_chance - np.log(PER_SPLIT)
        if last:
            means = _learnt(seen, log_part, mean, size)
    return DrawnSplits(split, chosen, seen, log_part)


def _log_odds(found: np.ndarray, means: np.ndarray) -> np.ndarray:
    """Log of how much likelier the clues of each case are under the first type, shape (n + 1, n)."""
    yes, no = (np.log(part[:, 0]) - np.log(part[:, 1]) for part in (means, 1 - means))
    odds: np.ndarray = yes @ found[..., 1].T + no @ found[..., 0].T
    return odds


def _conditional_bernoulli(
    odds: np.ndarray, split: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw for each arrangement which cases are chosen, given how many; and the log probability of each draw."""
    left = split.copy()
    chosen = np.zeros((len(split), odds.shape[1]), bool)
    sums = _log_sums(odds)
    for case in range(odds.shape[1]):
        log_chance = odds[split, case] + sums[split, case + 1, left - 1] - sums[split, case, left]
        drawn = rng.random(len(split)) < np.exp(log_chance)
        # Where none or all of the rest are wanted no last bit of a chance decides.
        chosen[:, case] = (left > 0) & (drawn | (left == odds.shape[1] - case))
        left -= chosen[:, case]
    return chosen, (chosen * odds[split]).sum(axis=1) - sums[split, 0, split]


def _log_sums(odds: np.ndarray) -> np.ndarray:
    """Log elementary symmetric sums of the odds from each case on, shape (n + 1, n + 1, n + 2).

    The last column stands for a choice of fewer than no cases.
    """
    rows, n = odds.shape
    sums = np.full((rows, n + 1, n + 2), -np.inf)
    sums[:, n, 0] = 0.0
    for case in range(n - 1, -1, -1):
        sums[:, case] = np.logaddexp(
            sums[:, case + 1], odds[:, case, None] + np.roll(sums[:, case + 1], 1, axis=1)
        )
    return sums


def _learnt(
    seen: np.ndarray, log_part: np.ndarray, mean: np.ndarray, size: np.ndarray
) -> np.ndarray:
    """Give the expected probabilities of the clues for each k, shape (n + 1, 2, c); those held fixed stay."""
    held = np.isinf(size)
    worth = np.where(held, 1.0, size)
    after = (worth * mean + seen[..., 1]) / (worth + seen.sum(axis=-1))
    weight = normalised(log_part)
    means = (weight[..., None, None] * after.reshape(*weight.shape, *mean.shape)).sum(axis=1)
    return np.where(held, mean, means).clip(_CERTAIN, 1 - _CERTAIN)


def normalised(log_part: np.ndarray) -> np.ndarray:
    """Give the part of each arrangement in the weight of its k, shape (n + 1, draws); 0 where nothing has weight."""
    by_split = log_part.reshape(-1, PER_SPLIT)
    whole = logsumexp(by_split, axis=1, keepdims=True)
    weight: np.ndarray = np.exp(by_split - np.where(np.isfinite(whole), whole, 0.0))
    return weight
