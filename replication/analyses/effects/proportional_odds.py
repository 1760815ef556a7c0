"""Whether one slope serves all cuts of the scale, for every model with an ordered logit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from replication.analyses.effects.headline import on_scale
from replication.analyses.effects.mechanism import mechanism_model
from replication.analyses.model_data import model_data
from replication.estimators.proportional_odds import ProportionalOdds, check_proportional_odds
from replication.specifications import Model, Sample


def check_ordered_models(
    cases: pd.DataFrame, models: Iterable[Model], samples: dict[str, Sample]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Check proportional odds where the estimates hold an ordered logit: headline models and H3.

    Returns
    -------
    checks : DataFrame
        One row a model and sample: model, sample, outcome, nobs, statistic, df, p_value of the score
        test, and why there is none (note).
    slopes : DataFrame
        One row a term and cut: model, sample, outcome, term, cut (the outcome at this value and above
        against below), estimate, conf_low, conf_high of Firth's logit.
    """
    ordered = [one for one in map(on_scale, models) if one] + list(map(mechanism_model, samples))
    checks, slopes = [], []
    for model in ordered:
        data = model_data(cases, model, samples)
        key = {"model": model.model, "sample": model.sample, "outcome": model.outcome}
        check = check_proportional_odds(data.outcome, data.design, data.terms)
        checks.append({
            **key, "nobs": len(data.outcome), "statistic": check.statistic, "df": check.df,
            "p_value": check.p_value, "note": check.note,
        })  # fmt: skip
        slopes += [{**key, **row} for row in _slopes(check)]
    return pd.DataFrame(checks), pd.DataFrame(slopes)


def _slopes(check: ProportionalOdds) -> Iterable[dict[str, Any]]:
    for column, term in enumerate(check.terms):
        for row, cut in enumerate(check.cuts):
            yield {
                "term": term, "cut": int(cut), "estimate": check.slopes[row, column],
                "conf_low": check.conf_low[row, column], "conf_high": check.conf_high[row, column],
            }  # fmt: skip
