"""Merging two versions of a case file: code by code where it cannot be done line by line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from replication.casefile.line_edits import SpliceError
from replication.casefile.model import CodedCell
from replication.casefile.splicing import spliced

# Cells by coding and name.
_Cells = dict[str, dict[str, CodedCell]]


def merged_by_codes(base: str, ours: str, theirs: str) -> str | None:
    """Put the codes that one side added into the file of the other; None where that is not all it did.

    Two people who code one case put their passes in at the same place, which a merge by lines takes
    for a conflict. Where one of the two only added cells, they go into the text of the other, and
    nothing else of it changes.

    Parameters
    ----------
    base, ours, theirs : str
        Texts of the file before both, on this side and on the other.
    """
    for kept, adding in ((ours, theirs), (theirs, ours)):
        try:
            merged = _with_added(_read(base), _read(kept), _read(adding), kept)
        except (SpliceError, yaml.YAMLError, TypeError, KeyError, AttributeError):
            continue
        if merged is not None:
            return merged
    return None


def _read(text: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(text, yaml.CSafeLoader)
    return content


def _with_added(
    base: Mapping[str, Any], kept: Mapping[str, Any], adding: Mapping[str, Any], text: str
) -> str | None:
    before, now, new = (_cells(content) for content in (base, kept, adding))
    rest = [{k: v for k, v in content.items() if k != "codings"} for content in (base, adding)]
    unchanged = all(
        new.get(label, {}).get(name) == cell
        for label, cells in before.items()
        for name, cell in cells.items()
    )
    if rest[0] != rest[1] or not unchanged:
        return None
    for label, cells in new.items():
        added = {n: cell for n, cell in cells.items() if n not in before.get(label, {})}
        mine = now.get(label, {})
        if any(n in mine and mine[n] != cell for n, cell in added.items()):
            return None
        text = spliced(text, label, {n: cell for n, cell in added.items() if n not in mine})
    return text


def _cells(content: Mapping[str, Any]) -> _Cells:
    found: _Cells = {}
    for label, coding in content["codings"].items():
        cells = dict(coding.get("case") or {})
        for actor, own in (coding.get("actors") or {}).items():
            cells |= {f"{actor}.{name}": cell for name, cell in own.items()}
        found[label] = {name: _cell(cell) for name, cell in cells.items()}
    return found


def _cell(cell: Mapping[str, Any]) -> CodedCell:
    code = cell["code"]
    return CodedCell(
        tuple(code) if isinstance(code, list) else code,
        cell["confidence"],
        tuple(cell["evidence"]),
        cell["why"],
        cell.get("settled"),
    )
