"""The two commits in scratch folders, each with an environment of its own."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Tree:
    """One commit in a folder.

    Attributes
    ----------
    path : Path
    data : Path
        Where the snippets read cases and specifications: the same for both that are compared.
    is_earlier, has_all_cases : bool
    """

    path: Path
    data: Path
    is_earlier: bool = False
    has_all_cases: bool = False

    @property
    def python(self) -> str:
        """The interpreter of its own environment."""
        return str(self.path / ".venv" / "bin" / "python")


@dataclass(frozen=True)
class Usage:
    """Time that passed and processor time, in seconds, and what was printed."""

    wall: float
    cpu: float
    printed: str


def prepared(scratch: Path, commit: str) -> tuple[Tree, Tree, Tree]:
    """Give the earlier commit, the last one with the cases of the earlier, and the last one as it is.

    What stands in the scratch folder from a run before is used again.
    """
    before, now, whole = (scratch / name for name in ("before", "now", "whole"))
    _take_out(commit, before)
    _take_out("HEAD", now)
    _take_out("HEAD", whole)
    _keep_cases(now, {file.name for file in (before / "data" / "raw" / "cases").glob("*.yaml")})
    return (
        Tree(before, before, is_earlier=True),
        Tree(now, before),
        Tree(whole, whole, has_all_cases=True),
    )


def _take_out(commit: str, folder: Path) -> None:
    """Clone what stands at a commit; bring a clone from a run before to it, and what a killed run left changed."""
    if not folder.exists():
        _git("clone", "--quiet", str(ROOT), str(folder), folder=ROOT)
    wanted = _git("rev-parse", commit, folder=ROOT)
    if _git("rev-parse", "HEAD", folder=folder) != wanted:
        _git("fetch", "--quiet", folder=folder)
    _git("checkout", "--quiet", "--force", wanted, folder=folder)


def _git(*words: str, folder: Path) -> str:
    told = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return told.stdout.strip()


def _keep_cases(tree: Path, names: set[str]) -> None:
    """Remove all other cases, and the waves of research that they were."""
    for file in (tree / "data" / "raw" / "cases").glob("*.yaml"):
        if file.name not in names:
            file.unlink()
    waves = tree / "data" / "raw" / "specifications" / "waves.yaml"
    rows = yaml.safe_load(waves.read_text(encoding="utf-8"))
    kept = [row for row in rows if {f"{case}.yaml" for case in row["cases"]} <= names]
    waves.write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")


def run(command: list[str], tree: Path, **environment: str) -> Usage:
    """Run a command in a tree.

    Raises
    ------
    CalledProcessError
        Where it fails; what it printed is told.
    """
    began, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        command, cwd=tree, check=False, text=True, capture_output=True,
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONUTF8": "1", **environment},
    )  # fmt: skip
    wall, ended = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        print(done.stdout[-3000:], done.stderr[-3000:])
        done.check_returncode()
    cpu = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    return Usage(wall, cpu, done.stdout)


def set_up(tree: Tree) -> None:
    """Make its environment and every product, unless they are there."""
    made = tree.path / ".venv" / "made"
    if not made.exists():
        run(["make", "all"], tree.path)
        made.touch()


def make_all(tree: Tree, folder: Path | None = None) -> Usage:
    """Run every step that is out of date, in a tree or in a copy of it."""
    return run([tree.python, "-m", "replication", "all"], folder or tree.path)


def forget(folder: Path) -> None:
    """Make every step stale; compiled code and the environment stay."""
    for place in (".build", ".pytask", "output"):
        shutil.rmtree(folder / place, ignore_errors=True)
    (folder / "pytask.lock").unlink(missing_ok=True)


def count_of(what: str, printed: str) -> str:
    """Give ``96 steps`` from what was printed, empty where it does not say."""
    found = re.findall(rf"([0-9]+ {what})", printed)
    return found[-1] if found else ""
