"""Lines of a case file that give way to others, every other byte left as it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import yaml

_NEWLINE, _RETURN = chr(10), chr(13)


class SpliceError(ValueError):
    """A file laid out so that cells cannot be put in by lines; the message says where and why."""


@dataclass(frozen=True)
class Edit:
    """Rows `start` to `stop` (not included) of the file give way to `lines`."""

    start: int
    stop: int
    lines: list[str]


def applied(edits: Iterable[Edit], rows: list[str]) -> str:
    """Give the text with all edits made; their places count the rows as they were."""
    end = _RETURN + _NEWLINE if rows[0].endswith(_RETURN + _NEWLINE) else _NEWLINE
    out: list[str] = []
    place = 0
    # In order of place, lines put in before those that give way; equal ones as they were asked for.
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.stop)):
        out += rows[place : edit.start]
        if edit.lines and out and not out[-1].endswith((_NEWLINE, _RETURN)):
            out[-1] += end
        out += [line + end for line in edit.lines]
        place = max(place, edit.stop)
    return "".join([*out, *rows[place:]])


def last_line(node: yaml.Node, rows: list[str]) -> int:
    """Find the last line of a node's content; comments and blank lines after it are not its own."""
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        return last_line(node.value[-1][1], rows)
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return last_line(node.value[-1], rows)
    mark = node.end_mark
    last: int = (
        mark.line - 1 if mark.column == 0 and mark.line > node.start_mark.line else mark.line
    )
    last = min(last, len(rows) - 1)
    while last > node.start_mark.line and not rows[last].strip():
        last -= 1
    return last
