"""Dates whose day or month is unknown, as the range of days they may stand for."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

import pandas as pd

_YEARS = 365.25
_MONTHS = _YEARS / 12


@dataclass(frozen=True)
class DateRange:
    """First and last day that a date may stand for, both included."""

    first: date
    last: date

    @property
    def exact(self) -> bool:
        """Whether the day is known."""
        return self.first == self.last

    @property
    def precision(self) -> str:
        """What is known: day, month, year, or span where it is none of these."""
        if self.exact:
            return "day"
        whole_month = (self.first.year, self.first.month) == (self.last.year, self.last.month)
        if whole_month:
            return "month"
        return "year" if self.first.year == self.last.year else "span"


def date_range(text: object) -> DateRange | None:
    """Read ``2011-03-17``, ``2011-03-00``, ``2011-00-00`` or two of them with ``to`` between.

    None where there is no date. An unknown day may be any day of its month, an unknown month any of
    its year.

    Raises
    ------
    ValueError
        For a text that is no such date, as Python words it.
    """
    if pd.isna(text):
        return None
    first, _, last = str(text).partition(" to ")
    return DateRange(_edge(first, end=False), _edge(last or first, end=True))


def known_range(text: object) -> DateRange:
    """Read a date that has to be there.

    Raises
    ------
    ValueError
        When there is none.
    """
    found = date_range(text)
    if found is None:
        raise ValueError(f"{text!r} is no date; allowed: YYYY-MM-DD")
    return found


def days_between(first: DateRange, second: DateRange) -> tuple[int, int]:
    """Fewest and most days from the first date to the second; negative where the second is earlier."""
    return (second.first - first.last).days, (second.last - first.first).days


def months(days: float) -> float:
    """Days as months of equal length."""
    return days / _MONTHS


def _edge(text: str, *, end: bool) -> date:
    year, month, day = (int(part) for part in text.split("-"))
    month = month or (12 if end else 1)
    return date(year, month, day or (monthrange(year, month)[1] if end else 1))
