"""`verify`: make everything anew elsewhere and compare."""

from __future__ import annotations

from replication import paths
from replication.release.verify import report, verify


def run_verify() -> int:
    """Print the verdict on every product; 0 only when the release and the tree are what the inputs give."""
    print(
        "Making everything anew in a scratch folder, then comparing with what was released.",
        flush=True,
    )
    found = verify(paths.ROOT)
    print(report(found))
    return 0 if found.sound else 1


def run_reference() -> int:
    """Make the inputs and outputs as they are the reference that `verify` compares with."""
    from replication.cli.build import up_to_date  # noqa: PLC0415
    from replication.release.environment_record import release_record  # noqa: PLC0415
    from replication.release.manifest import ENVIRONMENT, REFERENCE  # noqa: PLC0415
    from replication.release.reference import write_reference  # noqa: PLC0415

    if not up_to_date():
        print("Something changed since the last run: run `make all` first, then this again.")
        return 1
    write_reference(paths.ROOT)
    renewed = release_record(paths.ROOT)
    print(f"Written: {REFERENCE}. `make verify` compares with it from now on.")
    if renewed:
        print(f"Written: {ENVIRONMENT}, of the last full run in this folder.")
    else:
        print(
            f"{ENVIRONMENT} is as it was: no full run in this folder is on record. `make clean`, `make all` and "
            "this again renew it."
        )
    return 0
