"""Reading RIS, by rispy."""

from __future__ import annotations

import re

import rispy

from replication.references.kinds import ris_types
from replication.references.reference import (
    AUTHOR,
    Reference,
    UnreadableError,
    listed,
    person,
    read_date,
    tidy,
)

_PERIODICALS = ("NEWS", "MGZN", "JOUR", "EJOUR", "ELEC", "BLOG")
_TAG = re.compile("([A-Z][A-Z0-9])  -")
_PARTS = 2


def read_ris(text: str) -> list[Reference]:
    """Read the records of a file in RIS.

    Raises
    ------
    UnreadableError
        Naming the line of a record that does not begin or end as it should.
    """
    _check_ends(text)
    # Nothing is split at semicolons: addresses hold them.
    records = rispy.loads(text.replace(chr(13), ""), delimiter_tags_mapping={})
    return [_reference(record, number) for number, record in enumerate(records, start=1)]


def _check_ends(text: str) -> None:
    """Refuse what rispy would pass over: a record without its last line, or begun within another."""
    begun = 0
    for number, line in enumerate(text.splitlines(), start=1):
        tag = _TAG.match(line.lstrip("\ufeff"))
        if tag and tag[1] == "TY":
            if begun:
                raise UnreadableError(f"line {begun}: the record does not end with a line ER")
            begun = number
        elif tag and tag[1] == "ER":
            begun = 0
    if begun:
        raise UnreadableError(f"line {begun}: the record does not end with a line ER")


def _reference(record: dict[str, object], number: int) -> Reference:
    def first(*names: str) -> str | None:
        return next((found for name in names if (found := tidy(record.get(name)))), None)

    kind = str(record["type_of_reference"]).upper()
    journal = first("secondary_title", "journal_name", "alternate_title3", "alternate_title2")
    publisher = first("publisher")
    periodical = kind in _PERIODICALS
    date, unread = _date(record)
    urls = [address for address in _list(record, "urls") if address.startswith("http")]
    return Reference(
        key=first("id") or str(number),
        kind=kind,
        types=ris_types(kind),
        author=_author(record),
        title=first("title", "primary_title"),
        publisher=journal or publisher if periodical else publisher,
        date=date,
        url=tidy(urls[0]) if urls else None,
        doi=first("doi"),
        keywords=tuple(_list(record, "keywords")),
        unread=(f"date {unread!r}",) if unread else (),
    )


def _list(record: dict[str, object], name: str) -> list[str]:
    found = record.get(name) or []
    return [str(word).strip() for word in (found if isinstance(found, list) else [found])]


def _author(record: dict[str, object]) -> str | None:
    whole = str(record.get("custom1") or "")
    if whole.startswith(AUTHOR):
        return tidy(whole.removeprefix(AUTHOR))
    names = _list(record, "authors") or _list(record, "first_authors")
    return listed(_natural(name) for name in names)


def _natural(name: str) -> str:
    """Turn ``Family, Given, Suffix`` round; a name without a comma is that of a body, or is as it should be."""
    family, *rest = (part.strip() for part in name.split(","))
    if not rest or len(rest) > _PARTS or not rest[0]:
        return name.rstrip(", ")
    return person(rest[0], family, *rest[1:])


def _date(record: dict[str, object]) -> tuple[str | None, str | None]:
    """Read the date; EndNote writes the day and month without the year into DA."""
    said = [
        str(record.get(name) or "").strip().rstrip("/")
        for name in ("date", "year", "publication_year")
    ]
    full, years = said[0], [year for year in said[1:] if year]
    if full and years and not re.search("[0-9]{4}", full):
        full = f"{full} {years[0][:4]}"
    return read_date(full, *years)
