"""What a case file must say beyond its form: what it refers to exists, every code has its evidence.

Rules look at what has the right form and pass over the rest, so that one run shows all faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from replication.casefile.model import AGREED
from replication.codebook import Codebook
from replication.source_grades import grade_of, unvetted_only
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
    for name, path, cell in _all_cells(content):
        yield from _unknown_items(cell, path, content.get("case_id"), known)
        yield from _cell_faults(cell, path, agreed=name == AGREED)
    yield from _weight_faults(content, known)
    for index, correction in enumerate(content.get("corrections", [])):
        path = ("corrections", index)
        yield from _unknown_items(correction, path, content.get("case_id"), known)
    if settled and content.get("status") != "draft":
        yield from _unsettled(content)
    yield from _correction_faults(content)


def notices_of(content: Content, codebook: Codebook) -> PlacedFaults:
    """Find what a file lacks or leaves doubtful, and may."""
    yield from _missing(content, codebook)
    if content.get("status") == "draft":
        # A second reader's pass may come in before the cells are settled.
        yield from _unsettled(content)
    yield from _coded_once(content)
    yield from _one_reading(content)
    yield from _outside_universe(content, codebook)
    yield from _long_statements(content, codebook)
    yield from _half_weighed(content)
    items = {item.get("id"): item for item in content.get("evidence", [])}
    for _, path, cell in _all_cells(content):
        cited = [items[key] for key in cell.get("evidence", []) if key in items]
        if cited and cell.get("code") is not None and cell.get("confidence") is not None:
            yield from _doubts(cell, path, cited, codebook)
    yield from _unvetted(content, codebook)
    yield from _on_one_item(content)


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


def _all_cells(content: Content) -> Iterator[tuple[str, PathParts, Content]]:
    for name, coding in content.get("codings", {}).items():
        for path, cell in cells_of(coding, ("codings", name)):
            yield name, path, cell


def _id_faults(content: Content, stem: str) -> PlacedFaults:
    case_id = content.get("case_id")
    if case_id is None:
        return
    if case_id != stem:
        yield ("case_id",), f"{case_id!r} is not allowed; allowed: {stem!r}, the name of the file"
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
                yield path, f"{key!r} is not a key of sources; allowed: {_listed(sources)}"
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
                f"{source!r} is not a source of the item; allowed: {_listed(item.get('source', []))}",
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
    for path, items in _weighed(content):
        for item_id, weight in items.items():
            if item_id not in known:
                message = "is not the id of an item of this file; allowed: ids under evidence"
                yield (*path, item_id), f"{item_id!r} {message}"
            if weight.get("decibels") and weight.get("why", "") is None:
                message = "null is not allowed where decibels is not 0; allowed: the reason"
                yield (*path, item_id, "why"), message


def _weighed(content: Content) -> Iterator[tuple[PathParts, Content]]:
    """Go through the weights of each pass for each rival, with the way to them."""
    for name, rivals in content.get("weights", {}).items():
        for rival, items in rivals.items():
            yield ("weights", name, rival), items


def _unsettled(content: Content) -> PlacedFaults:
    """Find cells that two passes or more have coded, or a case of which nothing is agreed."""
    coded, agreed = _coded(content)
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


def _coded_once(content: Content) -> PlacedFaults:
    """Tell of each pass which codes it alone has given and nobody has settled."""
    coded, agreed = _coded(content)
    alone: dict[str, list[str]] = {}
    for name, path, cell in _all_cells(content):
        place = cell_name(path)
        if name != AGREED and cell.get("code") is not None and place not in agreed:
            alone.setdefault(name, []).extend([place] if len(coded[place]) == 1 else [])
    for name, cells in alone.items():
        if cells and agreed:
            told = f"coded by this pass only and not settled: {', '.join(cells)}"
            yield ("codings", name), f"{told}; make settle CASE={content.get('case_id')} does it"


def _one_reading(content: Content) -> PlacedFaults:
    """Tell of a case that fewer than two passes have read: it has no part in any agreement."""
    coded, agreed = _coded(content)
    passes = sorted({name for names in coded.values() for name in names})
    if len(passes) < 2 and (coded or agreed):  # noqa: PLR2004 - a comparison takes two
        who = f"read by {passes[0]} only" if passes else "agreed without a pass"
        told = (
            "no reliability knows this case; make coding-sheet makes a sheet for a further reader"
        )
        yield ("codings",), f"{who}: {told}"


def _coded(content: Content) -> tuple[dict[str, set[str]], set[str]]:
    """Give the passes that looked at each cell, and the cells that are agreed."""
    coded: dict[str, set[str]] = {}
    agreed = set()
    for name, path, cell in _all_cells(content):
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
    for name, path, cell in _all_cells(content):
        values[f"{name}.{cell_name(path)}"] = cell.get("code")
    return values


def _missing(content: Content, codebook: Codebook) -> PlacedFaults:
    facts = content.get("facts", {})
    agreed = {
        cell_name(path)
        for name, path, cell in _all_cells(content)
        if name == AGREED and cell.get("code") is not None
    }
    read = [variable.key for variable in codebook.identity if variable.derive is None]
    if without := [key for key in read if content.get(key) is None]:
        yield (), f"not given (null): {', '.join(without)}"
    if unknown := [v.key for v in codebook.fact if facts.get(v.key, {}).get("value") is None]:
        yield ("facts",), f"unknown (null): {', '.join(unknown)}"
    if AGREED not in content.get("codings", {}):
        told = "there is no agreed coding yet; make settle makes it when the passes are in"
        yield ("codings",), told
    elif uncoded := [cell for cell in codebook.cells if cell not in agreed]:
        yield ("codings", AGREED), f"not coded (null): {', '.join(uncoded)}"


def _outside_universe(content: Content, codebook: Codebook) -> PlacedFaults:
    date, first, last = (
        content.get("decision_date"),
        codebook.universe["first"],
        codebook.universe["last"],
    )
    if date is not None and not first <= date <= last:
        yield ("decision_date",), f"{date} lies outside the universe, {first} to {last}"


def _long_statements(content: Content, codebook: Codebook) -> PlacedFaults:
    for index, item in enumerate(content.get("evidence", [])):
        words = len(item.get("statement", "").split())
        if words > codebook.statement_words:
            place = ("evidence", index, "statement")
            yield place, f"has {words} words; the rule is at most {codebook.statement_words}"


def _half_weighed(content: Content) -> PlacedFaults:
    """Find passes that weigh some items of a case and leave others out: a sum needs them all."""
    items = [item.get("id") for item in content.get("evidence", [])]
    for path, weighed in _weighed(content):
        if without := [item for item in items if item not in weighed]:
            yield path, f"not weighed: {_listed(without, 6)}"


def _doubts(
    cell: Content, path: PathParts, cited: list[Content], codebook: Codebook
) -> PlacedFaults:
    """Hold a code against the codebook's rules on confidence and time."""
    confidence = cell["confidence"]
    if confidence > 1 and all(item.get("absence") for item in cited):
        yield (
            (*path, "confidence"),
            f"{confidence} rests on findings of absence alone; the rule is 1",
        )
    if confidence == max(codebook.confidence.values) and not any(
        item.get("consulted") for item in cited
    ):
        yield (*path, "confidence"), f"{confidence} rests on no item that was read in its source"
    before = codebook.cells[cell_name(path)].before_decision
    if before and all(item.get("after_decision") for item in cited):
        yield (*path, "evidence"), "every item cited is about the time after the decision"


