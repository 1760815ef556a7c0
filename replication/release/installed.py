"""Compare what is installed with the lock."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement


def mismatches(lock: Path) -> list[str]:
    """List packages of the lock that are missing here or have another version, in plain words."""
    found = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        if not line[:1].isalnum():
            continue  # a hash, or a comment on where a package comes from
        pin = Requirement(line.rstrip(" \\"))
        if pin.marker is not None and not pin.marker.evaluate():
            continue
        [wanted] = [specifier.version for specifier in pin.specifier]
        try:
            here = version(pin.name)
        except PackageNotFoundError:
            found.append(f"{pin.name}: the lock has {wanted}, nothing is installed")
            continue
        if here != wanted:
            found.append(f"{pin.name}: the lock has {wanted}, {here} is installed")
    return found


def direct_requirements(root: Path) -> list[tuple[str, str]]:
    """Name and version of what `make all` imports: the first of the lists in requirements.txt, which comments part."""
    text = (root / "requirements.txt").read_text(encoding="utf-8").split("\n# ")[0]
    return re.findall(r"^([A-Za-z0-9_.-]+)==([^ \n]+)$", text, flags=re.MULTILINE)
