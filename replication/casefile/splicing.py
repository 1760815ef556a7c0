"""Putting a coder's cells into the text of a case file, every other byte left as it was.

The file is not written anew from data, which would lose its comments and layout: lines are put in at
the place that the parsed file gives. A cell that is there already is never touched.
"""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from replication.casefile.model import AGREED, Cell
from replication.casefile.yaml_writing import STEP, list_text, scalar_text, text_lines


class SpliceError(ValueError):
    """A file laid out so that cells cannot be put in by lines; the message says where and why."""


def spliced(text: str, coding: str, cells: Mapping[str, Cell], order: list[str]) -> str:
    """Give the text of a case file with the cells of one coding put in.

    Parameters
    ----------
    text : str
        A sound case file, whatever its line ends.
    coding : str
        Label of the pass; it is added before the agreed coding where the file does not have it.
    cells : mapping of Cell by name
        Names as ``io_sought`` or ``military.force``; none may be in the file under this coding.
    order : list of str
        The order in which new cells are written.

    Raises
    ------
    SpliceError
        When a cell is there already, or a mapping is written in braces.
    """
    for name in sorted(cells, key=order.index):
        text = _with_cell(text, coding, name, cells[name])
    return text


def _with_cell(text: str, coding: str, name: str, cell: Cell) -> str:
    """Go down to the cell; put in the missing rest of the way at the first gap."""
    actor, _, variable = name.rpartition(".")
    way = ["codings", coding, *(["actors", actor] if actor else ["case"]), variable]
    node = yaml.compose(text, yaml.CSafeLoader)
    column = 0
    for depth, key in enumerate(way):
        pairs = {child.value: (child, value) for child, value in node.value}
        if key not in pairs:
            lines = _nested(way[depth:], cell)
            return _inserted(text, node, lines, column, before=AGREED if depth == 1 else None)
        child, node = pairs[key]
        column = child.start_mark.column
        if depth < len(way) - 1 and not isinstance(node, yaml.MappingNode):
            line = child.start_mark.line + 1
            raise SpliceError(f"line {line}: {'.'.join(way[: depth + 1])} is not a mapping")
    raise SpliceError(f"{coding} has a code for {name} already")


def _nested(way: list[str], cell: Cell) -> list[str]:
    """Write the keys of a way below each other, the cell at its end."""
    lines = [f"{STEP * depth}{key}:" for depth, key in enumerate(way)]
    inner = STEP * len(way)
    lines += [
        f"{inner}code: {scalar_text(cell.code)}",
        f"{inner}confidence: {scalar_text(cell.confidence)}",
        f"{inner}evidence: {list_text(cell.evidence)}",
    ]
    return lines + (
        [f"{inner}why: null"] if cell.why is None else text_lines("why", cell.why, inner)
    )


def _inserted(
    text: str, node: yaml.MappingNode, lines: list[str], column: int, before: str | None
) -> str:
    """Put lines at the end of a mapping, or before one of its keys."""
    rows = text.splitlines(keepends=True)
    end = _line_end(rows)
    if not node.value:
        return _in_empty(text, node, [STEP + line for line in lines], column, end)
    if node.flow_style:
        line = node.start_mark.line + 1
        raise SpliceError(f"line {line}: a mapping in braces; write it over several lines first")
    indent = " " * node.value[0][0].start_mark.column
    keys = [child for child, _ in node.value if child.value == before]
    place = keys[0].start_mark.line if keys else _last_line(node, rows) + 1
    while keys and place and _is_comment_of(rows[place - 1], indent):
        place -= 1
    if place and not rows[place - 1].endswith(("\n", "\r")):
        rows[place - 1] += end
    return "".join([*rows[:place], *(indent + line + end for line in lines), *rows[place:]])


def _in_empty(
    text: str, node: yaml.MappingNode, lines: list[str], column: int, end: str
) -> str:
    """Put lines in the place of an empty pair of braces; what follows it on its line moves up."""
    rows = text.splitlines(keepends=True)
    first, last = node.start_mark, node.end_mark
    if first.line != last.line:
        raise SpliceError(f"line {first.line + 1}: braces over several lines; write {{}} on one line")
    row = rows[first.line]
    rows[first.line] = row[: first.column].rstrip() + row[last.column :]
    if not rows[first.line].endswith(("\n", "\r")):
        rows[first.line] += end
    new = [" " * column + line + end for line in lines]
    return "".join([*rows[: first.line + 1], *new, *rows[first.line + 1 :]])


def _last_line(node: yaml.Node, rows: list[str]) -> int:
    """Find the last line of a node's content; comments and blank lines after it are not its own."""
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        return _last_line(node.value[-1][1], rows)
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return _last_line(node.value[-1], rows)
    mark = node.end_mark
    last = mark.line - 1 if mark.column == 0 and mark.line > node.start_mark.line else mark.line
    last = min(last, len(rows) - 1)
    while last > node.start_mark.line and not rows[last].strip():
        last -= 1
    return last


def _is_comment_of(row: str, indent: str) -> bool:
    """Tell whether a line is a comment set as deep as the key it stands over."""
    return row.startswith(f"{indent}#")


def _line_end(rows: list[str]) -> str:
    first = rows[0] if rows else ""
    return "\r\n" if first.endswith("\r\n") else "\n"
