"""The environment record: what the last successful full run was made with, as a text of names and values.

`make all` writes it into .build whenever every step ran and none failed; `make reference` puts it beside the
reference, so that a release says when, on what and with what its outputs were made.
"""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from replication import __version__
from replication.files import write_text
from replication.release.machine import machine
from replication.release.manifest import ENVIRONMENT

LAST_RUN = ".build/environment.txt"
_WIDTH = 13
_GIGABYTE = 1e9


def write_record(root: Path, steps: int, seconds: float) -> None:
    """Record a full run that just ended: the number of its steps and the seconds it took."""
    lines = [f"{name:{_WIDTH}} {value}" for name, value in _entries(root, steps, seconds)]
    write_text(root / LAST_RUN, "\n".join([*lines, ""]))


def release_record(root: Path) -> bool:
    """Put the record of the last full run into the release; say whether there was one."""
    if not (root / LAST_RUN).is_file():
        return False
    shutil.copyfile(root / LAST_RUN, root / ENVIRONMENT)
    return True


def read_record(path: Path) -> dict[str, str]:
    """Read a record: value by name."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line[:_WIDTH].strip(): line[_WIDTH:].strip() for line in lines}


def _entries(root: Path, steps: int, seconds: float) -> Iterator[tuple[str, str]]:
    here = machine()
    yield "run", f"make all, every one of {steps} steps, none failed"
    yield "ended", datetime.now(tz=UTC).isoformat(timespec="seconds")
    yield "took", f"{seconds:.0f} s"
    yield "package", __version__
    yield "system", f"{here['system']}{_distribution()}"
    # Without what its builder put behind the number, which may name an institution.
    yield "kernel", platform.release().partition("-")[0]
    yield "processor", f"{_processor()} ({here['architecture']}), {os.cpu_count()} cores"
    if room := _memory():
        yield "memory", f"{room / _GIGABYTE:.0f} GB"
    yield "interpreter", f"{platform.python_implementation()} {platform.python_version()}"
    # The kernel of the linear algebra, the features of the processor and the rest that decides the last digits.
    yield from ((name, here[name]) for name in ("simd", "blas", "libc", "zlib", "numba"))
    yield "packages", ", ".join(_packages(root / "requirements.lock"))


def _distribution() -> str:
    try:
        return f", {platform.freedesktop_os_release()['PRETTY_NAME']}"
    except (OSError, KeyError):  # Windows, macOS
        return f" {platform.version()}" if platform.system() == "Windows" else ""


def _processor() -> str:
    """Name the processor; Linux tells it in a file, other systems by themselves."""
    told = Path("/proc/cpuinfo")
    if told.is_file():
        for line in told.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _memory() -> int:
    """Bytes of memory; 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


def _packages(lock: Path) -> Iterator[str]:
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line[:1].isalnum():
            pin = Requirement(line.rstrip(" \\"))
            if pin.marker is None or pin.marker.evaluate():
                with suppress(PackageNotFoundError):  # `make verify` tells what is missing
                    yield f"{pin.name} {version(pin.name)}"
