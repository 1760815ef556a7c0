"""`check`: read every case file and every specification, and explain each fault."""

from __future__ import annotations

from replication import paths
from replication.casefile import InputError, check_cases
from replication.codebook import read_codebook
from replication.exhibits.text import counted
from replication.workflow import shown


def run_check(case: str | None, *, quiet: bool = False) -> int:
    """Print one line per fault, then what is missing but allowed; 1 when there is a fault."""
    try:
        codebook = read_codebook(paths.CODEBOOK)
    except InputError as error:
        print(error)
        print("The codebook has faults, so no case file was checked; nothing was written.")
        return 1
    cases, faults, notices = check_cases(paths.CASES, codebook, only=case)
    if case is None:
        from replication.analyses.specification_files import (  # noqa: PLC0415 - pandas, a second
            check_specifications,
        )

        faults = [*faults, *check_specifications(paths.SPECIFICATIONS, codebook, cases)]
    for fault in faults:
        print(fault)
    if faults:
        told = counted(len(faults), "fault")
        print(f"{told} in {shown(paths.CASES.parent)}; nothing was written.")
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
