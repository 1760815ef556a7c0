"""Labelled copies of tables for Stata and SPSS, the same bytes for the same data.

Both writers of pyreadstat put the clock into the header. Its place is fixed by the formats: in
.dta 118 the element `timestamp`, a byte of length and ``dd Mon yyyy hh:mm`` (Stata manual,
"Description of the .dta file format 118", header); in .sav nine characters of date and eight of
time at byte 92 (PSPP developer documentation, "System File Format", file header record). A fixed
time is put there. pyreadstat writes no notes into .dta: they are put in as characteristics of the
data set, and the map of the file's parts is moved accordingly (same manual, "Characteristics", "Map").
"""

from __future__ import annotations

import struct
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from replication.codebook import CONF, CONFIDENCE, DAY, Codebook, Variable
from replication.files import replacing
from replication.precision import rounded_frame

_STATA_STAMP = b"<timestamp>"
_STATA_TIME = b"01 Jan 2000 00:00"
_CHARACTERISTICS = b"<characteristics>"
_MAP = b"<map>"
_PLACES = "<14Q"  # where the 14 parts of the file begin
_NAME_BYTES = 129
_SPSS_STAMP = 92
_SPSS_TIME = b"01 Jan 0000:00:00"

# More than any of these tables takes.
_ROOM = 4_000_000
_MEASURES = {"ordinal": "ordinal", "integer": "scale", "number": "scale"}


@dataclass(frozen=True)
class _Labelled:
    """A table as statistical programs take it, floats and plain texts, with its labels."""

    content: pd.DataFrame
    columns: dict[str, Variable]

    @property
    def labels(self) -> dict[str, str | None]:
        return {name: column.label for name, column in self.columns.items()}

    @property
    def numeric(self) -> dict[str, Variable]:
        kinds = self.content.dtypes
        return {name: column for name, column in self.columns.items() if kinds[name] == "float64"}

    @property
    def days(self) -> list[str]:
        return [name for name, column in self.columns.items() if column.type == DAY]

    @property
    def texts(self) -> list[str]:
        return [name for name in self.columns if name not in {*self.numeric, *self.days}]

    @property
    def value_labels(self) -> dict[str, Any]:
        return {name: column.labels for name, column in self.numeric.items() if column.labels}


def write_stata(
    path: Path, frame: pd.DataFrame, codebook: Codebook, notes: Sequence[str] = ()
) -> None:
    """Write a case or actor table as .dta (Stata 14 and later) with variable and value labels.

    Numbers are rounded as in the .csv. Missing values become system missing, missing texts empty, which
    Stata counts as missing. Whole dates are dates (%td). Columns that the codebook marks `csv_only` are
    left out; names ending in ``_confidence`` end in ``_conf``, as Stata's names have at most 32 characters.

    Parameters
    ----------
    notes : sequence of str
        Notes of the data set, such as its citation.
    """
    table = _labelled(frame, codebook)
    with replacing(path) as draft, _system_errors(draft):
        pyreadstat.write_dta(
            table.content,
            str(draft),
            version=14,
            file_label=_file_label(path),
            column_labels=table.labels,
            variable_value_labels=table.value_labels,
            variable_format=dict.fromkeys(table.days, "%td"),
        )
        start = draft.read_bytes().index(_STATA_STAMP) + len(_STATA_STAMP) + 1
        _stamp(draft, start, _STATA_TIME)
        draft.write_bytes(
            _with_notes(draft.read_bytes(), [*notes, *_differences(path, frame, codebook)])
        )


def write_sav(
    path: Path, frame: pd.DataFrame, codebook: Codebook, notes: Sequence[str] = ()
) -> None:
    """Write a case or actor table as .sav with labels and levels of measurement.

    Columns, names, numbers and missing values are those of `write_stata`; an empty text is declared missing,
    which SPSS would otherwise count as a value.
    """
    table = _labelled(frame, codebook)
    measures = {
        name: _MEASURES.get(column.type, "nominal") for name, column in table.columns.items()
    }
    whole = {name: "F8.0" for name, column in table.numeric.items() if column.type != "number"}
    with replacing(path) as draft, _system_errors(draft):
        pyreadstat.write_sav(
            table.content,
            str(draft),
            file_label=_file_label(path),
            note=_short_lines([*notes, *_differences(path, frame, codebook)]),
            column_labels=table.labels,
            variable_value_labels=table.value_labels,
            variable_measure=measures,
            variable_format=whole | dict.fromkeys(table.days, "SDATE10"),
            missing_ranges={name: [""] for name in table.texts},
        )
        _stamp(draft, _SPSS_STAMP, _SPSS_TIME)


