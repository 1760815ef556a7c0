"""Every number in the paper's prose, looked up and formatted, and output/numbers.csv, which lists them all."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from replication.exhibits import numbers
from replication.exhibits.text import visible
from replication.precision import at_most, below, equal
from replication.report import paper_source
from replication.report.paper_results import PaperResults
from replication.report.paper_source import Call, Comparison
from replication.tables import Row

COLUMNS = ("key", "form", "text", "value", "reason", "file", "lines")
YES, NO, MISSING = "yes", "no", "missing"
# Keeps a number on the line of its unit.
_NO_BREAK = chr(0xA0)
_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": below,
    ">": lambda left, right: below(right, left),
    "<=": at_most,
    ">=": lambda left, right: at_most(right, left),
}


@dataclass(frozen=True)
class Entry:
    """One number or condition of the prose.

    Attributes
    ----------
    text : str
        What the paper shows; for a condition ``yes``, ``no`` or ``missing``.
    value : str
        The unrounded values behind it, as the file has them, separated by semicolons.
    reason : str
        Why a value is missing; empty where none is.
    lines : tuple of int
        Lines of the source that ask for it.
    """

    key: str
    form: str
    text: str
    value: str
    reason: str
    file: str
    lines: tuple[int, ...]


def entries(found: Iterable[Call], results: PaperResults, source: str = "paper.typ") -> list[Entry]:
    """Look up every number and every condition, in the order of the source.

    Raises
    ------
    KeyError
        When a key names nothing; the message says which key, in which line, and what there is.
    ValueError
        When a value cannot be shown as asked, or a condition is none.
    """
    lines: dict[tuple[str, str], list[int]] = {}
    for call in found:
        if call.form in (*paper_source.NUMBERS, paper_source.CONDITION):
            lines.setdefault((call.form, call.key), []).append(call.line)
    made = []
    for (form, key), where in lines.items():
        try:
            made.append(_entry(form, key, tuple(dict.fromkeys(where)), results))
        except KeyError as fault:
            raise KeyError(f"{source}, line {where[0]}: {key!r}: {fault.args[0]}") from None
        except ValueError as fault:
            raise ValueError(f"{source}, line {where[0]}: {key!r}: {fault}") from None
    return made


def shown_numbers(made: Iterable[Entry]) -> dict[str, dict[str, str]]:
    """Give what the source finds under ``form key``: text and reason."""
    return {
        f"{entry.form} {entry.key}": {"text": visible(entry.text), "reason": visible(entry.reason)}
        for entry in made
    }


def numbers_table(made: Iterable[Entry]) -> pd.DataFrame:
    """Columns `COLUMNS`, one row an entry; lines are separated by semicolons."""
    rows = [{**vars(entry), "lines": ";".join(str(line) for line in entry.lines)} for entry in made]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _entry(form: str, key: str, lines: tuple[int, ...], results: PaperResults) -> Entry:
    if form == paper_source.CONDITION:
        return Entry(key, form, *_condition(key, results), lines)
    name, declared = paper_source.declared(key)
    try:
        found = _found(form, name, results)
    except KeyError:
        if not declared:
            raise
        reason, file = results.absence(name)
        found = numbers.MISSING, "", reason, file
    return Entry(key, form, *found, lines)


def _found(form: str, key: str, results: PaperResults) -> tuple[str, str, str, str]:
    if form in _OF_ROW and not _is_cell(key, results):
        found = results.row(key)
        return *_of_row(form, found.row), found.file
    value, reason, file = results.cell(key)
    return _OF_CELL[form](value) if value else numbers.MISSING, value, reason, file


def _is_cell(key: str, results: PaperResults) -> bool:
    """Tell a key of a single value from a key of a row, which some forms take."""
    try:
        results.row(key)
    except KeyError:
        return True
    return False


def _of_row(form: str, row: Row) -> tuple[str, str, str]:
    columns, shape = _OF_ROW[form]
    values = [row.get(column, "") for column in columns]
    reason = "" if all(values) else row.get("note") or "this result has no value here"
    if not any(values):
        return numbers.MISSING, "", reason
    return shape(*(float(v) if v else math.nan for v in values)), ";".join(values), reason


def _condition(condition: str, results: PaperResults) -> tuple[str, str, str, str]:
    joint, parts = paper_source.comparisons(condition)
    told = [_compared(part, results) for part in parts]
    reason = next((reason for _, _, reason, _ in told if reason), "")
    values = ";".join(value for _, value, _, _ in told)
    files = ";".join(dict.fromkeys(file for *_, file in told))
    if reason:
        return MISSING, values, reason, files
    truth = (all if joint == "and" else any)(true for true, *_ in told)
    return (YES if truth else NO), values, "", files


def _cell(key: str, results: PaperResults) -> tuple[str, str, str]:
    name, declared = paper_source.declared(key)
    try:
        return results.cell(name)
    except KeyError:
        if not declared:
            raise
        return "", *results.absence(name)


def _compared(part: Comparison, results: PaperResults) -> tuple[bool, str, str, str]:
    left, reason, file = _cell(part.left, results)
    right = part.right
    if paper_source.is_key(right):
        right, other_reason, other_file = _cell(right, results)
        reason, file = reason or other_reason, ";".join(dict.fromkeys((file, other_file)))
    if reason:
        return False, left, reason, file
    if part.operator == "==":
        return _same(left, right), left, "", file
    return _OPERATORS[part.operator](float(left), float(right)), left, "", file


def _same(left: str, right: str) -> bool:
    try:
        return equal(float(left), float(right))
    except ValueError:
        return left == right


def _points(share: float | str) -> str:
    return numbers.number(100 * float(share), 0)


def _odds(log_odds: float | str) -> str:
    return numbers.number(math.exp(float(log_odds)))


def _percent(share: str, digits: int = 0) -> str:
    return f"{numbers.number(100 * float(share), digits)}{_NO_BREAK}%"


def _p_equals(value: float | str) -> str:
    return numbers.p_equals(value).replace(" ", _NO_BREAK)


def _interval(low: float, high: float) -> str:
    digits = numbers.fitting_digits(low, high)
    return f"{numbers.number(low, digits)} to {numbers.number(high, digits)}"


def _estimate(estimate: float, low: float, high: float) -> str:
    digits = numbers.fitting_digits(estimate, low, high)
    return f"{numbers.number(estimate, digits)} {numbers.interval(low, high, digits)}"


def _in_points(estimate: float, low: float, high: float) -> str:
    """Give a difference of probabilities with its interval, in signed percentage points."""
    digits = numbers.points_digits(estimate, low, high)
    shown = [numbers.points(value, digits) for value in (estimate, low, high)]
    return f"{shown[0]} [{shown[1]}, {shown[2]}]"


# Forms that show one value, and forms that show a row of estimates by its columns.
_OF_CELL: Mapping[str, Callable[[str], str]] = {
    "n": numbers.number,
    "n1": lambda value: numbers.number(value, 1),
    "int": numbers.integer,
    "p": _p_equals,
    "pv": numbers.p_value,
    "pct": _percent,
    "pct1": lambda share: _percent(share, 1),
    "points": _points,
    "odds": _odds,
    "t": str,
    "code": str,
}
_OF_ROW: Mapping[str, tuple[tuple[str, ...], Callable[..., str]]] = {
    "p": (("p_value",), _p_equals),
    "ci": (("conf_low", "conf_high"), _interval),
    "ame": (("estimate", "conf_low", "conf_high"), _in_points),
    "est": (("estimate", "conf_low", "conf_high"), _estimate),
    "odds": (("estimate",), _odds),
    "points": (("estimate",), _points),
}
