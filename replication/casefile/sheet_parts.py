"""What the spreadsheets for coders have in common: cells, rows, the kind of a source, the same bytes twice.

openpyxl writes the clock into the properties and the zip directory, so the archive is packed anew with a fixed time.
"""

from __future__ import annotations

import io
import re
import textwrap
import zipfile
from collections.abc import Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from replication.casefile.model import Case, Evidence

HEAD = PatternFill("solid", fgColor="D9E3F0")
OPEN = PatternFill("solid", fgColor="FFF9DB")
_LONGEST_CELL = 32_000
# Heights in points: of a line, and of the highest row that spreadsheets allow.
_LINE, _HIGHEST_ROW = 15, 409
_CLOCK = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed time, in no zone


def write_heads(sheet: Worksheet, widths: dict[str, int]) -> None:
    """Write the heads of the columns of a sheet, each as wide as said."""
    for column, (head, width) in enumerate(widths.items(), start=1):
        cell = put(sheet, 1, column, head)
        cell.font, cell.fill = Font(bold=True), HEAD
        sheet.column_dimensions[get_column_letter(column)].width = width


def write_about(sheet: Worksheet, title: str, lines: Sequence[tuple[str, str]]) -> None:
    """Fill the sheet that says what to do; the label of the pass is its first line."""
    sheet.title = title
    for row, (head, text) in enumerate(lines, start=1):
        put(sheet, row, 1, head).font = Font(bold=True)
        put(sheet, row, 2, " ".join(text.split()))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 110
    sheet.protection.sheet = True


def fill(
    sheet: Worksheet,
    heads: Sequence[str],
    rows: Sequence[Sequence[str | None]],
    widths: Sequence[int],
) -> None:
    """Fill a sheet for reading: heads, then rows of texts."""
    write_heads(sheet, dict(zip(heads, widths, strict=True)))
    for row, texts in enumerate(rows, start=2):
        for column, text in enumerate(texts, start=1):
            put(sheet, row, column, text)
    sheet.freeze_panes = "A2"
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
    return sum(len(textwrap.wrap(line, int(width))) or 1 for line in text.split("\n"))


def put(sheet: Worksheet, row: int, column: int, text: str | None) -> object:
    """Write a text as text, whatever it begins with: nothing here is a formula."""
    cell = sheet.cell(row, column)
    if text is not None:
        cell.value = text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]} …"
        cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def short_id(case_id: str, item_id: str) -> str:
    """Give an item's id without the case: ``e05``."""
    return item_id.removeprefix(f"{case_id}-")


def kind(case: Case, item: Evidence) -> str:
    """Say what kind of source an item rests on and what marks it bears."""
    types = dict.fromkeys(case.sources[key].type.replace("_", " ") for key in item.source)
    marks = [
        "read in the source" if item.consulted else "",
        "nothing was found" if item.absence else "",
        "by the theory's author" if item.theory_author else "",
        "after the decision" if item.after_decision else "",
    ]
    return ", ".join([*types, *(mark for mark in marks if mark)]) or "no source"


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
