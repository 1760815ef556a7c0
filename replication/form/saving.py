"""Putting what was changed in the form into the case file, and taking the last saving back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from filelock import FileLock

from replication.casefile.line_edits import SpliceError
from replication.casefile.model import CodedCell
from replication.casefile.plain_data import plain
from replication.casefile.splicing import spliced
from replication.casefile.text_edits import REMOVED, Changes, edited
from replication.codebook import Codebook
from replication.files import write_bytes
from replication.form.document import (
    Document,
    Told,
    View,
    faults_in,
    open_keys,
    read_document,
    shown_content,
    version_of,
    written_ids,
)

# The longest path: codings, pass, actors, actor, cell, field; and how long that of a cell is.
_LONGEST = 6
_CELL = {"case": 4, "actors": 5}
# How many savings of a case can be taken back.
_STEPS_BACK = 100


class ChangedError(Exception):
    """The file is no longer the one that the form has; `document` is what it holds now."""

    def __init__(self, document: Document) -> None:
        super().__init__("the file was changed")
        self.document = document


class RefusedError(Exception):
    """Changes that cannot stand in the file; `faults` says why."""

    def __init__(self, faults: Sequence[Told]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = list(faults)


@dataclass(frozen=True)
class Result:
    """A case file after changes, saved or only tried.

    Attributes
    ----------
    hidden : int
        Faults of other passes, not shown.
    """

    document: Document
    faults: list[Told]
    notices: list[Told]
    hidden: int


class Saver:
    """Tries and saves changes of the case files of a folder.

    Parameters
    ----------
    kept : Path
        Folder for what the files held before each saving.
    """

    def __init__(self, folder: Path, kept: Path, codebook: Codebook) -> None:
        self.folder, self._kept, self._codebook = folder, kept, codebook

    def path(self, case: str) -> Path:
        """Path of a case's file."""
        return self.folder / f"{case}.yaml"

    def tried(self, case: str, view: View, version: str, changes: Changes) -> Result:
        """Check a case file as it would be after changes; nothing is written.

        Raises
        ------
        ChangedError
            Where the file is not the version that the form has.
        RefusedError
            Where the changes cannot be put in.
        """
        text = self._changed(case, view, version, changes)
        return self._result(case, view, text)

    def saved(self, case: str, view: View, version: str, changes: Changes) -> Result:
        """Write changes into a case file, all or none; no other line changes.

        Raises
        ------
        ChangedError, RefusedError
            As in `tried`; the latter also for a fault that was not there before.
        """
        path = self.path(case)
        with self._lock(case):
            old = path.read_bytes()
            text = self._changed(case, view, version, changes)
            result = self._result(case, view, text)
            _refuse_new_faults(self._result(case, view, old.decode("utf-8")), result)
            # Checking took a moment, in which a text editor heeds no lock.
            if path.read_bytes() != old:
                raise ChangedError(read_document(path, view, self._codebook))
            self._write(case, old, text.encode("utf-8"))
        return result

    def taken_back(self, case: str, view: View, version: str) -> Document:
        """Give a case file the bytes that it had before it was saved as it is now.

        Raises
        ------
        ChangedError
            Where the file is not the version that was saved.
        RefusedError
            Where what it held before is not known.
        """
        path = self.path(case)
        with self._lock(case):
            self._check_version(case, view, version)
            before = self._before(case, version)
            if not before.is_file():
                raise RefusedError([Told((), 1, "what the file held before is not kept here")])
            write_bytes(path, before.read_bytes())
        return read_document(path, view, self._codebook)

    def _lock(self, case: str) -> FileLock:
        self._kept.mkdir(parents=True, exist_ok=True)
        return FileLock(self._kept / f"{case}.lock")

    def _check_version(self, case: str, view: View, version: str) -> None:
        document = read_document(self.path(case), view, self._codebook)
        if document.version != version:
            raise ChangedError(document)

    def _changed(self, case: str, view: View, version: str, changes: Changes) -> str:
        self._check_version(case, view, version)
        text = self.path(case).read_bytes().decode("utf-8")
        try:
            return _with_changes(text, view.coding, changes)
        except (SpliceError, ValueError) as error:
            raise RefusedError([Told((), 1, str(error))]) from None

    def _result(self, case: str, view: View, text: str) -> Result:
        path = self.path(case)
        faults, notices, hidden = faults_in(text, path, self._codebook, view)
        document = Document(
            version_of(text.encode("utf-8")), shown_content(text, view, path, self._codebook)
        )
        return Result(document, faults, notices, hidden)

    def _write(self, case: str, old: bytes, new: bytes) -> None:
        if new == old:
            return
        write_bytes(self._before(case, version_of(new)), old)
        write_bytes(self.path(case), new)
        kept = sorted(self._kept.glob(f"{case}-*.yaml"), key=lambda path: path.stat().st_mtime_ns)
        for path in kept[:-_STEPS_BACK]:
            path.unlink(missing_ok=True)

    def _before(self, case: str, version: str) -> Path:
        return self._kept / f"{case}-{version}.yaml"


