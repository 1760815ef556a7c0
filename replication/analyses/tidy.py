"""The tidy form every estimate is written in: one row per model, estimator and term."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from replication.estimators.results import Estimates
from replication.registry import require_estimators
from replication.specifications import Model

COLUMNS = (
    "exhibit", "model", "sample", "outcome", "estimator", "term", "estimate", "estimate_mue", "std_error", "statistic",
    "p_value", "conf_low", "conf_high", "smallest_p", "nobs", "n_events", "note",
)  # fmt: skip


def rows_of(
    result: Estimates,
    model: Model,
    estimator: str,
    exhibit: str,
    *,
    smallest_p: float | None = None,
) -> list[dict[str, Any]]:
    """Rows of one fit; terms that the method did not estimate are simply not among its terms.

    The smallest p-value that a discrete test can return is the result's own where it has one, or what is
    passed; it is missing for methods whose p-value can be as small as one likes. Only exact logistic regression
    has a median unbiased estimate, `estimate_mue`, which is finite where the conditional one is not.
    """
    smallest = getattr(result, "smallest_p", np.nan) if smallest_p is None else smallest_p
    least = np.broadcast_to(np.asarray(smallest, dtype=float), len(result.terms))
    middle = np.broadcast_to(getattr(result, "estimate_mue", np.nan), len(result.terms))
    return [
        {
            "exhibit": exhibit,
            "model": model.model,
            "sample": model.sample,
            "outcome": model.outcome,
            "estimator": estimator,
            "term": term,
            "estimate": result.estimate[i],
            "estimate_mue": middle[i],
            "std_error": result.std_error[i],
            "statistic": result.statistic[i],
            "p_value": result.p_value[i],
            "conf_low": result.conf_low[i],
            "conf_high": result.conf_high[i],
            "smallest_p": least[i],
            "nobs": result.nobs,
            "n_events": result.n_events,
            "note": result.note[i],
        }
        for i, term in enumerate(result.terms)
    ]


def tidy_frame(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Make a table of the rows with the fixed columns, in the order given.

    Raises
    ------
    ValueError
        For rows of an estimator that no exhibit is known to show.
    """
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    require_estimators(frame["estimator"], "estimates")
    counts = ["nobs", "n_events"]
    frame[counts] = frame[counts].astype("Int64")
    numbers = list(COLUMNS[COLUMNS.index("estimate") : COLUMNS.index("nobs")])
    frame[numbers] = frame[numbers].astype(float).replace(-0.0, 0.0)
    return frame.fillna({"note": ""})
