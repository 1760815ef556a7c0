"""What a page is made of: its elements with their attributes, and the words a reader sees."""
# ruff: noqa: D102 - what the methods do is said at html.parser.HTMLParser

from __future__ import annotations

import base64
import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path

# How a missing value of the programs would look in a sentence.
WORDS = ("nan", "NaN", "None", "NaT", "True", "False", "undefined", "<NA>")
UNSAID = re.compile(f"(?<![a-zA-Z])({'|'.join(WORDS)})(?![a-zA-Z])")
# Their text is no text of the page.
_SILENT = {"script", "style"}
_PACK = re.compile('<script type="text/plain" id="packed">([^<]*)</script>')


class PageElements(HTMLParser):
    """Elements of a page in their order, and the texts between them outside scripts and styles.

    Attributes
    ----------
    elements : list of (tag, attributes)
    scripts : list of str
        The texts of the scripts.
    words : str
        What is seen, with single spaces.
    """

    def __init__(self, page: Path, *, unpack: bool = False) -> None:
        """Read a page from its file, where asked with what a large page holds packed."""
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._texts: list[str] = []
        self._inside = ""
        text = page.read_text(encoding="utf-8")
        self.feed(_PACK.sub(_unpacked, text) if unpack else text)
        self.close()
        self.words = " ".join(" ".join(self._texts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in _SILENT:
            self._inside = tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts.append(data)
        elif not self._inside:
            self._texts.append(data)


def _unpacked(pack: re.Match[str]) -> str:
    return "".join(json.loads(gzip.decompress(base64.b64decode(pack[1]))).values())
