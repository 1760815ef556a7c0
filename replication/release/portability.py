"""Build the project under switches that change how processors and libraries round, and compare every file.

A switch makes this machine compute as another would: with the linear algebra of an older processor,
without the vector instructions NumPy or the C library would choose here. What a reader gets must not depend on it.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from replication.release.manifest import INPUTS, PRODUCTS, files_in

# Every variable that a switch may set; a run has those of its switch and no other.
VARIABLES = (
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
    "NPY_DISABLE_CPU_FEATURES",
    "NUMBA_CPU_NAME",
    "GLIBC_TUNABLES",
    "BLAS_THREADS",
)
# OpenBLAS kernels of x86-64 processors, and the group of instructions (NumPy's name) that each needs.
_KERNELS = {"Prescott": "", "Nehalem": "X86_V2", "Haswell": "X86_V3", "SkylakeX": "X86_V4"}
_PLAIN_LIBC = "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F"
_SHOWN = 100


@dataclass(frozen=True)
class Switch:
    """One way to compute: a name and the environment variables that bring it about."""

    name: str
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a switch did to the files.

    Attributes
    ----------
    switch : Switch
        The switch.
    parts : tuple of str
        Libraries whose last bits it was seen to change; empty for a switch that changed none.
    identical : int
        Number of files with the same bytes as under the first switch.
    different : dict of str to str
        First difference of every other file, by its name.
    seconds : float
        Duration of the build.
    """

    switch: Switch
    parts: tuple[str, ...]
    identical: int
    different: dict[str, str]
    seconds: float


def switches(*, small: bool = False) -> list[Switch]:
    """List the switches that this machine can run; the first one changes nothing, the last one most.

    `small` leaves these two. A kernel that the processor lacks would end the process, so it is not listed.
    """
    single = [*_kernel_switches(), *_library_switches()]
    lowest: dict[str, str] = {}
    for switch in reversed(single):  # of several kernels the first, which is the oldest
        lowest |= switch.environment
    ends = [Switch("as this machine is"), Switch("all of the oldest", lowest)]
    return ends if small else [ends[0], *single, ends[1]]


def _kernel_switches() -> list[Switch]:
    if platform.machine().lower() in {"arm64", "aarch64"}:
        return [Switch("OpenBLAS kernel ARMV8", {"OPENBLAS_CORETYPE": "ARMV8"})]
    simd = _instructions()
    here = {"", *simd["baseline"], *simd.get("found", [])}
    return [
        Switch(f"OpenBLAS kernel {name}", {"OPENBLAS_CORETYPE": name})
        for name, needed in _KERNELS.items()
        if needed in here
    ]


def _library_switches() -> Iterator[Switch]:
    yield Switch("OpenBLAS cache of 512 kB", {"OPENBLAS_L2_SIZE": "512"})
    yield Switch("two threads in OpenBLAS", {"BLAS_THREADS": "2"})
    above = _instructions().get("found", [])
    if above:
        yield Switch("NumPy at its baseline", {"NPY_DISABLE_CPU_FEATURES": " ".join(above)})
    yield Switch("numba for any processor", {"NUMBA_CPU_NAME": "generic"})
    if platform.libc_ver()[0] == "glibc" and platform.machine() == "x86_64":
        yield Switch("C library without AVX2 and FMA", {"GLIBC_TUNABLES": _PLAIN_LIBC})


def _instructions() -> dict[str, list[str]]:
    import numpy as np  # noqa: PLC0415 - the command line must not wait for it

    found: Any = np.show_config(mode="dicts")["SIMD Extensions"]
    return dict(found)


def run_matrix(root: Path, chosen: list[Switch], *, few_worlds: bool = False) -> Iterator[Outcome]:
    """Build a copy of `root` under each switch and yield what differs from the first.

    The builds follow each other in one folder, so that no path can differ and compiled code is used again.
    With `few_worlds` the multiverse has two controls and 19 draws, the rest is whole.

    Raises
    ------
    RuntimeError
        When a build fails; the message names the switch and ends with what the build said.
    """
    with tempfile.TemporaryDirectory(prefix="portability-") as folder:
        scratch, kept = Path(folder) / "copy", Path(folder) / "first"
        copy_inputs(root, scratch)
        if few_worlds:
            shorten(scratch / "data" / "raw" / "specifications" / "multiverse.yaml")
        probe: dict[str, str] = {}
        for switch in chosen:
            started = time.perf_counter()
            _call(switch, scratch, "-m", "replication", "all")
            seconds = time.perf_counter() - started
            said = _call(switch, scratch, "-c", _PROBE)
            bits: dict[str, str] = json.loads(said.splitlines()[-1])
            if not kept.exists():
                probe = bits
                for place in PRODUCTS:
                    shutil.copytree(scratch / place, kept / place)
            parts = tuple(name for name, value in bits.items() if value != probe[name])
            same, different = differences(kept, scratch)
            yield Outcome(switch, parts, same, different, seconds)
            for place in (*PRODUCTS, ".build"):
                shutil.rmtree(scratch / place)


