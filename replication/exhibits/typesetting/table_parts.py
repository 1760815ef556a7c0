"""What a table is made of: columns, rows, cells with footnotes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

Kind = Literal["text", "integer", "signed", "number", "p_value"]
Align = Literal["left", "centre", "right"]


@dataclass(frozen=True)
class Column:
    """A column: where its values come from and how they are shown.

    Attributes
    ----------
    key : str
        Name in the rows and in the .csv.
    header : str
        What readers see.
    kind : str
        ``text``, ``integer``, ``signed``, ``number`` (with `digits`) or ``p_value``.
    group : str
        Heading over this column and its neighbours of the same group; empty for none.
    align : str
        ``left``, ``centre`` or ``right``; empty for left where the kind is text, else right.
    """

    key: str
    header: str
    kind: Kind = "text"
    digits: int = 2
    group: str = ""
    align: Align | Literal[""] = ""


@dataclass(frozen=True)
class Cell:
    """A value that is shown otherwise than its column says, or needs a footnote of its own.

    Attributes
    ----------
    value : object
        A value, or a tuple of texts that stand below each other.
    kind : str
        As in `Column`; empty for the column's.
    note : str
        Reason set as a lettered footnote, whether the value is missing or not.
    """

    value: object
    kind: Kind | Literal[""] = ""
    note: str = ""


@dataclass(frozen=True)
class TableRow:
    """A row: values or `Cell` by column key; a key left out is a missing value.

    Attributes
    ----------
    panel : str
        Heading over this row and its neighbours of the same panel; empty for none.
    note : str
        Reason for what is missing. It becomes a footnote to each missing value, or to the first
        cell where none is missing.
    """

    cells: Mapping[str, object]
    panel: str = ""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A table ready to be written.

    Attributes
    ----------
    name : str
        File name without suffix, of small letters, digits and underscores.
    notes : tuple of str
        Lines under the table that say how to read it.
    data : DataFrame or None
        Content of the .csv where that is not simply the rows: the values behind formatted cells.
    empty : str
        What to say where there are no rows.

    Raises
    ------
    ValueError
        For a name that is no such name, a table without columns, a repeated column key, or a row
        with a key that is no column.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    notes: tuple[str, ...] = ()
    data: pd.DataFrame | None = field(default=None, compare=False)
    empty: str = "There is nothing to show: no case or result belongs in this table."

    def __post_init__(self) -> None:
        """Refuse what would fail later, far from the mistake."""
        check_name(self.name)
        keys = [column.key for column in self.columns]
        if not keys or len(set(keys)) < len(keys):
            raise ValueError(f"table {self.name}: column keys {keys}: at least one, none twice")
        stray = sorted({key for row in self.rows for key in row.cells} - set(keys))
        if stray:
            raise ValueError(
                f"table {self.name}: rows have keys {stray} that are no column; allowed: {keys}"
            )


def check_name(name: str) -> None:
    """Refuse an exhibit's name that is not safe as a file name, an id in a page and a label.

    Raises
    ------
    ValueError
        Naming the name and what is allowed.
    """
    if not re.fullmatch("[a-z][a-z0-9_]*", name):
        raise ValueError(
            f"exhibit name {name!r}: small letters, digits and underscores are allowed"
        )
