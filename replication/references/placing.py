"""Making sources of a case file of references; what is not certain is named, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from replication.codebook import Codebook
from replication.references.duplicates import doi_of, find_same
from replication.references.reference import COPY, Reference

_KEY = re.compile("[A-Za-z][A-Za-z0-9_]{0,19}")
_NUMBERED = re.compile("K([0-9]+)")
_ADDRESS = re.compile('https?://[^ <>`"]+')


@dataclass(frozen=True)
class Placed:
    """What became of one reference.

    Attributes
    ----------
    key : str
        Key that the source is to have in the case file.
    source : dict
        Its fields, in their order there.
    reason : str
        Why it cannot be placed; empty where it can.
    same : str
        The source that it repeats; empty where there is none.
    notes : tuple of str
        What is left open, and what only a person can decide.
    """

    reference: Reference
    key: str
    source: dict[str, Any]
    reason: str
    same: str
    notes: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether it is placed, a repetition or not."""
        return not self.reason


def place(
    references: Iterable[Reference],
    sources: Mapping[str, Mapping[str, Any]],
    codebook: Codebook,
    chosen: Mapping[str, str] | None = None,
    prefix: str = "",
) -> list[Placed]:
    """Find a type, a key and repetitions for every reference.

    Parameters
    ----------
    sources : mapping
        Sources that the case file has, by their keys.
    chosen : mapping
        Type of source by the key of a reference, where a person has said so.
    prefix : str
        What keys of references begin with in an export of this case, and lose here.
    """
    known = {key: dict(source) for key, source in sources.items()}
    said = chosen or {}
    placed = []
    for reference in references:
        kind, reason = _type(reference, codebook, said)
        source, notes = _source(reference, kind)
        told = any(source[field] for field in ("title", "author", "publisher", "url"))
        # A copy may name nothing: the case files have such sources, which are marked so.
        if not (reason or told or COPY in reference.keywords):
            reason = "it has no title, author, publisher or address"
        # What is there already needs no type; one that a person typed wrongly is told all the same.
        same = "" if reason and (not told or reference.key in said) else find_same(source, known)
        key = _free_key(reference.key.removeprefix(prefix), known)
        placed.append(Placed(reference, key, source, reason, same, notes))
        if not reason:
            known[key] = source
    return placed


def _type(reference: Reference, codebook: Codebook, chosen: Mapping[str, str]) -> tuple[str, str]:
    """Give the type of source, or the reason why none can be given."""
    every = codebook.source_types
    said = chosen.get(reference.key)
    if said is not None:
        wrong = f"{said!r} is not a type of source; allowed: {', '.join(every)}"
        return (said, "") if said in every else ("", wrong)
    tags = dict.fromkeys(word for word in reference.keywords if word in every)
    allowed = [word for word in tags or reference.types if word in every]
    if len(allowed) == 1:
        return allowed[0], ""
    may = ", ".join(allowed or every)
    what = "its keywords name several" if tags else f"{reference.kind!r} may be any of"
    return "", f"type of source: {what}: {may}"


def _source(reference: Reference, kind: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    copy = COPY in reference.keywords
    doi = doi_of(reference.doi)
    url = reference.url or (f"https://doi.org/{doi}" if doi else None)
    instead = reference.date or "null"
    notes = [f"{words} cannot be read; {instead} is written" for words in reference.unread]
    if url is not None and not _ADDRESS.fullmatch(url):
        notes.append(f"the address {url[:60]!r} is none; null is written")
        url = None
    if reference.date is None and not reference.unread:
        notes.append("no date; null is written")
    if reference.title is None:
        notes.append("no title; null is written")
    fields = {
        "type": kind,
        "author": reference.author,
        "title": reference.title,
        "publisher": reference.publisher,
        "date": reference.date,
        "url": None if copy else url,
    }
    return fields | ({"copy": True} if copy else {}), tuple(notes)


def _free_key(key: str, known: Mapping[str, Any]) -> str:
    """Keep the reference's own key where a case file can have it, else number on."""
    if _KEY.fullmatch(key) and key not in known:
        return key
    numbers = [int(found[1]) for found in map(_NUMBERED.fullmatch, known) if found]
    return f"K{max(numbers, default=0) + 1}"
