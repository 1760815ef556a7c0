"""Make matplotlib's SVG fit to stand in a page: own ids, words for readers who do not see it."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from replication.exhibits.text import visible

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_REFERENCES = ("{http://www.w3.org/1999/xlink}href", "href")
# What stands in for the font where it is not installed; Verdana has its widths.
_FONTS = "'DejaVu Sans', Verdana, sans-serif"


def finished_svg(svg: bytes, name: str, title: str, description: str) -> str:
    """Add title and description, begin every id with `name`, drop metadata and the document type.

    Two figures in one page then share no id, and what they define for themselves stays theirs.
    """
    root = ET.fromstring(svg)  # noqa: S314 - matplotlib wrote it a moment ago
    for parent in list(root.iter()):
        for child in [c for c in parent if c.tag == f"{{{_SVG}}}metadata"]:
            parent.remove(child)
    _rename(root, name)
    _describe(root, name, title, description)
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    return ET.tostring(root, encoding="unicode") + "\n"


def _rename(root: ET.Element, name: str) -> None:
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "id":
                element.set(key, f"{name}-{value}")
            elif key in _REFERENCES:
                element.set(key, re.sub("^#", f"#{name}-", value))
            else:
                renamed = value.replace("url(#", f"url(#{name}-")
                element.set(key, renamed.replace("'DejaVu Sans'", _FONTS))


def _describe(root: ET.Element, name: str, title: str, description: str) -> None:
    for old in root.findall(f"{{{_SVG}}}title"):
        root.remove(old)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title")
    root.set("aria-describedby", f"{name}-description")
    for position, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ET.Element(
            f"{{{_SVG}}}{tag}", {"id": f"{name}-{'title' if tag == 'title' else 'description'}"}
        )
        element.text = visible(text)
        root.insert(position, element)
