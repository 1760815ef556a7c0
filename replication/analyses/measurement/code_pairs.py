"""The codings as arrays: which coder gave which code to which unit, variable by variable.

A unit of a case variable is a case; of an actor variable, an actor in a case. A code that is null
says that the coder found no evidence; it is no code for alpha, and counted apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from replication.casefile import AGREED
from replication.codebook import EMPTY_LIST, Codebook, Variable
from replication.dataset import SEPARATOR

KEYS = ["case_id", "actor", "variable"]

# The scale whose differences alpha weighs, by the type of the variable.
SCALES = {
    "ordinal": "ordinal",
    "nominal": "nominal",
    "flag": "nominal",
    "list": "set",
    "integer": "interval",
    "number": "interval",
}


@dataclass(frozen=True)
class Coded:
    """What all passes say on one variable, or on one variable for one actor.

    Attributes
    ----------
    variable : Variable
    actor : str
        Empty for a case variable, and for an actor variable with the actors taken together.
    scale : str
        ``ordinal``, ``nominal``, ``interval`` or ``set``.
    codes : DataFrame
        One row a unit (index: case_id, actor), one column a pass; the codes as text, NaN where
        the pass has no code.
    null : DataFrame of bool, same shape
        Where the pass looked at the cell and found no evidence.
    """

    variable: Variable
    actor: str
    scale: Any
    codes: pd.DataFrame
    null: pd.DataFrame

    @property
    def name(self) -> str:
        """The name evidence uses, ``io_sought`` or ``military.force``."""
        return f"{self.actor}.{self.variable.name}" if self.actor else self.variable.name

    def among(self, passes: Sequence[str]) -> Coded:
        """Keep only these passes."""
        chosen = list(passes)
        return Coded(self.variable, self.actor, self.scale, self.codes[chosen], self.null[chosen])


def passes_of(codings: pd.DataFrame) -> list[str]:
    """Labels of the passes, in the order they first occur; the agreed coding is none."""
    return [name for name in dict.fromkeys(codings["coding"]) if name != AGREED]


def as_written(codings: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Codes as text and no missing actor, also where a table read back holds only numbers.

    The words of a list come in the order of the codebook: the order says nothing.
    """
    lists = {v.name: list(v.labels) for v in codebook.cells.values() if v.type == "list"}
    cells = zip(codings["variable"], codings["code"], strict=True)
    codes = [_written(code, lists.get(variable)) for variable, code in cells]
    return codings.assign(
        code=pd.Series(codes, index=codings.index, dtype=object),
        actor=["" if pd.isna(actor) else actor for actor in codings["actor"]],
    )


def coded_variables(codings: pd.DataFrame, codebook: Codebook) -> Iterator[Coded]:
    """Go through case variables, actor variables over all actors, and those of each actor."""
    passes = passes_of(codings)
    rows = as_written(codings[codings["coding"] != AGREED], codebook)
    cells = rows.assign(looked=True).set_index([*KEYS, "coding"])
    codes, looked = (
        cells[part].unstack("coding").reindex(columns=passes)  # noqa: PD010 - refuses a double cell
        for part in ("code", "looked")
    )
    null = looked.notna() & codes.isna()
    for variable in (*codebook.case, *codebook.actor):
        groups = [""] if variable.level == "case" else ["", *codebook.actors]
        for actor in groups:
            places = codes.index.get_level_values("variable") == variable.name
            if actor:
                places &= codes.index.get_level_values("actor") == actor
            chosen = [frame[places].droplevel("variable") for frame in (codes, null)]
            yield Coded(variable, actor, SCALES.get(variable.type, "nominal"), *chosen)


def numeric_codes(coded: Coded) -> tuple[np.ndarray, list[float], dict[float, str]]:
    """Codes as numbers, the scale's categories, and the word of each number.

    Returns
    -------
    codes : ndarray, shape (passes, units)
        NaN where there is no code.
    categories : list of float
        From low to high; a scale has at least two.
    words : dict
        The code as it is written in the case files, by its number.
    """
    texts = coded.codes.to_numpy(dtype=object).T
    if coded.scale in ("ordinal", "interval"):
        listed = [float(code) for code in coded.variable.labels]
        occurring = [float(text) for text in texts[pd.notna(texts)]]
        categories = sorted({*listed, *occurring})
        words = {number: f"{number:g}" for number in categories}
    else:
        labelled = [str(code) for code in coded.variable.labels]
        others = sorted({*texts[pd.notna(texts)]} - set(labelled))
        words = {float(i): word for i, word in enumerate([*labelled, *others])}
        categories = list(words)
    number_of = {word: number for number, word in words.items()}
    codes = np.full(texts.shape, np.nan)
    for place in zip(*np.nonzero(pd.notna(texts)), strict=True):
        text = texts[place]
        codes[place] = float(text) if coded.scale in ("ordinal", "interval") else number_of[text]
    # A scale nobody used yet still needs two steps to be a scale.
    while len(categories) < 2:  # noqa: PLR2004
        categories.append(categories[-1] + 1 if categories else 0.0)
    return codes, categories, words


def set_codes(coded: Coded) -> list[list[frozenset[str] | None]]:
    """Codes of a list variable as sets, by pass and unit."""
    return [[_set(text) for text in coded.codes[name]] for name in coded.codes]


def _written(code: object, words: Sequence[object] | None) -> str | None:
    if pd.isna(code):
        return None
    if not isinstance(code, str):
        return f"{code:g}"
    if words is None or code == EMPTY_LIST:
        return code
    return SEPARATOR.join(sorted(code.split(SEPARATOR), key=words.index))


def _set(text: object) -> frozenset[str] | None:
    if pd.isna(text):
        return None
    return frozenset() if text == EMPTY_LIST else frozenset(str(text).split(SEPARATOR))
