"""Words in exhibits: nothing unprintable, names short enough to set, lists that read as prose."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from replication.precision import fixed

REPLACEMENT = chr(0xFFFD)
_SPACES = dict.fromkeys([0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029], " ")
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], REPLACEMENT)
# Overrides of the writing direction can make a name read as another one.
_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], REPLACEMENT)
# Lone surrogates have no UTF-8, the last two no place in XML.
_NO_CHARACTERS = dict.fromkeys([*range(0xD800, 0xE000), 0xFFFE, 0xFFFF], REPLACEMENT)
_VISIBLE = {**_CONTROLS, **_DIRECTIONS, **_NO_CHARACTERS, **_SPACES}


def visible(text: object) -> str:
    """Text on one line in which every character can be shown in HTML, SVG, PDF and LaTeX.

    Line ends and tabs become spaces. Control characters (NUL among them), overrides of the writing
    direction and lone surrogates become U+FFFD, so that a reader sees that something stood there.
    """
    return str(text).translate(_VISIBLE)


def short_names(titles: Sequence[str]) -> list[str]:
    """Titles without what follows in brackets, wherever that leaves them distinct.

    >>> short_names(["Kosovo 1999 (Allied Force)", "Iraq (north)", "Iraq (south)"])
    ['Kosovo 1999', 'Iraq (north)', 'Iraq (south)']
    """
    heads = [re.split(r" [(]", title, maxsplit=1)[0].strip() or title for title in titles]
    uses = Counter(heads)
    return [head if uses[head] == 1 else title for head, title in zip(heads, titles, strict=True)]


def names_of_cases(cases: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Short title of each case by its id."""
    titles = {case["case_id"]: case["case_title"] for case in cases}
    return dict(zip(titles, short_names(list(titles.values())), strict=True))


def listed(items: Sequence[str]) -> str:
    """Join as prose: ``a``, ``a and b``, ``a, b and c``."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def counted(number: int, one: str, many: str = "") -> str:
    """Put a number before its noun: ``1 case``, ``2 cases``, ``1,837 cases``."""
    return f"{fixed(number, 0)} {one if number == 1 else many or one + 's'}"


def capital(text: str) -> str:
    """Give the text with its first letter as a capital and the rest as it is."""
    return text[:1].upper() + text[1:]
