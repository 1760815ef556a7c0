"""`portability`: build under switches of processor and libraries, compare every file."""

from __future__ import annotations

from replication import paths
from replication.exhibits.text import counted


def run_portability(*, small: bool) -> int:
    """Print a table of the switches; 0 only when every file has the same bytes under all of them."""
    from replication.release.portability import report, run_matrix, switches  # noqa: PLC0415

    chosen = switches(small=small)
    print(f"Building the project {len(chosen)} times in a scratch folder.", flush=True)
    outcomes = []
    try:
        for found in run_matrix(paths.ROOT, chosen, few_worlds=small):
            print(
                f"{found.switch.name}: {counted(len(found.different), 'different file')}",
                flush=True,
            )
            outcomes.append(found)
    except RuntimeError as error:
        print(error)
        return 1
    print(report(outcomes))
    return int(any(found.different for found in outcomes))
