"""Labelled copies of tables for Stata and SPSS, the same bytes for the same data.

Both writers of pyreadstat put the clock into the header. Its place is fixed by the formats: in
.dta 118 the element `timestamp`, a byte of length and ``dd Mon yyyy hh:mm`` (Stata manual,
"Description of the .dta file format 118", header); in .sav nine characters of date and eight of
time at byte 92 (PSPP developer documentation, "System File Format", file header record). A fixed
time is put there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyreadstat

from replication.codebook import Codebook, Variable
from replication.files import replacing

_STATA_STAMP = b"<timestamp>"
_STATA_TIME = b"01 Jan 2000 00:00"
_SPSS_STAMP = 92
_SPSS_TIME = b"01 Jan 0000:00:00"

_MEASURES = {"ordinal": "ordinal", "integer": "scale", "number": "scale"}


@dataclass(frozen=True)
class _Labelled:
    """A table as statistical programs take it, floats and plain texts, with its labels."""

    content: pd.DataFrame
    columns: dict[str, Variable]

    @property
    def labels(self) -> dict[str, str]:
        return {name: column.label for name, column in self.columns.items()}

    @property
    def numeric(self) -> dict[str, Variable]:
        kinds = self.content.dtypes
        return {name: column for name, column in self.columns.items() if kinds[name] == "float64"}

    @property
    def value_labels(self) -> dict[str, dict[int | str, str]]:
        return {name: column.labels for name, column in self.numeric.items() if column.labels}


def write_stata(path: Path, frame: pd.DataFrame, codebook: Codebook) -> None:
    """Write a case or actor table as .dta (Stata 14 and later) with variable and value labels.

    Missing values become system missing, missing texts empty. Columns that the codebook marks
    `csv_only` are left out; names ending in ``_confidence`` end in ``_conf``, as Stata's names have
    at most 32 characters.
    """
    table = _labelled(frame, codebook)
    with replacing(path) as draft:
        pyreadstat.write_dta(
            table.content,
            str(draft),
            version=14,
            column_labels=table.labels,
            variable_value_labels=table.value_labels,
        )
        start = draft.read_bytes().index(_STATA_STAMP) + len(_STATA_STAMP) + 1
        _stamp(draft, start, _STATA_TIME)


def write_sav(path: Path, frame: pd.DataFrame, codebook: Codebook) -> None:
    """Write a case or actor table as .sav with labels and levels of measurement.

    Columns, names and missing values are those of `write_stata`.
    """
    table = _labelled(frame, codebook)
    measures = {
        name: _MEASURES.get(column.type, "nominal") for name, column in table.columns.items()
    }
    whole = {name: "F8.0" for name, column in table.numeric.items() if column.type != "number"}
    with replacing(path) as draft:
        pyreadstat.write_sav(
            table.content,
            str(draft),
            column_labels=table.labels,
            variable_value_labels=table.value_labels,
            variable_measure=measures,
            variable_format=whole,
        )
        _stamp(draft, _SPSS_STAMP, _SPSS_TIME)


def exported_name(column: str) -> str:
    """Name of a column in .dta and .sav."""
    stem = column.removesuffix("_confidence")
    return column if stem == column else f"{stem}_conf"


def _labelled(frame: pd.DataFrame, codebook: Codebook) -> _Labelled:
    known = {
        column.name: column for table in ("cases", "actors") for column in codebook.columns(table)
    }
    kept = {name: known[name] for name in frame.columns if not known[name].csv_only}
    content = {exported_name(name): _plain(frame[name]) for name in kept}
    return _Labelled(
        pd.DataFrame(content), {exported_name(name): column for name, column in kept.items()}
    )


def _plain(values: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values):
        return values.astype("float64")
    return values.fillna("").astype(object)


def _stamp(path: Path, start: int, time: bytes) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:start] + time + content[start + len(time) :])
