"""A spreadsheet for a further coder: the evidence beside each cell, the codes to choose from, no code of others.

The file is the same bytes for the same cases.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from replication.casefile.model import AGREED, Case
from replication.casefile.sheet_parts import (
    OPEN,
    fill,
    kind,
    lay_out,
    packed,
    put,
    short_id,
    write_about,
    write_heads,
)
from replication.codebook import EMPTY_LIST, NO_EVIDENCE, Codebook, Variable

CODES, ABOUT = "Codes", "About"
LOOK_UP = ("Case id", "Cell")
ENTRY = ("Code", "Confidence", "Items", "Why")
_LABEL = "[a-z][a-z0-9]*(_[a-z0-9]+)*"
_LONGEST_LABEL = 40

_COLUMNS = {
    "Case id": 18, "Cell": 22, "Case": 26, "Question": 46, "Scale": 40, "Evidence": 90,
    "Code": 22, "Confidence": 14, "Items": 16, "Why": 50,
}  # fmt: skip


def coding_sheet(
    cases: Sequence[Case], codebook: Codebook, coding: str, variables: Sequence[str] = ()
) -> bytes:
    """Make the workbook for one coder.

    Parameters
    ----------
    cases : sequence of Case
        Drafts too.
    coding : str
        The coder's own label.
    variables : sequence of str
        Case variables, actor variables (``force``) or cells (``military.force``); all if empty.
        Cells that this coder has coded already are left out.

    Raises
    ------
    ValueError
        For a label that cannot be one, an unknown variable, or where nothing is left to code.
    """
    check_label(coding)
    wanted = _wanted(codebook, variables)
    rows = [
        (case, name)
        for case in cases
        for name in wanted
        if name not in case.codings.get(coding, {})
    ]
    if not rows:
        raise ValueError(
            f"PASS: {coding} has coded every cell asked for; there is nothing left to code"
        )
    book = Workbook()
    _fill_about(book.active, coding, codebook)
    lists = book.create_sheet("Lists")
    _fill_codes(book.create_sheet(CODES, 1), lists, rows, codebook)
    _fill_cases(book.create_sheet("Cases"), list({case.case_id: case for case, _ in rows}.values()))
    _fill_evidence(book.create_sheet("Evidence"), rows)
    for sheet in book:
        lay_out(sheet)
    lists.sheet_state = "hidden"
    book.move_sheet(lists, 3)
    book.active = 1
    return packed(book)


def check_label(coding: str) -> None:
    """Refuse a label that cannot name a pass.

    Raises
    ------
    ValueError
        Naming the label and what is allowed.
    """
    sound = len(coding) <= _LONGEST_LABEL and re.fullmatch(_LABEL, coding)
    if not sound or coding == AGREED:
        raise ValueError(
            f"PASS: {coding!r} is not allowed; allowed: a word in a-z, 0-9 and _ of at most "
            f"{_LONGEST_LABEL} characters that begins with a letter, not {AGREED!r}"
        )


def options(variable: Variable) -> list[str]:
    """Choices of a drop-down list, in the words of the codebook; empty where anything can be typed."""
    if variable.type == "flag":
        return ["true", "false", NO_EVIDENCE]
    if not variable.labels:
        return []
    if variable.type == "list":
        return [*map(str, variable.labels), EMPTY_LIST, NO_EVIDENCE]
    return [*(option(code, label) for code, label in variable.labels.items()), NO_EVIDENCE]


def option(code: int | str, label: str) -> str:
    """Word one choice: the code and its label."""
    return str(code) if label == str(code) else f"{code} {label}"


def _wanted(codebook: Codebook, variables: Sequence[str]) -> list[str]:
    names = {v.name for v in (*codebook.case, *codebook.actor)}
    unknown = [name for name in variables if name not in names and name not in codebook.cells]
    if unknown:
        raise ValueError(
            f"VARIABLES: {unknown[0]!r} is not allowed; allowed: {', '.join([*dict.fromkeys(codebook.cells)])}"
        )
    chosen = set(variables)
    return [
        name
        for name, variable in codebook.cells.items()
        if not chosen or name in chosen or variable.name in chosen
    ]


def _fill_about(sheet: Worksheet, coding: str, codebook: Codebook) -> None:
    lines = [
        ("Pass", coding),
        ("What to do", (
            "On the sheet Codes read the evidence of a row and choose a code and how sure it is. Write the numbers of "
            "the items that carry it (e05, e07) and the reason in one sentence. Only the yellow cells can be changed."
        )),
        ("No evidence", (
            f"Choose {NO_EVIDENCE!r} where the items do not show it. Leave a row blank where you did not code it."
        )),
        ("Lists", f"For several words write them with semicolons: UN; NATO. For none of them choose {EMPTY_LIST}."),
        ("Time rule", codebook.time_rule),
        ("Missing", codebook.missing_rule),
        ("Confidence", _scale(codebook.confidence)),
        ("Other codes", "No code of another coder is in this file. Please do not look them up before you are done."),
        ("When done", "Save the file as .xlsx and run: make import-codes FILE=path/to/this/file.xlsx"),
    ]  # fmt: skip
    write_about(sheet, ABOUT, lines)


def _fill_codes(
    sheet: Worksheet, lists: Worksheet, rows: Sequence[tuple[Case, str]], codebook: Codebook
) -> None:
    write_heads(sheet, _COLUMNS)
    places: dict[str, list[int]] = {}
    first_entry = len(_COLUMNS) - len(ENTRY) + 1
    for row, (case, name) in enumerate(rows, start=2):
        variable = codebook.cells[name]
        places.setdefault(variable.name, []).append(row)
        texts = (
            case.case_id,
            name,
            case.identity["case_title"] or case.case_id,
            _question(name, variable, codebook),
            _scale(variable),
            _evidence_text(case, name),
        )
        for column, text in enumerate(texts, start=1):
            put(sheet, row, column, text)
        for column in range(first_entry, len(_COLUMNS) + 1):
            cell = put(sheet, row, column, None)
            cell.fill, cell.protection = OPEN, Protection(locked=False)
    _add_lists(sheet, lists, places, first_entry, codebook)
    sheet.freeze_panes = "C2"
    sheet.protection.sheet = True
    for allowed in ("formatColumns", "formatRows", "autoFilter", "sort"):
        setattr(sheet.protection, allowed, False)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_COLUMNS))}{len(rows) + 1}"


def _add_lists(
    sheet: Worksheet,
    lists: Worksheet,
    places: dict[str, list[int]],
    first_entry: int,
    codebook: Codebook,
) -> None:
    """Tie a drop-down list to every cell of a scale, and one for confidence."""
    scales = [
        (codebook.variables[name], rows, first_entry, options(codebook.variables[name]))
        for name, rows in places.items()
    ]
    every = [row for rows in places.values() for row in rows]
    confidence = options(codebook.confidence)[:-1]
    scales.append((codebook.confidence, every, first_entry + 1, confidence))
    for number, (variable, rows, column, choices) in enumerate(scales, start=1):
        if not choices:
            continue
        for row, choice in enumerate(choices, start=1):
            put(lists, row, number, choice)
        letter = get_column_letter(number)
        rule = DataValidation(
            type="list", formula1=f"Lists!${letter}$1:${letter}${len(choices)}", allow_blank=True
        )
        # Several words of a list are typed, which a strict drop-down list would refuse.
        rule.showErrorMessage = variable.type != "list"
        rule.errorTitle, rule.error = "Not on the scale", "Choose one of the list."
        sheet.add_data_validation(rule)
        target = get_column_letter(column)
        for first, last in _runs(sorted(rows)):
            rule.add(f"{target}{first}:{target}{last}")


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def _fill_cases(sheet: Worksheet, cases: Sequence[Case]) -> None:
    heads = ("Case id", "Case", "Date of the decision", "Decision")
    rows = [
        (
            case.case_id,
            case.identity["case_title"],
            case.identity["decision_date"],
            case.identity.get("decision"),
        )
        for case in cases
    ]
    fill(sheet, heads, rows, (18, 40, 20, 110))


def _fill_evidence(sheet: Worksheet, rows: Sequence[tuple[Case, str]]) -> None:
    cases = {case.case_id: case for case, _ in rows}
    items = [
        (case.case_id, item.id, "; ".join(item.about), item.when, kind(case, item), item.statement)
        for case in cases.values()
        for item in case.evidence.values()
    ]
    heads = ("Case id", "Item", "Bears on", "When", "Source", "Statement")
    fill(sheet, heads, items, (18, 22, 34, 24, 34, 110))


def _question(name: str, variable: Variable, codebook: Codebook) -> str:
    actor = name.rpartition(".")[0]
    rule = " ".join(variable.rule.split())
    if not actor:
        return f"{variable.label}. {rule}"
    who = codebook.actors[actor]
    return f"{who.label} ({who.rule}): {variable.label}. {rule}"


def _scale(variable: Variable) -> str:
    lines = [
        f"{option(value.code, value.label)}{': ' + value.rule if value.rule else ''}"
        for value in variable.values.values()
    ]
    return "\n".join(lines) or variable.type


def _evidence_text(case: Case, name: str) -> str:
    items = [item for item in case.evidence.values() if name in item.about]
    if not items:
        return "No item is marked as bearing on this cell; see the sheet Evidence."
    return "\n".join(
        f"{short_id(case.case_id, item.id)} ({kind(case, item)}"
        f"{', ' + item.when if item.when else ''}): {item.statement}"
        for item in items
    )
