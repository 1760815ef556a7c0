"""A spreadsheet for a further coder: the evidence beside each cell, the codes to choose from, no code of others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from replication.casefile.item_ids import short_id
from replication.casefile.model import AGREED, Case, Evidence, Source
from replication.casefile.sheet_layout import (
    add_lists,
    fill,
    lay_out,
    option,
    packed,
    put,
)
from replication.codebook import EMPTY_LIST, NO_EVIDENCE, Codebook, Variable
from replication.csv_cells import MISSING_WORDS

CODES, ABOUT = "Codes", "About"
LOOK_UP = ("Case id", "Cell")
ENTRY = ("Code", "Confidence", "Items", "Why")
_LABEL = "[a-z][a-z0-9]*(_[a-z0-9]+)*"
_LONGEST_LABEL = 40

# Columns before those that are filled in, and those, with their widths.
GIVEN = {"Case id": 18, "Cell": 22, "Case": 26, "Question": 46, "Scale": 40, "Evidence": 90}
ENTERED = {"Code": 22, "Confidence": 14, "Items": 16, "Why": 50}

Place = tuple[Case, str]
Entries = Mapping[tuple[str, str], Sequence[str]]


def coding_sheet(
    cases: Sequence[Case],
    codebook: Codebook,
    coding: str,
    variables: Sequence[str] = (),
    *,
    again: bool = False,
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
    again : bool
        Also cells that this coder has coded already, without the codes, as after new evidence; else they are
        left out.

    Raises
    ------
    ValueError
        For a label that cannot be one, an unknown variable, or where nothing is left to code.
    """
    check_label(coding)
    wanted = wanted_cells(codebook, variables)
    rows = [
        (case, name)
        for case in cases
        for name in wanted
        if again or not ((cell := case.codings.get(coding, {}).get(name)) and cell.filled)
    ]
    if not rows:
        raise ValueError(
            f"PASS: {coding} has coded every cell asked for; there is nothing left to code but with AGAIN=1"
        )
    return workbook(rows, codebook, _about(coding, codebook))


def workbook(
    rows: Sequence[Place],
    codebook: Codebook,
    about: Sequence[tuple[str, str]],
    more: Mapping[str, Callable[[Case, str], str]] | None = None,
    filled: Entries | None = None,
) -> bytes:
    """Make a workbook with a row for each cell, the evidence, and sheets of cases, items and sources.

    Parameters
    ----------
    rows : sequence of (Case, str)
        Cases and names of cells.
    about : sequence of (str, str)
        Heads and texts of the first sheet; the first text is the label of the coding.
    more : mapping
        Further columns before those that are filled in, with what stands in them.
    filled : mapping
        What stands in the columns that are filled in, by case_id and cell.
    """
    book = Workbook()
    fill_about(book.active, about)
    lists = book.create_sheet("Lists")
    _fill_codes(book.create_sheet(CODES, 1), lists, rows, codebook, more or {}, filled or {})
    cases = list({case.case_id: case for case, _ in rows}.values())
    _fill_cases(book.create_sheet("Cases"), cases)
    _fill_evidence(book.create_sheet("Evidence"), cases)
    _fill_sources(book.create_sheet("Sources"), cases)
    for sheet in book:
        lay_out(sheet)
    lists.sheet_state = "hidden"
    book.move_sheet(lists, 4)
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
    if not sound or coding == AGREED or coding in MISSING_WORDS:
        raise ValueError(
            f"PASS: {coding!r} is not allowed; allowed: a word in a-z, 0-9 and _ of at most "
            f"{_LONGEST_LABEL} characters that begins with a letter, not {AGREED!r} and "
            "no word that other programs read as missing"
        )


def wanted_cells(codebook: Codebook, variables: Sequence[str]) -> list[str]:
    """Name the cells that some variables or cells stand for; all where none is named.

    Raises
    ------
    ValueError
        For what is neither.
    """
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


def _about(coding: str, codebook: Codebook) -> list[tuple[str, str]]:
    return [
        ("Pass", coding),
        ("What to do", (
            "On the sheet Codes read the evidence of a row and choose a code and how sure it is. Write the numbers of "
            "the items that carry it (e05, e07) and the reason in one sentence. Only the yellow cells can be changed."
        )),
        ("No evidence", (
            f"Choose {NO_EVIDENCE!r} where the items do not show it. Leave a row blank where you did not code it."
        )),
        *rules(codebook),
        ("Other codes", "No code of another coder is in this file. Please do not look them up before you are done."),
        ("When done", "Save the file as .xlsx and run: make import-codes FILE=path/to/this/file.xlsx"),
    ]  # fmt: skip


