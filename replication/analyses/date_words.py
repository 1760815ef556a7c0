"""Dates with unknown parts, as a reader says them."""

from __future__ import annotations

import re

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_DATE = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")


def date_in_words(text: str) -> str:
    """Say a date or a span of two; anything else stays as it is.

    >>> date_in_words("1992-11-24")
    '24 November 1992'
    >>> date_in_words("2011-03-00 to 2011-00-00")
    'March 2011 to 2011'
    """
    return _DATE.sub(_spoken, text)


def _spoken(match: re.Match[str]) -> str:
    year, month, day = match[1], int(match[2]), int(match[3])
    if not 1 <= month <= len(_MONTHS):
        return year if month == 0 else match[0]
    named = f"{_MONTHS[month - 1]} {year}"
    return f"{day} {named}" if day else named
