"""One entry of a reference manager's file, whatever its format."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass

_MONTHS = [name.casefold() for name in calendar.month_name]
# How an export marks a source that was read in an unofficial copy.
COPY = "unofficial copy"
# How an export to RIS keeps a name that has a comma but is no "Family, Given".
AUTHOR = "author: "
_ISO = re.compile("([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?(?:T.*)?")
_SLASHES = re.compile("([0-9]{4})(?:/([0-9]{1,2})?)?(?:/([0-9]{1,2})?)?(?:/.*)?")
_WORDS = (
    re.compile("(?P<month>[a-z]{3,9})[.]? (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<year>[0-9]{4})"),
    re.compile("(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[.]? (?P<month>[a-z]{3,9})[.]?,? (?P<year>[0-9]{4})"),
    re.compile("(?P<month>[a-z]{3,9})[.]?,? (?P<year>[0-9]{4})"),
    re.compile("(?P<year>[0-9]{4}),? (?P<month>[a-z]{3,9})[.]?(?: (?P<day>[0-9]{1,2}))?"),
)  # fmt: skip


@dataclass(frozen=True)
class Reference:
    """One entry as it stands in its file.

    Attributes
    ----------
    key : str
        The entry's own key, or its number in the file where it has none.
    kind : str
        Type of the entry in the words of its format.
    types : tuple of str
        Types of source of the codebook that an entry of this kind may be.
    date : str or None
        As the codebook writes dates, 00 for what is unknown; None where there is none.
    unread : tuple of str
        What stands there and could not be read: named, never guessed.
    """

    key: str
    kind: str
    types: tuple[str, ...]
    author: str | None
    title: str | None
    publisher: str | None
    date: str | None
    url: str | None
    doi: str | None
    keywords: tuple[str, ...]
    unread: tuple[str, ...] = ()


class UnreadableError(ValueError):
    """A file of references that cannot be read; the message says where and why."""


def tidy(text: object) -> str | None:
    """Put a text on one line; None where nothing is left."""
    return " ".join(str(text or "").split()) or None


def person(given: str, family: str, suffix: str = "") -> str:
    """Write a name as the case files do: Ada B. Writer, Jr."""
    name = " ".join(part for part in (given.strip(), family.strip()) if part)
    return f"{name}, {suffix.strip()}" if suffix.strip() else name


def listed(names: Iterable[str]) -> str | None:
    """Join names as the case files do: A, B and C."""
    every = [" ".join(name.split()) for name in names if name.strip()]
    return " and ".join(filter(None, (", ".join(every[:-1]), *every[-1:]))) or None


def month_number(word: str) -> int:
    """Give the number of a month from its name, whole or cut; 0 where it is none."""
    found = [n for n, name in enumerate(_MONTHS) if n and name.startswith(word.casefold())]
    return found[0] if len(found) == 1 else 0


def read_date(*candidates: object) -> tuple[str | None, str | None]:
    """Read the date of an entry from the fields that may hold it.

    Returns
    -------
    date, unread
        The most precise date that a field gives, and what could not be read; no date where two fields differ.
    """
    texts = [found for found in map(tidy, candidates) if found]
    # The most precise first.
    dates = sorted(filter(None, set(map(_date, texts))), key=lambda date: (date.count("-00"), date))
    if not dates:
        return None, texts[0] if texts else None
    best = dates[0]
    lost = [text for text in texts if _date(text) is None]
    if any(not _may_be(best, other) for other in dates[1:]):
        return None, " and ".join(texts)
    return best, lost[0] if lost else None


def whole_date(year: int, month: int = 0, day: int = 0) -> str | None:
    """Write a date with 00 for what is unknown; None where there is no such day."""
    if month == 0 and day == 0 and year > 0:
        return f"{year:04}-00-00"
    longest = calendar.monthrange(max(year, 1), month)[1] if 1 <= month < len(_MONTHS) else -1
    return f"{year:04}-{month:02}-{day:02}" if year > 0 and 0 <= day <= longest else None


def _date(text: str) -> str | None:
    ends = text.split("/")
    days = [_numbers(found) for end in ends if (found := _ISO.fullmatch(end))]
    if len(ends) == 2 and len(days) == 2:  # noqa: PLR2004 - a span has two ends
        return _common(*days)
    for form in (_ISO, _SLASHES):
        if found := form.fullmatch(text):
            return _numbers(found)
    for form in _WORDS:
        found = form.fullmatch(text.casefold())
        parts = found.groupdict() if found else {}
        month = month_number(parts["month"]) if parts else 0
        if month:
            return whole_date(int(parts["year"]), month, int(parts.get("day") or 0))
    return None


def _numbers(found: re.Match[str]) -> str | None:
    return whole_date(*(int(part or 0) for part in found.groups()))


def _common(first: str | None, last: str | None) -> str | None:
    """Give what both ends of a span share: its month, else its year."""
    if first is None or last is None or first[:4] != last[:4]:
        return None
    if first == last:
        return first
    return f"{first[:7]}-00" if first[:7] == last[:7] else f"{first[:4]}-00-00"


def _may_be(precise: str, vague: str) -> bool:
    """Tell whether a vaguer date may stand for a more precise one."""
    pairs = zip(precise.split("-"), vague.split("-"), strict=True)
    return all(other in (one, "00") for one, other in pairs)
