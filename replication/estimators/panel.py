"""Linear regression with an effect for each entity, errors clustered by entity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from linearmodels.panel import PanelOLS

from replication.estimators.arguments import (
    CONSTANT,
    check_level,
    check_terms,
    checked_arrays,
    why_not_estimable,
    with_constant,
)
from replication.estimators.clusters import cluster_members, within_clusters
from replication.estimators.linear import count_events
from replication.estimators.results import Estimates, without
from replication.estimators.student import ROOT_OF_ROUNDING, ZERO_ERROR, is_zero_error, t_inference

Absorbed = Literal["not counted", "counted"]

_FEWEST_ENTITIES = 2


@dataclass(frozen=True)
class PanelEstimates(Estimates):
    """Results of one regression within entities; `nobs` counts the rows that entered it.

    Attributes
    ----------
    n_entities : int
        Entities with two rows or more: those that entered.
    n_singletons : int
        Entities with one row only. They say nothing within and were left out.
    """

    n_entities: int
    n_singletons: int


def fit_panel(
    outcome: np.ndarray,
    design: np.ndarray,
    entities: np.ndarray,
    terms: Sequence[str],
    level: float = 0.95,
    *,
    absorbed: Absorbed = "not counted",
) -> PanelEstimates:
    """Fixed-effects regression by linearmodels' PanelOLS, checked in the tests against R's plm.

    Errors are clustered by entity (Arellano 1987, Oxford Bulletin of Economics and Statistics 49:
    431-434) and multiplied by ``G / (G - 1) * (n - 1) / (n - k)``, where G counts entities, n rows
    and k terms. Effects nested in clusters are not counted: so do linearmodels by default, Stata's
    xtreg and clubSandwich's CR1S on a plm fit. ``absorbed="counted"`` has n - k - G for n - k, as
    linearmodels with ``auto_df=False`` and Stata's areg, which makes errors larger by the root of
    ``(n - k) / (n - k - G)``: about 1.4 with two rows an entity.

    linearmodels takes the t distribution with n less all parameters for degrees of freedom; this
    takes G - 1, because the error is learnt from G sums (Bester, Conley and Hansen 2011, Journal of
    Econometrics 165: 137-151). Pair it with `wild_bootstrap.wild_cluster_bootstrap` on data from
    `clusters.within_clusters`.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    design : ndarray, shape (n, k)
        Without a constant, which the effects absorb.
    entities : ndarray, shape (n,)
        Label of the entity of each row, numbers or strings.
    terms : sequence of str, length k
    level : float
    absorbed : {"not counted", "counted"}
        Whether the effects take degrees of freedom from the clustered errors.

    Returns
    -------
    PanelEstimates
        Without a constant. NaN with the reason when fewer than two entities have two rows, or a
        term does not vary within any or depends on others there.

    Raises
    ------
    ValueError
        When shapes disagree, a value or a label is missing, or `absorbed` or the level is not
        allowed.
    """
    outcome, design = checked_arrays(outcome, design)
    terms = check_terms(terms, design)
    check_level(level)
    if absorbed not in get_args(Absorbed):
        raise ValueError(f"absorbed is {absorbed!r}; allowed: {', '.join(get_args(Absorbed))}")
    members = cluster_members(entities, len(outcome), "entities")
    kept = [rows for rows in members if len(rows) > 1]
    rows = np.concatenate([*kept, np.zeros(0, dtype=int)])
    entity = np.repeat(np.arange(len(kept)), [len(part) for part in kept])
    outcome, design = outcome[rows], design[rows]
    counts: dict[str, Any] = {
        "nobs": len(rows),
        "n_events": count_events(outcome),
        "n_entities": len(kept),
        "n_singletons": len(members) - len(kept),
    }
    within = within_clusters(design, entity)
    # Largest deviations of one, and a column without any left as it is.
    unit = np.where(within.any(axis=0), np.abs(within).max(axis=0, initial=0.0), 1.0)
    within /= unit
    reason = _why_not(within, terms, len(kept))
    if reason:
        known = {"terms": terms, "note": (reason,) * len(terms), **counts}
        return without(PanelEstimates, np.full(len(terms), np.nan), **known)
    deviations = within_clusters(outcome, entity)
    estimate, std_error = _panel_ols(deviations, within, entity, terms, absorbed)
    size = float(np.linalg.norm(deviations))
    zero = is_zero_error(std_error, np.linalg.pinv(within), size, ROOT_OF_ROUNDING)
    std_error = np.where(zero, np.nan, std_error) / unit
    notes = tuple(ZERO_ERROR if z else "" for z in zero)
    tests = t_inference(estimate / unit, std_error, len(kept) - 1, level)
    return PanelEstimates(terms, estimate / unit, std_error, *tests, note=notes, **counts)


def _why_not(within: np.ndarray, terms: Sequence[str], n_entities: int) -> str:
    if n_entities < _FEWEST_ENTITIES:
        return f"{n_entities} entities have two rows or more: two are needed"
    flat = (within == 0).all(axis=0)
    if flat.any():
        names = " and ".join(term for term, is_flat in zip(terms, flat, strict=True) if is_flat)
        return f"no variation within entities in {names}"
    if len(within) - n_entities <= within.shape[1]:
        return f"{len(within)} rows leave no degree of freedom beside terms and effects"
    return why_not_estimable(with_constant(within), (CONSTANT, *terms))


def _panel_ols(
    outcome: np.ndarray,
    design: np.ndarray,
    entity: np.ndarray,
    terms: Sequence[str],
    absorbed: Absorbed,
) -> tuple[np.ndarray, np.ndarray]:
    position = np.arange(len(entity)) - np.searchsorted(entity, entity)
    index = pd.MultiIndex.from_arrays([entity, position], names=["entity", "position"])
    model = PanelOLS(
        pd.Series(outcome, index=index, name="outcome"),
        pd.DataFrame(design, index=index, columns=list(terms)),
        entity_effects=True,
    )
    fit = model.fit(
        cov_type="clustered",
        cluster_entity=True,
        debiased=True,
        group_debias=True,
        auto_df=False,
        count_effects=absorbed == "counted",
    )
    # Rounding can leave a variance of zero a little below it.
    variance = np.maximum(np.diag(fit.cov.to_numpy()), 0.0)
    return fit.params.to_numpy(), np.sqrt(variance)
