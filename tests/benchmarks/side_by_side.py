"""Print what work costs in an earlier commit, in this one and in other software, side by side.

``python tests/benchmarks/side_by_side.py`` takes the earlier commit out of the repository into a
scratch folder, runs every row of `ROWS` there and here in turns, and prints both, the target, and
whether the target is met. A row is a snippet of Python that is run in a process of its own; it
prints a line ``cost <number>`` and, where there is an answer, ``answer <numbers>``. The answers of
both are compared in the same run, and those of other software with ours: a faster wrong answer is
no gain. Costs are processor time (user and system), the lowest of some rounds.

``--rows firth permutation`` runs some rows alone; ``--rounds 5`` takes more rounds.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
EARLIER = "2f3d9af"

_FIRTH = """
import time
import numpy as np
from replication import paths
from replication.analyses.model_data import model_data
from replication.files import read_csv
from replication.specifications import read_models, read_samples
cases = read_csv(paths.DERIVED / "cases.csv")
model = read_models(paths.SPECIFICATIONS)["{model}"]
data = model_data(cases, model, read_samples(paths.SPECIFICATIONS))
outcome, design = np.tile(data.outcome, {times}), np.tile(data.design, ({times}, 1))
if {times} > 1:
    outcome = np.where(np.random.default_rng(5).random(len(outcome)) < 0.1, 1 - outcome, outcome)
def cheapest(function, calls=40):
    function()
    costs = []
    for _ in range(calls):
        started = time.process_time()
        function()
        costs.append(time.process_time() - started)
    return min(costs)
def report(cost, *answer):
    print("cost", cost)
    print("answer", *np.concatenate([np.ravel(a) for a in answer]).tolist())
"""

_OURS = """
from replication.estimators.firth import fit_firth
fit = lambda: fit_firth(outcome, design, data.terms)
found = fit()
report(1e3 * cheapest(fit), found.estimate, found.p_value, found.conf_low, found.conf_high)
"""

_FIRTHMODELS = """
from firthmodels import FirthLogisticRegression
def fit(**options):
    model = FirthLogisticRegression(backend="numba", **options).fit(design, outcome)
    return model.lrt(), model.conf_int(method="pl")
# Timed as it comes, compared at tolerances at which its last digits are settled.
found, limits = fit(gtol=1e-8, xtol=1e-8, max_iter=200)
first = np.roll(np.arange(design.shape[1] + 1), 1)
limits = limits[first]
report(1e3 * cheapest(fit), np.append(found.coef_, found.intercept_)[first],
       found.lrt_pvalues_[first], limits[:, 0], limits[:, 1])
"""

_LOGISTF = """
suppressMessages(library(logistf))
d <- read.csv(commandArgs(trailingOnly = TRUE)[1])
costs <- replicate(20, system.time(f <- logistf(y ~ ., data = d))[["user.self"]])
cat("cost", 1e3 * mean(costs), "answer", f$coefficients, f$prob, f$ci.lower, f$ci.upper)
"""

_PERMUTATION = """
import time
import numpy as np
rng = np.random.default_rng(1)
treatment = rng.integers(0, 4, 210).astype(float)
outcome = (rng.random(210) < 0.3 + 0.1 * treatment).astype(float)
from replication.estimators.permutation_reference import counted_sums, reduce_to_residuals
def exact():
    problem = reduce_to_residuals(outcome, treatment, np.empty((210, 0)), np.zeros(210, int))
    counted = counted_sums(problem)
    far = np.abs(counted.correlations(problem, 0.0)) >= abs(problem.correlation(0.0)) - 1e-10
    return counted.weight[far].sum()
costs = []
for _ in range(20):
    started = time.process_time()
    p_value = exact()
    costs.append(time.process_time() - started)
print("cost", 1e3 * min(costs))
print("answer", p_value)
"""

_COIN = """
suppressMessages(library(coin))
d <- read.csv(commandArgs(trailingOnly = TRUE)[1])
exact <- pvalue(independence_test(x ~ factor(y), data = d, distribution = "exact"))
sampled <- function() pvalue(independence_test(y ~ x, data = d, distribution = approximate(9999)))
costs <- replicate(20, system.time(sampled())[["user.self"]])
cat("cost", 1e3 * mean(costs), "answer", as.numeric(exact))
"""

_MULTIVERSE = """
import resource, tempfile
from pathlib import Path
import numpy as np
from replication import paths
from replication.analyses import multiverse
from replication.analyses.multiverse_plan import read_plan
from replication.files import read_csv
from replication.specifications import read_samples
if __name__ == "__main__":
    plan = read_plan(paths.SPECIFICATIONS / "multiverse.yaml")
    with tempfile.TemporaryDirectory() as folder:
        files = multiverse.run_multiverse(
            plan, read_csv(paths.DERIVED / "cases.csv"), read_csv(paths.DERIVED / "codings.csv"),
            read_samples(paths.SPECIFICATIONS), Path(folder))
        table = multiverse.specification_table(plan, files)
        tests, permuted = multiverse.joint_test(plan, files)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print("cost", sum(u.ru_utime + u.ru_stime for u in used))
    numbers = [table[c].to_numpy(float) for c in ("estimate", "std_error", "p_value")]
    numbers += [tests.select_dtypes("number"), permuted.select_dtypes("number")]
    print("answer", *np.concatenate([np.ravel(n) for n in numbers]).tolist())
    print("memory", max(u.ru_maxrss for u in used) / 1024)
