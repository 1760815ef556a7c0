"""Logit regression of a share between zero and one."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import statsmodels.api as sm

from replication.estimators.arguments import (
    CONSTANT,
    check_level,
    check_terms,
    checked_arrays,
    why_not_estimable,
    with_constant,
)
from replication.estimators.linear import count_events
from replication.estimators.results import Estimates, failed
from replication.estimators.standardised import standardised
from replication.estimators.student import ZERO_ERROR, is_zero_error, t_inference

# A fitted share this near to zero or one is on its way to the limit: the estimate is infinite.
_LIMIT = 1e-8


def fit_fractional_logit(
    outcome: np.ndarray, design: np.ndarray, terms: Sequence[str], level: float = 0.95
) -> Estimates:
    """Bernoulli quasi-likelihood of a share with a logit link, and robust errors.

    Papke and Wooldridge 1996, Journal of Applied Econometrics 11: 619-632. Fitted by statsmodels'
    GLM, checked in the tests against R's glm and sandwich. Errors are HC1, the sandwich times
    n / (n - k), with a t distribution of n - k degrees of freedom: the paper's own are the plain
    sandwich and the normal distribution, which are too narrow in samples as small as ours. Even so
    this is a description; tests come from `rank.rank_test`. (What statsmodels calls HC1 for a GLM
    lacks the factor, so that it is applied here.)

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        Shares from 0 to 1.
    design : ndarray, shape (n, k - 1)
        Without a constant, which is added as first term ``const``.
    terms : sequence of str, length k - 1
    level : float

    Returns
    -------
    Estimates
        Coefficients are log odds ratios. NaN with the reason when the design lacks full column rank
        or the estimate is not finite.

    Raises
    ------
    ValueError
        When shapes disagree, a value is missing, a share lies outside 0 to 1, or the level is not
        between 0 and 1.
    """
    outcome, design = checked_arrays(outcome, design)
    terms = check_terms(terms, design)
    check_level(level)
    outside = outcome[(outcome < 0) | (outcome > 1)]
    if len(outside):
        raise ValueError(f"outcome has the value {outside[0]:g}; allowed: 0 to 1")
    names = (CONSTANT, *terms)
    columns = standardised(design)
    x, back = columns.x, columns.back
    n, k = x.shape
    events = count_events(outcome)
    reason = why_not_estimable(with_constant(design), names)
    if not reason and n == k:
        reason = f"{n} observations leave no degree of freedom for {k} terms"
    if reason:
        return failed(names, n, events, reason)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # separation and failure to converge are found below
        fit = sm.GLM(outcome, x, family=sm.families.Binomial()).fit(
            cov_type="HC0", tol=1e-12, maxiter=200
        )
    if not fit.converged or np.minimum(fit.mu, 1 - fit.mu).min() < _LIMIT:
        return failed(names, n, events, "no finite estimate: fitted shares reach zero or one")
    estimate = back @ fit.params
    # Rounding can make a variance of nothing a negative one.
    variance = np.maximum(np.diag(back @ fit.cov_params() @ back.T), 0.0)
    std_error = np.sqrt(variance * n / (n - k))
    influence = back @ np.linalg.solve((x.T * (fit.mu * (1 - fit.mu))) @ x, x.T)
    zero = is_zero_error(std_error, influence, size=1.0)
    std_error = np.where(zero, np.nan, std_error)
    note = tuple(ZERO_ERROR if z else "" for z in zero)
    tests = t_inference(estimate, std_error, n - k, level)
    return Estimates(names, estimate, std_error, *tests, n, events, note)
