"""The content of a case file as plain data, before anything is checked."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import yaml

from replication.shapes.base import INTEGER, TAG, is_null


def plain(node: yaml.Node | None) -> Any:
    """Read nodes as mappings, lists, texts, numbers, truth values and None, as the shapes read them.

    What no shape would read as a number or a truth value is given as the text that stands there.
    """
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(child) for child in node.value]
    if node is None or is_null(node):
        return None
    if node.tag == f"{TAG}bool" and node.value in ("true", "false"):
        return node.value == "true"
    if node.tag in (f"{TAG}int", f"{TAG}float"):
        return _number(node.value)
    return " ".join(node.value.strip().split("\n"))


def with_changes(content: dict[str, Any], changes: Mapping[Any, Any], removed: object) -> Any:
    """Apply changes by path to plain data; an item of a list is found by its id.

    Raises
    ------
    ValueError
        Where a path leads into an item that does not exist.
    """
    content = deepcopy(content)
    for path, value in changes.items():
        home: Any = content
        for key in path[:-1]:
            home = _entry(home, key)
        _put(home, path[-1], value, removed)
    return content


def _number(text: str) -> int | float | str:
    if INTEGER.fullmatch(text):
        return int(text)
    whole, _, part = text.partition(".")
    return float(text) if INTEGER.fullmatch(whole) and part.isdigit() else text


def _entry(home: Any, key: str) -> Any:
    if isinstance(home, list):
        found = next((item for item in home if item.get("id") == key), None)
        if found is None:
            raise ValueError(f"there is no item {key!r}")
        return found
    if home.get(key) is None:
        home[key] = {}
    return home[key]


def _put(home: Any, key: str, value: Any, removed: object) -> None:
    if isinstance(home, list):
        place = next((i for i, item in enumerate(home) if item.get("id") == key), None)
        if value is removed:
            if place is not None:
                home.pop(place)
        elif place is None:
            home.append(value)
        else:
            home[place] = value
    elif value is removed:
        home.pop(key, None)
    else:
        home[key] = value
