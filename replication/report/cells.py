"""Cells of the explorer: what was coded, by whom, how surely, and how the cell looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from replication.casefile import AGREED
from replication.codebook import EMPTY_LIST, Codebook, Variable
from replication.exhibits.labels import Labels, spoken
from replication.exhibits.numbers import MISSING, integer, signed
from replication.report.inputs import words
from replication.tables import Row, rows_by

# Steps of colour between the lowest and the highest code of a scale.
_TONES = 5
_LONGEST_MARK = 3


@dataclass(frozen=True)
class ShownCoding:
    """What one coder, or the agreed coding, says of a cell.

    Attributes
    ----------
    label, shown : str
        The coder, and the code with its label, in words.
    evidence : tuple of str
        Ids of the items cited.
    settled : str
        How the agreed code was settled, a word of the codebook; empty for a single coder.
    """

    label: str
    code: str
    shown: str
    confidence: str
    evidence: tuple[str, ...]
    why: str
    settled: str


@dataclass(frozen=True)
class CellView:
    """One variable of one case, or one actor's variable.

    Attributes
    ----------
    address : str
        What stands after # to open it: ``somalia_1992/military.force``.
    agreed : Coding or None
        None where there is no agreed coding of the cell.
    disputed : bool
        Whether the coders gave different codes.
    mark, tone : str
        What the matrix shows, and the name of its colour.
    summary : str
        The same in words, for a reader who does not see the matrix.
    """

    address: str
    name: str
    label: str
    variable: Variable
    agreed: ShownCoding | None
    passes: tuple[ShownCoding, ...]
    disputed: bool
    mark: str
    tone: str
    summary: str


@dataclass(frozen=True)
class PassColumn:
    """One column of the matrix.

    Attributes
    ----------
    head : str
        What stands over it, under the heading of its group.
    short, label : str
        What it is called where no group is named: in two words, and in full.
    """

    name: str
    head: str
    short: str
    label: str
    variable: Variable


def columns_of(codebook: Codebook, labels: Labels) -> list[tuple[str, list[PassColumn]]]:
    """Give the columns under their headings: the case's variables, then each variable of the actors."""
    case = [PassColumn(v.name, spoken(v.name), spoken(v.name), v.label, v) for v in codebook.case]
    actors = [
        (v.label, [_actor_column(name, labels.actor(name), v) for name in codebook.actors])
        for v in codebook.actor
    ]
    return [(heading, columns) for heading, columns in [("Case", case), *actors] if columns]


def cells_of(
    case_id: str,
    title: str,
    codings: Iterable[Row],
    columns: Sequence[PassColumn],
    labels: Labels,
) -> list[CellView]:
    """Make one cell a column from the codings of one case; a cell nobody coded is shown as missing."""
    by_cell = rows_by(
        codings, lambda r: f"{r['actor']}.{r['variable']}" if r["actor"] else r["variable"]
    )
    return [
        _cell(case_id, title, by_cell.get(column.name, []), column, labels) for column in columns
    ]


def _actor_column(name: str, actor: str, variable: Variable) -> PassColumn:
    matter = spoken(variable.name)
    short = f"{actor} on {matter if matter.isupper() else matter.lower()}"
    label = f"{actor}: {variable.label}"
    return PassColumn(f"{name}.{variable.name}", actor, short, label, variable)


def _cell(
    case_id: str, title: str, rows: Sequence[Row], column: PassColumn, labels: Labels
) -> CellView:
    variable = column.variable
    agreed = next((_coding(r, variable, labels) for r in rows if r["coding"] == AGREED), None)
    passes = tuple(_coding(r, variable, labels) for r in rows if r["coding"] != AGREED)
    disputed = len({frozenset(words(coding.code)) for coding in passes}) > 1
    code = agreed.code if agreed else ""
    return CellView(
        address=f"{case_id}/{column.name}",
        name=column.name,
        label=column.label,
        variable=variable,
        agreed=agreed,
        passes=passes,
        disputed=disputed,
        mark=_mark(code, variable),
        tone=_tone(code, variable),
        summary=_summary(title, column, agreed, disputed),
    )


def _coding(row: Row, variable: Variable, labels: Labels) -> ShownCoding:
    return ShownCoding(
        label=spoken(row["coding"]),
        code=row["code"],
        shown=code_in_words(row["code"], variable, labels),
        confidence=row["confidence"],
        evidence=words(row["evidence"]),
        why=row["why"],
        settled=row["settled"],
    )


def code_in_words(code: str, variable: Variable, labels: Labels) -> str:
    """Say a code with its label: ``2 reserved``; a list by its labels; a missing code by its meaning."""
    if not code:
        return f"Not coded: {variable.missing or 'missing'}"
    if variable.type == "list":
        return (
            ", ".join(variable.labels.get(word, word) for word in words(code))
            if code != EMPTY_LIST
            else "none"
        )
    return labels.code(variable.name, _typed(code, variable))


def _typed(code: str, variable: Variable) -> int | str:
    return next((value for value in variable.values if str(value) == code), code)


def _mark(code: str, variable: Variable) -> str:
    if not code:
        return MISSING
    if variable.type == "list":
        return str(0 if code == EMPTY_LIST else len(words(code)))
    value = _typed(code, variable)
    if isinstance(value, int):
        return signed(value) if min(map(int, variable.values)) < 0 else integer(value)
    return code[:_LONGEST_MARK]


def _tone(code: str, variable: Variable) -> str:
    """Name the colour by the place of the code on its scale."""
    value = _typed(code, variable)
    if not code:
        return "missing"
    if variable.type == "list" or not isinstance(value, int):
        return "words"
    codes = [int(code) for code in variable.values]
    low, high = min(codes), max(codes)
    place = round((_TONES - 1) * (value - low) / (high - low)) if high > low else 0
    return f"signed{place}" if low < 0 else f"tone{place}"


def _summary(title: str, column: PassColumn, agreed: ShownCoding | None, disputed: bool) -> str:  # noqa: FBT001
    coded = (
        f"{agreed.shown}, confidence {agreed.confidence}" if agreed and agreed.code else "not coded"
    )
    return f"{title}, {column.short}: {coded}{'; passes differ' if disputed else ''}"
