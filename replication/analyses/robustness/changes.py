"""What differs between two states of the data: cases added or removed, cells recoded; and undoing one change.

A state is kept as cells, one row each, so that a release is a readable file and a difference names
the cell. Cells are the values of identity, facts and agreed codes; derived columns follow from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from replication.codebook import Codebook, Variable
from replication.dataset import derive, table
from replication.tables import column_type

CELL_COLUMNS = ("case_id", "cell", "value")
ADDED, REMOVED, RECODED = "added", "removed", "recoded"
NEW_VARIABLE, LOST_VARIABLE = "new variable", "variable that is gone"


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes
    ----------
    kind : str
        ``added``, ``removed``, ``recoded``, `NEW_VARIABLE` or `LOST_VARIABLE`.
    case_id : str
        Empty for a variable.
    cell : str
        ``io_sought``, ``military.force``, ``date_action``, ``sample``; empty for a whole case. The name
        of a variable that came or went.
    old, new : str
        Values as written in tables; empty where missing. Of a variable, how many cells have a value.
    """

    kind: str
    case_id: str
    cell: str = ""
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        """Word it: ``added kosovo_1998``, ``recoded libya_2011 io_sought 3 -> 2``."""
        if not self.cell:
            return f"{self.kind} {self.case_id}"
        if not self.case_id:
            return f"{self.kind} {self.cell}: {self.old or self.new}"
        old, new = (value or "missing" for value in (self.old, self.new))
        return f"{self.kind} {self.case_id} {self.cell} {old} -> {new}"


def released_cells(cases: pd.DataFrame, actors: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """List every cell of the derived case and actor tables, in their order.

    Returns
    -------
    DataFrame
        Columns `CELL_COLUMNS`; values as text, missing ones too.
    """
    columns = _case_columns(codebook)
    texts = {v.name: _as_text(cases[v.name], v) for v in columns if v.name in cases}
    rows = [
        (case_id, name, values[place])
        for place, case_id in enumerate(cases["case_id"])
        for name, values in texts.items()
    ]
    positions = {v.name: _as_text(actors[v.name], v) for v in codebook.actor if v.name in actors}
    rows += [
        (case_id, f"{actor}.{name}", values[place])
        for place, (case_id, actor) in enumerate(
            zip(actors["case_id"], actors["actor"], strict=True)
        )
        for name, values in positions.items()
    ]
    return pd.DataFrame(rows, columns=list(CELL_COLUMNS)).astype({"value": object})


def case_table(cells: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Make the case table from cells, with its derived columns, as the models read it."""
    columns = _case_columns(codebook)
    names = {v.name for v in columns}
    rows: dict[str, dict[str, Any]] = {}
    for case_id, cell, value in cells[list(CELL_COLUMNS)].itertuples(index=False, name=None):
        row = rows.setdefault(case_id, {"case_id": case_id})
        if cell in names:
            row[cell] = None if pd.isna(value) else value
    typed = [
        {v.name: _typed(row.get(v.name), v) for v in (codebook.variables["case_id"], *columns)}
        for row in rows.values()
    ]
    return derive(table(typed, codebook.columns("cases")), codebook)


def changes(old: pd.DataFrame, new: pd.DataFrame) -> list[Change]:
    """Name every difference between two lists of cells: variables, then cases, then cells in their order.

    A variable that only one of the states has is one difference, however many cells it has.
    """
    was, now = (dict(_pairs(cells)) for cells in (old, new))
    found = [
        *_variables(NEW_VARIABLE, now, was),
        *(replace(c, old=c.new, new="") for c in _variables(LOST_VARIABLE, was, now)),
    ]
    whole = {change.cell for change in found}
    was, now = (
        {place: value for place, value in cells.items() if _variable(place[1]) not in whole}
        for cells in (was, now)
    )
    cases_was, cases_now = ({case_id: None for case_id, _ in values} for values in (was, now))
    found += [Change(ADDED, case_id) for case_id in cases_now if case_id not in cases_was]
    found += [Change(REMOVED, case_id) for case_id in cases_was if case_id not in cases_now]
    return found + [
        Change(RECODED, case_id, cell, was.get((case_id, cell), ""), now.get((case_id, cell), ""))
        for case_id, cell in dict.fromkeys([*now, *was])
        if case_id in cases_was
        and case_id in cases_now
        and was.get((case_id, cell), "") != now.get((case_id, cell), "")
    ]


def _variables(
    kind: str, state: dict[tuple[str, str], str], other: dict[tuple[str, str], str]
) -> list[Change]:
    """Name the variables that one state has and the other, if it has any, has not."""
    known = {_variable(cell) for _, cell in other}
    names = dict.fromkeys(_variable(cell) for _, cell in state) if known else {}
    found = []
    for name in names:
        if name not in known:
            values = [value for (_, cell), value in state.items() if _variable(cell) == name]
            told = f"{sum(value != '' for value in values)} of {len(values)} cells have a value"
            found.append(Change(kind, "", name, new=told))
    return found


def _variable(cell: str) -> str:
    return cell.rpartition(".")[2]


def undone(
    change: Change, old: pd.DataFrame, new: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """Give the new case table as it would be without one change.

    Parameters
    ----------
    old, new : DataFrame
        Case tables (see `case_table`).
    """
    if change.kind in (NEW_VARIABLE, LOST_VARIABLE):
        # No released estimate has read it, so there is nothing to go back to.
        return new
    others = new[new["case_id"] != change.case_id]
    if change.kind == ADDED:
        return others.reset_index(drop=True)
    if change.kind == REMOVED:
        return pd.concat([new, old[old["case_id"] == change.case_id]], ignore_index=True)
    if change.cell not in new:
        return new
    row = new[new["case_id"] == change.case_id].copy()
    value = _typed(change.old or None, codebook.variables[change.cell])
    row[change.cell] = pd.Series([value], index=row.index, dtype=new[change.cell].dtype)
    out = new.copy()
    out.loc[row.index] = derive(row, codebook)
    return out


def _case_columns(codebook: Codebook) -> list[Variable]:
    levels: Sequence[Variable] = (*codebook.identity, *codebook.case, *codebook.fact)
    return [v for v in levels if v.derive is None and v.name != "case_id"]


def _as_text(values: pd.Series, variable: Variable) -> list[str | None]:
    kind = column_type(variable)
    typed = values.astype(float).astype(kind) if kind != "str" else values
    return [None if pd.isna(value) else str(value) for value in typed]


def _typed(value: object, variable: Variable) -> object:
    if value is None:
        return None
    kind = column_type(variable)
    if kind == "str":
        return str(value)
    number = float(str(value))
    return int(number) if kind == "Int64" else number


def _pairs(cells: pd.DataFrame) -> Iterator[tuple[tuple[str, str], str]]:
    for case_id, cell, value in cells[list(CELL_COLUMNS)].itertuples(index=False, name=None):
        yield (case_id, cell), "" if pd.isna(value) else str(value)
