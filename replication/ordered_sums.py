"""Sums of decimal numbers that end in the same digits in every version of Python.

Since 3.12 the built-in `sum` makes up for rounding, before it does not; where a panel ends would then
depend on the interpreter, and with it the bytes of a figure.
"""

from __future__ import annotations

from collections.abc import Iterable


def ordered_sum(numbers: Iterable[float]) -> float:
    """Add numbers from the first to the last, each sum rounded."""
    total = 0.0
    for number in numbers:
        total += number
    return total
