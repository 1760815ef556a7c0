"""Tables: the parts to make one from, and writing it as .tex, .html and .csv."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from replication.exhibits.numbers import is_missing
from replication.exhibits.typesetting.table_html import table_html
from replication.exhibits.typesetting.table_parts import Cell, Column, Table, TableRow
from replication.exhibits.typesetting.table_tex import table_tex
from replication.files import write_csv, write_text

__all__ = ["Cell", "Column", "Table", "TableRow", "csv_frame", "write_table_files"]


def write_table_files(table: Table, folder: Path) -> None:
    """Write ``<name>.tex``, ``<name>.html`` and ``<name>.csv`` into `folder`.

    The .tex needs the packages booktabs and threeparttable and no other. The .html is a ``<table>``
    to be set into a page. The .csv holds the table's name and unrounded values; texts in it that a
    spreadsheet would run as a formula have an apostrophe before them (see `csv_frame`).
    """
    write_text(folder / f"{table.name}.tex", table_tex(table))
    write_text(folder / f"{table.name}.html", table_html(table))
    # Its first column names the table: journals list files that are copies of another file, which
    # the table of a whole result would otherwise be.
    values = csv_frame(table)
    values.insert(0, "table", table.name)
    write_csv(folder / f"{table.name}.csv", values)


def csv_frame(table: Table) -> pd.DataFrame:
    """Collect the values behind a table, unrounded, with the keys of its columns as names.

    Where rows have a panel or a note, these are columns too. A text that begins with ``=``, ``+``,
    ``-``, ``@``, a tab or a line end (also full-width forms) is no formula here, but spreadsheets
    would run it as one: an apostrophe goes before it. Numbers are left alone, negative ones too.
    """
    frame = _rows_frame(table) if table.data is None else table.data
    guarded = frame.rename(columns=_guarded)
    return guarded.apply(
        lambda column: column.map(_guarded) if column.dtype.kind not in "iufb" else column
    )


def _rows_frame(table: Table) -> pd.DataFrame:
    frame = pd.DataFrame(
        [
            {
                "panel": row.panel,
                **{column.key: _raw(row.cells.get(column.key)) for column in table.columns},
                "note": "; ".join(_notes_of(row)),
            }
            for row in table.rows
        ],
        columns=["panel", *(column.key for column in table.columns), "note"],
        dtype=object,
    )
    unused = [name for name in ("panel", "note") if not frame[name].astype(bool).any()]
    return frame.drop(columns=unused)


def _raw(cell: object) -> object:
    value = cell.value if isinstance(cell, Cell) else cell
    if isinstance(value, tuple):
        return " ".join(str(line) for line in value)
    return None if is_missing(value) else value


def _notes_of(row: TableRow) -> Sequence[str]:
    notes = [row.note, *(cell.note for cell in row.cells.values() if isinstance(cell, Cell))]
    return list(dict.fromkeys(note for note in notes if note))


def _guarded(value: object) -> object:
    risky = ("=", "+", "-", "@", "\t", "\r", "\n", *map(chr, (0xFF1D, 0xFF0B, 0xFF0D, 0xFF20)))
    return f"'{value}" if isinstance(value, str) and value.startswith(risky) else value
