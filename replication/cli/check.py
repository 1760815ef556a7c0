"""`check`: read every case file and every specification, and explain each fault."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from replication import paths
from replication.casefile import Case, Fault, InputError, check_cases
from replication.cli.words import case_ids
from replication.codebook import Codebook, read_codebook
from replication.exhibits.text import counted
from replication.yaml_reading import shown_path


def run_check(case: str | Iterable[str] | None, *, quiet: bool = False) -> int:
    """Print one line per fault, then what is missing but allowed; 1 when there is a fault."""
    try:
        codebook = read_codebook(paths.CODEBOOK)
    except InputError as error:
        print(error)
        print("The codebook has faults, so no case file was checked; nothing was written.")
        return 1
    cases, faults, notices = everything_checked(codebook, case_ids(case))
    for fault in faults:
        print(fault)
    if faults:
        told = counted(len(faults), "fault")
        print(f"{told} in {shown_path(paths.CASES.parent)}; nothing was written.")
        return 1
    if not quiet:
        for notice in notices:
            print(notice)
        drafts = [c.case_id for c in cases if c.status == "draft"]
        if drafts:
            print(f"Drafts, in no estimate until their status is released: {', '.join(drafts)}")
        print(
            f"{counted(len(cases), 'sound case file')}, drafts among them: {len(drafts)}; "
            f"{counted(len(notices), 'note')} above."
        )
    return 0


def everything_checked(
    codebook: Codebook, only: Iterable[str] = ()
) -> tuple[list[Case], list[Fault], list[Fault]]:
    """Check case files by themselves, the specifications, and the cases against what is known.

    Parameters
    ----------
    only : iterable of str
        Ids of the cases to look at; all if empty. The specifications are held against each other
        where all cases are looked at.

    Returns
    -------
    cases, faults, notices
        As of `check_cases`.
    """
    from replication.analyses.case_checks import (  # noqa: PLC0415 - pandas, a second
        check_cases_against_known,
        read_released,
        unlisted_notes,
    )
    from replication.analyses.specification_files import (  # noqa: PLC0415
        check_specifications,
        unknown_names,
    )

    chosen = list(only)
    cases: list[Case] = []
    faults: list[Fault] = []
    notices: list[Fault] = []
    wanted: list[str | None] = [*chosen] or [None]
    for one in wanted:
        found = check_cases(paths.CASES, codebook, only=one)
        cases, faults, notices = cases + found[0], faults + found[1], notices + found[2]
    specifications = check_specifications(
        paths.SPECIFICATIONS, codebook, cases if not chosen else []
    )
    faults = [*faults, *specifications]
    if not specifications:
        # Only where all cases are read can a pass be said to be in none.
        announced = [] if chosen else unknown_names(paths.SPECIFICATIONS, cases)
        known_faults, known_notices = check_cases_against_known(
            cases,
            paths.SPECIFICATIONS,
            codebook,
            read_released(paths.RELEASE),
            datetime.now(UTC).date(),
        )
        faults, notices = [*faults, *known_faults], [*notices, *known_notices, *announced]
        notices += unlisted_notes(cases, paths.SPECIFICATIONS)
    return cases, faults, sorted(notices)
