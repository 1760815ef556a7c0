"""Time and room of the way from a clone to the paper, beside a commit before: `python tests/benchmarks/pipeline.py`.

Both trees stand in scratch folders with environments of their own and are measured in pairs, one after the other, each
alone. `--rows NAME …` takes some rows, `--before COMMIT` another commit, `--pairs N` so many pairs.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BEFORE = "2f3d9af"
MANY = 300
# What a run must not take from one before it.
BARE = {"UV_NO_CACHE": "1", "PIP_NO_CACHE_DIR": "1"}


@dataclass(frozen=True)
class Row:
    """One line of the table: what is measured, in what unit, and the share of before that is asked for."""

    name: str
    unit: str
    target: str
    measure: Callable[[Path], float]


def measured(command: list[str], tree: Path, **environment: str) -> tuple[float, float]:
    """Run a command in a tree; give its wall-clock time and the processor time of all it started."""
    began, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        command, cwd=tree, check=True, stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONUTF8": "1", **environment},
    )  # fmt: skip
    wall, ended = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime


def python(tree: Path) -> str:
    return str(tree / ".venv" / "bin" / "python")


def forget(tree: Path) -> None:
    """Make every step stale; compiled code and the environment stay."""
    for place in (".build", ".pytask", "output"):
        shutil.rmtree(tree / place, ignore_errors=True)
    (tree / "pytask.lock").unlink(missing_ok=True)


def run(tree: Path) -> tuple[float, float]:
    return measured([python(tree), "-m", "replication", "all"], tree)


def stale_wall(tree: Path) -> float:
    forget(tree)
    return run(tree)[0]


def stale_cpu(tree: Path) -> float:
    forget(tree)
    return run(tree)[1]


def from_nothing(tree: Path) -> float:
    forget(tree)
    shutil.rmtree(tree / ".venv", ignore_errors=True)
    for cache in tree.rglob("__pycache__"):
        shutil.rmtree(cache)
    return measured(["make", "all"], tree, **BARE)[0]


def installed(tree: Path) -> float:
    told = subprocess.run(
        ["du", "-sk", ".venv"], cwd=tree, check=True, capture_output=True, text=True
    )
    return int(told.stdout.split()[0]) / 1024


def tests_cpu(tree: Path) -> float:
    return measured(["make", "test"], tree)[1]


def wording(tree: Path) -> float:
    """Change the wording of one item of evidence."""
    return changed(tree, "statement: >-", "Once more, ")


def code(tree: Path) -> float:
    """Change one main code, in the first case that has a military opposition of 2."""
    return changed(tree, "military_opposition:", "code: 1")


def changed(tree: Path, mark: str, new: str) -> float:
    """Change the line after the first that is `mark`: a code of 2 becomes `new`, a wording begins with it."""
    run(tree)
    for file in sorted((tree / "data" / "raw" / "cases").glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        lines = text.splitlines(keepends=True)
        for at, line in enumerate(lines[:-1]):
            after = lines[at + 1].strip()
            if line.strip() == mark and (after == "code: 2" or mark.endswith(">-")):
                replaced = new if after == "code: 2" else new + after
                lines[at + 1] = lines[at + 1].replace(after, replaced)
                file.write_text("".join(lines), encoding="utf-8")
                try:
                    return run(tree)[1]
                finally:
                    file.write_text(text, encoding="utf-8")
    raise ValueError(f"no case holds {mark!r}")


def many(tree: Path) -> Path:
    """Give a copy of the tree in which invented cases stand in the place of its own."""
    copy = tree.parent / f"{tree.name} {MANY}"
    if not copy.exists():
        shutil.copytree(
            tree,
            copy,
            ignore=shutil.ignore_patterns(".venv", ".build", ".git", "output"),
            symlinks=True,
        )
        (copy / ".venv").symlink_to(tree / ".venv")
        cases = copy / "data" / "raw" / "cases"
        shutil.rmtree(cases)
        write = (
            "from pathlib import Path; from replication import paths; from replication.codebook import read_codebook;"
            f"from synthetic import *; write_cases(paths.CASES, read_codebook(paths.CODEBOOK), Plan({MANY}))"
        )
        measured(
            [python(copy), "-c", write],
            copy,
            PYTHONPATH=os.pathsep.join((str(copy), str(copy / "tests"))),
        )
    return copy


def many_wall(tree: Path) -> float:
    return stale_wall(many(tree)) / stale_wall(tree)


def many_page(tree: Path) -> float:
    copy = many(tree)
    if not (copy / "output" / "report.html").exists():
        run(copy)
    return (copy / "output" / "report.html").stat().st_size / 1e6


ROWS = (
    Row("from nothing", "s: bare clone to paper, nothing cached", "at most 0.5", from_nothing),
    Row("installed", "MB in .venv after `make all`", "at most 850 MB", installed),
    Row("all", "s of wall-clock: `make all`, all steps stale", "at most 0.5", stale_wall),
    Row("all-cpu", "CPU s of the same", "", stale_cpu),
    Row("wording", "CPU s after one changed wording", "at most 0.5", wording),
    Row("code", "CPU s after one changed main code", "at most 0.5", code),
    Row("many", f"wall-clock of {MANY} cases over that of today's", "at most 2", many_wall),
    Row("many-page", f"MB of the page of {MANY} cases", "at most 6 MB", many_page),
    Row("tests", "CPU s of `make test`", "at most 0.5", tests_cpu),
)  # fmt: skip


def main() -> None:
    """Print each row: before, now, their ratio, the target."""
    names = [row.name for row in ROWS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", nargs="+", choices=names, default=names)
    parser.add_argument("--before", default=BEFORE)
    parser.add_argument("--pairs", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        trees = [Path(scratch) / name for name in ("before", "now")]
        for tree, commit in zip(trees, (options.before, "HEAD"), strict=True):
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(tree)], check=True)
            subprocess.run(["git", "checkout", "--quiet", commit], cwd=tree, check=True)
            measured(["make", "all"], tree)
        print(f"{'':12} {'before':>9} {'now':>9} {'ratio':>6}")
        for row in ROWS:
            if row.name in options.rows:
                pairs = [[row.measure(tree) for tree in trees] for _ in range(options.pairs)]
                before, now = map(statistics.median, zip(*pairs, strict=True))
                print(
                    f"{row.name:12} {before:9.1f} {now:9.1f} {now / before:6.2f}  {row.target}: {row.unit}",
                    flush=True,
                )


if __name__ == "__main__":
    sys.exit(main())
