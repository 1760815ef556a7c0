"""Writing pieces of YAML as the case files are written: two spaces a level, long texts folded."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

import yaml

from replication.casefile.model import Code

WIDTH = 100
STEP = "  "


def scalar_text(value: Code) -> str:
    """Write one value on one line: a list in brackets, texts in quotes where YAML asks for them."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(scalar_text, value))}]"
    if isinstance(value, str):
        line: str = yaml.safe_dump([value], width=float("inf"), allow_unicode=True)
    else:
        line = yaml.safe_dump([value])
    return line.removeprefix("- ").rstrip()


def text_lines(key: str, text: str, indent: str) -> list[str]:
    """Write a key with a text, folded over several lines where one is too long."""
    line = f"{indent}{key}: {scalar_text(text)}"
    if len(line) <= WIDTH or "  " in text:
        return [line]
    inner = indent + STEP
    folded = textwrap.wrap(text, WIDTH - len(inner), break_long_words=False, break_on_hyphens=False)
    return [f"{indent}{key}: >-", *(inner + part for part in folded)]


def comment_lines(text: str, indent: str) -> list[str]:
    """Write a text as comments; where it begins with spaces, its further lines stand deeper."""
    hang = " " * (2 * (len(text) - len(text.lstrip())))
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=f"{indent}# ",
        subsequent_indent=f"{indent}# {hang}",
        break_long_words=False,
        break_on_hyphens=False,
    )


def list_text(words: Iterable[str]) -> str:
    """Write a list of plain words in brackets."""
    return f"[{', '.join(words)}]"
