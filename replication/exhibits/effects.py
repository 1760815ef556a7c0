"""The effects that exhibits show: which estimators, on which scale, and of which terms."""

from __future__ import annotations

import pandas as pd

from replication.registry import ESTIMATORS, estimators_in

# The estimators of the figure of effects, in the order they are shown, and on which scale each one is.
SCALES = {name: entry.scale for name, entry in estimators_in("coefficients").items()}


def effects(estimates: pd.DataFrame) -> pd.DataFrame:
    """Rows of the estimators shown, for the effects that models are there for.

    These are the terms that estimators of effects alone were asked for, the exact method and the
    bootstrap among them; where none was run, all terms but the constant.
    """
    shown = estimates[estimates["estimator"].isin(SCALES) & (estimates["term"] != "const")]
    asked = shown[
        shown["estimator"].isin([name for name in SCALES if ESTIMATORS[name].effects_only])
    ]
    wanted = set(zip(asked["model"], asked["term"], strict=True))
    if not wanted:
        return shown
    return shown[[pair in wanted for pair in zip(shown["model"], shown["term"], strict=True)]]
