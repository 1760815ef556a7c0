"""How reliable a source is, by the rule of the codebook, and whether items rest on unvetted sources alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

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
    named = (grade.name for grade in grades if _any_of(grade.publishers).search(publisher))
    return next(named, usual)


@cache
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """Match any of the names as whole words; where there are none, nothing."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)" if names else "(?!)")


def unvetted_only(grades: Iterable[str]) -> int:
    """Tell by 1 or 0 whether there are sources and none of them is better than unvetted."""
    found = set(grades)
    return int(found == {UNVETTED})
