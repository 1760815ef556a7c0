"""The headline figures beside what other programs make of the same data.

The figures of the programs are stored, as most of them are not among the packages of the project: `make peers`
writes them. Here they are set beside the results as they are now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

KEYS = ["model", "estimator", "term", "quantity"]
FIGURES = ["program", "version", *KEYS, "value", "reach"]
COLUMNS = ["program", "version", *KEYS, "here", "there", "digits", "verdict", "reason"]
AGREES, WITHIN, KNOWN, DIFFERS, STALE = (
    "agrees", "agrees within its error", "differs, known", "DIFFERS", "of other data",
)  # fmt: skip
# Which known differences any data show; others need values that tie, or the like.
ALWAYS = "always"
# Data that all figures rest on.
DATA = ("cases.csv", "actors.csv", "codings.csv")
# Searches that stop at a tolerance of their own agree to four digits; results are written with eight.
FEWEST_DIGITS = 4
MOST_DIGITS = 8
SAMPLE = "intervention"
_PASSES = "pass_1 – pass_2"


def compare_programs(
    figures: pd.DataFrame, known: pd.DataFrame, results: Mapping[str, pd.DataFrame], *, fresh: bool
) -> pd.DataFrame:
    """Say of every figure of every program whether it is ours.

    Parameters
    ----------
    figures : DataFrame
        Columns `FIGURES`, a row a figure. `reach` is the largest difference that the drawing of samples or the
        printing of few digits leaves, NaN where there is none of either.
    known : DataFrame
        Differences that are known: program, version, estimator, quantity (``*`` for any), shows (`ALWAYS`, or in
        some data, as where values tie), reason, test.
    results : mapping of str to DataFrame
        ``estimates``, ``sensitivity``, ``reliability``, ``qca_solutions`` and ``curve``, the last as
        `multiverse.curve.curve_rows` gives it.
    fresh : bool
        Whether the programs were given the data as they are now; no figure is judged otherwise.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, without figures that have no row here; `digits` counts the significant digits in which
        both are the same, at most eight.
    """
    ours = _ours(results)
    rows = []
    for row in figures.to_dict("records"):
        key = tuple("" if pd.isna(row[name]) else row[name] for name in KEYS)
        if key not in ours:
            continue
        here = ours[key]
        digits = same_digits(here, row["value"])
        verdict, reason = _verdict(row, here, digits, known) if fresh else (STALE, "")
        rows.append(
            {
                **row,
                "here": here,
                "there": row["value"],
                "digits": digits,
                "verdict": verdict,
                "reason": reason,
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def same_digits(here: float, there: float) -> int:
    """Significant digits in which two numbers are the same: 4 for a difference of 1e-4 of the first."""
    if here == there:
        return MOST_DIGITS
    if not np.isfinite([here, there]).all() or here == 0:
        return 0
    relative = abs(here - there) / abs(here)
    return int(np.clip(np.floor(-np.log10(relative) + 1e-9), 0, MOST_DIGITS))


def complaints(comparison: pd.DataFrame, known: pd.DataFrame) -> list[str]:
    """Name each figure that differs for no known reason, and each known difference that always shows and is gone."""
    lines = [
        f"{row.verdict}: {row.program} {row.version}: {row.model} {row.estimator} {row.term} {row.quantity}: "
        f"here {row.here:.10g}, there {row.there:.10g}"
        for row in comparison[comparison["verdict"].isin([DIFFERS, STALE])].itertuples()
    ]
    computed = comparison.to_dict("records")
    for row in known[known["shows"] == ALWAYS].to_dict("records"):
        verdicts = {figure["verdict"] for figure in computed if _fits(row, figure)}
        if verdicts and KNOWN not in verdicts | {STALE}:
            lines.append(
                f"known difference gone: {row['program']} {row['version']} {row['estimator']} {row['quantity']}"
            )
    return lines


def made_from(folder: Path) -> dict[str, str]:
    """SHA-256 of the tables in `folder` that the programs are given."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in DATA}


def _ours(results: Mapping[str, pd.DataFrame]) -> dict[tuple[str, ...], float]:
    estimates = results["estimates"]
    reliability = results["reliability"]
    solutions = results["qca_solutions"]
    parts = (
        (
            estimates[estimates["sample"] == SAMPLE], ("model", "estimator", "term"),
            ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"),
        ),
        (
            results["sensitivity"].assign(estimator="sensitivity"), ("model", "estimator", "term"),
            ("partial_r2", "robustness_value", "robustness_value_alpha"),
        ),
        (
            reliability[(reliability["passes"] == _PASSES) & reliability["actor"].isna()].assign(
                model="", estimator="agreement"
            ), ("model", "estimator", "variable"), ("agreement", "alpha", "gwet"),
        ),
        (
            solutions[(solutions["outcome"] == "SOUGHT") & (solutions["model"] == 1)].assign(estimator="qca"),
            ("sets", "estimator", "solution"), ("consistency", "coverage"),
        ),
        (
            results["curve"].assign(estimator="curve"), ("treatment", "estimator", "controls"),
            ("estimate", "std_error", "p_value", "nobs"),
        ),
    )  # fmt: skip
    return {
        (*(row[key] for key in keys), quantity): float(row[quantity])
        for table, keys, quantities in parts
        for row in table.to_dict("records")
        for quantity in quantities
    }


def _verdict(
    row: Mapping[str, Any], here: float, digits: int, known: pd.DataFrame
) -> tuple[str, str]:
    if digits >= FEWEST_DIGITS:
        return AGREES, ""
    if abs(here - row["value"]) <= row["reach"] * (1 + 1e-9):
        return WITHIN, ""
    reasons: Iterable[str] = (
        entry["reason"] for entry in known.to_dict("records") if _fits(entry, row)
    )
    found = next(iter(reasons), "")
    return (KNOWN, found) if found else (DIFFERS, "")


def _fits(entry: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    exact = ("program", "version", "estimator")
    return all(str(entry[key]) == str(row[key]) for key in exact) and fnmatchcase(
        str(row["quantity"]), str(entry["quantity"])
    )
