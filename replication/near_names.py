"""What a slip of the keyboard was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

# How alike two names are, by difflib, that are told as one meant for the other.
_ALIKE = 0.6


def nearest(value: str, names: Iterable[str], most: int = 1, alike: float = _ALIKE) -> list[str]:
    """Give the names that are written nearly so, the nearest first; capitals say nothing."""
    plain = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(value.casefold(), list(plain), n=most, cutoff=alike)
    return [plain[name] for name in close]


def did_you_mean(names: Sequence[str]) -> str:
    """Ask for the names in a message, between what is wrong and what is allowed."""
    return f"; did you mean {' or '.join(names)}?" if names else ";"
