"""Exact logistic regression: one coefficient given the sufficient statistics of all others.

Cox 1970; Hirji, Mehta and Patel 1987, JASA 82: 1110-1117; Mehta and Patel 1995, Statistics in
Medicine 14: 2143-2160, whose Example 5.1 the tests reproduce.

Which two-sided p-value: ``p_value`` is the doubled one-sided probability, as in Stata's exlogistic
and in logistiX. It belongs to the test that the equal-tailed interval inverts, so that it is below
1 - level exactly where the interval leaves out zero. The probability-ordered p-value, which Mehta
and Patel print and which with one binary term is Fisher's, can contradict that interval (Fay 2010,
Biostatistics 11: 373-374). It stands beside it, as does the mid-p.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import nan

import numpy as np

from replication.estimators.arguments import (
    check_binary,
    check_level,
    check_terms,
    check_whole,
    checked_arrays,
    checked_names,
)
from replication.estimators.exact_distribution import (
    MAX_STATES,
    ConditionalDistribution,
    TooManyStatesError,
    conditional_distribution,
)
from replication.estimators.exact_inference import TiltedDistribution, p_values
from replication.estimators.results import Estimates

ONE_POINT = "conditional distribution has one point"
_TIE = 1e-9


@dataclass(frozen=True)
class ExactEstimates(Estimates):
    """Exact conditional results, one row a tested term; the constant is never among them.

    Attributes
    ----------
    estimate : ndarray, shape (k,)
        Conditional maximum likelihood estimate, a log odds ratio per unit; infinite where the
        observed sum is the least or the greatest attainable.
    std_error : ndarray, shape (k,)
        NaN: the method has none.
    statistic : ndarray, shape (k,)
        Observed sum less its null expectation, in null standard deviations (the conditional score).
    p_value : ndarray, shape (k,)
        Equal to `p_doubled`; the module says why.
    conf_low, conf_high : ndarray, shape (k,)
        Exact interval: each limit spends (1 - level) / 2 in its tail, also where the other limit
        is infinite.
    p_one_sided, p_doubled, p_probability, p_mid : ndarray, shape (k,)
        As in `exact_inference.PValues`.
    estimate_mue : ndarray, shape (k,)
        Median-unbiased estimate (Hirji, Tsiatis and Mehta 1989, American Statistician 43: 7-11):
        the middle of the coefficients that put one half in the lower and in the upper tail, or
        the only one of them at an extreme of the support. Always finite.
    mid_low, mid_high : ndarray, shape (k,)
        Interval from inverting the mid-p test in the same way.
    smallest_p : ndarray, shape (k,)
        Smallest `p_value` of any sum in the support; see `smallest_p`.
    observed : ndarray, shape (k,)
        Observed sum of the term over the events.
    distributions : tuple of ConditionalDistribution or None, length k
        Support and exact counts; None where the size was refused.
    """

    p_one_sided: np.ndarray
    p_doubled: np.ndarray
    p_probability: np.ndarray
    p_mid: np.ndarray
    estimate_mue: np.ndarray
    mid_low: np.ndarray
    mid_high: np.ndarray
    smallest_p: np.ndarray
    observed: np.ndarray
    distributions: tuple[ConditionalDistribution | None, ...]


def fit_exact(
    outcome: np.ndarray,
    design: np.ndarray,
    terms: Sequence[str],
    *,
    tested: Sequence[str] | None = None,
    level: float = 0.95,
    max_states: int = MAX_STATES,
) -> ExactEstimates:
    """Exact conditional estimates, tests and intervals for single terms of a logit model.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        Zeros and ones.
    design : ndarray, shape (n, k)
        Without a constant; values are whole numbers or simple fractions.
    terms : sequence of str, length k
        Names of the columns.
    tested : sequence of str, optional
        Terms to report, all when left out. Every other term is conditioned on in any case.
    level : float
        Confidence level of the two intervals.
    max_states : int
        Size beyond which a term is refused: NaN with the note "more than ... states".

    Returns
    -------
    ExactEstimates
        With the note "conditional distribution has one point" where the other terms determine the
        tested sum, so that the data hold no conditional information about the coefficient.

    Raises
    ------
    ValueError
        For values that are missing, an outcome other than 0 and 1, unknown or repeated terms, a
        column that is not on an exact grid, or a level outside (0, 1).
    """
    outcome, design = checked_arrays(outcome, design)
    check_binary(outcome)
    terms = check_terms(terms, design)
    check_level(level)
    check_whole("max_states", max_states)
    tested = terms if tested is None else checked_names("tested", tested)
    rows = []
    for column in _positions(tested, terms):
        try:
            distribution = conditional_distribution(outcome, design, [column], max_states)
        except TooManyStatesError as refusal:
            rows.append(_TermResult(note=str(refusal)))
        else:
            rows.append(_inference(distribution, (1 - level) / 2))
    return _stacked(rows, tested, outcome)


def _positions(tested: Sequence[str], terms: Sequence[str]) -> list[int]:
    unknown = [term for term in tested if term not in terms]
    if unknown or not tested or len(set(tested)) != len(tested):
        raise ValueError(
            f"tested terms are {', '.join(tested) or 'none'}; "
            f"allowed: {', '.join(terms)}, at least one and none twice"
        )
    return [list(terms).index(term) for term in tested]


@dataclass(frozen=True)
class _TermResult:
    """One term; what is not given could not be had."""

    estimate: float = nan
    std_error: float = nan
    statistic: float = nan
    p_value: float = nan
    conf_low: float = nan
    conf_high: float = nan
    p_one_sided: float = nan
    p_doubled: float = nan
    p_probability: float = nan
    p_mid: float = nan
    estimate_mue: float = nan
    mid_low: float = nan
    mid_high: float = nan
    smallest_p: float = nan
    observed: float = nan
    distribution: ConditionalDistribution | None = None
    note: str = ""


def _stacked(
    rows: Sequence[_TermResult], terms: tuple[str, ...], outcome: np.ndarray
) -> ExactEstimates:
    numbers = [
        field.name for field in fields(_TermResult) if field.name not in ("distribution", "note")
    ]
    return ExactEstimates(
        terms=terms,
        nobs=len(outcome),
        n_events=int(outcome.sum()),
        note=tuple(row.note for row in rows),
        distributions=tuple(row.distribution for row in rows),
        **{name: np.array([getattr(row, name) for row in rows]) for name in numbers},
    )


def _inference(distribution: ConditionalDistribution, tail: float) -> _TermResult:
    support, at = distribution.support[:, 0], distribution.at
    if len(support) == 1:
        return _TermResult(observed=support[at], distribution=distribution, note=ONE_POINT)
    tilted = TiltedDistribution.of(support, distribution.counts, at)
    p = p_values(distribution.counts, at)
    return _TermResult(
        estimate=tilted.with_mean_at_observed(),
        statistic=_standardised(distribution),
        p_value=p.doubled,
        conf_low=tilted.with_upper_tail(tail),
        conf_high=tilted.with_lower_tail(tail),
        p_one_sided=p.one_sided,
        p_doubled=p.doubled,
        p_probability=p.probability,
        p_mid=p.mid,
        estimate_mue=tilted.median_unbiased(),
        mid_low=tilted.with_upper_tail(tail, share=0.5),
        mid_high=tilted.with_lower_tail(tail, share=0.5),
        smallest_p=p.smallest_p,
        observed=support[at],
        distribution=distribution,
    )


def _standardised(distribution: ConditionalDistribution) -> float:
    """Observed sum less its expectation under no effect, in standard deviations."""
    # Plain sums, not matrix products: their last bit does not depend on the number of threads.
    total = sum(distribution.counts)
    weight = np.array([count / total for count in distribution.counts])
    support = distribution.support[:, 0]
    deviation = support - (weight * support).sum()
    return float(
        deviation[distribution.at] / np.sqrt(np.einsum("m,m,m->", weight, deviation, deviation))
    )
