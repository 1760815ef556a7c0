"""How sheets for coders look: cells that are text, rows as high as their text, lists to choose from, fixed bytes.

The file is the same bytes for the same content: openpyxl writes the clock into the properties and the
zip directory, so the archive is packed anew with a fixed time.
"""

from __future__ import annotations

import io
import math
import re
import textwrap
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from replication.codebook import EMPTY_LIST, NO_EVIDENCE, Codebook, Variable

HEAD = PatternFill("solid", fgColor="D9E3F0")
OPEN = PatternFill("solid", fgColor="FFF9DB")
_LONGEST_CELL = 32_000
# Heights in points: of a line, and of the highest row that spreadsheets allow.
_LINE, _HIGHEST_ROW = 15, 409
_CLOCK = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed time, in no zone


def options(variable: Variable) -> list[str]:
    """List the choices of a drop-down list, in the words of the codebook; none where anything can be typed."""
    if variable.type == "flag":
        return ["true", "false", NO_EVIDENCE]
    if not variable.labels:
        return []
    if variable.type == "list":
        return [*map(str, variable.labels), EMPTY_LIST, NO_EVIDENCE]
    return [*(option(code, label) for code, label in variable.labels.items()), NO_EVIDENCE]


def option(code: int | str, label: str) -> str:
    """Word one choice: the code and its label."""
    return str(code) if label == str(code) else f"{code} {label}"


def add_lists(
    sheet: Worksheet,
    lists: Worksheet,
    places: dict[str, list[int]],
    first_entry: int,
    codebook: Codebook,
) -> None:
    """Tie a drop-down list to every cell of a scale, and one for confidence."""
    scales = [
        (codebook.variables[name], rows, first_entry, options(codebook.variables[name]))
        for name, rows in places.items()
    ]
    every = [row for rows in places.values() for row in rows]
    confidence = options(codebook.confidence)[:-1]
    scales.append((codebook.confidence, every, first_entry + 1, confidence))
    for number, (variable, rows, column, choices) in enumerate(scales, start=1):
        if not choices:
            continue
        # Several words of a list are typed, which a strict drop-down list would refuse.
        rule = drop_down(sheet, lists, number, choices, strict=variable.type != "list")
        target = get_column_letter(column)
        for first, last in _runs(sorted(rows)):
            rule.add(f"{target}{first}:{target}{last}")


def drop_down(
    sheet: Worksheet, lists: Worksheet, column: int, choices: Sequence[str], *, strict: bool = True
) -> DataValidation:
    """Put choices into a column of `lists`, and give the rule that offers them where it is added."""
    for row, choice in enumerate(choices, start=1):
        put(lists, row, column, choice)
    letter = get_column_letter(column)
    rule = DataValidation(
        type="list", formula1=f"Lists!${letter}$1:${letter}${len(choices)}", allow_blank=True
    )
    rule.showErrorMessage = strict
    rule.errorTitle, rule.error = "Not on the scale", "Choose one of the list."
    sheet.add_data_validation(rule)
    return rule


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def fill(
    sheet: Worksheet,
    columns: Mapping[str, int],
    rows: Iterable[tuple[Sequence[str | None], Sequence[str]]],
    frozen: str = "A2",
) -> None:
    """Fill a sheet below heads with their widths: in each row texts to read, then cells to fill in."""
    for column, (head, width) in enumerate(columns.items(), start=1):
        cell = put(sheet, 1, column, head)
        cell.font, cell.fill = Font(bold=True), HEAD
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, (texts, entries) in enumerate(rows, start=2):
        for column, text in enumerate(texts, start=1):
            put(sheet, row, column, text)
        for column, text in enumerate(entries, start=len(texts) + 1):
            cell = put(sheet, row, column, text or None)
            cell.fill, cell.protection = OPEN, Protection(locked=False)
    sheet.freeze_panes = frozen
    sheet.protection.sheet = True


def lay_out(sheet: Worksheet) -> None:
    """Make every row as high as its text, and the sheet one page wide on paper.

    Excel finds the height of a row itself; LibreOffice leaves such rows at one line.
    """
    for row in sheet.iter_rows():
        lines = [
            _lines(str(cell.value), sheet.column_dimensions[cell.column_letter].width)
            for cell in row
            if cell.value is not None
        ]
        height = _LINE * max(lines, default=1)
        sheet.row_dimensions[row[0].row].height = min(height, _HIGHEST_ROW)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _lines(text: str, width: float) -> int:
    """Count the lines of a text in a column of so many characters."""
    # Programs differ in whether the space at which a line breaks takes room.
    return sum(
        max(len(textwrap.wrap(line, int(width))), math.ceil(len(line) / width), 1)
        for line in text.split("\n")
    )


def put(sheet: Worksheet, row: int, column: int, text: str | None) -> Cell:
    """Write a text as text, whatever it begins with: nothing here is a formula."""
    cell = sheet.cell(row, column)
    if text:
        cell.value = text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]} …"
        cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def packed(book: Workbook) -> bytes:
    """Save a workbook with a fixed time in its properties and in the archive."""
    written = io.BytesIO()
    book.properties.created = _CLOCK
    book.properties.creator = "coding sheet"
    book.save(written)
    packed = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w") as target:
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            content = source.read(name)
            if name == "docProps/core.xml":
                stamp = _CLOCK.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                content = re.sub(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", stamp, content)
            entry = zipfile.ZipInfo(name, _CLOCK.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return packed.getvalue()
