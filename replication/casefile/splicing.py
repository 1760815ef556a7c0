"""Putting a coder's cells into the text of a case file, every other byte left as it was.

The file is not written anew from data, which would lose its comments and layout: lines are put in at
the places that the parsed file gives. A cell that is there already is touched only where that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from replication.casefile.line_edits import Edit, SpliceError, applied, last_line
from replication.casefile.model import AGREED, CodedCell, Correction, Weight
from replication.casefile.yaml_writing import STEP, list_text, scalar_text, text_lines

# Keys in their order, down to cells.
_Tree = Mapping[str, Any]


def spliced(
    text: str, coding: str, cells: Mapping[str, CodedCell], *, replace: bool = False
) -> str:
    """Give the text of a case file with the cells of one coding put in.

    Parameters
    ----------
    text : str
        A sound case file, whatever its line ends.
    coding : str
        Label of the pass; where the file does not have it, it is put in before the agreed coding.
    cells : mapping of CodedCell by name
        Names as ``io_sought`` or ``military.force``, in the order they are to be written.
    replace : bool
        Whether a cell that is there already is written anew.

    Raises
    ------
    SpliceError
        When a cell is there already and is not to be replaced, or a mapping is written in braces.
    """
    tree = {"codings": {coding: _tree(cells)}} if cells else {}
    return _spliced(text, tree, replace=replace)


def spliced_weights(text: str, coding: str, weights: Mapping[str, Mapping[str, Weight]]) -> str:
    """Give the text of a case file with the weights of one pass put in, by rival and item.

    Raises
    ------
    SpliceError
        When a weight is there already, or a mapping is written in braces.
    """
    return _spliced(text, {"weights": {coding: weights}} if weights else {}, replace=False)


def _spliced(text: str, tree: _Tree, *, replace: bool) -> str:
    rows = text.splitlines(keepends=True)
    root = yaml.compose(text, yaml.CSafeLoader)
    return applied(_edits(root, tree, 0, rows, replace=replace), rows)


def with_corrections(text: str, corrections: Sequence[Correction]) -> str:
    """Give the text of a case file with entries put at the end of its corrections.

    Raises
    ------
    SpliceError
        When the list is written in brackets.
    """
    rows = text.splitlines(keepends=True)
    root = yaml.compose(text, yaml.CSafeLoader)
    lines = [line for correction in corrections for line in _entry(correction)]
    found = [(k, v) for k, v in root.value if k.value == "corrections"]
    if not found:
        after = last_line(root, rows) + 1
        return applied([Edit(after, after, ["", "corrections:", *lines])], rows)
    key, value = found[0]
    if isinstance(value, yaml.SequenceNode) and value.value and not value.flow_style:
        indent = " " * (value.value[0].start_mark.column - len("- "))
        lines = [indent + line.removeprefix(STEP) for line in lines]
        after = last_line(value, rows) + 1
        return applied([Edit(after, after, lines)], rows)
    if value.value:
        raise SpliceError(
            f"line {key.start_mark.line + 1}: a list in brackets; write it over several lines first"
        )
    place = key.start_mark.line
    return applied([Edit(place, place + 1, ["corrections:", *lines])], rows)


def _entry(correction: Correction) -> list[str]:
    inner = STEP * 2
    return [
        f"{STEP}- cell: {correction.cell}",
        f"{inner}old: {scalar_text(correction.old)}",
        f"{inner}new: {scalar_text(correction.new)}",
        *text_lines("reason", correction.reason, inner),
        f"{inner}evidence: {list_text(correction.evidence)}",
    ]


def _tree(cells: Mapping[str, CodedCell]) -> _Tree:
    """Nest cells as case files do."""
    tree: dict[str, Any] = {}
    for name, cell in cells.items():
        actor, _, variable = name.rpartition(".")
        home = (
            tree.setdefault("actors", {}).setdefault(actor, {})
            if actor
            else tree.setdefault("case", {})
        )
        home[variable] = cell
    return tree


def _edits(
    node: yaml.Node, tree: _Tree, column: int, rows: list[str], *, replace: bool
) -> Iterator[Edit]:
    """Find what to put where; what is there already comes first, new keys after it."""
    if not isinstance(node, yaml.MappingNode):
        raise SpliceError(f"line {node.start_mark.line + 1}: a mapping is expected here")
    pairs = {child.value: (child, value) for child, value in node.value}
    for key in tree:
        if key not in pairs:
            continue
        child, value = pairs[key]
        if isinstance(tree[key], (CodedCell, Weight)):
            first = child.start_mark.line
            if not replace:
                raise SpliceError(f"line {first + 1}: there is a code for {key} already")
            if node.flow_style:
                raise SpliceError(
                    f"line {first + 1}: a mapping in braces; write it over several lines first"
                )
            indent = " " * child.start_mark.column
            lines = [indent + line for line in _nested(key, tree[key])]
            yield Edit(first, last_line(value, rows) + 1, lines)
            continue
        yield from _edits(value, tree[key], child.start_mark.column, rows, replace=replace)
    new = [line for key in tree if key not in pairs for line in _nested(key, tree[key])]
    if new:
        yield _insertion(node, new, column, rows)


def _nested(key: str, content: _Tree | CodedCell | Weight) -> Iterator[str]:
    """Write a key with what is under it."""
    yield f"{key}:"
    if isinstance(content, Weight):
        yield f"{STEP}decibels: {content.decibels}"
        yield from text_lines("why", content.why, STEP) if content.why else [f"{STEP}why: null"]
        return
    if isinstance(content, CodedCell):
        yield f"{STEP}code: {scalar_text(content.code)}"
        yield f"{STEP}confidence: {scalar_text(content.confidence)}"
        yield f"{STEP}evidence: {list_text(content.evidence)}"
        yield from text_lines("why", content.why, STEP) if content.why else [f"{STEP}why: null"]
        if content.settled is not None:
            yield f"{STEP}settled: {content.settled}"
        return
    for inner in content:
        yield from (STEP + line for line in _nested(inner, content[inner]))


def _insertion(node: yaml.MappingNode, lines: list[str], column: int, rows: list[str]) -> Edit:
    """Put lines at the end of a mapping, a pass before the agreed coding."""
    first = node.start_mark
    if not node.value:
        return _in_empty(node, [" " * column + STEP + line for line in lines], rows)
    if node.flow_style:
        raise SpliceError(
            f"line {first.line + 1}: a mapping in braces; write it over several lines first"
        )
    keys = {child.value: child for child, _ in node.value}
    indent = " " * node.value[0][0].start_mark.column
    # Only codings hold the key agreed.
    if AGREED in keys:
        place = keys[AGREED].start_mark.line
        while rows[place - 1].startswith(f"{indent}#"):
            place -= 1
    else:
        place = last_line(node, rows) + 1
    return Edit(place, place, [indent + line for line in lines])


def _in_empty(node: yaml.MappingNode, lines: list[str], rows: list[str]) -> Edit:
    """Put lines in the place of an empty pair of braces; what follows it on its line stays."""
    first, last = node.start_mark, node.end_mark
    if first.line != last.line:
        raise SpliceError(f"line {first.line + 1}: write these empty braces on one line first")
    row = rows[first.line]
    kept = row[: first.column].rstrip() + row[last.column :].rstrip(chr(10) + chr(13))
    return Edit(first.line, first.line + 1, [kept, *lines])
