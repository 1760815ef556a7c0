"""Reading a filled sheet: every row into a cell, every fault named by its row."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from openpyxl import load_workbook

from replication.casefile.coding_sheet import ABOUT, CODES, ENTRY, LOOK_UP
from replication.casefile.model import Case, Code, CodedCell
from replication.casefile.reading import check_cases
from replication.casefile.sheet_layout import option, options
from replication.codebook import EMPTY_LIST, NO_EVIDENCE, Codebook, Variable
from replication.yaml_reading import Fault, InputError, shown_path

_LARGEST_FILE, _LARGEST_CONTENT = 30_000_000, 300_000_000
_INVALID = object()


@dataclass(frozen=True)
class SheetRow:
    """One filled row: where it stands and what it says."""

    number: int
    case_id: str
    name: str
    cell: CodedCell

    @property
    def place(self) -> str:
        """Case and cell, which together stand in one row only."""
        return f"{self.case_id}: {self.name}"


class _PlacedRow(Protocol):
    @property
    def place(self) -> str: ...


_Filled = TypeVar("_Filled", bound=_PlacedRow)


def read_sheet(
    path: Path,
    cases: Mapping[str, Case],
    codebook: Codebook,
    check_label: Callable[[str], None],
) -> tuple[str, list[SheetRow], int]:
    """Read the label of the coding, every filled row, and how many rows are blank.

    Parameters
    ----------
    cases : mapping
        By case_id.
    check_label : callable
        Raises ValueError for a label that the sheet cannot have.

    Raises
    ------
    InputError
        With every fault, named by its row.
    """
    return filled_rows(
        path,
        CODES,
        (LOOK_UP, ENTRY),
        check_label,
        lambda number, values: _row(number, values, cases, codebook),
    )


def filled_rows(
    path: Path,
    sheet: str,
    heads: tuple[tuple[str, ...], tuple[str, ...]],
    check_label: Callable[[str], None],
    read_row: Callable[[int, dict[str, Any]], _Filled],
) -> tuple[str, list[_Filled], int]:
    """Read the label of the pass, every filled row, and how many rows are blank.

    Parameters
    ----------
    heads : pair of tuple of str
        Columns that say what a row is about, and columns to fill in.
    check_label, read_row : callable
        Raise ValueError for what the sheet cannot have.

    Raises
    ------
    InputError
        With every fault, named by its row.
    """
    file = shown_path(path)
    look_up, entry = heads
    table, label = sheet_content(path, sheet, (*look_up, *entry))
    try:
        check_label(label)
    except ValueError as error:
        raise InputError([Fault(file, 1, ABOUT, str(error))]) from None
    faults: list[Fault] = []
    rows: list[_Filled] = []
    seen: dict[str, int] = {}
    blank = 0
    for number, values in table:
        if all(values[head] in (None, "") for head in entry):
            blank += 1
            continue
        place = ": ".join(str(values[head]) for head in look_up)
        try:
            row = read_row(number, values)
        except ValueError as error:
            faults.append(Fault(file, number, place, str(error)))
            continue
        first = seen.setdefault(row.place, number)
        if first != number:
            faults.append(Fault(file, number, place, f"stands twice; first in row {first}"))
        rows.append(row)
    if faults:
        raise InputError(faults)
    return label, rows, blank


def cases_of_sheet(
    path: Path, sheet: str, folder: Path, codebook: Codebook, *, settled: bool = True
) -> dict[str, Case]:
    """Read the case files that a sheet is put into, by case_id; faults of other files do not stop it.

    Parameters
    ----------
    settled : bool
        As of `check_cases`.

    Raises
    ------
    InputError
        With the faults of the cases that the sheet names, or what keeps the sheet from being read.
    """
    cases, faults, _ = check_cases(folder, codebook, settled=settled)
    if faults:
        table, _ = sheet_content(path, sheet, LOOK_UP[:1])
        named = {str(values[LOOK_UP[0]]) for _, values in table}
        if own := [fault for fault in faults if Path(fault.file).stem in named]:
            raise InputError(own)
    return {case.case_id: case for case in cases}


def has_sheet(path: Path, sheet: str) -> bool:
    """Tell whether a file is a workbook with a sheet of this name."""
    if _why_unreadable(path):
        return False
    try:
        return sheet in load_workbook(path, read_only=True).sheetnames
    except Exception:  # noqa: BLE001 - said by whoever reads it
        return False


def sheet_content(
    path: Path, sheet: str, needed: tuple[str, ...]
) -> tuple[list[tuple[int, dict[str, Any]]], str]:
    """Give the numbered rows of a sheet of a workbook by their heads, and the label of the pass.

    Raises
    ------
    InputError
        For a file that is no workbook, or lacks the sheet, a column that is needed or the label.
    """
    file = shown_path(path)
    reason = _why_unreadable(path)
    if reason:
        raise InputError([Fault(file, 1, "", reason)])
    try:
        book = load_workbook(path, data_only=False)
        table = list(book[sheet].iter_rows(values_only=True)) if sheet in book.sheetnames else []
        label = book[ABOUT]["B1"].value if ABOUT in book.sheetnames else None
    except Exception as error:  # noqa: BLE001 - a damaged file fails in as many ways as there are parts
        message = f"cannot be read as .xlsx: {type(error).__name__}; save it again as .xlsx"
        raise InputError([Fault(file, 1, "", message)]) from None
    heads = [str(head) for head in table[0]] if table else []
    absent = [head for head in needed if head not in heads]
    if absent or not isinstance(label, str):
        what = (
            f"the column {absent[0]!r} of the sheet {sheet!r}"
            if absent
            else "the label in B1 of 'About'"
        )
        message = f"{what} is missing; make a sheet with make coding-sheet and fill that"
        raise InputError([Fault(file, 1, "", message)])
    rows = [
        (number, dict(zip(heads, values, strict=False)))
        for number, values in enumerate(table[1:], start=2)
    ]
    return rows, label.strip()


def _why_unreadable(path: Path) -> str:
    if not path.is_file():
        return "there is no such file"
    if path.stat().st_size > _LARGEST_FILE:
        return f"has {path.stat().st_size} bytes; at most {_LARGEST_FILE} are allowed"
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return "is not an .xlsx file; save it in that format"
    return (
        ""
        if size <= _LARGEST_CONTENT
        else f"unpacks to {size} bytes; at most {_LARGEST_CONTENT} are allowed"
    )


def _row(
    number: int, values: dict[str, Any], cases: Mapping[str, Case], codebook: Codebook
) -> SheetRow:
    case_id, name = (str(values[head] or "") for head in LOOK_UP)
    if case_id not in cases:
        raise ValueError(f"there is no case {case_id!r}")
    if name not in codebook.cells:
        raise ValueError(f"{name!r} is no cell; allowed: {', '.join(codebook.cells)}")
    code, confidence, items, why = (values[head] for head in ENTRY)
    if code in (None, ""):
        raise ValueError(
            f"Code is blank, but other fields are filled; choose a code or {NO_EVIDENCE!r}, or clear the row"
        )
    variable = codebook.cells[name]
    cell = CodedCell(
        code=_code(code, variable),
        confidence=_confidence(confidence, codebook.confidence),
        evidence=_items(items, cases[case_id]),
        why=" ".join(str(why).split()) or None if why is not None else None,
        settled=None,
    )
    _require_whole(cell, codebook)
    return SheetRow(number, case_id, name, cell)


def _require_whole(cell: CodedCell, codebook: Codebook) -> None:
    """Say in the words of the sheet what a code lacks, which the check of case files says in theirs."""
    if cell.code is None and cell.confidence is not None:
        raise ValueError(f"Confidence is filled, but the code is {NO_EVIDENCE!r}; allowed: blank")
    if cell.code is not None and not cell.evidence:
        raise ValueError(
            f"Items is blank, but there is a code; allowed: the items it rests on, such as e05, or the code "
            f"{NO_EVIDENCE!r}"
        )
    if cell.code is not None and cell.confidence is None:
        allowed = ", ".join(options(codebook.confidence)[:-1])
        raise ValueError(f"Confidence is blank, but there is a code; allowed: {allowed}")


def _code(value: Any, variable: Variable) -> Code:
    text = " ".join(str(value).split())
    if text.casefold() in (NO_EVIDENCE, "null"):
        return None
    parsed: Code = _parsed(value, text, variable)
    if parsed is _INVALID:
        allowed = ", ".join(options(variable)) or f"a value of type {variable.type}, {NO_EVIDENCE}"
        raise ValueError(f"Code: {text[:60]!r} is not allowed; allowed: {allowed}")
    return parsed


def _parsed(value: Any, text: str, variable: Variable) -> Any:
    if variable.type == "list":
        return _words(text, variable)
    if variable.type == "flag":
        return {"true": True, "1": True, "false": False, "0": False}.get(text.casefold(), _INVALID)
    if variable.labels:
        return _choice(value, text, variable)
    if variable.type in ("integer", "number"):
        return _number(text, whole=variable.type == "integer")
    if variable.type == "date" and isinstance(value, (date, datetime)):
        return value.strftime("%Y-%m-%d")
    return text


def _choice(value: Any, text: str, variable: Variable) -> Any:
    """Match the whole choice of the drop-down list, or the bare code."""
    plain = f"{value:g}" if isinstance(value, float) else text
    for code, label in variable.labels.items():
        if plain in (str(code), option(code, label)):
            return code
    return _INVALID


def _words(text: str, variable: Variable) -> Any:
    if text.casefold() == EMPTY_LIST:
        return ()
    words = [word.strip() for word in re.split("[;,]", text) if word.strip()]
    known = {str(code).casefold(): code for code in variable.labels}
    codes = tuple(known.get(word.casefold(), _INVALID) for word in words)
    sound = codes and _INVALID not in codes and len(set(codes)) == len(codes)
    return codes if sound else _INVALID


def _number(text: str, *, whole: bool) -> Any:
    form = "-?[0-9]{1,12}([.]0+)?" if whole else "-?[0-9]{1,12}([.][0-9]{1,12})?"
    if not re.fullmatch(form, text):
        return _INVALID
    return int(float(text)) if whole or "." not in text else float(text)


def _confidence(value: Any, scale: Variable) -> Any:
    if value in (None, ""):
        return None
    found = _choice(value, " ".join(str(value).split()), scale)
    if found is _INVALID:
        allowed = ", ".join(options(scale)[:-1])
        raise ValueError(f"Confidence: {str(value)[:60]!r} is not allowed; allowed: {allowed}")
    return found


def _items(value: Any, case: Case) -> tuple[str, ...]:
    """Ids of items, each once; ``e05`` and ``5`` stand for the item of that number."""
    numbered = {int(item.rpartition("-e")[2]): item for item in case.evidence}
    out = []
    for word in re.split(r"[;,\s]+", "" if value is None else str(value)):
        if not word:
            continue
        number = re.fullmatch("e?([0-9]{1,4})([.]0)?", word)
        found = numbered.get(int(number[1]), "") if number else word
        if found not in case.evidence:
            raise ValueError(
                f"Items: {word[:60]!r} is no item of {case.case_id}; allowed: numbers of its items such as e05"
            )
        out.append(found)
    return tuple(dict.fromkeys(out))
