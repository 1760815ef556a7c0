"""Compare the estimates with those of the second implementation, tests/crosscheck/crosscheck.R.

What is compared, how closely and why so is data: tests/crosscheck/tolerances.csv has a row for each
estimator and quantity. A row without tolerance says why there is no second figure. An estimator or
quantity without a row is an error, so that no figure goes unchecked by oversight.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

KEYS = ["model", "sample", "estimator", "term"]
QUANTITIES = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")
DATA = ("data/derived/cases.csv", "data/derived/actors.csv")
AGREES, DIFFERS, UNCOVERED, KNOWN = "agrees", "DIFFERS", "NOT COVERED", "known difference"
# Where the estimates refuse a number for this reason, the other program prints one. The exception is
# taken from the reason that the row itself gives, and holds for no other row.
KNOWN_DIFFERENCES = {
    "lpm_cr2": (
        "the term rests on a single cluster",
        "clubSandwich prints an error that leaves out the part of the term's variance that no "
        "residual shows",
    ),
    "lpm_hc3": (
        "the term rests on an observation of leverage one",
        "R's formula prints an error in which that observation has no part",
    ),
}
# Standard errors of the difference between two sampled figures that are let pass.
_SAMPLING = 4
_WRITTEN = 5.1e-8


def compare(
    estimates: pd.DataFrame,
    second: pd.DataFrame,
    tolerances: pd.DataFrame,
    *,
    selection: bool = False,
) -> pd.DataFrame:
    """Compare figure by figure.

    Parameters
    ----------
    estimates : DataFrame
        output/estimates.csv.
    second : DataFrame
        Columns `KEYS`, quantity and value. Beside a sampled figure stands its sampling error as
        ``<quantity>_error``, or the range it may lie in as ``<quantity>_least`` and ``_most``.
    tolerances : DataFrame
        Columns estimator, quantity, absolute, relative, reason; ``*`` is any quantity not named.
    selection : bool
        Whether `second` is meant to cover some figures only, so that the others are passed over.

    Returns
    -------
    DataFrame
        Columns `KEYS`, quantity, here, there, difference, allowed, verdict: one row for each
        finite or infinite figure of `estimates` that is to be compared, and for each figure of
        `second` where `estimates` has none.

    Raises
    ------
    ValueError
        When an estimator's quantity has no row in `tolerances`, or a row of the estimates or of
        the second implementation stands twice.
    """
    _check_distinct(estimates, KEYS, "estimates.csv")
    there = _values(second)
    rules = _rules(tolerances)
    rows = []
    for row in estimates.to_dict("records"):
        key = tuple(row[name] for name in KEYS)
        for quantity in QUANTITIES:
            missing = np.isnan(there.get((*key, quantity), np.nan))
            if missing and (selection or np.isnan(row[quantity])):
                continue
            rule = _rule(rules, row["estimator"], quantity)
            if rule is not None:
                rows.append((*key, quantity, *_verdict(row, key, quantity, there, rule)))
    columns = [*KEYS, "quantity", "here", "there", "difference", "allowed", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def checksums_of_data(root: Path) -> dict[str, str]:
    """SHA-256 of the derived tables that both implementations read."""
    return {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in DATA}


def agreement(comparison: pd.DataFrame, tolerances: pd.DataFrame) -> str:
    """Write the agreement as a table of plain text: estimators and quantities down."""
    head = ("estimator", "quantity", "figures", "largest difference", "allowed", "verdict")
    lines = [head, *_summary(comparison)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    text = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
    skipped = tolerances[tolerances["absolute"].isna()]
    if len(skipped):
        text += ["", "Without a second figure:"]
    text += [f"  {row.estimator} {row.quantity}: {row.reason}" for row in skipped.itertuples()]
    counts = comparison["verdict"].value_counts().items()
    text += ["", "; ".join(f"{number} {verdict}" for verdict, number in counts) or "no figures"]
    text += complaints(comparison)
    return "\n".join(text)


def complaints(comparison: pd.DataFrame) -> list[str]:
    """Name every figure that does not simply agree, one line each."""
    lines = []
    for row in comparison[comparison["verdict"] != AGREES].itertuples():
        where = f"{row.model} {row.sample} {row.estimator} {row.term} {row.quantity}"
        numbers = f"here {row.here:.10g}, there {row.there:.10g}, allowed {row.allowed:.1e}"
        why = KNOWN_DIFFERENCES[row.estimator][1] if row.verdict == KNOWN else numbers
        lines.append(f"{row.verdict}: {where}: {why}")
    return lines


def sound(comparison: pd.DataFrame) -> bool:
    """Whether every figure has a second one that agrees, documented differences apart."""
    return bool(comparison["verdict"].isin([AGREES, KNOWN]).all())


def _check_distinct(table: pd.DataFrame, keys: list[str], name: str) -> None:
    repeated = table.loc[table.duplicated(keys), keys]
    if len(repeated):
        raise ValueError(f"{name}: this row stands twice: {', '.join(repeated.iloc[0])}")


def _values(second: pd.DataFrame) -> dict[tuple[str, ...], float]:
    keys = [*KEYS, "quantity"]
    _check_distinct(second, keys, "second figures")
    names = second[keys].itertuples(index=False, name=None)
    return dict(zip(names, second["value"].astype(float), strict=True))


def _rules(tolerances: pd.DataFrame) -> dict[tuple[str, str], tuple[float, float] | None]:
    _check_distinct(tolerances, ["estimator", "quantity"], "tolerances.csv")
    return {
        (row.estimator, row.quantity): (
            None if np.isnan(row.absolute) else (float(row.absolute), float(row.relative))
        )
        for row in tolerances.itertuples()
    }


def _rule(
    rules: dict[tuple[str, str], tuple[float, float] | None], estimator: str, quantity: str
) -> tuple[float, float] | None:
    for key in ((estimator, quantity), (estimator, "*")):
        if key in rules:
            return rules[key]
    raise ValueError(
        f"tolerances.csv has no row for {estimator} {quantity}: add how closely the second "
        "implementation has to agree, or why there is none"
    )


def _verdict(
    row: dict[str, Any],
    key: tuple[str, ...],
    quantity: str,
    there: dict[tuple[str, ...], float],
    rule: tuple[float, float],
) -> tuple[float, float, float, float, str]:
    here, second = float(row[quantity]), there.get((*key, quantity), np.nan)
    fragment, _ = KNOWN_DIFFERENCES.get(row["estimator"], (None, ""))
    if fragment and fragment in str(row["note"]) and np.isnan(here) and not np.isnan(second):
        return here, second, np.nan, np.nan, KNOWN
    if np.isnan(second):
        return here, second, np.nan, np.nan, UNCOVERED
    allowed = rule[0] + rule[1] * (abs(second) if np.isfinite(second) else 0.0)
    # The figures here are written with eight significant digits.
    allowed += _WRITTEN * (abs(second) if np.isfinite(second) else 0.0)
    allowed += _SAMPLING * there.get((*key, f"{quantity}_error"), 0.0)
    if here == second:  # two infinities too
        return here, second, 0.0, allowed, AGREES
    difference = abs(here - second)
    least, most = (there.get((*key, f"{quantity}_{end}"), second) for end in ("least", "most"))
    within = difference <= allowed or least - allowed <= here <= most + allowed
    if not within or np.isnan(here):
        return here, second, difference, allowed, DIFFERS
    return here, second, difference, max(allowed, most - second, second - least), AGREES


def _summary(comparison: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    for (estimator, quantity), part in comparison.groupby(["estimator", "quantity"], sort=False):
        farthest = part.sort_values("difference", na_position="first").iloc[-1]
        verdicts = part["verdict"].value_counts()
        named = ", ".join(
            verdict if len(verdicts) == 1 else f"{number} {verdict}"
            for verdict, number in verdicts.items()
        )
        numbers = (_shown(farthest["difference"]), _shown(farthest["allowed"]))
        yield (estimator, quantity, str(len(part)), *numbers, named)


def _shown(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.1e}"
