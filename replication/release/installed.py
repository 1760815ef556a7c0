"""Compare what is installed with the lock."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.markers import Marker

_PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;]+)(?: ; ([^=].*?))? *.?$")


def mismatches(lock: Path) -> list[str]:
    """List packages of the lock that are missing here or have another version, in plain words."""
    found = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        pin = _PIN.match(line)
        if pin is None or (pin[3] and not Marker(pin[3]).evaluate()):
            continue
        try:
            here = version(pin[1])
        except PackageNotFoundError:
            found.append(f"{pin[1]}: the lock has {pin[2]}, nothing is installed")
            continue
        if here != pin[2]:
            found.append(f"{pin[1]}: the lock has {pin[2]}, {here} is installed")
    return found