@contextmanager
def _system_errors(draft: Path) -> Iterator[None]:
    """Let the system say why a file could not be written, where the writer only says that it could not."""
    try:
        yield
    except pyreadstat.ReadstatError as error:
        if "write" in str(error):
            draft.write_bytes(bytes(_ROOM))
        raise


def exported_name(column: str) -> str:
    """Name of a column in .dta and .sav."""
    stem = column.removesuffix(CONFIDENCE)
    return column if stem == column else f"{stem}{CONF}"


def _labelled(frame: pd.DataFrame, codebook: Codebook) -> _Labelled:
    known = {
        column.name: column for table in ("cases", "actors") for column in codebook.columns(table)
    }
    kept = {name: known[name] for name in frame.columns if not known[name].csv_only}
    rounded = rounded_frame(frame[list(kept)])
    content = {exported_name(name): _plain(rounded[name], kept[name].type) for name in kept}
    return _Labelled(
        pd.DataFrame(content), {exported_name(name): column for name, column in kept.items()}
    )


def _plain(values: pd.Series, kind: str) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values):
        return values.astype("float64")
    if kind == DAY:
        days = [None if pd.isna(day) else date.fromisoformat(day) for day in values]
        # A column without a single day has to be a number for the writer to take it for a date.
        kept = object if any(days) else "float64"
        return pd.Series(days, index=values.index, dtype=kept)
    return values.fillna("").astype(object)


def _stamp(path: Path, start: int, time: bytes) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:start] + time + content[start + len(time) :])


def _file_label(path: Path) -> str:
    return f"US decisions on humanitarian intervention: {path.stem}"


def _differences(path: Path, frame: pd.DataFrame, codebook: Codebook) -> list[str]:
    """Say in notes what the .csv of the same name holds otherwise."""
    known = {column.name: column for column in codebook.columns("cases")}
    left_out = [name for name in frame.columns if name in known and known[name].csv_only]
    told = [f"Names that end in {CONFIDENCE} in {path.stem}.csv end in {CONF} here."]
    if left_out:
        told.append(f"Only in {path.stem}.csv: {', '.join(left_out)}.")
    return told


def _short_lines(notes: Sequence[str]) -> list[str]:
    """Break notes into lines of 80 bytes, the longest that .sav takes."""
    widest = max(len(character.encode()) for note in notes for character in note)
    return [line for note in notes for line in textwrap.wrap(note, 80 // widest)]


def _with_notes(content: bytes, notes: Sequence[str]) -> bytes:
    """Put notes into a .dta 118 file as characteristics ``_dta[note1]`` and on; ``note0`` counts them."""
    texts = {"note0": str(len(notes)), **{f"note{i}": n for i, n in enumerate(notes, start=1)}}
    block = b"".join(_characteristic(name, text) for name, text in texts.items())
    start = content.index(_CHARACTERISTICS) + len(_CHARACTERISTICS)
    content = content[:start] + block + content[start:]
    first = content.index(_MAP) + len(_MAP)
    places = list(struct.unpack_from(_PLACES, content, first))
    moved = [place + len(block) if place >= start else place for place in places]
    return content[:first] + struct.pack(_PLACES, *moved) + content[first + 8 * len(places) :]


def _characteristic(name: str, text: str) -> bytes:
    about, called = (word.encode().ljust(_NAME_BYTES, b"\0") for word in ("_dta", name))
    value = about + called + text.encode() + b"\0"
    return b"<ch>" + struct.pack("<I", len(value)) + value + b"</ch>"
