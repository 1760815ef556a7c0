"""How the specifications spread by choice, and how many cases they rest on along the curve."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from replication.analyses.multiverse.plan import CHOICES

SPREAD = (
    "treatment", "choice", "value", "n_specifications", "low", "quartile_1", "median", "quartile_3", "high",
)  # fmt: skip
SIZES = ("treatment", "bin", "n_specifications", "low", "median", "high")
# Nine specifications in ten lie between them.
_ENDS = (0.05, 0.95)


def spread_by_choice(table: pd.DataFrame) -> pd.DataFrame:
    """Quartiles of the signed root for each value of each choice, and where nine tenths of it lie.

    A value of the choice `controls` is one control, over all sets that have it, or ``none``.

    Parameters
    ----------
    table : DataFrame
        As `multiverse.specification_table` gives it.

    Returns
    -------
    DataFrame
        Columns `SPREAD`; low and high are the 5 and 95 % points.
    """
    rows = []
    for treatment, part in table[table["reason"] == ""].groupby("treatment", sort=False):
        for choice in CHOICES[1:]:
            members = part.assign(value=part[choice].astype(str))
            if choice == "controls":
                members = members.assign(value=members["value"].str.split("+")).explode("value")
            for value, found in members.groupby("value", sort=False):
                points = found["statistic"].quantile([_ENDS[0], 0.25, 0.5, 0.75, _ENDS[1]])
                rows.append((treatment, choice, value, len(found), *points))
    return pd.DataFrame(rows, columns=list(SPREAD))


def sizes_along_curve(table: pd.DataFrame, bins: int = 200) -> pd.DataFrame:
    """Numbers of cases in the bins of `multiverse_summary.curve`: median, and where nine tenths lie.

    Returns
    -------
    DataFrame
        Columns `SIZES`; low, median and high are numbers of cases.
    """
    rows = []
    for treatment, part in table[table["reason"] == ""].groupby("treatment", sort=False):
        nobs = part.sort_values("statistic", kind="stable")["nobs"].to_numpy(float)
        edges = np.linspace(0, len(nobs), min(bins, len(nobs)) + 1).round().astype(int)
        for number, (first, last) in enumerate(pairwise(edges)):
            low, median, high = np.quantile(nobs[first:last], [_ENDS[0], 0.5, _ENDS[1]])
            rows.append((treatment, number, last - first, low, median, high))
    return pd.DataFrame(rows, columns=list(SIZES))
