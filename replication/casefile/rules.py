"""What a case file must say beyond its form: what it refers to exists, every code has its evidence.

Rules look at what has the right form and pass over the rest, so that one run shows all faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from replication.casefile.model import AGREED
from replication.codebook import Codebook
from replication.near_names import did_you_mean, nearest
from replication.yaml_reading import PathParts, shorten

# A fault as the place and the message; the line is looked up in the file afterwards.
PlacedFaults = Iterator[tuple[PathParts, str]]
Content = dict[str, Any]


def faults_of(
    content: Content, stem: str, codebook: Codebook, *, settled: bool = True
) -> PlacedFaults:
    """Find everything in one file that cannot stand, given what has the right form.

    With `settled` a released case in which passes have no agreed code is at fault.
    """
    yield from _id_faults(content, stem)
    yield from _reference_faults(content)
    yield from _copied_addresses(content)
    yield from _quotation_faults(content, codebook)
    known = {item.get("id") for item in content.get("evidence", [])}
    for name, path, cell in all_cells(content):
        yield from _unknown_items(cell, path, content.get("case_id"), known)
        yield from _cell_faults(cell, path, agreed=name == AGREED)
    yield from _weight_faults(content, known)
    for index, correction in enumerate(content.get("corrections", [])):
        path = ("corrections", index)
        yield from _unknown_items(correction, path, content.get("case_id"), known)
    if settled and content.get("status") != "draft":
        yield from unsettled(content)
    yield from _correction_faults(content)


def cells_of(coding: Content, start: PathParts) -> Iterator[tuple[PathParts, Content]]:
    """Go through the cells of one coding, with the way to each."""
    for name, cell in coding.get("case", {}).items():
        yield (*start, "case", name), cell
    for actor, cells in coding.get("actors", {}).items():
        for name, cell in cells.items():
            yield (*start, "actors", actor, name), cell


def cell_name(path: PathParts) -> str:
    """Name the cell at the end of a way as evidence does: ``io_sought`` or ``military.force``."""
    return str(path[-1]) if path[2] == "case" else f"{path[-2]}.{path[-1]}"


def all_cells(content: Content) -> Iterator[tuple[str, PathParts, Content]]:
    """Go through the cells of every coding, with its name and the way to each."""
    for name, coding in content.get("codings", {}).items():
        for path, cell in cells_of(coding, ("codings", name)):
            yield name, path, cell


def _id_faults(content: Content, stem: str) -> PlacedFaults:
    case_id = content.get("case_id")
    if case_id is None:
        return
    if case_id != stem:
        if re.fullmatch("[a-z0-9_]+", stem):
            allowed = f"{stem!r}, the name of the file"
        else:
            allowed = f"a file of that name, {case_id}.yaml; this one is named {stem!r}"
        yield ("case_id",), f"{case_id!r} is not allowed; allowed: {allowed}"
    first: dict[str, int] = {}
    for index, item in enumerate(content.get("evidence", [])):
        place, item_id = ("evidence", index, "id"), item.get("id")
        if item_id is None:
            continue
        if first.setdefault(item_id, index) != index:
            yield place, f"duplicate id {item_id!r}; first at evidence[{first[item_id]}]"
        if not re.fullmatch(f"{case_id}-e[0-9]+", item_id):
            yield (
                place,
                f"{item_id!r} is not allowed; allowed: e and a number, or {case_id}-e and a number",
            )


def _reference_faults(content: Content) -> PlacedFaults:
    """Find sources that are cited but not listed, and items that should cite one."""
    sources = content.get("sources", {})
    items = [(("evidence", i), item) for i, item in enumerate(content.get("evidence", []))]
    facts = [(("facts", name), fact) for name, fact in content.get("facts", {}).items()]
    for place, item in (*facts, *items):
        if "source" not in item:
            continue
        path = (*place, "source")
        for key in item["source"]:
            if key not in sources:
                meant = did_you_mean(nearest(key, sources, most=2))
                yield path, f"{key!r} is not a key of sources{meant} allowed: {listed(sources)}"
        if item["source"]:
            continue
        if item.get("consulted"):
            yield path, "is empty, but consulted is true; allowed: the source that was read"
        elif place[0] == "evidence" and not item.get("absence"):
            yield path, "is empty; allowed: at least one source, or absence: true"


def _copied_addresses(content: Content) -> PlacedFaults:
    for key, source in content.get("sources", {}).items():
        if source.get("copy") and source.get("url"):
            yield (
                ("sources", key, "url"),
                "is given, but copy is true; allowed: null (addresses of copies are not published)",
            )


def _quotation_faults(content: Content, codebook: Codebook) -> PlacedFaults:
    """Find quotations that are too long, or of a source that the item does not cite as read."""
    for index, item in enumerate(content.get("evidence", [])):
        quotation, path = item.get("quotation"), ("evidence", index, "quotation")
        if quotation is None:
            continue
        words = len(quotation.get("text", "").split())
        if words > codebook.quotation_words:
            yield (*path, "text"), f"has {words} words; allowed: at most {codebook.quotation_words}"
        source = quotation.get("source")
        if source is not None and source not in item.get("source", []):
            yield (
                (*path, "source"),
                f"{source!r} is not a source of the item; allowed: {listed(item.get('source', []))}",
            )
        if item.get("consulted") is False:
            yield path, "is given, but consulted is false; allowed: words read in the source itself"


def _unknown_items(
    citing: Content, path: PathParts, case_id: str | None, known: set[str | None]
) -> PlacedFaults:
    """Find ids of evidence that are not in this file."""
    for item_id in citing.get("evidence", []):
        if item_id in known:
            continue
        other = case_id is not None and item_id.rpartition("-e")[0] != case_id
        reason = "is an item of another case" if other else "is not the id of an item of this file"
        place = (*path, "evidence")
        yield place, f"{item_id!r} {reason}; allowed: ids of the items under evidence"


def _cell_faults(cell: Content, path: PathParts, *, agreed: bool) -> PlacedFaults:
    if "code" not in cell:
        return
    if cell["code"] is None:
        if cell.get("confidence") is not None:
            yield (
                (*path, "confidence"),
                f"{cell['confidence']} is not allowed; allowed: null, as the code is null",
            )
        return
    if cell.get("evidence") == []:
        yield (
            (*path, "evidence"),
            "is empty, but there is a code; allowed: ids of items, or code: null",
        )
    if cell.get("confidence", 0) is None:
        yield (*path, "confidence"), "null is not allowed where there is a code; allowed: 1, 2, 3"
    if agreed and cell.get("settled", "") is None:
        yield (
            (*path, "settled"),
            "null is not allowed where there is a code; say how it was settled",
        )


def _weight_faults(content: Content, known: set[str | None]) -> PlacedFaults:
    """Find weights of items that are not in this file, and weights without a reason."""
    for path, items in weighed_items(content):
        for item_id, weight in items.items():
            if item_id not in known:
                message = "is not the id of an item of this file; allowed: ids under evidence"
                yield (*path, item_id), f"{item_id!r} {message}"
            if weight.get("decibels") and weight.get("why", "") is None:
                message = "null is not allowed where decibels is not 0; allowed: the reason"
                yield (*path, item_id, "why"), message


def weighed_items(content: Content) -> Iterator[tuple[PathParts, Content]]:
    """Go through the weights of each pass for each rival, with the way to them."""
    for name, rivals in content.get("weights", {}).items():
        for rival, items in rivals.items():
            yield ("weights", name, rival), items


def unsettled(content: Content) -> PlacedFaults:
    """Find cells that two passes or more have coded, or a case of which nothing is agreed."""
    coded, agreed = coded_cells(content)
    case = content.get("case_id")
    if coded and not agreed:
        told = "nothing is agreed, so the case would be in the data without a code"
        yield ("codings", AGREED), f"{told}; run make settle CASE={case}"
        return
    for cell, passes in coded.items():
        if len(passes) > 1 and cell not in agreed:
            told = (
                f"missing, but {len(passes)} passes code this cell; allowed: an agreed coding of it"
            )
            yield _agreed_place(cell), f"{told}, with make settle CASE={case}"


def coded_cells(content: Content) -> tuple[dict[str, set[str]], set[str]]:
    """Give the passes that looked at each cell, and the cells that are agreed."""
    coded: dict[str, set[str]] = {}
    agreed = set()
    for name, path, cell in all_cells(content):
        if cell.get("code") is None and not cell.get("evidence") and cell.get("why") is None:
            continue
        if name == AGREED:
            agreed.add(cell_name(path))
        else:
            coded.setdefault(cell_name(path), set()).add(name)
    return coded, agreed


def _agreed_place(cell: str) -> PathParts:
    return ("codings", AGREED, *(("actors", *cell.split(".")) if "." in cell else ("case", cell)))


def _correction_faults(content: Content) -> PlacedFaults:
    """Find corrections of no cell, and those whose new value is neither corrected again nor what stands there."""
    present = _present_values(content)
    corrections = content.get("corrections", [])
    for index, correction in enumerate(corrections):
        path = ("corrections", index)
        cell = correction.get("cell")
        if cell is None or "new" not in correction:
            continue
        if cell not in present:
            allowed = "such as agreed.io_sought, pass_1.military.force, facts.date_action, iso3"
            yield (*path, "cell"), f"{shorten(cell)} is not a cell of this file; allowed: {allowed}"
            continue
        later = [c for c in corrections[index + 1 :] if c.get("cell") == cell and "old" in c]
        due = later[0]["old"] if later else present[cell]
        if due != correction["new"]:
            new, now = shorten(str(correction["new"])), shorten(str(due))
            held = "what the next correction calls old" if later else "what the cell now holds"
            yield (*path, "new"), f"{new} is not allowed; allowed: {held}, {now}"


def _present_values(content: Content) -> dict[str, Any]:
    """Collect every value that a correction may name, as it now stands."""
    values = {key: value for key, value in content.items() if not isinstance(value, (dict, list))}
    for name, fact in content.get("facts", {}).items():
        values[f"facts.{name}"] = fact.get("value")
    for name, path, cell in all_cells(content):
        values[f"{name}.{cell_name(path)}"] = cell.get("code")
    return values


def listed(names: Iterable[str], longest: int = 12) -> str:
    """Name what is allowed, cut where it is much."""
    every = list(names)
    rest = f" and {len(every) - longest} more" if len(every) > longest else ""
    return ", ".join(every[:longest]) + rest if every else "none, as sources is empty"
