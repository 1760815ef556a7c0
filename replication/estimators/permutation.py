"""Permutation tests of a treatment, exact wherever its arrangements can be counted.

The statistic is the correlation of outcome and treatment, given blocks and covariates. Without
covariates it orders the arrangements as their covariance, the slope of least squares and the score
of a logit do, so for a binary treatment and outcome this is Fisher's exact test. Fisher 1935, The
Design of Experiments; with covariates, Freedman and Lane 1983, Journal of Business and Economic
Statistics 1: 292-298, in the form reviewed by Winkler et al. 2014, NeuroImage 92: 381-397.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from replication.estimators import arguments
from replication.estimators.arrangements import number_of_arrangements
from replication.estimators.permutation_reference import (
    PermutationProblem,
    ReferenceDistribution,
    counted_pairs,
    counted_sums,
    drawn,
    labels_of,
    listed,
    reduce_to_residuals,
)
from replication.estimators.results import Estimates, without
from replication.estimators.smallest_p import smallest_share

# Shares of arrangements closer than this are equal.
_TIE = 1e-10
# Digits of a limit: the p-value jumps at ties, which the line above blurs in the next ones.
_DIGITS = 9
_HALVINGS = 60
_SIDES = ("two-sided", "greater", "less")


@dataclass(frozen=True)
class PermutationEstimates(Estimates):
    """One permutation test: one row.

    `estimate` is the slope of least squares with a constant, blocks and covariates; `statistic` the
    partial correlation; `std_error` is not defined. `conf_low` and `conf_high` enclose the additive
    effects that the test does not reject; infinite where arrangements are too few to reject any.

    Attributes
    ----------
    p_higher, p_lower : float
        One-sided p-values: correlations at least as high, at least as low.
    smallest_p : float
        Smallest `p_value` of any arrangement of these outcomes, on the side tested; see `smallest_p`.
    n_arrangements : int
        Distinct arrangements within blocks.
    n_informative : int
        Observations in blocks in which the treatment varies.
    exact : bool
        Whether the p-value counts every arrangement instead of a sample of them.
    interval_exact : bool
        Whether the interval does.
    monte_carlo_error : float
        Standard error of a sampled p-value; zero for an exact one.
    """

    p_higher: float
    p_lower: float
    smallest_p: float
    n_arrangements: int
    n_informative: int
    exact: bool
    interval_exact: bool
    monte_carlo_error: float


def permutation_test(
    outcome: np.ndarray,
    treatment: np.ndarray,
    term: str,
    *,
    rng: np.random.Generator,
    covariates: np.ndarray | None = None,
    blocks: Sequence[Hashable] | np.ndarray | None = None,
    draws: int = 9_999,
    level: float = 0.95,
    alternative: arguments.Alternative = "two-sided",
) -> PermutationEstimates:
    """Test that the outcome would have been the same under any other arrangement of the treatment.

    Without covariates and with whole-number codes all arrangements are counted, however many.
    Otherwise they are listed where there are at most `draws`, or else sampled, and the p-value is
    (1 + sampled ones at least as extreme) / (1 + draws). Two-sided p-values compare absolute
    correlations; a side has to be chosen before the data are seen. Correlations that differ by
    rounding only are tied, and ties count against an effect. Time and memory grow with `draws` times
    observations, beside at most a second of counting.

    With covariates the residuals of the outcome are permuted and covariates taken out again
    (Freedman and Lane): exact only in large samples, also where every arrangement is listed.

    The interval holds the effects d for which the test of ``outcome - d * treatment`` does not
    reject. It supposes that one step of the treatment adds d to the outcome of every unit: for a
    binary outcome, a constant difference of probabilities. Against one side it is open on the other.
    Where the pairs of sums that it needs are too many to count it comes from sampled arrangements
    although the p-value is exact.

    Parameters
    ----------
    outcome, treatment : ndarray, shape (n,)
    term : str
        Name of the treatment.
    rng : numpy.random.Generator
        Used where arrangements are sampled.
    covariates : ndarray, shape (n, q), optional
    blocks : sequence of length n, optional
        Arrangements stay within them; their means are taken out. Any values that sort.
    draws : int
    level : float
    alternative : {"two-sided", "greater", "less"}
        "greater" tests against a positive effect of the treatment, "less" against a negative one.

    Returns
    -------
    PermutationEstimates
        NaN with the reason in `note` where no other arrangement exists or none can matter.

    Raises
    ------
    ValueError
        For arguments of wrong shape, with missing values or labels, or off their range.
    """
    problem = reduce_to_residuals(*_checked(outcome, treatment, covariates, blocks))
    arguments.check_level(level)
    arguments.check_alternative(alternative)
    arguments.check_whole("draws", draws)
    arrangements = number_of_arrangements(labels_of(problem), problem.blocks)
    reason = _why_no_test(problem, arrangements)
    if reason:
        return _failed(problem, term, arrangements, reason)
    for_test, for_interval = _references(problem, arrangements, draws, rng)
    side = _SIDES.index(alternative)
    p_values = _p_values(problem, for_test, 0.0)
    p_value = p_values[side]
    # An effect of zero belongs to the interval whenever the test does not reject it.
    alpha = 1 - level + _TIE
    kept = problem.slope if p_value > alpha else 0.0
    low, high = -np.inf, np.inf
    if alternative != "less":
        low = _limit(problem, for_interval, alpha, test=side, side=-1, at_least=kept)
    if alternative != "greater":
        high = _limit(problem, for_interval, alpha, test=side, side=1, at_least=-kept)
    return PermutationEstimates(
        terms=(term,),
        estimate=np.array([problem.slope]),
        std_error=np.array([np.nan]),
        statistic=np.array([problem.correlation(0.0)]),
        p_value=np.array([p_value]),
        conf_low=np.array([low]),
        conf_high=np.array([high]),
        nobs=len(problem.outcome),
        n_events=_events(problem),
        note=("",),
        p_higher=p_values[1],
        p_lower=p_values[2],
        smallest_p=_smallest_p(problem, for_test, alternative),
        n_arrangements=arrangements,
        n_informative=_informative(problem),
        exact=for_test.complete,
        interval_exact=for_interval.complete,
        monte_carlo_error=(
            0.0 if for_test.complete else float(np.sqrt(p_value * (1 - p_value) / draws))
        ),
    )


def _checked(
    outcome: np.ndarray,
    treatment: np.ndarray,
    covariates: np.ndarray | None,
    blocks: Sequence[Hashable] | np.ndarray | None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    outcome = arguments.checked_numbers("outcome", outcome)
    treatment = arguments.checked_numbers("treatment", treatment)
    if treatment.shape != outcome.shape:
        raise ValueError(
            f"treatment has shape {treatment.shape}; allowed: that of the outcome, {outcome.shape}"
        )
    covariates = np.empty((len(outcome), 0)) if covariates is None else covariates
    covariates = arguments.checked_numbers("covariates", covariates, 2)
    if len(covariates) != len(outcome):
        raise ValueError(f"covariates have shape {covariates.shape}; allowed: ({len(outcome)}, q)")
    blocks = [0] * len(outcome) if blocks is None else blocks
    return (
        outcome,
        treatment,
        covariates,
        arguments.checked_labels("blocks", blocks, len(outcome))[1],
    )


def _why_no_test(problem: PermutationProblem, arrangements: int) -> str:
    within = " within any block" if problem.blocks.any() else ""
    given = " beyond the covariates" if problem.adjusted else ""
    if not problem.treatment_left.any():
        return f"the treatment does not vary{within}{given}"
    if not problem.outcome_left.any():
        return f"the outcome does not vary{within}{given}"
    if arrangements == 1:
        return "there is no other arrangement of the treatment"
    both = np.bincount(problem.blocks, np.abs(problem.treatment_left)) * np.bincount(
        problem.blocks, np.abs(problem.outcome_left)
    )
    return "" if both.any() else "no block has both outcome and treatment vary"


def _failed(
    problem: PermutationProblem, term: str, arrangements: int, reason: str
) -> PermutationEstimates:
    return without(
        PermutationEstimates,
        np.full(1, np.nan),
        terms=(term,),
        nobs=len(problem.outcome),
        n_events=_events(problem),
        note=(reason,),
        p_higher=np.nan,
        p_lower=np.nan,
        smallest_p=np.nan,
        n_arrangements=arrangements,
        n_informative=_informative(problem),
        exact=False,
        interval_exact=False,
        monte_carlo_error=np.nan,
    )


def _references(
    problem: PermutationProblem, arrangements: int, draws: int, rng: np.random.Generator
) -> tuple[ReferenceDistribution, ReferenceDistribution]:
    pairs = counted_pairs(problem)
    if pairs is None and arrangements <= draws:
        pairs = listed(problem)
    if pairs is not None:
        return pairs, pairs
    sample = drawn(problem, draws, rng)
    return counted_sums(problem) or sample, sample


def _p_values(
    problem: PermutationProblem, reference: ReferenceDistribution, effect: float
) -> list[float]:
    """Two-sided, higher, lower: the order of `_SIDES`."""
    found = reference.correlations(problem, effect)
    return [_share(problem, reference, found, effect, side) for side in range(len(_SIDES))]


def _p_value(
    problem: PermutationProblem, reference: ReferenceDistribution, effect: float, side: int
) -> float:
    return _share(problem, reference, reference.correlations(problem, effect), effect, side)


def _share(
    problem: PermutationProblem,
    reference: ReferenceDistribution,
    found: np.ndarray,
    effect: float,
    side: int,
) -> float:
    observed = problem.correlation(effect)
    if side == 0:
        extreme = np.abs(found) >= abs(observed) - problem.tie
    elif side == 1:
        extreme = found >= observed - problem.tie
    else:
        extreme = found <= observed + problem.tie
    return float(min(1.0, reference.weight[extreme].sum()))


def _smallest_p(
    problem: PermutationProblem,
    reference: ReferenceDistribution,
    alternative: arguments.Alternative,
) -> float:
    if not reference.complete:
        return 1 / len(reference.weight)
    found = reference.correlations(problem, 0.0)
    extremity = {"two-sided": np.abs(found), "greater": found, "less": -found}[alternative]
    return smallest_share(extremity, reference.weight, problem.tie)


def _limit(
    problem: PermutationProblem,
    reference: ReferenceDistribution,
    alpha: float,
    *,
    test: int,
    side: int,
    at_least: float,
) -> float:
    # Far out only the treatment itself is left to be arranged, and either side is the mirror of the
    # other: there a correlation of minus one is what the test looks for.
    if _p_value(problem, reference, np.inf, 2 if test else 0) > alpha:
        return side * np.inf

    def kept(distance: float) -> bool:
        return _p_value(problem, reference, problem.slope + side * distance, test) > alpha

    width = np.sqrt(
        problem.outcome_left
        @ problem.outcome_left
        / (problem.treatment_left @ problem.treatment_left)
    )
    decimals = _DIGITS - int(np.floor(np.log10(width)))

    def limit(distance: float) -> float:
        return round(problem.slope + side * distance, decimals) + 0.0

    inside = max(0.0, at_least)
    if problem.is_perfect:
        # Beside the slope itself every effect leaves the treatment alone, as the one far out did.
        return limit(inside)
    outside = inside + width
    while kept(outside):
        inside, outside = outside, 2 * outside
    for _ in range(_HALVINGS):
        if limit(inside) == limit(outside):
            break
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if kept(middle) else (inside, middle)
    return limit(inside)


def _events(problem: PermutationProblem) -> int | None:
    return int(problem.outcome.sum()) if np.isin(problem.outcome, (0, 1)).all() else None


def _informative(problem: PermutationProblem) -> int:
    varies = [
        len(np.unique(problem.treatment[problem.blocks == block])) > 1
        for block in range(problem.blocks.max(initial=-1) + 1)
    ]
    return int(np.array(varies, dtype=bool)[problem.blocks].sum())
