"""The multiverse in numbers that can be read: by reason, by choice, and the curve in steps."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from replication.analyses.multiverse.plan import CHOICES
from replication.precision import significant

BY_CHOICE = (
    "treatment", "choice", "value", "n_specifications", "median_statistic", "share_positive",
    "share_significant", "share_opposite",
)  # fmt: skip
ESTIMATES = (
    "treatment", "estimator", "n_specifications", "median", "deviation", "lowest", "quartile_1",
    "quartile_3", "highest", "n_significant", "n_opposite", "median_nobs",
)  # fmt: skip
CURVE = (
    "treatment", "bin", "n_specifications", "low", "median", "high", "share_significant",
    "share_opposite",
)  # fmt: skip
# Makes the median absolute deviation of a normal variable its standard deviation.
_NORMAL = 1.4826


def choice_shares(table: pd.DataFrame) -> pd.DataFrame:
    """Share of the variance of the signed root that each choice accounts for by itself.

    One choice at a time: the sum of squares between its values over the total (eta squared).
    Columns treatment, choice, share, n_specifications.
    """
    rows = []
    for treatment, part in table[table["reason"] == ""].groupby("treatment", sort=False):
        roots = part["statistic"]
        total = ((roots - roots.mean()) ** 2).sum()
        for choice in CHOICES[1:]:
            means = roots.groupby(part[choice]).transform("mean")
            between = ((means - roots.mean()) ** 2).sum()
            share = between / total if total > 0 else np.nan
            rows.append((treatment, choice, share, len(part)))
    return pd.DataFrame(rows, columns=["treatment", "choice", "share", "n_specifications"])


def counts_by_reason(table: pd.DataFrame) -> pd.DataFrame:
    """How many specifications were estimated, and how many not, by reason and treatment."""
    named = table.assign(reason=table["reason"].where(table["reason"] != "", "estimated"))
    counts = named.groupby(["treatment", "reason"], sort=False).size()
    return counts.rename("n_specifications").reset_index()


def summary_by_choice(table: pd.DataFrame) -> pd.DataFrame:
    """Median root, share positive, share positive and significant for each value of each choice.

    A value of the choice `controls` is one control, over all sets that have it, or ``none``.
    """
    rows = []
    for treatment, part in table[table["reason"] == ""].groupby("treatment", sort=False):
        for choice in ("all", *CHOICES[1:]):
            for value, members in _groups(part, choice):
                positive = members["statistic"] > 0
                telling = significant(members["p_value"])
                rows.append({
                    "treatment": treatment, "choice": choice, "value": value,
                    "n_specifications": len(members),
                    "median_statistic": members["statistic"].median(),
                    "share_positive": positive.mean(),
                    "share_significant": (positive & telling).mean(),
                    "share_opposite": (~positive & telling).mean(),
                })  # fmt: skip
    return pd.DataFrame(rows, columns=list(BY_CHOICE))


def _groups(part: pd.DataFrame, choice: str) -> Iterator[tuple[str, pd.DataFrame]]:
    if choice == "all":
        yield "all", part
    elif choice == "controls":
        for control, sets in _sets_with(part["controls"]).items():
            yield control, part[part["controls"].isin(sets)]
    else:
        yield from part.groupby(choice, sort=False)


def _sets_with(controls: pd.Series) -> dict[str, list[str]]:
    """List the sets of controls, as they are written, by the controls in them."""
    sets: dict[str, list[str]] = {}
    for chosen in controls.unique():
        for control in chosen.split("+"):
            sets.setdefault(control, []).append(chosen)
    return sets


def estimates_by_estimator(table: pd.DataFrame) -> pd.DataFrame:
    """Spread of the estimates of each estimator, on its own scale.

    Median, median absolute deviation times 1.4826, quartiles and ends of the estimates, how many are
    significant at 5 % with a positive and with a negative sign, and the median number of cases, as
    the R package specr summarises a curve; compared with it in the tests.
    """
    rows = []
    sound = table[table["reason"] == ""]
    for (treatment, estimator), part in sound.groupby(["treatment", "estimator"], sort=False):
        estimate, telling = part["estimate"], significant(part["p_value"])
        rows.append({
            "treatment": treatment, "estimator": estimator, "n_specifications": len(part),
            "median": estimate.median(),
            "deviation": _NORMAL * (estimate - estimate.median()).abs().median(),
            "lowest": estimate.min(), "quartile_1": estimate.quantile(0.25),
            "quartile_3": estimate.quantile(0.75), "highest": estimate.max(),
            "n_significant": int((telling & (estimate > 0)).sum()),
            "n_opposite": int((telling & (estimate < 0)).sum()),
            "median_nobs": float(part["nobs"].median()),
        })  # fmt: skip
    return pd.DataFrame(rows, columns=list(ESTIMATES))


def curve(table: pd.DataFrame, bins: int = 200) -> pd.DataFrame:
    """Sort specifications by their signed root and cut them into equal bins: the curve in steps.

    Columns treatment, bin, n_specifications, low, median and high of the signed root in the bin,
    the share significant at 5 % in each direction, and one column ``choice=value`` for the share of
    the bin's specifications made with that value (with that control, whatever the others).
    """
    rows = []
    for treatment, part in table[table["reason"] == ""].groupby("treatment", sort=False):
        ordered = part.sort_values("statistic", kind="stable")
        edges = np.linspace(0, len(ordered), min(bins, len(ordered)) + 1).round().astype(int)
        made_with = _made_with(part, ordered.index)
        for number, (first, last) in enumerate(pairwise(edges)):
            roots = ordered["statistic"].to_numpy()[first:last]
            telling = significant(ordered["p_value"].to_numpy()[first:last])
            rows.append({
                "treatment": treatment, "bin": number, "n_specifications": last - first,
                "low": roots[0], "median": np.median(roots), "high": roots[-1],
                "share_significant": (telling & (roots > 0)).mean(),
                "share_opposite": (telling & (roots <= 0)).mean(),
                **{name: flags[first:last].mean() for name, flags in made_with.items()},
            })  # fmt: skip
    return pd.DataFrame(rows, columns=None if rows else list(CURVE)).fillna(0.0)


def _made_with(part: pd.DataFrame, order: pd.Index) -> dict[str, np.ndarray]:
    """For each value of each choice, in the order of the plan, what was made with it, in `order`."""
    flags = {}
    for choice in ("outcome", "form", "estimator", "sample", "coding", "evidence"):
        for value in part[choice].unique():
            flags[f"{choice}={value}"] = (part[choice] == value)[order].to_numpy()
    for control, sets in _sets_with(part["controls"]).items():
        flags[f"controls={control}"] = part["controls"].isin(sets)[order].to_numpy()
    return flags