def copy_inputs(root: Path, scratch: Path) -> None:
    """Copy what a build reads, and the compiled code beside it."""
    for place in INPUTS:
        source, target = root / place, scratch / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copy2(source, target)


def shorten(plan: Path) -> None:
    """Leave two controls and 19 draws of the plan of the multiverse, whose worlds take longest."""
    text = plan.read_text(encoding="utf-8")
    text = re.sub(r"^draws: .*$", "draws: 19", text, flags=re.MULTILINE)
    text = re.sub(r"^(controls:(?:\s+- \w+){2})(?:\s+- \w+)*", r"\1", text, flags=re.MULTILINE)
    plan.write_text(text, encoding="utf-8", newline="")


def _call(switch: Switch, scratch: Path, *arguments: str) -> str:
    others = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    environment = {**others, **switch.environment, "PYTHONPATH": str(scratch), "PYTHONUTF8": "1"}
    run = subprocess.run(  # noqa: S603 - commands of this module
        [sys.executable, *arguments],
        cwd=scratch, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if run.returncode != 0:
        raise RuntimeError(
            f"{switch.name}: the run failed.{os.linesep}{(run.stdout + run.stderr)[-4000:]}"
        )
    return run.stdout


# Whether a switch reached its library: checksums of values whose last bits it decides.
_PROBE = """
import json, math, zlib
import numpy as np
from scipy.special import ndtr
rng = np.random.default_rng(5)
x, a = rng.uniform(-20, 20, 5000), rng.normal(size=(28, 4))
values = {
    "C library": [f(v) for v in x.tolist() for f in (math.exp, math.sin, math.tanh)],
    "NumPy": [np.exp(x), np.log(abs(x)), np.tanh(x)],
    "SciPy": ndtr(x),
    "OpenBLAS": [*np.linalg.qr(a)[1], *np.linalg.inv(a.T @ a), *np.linalg.eigh(a.T @ a)[1]],
}
print(json.dumps({k: zlib.crc32(np.array(v).tobytes()) for k, v in values.items()}))
"""


def differences(old: Path, new: Path) -> tuple[int, dict[str, str]]:
    """Compare all products of two folders byte for byte: number of identical files, first difference of others."""
    was, now = (dict(files_in(folder, PRODUCTS)) for folder in (old, new))
    found: dict[str, str] = {}
    for name in sorted(was.keys() | now.keys()):
        if name not in was or name not in now:
            found[name] = "made only under the first" if name in was else "not made under the first"
        elif (one := was[name].read_bytes()) != (other := now[name].read_bytes()):
            found[name] = first_difference(one, other)
    return len(was.keys() | now.keys()) - len(found), found


def first_difference(one: bytes, other: bytes) -> str:
    """Say where two files part: the line and what stands there, or the byte where they are no text."""
    length = min(len(one), len(other))
    place = next((i for i in range(length) if one[i] != other[i]), length)
    try:
        one.decode("utf-8"), other.decode("utf-8")
    except UnicodeDecodeError:
        return f"byte {place + 1} of {len(one)} and {len(other)}"
    start = max(one.rfind(b"\n", 0, place) + 1, place - _SHOWN // 2)
    texts = (
        content[start : start + _SHOWN].decode("utf-8", "ignore").partition(chr(10))[0]
        for content in (one, other)
    )
    return f"line {one.count(chr(10).encode(), 0, place) + 1}: " + " | ".join(map(repr, texts))


def report(outcomes: list[Outcome]) -> str:
    """Show a table with a line a switch, then the first difference of every file that differs."""
    width = max(len(outcome.switch.name) for outcome in outcomes)
    lines = [f"{'switch':{width}}  identical  different  seconds  other last bits in"]
    for place, found in enumerate(outcomes):
        parts = ", ".join(found.parts) or ("-" if place == 0 else "none that was probed")
        counts = f"{found.identical:9}  {len(found.different):9}  {found.seconds:7.0f}"
        lines.append(f"{found.switch.name:{width}}  {counts}  {parts}")
    for found in outcomes:
        if found.different:
            setting = " ".join(
                f'{name}="{value}"' for name, value in found.switch.environment.items()
            )
            lines += ["", f"{found.switch.name} ({setting}):"]
            lines += [f"  {name}: {told}" for name, told in found.different.items()]
    same = not any(found.different for found in outcomes)
    verdict = "No file depends on a switch." if same else "NOT PORTABLE: files depend on a switch."
    return "\n".join([*lines, "", verdict])
