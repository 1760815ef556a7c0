"""Reading BibTeX and BibLaTeX, by bibtexparser; what LaTeX writes is turned into characters by pylatexenc."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

from bibtexparser import parse_string
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ParsingFailedBlock,
)
from pylatexenc.latex2text import LatexNodes2Text

from replication.references.kinds import bibtex_types
from replication.references.reference import (
    Reference,
    UnreadableError,
    listed,
    month_number,
    person,
    read_date,
    tidy,
)

_TO_TEXT = LatexNodes2Text(keep_braced_groups=False, math_mode="verbatim")
# A character that begins a comment or a formula in LaTeX, but is meant as itself in most files.
_BARE = re.compile(r"(?<!\\)%")
_DOLLAR = re.compile(r"(?<!\\)[$]")
_ESCAPED = re.compile(r"\\([&%$#_{}~])(?:[{][}])?")
_WORD_OF_MONTH = re.compile("[a-z]+", re.IGNORECASE)
_NUMBER = re.compile("[0-9]+")
_OTHERS = "others"


def read_bibtex(text: str) -> list[Reference]:
    """Read the entries of a file in BibTeX or BibLaTeX.

    Raises
    ------
    UnreadableError
        Naming the line of an entry that is broken.
    """
    # Broken entries are raised below; the library would also print them.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    return [_reference(entry) for entry in map(_entry, parse_string(text).blocks) if entry]


def _entry(block: Block) -> Entry | None:
    if isinstance(block, Entry):
        return block
    if isinstance(block, DuplicateBlockKeyBlock) and isinstance(block.ignore_error_block, Entry):
        return block.ignore_error_block
    if isinstance(block, ParsingFailedBlock):
        line = (block.start_line or 0) + 1
        if isinstance(block, DuplicateFieldKeyBlock):
            twice = ", ".join(sorted(block.duplicate_keys))
            raise UnreadableError(f"line {line}: an entry has the field {twice} twice")
        raise UnreadableError(f"line {line}: an entry of BibTeX is broken: {block.error}")
    return None


def _reference(entry: Entry) -> Reference:
    fields = {field.key.casefold(): str(field.value) for field in entry.fields}
    date, unread = _date(fields)
    said = [_plain(fields.get(name, "")) or "" for name in ("entrysubtype", "type")]
    title = [_plain(fields.get(name, "")) for name in ("title", "subtitle")]
    return Reference(
        key=entry.key,
        kind=entry.entry_type.casefold(),
        types=bibtex_types(entry.entry_type, said),
        author=listed(_names(fields.get("author", ""))),
        title=": ".join(part for part in title if part) or None,
        publisher=_publisher(entry.entry_type.casefold(), fields),
        date=date,
        url=_address(fields.get("url", "")),
        doi=_address(fields.get("doi", "")),
        keywords=tuple(_words(fields)),
        unread=(f"date {unread!r}",) if unread else (),
    )


def _plain(text: str) -> str | None:
    """Turn LaTeX into text."""
    text = _BARE.sub(r"\\%", text)
    if len(_DOLLAR.findall(text)) % 2:
        text = _DOLLAR.sub(r"\\$", text)
    found = _TO_TEXT.latex_to_text(text)
    # pylatexenc gives the accent that stands for itself; exports mean the plain character.
    return tidy(found.replace("\u02c6", "^").replace("\u02dc", "~"))


def _address(text: str) -> str | None:
    """Read an address: of LaTeX it knows nothing but the sign before special characters."""
    return tidy(_ESCAPED.sub(r"\1", text.strip("{}")))


def _names(text: str) -> Iterator[str]:
    for name in split_multiple_persons_names(" ".join(text.split())):
        if name.casefold() == _OTHERS:
            yield _OTHERS
        elif name.startswith("{") and name.endswith("}"):
            # Braces keep the name of a body, or several people in one field, as it is.
            yield _plain(name) or ""
        else:
            yield _personal(name)


def _personal(name: str) -> str:
    try:
        parts = parse_single_name_into_parts(name)
    except InvalidNameError:
        return _plain(name) or ""
    told = [_plain(" ".join(part)) or "" for part in (parts.first, [*parts.von, *parts.last])]
    return person(told[0], told[1], _plain(" ".join(parts.jr)) or "")


def _publisher(kind: str, fields: dict[str, str]) -> str | None:
    periodical = ("journaltitle", "journal") if kind == "article" else ()
    houses = ("publisher", "institution", "school", "organization")
    found = (_plain(fields[name]) for name in (*periodical, *houses) if name in fields)
    return next((name for name in found if name), None)


def _date(fields: dict[str, str]) -> tuple[str | None, str | None]:
    if "date" in fields:
        return read_date(fields["date"].strip("{}"), fields.get("year", "").strip("{}"))
    year, month = (fields.get(name, "").strip("{} ") for name in ("year", "month"))
    number, day = _month(month)
    given = fields.get("day", "").strip("{} ") or day
    if not number:
        date, unread = read_date(year)
        return date, unread or (month if month and date else None)
    if not _NUMBER.fullmatch(year):
        return None, f"{year} {month}".strip()
    return read_date(f"{year}-{number:02}-{int(given or 0):02}")


def _month(text: str) -> tuple[int, str]:
    """Give the number of a month, and the day that some programs write into it: ``apr # "~5"``."""
    word, number = _WORD_OF_MONTH.search(text), _NUMBER.search(text)
    if word:
        return month_number(word[0]), number[0] if number else ""
    return (int(number[0]), "") if number else (0, "")


def _words(fields: dict[str, str]) -> Iterator[str]:
    for name in ("keywords", "mendeley-tags"):
        for word in re.split("[,;]", fields.get(name, "")):
            if told := _plain(word):
                yield told
