"""What a computed number is known to: one rule for writing, showing, comparing and drawing from it.

The last bits of a float differ between processors, mathematical libraries and compilers. Computing goes on at
full precision; whatever leaves a computation (a written figure, a comparison with a bound, a chance
to draw from) is first freed of them here, so that every machine writes, says and draws the same.

This is the rule for finished numbers, which have a size of their own: p-values, shares, estimates. Raw data of
any unit and origin, inside a test, have the rule of `estimators.ties`: there a tie is a share of the spread, a
tenth of the tolerance here.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, overload

import numpy as np
import pandas as pd

from replication.csv_cells import WRITTEN

# Significant digits that survive the noise of a computation.
SOUND = 12
# Smaller than this is zero: what is left where equal numbers were subtracted.
ZERO = 1e-12
# Two numbers nearer than this, relative to the larger (or to one), are equal.
TOLERANCE, _DIGITS = 1e-9, 9
# Convention of the field: an effect is called significant where p lies below it, not at it.
ALPHA = 0.05


def sound(value: float) -> float:
    """Free one number of the noise in its last bits: 12 significant digits, nothing below 1e-12.

    A number that stands on a rounding edge, such as 0.29249999999999976, comes back as 0.2925, and every later
    rounding then decides the same way everywhere. NaN and infinities come back as they are.
    """
    return 0.0 if abs(value) < ZERO else float(f"{value:.{SOUND - 1}e}")


def written(value: float) -> float:
    """Round one number as tables are written: to 8 significant digits, decided on the sound number."""
    return float(f"{sound(value):.{WRITTEN - 1}e}")


def fixed(value: float, digits: int) -> str:
    """Show a number with fixed digits after the point; a tie goes away from zero, as people round by hand.

    0.2925 is shown as 0.293 with three digits, whatever its last bits are. A zero has no sign. Thousands are parted
    by commas, here and nowhere else: what a reader counts, in tables, figures, prose and page, comes through this.

    >>> fixed(72052, 0), fixed(1234.5678, 2), fixed(999.5, 0)
    ('72,052', '1,234.57', '1,000')
    """
    if not math.isfinite(value):
        return str(float(value))
    step = Decimal(1).scaleb(-digits)
    shown = Decimal(repr(sound(float(value)))).quantize(step, rounding=ROUND_HALF_UP)
    return f"{abs(shown) if shown == 0 else shown:,f}"


def shown_p(p_value: float) -> str:
    """Show a p-value with three digits in running text; one that would be shown as zero is below a thousandth.

    >>> shown_p(0.0274), shown_p(0.00018)
    ('p 0.027', 'p < 0.001')
    """
    three = fixed(p_value, 3)
    return "p < 0.001" if float(p_value) >= 0 and float(three) == 0 else f"p {three}"


def percent(share: float, digits: int = 0) -> str:
    """Show a share of one in per cent, without the sign of per cent, by the rule of `fixed`."""
    return fixed(100 * sound(float(share)), digits)


def tie_order(values: np.ndarray, *, descending: bool = False) -> np.ndarray:
    """Give the order that sorts values, equal ones (to 9 digits after the point) as they stand; NaN last."""
    settled = np.round(np.asarray(values, dtype=float), _DIGITS) + 0.0
    return np.argsort(-settled if descending else settled, kind="stable")


def rounded_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a copy of a table in which every float is `written`; other cells and types as they are."""
    copy = frame.copy(deep=False)
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        if pd.api.types.is_float_dtype(column) or pd.api.types.is_object_dtype(column):
            cells = [written(v) if isinstance(v, float) else v for v in column.tolist()]
            copy.isetitem(place, pd.Series(cells, index=frame.index, dtype=column.dtype))
    return copy


def chances(values: np.ndarray) -> np.ndarray:
    """Round probabilities to 12 digits after the point, as anything is drawn from them.

    Samplers branch on their probabilities: NumPy's `binomial` mirrors every draw above 1/2, so that one bit on
    either side of it gives other data. Shape kept.
    """
    return np.round(np.asarray(values, dtype=float), SOUND)


@overload
def below(value: float, bound: float) -> bool: ...
@overload
def below(value: np.ndarray, bound: np.ndarray | float) -> np.ndarray: ...
@overload
def below(value: pd.Series, bound: np.ndarray | float) -> pd.Series: ...
def below(value: Any, bound: Any) -> Any:
    """Tell whether `value` lies below `bound` by more than the tolerance; equality is not below.

    NaN on either side is not below. Arrays and columns compare cell by cell.
    """
    return value < bound - _margin(bound)


@overload
def at_most(value: float, bound: float) -> bool: ...
@overload
def at_most(value: np.ndarray, bound: np.ndarray | float) -> np.ndarray: ...
@overload
def at_most(value: pd.Series, bound: np.ndarray | float) -> pd.Series: ...
def at_most(value: Any, bound: Any) -> Any:
    """Tell whether `value` is at most `bound`, equal within the tolerance included; NaN is not."""
    return value <= bound + _margin(bound)


@overload
def significant(p_value: float, level: float = ALPHA) -> bool: ...
@overload
def significant(p_value: np.ndarray, level: float = ALPHA) -> np.ndarray: ...
@overload
def significant(p_value: pd.Series, level: float = ALPHA) -> pd.Series: ...
def significant(p_value: Any, level: float = ALPHA) -> Any:
    """Tell whether p lies below the level; p equal to it, within 1e-9, is not significant, nor is NaN."""
    return below(p_value, level)


def equal(one: float, other: float) -> bool:
    """Tell whether two numbers are one number up to the tolerance; infinities equal themselves."""
    return one == other or math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _margin(bound: np.ndarray | pd.Series | float) -> np.ndarray | pd.Series | float:
    return TOLERANCE * np.clip(np.abs(bound), 1.0, 1e300)  # finite, also beside an infinite bound