def rules(codebook: Codebook) -> list[tuple[str, str]]:
    """Word the rules that hold for every cell."""
    return [
        ("Lists", f"For several words write them with semicolons: UN; NATO. For none of them choose {EMPTY_LIST}."),
        ("Time rule", codebook.time_rule),
        ("Missing", codebook.missing_rule),
        ("Confidence", _scale(codebook.confidence)),
    ]  # fmt: skip


def fill_about(sheet: Worksheet, lines: Sequence[tuple[str, str]]) -> None:
    """Fill the sheet that says what to do; the label of the pass stands in its first line."""
    sheet.title = ABOUT
    for row, (head, text) in enumerate(lines, start=1):
        put(sheet, row, 1, head).font = Font(bold=True)
        put(sheet, row, 2, " ".join(text.split()))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 16, 110
    sheet.protection.sheet = True


def _fill_codes(
    sheet: Worksheet,
    lists: Worksheet,
    rows: Sequence[Place],
    codebook: Codebook,
    more: Mapping[str, Callable[[Case, str], str]],
    filled: Entries,
) -> None:
    columns = {**GIVEN, **dict.fromkeys(more, 60), **ENTERED}
    places: dict[str, list[int]] = {}
    content = []
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
            *(tell(case, name) for tell in more.values()),
        )
        content.append((texts, filled.get((case.case_id, name), ("",) * len(ENTERED))))
    fill(sheet, columns, content, "C2")
    add_lists(sheet, lists, places, len(columns) - len(ENTERED) + 1, codebook)
    for allowed in ("formatColumns", "formatRows", "autoFilter", "sort"):
        setattr(sheet.protection, allowed, False)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"


def _fill_cases(sheet: Worksheet, cases: Sequence[Case]) -> None:
    names = ("case_title", "decision_date", "decision")
    rows = [((case.case_id, *map(case.identity.get, names)), ()) for case in cases]
    fill(sheet, {"Case id": 18, "Case": 40, "Date of the decision": 20, "Decision": 110}, rows)


def _fill_evidence(sheet: Worksheet, cases: Sequence[Case]) -> None:
    items = [
        ((case.case_id, item.id, "; ".join(item.about), item.when, kind(case, item), item.statement,
          _cited(case, item)), ())
        for case in cases
        for item in case.evidence.values()
    ]  # fmt: skip
    fill(
        sheet,
        {"Case id": 18, "Item": 22, "Bears on": 34, "When": 24, "Kind": 34, "Statement": 90, "Source": 70},
        items,
    )  # fmt: skip


def _fill_sources(sheet: Worksheet, cases: Sequence[Case]) -> None:
    rows = [
        ((case.case_id, s.key, s.title, s.author, s.publisher, s.date, s.url), ())
        for case in cases
        for s in case.sources.values()
    ]
    fill(
        sheet,
        {"Case id": 18, "Source": 10, "Title": 70, "Author": 34, "Publisher": 34, "Date": 14, "Address": 70},
        rows,
    )  # fmt: skip


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
        + (f" Source: {cited}" if (cited := _cited(case, item)) else "")
        for item in items
    )


def _cited(case: Case, item: Evidence) -> str:
    """Name the sources of an item, each with its title and its address."""
    return "; ".join(map(_named, (case.sources[key] for key in item.source)))


def _named(source: Source) -> str:
    title = source.title or source.publisher or "no title"
    return f"{title}, {source.url}" if source.url else title


def kind(case: Case, item: Evidence) -> str:
    """Say what kind of source an item rests on and what marks it bears."""
    types = dict.fromkeys(case.sources[key].type.replace("_", " ") for key in item.source)
    marks = [
        "read in the source" if item.consulted else "",
        "nothing was found" if item.absence else "",
        "by the theory's author" if item.theory_author else "",
        "after the decision" if item.after_decision else "",
    ]
    return ", ".join([*types, *(mark for mark in marks if mark)]) or "no source"
