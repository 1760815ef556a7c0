"""Changing values in the text of a case file, every other byte left as it was.

Like `splicing`, which puts in the cells of a pass: lines are replaced, put in or taken out at the places that the
parsed file gives, so comments, layout and line ends stay. What comes out is read again and held against what was
asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from replication.casefile.line_edits import Edit, SpliceError, applied, last_line
from replication.casefile.plain_data import plain, with_changes
from replication.casefile.yaml_writing import STEP, scalar_text, text_lines

# The value of a change that takes an entry out.
REMOVED = object()

Path = tuple[str, ...]
# New value, or REMOVED, by the keys on the way to it; an item of evidence stands under its id.
Changes = Mapping[Path, Any]

_BLOCK_HEAD = re.compile("[|>][-+0-9]*(?P<tail>.*)")
_COMMENT = re.compile("(^|[ ])#")


@dataclass(frozen=True)
class _Leaf:
    """What becomes of one entry."""

    value: Any


def edited(text: str, changes: Changes) -> str:
    """Give the text of a case file with some values changed.

    Parameters
    ----------
    text : str
        A file that YAML can read, whatever its line ends.
    changes : mapping
        By path, as ``("facts", "iso3", "value")``, ``("sources", "K1")``, ``("evidence", "somalia_1992-e01", "when")``:
        plain data (mappings, lists, texts, numbers, truth values, None) or REMOVED. An entry that does not
        exist is put in, the last of its kind.

    Raises
    ------
    SpliceError
        Where the file is laid out so that this cannot be done by lines, or a comment would be lost.
    """
    if not changes:
        return text
    rows = text.splitlines(keepends=True)
    root = yaml.compose(text, yaml.CSafeLoader)
    wanted = with_changes(plain(root), changes, REMOVED)
    new = applied(_in_mapping(root, _nested(changes), None, rows), rows)
    if plain(yaml.compose(new, yaml.CSafeLoader)) != wanted:
        raise SpliceError("cannot be changed without changing something else; change it by hand")
    return new


def _nested(changes: Changes) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, value in changes.items():
        home = tree
        for key in path[:-1]:
            home = home.setdefault(key, {})
        home[path[-1]] = _Leaf(value)
    return tree


def _in_mapping(
    node: yaml.Node, tree: Mapping[str, Any], key: yaml.Node | None, rows: list[str]
) -> Iterator[Edit]:
    """Find the edits within a mapping, whose own key is `key`."""
    if not isinstance(node, yaml.MappingNode):
        raise SpliceError(f"line {node.start_mark.line + 1}: a mapping is expected here")
    pairs = {child.value: (child, value) for child, value in node.value}
    new = {name: change for name, change in tree.items() if name not in pairs and _given(change)}
    gone = [name for name, change in tree.items() if name in pairs and _removed(change)]
    if node.value and node.flow_style and tree:
        raise SpliceError(
            f"line {node.start_mark.line + 1}: a mapping in braces; write it over several lines first"
        )
    if not node.value or (len(gone) == len(pairs) and key is not None):
        column = (key.start_mark.column if key else -len(STEP)) + len(STEP)
        yield from _refilled(node, key, [*_blocks(new, column)], "{}", rows)
        return
    for name, change in tree.items():
        if name not in pairs:
            continue
        child, value = pairs[name]
        if _removed(change):
            yield Edit(child.start_mark.line, last_line(value, rows) + 1, [])
        elif isinstance(change, _Leaf):
            yield _replacement(child, value, change.value, rows)
        elif isinstance(value, yaml.SequenceNode):
            yield from _in_sequence(value, change, child, rows)
        else:
            yield from _in_mapping(value, change, child, rows)
    yield from _added(node, new, rows)


def _in_sequence(
    node: yaml.SequenceNode, tree: Mapping[str, Any], key: yaml.Node, rows: list[str]
) -> Iterator[Edit]:
    """Find the edits within a list of items that are known by their id."""
    items = {_id_of(child): child for child in node.value}
    gone = [name for name, change in tree.items() if name in items and _removed(change)]
    new = [c.value for name, c in tree.items() if name not in items and _given(c)]
    if node.value and node.flow_style:
        raise SpliceError(
            f"line {node.start_mark.line + 1}: a list in brackets; write one item a line first"
        )
    if not node.value or len(gone) == len(items):
        yield from _refilled(node, key, _items(new, key.start_mark.column + len(STEP)), "[]", rows)
        return
    for name, change in tree.items():
        if name not in items:
            continue
        if _removed(change):
            yield Edit(items[name].start_mark.line, last_line(items[name], rows) + 1, [])
        else:
            yield from _in_mapping(items[name], change, None, rows)
    if new:
        last = node.value[-1]
        column = rows[last.start_mark.line].index("-")
        place = last_line(last, rows) + 1
        yield Edit(place, place, _items(new, column))


def _given(change: Any) -> bool:
    return not _removed(change)


def _removed(change: Any) -> bool:
    return isinstance(change, _Leaf) and change.value is REMOVED


def _id_of(node: yaml.Node) -> str:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value.value for key, value in pairs if key.value == "id"), "")


def _refilled(
    node: yaml.Node, key: yaml.Node | None, lines: list[str], empty: str, rows: list[str]
) -> Iterator[Edit]:
    """Write the whole content of a mapping or list that was empty or becomes so."""
    if key is None:
        raise SpliceError(f"line {node.start_mark.line + 1}: nothing stands here; fill it by hand")
    row, head, tail, last = _around(key, node, rows)
    first = head + tail if lines else f"{head} {empty}{tail}"
    yield Edit(row, last + 1, [first, *lines])


def _added(node: yaml.MappingNode, new: Mapping[str, Any], rows: list[str]) -> Iterator[Edit]:
    """Put new entries in: single values after the last single value, others at the end."""
    column = node.value[0][0].start_mark.column
    singles = [pair for pair in node.value if isinstance(pair[1], yaml.ScalarNode)]
    for name, change in new.items():
        single = isinstance(change, _Leaf) and not isinstance(change.value, dict)
        _, value = (singles if single and singles else node.value)[-1]
        place = last_line(value, rows) + 1
        yield Edit(place, place, [*_blocks({name: change}, column)])


def _blocks(tree: Mapping[str, Any], column: int) -> Iterator[str]:
    for name, change in tree.items():
        yield from _block(name, change.value if isinstance(change, _Leaf) else change, column)


def _block(name: str, value: Any, column: int) -> Iterator[str]:
    """Write an entry with all that is under it."""
    indent = " " * column
    if isinstance(value, _Leaf):
        value = value.value
    if isinstance(value, dict) and value:
        yield f"{indent}{name}:"
        for inner, content in value.items():
            yield from _block(inner, content, column + len(STEP))
    elif isinstance(value, dict):
        yield f"{indent}{name}: {{}}"
    elif isinstance(value, list):
        yield f"{indent}{name}: {scalar_text(tuple(value))}"
    elif isinstance(value, str):
        yield from text_lines(name, value, indent)
    else:
        yield f"{indent}{name}: {scalar_text(value)}"


def _items(items: list[dict[str, Any]], column: int) -> list[str]:
    """Write items of a list, the dash before the first key of each."""
    out: list[str] = []
    for item in items:
        lines = [line for name in item for line in _block(name, item[name], column + len(STEP))]
        out += [" " * column + "- " + lines[0].lstrip(), *lines[1:]]
    return out


def _replacement(key: yaml.Node, value: yaml.Node, new: Any, rows: list[str]) -> Edit:
    row, head, tail, last = _around(key, value, rows)
    _keep_comments(value, row, last, rows)
    # Where the value stands in an item, a dash is before its key; only the column counts.
    column = key.start_mark.column
    lines = [*_block(key.value, new, column)]
    first = head + lines[0][column + len(key.value) + 1 :] + tail
    return Edit(row, last + 1, [first, *lines[1:]])


def _around(key: yaml.Node, value: yaml.Node, rows: list[str]) -> tuple[int, str, str, int]:
    """Give the row of a key, its row up to the colon, the comment after the value, and the value's last row."""
    row = key.start_mark.line
    colon = rows[row].index(":", key.end_mark.column)
    head = rows[row][: colon + 1]
    end = value.end_mark
    if isinstance(value, yaml.ScalarNode) and value.style in ("|", ">"):
        found = _BLOCK_HEAD.match(rows[value.start_mark.line][value.start_mark.column :])
        return row, head, _tail(found["tail"] if found else ""), last_line(value, rows)
    in_block = not isinstance(value, yaml.ScalarNode) and not value.flow_style
    last = last_line(value, rows) if in_block else end.line
    tail = rows[row][colon + 1 :] if in_block else rows[end.line][end.column :]
    return row, head, _tail(tail), last


def _keep_comments(value: yaml.Node, row: int, last: int, rows: list[str]) -> None:
    """Refuse to write a value anew that holds comments; those of an entry taken out go with it."""
    if isinstance(value, yaml.ScalarNode):
        return
    inner = range(row, last) if value.flow_style else range(row + 1, last + 1)
    if lost := next((place for place in inner if _COMMENT.search(rows[place])), None):
        raise SpliceError(f"line {lost + 1}: a comment would be lost; change this by hand")


def _tail(text: str) -> str:
    """Give what follows a value on its line, a comment with the space before it or nothing."""
    kept = text.rstrip()
    return kept if kept.strip() else ""
