"""Reading CSL-JSON, by Python's own reader of JSON."""

from __future__ import annotations

import json
from typing import Any

from replication.references.kinds import csl_types
from replication.references.reference import (
    Reference,
    UnreadableError,
    listed,
    person,
    read_date,
    tidy,
    whole_date,
)

_PERIODICALS = (
    "article-newspaper", "article-magazine", "article-journal", "webpage", "post", "post-weblog",
)  # fmt: skip


def read_csl(text: str) -> list[Reference]:
    """Read the items of a file in CSL-JSON.

    Raises
    ------
    UnreadableError
        Naming the place where the file is no JSON or no list of items.
    """
    try:
        content = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnreadableError(f"line {getattr(error, 'lineno', 1)}: is not JSON: {error}") from None
    items = content if isinstance(content, list) else [content]
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict) or not isinstance(item.get("type"), str):
            raise UnreadableError(f"item {number}: is no item of CSL-JSON, which has a type")
    return [_reference(item, number) for number, item in enumerate(items, start=1)]


def _reference(item: dict[str, Any], number: int) -> Reference:
    kind = item["type"]
    container, publisher = tidy(item.get("container-title")), tidy(item.get("publisher"))
    date, unread = _date(item.get("issued"))
    return Reference(
        key=tidy(item.get("citation-key") or item.get("id")) or str(number),
        kind=kind,
        types=csl_types(kind),
        author=listed(_name(name) for name in _dicts(item.get("author"))),
        title=tidy(item.get("title")),
        publisher=container or publisher if kind in _PERIODICALS else publisher,
        date=date,
        url=tidy(item.get("URL")),
        doi=tidy(item.get("DOI")),
        keywords=tuple(word.strip() for word in str(item.get("keyword") or "").split(",")),
        unread=(f"date {unread!r}",) if unread else (),
    )


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _name(name: dict[str, Any]) -> str:
    if name.get("literal"):
        return str(name["literal"])
    particles = (name.get("non-dropping-particle"), name.get("family"))
    given = " ".join(filter(None, (name.get("given"), name.get("dropping-particle"))))
    return person(given, " ".join(filter(None, particles)), str(name.get("suffix") or ""))


def _date(issued: Any) -> tuple[str | None, str | None]:
    if not isinstance(issued, dict):
        return None, tidy(issued)
    parts = issued.get("date-parts")
    if not parts or not parts[0] or parts[0] == [""]:
        return read_date(issued.get("raw"), issued.get("literal"), issued.get("season"))
    said = json.dumps(parts if len(parts) > 1 else parts[0])
    if issued.get("circa"):
        return None, f"circa {said}"
    ends = [_whole(part) for part in parts]
    if None in ends:
        return None, said
    span = "/".join(str(end).replace("-00", "") for end in ends)
    date, unread = read_date(span)
    return date, said if unread else None


def _whole(parts: Any) -> str | None:
    try:
        return whole_date(*(int(part) for part in parts if str(part).strip()))
    except (TypeError, ValueError):
        return None
