"""How reliable a source is, by the rule of the codebook, and whether items rest on unvetted sources alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from replication.codebook import Codebook

OFFICIAL, UNVETTED = "official", "unvetted"


def grade_of(kind: str, publisher: str | None, codebook: Codebook) -> str:
    """Give the grade of a source of a type, published by `publisher`, who may not be named.

    An official record stays one wherever the copy was read; otherwise the best grade of the publishers named
    holds, and where none of them is listed that of the type.
    """
    grades = codebook.source_grades.values()
    usual = next(grade.name for grade in grades if kind in grade.types)
    if usual == OFFICIAL or not publisher:
        return usual
    named = (
        grade.name
        for grade in grades
        if any(re.search(rf"(?<!\w){re.escape(n)}(?!\w)", publisher) for n in grade.publishers)
    )
    return next(named, usual)


def unvetted_only(grades: Iterable[str]) -> int:
    """Tell by 1 or 0 whether there are sources and none of them is better than unvetted."""
    found = set(grades)
    return int(found == {UNVETTED})
