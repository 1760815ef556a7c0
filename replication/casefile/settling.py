"""From passes to agreed codes: which cells are open, a sheet with every reading, and merging what was decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from replication.casefile.coding_sheet import CODES, rules, wanted_cells, workbook
from replication.casefile.item_ids import short_id
from replication.casefile.model import AGREED, Case, Code, CodedCell
from replication.casefile.sheet_import import Merge, changed_rows, comparable, merged
from replication.casefile.sheet_layout import option
from replication.casefile.sheet_reading import SheetRow, cases_of_sheet, read_sheet
from replication.codebook import EMPTY_LIST, NO_EVIDENCE, Codebook

# How an agreed code came about, as the codebook's list `settled` has it.
AGREE, THIRD, ONE = "passes agree", "third reading", "one reading"
# Why a cell is open.
DIFFER, UNSETTLED, CODED_ONCE, CHANGED = (
    "the passes differ",
    "the passes agree, and nobody settled it",
    "one pass coded it, and nobody settled it",
    "a pass differs from the agreed code",
)


@dataclass(frozen=True)
class OpenCell:
    """A cell that nobody has settled, or that was settled before a pass came in that differs.

    Attributes
    ----------
    readings : mapping
        Cell by pass, of the passes that looked at it.
    reason : str
        `DIFFER`, `UNSETTLED`, `CODED_ONCE` or `CHANGED`.
    """

    case: Case
    name: str
    readings: Mapping[str, CodedCell]
    reason: str


def open_cells(
    cases: Sequence[Case], codebook: Codebook, coding: str = "", variables: Sequence[str] = ()
) -> list[OpenCell]:
    """List the cells that have to be settled, in the order of the cases and of the codebook.

    A cell is open where a pass has looked at it and no agreed code stands there, and where the
    agreed code is said to come from passes that agree or from one reading but a pass differs.

    Parameters
    ----------
    coding : str
        Label of a pass: also every cell in which it differs from the agreed code, however that
        was settled.
    variables : sequence of str
        Variables or cells; all if empty.

    Raises
    ------
    ValueError
        For a variable that is not known.
    """
    wanted = wanted_cells(codebook, variables)
    found = (_open_cell(case, name, coding) for case in cases for name in wanted)
    return [cell for cell in found if cell is not None]


def _open_cell(case: Case, name: str, coding: str) -> OpenCell | None:
    readings = {
        label: cells[name]
        for label, cells in case.passes.items()
        if name in cells and cells[name].filled
    }
    agreed = case.agreed.get(name)
    if not readings:
        return None
    codes = {comparable(cell.code) for cell in readings.values()}
    if agreed is None or not (agreed.filled or agreed.settled):
        one = CODED_ONCE if len(readings) == 1 else UNSETTLED
        return OpenCell(case, name, readings, one if len(codes) == 1 else DIFFER)
    own = comparable(agreed.code)
    if agreed.settled in (AGREE, ONE) and codes != {own}:
        return OpenCell(case, name, readings, CHANGED)
    if coding in readings and comparable(readings[coding].code) != own:
        return OpenCell(case, name, readings, CHANGED)
    return None


def settling_sheet(cells: Sequence[OpenCell], codebook: Codebook) -> bytes:
    """Make a workbook with every reading of each cell; where all passes agree their code stands there.

    Raises
    ------
    ValueError
        Where nothing is open.
    """
    if not cells:
        raise ValueError("nothing is open: every cell that a pass has coded is settled")
    readings = {(cell.case.case_id, cell.name): cell for cell in cells}

    def told(case: Case, name: str) -> str:
        return "\n".join(_told(readings[case.case_id, name], codebook))

    filled = {
        key: _proposed(cell, codebook)
        for key, cell in readings.items()
        if cell.reason in (UNSETTLED, CODED_ONCE)
    }
    rows = [(cell.case, cell.name) for cell in cells]
    about = [
        ("Coding", AGREED),
        ("What to do", (
            "Each row of the sheet Codes is a cell that is not settled. Read the evidence and every reading, decide, "
            "and write the code, how sure it is, the items that carry it and the reason. Where the passes gave one "
            "code it stands there already; change it or leave it. Clear a row, or leave it blank, to leave the cell "
            "open."
        )),
        ("No evidence", f"Choose {NO_EVIDENCE!r} where the items do not show it."),
        *rules(codebook),
        ("When done", "Save the file as .xlsx and run: make settle FILE=path/to/this/file.xlsx"),
    ]  # fmt: skip
    return workbook(rows, codebook, about, {"Readings": told}, filled)


def _told(cell: OpenCell, codebook: Codebook) -> Iterator[str]:
    yield f"{cell.reason[0].upper()}{cell.reason[1:]}."
    readings = dict(cell.readings)
    if cell.name in cell.case.agreed:
        readings[AGREED] = cell.case.agreed[cell.name]
    for label, reading in readings.items():
        code = _shown(reading.code, cell.name, codebook)
        sure = "" if reading.confidence is None else f", confidence {reading.confidence}"
        items = ", ".join(short_id(cell.case.case_id, item) for item in reading.evidence)
        yield f"{label}: {code}{sure} ({items or 'no items'}). {reading.why or 'No reason given.'}"


def _proposed(cell: OpenCell, codebook: Codebook) -> tuple[str, ...]:
    """Give what passes that agree said: their code, the least confidence, all items, the first reason."""
    every = list(cell.readings.values())
    items = dict.fromkeys(item for reading in every for item in reading.evidence)
    sure = [reading.confidence for reading in every if reading.confidence is not None]
    labels = codebook.confidence.labels
    return (
        _shown(every[0].code, cell.name, codebook),
        option(min(sure), labels[min(sure)]) if sure else "",
        ", ".join(short_id(cell.case.case_id, item) for item in items),
        next((reading.why for reading in every if reading.why), ""),
    )


def _shown(code: Code, name: str, codebook: Codebook) -> str:
    """Word a code as the drop-down list does."""
    if code is None:
        return NO_EVIDENCE
    if isinstance(code, tuple):
        return "; ".join(map(str, code)) or EMPTY_LIST
    if isinstance(code, bool):
        return str(code).lower()
    labels = codebook.cells[name].labels
    return (
        option(code, labels[code]) if isinstance(code, int | str) and code in labels else str(code)
    )


def merge_settled(path: Path, folder: Path, codebook: Codebook) -> Merge:
    """Read a filled sheet and give the case files with what was decided; nothing is written.

    How a code was settled follows from the passes. A released code that changes keeps its old value
    on record under corrections.

    Raises
    ------
    InputError
        With every fault of the sheet, named by its row, or of its case files as they are.
    """
    by_id = cases_of_sheet(path, CODES, folder, codebook, settled=False)
    _, rows, blank = read_sheet(path, by_id, codebook, _agreed_only)
    every = [replace(row, cell=_settled(row, by_id[row.case_id])) for row in rows]
    new = changed_rows(every, by_id, AGREED)
    texts = merged(new, AGREED, path, codebook)
    return Merge(AGREED, texts, len(new), len(rows) - len(new), blank)


def _agreed_only(label: str) -> None:
    if label != AGREED:
        raise ValueError(
            f"{label!r} is not allowed; allowed: {AGREED}, in a sheet that make settle wrote; a sheet of one coder "
            "goes in with make import-codes"
        )


def _settled(row: SheetRow, case: Case) -> CodedCell:
    codes = [
        comparable(cells[row.name].code)
        for cells in case.passes.values()
        if row.name in cells and cells[row.name].filled
    ]
    alike = bool(codes) and set(codes) == {comparable(row.cell.code)}
    how = THIRD if not alike else AGREE if len(codes) > 1 else ONE
    return replace(row.cell, settled=how)
