"""What a case file lacks or leaves doubtful, and may: notes, where rules find faults."""

from __future__ import annotations

from replication.casefile.model import AGREED
from replication.casefile.rules import (
    Content,
    PlacedFaults,
    all_cells,
    cell_name,
    coded_cells,
    listed,
    unsettled,
    weighed_items,
)
from replication.codebook import Codebook
from replication.source_grades import grade_of, unvetted_only
from replication.yaml_reading import PathParts


def notices_of(content: Content, codebook: Codebook) -> PlacedFaults:
    """Find what a file lacks or leaves doubtful, and may."""
    yield from _missing(content, codebook)
    if content.get("status") == "draft":
        # A second reader's pass may come in before the cells are settled.
        yield from unsettled(content)
    yield from _coded_once(content)
    yield from _one_reading(content)
    yield from _outside_universe(content, codebook)
    yield from _long_statements(content, codebook)
    yield from _half_weighed(content)
    items = {item.get("id"): item for item in content.get("evidence", [])}
    for _, path, cell in all_cells(content):
        cited = [items[key] for key in cell.get("evidence", []) if key in items]
        if cited and cell.get("code") is not None and cell.get("confidence") is not None:
            yield from _doubts(cell, path, cited, codebook)
    yield from _unvetted(content, codebook)
    yield from _on_one_item(content)
    yield from _without_reason(content)
    yield from _unused_sources(content)


def _missing(content: Content, codebook: Codebook) -> PlacedFaults:
    facts = content.get("facts", {})
    agreed = {
        cell_name(path)
        for name, path, cell in all_cells(content)
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


def _coded_once(content: Content) -> PlacedFaults:
    """Tell of each pass which codes it alone has given and nobody has settled."""
    coded, agreed = coded_cells(content)
    alone: dict[str, list[str]] = {}
    for name, path, cell in all_cells(content):
        place = cell_name(path)
        if name != AGREED and cell.get("code") is not None and place not in agreed:
            alone.setdefault(name, []).extend([place] if len(coded[place]) == 1 else [])
    for name, cells in alone.items():
        if cells and agreed:
            told = f"coded by this pass only and not settled: {', '.join(cells)}"
            yield ("codings", name), f"{told}; make settle CASE={content.get('case_id')} does it"


def _one_reading(content: Content) -> PlacedFaults:
    """Tell of a case that fewer than two passes have read: it has no part in any agreement."""
    coded, agreed = coded_cells(content)
    passes = sorted({name for names in coded.values() for name in names})
    if len(passes) < 2 and (coded or agreed):  # noqa: PLR2004 - a comparison takes two
        who = f"read by {passes[0]} only" if passes else "agreed without a pass"
        told = (
            "no reliability knows this case; make coding-sheet makes a sheet for a further reader"
        )
        yield ("codings",), f"{who}: {told}"


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
    for path, weighed in weighed_items(content):
        if without := [item for item in items if item not in weighed]:
            yield path, f"not weighed: {listed(without, 6)}"


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
    for name, path, cell in all_cells(content):
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
        for name, path, cell in all_cells(content)
        if name == AGREED and cell.get("code") is not None and len(cell.get("evidence", [])) == 1
    ]
    if single:
        yield ("codings", AGREED), f"rest on one item: {', '.join(single)}"


def _without_reason(content: Content) -> PlacedFaults:
    """Name by coding the codes that nobody gave a reason for."""
    bare: dict[str, list[str]] = {}
    for name, path, cell in all_cells(content):
        if cell.get("code") is not None and cell.get("why", "") is None:
            bare.setdefault(name, []).append(cell_name(path))
    for name, cells in bare.items():
        yield ("codings", name), f"no reason is given (why: null): {', '.join(cells)}"


def _unused_sources(content: Content) -> PlacedFaults:
    """Name each source that stands behind nothing: often an item cites another by mistake."""
    resting = [*content.get("evidence", []), *content.get("facts", {}).values()]
    cited = {key for one in resting for key in one.get("source", [])}
    for key in content.get("sources", {}):
        if key not in cited:
            yield ("sources", key), "no item and no fact cites this source"
