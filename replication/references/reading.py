"""Reading a file of references, whichever of the three formats it is in."""

from __future__ import annotations

import re
from pathlib import Path

from replication.references.bibtex import read_bibtex
from replication.references.csl import read_csl
from replication.references.reference import Reference, UnreadableError
from replication.references.ris import read_ris

_LARGEST = 20_000_000
_RIS = re.compile("^TY  -", re.MULTILINE)
_BIBTEX = re.compile("@[ ]*[a-z]+[ ]*[{(]", re.IGNORECASE)
_MARK = chr(0xFEFF)


def read_file(path: Path) -> list[Reference]:
    """Read the references of a file.

    Raises
    ------
    UnreadableError
        Where the file is missing, too large, no UTF-8, in no known format, broken or empty.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from None
    if len(content) > _LARGEST:
        raise UnreadableError(f"has {len(content)} bytes; at most {_LARGEST} are allowed")
    try:
        return read_references(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"line {line}: is not UTF-8; export it again with the encoding UTF-8"
        raise UnreadableError(message) from None


def read_references(text: str) -> list[Reference]:
    """Read references from a text in BibTeX, BibLaTeX, RIS or CSL-JSON.

    Raises
    ------
    UnreadableError
        Where it is in none of these formats, broken, or holds no entry.
    """
    begin = text.lstrip(_MARK).lstrip()
    if begin.startswith(("[", "{")):
        found = read_csl(begin)
    elif _RIS.search(begin):
        found = read_ris(text.lstrip(_MARK))
    elif _BIBTEX.search(begin):
        found = read_bibtex(text.lstrip(_MARK))
    else:
        raise UnreadableError("is in no known format; allowed: BibTeX, BibLaTeX, RIS, CSL-JSON")
    if not found:
        raise UnreadableError("holds no entry")
    return found
