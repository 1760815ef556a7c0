"""Whether one slope serves all cuts of an ordered outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, expit

from replication.estimators import arguments
from replication.estimators.cumulative_logit import cut_rows, evaluate, own_slopes
from replication.estimators.firth import fit_firth
from replication.estimators.ordinal import OrderedMaximum, ordered_maximum
from replication.estimators.standardised import standardised
from replication.precision import ZERO

_SINGULAR = 1e-10


@dataclass(frozen=True)
class ProportionalOdds:
    """The check that one slope serves all cuts.

    Attributes
    ----------
    statistic, p_value : float
        Score test of equal slopes; NaN with a reason in `note` where it does not exist.
    df : int
    note : str
    terms : tuple of str, length k
    cuts : tuple of float, length c
        The outcome is cut at this value and above.
    slopes, conf_low, conf_high : ndarray, shape (c, k)
        Firth's logit at each cut, with profile intervals.
    """

    statistic: float
    df: int
    p_value: float
    note: str
    terms: tuple[str, ...]
    cuts: tuple[float, ...]
    slopes: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray


def check_proportional_odds(
    outcome: np.ndarray, design: np.ndarray, terms: Sequence[str]
) -> ProportionalOdds:
    """Test whether slopes differ between cuts, and show them cut by cut.

    The score test (Peterson and Harrell 1990, Applied Statistics 39: 205-217) needs no fit of the
    model with separate slopes, which small samples seldom allow; Brant's test does. At 24
    observations of four categories it rejected a true null in 5 % of 600 draws, with one term and
    with three. The slopes beside it show what it cannot: Firth's logit has them at every cut, also
    where the cut separates the data.

    The score is taken over the expected information, so that where separate slopes fit a table
    perfectly the statistic is Pearson's. Programs that take the observed information, with a
    generalised inverse where empty cells make it singular, give another value: 17.29 (SAS) against
    20.94 here for the tasted cheeses in McCullagh and Nelder (1989, Generalized Linear Models, p.
    175). Where the expected one is singular there is no test.

    Parameters
    ----------
    outcome, design, terms
        As for `fit_ordered_logit`.

    Raises
    ------
    ValueError
        As `fit_ordered_logit`.
    """
    outcome, design = arguments.checked_arrays(outcome, design)
    terms = arguments.check_terms(terms, design)
    found = ordered_maximum(outcome, design, terms)
    columns = standardised(design)
    design = columns.columns
    values, category = np.unique(outcome, return_inverse=True)
    df = design.shape[1] * max(len(values) - 2, 0)
    statistic, note = np.nan, "no term to test"
    if terms:
        statistic, note = _score_test(design, category, found)
    binary = [fit_firth((outcome >= cut).astype(float), design, terms) for cut in values[1:]]
    by_cut = [
        np.array([getattr(one, name)[1:] for one in binary]).reshape(-1, design.shape[1])
        for name in ("estimate", "conf_low", "conf_high")
    ]
    return ProportionalOdds(
        statistic=statistic,
        df=df,
        p_value=float(chdtrc(df, statistic)) if df else np.nan,
        note=note,
        terms=terms,
        cuts=tuple(values[1:].tolist()),
        slopes=by_cut[0] / columns.unit,
        conf_low=by_cut[1] / columns.unit,
        conf_high=by_cut[2] / columns.unit,
    )


def _score_test(
    design: np.ndarray, category: np.ndarray, found: OrderedMaximum | str
) -> tuple[float, str]:
    if isinstance(found, str):
        return np.nan, found
    last = len(found.values) - 1
    if last == 1:
        return np.nan, "one cut only: the outcome has two values"
    cuts = own_slopes(design, last)
    theta = np.concatenate([found.best[:last], np.tile(found.best[last:], last)])
    _, score, _ = evaluate(cut_rows(cuts, category), theta)
    # Expected information: thin cells make the observed one erratic.
    share = expit(cuts @ theta)
    slopes = np.pad((share * (1 - share))[:, :, None] * cuts, ((0, 0), (1, 1), (0, 0)))
    gained = np.diff(slopes, axis=1)
    probability = np.diff(np.pad(share, ((0, 0), (1, 1)), constant_values=(0.0, 1.0)), axis=1)
    if probability.min() < ZERO:
        return np.nan, "a fitted probability reaches zero"
    information = np.einsum("icp,icq->pq", gained / probability[:, :, None], gained)
    unit = 1 / np.sqrt(np.diag(information))
    scaled = information * np.outer(unit, unit)
    if np.linalg.eigvalsh(scaled)[0] < _SINGULAR:
        return np.nan, "separate slopes are not identified"
    return float((score * unit) @ np.linalg.solve(scaled, score * unit)), ""
