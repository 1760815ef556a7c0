"""Short ids of items: within a case file ``e02`` stands for ``libya_2011-e02``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_SHORT = re.compile("e([0-9]+)")


def short_id(case_id: str, item_id: str) -> str:
    """Give an item's id without the case: ``e05``."""
    return item_id.removeprefix(f"{case_id}-")


def full_id(case_id: str, written: str, known: Iterable[str]) -> str:
    """Give the id that a short one stands for; ``e2`` is the item ``e02`` where there is no other.

    Parameters
    ----------
    known : iterable of str
        Ids of the items of the case.
    """
    number = _SHORT.fullmatch(written)
    if number is None:
        return written
    whole, every = f"{case_id}-{written}", list(known)
    if whole in every:
        return whole
    same = [
        item for item in every if re.fullmatch(f"{re.escape(case_id)}-e0*{int(number[1])}", item)
    ]
    return same[0] if same else whole


def with_full_ids(content: dict[str, Any]) -> dict[str, Any]:
    """Write out every short id of a case file, in its items, codes, weights and corrections; the content is changed."""
    case_id = content.get("case_id")
    if case_id is None:
        return content
    items = content.get("evidence", [])
    for item in items:
        if "id" in item:
            item["id"] = full_id(case_id, item["id"], ())
    known = [item["id"] for item in items if "id" in item]
    citing = [*_cells(content), *content.get("corrections", [])]
    for part in citing:
        if "evidence" in part:
            ids = (full_id(case_id, item, known) for item in part["evidence"])
            part["evidence"] = list(dict.fromkeys(ids))
    for rivals in content.get("weights", {}).values():
        for rival, weights in rivals.items():
            rivals[rival] = {full_id(case_id, item, known): w for item, w in weights.items()}
    return content


def _cells(content: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for coding in content.get("codings", {}).values():
        yield from coding.get("case", {}).values()
        for cells in coding.get("actors", {}).values():
            yield from cells.values()