def _refuse_new_faults(before: Result, after: Result) -> None:
    """Let old faults be, so that they can be mended one by one; a new one is not written."""
    known = {(told.path, told.message) for told in before.faults}
    new = [told for told in after.faults if (told.path, told.message) not in known]
    if after.hidden > before.hidden:
        message = (
            "codes of other passes, which are not shown here, would be left with faults; an item or a source that "
            "they cite must stay"
        )
        new.append(Told((), 1, message))
    if new:
        raise RefusedError(new)


def changes_of(listed: Any, view: View, codebook: Codebook) -> dict[tuple[str, ...], Any]:
    """Read changes as the form sends them.

    Raises
    ------
    ValueError
        For what is no list of changes, or leads where this view must not write.
    """
    if not isinstance(listed, list):
        raise ValueError("changes: a list is expected")  # noqa: TRY004 - what a page sent
    changes: dict[tuple[str, ...], Any] = {}
    for entry in listed:
        path = tuple(entry["path"]) if isinstance(entry, dict) and "path" in entry else ()
        if not (0 < len(path) <= _LONGEST) or not all(isinstance(key, str) for key in path):
            raise ValueError("changes: a path of some keys is expected")
        if not _may_write(path, view, codebook):
            raise ValueError(f"changes: {'.'.join(path)} is not for this form to change")
        changes[path] = REMOVED if entry.get("removed") else entry.get("value")
    return changes


def _may_write(path: tuple[str, ...], view: View, codebook: Codebook) -> bool:
    if path[0] == "codings":
        own = path[1:2] == (view.coding,)
        return own and len(path) >= _CELL.get(path[2] if len(path) > 2 else "", _LONGEST + 1)  # noqa: PLR2004
    return view.whole and path[0] != "case_id" and path[0] in open_keys(codebook)


def _with_changes(text: str, coding: str, changes: Changes) -> str:
    """Put new cells of a coding in as the coding sheets do, and change the rest where it stands."""
    written = written_ids(text)
    cells, rest = {}, {}
    for given, value in changes.items():
        # An item may have a short id in the file.
        item = given[0] == "evidence" and len(given) > 1
        path = (given[0], written.get(given[1], given[1]), *given[2:]) if item else given
        is_cell = path[0] == "codings" and len(path) == _CELL[path[2]]
        if is_cell and isinstance(value, dict) and not _stands(text, path):
            cells[".".join(path[3:])] = _cell(value)
        else:
            rest[path] = value
    return edited(spliced(text, coding, cells) if cells else text, rest)


def _stands(text: str, path: tuple[str, ...]) -> bool:
    home: Any = plain(yaml.compose(text, yaml.CSafeLoader))
    for key in path:
        home = home.get(key) if isinstance(home, dict) else None
    return home is not None


def _cell(value: Mapping[str, Any]) -> CodedCell:
    code = value.get("code")
    return CodedCell(
        code=tuple(code) if isinstance(code, list) else code,
        confidence=value.get("confidence"),
        evidence=tuple(value.get("evidence") or ()),
        why=value.get("why"),
        settled=value.get("settled"),
    )
