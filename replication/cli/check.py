"""`check`: read every case file and explain each fault."""

from __future__ import annotations

from replication import paths
from replication.casefile import check_cases
from replication.codebook import read_codebook


def run_check(case: str | None, *, quiet: bool = False) -> int:
    """Print one line per fault, then what is missing but allowed; 1 when there is a fault."""
    cases, faults, notices = check_cases(paths.CASES, read_codebook(paths.CODEBOOK), only=case)
    for fault in faults:
        print(fault)
    if faults:
        print(
            f"{len(faults)} faults in {paths.CASES.relative_to(paths.ROOT).as_posix()}; nothing was written."
        )
        return 1
    if not quiet:
        for notice in notices:
            print(notice)
        drafts = sum(c.status == "draft" for c in cases)
        print(
            f"{len(cases)} case files are sound, {drafts} of them drafts; {len(notices)} notes above."
        )
    return 0
