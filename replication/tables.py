"""Reading and writing tables: every column has the type that the codebook or the list of results gives it.

A table is known by its file's name, a column by its own. Codes, counts and marks are Int64, other numbers
float64, truth values boolean, all else text; an empty field is missing, or infinite where the column
`infinite` says so (see `csv_cells`).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Hashable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from replication import paths
from replication.codebook import Codebook, Variable, read_codebook
from replication.csv_cells import INFINITE, marks_of, without_marks
from replication.files import write_csv
from replication.result_columns import INTEGER, NUMBER, TEXT, TRUTH, result_type
from replication.yaml_reading import Fault, InputError, shown_path

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, str]
Rows = list[Row]
_GroupKey = TypeVar("_GroupKey", bound=Hashable)

_DTYPES = {INTEGER: "Int64", NUMBER: "float64", TEXT: "str", TRUTH: "boolean"}
_WORDS = {"Int64": "a whole number", "float64": "a number", "boolean": "True or False"}
_TRUTH = {"True": True, "False": False, True: True, False: False}


def read_table(path: Path, codebook: Codebook | None = None) -> pd.DataFrame:
    """Read a table with the types of its columns.

    Parameters
    ----------
    path : Path
        A .csv file; its name without suffix is the table's.
    codebook : Codebook, optional
        As a rule the project's own.

    Raises
    ------
    InputError
        Naming file, line, column, value and what is allowed, where a value is not of its column's type;
        and for a column whose type is not known.
    FileNotFoundError
        When a step that comes before has not been run.
    """
    import pandas as pd  # noqa: PLC0415 - checking case files must not wait for pandas

    texts = pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])
    if INFINITE in texts:
        texts = _unmarked(texts, path)
    types = column_types(path, list(texts.columns), codebook)
    return _typed(texts, types, path)


def write_table(path: Path, frame: pd.DataFrame, codebook: Codebook | None = None) -> None:
    """Write a table that `read_table` reads back with the same types.

    Raises
    ------
    InputError
        As for `read_table`; the file stays as it was.
    """
    types = column_types(path, list(frame.columns), codebook)
    # Texts are written as they are: truth values as words, words as themselves.
    numeric = {name: kind for name, kind in types.items() if kind != "str"}
    write_csv(path, _typed(frame, numeric, path))


def rows_by(rows: Iterable[Row], key: Callable[[Row], _GroupKey]) -> dict[_GroupKey, Rows]:
    """Group rows; groups and rows stay in the order in which they come."""
    groups: dict[_GroupKey, Rows] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def read_rows(path: Path) -> list[Row]:
    """Read a table as the texts that its file holds; an empty text is a missing value.

    For pages that show what the files say: a code of 2 stays ``2`` whatever else its column holds.
    """
    with path.open(encoding="utf-8", newline="") as file:
        return without_marks(list(csv.DictReader(file)))


def column_type(variable: Variable) -> str:
    """Type of a column: Int64 for codes and counts, float64 for other numbers, str for the rest."""
    numeric_codes = variable.labels and all(isinstance(code, int) for code in variable.labels)
    if variable.type in ("ordinal", "flag", "integer") or (
        variable.type == "nominal" and numeric_codes
    ):
        return "Int64"
    return "float64" if variable.type == "number" else "str"


def column_types(
    path: Path, columns: list[str], codebook: Codebook | None = None
) -> dict[str, str]:
    """Type of each column of the table that `path` names.

    Raises
    ------
    InputError
        For columns that neither the codebook nor `result_columns` knows.
    """
    own, anywhere = _coded_types(
        codebook or _codebook_at(paths.CODEBOOK, _age(paths.CODEBOOK)), path.stem
    )
    types, unknown = {}, []
    for column in columns:
        listed = result_type(path.stem, column)
        found = own.get(column) or _DTYPES.get(listed or "") or anywhere.get(column)
        if found:
            types[column] = found
        else:
            unknown.append(column)
    if unknown:
        message = (
            f"the type of the column is not known; it has to be a variable of {shown_path(paths.CODEBOOK)} or to "
            "stand in replication/result_columns.py"
        )
        raise InputError([Fault(shown_path(path), 1, column, message) for column in unknown])
    return types


def _coded_types(codebook: Codebook, table: str) -> tuple[dict[str, str], dict[str, str]]:
    """Types of a derived table's own columns, and of all variables wherever they stand."""
    own = codebook.columns(table) if table in codebook.tables else ()
    every = (*codebook.columns("actors"), *codebook.columns("cases"))
    return ({v.name: column_type(v) for v in own}, {v.name: column_type(v) for v in every})


@cache
def _codebook_at(path: Path, _age: int) -> Codebook:
    return read_codebook(path)


def _age(path: Path) -> int:
    return path.stat().st_mtime_ns


def _unmarked(texts: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Put infinite numbers back where the column `INFINITE` says they stand, and leave it out."""
    out = texts.drop(columns=INFINITE)
    for place, text in texts[INFINITE].dropna().items():
        try:
            for column, value in marks_of(text).items():
                out.iloc[place, out.columns.get_loc(column)] = value
        except (ValueError, KeyError):
            message = f"{text!r} is not allowed; allowed: columns of the table, =inf or =-inf, semicolons between"
            fault = Fault(shown_path(path), int(place) + 2, INFINITE, message)
            raise InputError([fault]) from None
    return out


def _typed(frame: pd.DataFrame, types: dict[str, str], path: Path) -> pd.DataFrame:
    try:
        return frame.assign(**{name: _column(frame[name], kind) for name, kind in types.items()})
    except (ValueError, TypeError, KeyError):
        raise InputError(_misfits(frame, types, path)) from None


def _column(values: pd.Series, kind: str) -> pd.Series:
    import pandas as pd  # noqa: PLC0415 - as in `read_table`

    if kind == "str":
        return values.astype(kind)
    if kind == "boolean":
        return values.dropna().map(_TRUTH.__getitem__).reindex(values.index).astype(kind)
    # Whole numbers may be written as 2.0, as tables with gaps once were.
    numbers = values.to_numpy(dtype="float64", na_value=float("nan"))
    return pd.Series(numbers, index=values.index).astype(kind)


def _misfits(frame: pd.DataFrame, types: dict[str, str], path: Path) -> list[Fault]:
    """Find every value that is not of its column's type."""
    import pandas as pd  # noqa: PLC0415 - as in `read_table`

    return [
        Fault(
            shown_path(path),
            number,
            name,
            f"{value!r} is not allowed; allowed: {_WORDS[kind]}, or nothing",
        )
        for name, kind in types.items()
        if kind in _WORDS
        for number, value in enumerate(frame[name], start=2)
        if not (pd.isna(value) or _fits(value, kind))
    ]


def _fits(value: Any, kind: str) -> bool:
    if kind == "boolean":
        return bool(value in _TRUTH)
    try:
        number = float(value)
    except (ValueError, TypeError):
        return False
    return kind == "float64" or number.is_integer()
