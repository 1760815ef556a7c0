"""`new-case`, `coding-sheet`, `import-codes` and `schema`: adding cases and codings."""

from __future__ import annotations

import re
from pathlib import Path

from replication import paths
from replication.casefile import InputError, case_schema, check_cases
from replication.casefile.scaffold import new_case
from replication.codebook import read_codebook
from replication.codebook_shape import codebook_schema
from replication.exhibits.text import counted
from replication.files import write_bytes, write_json, write_text
from replication.yaml_reading import shown_path


def run_new_case(case: str) -> int:
    """Write the scaffold of a new case and say what to do next."""
    try:
        path = new_case(paths.CASES, case, read_codebook(paths.CODEBOOK))
    except ValueError as error:
        print(error)
        return 1
    shown = shown_path(path)
    print(f"Written: {shown}, a draft with every rule beside its field.")
    print(
        "1. Fill it in. What you did not find stays null. An editor with YAML support completes it."
    )
    print(f"2. make check CASE={case}     explains every fault and lists what is still open.")
    print("3. Write status: released and decision_date, sample and the other lines of identity.")
    print(
        "4. make all                  puts the case into every table and figure; make compare says what it changes."
    )
    return 0


def run_coding_sheet(coding: str, case: str | None, variables: str | None) -> int:
    """Write a sheet for one coder; a sheet that is there is never overwritten."""
    from replication.casefile.coding_sheet import check_label, coding_sheet  # noqa: PLC0415 - openpyxl
    from replication.casefile.weight_sheet import ASKED, SHEET, weight_sheet  # noqa: PLC0415

    book = read_codebook(paths.CODEBOOK)
    cases, faults, _ = check_cases(paths.CASES, book)
    if faults:
        return _told(faults)
    wanted = _words(case)
    if unknown := set(wanted) - {c.case_id for c in cases}:
        print(f"CASE: there is no case {min(unknown)!r}")
        return 1
    try:
        check_label(coding)
        chosen = [c for c in cases if not wanted or c.case_id in wanted]
        weighs = _words(variables) == [ASKED]
        content = (
            weight_sheet(chosen, book, coding)
            if weighs
            else coding_sheet(chosen, book, coding, _words(variables))
        )
    except ValueError as error:
        print(error)
        return 1
    path = paths.CODING_SHEETS / f"{coding}.xlsx"
    if path.exists():
        print(f"{shown_path(path)} exists and may hold codes; import it or move it away first.")
        return 1
    write_bytes(path, content)
    print(
        f"Written: {shown_path(path)}. Fill in the yellow cells of the sheet {SHEET if weighs else 'Codes'}, then:"
    )
    print(f"make import-codes FILE={shown_path(path)}")
    return 0


def run_import_codes(file: str) -> int:
    """Merge a filled sheet into the case files, whole or not at all."""
    from replication.casefile.sheet_import import has_sheet, merge_sheet  # noqa: PLC0415 - openpyxl
    from replication.casefile.weight_import import merge_weights  # noqa: PLC0415
    from replication.casefile.weight_sheet import SHEET  # noqa: PLC0415

    merged = merge_weights if has_sheet(Path(file), SHEET) else merge_sheet
    try:
        merge = merged(Path(file), paths.CASES, read_codebook(paths.CODEBOOK))
    except InputError as error:
        return _told(error.faults)
    for path, text in merge.texts.items():
        write_text(path, text)
    print(
        f"Codes by {merge.coding}: {merge.new} new in {len(merge.texts)} case files, {merge.same} there already, "
        f"{merge.blank} rows left blank."
    )
    print(
        "Nothing else in these files was changed. Next: make check, then make all for the reliability figures."
    )
    return 0


def run_schema() -> int:
    """Write the JSON Schemas anew from the codebook, for editors."""
    write_json(paths.CASE_SCHEMA, case_schema(read_codebook(paths.CODEBOOK)))
    write_json(paths.CODEBOOK_SCHEMA, codebook_schema())
    print(f"Written: {shown_path(paths.CASE_SCHEMA)} and {shown_path(paths.CODEBOOK_SCHEMA)}.")
    return 0


def _words(text: str | None) -> list[str]:
    return [word for word in re.split("[ ,;]+", text or "") if word]


def _told(faults) -> int:  # noqa: ANN001 - faults of any file
    for fault in faults:
        print(fault)
    print(f"{counted(len(faults), 'fault')}; nothing was written.")
    return 1
