"""A spreadsheet for a coder who weighs items of evidence: two explanations, the scale, no weight of others."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from replication.casefile.coding_sheet import check_label, fill_about, kind
from replication.casefile.item_ids import short_id
from replication.casefile.model import Case, Evidence
from replication.casefile.sheet_layout import HEAD, OPEN, lay_out, option, packed, put
from replication.codebook import Codebook

# What is asked for instead of a variable to get this sheet.
ASKED = "weights"
SHEET = "Weights"
LOOK_UP = ("Case id", "Item", "Rival")
ENTRY = ("Decibels", "Why")
_COLUMNS = {
    "Case id": 18, "Item": 8, "Rival": 16, "Case": 26, "Source": 30, "When": 22, "Statement": 100,
    "Decibels": 34, "Why": 70,
}  # fmt: skip
_CellRow = tuple[Case, Evidence, str]


def weight_sheet(cases: Sequence[Case], codebook: Codebook, coding: str) -> bytes:
    """Make the workbook for one coder: a row for every item of the cases and every rival.

    What this coder has weighed already is left out.

    Raises
    ------
    ValueError
        For a label that cannot be one, or where nothing is left to weigh.
    """
    check_label(coding)
    rows = [
        (case, item, rival)
        for case in cases
        for item in case.evidence.values()
        for rival in codebook.weights.rivals
        if item.id not in case.weights.get(coding, {}).get(rival, {})
    ]
    if not rows:
        raise ValueError(f"PASS: {coding} has weighed every item; there is nothing left to weigh")
    book = Workbook()
    fill_about(book.active, _about(coding, codebook))
    _fill_weights(book.create_sheet(SHEET), book.create_sheet("Lists"), rows, codebook)
    book["Lists"].sheet_state = "hidden"
    for sheet in book:
        lay_out(sheet)
    book.active = 1
    return packed(book)


def _about(coding: str, codebook: Codebook) -> list[tuple[str, str]]:
    weights = codebook.weights
    scale = "; ".join(
        f"{value.code} {value.label}: {value.rule}" for value in weights.scale.values.values()
    )
    explained = [weights.explanation, *weights.rivals.values()]
    return [
        ("Pass", coding),
        ("What to do", (
            "On the sheet Weights go through the items of a case from the first to the last. Give each a weight for "
            "each rival, and the reason in one sentence where it is not 0. Only the yellow cells can be changed. "
            "Weigh a case whole: a sum needs every item."
        )),
        ("Rule", weights.scale.rule),
        *((f"{e.name}", f"{e.label}. {e.rule}") for e in explained),
        ("Scale", f"Above 0 for {weights.explanation.name}, below 0 for the rival of the row. {scale}"),
        ("Other weights", "No weight of another coder is in this file. Please look none up before you are done."),
        ("When done", "Save the file as .xlsx and run: make import-codes FILE=path/to/this/file.xlsx"),
    ]  # fmt: skip


def _fill_weights(
    sheet: Worksheet, lists: Worksheet, rows: Sequence[_CellRow], codebook: Codebook
) -> None:
    for column, (head, width) in enumerate(_COLUMNS.items(), start=1):
        cell = put(sheet, 1, column, head)
        cell.font, cell.fill = Font(bold=True), HEAD
        sheet.column_dimensions[get_column_letter(column)].width = width
    first_entry = len(_COLUMNS) - len(ENTRY) + 1
    for row, (case, item, rival) in enumerate(rows, start=2):
        texts = (
            case.case_id, short_id(case.case_id, item.id), rival, case.identity["case_title"] or case.case_id,
            kind(case, item), item.when, _statement(item),
        )  # fmt: skip
        for column, text in enumerate(texts, start=1):
            put(sheet, row, column, text)
        for column in range(first_entry, len(_COLUMNS) + 1):
            cell = put(sheet, row, column, None)
            cell.fill, cell.protection = OPEN, Protection(locked=False)
    choices = [option(code, label) for code, label in codebook.weights.scale.labels.items()]
    for row, choice in enumerate(choices, start=1):
        put(lists, row, 1, choice)
    rule = DataValidation(type="list", formula1=f"Lists!$A$1:$A${len(choices)}", allow_blank=True)
    rule.errorTitle, rule.error, rule.showErrorMessage = (
        "Not on the scale", "Choose one of the list.", True,
    )  # fmt: skip
    sheet.add_data_validation(rule)
    rule.add(f"{get_column_letter(first_entry)}2:{get_column_letter(first_entry)}{len(rows) + 1}")
    sheet.freeze_panes = "D2"
    sheet.protection.sheet = True


def _statement(item: Evidence) -> str:
    quoted = f' Quoted: "{item.quotation.text}"' if item.quotation else ""
    return f"{item.statement}{quoted}"