def _unvetted(content: Content, codebook: Codebook) -> PlacedFaults:
    """Find agreed codes that no better source carries than unvetted ones."""
    grades = {
        key: grade_of(source["type"], source.get("publisher"), codebook)
        for key, source in content.get("sources", {}).items()
        if "type" in source
    }
    behind = {item.get("id"): item.get("source", []) for item in content.get("evidence", [])}
    for name, path, cell in _all_cells(content):
        keys = [key for item in cell.get("evidence", []) for key in behind.get(item, [])]
        found = [grades[key] for key in keys if key in grades]
        if name == AGREED and cell.get("code") is not None and unvetted_only(found):
            yield (
                (*path, "evidence"),
                "rests on unvetted sources alone; cite an item of a better one",
            )


def _on_one_item(content: Content) -> PlacedFaults:
    """Name the agreed codes that one item alone carries: they fall with it."""
    single = [
        cell_name(path)
        for name, path, cell in _all_cells(content)
        if name == AGREED and cell.get("code") is not None and len(cell.get("evidence", [])) == 1
    ]
    if single:
        yield ("codings", AGREED), f"rest on one item: {', '.join(single)}"


def _listed(names: Iterable[str], longest: int = 12) -> str:
    every = list(names)
    rest = f" and {len(every) - longest} more" if len(every) > longest else ""
    return ", ".join(every[:longest]) + rest if every else "none, as sources is empty"
