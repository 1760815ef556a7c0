"""`new-case`, `coding-sheet`, `import-codes`, `settle` and `schema`: adding cases and codings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from replication import paths
from replication.casefile import Case, InputError, case_schema, check_cases
from replication.casefile.scaffold import FIRST_PASS, new_case
from replication.cli.sheets import keep_imported, new_sheet
from replication.cli.words import case_ids, words
from replication.codebook import Codebook, read_codebook
from replication.codebook_shape import codebook_schema
from replication.exhibits.text import counted
from replication.files import write_json, write_text
from replication.near_names import nearest
from replication.yaml_reading import shown_path

if TYPE_CHECKING:
    from replication.casefile.settling import OpenCell
    from replication.casefile.sheet_import import Merge


def run_new_case(case: str, coding: str | None = None) -> int:
    """Write the scaffold of a new case and say what to do next."""
    from replication.casefile.coding_sheet import check_label  # noqa: PLC0415 - openpyxl

    case = case.removesuffix(".yaml")
    try:
        check_label(coding or FIRST_PASS)
        path = new_case(paths.CASES, case, read_codebook(paths.CODEBOOK), coding or FIRST_PASS)
    except ValueError as error:
        print(error)
        return 1
    print(f"Written: {shown_path(path)}, a draft with every rule beside its field.")
    steps = (
        (
            "",
            "Fill it in. What you did not find stays null. An editor with YAML support completes it.",
        ),
        (f"make check CASE={case}", "explains every fault and lists what is still open."),
        (
            f"make settle CASE={case}",
            "makes the agreed codes from the passes there are, one or more.",
        ),
        (
            "",
            f"Write status: released, and in {shown_path(paths.SPECIFICATIONS / 'decisions.yaml')} the row of its "
            f"decision (verdict: in, case: {case}).",
        ),
        (
            "make all",
            "puts the case into every table and figure; make compare says what it changes.",
        ),
    )
    for number, (command, told) in enumerate(steps, start=1):
        print(f"{number}. {command:<32} {told}" if command else f"{number}. {told}")
    print("Without make: python -m replication in its place, the rest alike.")
    return 0


def run_coding_sheet(
    coding: str, case: str | None = None, variables: str | None = None, *, again: bool = False
) -> int:
    """Write a sheet for one coder; a sheet that is there is never overwritten."""
    from replication.casefile.coding_sheet import CODES, check_label, coding_sheet  # noqa: PLC0415 - openpyxl
    from replication.casefile.weight_sheet import ASKED, SHEET, weight_sheet  # noqa: PLC0415

    asked = words(variables)
    book = read_codebook(paths.CODEBOOK)
    try:
        check_label(coding)
        cases = _chosen(_readable(book), case)
        weighed = asked == [ASKED]
        content = (
            weight_sheet(cases, book, coding)
            if weighed
            else coding_sheet(cases, book, coding, asked, again=again)
        )
    except InputError as error:
        return _told(error.faults)
    except ValueError as error:
        print(error)
        return 1
    return new_sheet(coding, content, "make import-codes", SHEET if weighed else CODES)


def run_import_codes(file: str, *, again: bool = False) -> int:
    """Merge a filled sheet into the case files, whole or not at all; `again` replaces codes of the same coder."""
    from replication.casefile.sheet_import import merge_sheet  # noqa: PLC0415 - openpyxl
    from replication.casefile.sheet_reading import has_sheet  # noqa: PLC0415
    from replication.casefile.weight_import import merge_weights  # noqa: PLC0415
    from replication.casefile.weight_sheet import SHEET  # noqa: PLC0415

    put_in = merge_weights if has_sheet(Path(file), SHEET) else partial(merge_sheet, again=again)
    try:
        content = _bytes_of(file)
        merge = put_in(Path(file), paths.CASES, read_codebook(paths.CODEBOOK))
    except InputError as error:
        return _told(error.faults)
    _write_merged(merge, Path(file), content)
    print(
        f"Codes by {merge.coding}: {merge.new} new in {counted(len(merge.texts), 'case file')}, {merge.same} there "
        f"already, {counted(merge.blank, 'row')} left blank."
    )
    # A third reading stands until somebody reads again, so a pass that moved away from it is listed by its name alone.
    settle = f"make settle PASS={merge.coding}" if again else "make settle"
    differs = (
        "where this pass differs from the agreed code" if again else "on which the passes differ"
    )
    print(
        f"Nothing else in these files was changed. Next: {settle} lists the cells {differs}; make all compares them."
    )
    return 0


def run_settle(
    case: str | None = None,
    coding: str | None = None,
    variables: str | None = None,
    file: str | None = None,
) -> int:
    """List what is open and write a sheet with every reading; with a filled sheet, merge what was decided."""
    from replication.casefile.settling import merge_settled, open_cells, settling_sheet  # noqa: PLC0415 - openpyxl

    book = read_codebook(paths.CODEBOOK)
    try:
        if file:
            content = _bytes_of(file)
            return _settle(merge_settled(Path(file), paths.CASES, book), Path(file), content)
        cases = _readable(book)
        _require_pass(coding, cases)
        found = open_cells(_chosen(cases, case), book, coding or "", words(variables))
    except InputError as error:
        return _told(error.faults)
    except ValueError as error:
        print(error)
        return 1
    if not found:
        print("Nothing is open: every cell that a pass has coded is settled.")
        return 0
    for reason, cells in _by_reason(found).items():
        count = sum(map(len, cells.values()))
        print(f"{reason[0].upper()}{reason[1:]}: {counted(count, 'cell')}")
        for case_id, names in cells.items():
            print(f"  {case_id}: {', '.join(names)}")
    return new_sheet("settle", settling_sheet(found, book), "make settle", "Codes")


def _readable(book: Codebook) -> list[Case]:
    """Read all cases, also those that are not settled."""
    cases, faults, _ = check_cases(paths.CASES, book, settled=False)
    if faults:
        raise InputError(faults)
    return cases


def _require_pass(coding: str | None, cases: Sequence[Case]) -> None:
    labels = dict.fromkeys(label for case in cases for label in case.passes)
    if coding and coding not in labels:
        raise ValueError(f"PASS: {coding!r} is not allowed; allowed: {', '.join(labels)}")


def _by_reason(found: Sequence[OpenCell]) -> dict[str, dict[str, list[str]]]:
    out: dict[str, dict[str, list[str]]] = {}
    for cell in found:
        out.setdefault(cell.reason, {}).setdefault(cell.case.case_id, []).append(cell.name)
    return out


def _settle(merge: Merge, sheet: Path, content: bytes) -> int:
    _write_merged(merge, sheet, content)
    print(
        f"Agreed: {counted(merge.new, 'cell')} in {counted(len(merge.texts), 'case file')}, {merge.same} as they were, "
        f"{counted(merge.blank, 'row')} left open. Released codes that changed keep their old value under corrections."
    )
    print("Nothing else in these files was changed. Next: make check, then make all.")
    return 0


def _bytes_of(file: str) -> bytes:
    """Give what a sheet holds before it is read; what is no file is named by whoever reads it."""
    return Path(file).read_bytes() if Path(file).is_file() else b""


def _write_merged(merge: Merge, sheet: Path, content: bytes) -> None:
    for path, text in merge.texts.items():
        write_text(path, text)
    keep_imported(sheet, content)


def run_schema() -> int:
    """Write the JSON Schemas anew from the codebook, for editors."""
    write_json(paths.CASE_SCHEMA, case_schema(read_codebook(paths.CODEBOOK)))
    write_json(paths.CODEBOOK_SCHEMA, codebook_schema())
    print(f"Written: {shown_path(paths.CASE_SCHEMA)} and {shown_path(paths.CODEBOOK_SCHEMA)}.")
    return 0


def _chosen(cases: Sequence[Case], case: str | None) -> list[Case]:
    """Choose the cases whose ids are typed; all where none is."""
    wanted = case_ids(case)
    if unknown := set(wanted) - {c.case_id for c in cases}:
        close = nearest(min(unknown), [c.case_id for c in cases], most=3)
        hint = f"; perhaps {', '.join(close)}" if close else ""
        raise ValueError(f"CASE: there is no case {min(unknown)!r}{hint}")
    return [c for c in cases if not wanted or c.case_id in wanted]


def _told(faults) -> int:  # noqa: ANN001 - faults of any file
    for fault in faults:
        print(fault)
    print(f"{counted(len(faults), 'fault')}; nothing was written.")
    return 1
