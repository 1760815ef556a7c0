"""Reading and checking case files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from replication.casefile.item_ids import with_full_ids
from replication.casefile.model import (
    Case,
    Code,
    CodedCell,
    Correction,
    Evidence,
    Fact,
    Quotation,
    Source,
    Weight,
)
from replication.casefile.rules import cell_name, cells_of, faults_of, notices_of
from replication.casefile.shape import case_shape
from replication.codebook import Codebook
from replication.near_names import nearest
from replication.shapes import Record, open_file
from replication.yaml_reading import LARGEST_FILE, Fault, InputError, shown_path

# Enough for the files of a large project; tests write thousands.
_MOST_REMEMBERED = 1000


@dataclass(frozen=True)
class _CheckedFile:
    """What one file gave."""

    case: Case | None
    case_id: str | None
    faults: list[Fault]
    notices: list[Fault]


def check_cases(
    folder: Path, codebook: Codebook, only: str | None = None, *, settled: bool = True
) -> tuple[list[Case], list[Fault], list[Fault]]:
    """Read every case file of a folder, or only one case, and find every fault of every file.

    Parameters
    ----------
    settled : bool
        Whether a released case is at fault in which passes have no agreed code; what settles them
        reads it all the same.

    Returns
    -------
    cases : list of Case
        The files without faults, drafts included, by date of decision and case_id.
    faults : list of Fault
        What must be mended before anything is estimated; a file that is not read for its name, such as one in
        .yml, too.
    notices : list of Fault
        What is missing or doubtful, but allowed.
    """
    files = sorted(folder.glob("*.yaml"))
    if only is not None:
        chosen = [path for path in files if path.stem == only]
        if not chosen:
            return [], _misnamed(folder, only) or [_unknown_case(only, folder, files)], []
        files = chosen
    shape = case_shape(codebook)
    checked = [_remembered(path, shape, codebook, settled=settled) for path in files]
    cases = [one.case for one in checked if one.case is not None]
    cases.sort(key=lambda case: (case.identity.get("decision_date") or "9999", case.case_id))
    faults = [fault for one in checked for fault in one.faults]
    faults += _repeated_ids(files, checked) + _misnamed(folder, only)
    notices = [notice for one in checked for notice in one.notices]
    return cases, faults, notices if only else notices + _stray_files(folder)


def load_cases(folder: Path, codebook: Codebook) -> list[Case]:
    """Read every case file of a folder, drafts included.

    Raises
    ------
    InputError
        With every fault of every file.
    """
    cases, faults, _ = check_cases(folder, codebook)
    if faults:
        raise InputError(faults)
    return cases


def _unknown_case(only: str, folder: Path, files: list[Path]) -> Fault:
    close = nearest(only, [path.stem for path in files], most=3)
    hint = f"; perhaps {', '.join(close)}" if close else ""
    return Fault(shown_path(folder / f"{only}.yaml"), 1, "", f"there is no such case file{hint}")


# What the files of one codebook gave, by all that it depends on. A run checks the files first, and the step that reads
# them again begins as a copy of that process.
_MEMORY: dict[tuple[str, Path, bytes, bool], _CheckedFile] = {}
_BOOK: list[Codebook] = []


def _remembered(path: Path, shape: Record, codebook: Codebook, *, settled: bool) -> _CheckedFile:
    """Check a file, or give what it gave before in this process with the same content and codebook."""
    if not _BOOK or (_BOOK[0] is not codebook and _BOOK[0] != codebook):
        _MEMORY.clear()
        _BOOK[:] = [codebook]
    try:
        small = path.stat().st_size <= LARGEST_FILE
        content = hashlib.sha256(path.read_bytes()).digest() if small else b""
    except OSError:
        content = b""
    if not content:
        return _check_file(path, shape, codebook, settled=settled)
    key = (shown_path(path), path, content, settled)
    if key not in _MEMORY:
        if len(_MEMORY) >= _MOST_REMEMBERED:
            _MEMORY.clear()
        _MEMORY[key] = _check_file(path, shape, codebook, settled=settled)
    return _MEMORY[key]


def _check_file(path: Path, shape: Record, codebook: Codebook, *, settled: bool) -> _CheckedFile:
    opened = open_file(path, shape)
    if opened.tree is None:
        return _CheckedFile(None, None, opened.faults, [])
    content = with_full_ids(opened.content)
    found = faults_of(content, path.stem, codebook, settled=settled)
    faults = sorted([*opened.faults, *(opened.fault(*one) for one in found)])
    notices = sorted(opened.fault(*one) for one in notices_of(content, codebook))
    case = None if faults else _case(content, path, codebook)
    return _CheckedFile(case, content.get("case_id"), faults, notices)


def _repeated_ids(files: list[Path], checked: list[_CheckedFile]) -> list[Fault]:
    owners: dict[str, Path] = {}
    faults = []
    for path, one in zip(files, checked, strict=True):
        if one.case_id is None:
            continue
        first = owners.setdefault(one.case_id, path)
        if first != path:
            message = f"{one.case_id!r} is already the case_id of {shown_path(first)}"
            faults.append(Fault(shown_path(path), 1, "case_id", message))
    return faults


def _misnamed(folder: Path, only: str | None) -> list[Fault]:
    """Find case files that would be left out of everything for how their names end."""
    return [
        Fault(shown_path(path), 1, "", f"{path.suffix!r} is not allowed; allowed: {path.stem}.yaml")
        for path in _not_read(folder)
        if _is_meant_as_yaml(path) and only in (None, path.stem)
    ]


def _stray_files(folder: Path) -> list[Fault]:
    """Files that look as if they were meant to be read."""
    strays = [path for path in _not_read(folder) if not _is_meant_as_yaml(path)]
    return [Fault(shown_path(p), 1, "", "is not read; case files end in .yaml") for p in strays]


def _not_read(folder: Path) -> list[Path]:
    every = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in every if path.suffix != ".yaml" and not path.name.startswith(".")]


def _is_meant_as_yaml(path: Path) -> bool:
    return path.suffix.casefold() in (".yml", ".yaml")


def _case(content: dict[str, Any], path: Path, codebook: Codebook) -> Case:
    return Case(
        path=path,
        case_id=content["case_id"],
        status=content["status"],
        identity=MappingProxyType(
            {v.name: content[v.key] for v in codebook.identity if v.derive is None}
        ),
        facts=_frozen({name: _fact(fact) for name, fact in content["facts"].items()}),
        sources=_frozen(
            {
                key: Source(key=key, copy=source.pop("copy", False), **source)
                for key, source in content["sources"].items()
            }
        ),
        evidence=_frozen({item["id"]: _evidence(item) for item in content["evidence"]}),
        codings=_frozen(
            {
                name: _frozen(
                    {
                        cell_name(place): _cell(cell)
                        for place, cell in cells_of(coding, ("codings", name))
                    }
                )
                for name, coding in content["codings"].items()
            }
        ),
        weights=_frozen(
            {
                name: _frozen(
                    {
                        rival: _frozen(
                            {i: Weight(e["decibels"], e["why"]) for i, e in items.items()}
                        )
                        for rival, items in rivals.items()
                    }
                )
                for name, rivals in content.get("weights", {}).items()
            }
        ),
        corrections=tuple(_correction(entry) for entry in content.get("corrections", [])),
    )


def _frozen(mapping: dict[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(mapping)


def _fact(fact: dict[str, Any]) -> Fact:
    return Fact(_code(fact["value"]), tuple(fact["source"]), fact["consulted"], fact.get("note"))


def _evidence(item: dict[str, Any]) -> Evidence:
    marks: dict[str, Any] = {
        mark: item.get(mark, False) for mark in ("absence", "theory_author", "after_decision")
    }
    lists: dict[str, Any] = {key: tuple(item[key]) for key in ("about", "source")}
    plain: dict[str, Any] = {key: item[key] for key in ("id", "statement", "when", "consulted")}
    quoted = Quotation(**item["quotation"]) if "quotation" in item else None
    return Evidence(**plain, **lists, **marks, quotation=quoted)


def _cell(cell: dict[str, Any]) -> CodedCell:
    return CodedCell(
        _code(cell["code"]),
        cell["confidence"],
        tuple(cell["evidence"]),
        cell["why"],
        cell.get("settled"),
    )


def _correction(entry: dict[str, Any]) -> Correction:
    return Correction(
        entry["cell"],
        _code(entry["old"]),
        _code(entry["new"]),
        entry["reason"],
        tuple(entry["evidence"]),
    )


def _code(value: Any) -> Code:
    return tuple(value) if isinstance(value, list) else value
