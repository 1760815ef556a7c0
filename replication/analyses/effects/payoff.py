"""H5, pay-off: whether endorsement before action lowers the US share of the follow-on force."""

from __future__ import annotations

from typing import Any

import pandas as pd

from replication.analyses.tidy import rows_of, tidy_frame
from replication.estimators.fractional import fit_fractional_logit
from replication.estimators.rank import rank_test
from replication.estimators.results import single
from replication.registry import MAIN_SAMPLE, PAYOFF
from replication.specifications import Model, Sample

SHARE = "followon_us_share"
# Explicit endorsement; a partial or implied one binds nobody to a follow-on force.
ENDORSED = "io_obtained>=2"
_SAMPLES = (MAIN_SAMPLE, "all")


def payoff_groups(cases: pd.DataFrame) -> pd.DataFrame:
    """Cases with a known share and a known code for endorsement: case_id, share, endorsed (0/1)."""
    known = cases.dropna(subset=[SHARE, "io_obtained"])
    return pd.DataFrame(
        {
            "case_id": known["case_id"],
            "share": known[SHARE].astype(float),
            "endorsed": (known["io_obtained"] >= 2).astype(int),  # noqa: PLR2004 - the code for explicit
        }
    ).reset_index(drop=True)


def estimate_payoff(cases: pd.DataFrame, samples: dict[str, Sample]) -> pd.DataFrame:
    """Exact rank test and, as a description, a fractional logit, in the tidy form.

    The estimate of the rank test is the chance that the US share is larger with endorsement than
    without, one half under the null; the theory predicts less than one half.
    """
    rows: list[dict[str, Any]] = []
    for name in _SAMPLES:
        groups = payoff_groups(cases[cases["sample"].isin(samples[name].values)])
        model = Model(PAYOFF, "Pay-off", SHARE, name, (ENDORSED,), (ENDORSED,))
        share, endorsed = groups["share"].to_numpy(), groups["endorsed"].to_numpy(dtype=float)
        test = rank_test(share[endorsed == 1], share[endorsed != 1])
        note = test.note or f"cases with explicit endorsement {test.n_x}, without {test.n_y}"
        numbers = {
            "estimate": test.superiority, "statistic": test.statistic, "p_value": test.p_value,
        }  # fmt: skip
        result = single(ENDORSED, len(groups), int(endorsed.sum()), note, numbers)
        rows += rows_of(result, model, "rank_test", "table07_payoff", smallest_p=test.smallest_p)
        logit = fit_fractional_logit(share, endorsed[:, None], (ENDORSED,))
        rows += rows_of(logit, model, "fractional_logit", "table07_payoff")
    return tidy_frame(rows)
