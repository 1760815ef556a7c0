"""`verify`: make everything anew elsewhere and compare."""

from __future__ import annotations

from replication import paths
from replication.release.verify import report, verify


def run_verify() -> int:
    """Print the verdict on every product; 0 only when the committed tree is what the inputs give."""
    print(
        "Making everything anew in a scratch folder, then comparing with what is committed.",
        flush=True,
    )
    found = verify(paths.ROOT)
    print(report(found))
    return 0 if found.sound else 1
