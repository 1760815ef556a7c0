"""Case files without the passes that were added since, for tests that add a pass or count those that are there."""

from __future__ import annotations

import re
from pathlib import Path

from replication import paths

RELEASED = ("pass_1", "pass_2", "agreed")


def released_passes(case: str) -> str:
    """Give the text of a case file with the two released passes and the agreed coding only."""
    text = (paths.CASES / f"{case}.yaml").read_bytes().decode("utf-8")
    head, codings = re.split("(?m)^(?=codings:)", text)
    others = "(?!" + "|".join(f"{label}:" for label in RELEASED) + ")"
    # A pass goes on while lines are empty or stand further in.
    return head + re.sub(f"(?m)^  {others}[a-z0-9_]+:.*[\n](?:(?:   .*)?[\n])*", "", codings)


def copy_released_passes(case: str, folder: Path) -> None:
    """Write that text to a folder."""
    (folder / f"{case}.yaml").write_bytes(released_passes(case).encode("utf-8"))
