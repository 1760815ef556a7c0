"""Regenerate everything from a clean copy of the inputs and compare with what was released."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from replication.release.compare import (
    ABSOLUTE,
    DIFFERENT,
    IDENTICAL,
    RELATIVE,
    WITHIN,
    FileComparison,
    compare_files,
    compare_records,
)
from replication.release.installed import mismatches
from replication.release.machine import DECIDING, machine
from replication.release.manifest import (
    INPUTS,
    MANIFEST,
    PRODUCTS,
    REFERENCE,
    checksum,
    checksums,
    files_in,
)
from replication.release.reference import ReleaseReference, kept_files, read_reference


@dataclass(frozen=True)
class Verification:
    """What `verify` found.

    Attributes
    ----------
    packages : tuple of str
        Installed packages that are not those of the lock.
    inputs : tuple of str
        Inputs that are not the released ones.
    altered : tuple of str
        Outputs that were not the released files when they came here, before a run replaced them.
    comparisons : tuple of FileComparison
        One per product that is both released and made anew.
    missing, unexpected : tuple of str
        Products that only the new run made, or that are gone here; and those that the run does not make.
    failure : str
        Why the run itself failed, empty when it did not.
    here, there : dict of str to str
        What this run and the released one computed with (see `machine.machine`).
    """

    packages: tuple[str, ...]
    inputs: tuple[str, ...]
    altered: tuple[str, ...]
    comparisons: tuple[FileComparison, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    failure: str
    here: dict[str, str]
    there: dict[str, str]

    @property
    def alike(self) -> bool:
        """Whether both runs computed with the same; then the same bytes are asked for."""
        return all(self.here.get(name) == self.there.get(name) for name in DECIDING)

    @property
    def sound(self) -> bool:
        """True when the released files, and those here, are what the released inputs give."""
        allowed = {IDENTICAL} if self.alike else {IDENTICAL, WITHIN}
        differ = any(c.verdict not in allowed for c in self.comparisons)
        faults = (self.inputs, self.altered, self.missing, self.unexpected, self.failure)
        return not (any(faults) or differ)


def verify(root: Path) -> Verification:
    """Build a copy of the inputs of `root` in a scratch folder and compare with what was released."""
    released = read_reference(root)
    packages = tuple(mismatches(root / "requirements.lock"))
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        scratch = Path(folder) / "copy"
        for name, path in files_in(root, INPUTS):
            target = scratch / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        failure = _build(scratch)
        made = dict(files_in(scratch, PRODUCTS))
        tree = dict(files_in(root, PRODUCTS))
        known = set(released.products if released else tree)
        return Verification(
            packages=packages,
            inputs=_changed_inputs(root, released),
            altered=_altered(root, released),
            comparisons=_compared(_Places(made, tree, kept_files(root) or {}, released)),
            missing=() if failure else tuple(sorted(set(made) - (known & set(tree)))),
            unexpected=() if failure else tuple(sorted((known | set(tree)) - set(made))),
            failure=failure,
            here=machine(),
            there=released.machine if released else {},
        )


@dataclass(frozen=True)
class _Places:
    """Where a product can be found: made anew, here in the tree, and as it came before a run."""

    made: dict[str, Path]
    tree: dict[str, Path]
    kept: dict[str, Path]
    released: ReleaseReference | None

    def old(self, name: str) -> Path | None:
        """Give the released file itself; None where neither copy is it any more."""
        if self.released is None:
            return self.tree.get(name)
        wanted = self.released.products.get(name)
        found = (place[name] for place in (self.tree, self.kept) if name in place)
        return next((path for path in found if checksum(path) == wanted), None)


def _compared(places: _Places) -> tuple[FileComparison, ...]:
    """Compare every product that was released; logs and manifest last, as they hold checksums of the others.

    Where a product is not the same to the byte its checksum cannot be either, and that is told once.
    """
    wanted = places.released.products if places.released else places.tree
    both = sorted(set(wanted) & set(places.made) & set(places.tree))
    records = {name for name in both if name == MANIFEST or name.endswith(".log")}
    found = [_comparison(name, places, compare_files) for name in both if name not in records]
    same = set(wanted) == set(places.made) == set(places.tree) and all(
        c.verdict == IDENTICAL for c in found
    )
    compare = compare_files if same else compare_records
    found += [_comparison(name, places, compare) for name in sorted(records)]
    return tuple(sorted(found, key=lambda c: c.file))


def _comparison(
    name: str, places: _Places, compare: Callable[[str, Path, Path], FileComparison]
) -> FileComparison:
    """Compare the released file and the one in the tree with the one made anew; the worse verdict counts."""
    old, here, new = places.old(name), places.tree[name], places.made[name]
    if old is None and places.released and checksum(new) != places.released.products[name]:
        reason = (
            "not the released file by its checksum; that file is no longer here to compare with"
        )
        return FileComparison(name, DIFFERENT, (reason,))
    found = compare(name, old or here, new)
    if found.verdict == DIFFERENT or old == here:
        return found
    other = compare(name, here, new)
    if other.verdict == DIFFERENT:
        details = ("the file here is not what the run makes:", *other.details)
        return FileComparison(name, DIFFERENT, details)
    return other if found.verdict == IDENTICAL else found


def _changed_inputs(root: Path, released: ReleaseReference | None) -> tuple[str, ...]:
    """Name inputs that were edited, added or removed since the release."""
    if released is None:
        return (
            f"{REFERENCE} is missing: it comes with the package, or is made with `make reference`",
        )
    then, now = released.inputs, checksums(root, INPUTS)
    words = {(True, True): "edited", (False, True): "added", (True, False): "removed"}
    return tuple(
        f"{name}: {words[name in then, name in now]} since the release"
        for name in sorted(set(then) | set(now))
        if then.get(name) != now.get(name)
    )


def _altered(root: Path, released: ReleaseReference | None) -> tuple[str, ...]:
    """Name outputs that differed from the released ones before the first run in this folder."""
    kept = kept_files(root)
    if released is None or kept is None:
        return ()
    wrong = (
        n for n in released.products if n not in kept or checksum(kept[n]) != released.products[n]
    )
    return tuple(f"{name}: not the released file when the first run replaced it" for name in wrong)


def _build(scratch: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(scratch)}
    run = subprocess.run(
        [sys.executable, "-m", "replication", "all"],
        cwd=scratch, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return "" if run.returncode == 0 else (run.stdout + run.stderr)[-4000:]


def report(found: Verification) -> str:
    """Tell the findings in plain words, worst first, one line per product."""
    lines = [f"PACKAGE  {line}" for line in found.packages]
    lines += [f"INPUT    {line}" for line in found.inputs]
    lines += [f"ALTERED  {line}" for line in found.altered]
    if found.failure:
        lines += ["The run in the scratch folder failed:", found.failure]
    lines += [
        f"MISSING  {name}: made by the run, not both released and here" for name in found.missing
    ]
    lines += [f"UNEXPECTED  {name}: not made by the run" for name in found.unexpected]
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
    lines += _machines(found)
    lines.append("VERIFIED" if found.sound else "NOT VERIFIED")
    return "\n".join(lines)


def _machines(found: Verification) -> list[str]:
    """Say what both runs computed with, and what is asked of them therefore."""
    told = [
        f"{name}: {found.here.get(name, 'unknown')}"
        + (
            ""
            if found.here.get(name) == found.there.get(name)
            else f" (release: {found.there.get(name, 'unknown')})"
        )
        for name in DECIDING
    ]
    asked = (
        "As in the release, so the same bytes are asked for."
        if found.alike
        else f"Not as in the release, so numbers may differ by {RELATIVE:g} of their size ({ABSOLUTE:g} near "
        "zero), which is less than any digit that is shown; words, counts and shown digits may not."
    )
    return ["This run computed with " + "; ".join(told) + ".", asked]
