"""A spreadsheet for a coder who weighs items of evidence: two explanations, the scale, no weight of others."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from replication.casefile.coding_sheet import check_label, fill_about, kind
from replication.casefile.item_ids import short_id
from replication.casefile.model import Case, Evidence
from replication.casefile.sheet_layout import (
    drop_down,
    fill,
    lay_out,
    option,
    packed,
)
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
    texts = (
        (
            case.case_id, short_id(case.case_id, item.id), rival, case.identity["case_title"] or case.case_id,
            kind(case, item), item.when, _statement(item),
        )
        for case, item, rival in rows
    )  # fmt: skip
    fill(sheet, _COLUMNS, ((text, ("",) * len(ENTRY)) for text in texts), "D2")
    choices = [option(code, label) for code, label in codebook.weights.scale.labels.items()]
    letter = get_column_letter(len(_COLUMNS) - len(ENTRY) + 1)
    drop_down(sheet, lists, 1, choices).add(f"{letter}2:{letter}{len(rows) + 1}")


def _statement(item: Evidence) -> str:
    quoted = f' Quoted: "{item.quotation.text}"' if item.quotation else ""
    return f"{item.statement}{quoted}"