"""


@dataclass(frozen=True)
class Row:
    """One thing to measure.

    Attributes
    ----------
    name, unit : str
    snippet : str
        Run in both commits.
    peers : mapping of str to str
        Other software: a snippet of Python, or of R where the name begins with ``R``.
    data : str
        Python that writes the file an R snippet reads to the path ``file``; run before it.
    target : tuple of (str, float)
        What ours is compared with, ``earlier`` or a peer, and the largest share of its cost.
    tolerance, peer_tolerance : float
        Largest difference of answers, absolute and relative.
    """

    name: str
    unit: str
    snippet: str
    target: tuple[str, float]
    peers: dict[str, str] = field(default_factory=dict)
    data: str = ""
    tolerance: float = 1e-8
    peer_tolerance: float = 1e-4


def _firth_row(model: str, times: int) -> Row:
    start = _FIRTH.replace("{model}", model).replace("{times}", str(times))
    table = "np.savetxt(file, np.column_stack([outcome, design]), delimiter=',', comments='', "
    table += "header=','.join(['y', *data.terms]))"
    return Row(
        f"firth {model} x {times}", "ms", start + _OURS, ("firthmodels", 0.5),
        {"firthmodels": start + _FIRTHMODELS, "R logistf": _LOGISTF}, start + table,
    )  # fmt: skip


_TABLE = "np.savetxt(file, np.column_stack([outcome, treatment]), delimiter=',', comments='', header='y,x')"

# Add a row for whatever else has a target.
ROWS = [
    *(_firth_row(model, times) for model in ("M1", "M3") for times in (1, 10)),
    Row("permutation n 210", "ms", _PERMUTATION, ("R coin", 1.0), {"R coin": _COIN},
        _PERMUTATION + _TABLE),
    Row("multiverse step", "CPU s", _MULTIVERSE, ("earlier", 0.5)),
]  # fmt: skip


def main() -> int:
    """Print one line a row; 0 where all answers agree, whatever the costs."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        earlier = _taken_out(options.commit, Path(folder) / "earlier")
        print(f"{'what':22}{'earlier':>10}{'now':>10}{'share':>8}  target, peers, answers")
        sound = [_compare(row, earlier, Path(folder), options.rounds) for row in options.rows]
    return 0 if all(sound) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--commit", default=EARLIER)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--rows", nargs="*", default=[], help="beginnings of names")
    options = parser.parse_args()
    chosen = tuple(options.rows)
    options.rows = [row for row in ROWS if not chosen or row.name.startswith(chosen)]
    return options


def _taken_out(commit: str, folder: Path) -> Path:
    packed = subprocess.check_output(["git", "archive", commit], cwd=ROOT)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def _compare(row: Row, earlier: Path, folder: Path, rounds: int) -> bool:
    costs: dict[str, list[float]] = {"earlier": [], "now": []}
    answers: dict[str, np.ndarray] = {}
    for number in range(rounds + 1):  # the first compiles
        for name, root in (("earlier", earlier), ("now", ROOT)):
            cost, answers[name] = _run([sys.executable, "-c", row.snippet], root)
            costs[name] += [cost] if number else []
    for name, snippet in row.peers.items():
        found = _peer(name, snippet, row, folder)
        if found:
            costs[name], answers[name] = [found[0]], found[1]
    best = {name: min(values) for name, values in costs.items()}
    notes = []
    against, share = row.target
    if against in best:
        reached = best["now"] / best[against]
        met = "met" if reached <= share else "MISSED"
        notes.append(f"{reached:.2f} of {against}, target {share:g}: {met}")
    notes += [f"{name} {best[name]:.3g}" for name in row.peers if name in best]
    notes += [f"{name} is not installed" for name in row.peers if name not in best]
    agree = True
    for name, found in answers.items():
        if name == "now":
            continue
        limit = row.tolerance if name == "earlier" else row.peer_tolerance
        apart = _apart(answers["now"], found)
        agree &= apart <= limit
        notes.append(f"answers {'agree' if apart <= limit else 'DIFFER'} with {name} ({apart:.0e})")
    print(f"{row.name:22}{best['earlier']:10.3f}{best['now']:10.3f}"
          f"{best['now'] / best['earlier']:8.3f}  {row.unit}; {'; '.join(notes)}", flush=True)  # fmt: skip
    return bool(agree)


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    if len(one) != len(other) or (np.isnan(one) != np.isnan(other)).any():
        return np.inf
    return float(np.nanmax(np.abs(one - other) / np.maximum(1.0, np.abs(one)), initial=0.0))


def _peer(name: str, snippet: str, row: Row, folder: Path) -> tuple[float, np.ndarray] | None:
    if not name.startswith("R "):
        return _run([sys.executable, "-c", snippet], ROOT)
    package = name.removeprefix("R ")
    asked = f"quit(status = !requireNamespace('{package}', quietly = TRUE))"
    rscript = shutil.which("Rscript")
    if rscript is None or subprocess.run([rscript, "-e", asked], check=False).returncode:
        return None
    file = folder / "data.csv"
    _run([sys.executable, "-c", f"file = {str(file)!r}{row.data}"], ROOT, answer=False)
    return _run([rscript, "--vanilla", "-e", snippet, str(file)], ROOT)


def _run(command: list[str], root: Path, *, answer: bool = True) -> tuple[float, np.ndarray]:
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    environment = {**os.environ, **one, "PYTHONPATH": str(root), "PYTHONUTF8": "1"}
    words = subprocess.check_output(command, env=environment, cwd=root, text=True).split()
    if not answer:
        return 0.0, np.empty(0)
    place = words.index("answer")
    end = words.index("memory") if "memory" in words else len(words)
    cost = float(words[words.index("cost") + 1])
    return cost, np.array([float(word) for word in words[place + 1 : end]])


if __name__ == "__main__":
    sys.exit(main())
