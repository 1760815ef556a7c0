"""All causes in one frame: how well each accounts for the outcome beside the others and beside no cause at all."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from replication.analyses.types.data import CodedCases, type_data
from replication.analyses.types.plan import NONE, TypePlan
from replication.analyses.types.posterior import Samples
from replication.estimators.causal_types import ADVERSE, BENEFICIAL, fit_types, type_model

# The rival to all: the outcome does not depend on any cause.
NO_CAUSE = "none"


def bayes_factors(coded: CodedCases, plan: TypePlan, samples: Samples) -> pd.DataFrame:
    """Compare the probability of the outcomes given each cause, on the same cases.

    Each cause is taken by itself, as good as random, with the same prior over types; `none` leaves the chronic and the
    destined alone. Clues do not enter: they are defined for two causes only.

    Returns
    -------
    DataFrame
        One row for each prior, with and without adverse cases, and cause: ``bayes_factor`` over no cause, ``over_*``
        over each other cause that is traced, ``share`` the posterior probability of the cause where all of them and
        none are as probable beforehand.
    """
    frames = {
        cause.cause: type_data(coded, plan, cause, plan.headline.but(clues=NONE), samples)
        for cause in plan.causes
    }
    shared = [
        key
        for key in next(iter(frames.values())).case_id
        if all(key in data.case_id for data in frames.values())
    ]
    rows = []
    for prior, monotonic in product(plan.priors, (False, True)):
        evidence = {}
        for name, data in frames.items():
            kept = [data.case_id.index(key) for key in shared]
            shares = np.array(plan.priors[prior])
            if monotonic:
                shares[ADVERSE] = 0.0
            fit = fit_types(data.cause[kept], data.outcome[kept], None, type_model(shares))
            evidence[name] = fit.log_evidence
        # Without a cause the causes do not matter: any of the frames has the outcomes.
        shares = np.array(plan.priors[prior])
        shares[[ADVERSE, BENEFICIAL]] = 0.0
        none = fit_types(data.cause[kept], data.outcome[kept], None, type_model(shares))
        evidence[NO_CAUSE] = none.log_evidence
        rows += _rows(evidence, plan, prior, monotonic=monotonic, nobs=len(shared))
    return pd.DataFrame(rows)


def _rows(
    evidence: dict[str, float], plan: TypePlan, prior: str, *, monotonic: bool, nobs: int
) -> list[dict[str, object]]:
    labels = {cause.cause: cause.label for cause in plan.causes} | {NO_CAUSE: "no cause"}
    claims = {cause.cause: cause.claim for cause in plan.causes} | {NO_CAUSE: ""}
    weights = np.exp(np.array(list(evidence.values())) - max(evidence.values()))
    return [
        {
            "prior": prior, "monotonic": int(monotonic), "cause": name, "label": labels[name], "claim": claims[name],
            "nobs": nobs, "bayes_factor": float(np.exp(value - evidence[NO_CAUSE])),
            **{f"over_{c.cause}": float(np.exp(value - evidence[c.cause])) for c in plan.traced},
            "share": float(weight / weights.sum()),
        }
        for (name, value), weight in zip(evidence.items(), weights, strict=True)
    ]  # fmt: skip
