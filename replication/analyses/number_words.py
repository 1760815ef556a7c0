"""Small whole numbers in words."""

from __future__ import annotations

from replication.precision import fixed

_WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


def spelled(count: int) -> str:
    """Write a count in words up to twelve, in figures above."""
    return _WORDS[count] if 0 <= count < len(_WORDS) else fixed(count, 0)
