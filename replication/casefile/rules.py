"""What a case file must say beyond its form: everything referred to exists, and every code has its evidence.

Rules look at what has the right form and pass over the rest, so that one run shows all faults.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from replication.casefile.model import AGREED
from replication.codebook import Codebook
from replication.yaml_reading import PathParts

# A fault as the place and the message; the line is looked up in the file afterwards.
Found = Iterator[tuple[PathParts, str]]
Content = dict[str, Any]


def faults_of(content: Content, stem: str) -> Found:
    """Everything in one file that cannot stand, given what has the right form."""
    yield from _id_faults(content, stem)
    yield from _item_faults(content)
    yield from _source_faults(content)
    for name, coding in content.get("codings", {}).items():
        for path, cell in cells_of(coding, ("codings", name)):
            yield from _cell_faults(cell, path, content, agreed=name == AGREED)
    yield from _unsettled(content)
    yield from _correction_faults(content)


def notices_of(content: Content, codebook: Codebook) -> Found:
    """What a file lacks or leaves doubtful, and may."""
    yield from _missing(content, codebook)
    yield from _doubtful_items(content, codebook)
    for name, coding in content.get("codings", {}).items():
        for path, cell in cells_of(coding, ("codings", name)):
            yield from _doubtful_cells(cell, path, content, codebook)


def cells_of(coding: Content, start: PathParts) -> Iterator[tuple[PathParts, Content]]:
    """Cells of one coding with the way to each."""
    for name, cell in coding.get("case", {}).items():
        yield (*start, "case", name), cell
    for actor, cells in coding.get("actors", {}).items():
        for name, cell in cells.items():
            yield (*start, "actors", actor, name), cell


def cell_name(path: PathParts) -> str:
    """``io_sought`` or ``military.force`` for the way to a cell."""
    return str(path[-1]) if path[2] == "case" else f"{path[-2]}.{path[-1]}"


def _id_faults(content: Content, stem: str) -> Found:
    case_id = content.get("case_id")
    if case_id is not None and case_id != stem:
        yield ("case_id",), f"{case_id!r} is not allowed; allowed: {stem!r}, the name of the file"
    ids = [item.get("id") for item in content.get("evidence", [])]
    for index, item_id in enumerate(ids):
        if item_id is None:
            continue
        if item_id in ids[:index]:
            yield (
                ("evidence", index, "id"),
                f"duplicate id {item_id!r}; it is already the id of evidence[{ids.index(item_id)}]",
            )
        if case_id is not None and not re.fullmatch(f"{re.escape(case_id)}-e[0-9]+", item_id):
            yield (
                ("evidence", index, "id"),
                f"{item_id!r} is not allowed; allowed: {case_id}-e and a number",
            )


def _item_faults(content: Content) -> Found:
    sources = content.get("sources", {})
    places = [(("evidence", index), item) for index, item in enumerate(content.get("evidence", []))]
    places += [(("facts", name), fact) for name, fact in content.get("facts", {}).items()]
    for path, item in places:
        cited = item.get("source")
        if cited is None:
            continue
        for key in cited:
            if key not in sources:
                yield (
                    (*path, "source"),
                    f"{key!r} is not a key of sources; allowed: {_listed(sources)}",
                )
        if not cited and item.get("consulted"):
            yield (
                (*path, "source"),
                "is empty, but consulted is true; name the source that was read",
            )
        elif not cited and path[0] == "evidence" and not item.get("absence"):
            yield (*path, "source"), "is empty; allowed: at least one source, or absence: true"


def _source_faults(content: Content) -> Found:
    for key, source in content.get("sources", {}).items():
        if source.get("copy") and source.get("url"):
            yield (
                ("sources", key, "url"),
                "is given, but copy is true; allowed: null, as addresses of unofficial copies are not published",
            )


def _cell_faults(cell: Content, path: PathParts, content: Content, *, agreed: bool) -> Found:
    yield from _citations(cell.get("evidence", []), (*path, "evidence"), content)
    if "code" not in cell:
        return
    coded = cell["code"] is not None
    if coded and cell.get("evidence") == []:
        yield (
            (*path, "evidence"),
            "is empty, but there is a code; allowed: ids of items of this case (code null where there is no evidence)",
        )
    if coded and cell.get("confidence", 0) is None:
        yield (
            (*path, "confidence"),
            "null is not allowed where there is a code; allowed: a value of the scale of confidence",
        )
    if not coded and cell.get("confidence") is not None:
        yield (
            (*path, "confidence"),
            f"{cell['confidence']} is not allowed where the code is null; allowed: null",
        )
    if agreed and coded and cell.get("settled", "") is None:
        yield (
            (*path, "settled"),
            "null is not allowed where there is a code; say how it was settled",
        )


def _citations(ids: list[str], path: PathParts, content: Content) -> Found:
    known = {item.get("id") for item in content.get("evidence", [])}
    for item_id in ids:
        if item_id in known:
            continue
        case_id, _, _ = item_id.rpartition("-e")
        other = content.get("case_id") is not None and case_id != content["case_id"]
        yield (
            path,
            f"{item_id!r} is an item of another case"
            if other
            else f"{item_id!r} is not the id of an item of this file",
        )


def _unsettled(content: Content) -> Found:
    """Cells coded in two passes or more need an agreed coding."""
    codings = content.get("codings", {})
    coded = {name: {cell_name(path) for path, cell in cells_of(coding, ("codings", name)) if not _blank(cell)}
             for name, coding in codings.items()}  # fmt: skip
    agreed = coded.pop(AGREED, set())
    times = Counter(cell for cells in coded.values() for cell in cells)
    for cell, count in times.items():
        if count > 1 and cell not in agreed:
            place = ("case", cell) if "." not in cell else ("actors", *cell.split("."))
            yield (
                ("codings", AGREED, *place),
                f"missing: {count} passes code this cell, so an agreed coding is needed",
            )


def _correction_faults(content: Content) -> Found:
    for index, correction in enumerate(content.get("corrections", [])):
        path = ("corrections", index)
        yield from _citations(correction.get("evidence", []), (*path, "evidence"), content)
        if not {"cell", "old", "new"} <= correction.keys():
            continue
        present = _present_values(content)
        if correction["cell"] not in present:
            yield (
                (*path, "cell"),
                f"{correction['cell']!r} is not a cell of this file; allowed: such as agreed.io_sought, facts.date_action, decision_date",
            )
        elif present[correction["cell"]] != correction["new"]:
            yield (
                (*path, "new"),
                f"{correction['new']!r} is not what the cell holds, {present[correction['cell']]!r}",
            )


def _present_values(content: Content) -> dict[str, Any]:
    """Every value a correction may name, as it now stands."""
    values = {name: value for name, value in content.items() if not isinstance(value, (dict, list))}
    values |= {
        f"facts.{name}": fact.get("value") for name, fact in content.get("facts", {}).items()
    }
    for name, coding in content.get("codings", {}).items():
        values |= {
            f"{name}.{cell_name(path)}": cell.get("code")
            for path, cell in cells_of(coding, ("codings", name))
        }
    return values


def _missing(content: Content, codebook: Codebook) -> Found:
    agreed = content.get("codings", {}).get(AGREED, {})
    coded = {
        cell_name(path)
        for path, cell in cells_of(agreed, ("codings", AGREED))
        if cell.get("code") is not None
    }
    facts = {
        name for name, fact in content.get("facts", {}).items() if fact.get("value") is not None
    }
    identity = [v.key for v in codebook.identity if v.derive is None and content.get(v.key) is None]
    if identity:
        yield (), f"identity not given: {', '.join(identity)}"
    if unknown := [v.key for v in codebook.fact if v.key not in facts]:
        yield ("facts",), f"unknown (null): {', '.join(unknown)}"
    if uncoded := [cell for cell in codebook.cells if cell not in coded]:
        yield ("codings", AGREED), f"not coded (null): {', '.join(uncoded)}"
    date = content.get("decision_date")
    if date and not codebook.universe["first"] <= date <= codebook.universe["last"]:
        yield (
            ("decision_date",),
            f"{date} lies outside the universe, {codebook.universe['first']} to {codebook.universe['last']}",
        )


def _doubtful_items(content: Content, codebook: Codebook) -> Found:
    for index, item in enumerate(content.get("evidence", [])):
        words = len(item.get("statement", "").split())
        if words > codebook.statement_words:
            yield (
                ("evidence", index, "statement"),
                f"has {words} words; the rule is at most {codebook.statement_words}",
            )


def _doubtful_cells(cell: Content, path: PathParts, content: Content, codebook: Codebook) -> Found:
    items = {item.get("id"): item for item in content.get("evidence", [])}
    cited = [items[item_id] for item_id in cell.get("evidence", []) if item_id in items]
    confidence = cell.get("confidence")
    if cell.get("code") is None or confidence is None or not cited:
        return
    if confidence > 1 and all(item.get("absence") for item in cited):
        yield (
            (*path, "confidence"),
            f"{confidence} rests on findings of absence alone; the rule is 1",
        )
    if confidence == max(codebook.confidence.values) and not any(
        item.get("consulted") for item in cited
    ):
        yield (*path, "confidence"), f"{confidence} rests on no item that was read in its source"
    if codebook.cells[cell_name(path)].before_decision and all(
        item.get("after_decision") for item in cited
    ):
        yield (*path, "evidence"), "every item cited is about the time after the decision"


def _blank(cell: Content) -> bool:
    return cell.get("code") is None and not cell.get("evidence") and cell.get("why") is None


def _listed(names: dict[str, Any]) -> str:
    shown = list(names)[:12]
    return (
        ", ".join(shown)
        + (f" and {len(names) - len(shown)} more" if len(names) > len(shown) else "")
        or "none is there"
    )
