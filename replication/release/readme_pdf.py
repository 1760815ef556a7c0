"""README.md as a PDF: the few forms of Markdown that it uses, set by Typst."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

_TEMPLATE = Path(__file__).parent / "templates" / "readme.typ"
_ITEM = re.compile("^(?:- |[0-9]+[.] )")
_INLINE = re.compile("`([^`]+)`")


def readme_pdf(text: str) -> bytes:
    """Set headings, paragraphs, lists, tables and code; the same bytes for the same text.

    Typst gets the text as data, never as source, so that nothing in it can be taken for a command.
    """
    with TemporaryDirectory() as folder:
        source = Path(folder) / "readme.typ"
        source.write_text(_TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        data = json.dumps(list(_blocks(text)), ensure_ascii=False)
        return typst.compile(
            str(source),
            root=folder,
            ignore_system_fonts=True,
            sys_inputs={"data": data},
            timestamp=0,
        )


def _blocks(text: str) -> Iterator[dict[str, Any]]:
    """Split into blocks: each has a kind and its content, inline code told apart."""
    lines = [line for line in text.splitlines() if not line.startswith("<!--")]
    at = 0
    while at < len(lines):
        end = _end(lines, at)
        yield from _block(lines[at:end])
        at = end


def _end(lines: list[str], start: int) -> int:
    """Line after the block that begins at `start`."""
    if lines[start].startswith("```"):
        return lines.index("```", start + 1) + 1
    if lines[start].startswith("#") or not lines[start]:
        return start + 1
    same = _kind(lines[start])
    end = start + 1
    while end < len(lines) and lines[end] and _kind(lines[end]) in (same, "continued"):
        if same == "text" and _kind(lines[end]) == "continued":
            break
        end += 1
    return end


def _kind(line: str) -> str:
    if line.startswith(("#", "```")):
        return "other"
    if line.startswith("|"):
        return "table"
    if _ITEM.match(line):
        return "item"
    return "continued" if line.startswith("  ") else "text"


def _block(lines: list[str]) -> Iterator[dict[str, Any]]:
    first = lines[0]
    if first.startswith("```"):
        yield {"kind": "code", "text": "\n".join(lines[1:-1])}
    elif first.startswith("#"):
        level = len(first) - len(first.lstrip("#"))
        yield {"kind": "heading", "level": level, "text": _inline(first.lstrip("# "))}
    elif _kind(first) == "table":
        rows = [line.strip("| ").split(" | ") for line in (lines[0], *lines[2:])]
        yield {
            "kind": "table",
            "columns": len(rows[0]),
            "cells": [_inline(c) for r in rows for c in r],
        }
    elif _kind(first) == "item":
        for item in _joined(lines):
            yield {"kind": "item", "text": _inline(item)}
    elif first:
        yield {"kind": "text", "text": _inline(" ".join(lines))}


def _joined(lines: list[str]) -> Iterator[str]:
    item: list[str] = []
    for line in lines:
        if _ITEM.match(line) and item:
            yield " ".join(item)
            item = []
        item.append(line.strip())
    yield " ".join(item)


def _inline(text: str) -> list[list[str]]:
    parts = _INLINE.split(text.replace("**", ""))
    return [["code" if i % 2 else "text", part] for i, part in enumerate(parts) if part]
