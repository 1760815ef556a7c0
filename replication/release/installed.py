"""Compare what is installed with the lock."""

from __future__ import annotations

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
