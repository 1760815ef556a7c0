"""Telling that two sources are one: by DOI, by address, or by title and year."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

_DOI = re.compile("10[.][0-9]{4,9}/[^ ]+")
# Parts of an address that say how a reader came to it.
_TRACKING = re.compile("utm_.*|fbclid|gclid|mc_[ce]id")


def doi_of(text: str | None) -> str | None:
    """Find the DOI in a field or an address; DOIs do not heed capitals."""
    found = _DOI.search(unquote(text or ""))
    return found[0].rstrip(".,;").casefold() if found else None


def find_same(source: Mapping[str, object], others: Mapping[str, Mapping[str, object]]) -> str:
    """Say which of some sources is the same one, and by what; empty where none is."""
    own = dict(_marks(source))
    for key, other in others.items():
        theirs = dict(_marks(other))
        for by, mark in own.items():
            if theirs.get(by) == mark and not (by != "DOI" and _differ(source, other)):
                return f"{key} (same {by})"
    return ""


def _marks(source: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Give what a source can be known by."""
    url, title, date = (source.get(name) for name in ("url", "title", "date"))
    if doi := doi_of(str(url or "")):
        yield "DOI", doi
    if url:
        yield "address", _plain_address(str(url))
    if title and date:
        yield "title and year", f"{_plain_text(str(title))} {str(date)[:4]}"


def _differ(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Tell whether two whole dates, or two titles at one address, show two sources."""
    dates = [str(source.get("date") or "") for source in (one, other)]
    if all(dates) and all("-00" not in date for date in dates) and dates[0] != dates[1]:
        return True
    titles = [_plain_text(str(source.get("title") or "")) for source in (one, other)]
    return all(titles) and titles[0] != titles[1]


def _plain_address(url: str) -> str:
    parts = urlsplit(url.strip())
    asked = [pair for pair in parse_qsl(parts.query) if not _TRACKING.fullmatch(pair[0])]
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{unquote(parts.path).rstrip('/')}?{urlencode(asked)}"


def _plain_text(text: str) -> str:
    """Keep letters and digits only, without accents and capitals."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in split if sign.isalnum())
