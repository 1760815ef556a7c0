"""Numbers as readers see them, the same in tables, figures, captions and descriptions."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from replication.precision import below, fixed

MINUS = chr(0x2212)
INFINITY = chr(0x221E)
MISSING = chr(0x2013)
_LARGE = 1e6
_SMALLEST_P = 0.001
_SMALL = 0.25
# Percentage points from which on they are shown without a digit after the point.
_WHOLE_POINTS = 10
# One that stands before a number, and after nothing that it could join to it.
_HYPHEN = re.compile("(?<![^ (,;[])-(?=[0-9])")


def is_missing(value: Any) -> bool:
    """Tell whether a cell holds no value: None, NaN, NaT or pandas' NA."""
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def number(value: Any, digits: int = 2) -> str:
    """Show fixed digits after the point, a true minus sign, infinity, an en dash for missing, thousands with commas.

    From a million on, three significant digits in e-notation: such an estimate has no more that are
    worth reading.
    """
    if is_missing(value):
        return MISSING
    value = float(value)
    if math.isinf(value):
        return INFINITY if value > 0 else MINUS + INFINITY
    size = abs(value)
    shown = f"{size:.3g}" if size >= _LARGE else fixed(size, digits)
    negative = value < 0 and shown.strip("0.") != ""
    return MINUS + shown if negative else shown


def fitting_digits(*values: Any) -> int:
    """Digits that an estimate and its limits are shown with: two, or three where all are small.

    A limit of -0.001 must not be shown as 0.00 when its sign is what readers look for.
    """
    sizes = [abs(float(value)) for value in values if not is_missing(value)]
    return 3 if sizes and max(sizes) < _SMALL else 2


def integer(value: Any) -> str:
    """Whole number with a true minus sign and all its digits; a fraction is shown as it is, never rounded away."""
    if is_missing(value):
        return MISSING
    if not float(value).is_integer():
        return f"{value}".replace("-", MINUS)
    return (MINUS if float(value) < 0 else "") + fixed(abs(float(value)), 0)


def signed(value: Any) -> str:
    """Whole number with its sign, also where it is positive."""
    return f"+{integer(value)}" if not is_missing(value) and float(value) > 0 else integer(value)


def minus_signs(text: str) -> str:
    """Give a text of the results with true minus signs before its numbers: -0.02 becomes −0.02.

    A hyphen within a word, an identifier or a range of years stays.
    """
    return _HYPHEN.sub(MINUS, text)


def p_value(value: Any) -> str:
    """Three digits, ``<0.001`` below that."""
    if is_missing(value):
        return MISSING
    return "<0.001" if below(float(value), _SMALLEST_P) else number(value, 3)


def p_equals(value: Any) -> str:
    """P-value with its letter: ``p = 0.040`` or ``p < 0.001``."""
    shown = p_value(value)
    return f"p < {shown[1:]}" if shown.startswith("<") else f"p = {shown}"


def interval(low: Any, high: Any, digits: int = 2) -> str:
    """Limits in square brackets; an en dash where both are missing."""
    if is_missing(low) and is_missing(high):
        return MISSING
    return f"[{number(low, digits)}, {number(high, digits)}]"


def telling_digits(limits: Iterable[float], digits: int) -> int:
    """Digits at which a limit that is not zero is not shown as zero: those asked for, or up to two more."""
    sizes = [abs(limit) for limit in limits if limit and math.isfinite(limit)]
    fits = (d for d in range(digits, digits + 2) if all(size >= 0.5 * 10**-d for size in sizes))
    return next(fits, digits + 2)


def points(share: float, digits: int) -> str:
    """Show a difference of probabilities in percentage points, with its sign."""
    shown = number(100 * share, digits)
    return f"+{shown}" if share > 0 and shown.strip("0.") else shown


def points_digits(estimate: float, low: float, high: float) -> int:
    """Digits that a difference of probabilities and its limits are shown with, in percentage points."""
    first = 0 if abs(100 * estimate) >= _WHOLE_POINTS else 1
    return telling_digits((100 * low, 100 * high), first)
