"""What the form knows of a case file: never a code of another pass than the one in hand."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from replication import paths
from replication.analyses.case_checks import check_cases_against_known, read_released
from replication.casefile import Case
from replication.casefile.checked_text import check_text
from replication.casefile.item_ids import full_id
from replication.casefile.plain_data import plain
from replication.codebook import Codebook
from replication.yaml_reading import Fault, InputError, read_tree

WHOLE, CODES = "whole", "codes"
_ITEM = re.compile(r"evidence(?:\[)([0-9]+)(?:\])(?:[.](.*))?")


@dataclass(frozen=True)
class View:
    """What of a case a page shows and may change.

    Attributes
    ----------
    coding : str
        The one coding in hand; no other is ever shown.
    whole : bool
        Whether the case itself is changed too; else only codes are given, as in a coding sheet.
    """

    coding: str
    whole: bool

    @property
    def name(self) -> str:
        """Name of the view in addresses and in files of drafts."""
        return f"{WHOLE if self.whole else CODES}-{self.coding}"


@dataclass(frozen=True)
class Document:
    """A case file as the form shows it.

    Attributes
    ----------
    version : str
        SHA-256 of the file's bytes.
    content : dict
        As the file has it, but evidence by its id, and of the codings only the one in hand.
    """

    version: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Told:
    """One fault or note, with the way to the field that it is about.

    Attributes
    ----------
    path : tuple of str
        Keys on the way, an item of evidence by its id.
    """

    path: tuple[str, ...]
    line: int
    message: str


def version_of(content: bytes) -> str:
    """Give the version of a file's bytes."""
    return hashlib.sha256(content).hexdigest()


def read_document(path: Path, view: View, codebook: Codebook) -> Document:
    """Read a case file for one view.

    Raises
    ------
    InputError
        Where YAML cannot read the file, or its parts are not what they should be.
    """
    tree, faults = read_tree(path)
    if tree is None:
        raise InputError(faults)
    content = path.read_bytes()
    return Document(
        version_of(content), shown_content(content.decode("utf-8"), view, path, codebook)
    )


def shown_content(text: str, view: View, path: Path, codebook: Codebook) -> dict[str, Any]:
    """Give what the form shows of a text.

    Raises
    ------
    InputError
        Where the parts of the file are not mappings and lists as they should be.
    """
    content = plain(yaml.compose(text, yaml.CSafeLoader))
    if not _is_case(content):
        message = "facts, sources, evidence and codings are not as in other case files; mend it by hand first"
        raise InputError([Fault(path.name, 1, "", message)])
    codings = content["codings"]
    content = {key: value for key, value in content.items() if key in open_keys(codebook)}
    if not view.whole:
        # A further coder sees what the coding sheets show: no fact that follows from a code.
        content["facts"] = {}
    case = str(content.get("case_id") or path.stem)
    items = {full_id(case, item["id"], ()): item for item in content["evidence"]}
    content["evidence"] = {name: {**item, "id": name} for name, item in items.items()}
    own = codings.get(view.coding) or {}
    # Every actor is there, if only empty: the form then changes cells and never a whole actor.
    actors = {name: {} for name in codebook.actors} | (own.get("actors") or {})
    cells = {"case": own.get("case") or {}, "actors": actors}
    return content | {"codings": {view.coding: _with_full_ids(cells, case, items)}}


def open_keys(codebook: Codebook) -> tuple[str, ...]:
    """Name what of a file every view may show; whatever else it holds may tell what others think of it."""
    own = [v.key for v in codebook.identity if v.derive is None]
    return ("case_id", "status", *own, "facts", "sources", "evidence")


def written_ids(text: str) -> dict[str, str]:
    """Give for every item's whole id the one that stands in the text, which may be short."""
    content = plain(yaml.compose(text, yaml.CSafeLoader))
    case = str(content.get("case_id"))
    return {full_id(case, item["id"], ()): item["id"] for item in content["evidence"]}


def _with_full_ids(cells: Any, case: str, known: Iterable[str]) -> Any:
    """Write out the short ids of items that codes rest on."""
    if not isinstance(cells, dict):
        return cells
    return {
        key: [full_id(case, item, known) if isinstance(item, str) else item for item in value]
        if key == "evidence" and isinstance(value, list)
        else _with_full_ids(value, case, known)
        for key, value in cells.items()
    }


def faults_in(
    text: str, path: Path, codebook: Codebook, view: View
) -> tuple[list[Told], list[Told], int]:
    """Check a text by what checks the files, alone and against what is known beyond them.

    Returns
    -------
    faults, notices : lists of Told
        Those a coder of this pass may see.
    hidden : int
        Faults in other passes, whose words would tell their codes.
    """
    faults, notices = check_text(text, path, codebook, partial(_held_against_known, codebook, view))
    ids = _ids(text)
    seen = [fault for fault in faults if _may_see(fault, view, codebook)]
    return (
        [_told(fault, ids) for fault in seen],
        [_told(notice, ids) for notice in notices if _may_see(notice, view, codebook)],
        len(faults) - len(seen),
    )


def _held_against_known(
    codebook: Codebook, view: View, cases: list[Case]
) -> tuple[list[Fault], list[Fault]]:
    """Find what contradicts the names, the time and the rules that are known, with the codes in hand alone."""
    own = [
        replace(case, codings={view.coding: case.codings.get(view.coding, {})}) for case in cases
    ]
    today = datetime.now(UTC).date()
    try:
        return check_cases_against_known(
            own, paths.SPECIFICATIONS, codebook, read_released(paths.RELEASE), today
        )
    except InputError:
        # The specifications have faults of their own, which are not this case's; make check names them.
        return [], []


def _is_case(content: Any) -> bool:
    if not isinstance(content, dict):
        return False
    parts = [content.get(name) for name in ("facts", "sources", "codings")]
    items = content.get("evidence")
    return (
        all(isinstance(part, dict) for part in parts)
        and isinstance(items, list)
        and all(isinstance(item, dict) and isinstance(item.get("id"), str) for item in items)
        and len({item["id"] for item in items}) == len(items)
    )


def _may_see(fault: Fault, view: View, codebook: Codebook) -> bool:
    """Tell whether a fault is about the pass in hand or about no pass at all."""
    first, _, rest = fault.field.partition(".")
    part = first.partition("[")[0]
    if part == "facts":
        return view.whole
    if part == "codings":
        return rest.split(".")[0] == view.coding
    return part in ("", *open_keys(codebook))


def _ids(text: str) -> list[str]:
    try:
        return [*written_ids(text)]
    except (yaml.YAMLError, AttributeError, KeyError, TypeError):
        return []


def _told(fault: Fault, ids: list[str]) -> Told:
    item = _ITEM.fullmatch(fault.field)
    if item and int(item[1]) < len(ids):
        path = ["evidence", ids[int(item[1])], *(item[2] or "").split(".")]
    else:
        path = fault.field.split(".")
    # The place within a list of words is said by the message.
    return Told(
        tuple(re.sub(r"\[[0-9]+\]$", "", part) for part in path if part),
        fault.line,
        fault.message,
    )
