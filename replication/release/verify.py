"""Regenerate everything from a clean copy of the inputs and compare with what is committed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from replication.release.compare import (
    ABSOLUTE,
    DIFFERENT,
    IDENTICAL,
    RELATIVE,
    Comparison,
    compare_files,
    compare_records,
)
from replication.release.installed import mismatches
from replication.release.manifest import INPUTS, MANIFEST, PRODUCTS, checksums, files_in


@dataclass(frozen=True)
class Verification:
    """What `verify` found.

    Attributes
    ----------
    packages : tuple of str
        Installed packages that are not those of the lock.
    inputs : tuple of str
        Inputs that are not those the committed output was made from.
    comparisons : tuple of Comparison
        One per product that is both committed and made anew.
    missing, unexpected : tuple of str
        Products that only the new run made, and that only the committed tree has.
    failure : str
        Why the run itself failed, empty when it did not.
    """

    packages: tuple[str, ...]
    inputs: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    failure: str

    @property
    def sound(self) -> bool:
        """True when the committed tree is what the inputs give."""
        differ = any(c.verdict == DIFFERENT for c in self.comparisons)
        return not (self.inputs or self.missing or self.unexpected or self.failure or differ)


def verify(root: Path) -> Verification:
    """Build a copy of the inputs of `root` in a scratch folder and compare product by product."""
    packages = tuple(mismatches(root / "requirements.lock"))
    inputs = tuple(_changed_inputs(root))
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        scratch = Path(folder) / "copy"
        for name, path in files_in(root, INPUTS):
            target = scratch / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        failure = _build(scratch)
        old, new = (dict(files_in(place, PRODUCTS)) for place in (root, scratch))
        return Verification(
            packages=packages,
            inputs=inputs,
            comparisons=_compared(old, new),
            missing=() if failure else tuple(sorted(set(new) - set(old))),
            unexpected=() if failure else tuple(sorted(set(old) - set(new))),
            failure=failure,
        )


def _compared(old: dict[str, Path], new: dict[str, Path]) -> tuple[Comparison, ...]:
    """Compare what is in both; logs and manifest last, as they hold the checksums of the others.

    Where a product is not the same to the byte its checksum cannot be either, and that is told once.
    """
    both = sorted(set(old) & set(new))
    records = {name for name in both if name == MANIFEST or name.endswith(".log")}
    found = [compare_files(name, old[name], new[name]) for name in both if name not in records]
    same = set(old) == set(new) and all(c.verdict == IDENTICAL for c in found)
    compare = compare_files if same else compare_records
    found += [compare(name, old[name], new[name]) for name in sorted(records)]
    return tuple(sorted(found, key=lambda c: c.file))


def _changed_inputs(root: Path) -> list[str]:
    """Name inputs that were edited, added or removed since the output was made."""
    path = root / MANIFEST
    if not path.is_file():
        return [f"{MANIFEST} is missing: make it with `make all`"]
    then: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["inputs"]
    now = checksums(root, INPUTS)
    words = {(True, True): "edited", (False, True): "added", (True, False): "removed"}
    return [
        f"{name}: {words[name in then, name in now]} since the output was made"
        for name in sorted(set(then) | set(now))
        if then.get(name) != now.get(name)
    ]


def _build(scratch: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(scratch)}
    run = subprocess.run(
        [sys.executable, "-m", "replication", "all"],
        cwd=scratch, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return "" if run.returncode == 0 else (run.stdout + run.stderr)[-4000:]


def report(found: Verification) -> str:
    """Tell the findings in plain words, worst first, one line per product."""
    lines = [f"PACKAGE  {line}" for line in found.packages] + [
        f"INPUT    {line}" for line in found.inputs
    ]
    if found.failure:
        lines += ["The run in the scratch folder failed:", found.failure]
    lines += [f"MISSING  {name}: made by the run, not committed" for name in found.missing]
    lines += [f"UNEXPECTED  {name}: committed, not made by the run" for name in found.unexpected]
    for comparison in sorted(found.comparisons, key=lambda c: c.verdict != DIFFERENT):
        lines.append(f"{comparison.verdict:16}  {comparison.file}")
        lines += [f"    {detail}" for detail in comparison.details]
    counts = {
        v: sum(c.verdict == v for c in found.comparisons)
        for v in dict.fromkeys(c.verdict for c in found.comparisons)
    }
    lines.append(
        "; ".join(f"{n} {verdict}" for verdict, n in counts.items()) or "nothing to compare"
    )
    lines.append(f"Tolerance of numbers: {RELATIVE:g} of their size, {ABSOLUTE:g} near zero.")
    lines.append("VERIFIED" if found.sound else "NOT VERIFIED")
    return "\n".join(lines)
