"""Effects of a Firth logit on the scale of the probability, with profile intervals.

The effect of a term is averaged over the observations at their own values of all other terms
(Hanmer and Kalkan 2013, American Journal of Political Science 57: 263-277). Intervals do not come
from the delta method, which takes the effect to be normal around its estimate, but are profile
penalised-likelihood intervals of the effect itself: its range over all coefficients whose penalised
likelihood lies within half a chi-squared quantile of the maximum. They need not be symmetric, hold
under separation, and exclude zero exactly when the profile interval of the coefficient does. Where the
effect is a change between two values they stay inside what probabilities allow; an average derivative,
the slope of a steep curve, can exceed one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, chdtri, expit, log_expit

from replication.estimators import arguments
from replication.estimators.firth import FirthEstimates
from replication.estimators.likelihood_region import Function, LikelihoodRegion
from replication.estimators.penalised import maximise
from replication.estimators.results import Estimates, failed
from replication.estimators.standardised import Standardised, standardised
from replication.estimators.ties import slack
from replication.terms import factor_names, is_product

_PRODUCT = "a product of terms has no marginal effect of its own"
_NO_SEARCH = "the search for the interval did not converge"


@dataclass(frozen=True)
class PredictedProbabilities:
    """Average predicted probability along the values of one term.

    Attributes
    ----------
    term : str
    grid : ndarray, shape (g,)
        Values at which every observation is set in turn.
    probability, conf_low, conf_high : ndarray, shape (g,)
        Averages over the observations, with pointwise intervals.
    change, change_low, change_high : float
        Last average minus the first, with its own interval.
    note : str
        Why numbers are missing; empty where they are all there.
    """

    term: str
    grid: np.ndarray
    probability: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    change: float
    change_low: float
    change_high: float
    note: str


def average_marginal_effects(
    fit: FirthEstimates,
    outcome: np.ndarray,
    design: np.ndarray,
    terms: Sequence[str],
    level: float = 0.95,
) -> Estimates:
    """Average marginal effect of every term.

    For a term with two values, the average change of the probability from the lower to the higher;
    for any other, the average derivative, that is the change per unit. Terms named ``a:b`` are
    products: the effect of ``a`` runs through them too, and they have none of their own.

    Parameters
    ----------
    fit : FirthEstimates
        The fit of `outcome` on `design`.
    outcome : ndarray, shape (n,)
    design : ndarray, shape (n, k)
        Without a constant.
    terms : sequence of str, length k
    level : float
        Confidence level of the profile intervals.

    Returns
    -------
    Estimates
        k rows, on the scale of the probability: `std_error` from the delta method, for description
        only; `statistic` and `p_value` of the penalised likelihood-ratio test that the effect is
        zero; `conf_low` and `conf_high` from the profile.

    Raises
    ------
    ValueError
        When arguments do not belong together, a column named as a product is none, or `level` is
        not between 0 and 1.
    """
    outcome, design, terms = _checked(fit, outcome, design, terms, level)
    if not fit.converged:
        return failed(terms, fit.nobs, fit.n_events, fit.note[0])
    columns = standardised(design)
    region = _region(fit, outcome, columns, level)
    rows = [
        (np.nan, np.nan, np.nan, np.nan, np.nan, _PRODUCT)
        if is_product(term)
        else _effect_row(region, _effect(design, columns, terms, term), _own_test(fit, terms, term))
        for term in terms
    ]
    estimate, std_error, statistic, low, high, note = zip(*rows, strict=True)
    return Estimates(
        terms=terms,
        estimate=np.array(estimate),
        std_error=np.array(std_error),
        statistic=np.array(statistic),
        p_value=chdtrc(1, np.array(statistic)),
        conf_low=np.array(low),
        conf_high=np.array(high),
        nobs=fit.nobs,
        n_events=fit.n_events,
        note=note,
    )


def predicted_probabilities(
    fit: FirthEstimates,
    outcome: np.ndarray,
    design: np.ndarray,
    terms: Sequence[str],
    *,
    term: str,
    grid: Sequence[float],
    level: float = 0.95,
) -> PredictedProbabilities:
    """Average predicted probability with `term` set to each value of `grid` in turn.

    Firth's probabilities are pulled towards one half; `flic` has two corrections and says by how much.

    Parameters
    ----------
    fit, outcome, design, terms, level
        As for `average_marginal_effects`.
    term : str
        One of `terms`, not a product; products that hold it move with it.
    grid : sequence of float, length g

    Raises
    ------
    ValueError
        As `average_marginal_effects`, and when `term` is not a term with values of its own.
    """
    outcome, design, terms = _checked(fit, outcome, design, terms, level)
    if term not in terms or is_product(term):
        allowed = ", ".join(name for name in terms if not is_product(name))
        raise ValueError(f"term is {term!r}; allowed: {allowed}")
    values = arguments.checked_numbers("grid", grid, missing_allowed=True, infinite_allowed=True)
    if len(np.unique(values)) < len(values) or len(values) < 2 or not np.isfinite(values).all():  # noqa: PLR2004
        raise ValueError(f"grid is {values.tolist()}; allowed: two or more different values")
    if not fit.converged:
        blank = np.full(len(values), np.nan)
        return PredictedProbabilities(
            term, values, blank, blank, blank, np.nan, np.nan, np.nan, fit.note[0]
        )
    columns = standardised(design)
    region = _region(fit, outcome, columns, level)
    estimate = region.best.beta[0]
    moved = [columns.of(_set(design, terms, term, value)) for value in values]
    # Sought on the scale of the log odds, on which a probability near zero or one is not flat.
    limits = expit([region.extremes(_log_odds(x)) for x in moved])
    change = _difference(moved[-1], moved[0])
    change_limits = region.extremes(change)
    sound = np.isfinite(limits).all() and np.isfinite(change_limits).all()
    return PredictedProbabilities(
        term=term,
        grid=values,
        probability=np.array([_average(x)(estimate)[0] for x in moved]),
        conf_low=limits[:, 0],
        conf_high=limits[:, 1],
        change=change(estimate)[0],
        change_low=change_limits[0],
        change_high=change_limits[1],
        note="" if sound else _NO_SEARCH,
    )


def _checked(
    fit: FirthEstimates,
    outcome: np.ndarray,
    design: np.ndarray,
    terms: Sequence[str],
    level: float,
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    outcome, design = arguments.checked_arrays(outcome, design)
    arguments.check_binary(outcome)
    terms = arguments.check_terms(terms, design)
    arguments.check_level(level)
    if fit.terms != (arguments.CONSTANT, *terms) or fit.nobs != len(outcome):
        raise ValueError(
            f"fit has the terms {', '.join(fit.terms)} on {fit.nobs} observations, the arguments "
            f"const, {', '.join(terms)} on {len(outcome)}; allowed: the same"
        )
    for name in terms:
        factors = factor_names(name)
        if len(set(factors)) < len(factors) or not set(factors) <= {name, *terms}:
            raise ValueError(f"term {name!r}; allowed: products of different terms of the model")
        own = design[:, terms.index(name)]
        product = np.prod([design[:, terms.index(factor)] for factor in factors], axis=0)
        if not (np.abs(own - product) <= slack(np.concatenate([own, product]))).all():
            raise ValueError(f"the column {name!r} is not the product of {' and '.join(factors)}")
    return outcome, design, terms


def _region(
    fit: FirthEstimates, outcome: np.ndarray, columns: Standardised, level: float
) -> LikelihoodRegion:
    # In the units of `columns` throughout, and so are all designs of the effects.
    x, drop = columns.x, chdtri(1, 1 - level) / 2
    everything = np.ones((1, x.shape[1]), dtype=bool)
    best = maximise(outcome, x, (columns.forth @ fit.estimate)[None], everything)
    limits = [limit * np.append(np.nan, columns.unit) for limit in (fit.conf_low, fit.conf_high)]
    # The constant has another meaning there, and no limits yet: those of its standard error.
    reach = np.sqrt(2 * drop * np.linalg.inv(best.information[0])[0, 0])
    limits[0][0], limits[1][0] = best.beta[0, 0] - reach, best.beta[0, 0] + reach
    held = np.tile(np.eye(x.shape[1], dtype=bool), (2, 1))
    wanted = np.concatenate(limits)[:, None]
    starts = np.where(held & np.isfinite(wanted), wanted, best.beta[0])
    return LikelihoodRegion(
        outcome=outcome, x=x, best=best, ends=maximise(outcome, x, starts, ~held).beta, drop=drop
    )


def _effect_row(
    region: LikelihoodRegion, effect: Function, statistic: float | None
) -> tuple[float, float, float, float, float, str]:
    value, gradient = effect(region.best.beta[0])
    covariance = np.linalg.inv(region.best.information[0])
    low, high = region.extremes(effect)
    if statistic is None:
        statistic = region.likelihood_ratio_at_zero(effect)
    note = "" if np.isfinite([low, high, statistic]).all() else _NO_SEARCH
    return value, np.sqrt(gradient @ covariance @ gradient), statistic, low, high, note


def _own_test(fit: FirthEstimates, terms: Sequence[str], term: str) -> float | None:
    # Without products the effect is zero exactly where the coefficient is: the same test.
    in_product = any(term in factor_names(name) for name in terms if is_product(name))
    return None if in_product else fit.statistic[fit.terms.index(term)]


def _effect(design: np.ndarray, columns: Standardised, terms: Sequence[str], term: str) -> Function:
    values = np.unique(design[:, terms.index(term)])
    at = [columns.of(_set(design, terms, term, value)) for value in values[:2]]
    if len(values) == 2:  # noqa: PLR2004
        return _difference(at[1], at[0])
    # All terms are linear in the one that moves, so one unit of it gives the derivative.
    slopes = (_set(design, terms, term, 1.0) - _set(design, terms, term, 0.0)) / columns.unit
    return _derivative(columns.x, np.column_stack([np.zeros(len(slopes)), slopes]))


def _set(design: np.ndarray, terms: Sequence[str], term: str, value: float) -> np.ndarray:
    moved = design.copy()
    own = terms.index(term)
    moved[:, own] = value
    for column, name in enumerate(terms):
        others = set(factor_names(name)) - {term}
        if term in factor_names(name) and name != term:
            moved[:, column] = value * np.prod(
                [design[:, terms.index(other)] for other in others], axis=0
            )
    return moved


def _average(x: np.ndarray) -> Function:
    def function(beta: np.ndarray) -> tuple[float, np.ndarray]:
        index = x @ beta
        density = expit(index) * expit(-index)
        return expit(index).mean(), density @ x / len(x)

    return function


def _log_odds(x: np.ndarray) -> Function:
    # In logarithms throughout: on its way a search may pass where probabilities underflow.
    def function(beta: np.ndarray) -> tuple[float, np.ndarray]:
        index = x @ beta
        events, others = log_expit(index), log_expit(-index)
        all_events, all_others = _log_of_sum(events), _log_of_sum(others)
        share, other_share = np.exp(events - all_events), np.exp(others - all_others)
        return all_events - all_others, (share * expit(-index) + other_share * expit(index)) @ x

    return function


def _log_of_sum(logs: np.ndarray) -> float:
    # SciPy's own takes ten times as long on a few numbers, and a search asks thousands of times.
    largest = logs.max()
    return float(largest + np.log(np.exp(logs - largest).sum()))


def _difference(higher: np.ndarray, lower: np.ndarray) -> Function:
    above, below = _average(higher), _average(lower)

    def function(beta: np.ndarray) -> tuple[float, np.ndarray]:
        (high, up), (low, down) = above(beta), below(beta)
        return high - low, up - down

    return function


def _derivative(x: np.ndarray, slopes: np.ndarray) -> Function:
    def function(beta: np.ndarray) -> tuple[float, np.ndarray]:
        index, rate = x @ beta, slopes @ beta
        density = expit(index) * expit(-index)
        bend = density * (expit(-index) - expit(index)) * rate
        return (density * rate).mean(), (bend @ x + density @ slopes) / len(x)

    return function
