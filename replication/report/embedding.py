"""Exhibits set into the page: only what shows text and shapes comes in, nothing that runs or loads."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from markupsafe import Markup

_TABLE_TAGS = {
    "table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td", "p", "br", "sup", "sub",
    "em", "strong", "span", "abbr", "b", "i",
}  # fmt: skip
_VOID = {"br", "col"}
_TABLE_ATTRIBUTES = {"class", "id", "scope", "colspan", "rowspan", "headers", "title"}
# Elements whose text is no text of the exhibit.
_SILENT = {"script", "style", "template", "iframe", "object"}

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_SVG_TAGS = {
    "svg", "g", "defs", "use", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan",
    "title", "desc", "clipPath", "linearGradient", "radialGradient", "stop", "pattern", "marker", "symbol", "mask",
    "image", "style",
}  # fmt: skip
_DATA_IMAGE = "data:image/png;base64,"
_NUMBERS = {
    "d", "x", "y", "cx", "cy", "r", "x1", "x2", "y1", "y2", "width", "height", "points", "transform",
}  # fmt: skip
_DECIMALS = re.compile("-?[0-9]+[.][0-9]{3,}(?![0-9e])")
# In a value of style, anything that fetches; references within the drawing begin with #.
_FETCHES = re.compile("url[(](?!#)|@import|expression", re.IGNORECASE)


def table_markup(fragment: str) -> Markup:
    """Give a table's HTML with every tag and attribute that tables do not need left out."""
    cleaner = _TableCleaner()
    cleaner.feed(fragment)
    cleaner.close()
    return Markup("".join(cleaner.parts))  # noqa: S704 - built from escaped parts above


def drawing_markup(svg: str, name: str) -> Markup:
    """Give a drawing as inline SVG whose ids and style rules cannot touch another drawing.

    Raises
    ------
    xml.etree.ElementTree.ParseError
        When `svg` is not well-formed.
    """
    root = ET.fromstring(svg)  # noqa: S314 - written by this package's figures; no entities are expanded twice
    _clean(root)
    prefix = f"{name}-"
    for element in root.iter():
        for key, value in list(element.attrib.items()):
            if key == "id" and not value.startswith(prefix):
                element.set(key, prefix + value)
            elif key in ("href", f"{_XLINK}href") and value.startswith("#"):
                element.set(key, _prefixed(value, prefix))
            elif "url(#" in value:
                element.set(
                    key,
                    re.sub(
                        r"url[(](#[^)]*)[)]", lambda m: f"url({_prefixed(m[1], prefix)})", value
                    ),
                )
        if element.tag == f"{_SVG}style":
            element.text = re.sub(
                "(^|[}]) *[*] *[{]", rf"\1#{prefix}drawing *{{", element.text or ""
            )
    _shorten(root)
    root.set("id", f"{prefix}drawing")
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    ET.register_namespace("", _SVG.strip("{}"))
    ET.register_namespace("xlink", _XLINK.strip("{}"))
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - serialised from the cleaned tree


def _shorten(root: ET.Element) -> None:
    """Round to a hundredth of a point and drop line breaks between shapes: a quarter less to carry."""
    for element in root.iter():
        if element.tag not in (f"{_SVG}text", f"{_SVG}tspan", f"{_SVG}title", f"{_SVG}desc"):
            if not (element.text or "").strip():
                element.text = None
            for child in element:
                if not (child.tail or "").strip():
                    child.tail = None
        for key in _NUMBERS.intersection(element.keys()):
            element.set(key, " ".join(_DECIMALS.sub(_rounded, element.get(key, "")).split()))


def _rounded(match: re.Match[str]) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _prefixed(reference: str, prefix: str) -> str:
    return reference if reference.startswith(f"#{prefix}") else f"#{prefix}{reference[1:]}"


def _clean(element: ET.Element) -> None:
    for child in list(element):
        if not isinstance(child.tag, str) or child.tag.removeprefix(_SVG) not in _SVG_TAGS:
            element.remove(child)
        else:
            _clean(child)
    for key, value in list(element.attrib.items()):
        local = key.rpartition("}")[2].lower()
        fetches = local == "href" and not value.startswith(("#", _DATA_IMAGE))
        if local.startswith("on") or fetches or _FETCHES.search(value):
            del element.attrib[key]
    if element.tag == f"{_SVG}style" and _FETCHES.search(element.text or ""):
        element.text = ""


class _TableCleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        if tag not in _TABLE_TAGS or self._silent:
            return
        kept = "".join(
            f' {key}="{escape(value or "")}"' for key, value in attrs if key in _TABLE_ATTRIBUTES
        )
        self.parts.append(f"<{tag}{kept}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _TABLE_TAGS - _VOID and not self._silent:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(escape(data, quote=False))
