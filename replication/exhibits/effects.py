"""The effects that exhibits show: which estimators, on which scale, and of which terms."""

from __future__ import annotations

import pandas as pd

# On which scale an estimator's estimates are, in the order the estimators are shown.
SCALES = {
    "firth": "log-odds",
    "exact": "log-odds",
    "lpm_hc3": "probability",
    "lpm_cr2": "probability",
    "wild_bootstrap": "probability",
}


def effects(estimates: pd.DataFrame) -> pd.DataFrame:
    """Rows of the estimators shown, for the effects that models are there for.

    These are the terms that the exact method and the bootstrap were asked for; where neither was
    run, all terms but the constant.
    """
    shown = estimates[estimates["estimator"].isin(SCALES) & (estimates["term"] != "const")]
    asked = shown[shown["estimator"].isin(["exact", "wild_bootstrap"])]
    wanted = set(zip(asked["model"], asked["term"], strict=True))
    if not wanted:
        return shown
    return shown[[pair in wanted for pair in zip(shown["model"], shown["term"], strict=True)]]
