"""What a cell of a .csv file may hold, so that R, Stata, pandas, polars, DuckDB and spreadsheets read it as meant.

Missing is an empty field and nothing else. No text is one of the words that one of these programs takes for a
missing value or for a number. Infinity has no spelling that all of them read as a number (in Stata and DuckDB it
turns the whole column into text, gretl makes it missing without a word), so an infinite number is an empty field
too, and the column `infinite` of the row says which columns are infinite and on which side:
``estimate=inf;conf_low=-inf``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# Defaults of pandas' `read_csv` (na_values), R's and readr's (NA), Stata's missing values (., .a to .z), what
# Dataverse's ingest takes for missing or zero (null). Numbers that are none are read in any case and with a sign
# (polars, DuckDB).
_WORDS = """
#N/A #NA -1.#IND -1.#QNAN 1.#IND 1.#QNAN <NA> N/A NA NULL None Null n/a na null
. .a .b .c .d .e .f .g .h .i .j .k .l .m .n .o .p .q .r .s .t .u .v .w .x .y .z
"""
_NOT_NUMBERS = {
    f"{sign}{spelt}"
    for word in ("nan", "inf", "infinity")
    for spelt in (word, word.upper(), word.capitalize(), "NaN" if word == "nan" else word)
    for sign in ("", "+", "-")
}
MISSING_WORDS = frozenset({*_WORDS.split(), "#N/A N/A", *_NOT_NUMBERS})
INFINITE = "infinite"
# Significant digits that numbers are written with.
WRITTEN = 8
_SEPARATOR = ";"
# Tables of intervals have the column whether or not a limit is infinite in the data at hand.
_INTERVAL = "conf_high"


def with_marks(frame: pd.DataFrame) -> pd.DataFrame:
    """Make infinite numbers missing and name their columns in `INFINITE`.

    Returns
    -------
    DataFrame
        The frame itself where nothing is infinite and it has no interval.
    """
    infinite = {}
    for name, kind in frame.dtypes.items():
        if kind.kind in "fO":
            found = [isinstance(v, float) and math.isinf(v) for v in frame[name]]
            if any(found):
                infinite[name] = found
    if not infinite and _INTERVAL not in frame:
        return frame
    marks = [
        _SEPARATOR.join(
            f"{name}={'inf' if frame[name].iloc[place] > 0 else '-inf'}"
            for name, found in infinite.items()
            if found[place]
        )
        for place in range(len(frame))
    ]
    finite = {name: frame[name].mask(found) for name, found in infinite.items()}
    return frame.assign(**finite, **{INFINITE: [mark or None for mark in marks]})


def marks_of(text: str) -> dict[str, str]:
    """Read a cell of `INFINITE`: ``inf`` or ``-inf`` by column.

    Raises
    ------
    ValueError
        For a text that `with_marks` does not write.
    """
    pairs = dict(part.split("=") for part in text.split(_SEPARATOR)) if text else {}
    if wrong := set(pairs.values()) - {"inf", "-inf"}:
        raise ValueError(f"{text!r}: {min(wrong)!r} is not allowed; allowed: inf, -inf")
    return pairs


def without_marks(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Put ``inf`` and ``-inf`` back into the cells they stand for, and leave the column `INFINITE` out."""
    return [
        {**{k: v for k, v in row.items() if k != INFINITE}, **marks_of(row.get(INFINITE) or "")}
        for row in rows
    ]


def misread(frame: pd.DataFrame) -> list[tuple[int, str, str]]:
    """Find texts that other programs take for missing or for a number: place of the row, column, text."""
    texts = [name for name, kind in frame.dtypes.items() if kind.kind not in "iufbM"]
    return [
        (place, name, value)
        for name in texts
        for place, value in enumerate(frame[name])
        if isinstance(value, str) and value in MISSING_WORDS
    ]
