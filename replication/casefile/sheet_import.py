"""Reading a filled coding sheet and merging it into the case files: all of it, or nothing."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from replication.casefile.coding_sheet import CODES, check_label
from replication.casefile.line_edits import SpliceError
from replication.casefile.model import AGREED, Case, Code, Correction
from replication.casefile.reading import check_cases
from replication.casefile.sheet_reading import SheetRow, cases_of_sheet, read_sheet
from replication.casefile.splicing import spliced, with_corrections
from replication.codebook import Codebook
from replication.yaml_reading import Fault, InputError, shown_path


@dataclass(frozen=True)
class Merge:
    """What a sheet brings.

    Attributes
    ----------
    coding : str
        Label of the pass.
    texts : mapping
        New text of every case file that changes, by its path.
    new, same, blank : int
        Cells that are new, that the files hold already, and that were left blank.
    """

    coding: str
    texts: Mapping[Path, str]
    new: int
    same: int
    blank: int


def merge_sheet(path: Path, folder: Path, codebook: Codebook, *, again: bool = False) -> Merge:
    """Read a sheet and give the case files with its codes; nothing is written.

    With `again` cells that the coder has coded already are replaced; released codes that change keep their old
    value on record under corrections.

    Raises
    ------
    InputError
        With every fault of the sheet, named by its row, or of its case files as they are.
    """
    by_id = cases_of_sheet(path, CODES, folder, codebook, settled=False)
    coding, rows, blank = read_sheet(path, by_id, codebook, _of_a_pass)
    new = changed_rows(rows, by_id, coding)
    changed = [
        Fault(shown_path(path), row.number, row.place, _taken(row, case, coding))
        for row, case in new.items()
        if (old := case.codings.get(coding, {}).get(row.name)) is not None and old.filled
    ]
    if changed and not again:
        raise InputError(changed)
    texts = merged(new, coding, path, codebook)
    return Merge(coding, texts, len(new), len(rows) - len(new), blank)


def _of_a_pass(label: str) -> None:
    if label == AGREED:
        raise ValueError(
            f"{label!r} is not allowed; allowed: the label of a pass, in a sheet that make coding-sheet wrote; a sheet "
            "of make settle goes in with make settle FILE="
        )
    check_label(label)


def changed_rows(
    rows: Sequence[SheetRow], cases: Mapping[str, Case], coding: str
) -> dict[SheetRow, Case]:
    """Give the rows whose cell the case file does not hold yet, with the case."""
    return {
        row: cases[row.case_id]
        for row in rows
        if cases[row.case_id].codings.get(coding, {}).get(row.name) != row.cell
    }


def _taken(row: SheetRow, case: Case, coding: str) -> str:
    old = case.codings[coding][row.name]
    what = "the code" if old.code != row.cell.code else "confidence, items or reason"
    return (
        f"{coding} has coded this cell already and {what} would change; change it in "
        f"{shown_path(case.path)} itself, choose another label for a second reading, or say AGAIN=1"
    )


def merged(
    rows: Mapping[SheetRow, Case], coding: str, path: Path, codebook: Codebook
) -> dict[Path, str]:
    """Put the cells of rows into the texts of their case files, with corrections, and check the texts.

    Raises
    ------
    InputError
        Where a file is laid out so that it cannot be done by lines, and with the faults of the new
        texts, named by the row of the sheet where they come from it.
    """
    corrections = _corrections(rows, coding)
    texts = _spliced(rows, coding, path, codebook, corrections)
    _check(texts, rows, coding, path, codebook, corrections)
    return texts


def _corrections(rows: Mapping[SheetRow, Case], coding: str) -> dict[str, list[Correction]]:
    """Keep on record, by case_id, what released codes of a coding were that change."""
    found: dict[str, list[Correction]] = {}
    for row, case in rows.items():
        old = case.codings.get(coding, {}).get(row.name)
        if case.status != "released" or old is None or not old.filled:
            continue
        if comparable(old.code) != comparable(row.cell.code):
            reason = row.cell.why or "The cell was coded anew."
            entry = Correction(
                f"{coding}.{row.name}", old.code, row.cell.code, reason, row.cell.evidence
            )
            found.setdefault(case.case_id, []).append(entry)
    return found


def comparable(code: Code) -> object:
    """Give a code in a form that compares: the order of the words of a list says nothing."""
    return frozenset(code) if isinstance(code, tuple) else code


def _spliced(
    rows: Mapping[SheetRow, Case],
    coding: str,
    path: Path,
    codebook: Codebook,
    corrections: Mapping[str, Sequence[Correction]],
) -> dict[Path, str]:
    order = list(codebook.cells)
    texts = {}
    for case in dict.fromkeys(case.case_id for case in rows.values()):
        own = [row for row in rows if row.case_id == case]
        file = rows[own[0]].path
        cells = {row.name: row.cell for row in sorted(own, key=lambda row: order.index(row.name))}
        try:
            # Bytes, because reading as text would turn the line ends of Windows into others.
            text = file.read_bytes().decode("utf-8")
            texts[file] = spliced(text, coding, cells, replace=True)
            if told := corrections.get(case):
                texts[file] = with_corrections(texts[file], told)
        except SpliceError as error:
            message = f"codes of {shown_path(path)} cannot be put in: {error}"
            raise InputError([Fault(shown_path(file), 1, f"codings.{coding}", message)]) from None
    return texts


def _check(
    texts: Mapping[Path, str],
    rows: Mapping[SheetRow, Case],
    coding: str,
    path: Path,
    codebook: Codebook,
    corrections: Mapping[str, Sequence[Correction]],
) -> None:
    """Check the new texts as case files, and that nothing but the new cells and corrections differs."""
    with tempfile.TemporaryDirectory() as scratch:
        for file, text in texts.items():
            (Path(scratch) / file.name).write_bytes(text.encode("utf-8"))
        cases, faults, _ = check_cases(Path(scratch), codebook, settled=False)
    if faults:
        raise InputError(_told_by_row(faults, rows, coding, path))
    for case in cases:
        old = next(old for old in rows.values() if old.case_id == case.case_id)
        added = {row.name: row.cell for row in rows if row.case_id == case.case_id}
        codings = {name: dict(cells) for name, cells in old.codings.items()}
        codings[coding] = codings.get(coding, {}) | added
        told = (*old.corrections, *corrections.get(case.case_id, ()))
        same = dataclasses.replace(case, path=old.path, codings={}) == dataclasses.replace(
            old, codings={}, corrections=told
        )
        if not same or {name: dict(cells) for name, cells in case.codings.items()} != codings:
            message = (
                "the codes cannot be put in without changing something else; put them in by hand"
            )
            raise InputError([Fault(shown_path(old.path), 1, f"codings.{coding}", message)])


def _told_by_row(
    faults: list[Fault], rows: Mapping[SheetRow, Case], coding: str, path: Path
) -> Iterator[Fault]:
    """Name faults by the row of the sheet where they come from it, else by the case file."""
    places = {(row.case_id, _field(coding, row.name)): row for row in rows}
    files = {case.path.name: case.path for case in rows.values()}
    for fault in faults:
        name = fault.file.rpartition("/")[2]
        stem = name.removesuffix(".yaml")
        for (case_id, field), row in places.items():
            if case_id == stem and f"{fault.field}.".startswith(f"{field}."):
                key = fault.field.removeprefix(field).lstrip(".")
                yield Fault(shown_path(path), row.number, row.place, f"{key}: {fault.message}")
                break
        else:
            yield Fault(shown_path(files[name]), fault.line, fault.field, fault.message)


def _field(coding: str, name: str) -> str:
    actor, _, variable = name.rpartition(".")
    return f"codings.{coding}." + (f"actors.{actor}.{variable}" if actor else f"case.{variable}")
