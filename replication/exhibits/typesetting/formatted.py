"""A table's values turned into the words and footnotes that every output format shows alike."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from replication.exhibits import numbers
from replication.exhibits.typesetting.table_parts import Cell, Column, Table, TableRow


@dataclass(frozen=True)
class FormattedCell:
    """What one cell says.

    Attributes
    ----------
    lines : tuple of str
        One text, or several that stand below each other.
    marks : str
        Letters of its footnotes, such as ``a`` or ``a,c``.
    """

    lines: tuple[str, ...]
    marks: str = ""


@dataclass(frozen=True)
class FormattedTable:
    """What a table says.

    Attributes
    ----------
    panels : tuple of (heading, rows)
        Rows are tuples of `FormattedCell`, one a column.
    reasons : tuple of (letters, reason)
        The lettered footnotes, in order of first use.
    """

    panels: tuple[tuple[str, tuple[tuple[FormattedCell, ...], ...]], ...]
    reasons: tuple[tuple[str, str], ...]


def formatted_table(table: Table) -> FormattedTable:
    """Format every value and letter every reason; equal reasons share a letter."""
    letters: dict[str, str] = {}
    panels = tuple(
        (heading, tuple(_shown_row(row, table.columns, letters) for row in rows))
        for heading, rows in groupby(table.rows, key=lambda row: row.panel)
    )
    return FormattedTable(panels, tuple((letter, reason) for reason, letter in letters.items()))


def table_record(table: Table) -> dict[str, Any]:
    """Give everything a table says as plain lists and words, for its record and whoever sets it again.

    Columns, groups of columns (none where no column has one), panels of rows, lettered reasons, notes, and
    what is said where there is no row.
    """
    said = formatted_table(table)
    groups = column_groups(table.columns)
    return {
        "columns": [{"header": c.header, "align": alignment(c)} for c in table.columns],
        "groups": [
            {"heading": heading, "first": first, "last": last} for heading, first, last in groups
        ]
        if any(heading for heading, _, _ in groups)
        else [],
        "panels": [
            {
                "heading": heading,
                "rows": [
                    [{"lines": list(cell.lines), "marks": cell.marks} for cell in row]
                    for row in rows
                ],
            }
            for heading, rows in said.panels
        ],
        "reasons": [{"mark": letter, "reason": reason} for letter, reason in said.reasons],
        "notes": list(table.notes),
        "empty": "" if table.rows else table.empty,
    }


def column_groups(columns: tuple[Column, ...]) -> list[tuple[str, int, int]]:
    """Headings over columns with the first and the last column they stand over, counted from 1."""
    groups = []
    first = 1
    for heading, members in groupby(columns, key=lambda column: column.group):
        last = first + len(list(members)) - 1
        groups.append((heading, first, last))
        first = last + 1
    return groups


def alignment(column: Column) -> str:
    """``left``, ``centre`` or ``right``."""
    return column.align or ("left" if column.kind == "text" else "right")


def _shown_row(
    row: TableRow, columns: tuple[Column, ...], letters: dict[str, str]
) -> tuple[FormattedCell, ...]:
    values = [row.cells.get(column.key) for column in columns]
    cells = [value if isinstance(value, Cell) else Cell(value) for value in values]
    missing = [numbers.is_missing(cell.value) for cell in cells]
    marked = missing if any(missing) else [number == 0 for number in range(len(cells))]
    shown_cells = []
    for cell, column, takes_row_note in zip(cells, columns, marked, strict=True):
        reasons = [cell.note, row.note if takes_row_note and row.note != cell.note else ""]
        marks = ",".join(letters.setdefault(r, _letter(len(letters))) for r in reasons if r)
        shown_cells.append(FormattedCell(_lines(cell, column), marks))
    return tuple(shown_cells)


def _lines(cell: Cell, column: Column) -> tuple[str, ...]:
    if isinstance(cell.value, tuple):
        return tuple(str(line) for line in cell.value)
    return (_formatted(cell.value, cell.kind or column.kind, column.digits),)


def _formatted(value: object, kind: str, digits: int) -> str:
    if numbers.is_missing(value):
        return numbers.MISSING
    if kind == "number":
        return numbers.number(value, digits)
    if kind == "text":
        return str(value)
    return {"integer": numbers.integer, "signed": numbers.signed, "p_value": numbers.p_value}[kind](
        value
    )


def _letter(index: int) -> str:
    """Count a to z, then aa, ab and so on."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters
