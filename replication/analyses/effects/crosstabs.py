"""Cross-tabulations of the two treatments with seeking endorsement: exact tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from replication.analyses.model_data import model_data
from replication.analyses.tidy import rows_of, tidy_frame
from replication.estimators.contingency import TwoByTwo, two_by_two
from replication.estimators.contingency_ordered import ordered_table
from replication.estimators.results import Estimates, single
from replication.registry import CROSSTABS
from replication.specifications import Model, Sample

VARIABLES = ("military_opposition", "stabilization_burden")
OUTCOME = "sought"
# Where a scale of four is cut in two: reserved or opposed, substantial or heavy.
CUT = 2


def crosstab_tests(cases: pd.DataFrame, samples: dict[str, Sample]) -> pd.DataFrame:
    """Exact tests of each scale against the outcome, on each sample, in the tidy form.

    `freeman_halton` ignores the order of the scale, `exact_trend` uses it; `fisher`, `boschloo`
    and `barnard` cut the scale in two. The estimate of `fisher` is the conditional log odds ratio.
    """
    rows: list[dict[str, Any]] = []
    for sample in samples:
        for variable in VARIABLES:
            model = Model(CROSSTABS, "", OUTCOME, sample, (variable,), (variable,))
            data = model_data(cases, model, samples)
            for estimator, result, least in _tests(data.outcome, data.design[:, 0], variable):
                rows += rows_of(result, model, estimator, "table02_crosstabs", smallest_p=least)
    return tidy_frame(rows)


def _tests(
    outcome: np.ndarray, scale: np.ndarray, variable: str
) -> Sequence[tuple[str, Estimates, float]]:
    """Give each test's name, its result and the smallest p-value it could have given."""
    counts = np.array(
        [[((scale == c) & (outcome == y)).sum() for y in (0, 1)] for c in _codes(scale)]
    )
    order = ordered_table(counts)
    halves = np.array(
        [[((scale >= CUT) == high)[outcome == y].sum() for y in (1, 0)] for high in (True, False)]
    )
    cut = two_by_two(halves)
    size = (len(outcome), int(outcome.sum()))
    return (
        (
            "freeman_halton", _row(variable, order.p_freeman_halton, size, order.note), order.smallest_p,
        ),
        (
            "exact_trend", _row(variable, order.p_trend.doubled, size, order.note), order.p_trend.smallest_p,
        ),
        ("fisher", _ratio_row(variable, cut, size), cut.fisher.smallest_p),
        (
            "boschloo", _row(variable, cut.boschloo.p_value, size, cut.note), cut.boschloo.smallest_p,
        ),
        (
            "barnard", _row(variable, cut.barnard.p_value, size, cut.note), cut.barnard.smallest_p,
        ),
    )  # fmt: skip


def _codes(scale: np.ndarray) -> range:
    """Whole range of codes seen; a table needs two rows even where fewer are."""
    return range(max(2, int(scale.max()) + 1)) if len(scale) else range(2)


def _ratio_row(variable: str, cut: TwoByTwo, size: tuple[int, int]) -> Estimates:
    # 0 and infinity are answers; their logarithms are minus and plus infinity.
    with np.errstate(divide="ignore"):
        logs = np.log([cut.odds_ratio, cut.conf_low, cut.conf_high])
    return _row(variable, cut.fisher.p_value, size, cut.note, *logs)


def _row(
    variable: str,
    p_value: float,
    size: tuple[int, int],
    note: str,
    estimate: float = np.nan,
    conf_low: float = np.nan,
    conf_high: float = np.nan,
) -> Estimates:
    numbers = {
        "estimate": estimate,
        "p_value": p_value,
        "conf_low": conf_low,
        "conf_high": conf_high,
    }
    return single(variable, *size, note, numbers)
