"""Which types of source of the codebook an entry of a reference manager may be.

A kind with one type is placed by it. Of the others only a person knows: a book may be a memoir or scholarship.
"""

from __future__ import annotations

from collections.abc import Iterable

_BOOK = ("memoir", "official_history", "scholarship", "reference")
_REPORT = ("executive_document", "io_document", "official_history", "scholarship")
_PAGE = ("executive_document", "interview", "io_document", "newspaper", "reference")
_BROADCAST = ("interview", "newspaper")
# An entry that says nothing of what it is.
_ANY: tuple[str, ...] = ()

# Types of CSL 1.0.2 (citationstyles.org, "Item types").
_CSL = {
    "article-newspaper": ("newspaper",), "article-magazine": ("newspaper",),
    "article-journal": ("scholarship",), "thesis": ("scholarship",), "paper-conference": ("scholarship",),
    "hearing": ("hearing",), "interview": ("interview",),
    "entry": ("reference",), "entry-encyclopedia": ("reference",), "entry-dictionary": ("reference",),
    "book": _BOOK, "chapter": _BOOK, "report": _REPORT, "webpage": _PAGE, "post": _PAGE, "post-weblog": _PAGE,
    "broadcast": _BROADCAST,
}  # fmt: skip
# Types of the RIS specification, as Zotero, EndNote and Mendeley write them.
_RIS = {
    "NEWS": ("newspaper",), "MGZN": ("newspaper",),
    "JOUR": ("scholarship",), "EJOUR": ("scholarship",), "THES": ("scholarship",),
    "CONF": ("scholarship",), "CPAPER": ("scholarship",),
    "HEAR": ("hearing",), "ENCYC": ("reference",), "DICT": ("reference",),
    "BOOK": _BOOK, "CHAP": _BOOK, "EBOOK": _BOOK, "ECHAP": _BOOK, "EDBOOK": _BOOK, "RPRT": _REPORT,
    "ELEC": _PAGE, "BLOG": _PAGE, "VIDEO": _BROADCAST, "MPCT": _BROADCAST, "SOUND": _BROADCAST,
}  # fmt: skip
# Types of entry of BibTeX and BibLaTeX. An article there is one of a journal, a magazine or a newspaper.
_BIBTEX = {
    "article": ("newspaper", "scholarship"),
    "phdthesis": ("scholarship",), "mastersthesis": ("scholarship",), "thesis": ("scholarship",),
    "inproceedings": ("scholarship",), "conference": ("scholarship",), "proceedings": ("scholarship",),
    "reference": ("reference",), "inreference": ("reference",), "mvreference": ("reference",),
    "book": _BOOK, "inbook": _BOOK, "incollection": _BOOK, "collection": _BOOK, "booklet": _BOOK,
    "techreport": _REPORT, "report": _REPORT, "online": _PAGE, "electronic": _PAGE, "www": _PAGE,
    "video": _BROADCAST, "audio": _BROADCAST,
}  # fmt: skip
# What says more: the subtype that Zotero gives an article in BibLaTeX, the type that EndNote writes in BibTeX.
_SAID = {
    "newspaper": ("newspaper",), "magazine": ("newspaper",),
    "newspaper article": ("newspaper",), "magazine article": ("newspaper",), "journal article": ("scholarship",),
    "hearing": ("hearing",), "encyclopedia": ("reference",), "dictionary": ("reference",),
    "conference paper": ("scholarship",), "thesis": ("scholarship",), "interview": ("interview",),
}  # fmt: skip


def csl_types(kind: str) -> tuple[str, ...]:
    """Types of source that an item of CSL-JSON may be; none where it may be anything."""
    return _CSL.get(kind.casefold(), _ANY)


def ris_types(kind: str) -> tuple[str, ...]:
    """Types of source that a record of RIS may be; none where it may be anything."""
    return _RIS.get(kind.upper(), _ANY)


def bibtex_types(kind: str, said: Iterable[str]) -> tuple[str, ...]:
    """Types of source that an entry of BibTeX may be; none where it may be anything."""
    found = next((_SAID[word] for word in map(str.casefold, said) if word in _SAID), None)
    return found or _BIBTEX.get(kind.casefold(), _ANY)
