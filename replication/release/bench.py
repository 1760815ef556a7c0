"""`bench`: how many Firth fits a second, beside other software on the same data in the same run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from replication import paths
from replication.estimators.batch import collapse, fit_firth_batch
from replication.randomness import generator

_OBSERVATIONS = 28
_LEVELS = (4, 4, 3)  # three terms of small integers; with the constant four coefficients
_BATCH = 100_000
_FITS = {"firthmodels": 400, "statsmodels_logit": 200, "logistf": 200}
_ROUNDS = 4

_FIRST_CALL = """
import time
started = time.perf_counter()
import numpy as np
from replication.estimators.batch import fit_firth_batch
fit_firth_batch(np.array([[0.0], [1.0]]), np.array([4, 4]), np.array([[1.0, 2.0]]), tested=0)
print(time.perf_counter() - started)
"""

_LOGISTF = """
if (!requireNamespace("logistf", quietly = TRUE)) quit(status = 3)
data <- read.csv(commandArgs(trailingOnly = TRUE)[1])
outcomes <- grep("^y", names(data), value = TRUE)
fit <- function(y) logistf::logistf(reformulate(c("x1", "x2", "x3"), y), data = data, pl = FALSE)
invisible(fit(outcomes[1]))
seconds <- system.time(for (y in outcomes) fit(y))[["elapsed"]]
cat(length(outcomes) / seconds)
"""


def run() -> int:
    """Print one figure a line as ``name: value``.

    Each figure is the best of several rounds that take turns, so that other work on the machine
    weighs on all alike. The batch solver uses every processor, the others one, as they come.
    """
    design, outcomes = _data(generator("bench"))
    counts = collapse(design, outcomes)
    trials, events = counts.trials[0].astype(np.int8), counts.sums.astype(np.int8)
    threads = os.cpu_count() or 1
    batch = partial(fit_firth_batch, counts.patterns, trials, threads=threads)
    programs = {
        "batch_firth": (lambda: batch(events), _BATCH),
        "batch_firth_with_test": (lambda: batch(events, tested=0), _BATCH),
        "firthmodels": (lambda: _firthmodels(design, outcomes), _FITS["firthmodels"]),
        "statsmodels_logit": (lambda: _statsmodels(design, outcomes), _FITS["statsmodels_logit"]),
    }
    seconds = _best_of_rounds({name: program for name, (program, _) in programs.items()})
    rates = {name: fits / seconds[name] for name, (_, fits) in programs.items()}
    rates |= _logistf(design, outcomes)
    for line in _report(rates, threads):
        print(line)
    for line in _growth(batch, events):
        print(line)
    for name, value in _first_calls().items():
        print(f"{name}: {value:.1f}")
    return 0


def _data(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    design = np.column_stack([rng.integers(0, n, _OBSERVATIONS) for n in _LEVELS]).astype(float)
    share = rng.uniform(0.3, 0.7, (_BATCH, 1))
    return design, (rng.random((_BATCH, _OBSERVATIONS)) < share).astype(float)


def _best_of_rounds(programs: dict[str, Callable[[], object]]) -> dict[str, float]:
    for program in programs.values():
        program()  # compiles, fills caches
    seconds = dict.fromkeys(programs, np.inf)
    for _ in range(_ROUNDS):
        for name, program in programs.items():
            seconds[name] = min(seconds[name], _seconds(program))
    return seconds


def _seconds(program: Callable[[], object]) -> float:
    started = time.perf_counter()
    program()
    return time.perf_counter() - started


def _both_outcomes(outcomes: np.ndarray, fits: int) -> Iterable[np.ndarray]:
    total = outcomes.sum(axis=1)
    return outcomes[(total > 0) & (total < outcomes.shape[1])][:fits]


def _firthmodels(design: np.ndarray, outcomes: np.ndarray) -> None:
    from firthmodels import FirthLogisticRegression  # noqa: PLC0415 - only measured here

    for outcome in _both_outcomes(outcomes, _FITS["firthmodels"]):
        FirthLogisticRegression().fit(design, outcome)


def _statsmodels(design: np.ndarray, outcomes: np.ndarray) -> None:
    from statsmodels.api import Logit, add_constant  # noqa: PLC0415 - slow to load

    x = add_constant(design)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # separation is common here and not the question
        for outcome in _both_outcomes(outcomes, _FITS["statsmodels_logit"]):
            try:
                Logit(outcome, x).fit(disp=0)
            except np.linalg.LinAlgError:
                continue


def _logistf(design: np.ndarray, outcomes: np.ndarray) -> dict[str, float]:
    """Fits a second of R's logistf, nothing where it is not installed."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return {}
    chosen = np.array(_both_outcomes(outcomes, _FITS["logistf"]))
    names = [f"x{j + 1}" for j in range(design.shape[1])] + [f"y{i}" for i in range(len(chosen))]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "data.csv"
        table = np.column_stack([design, chosen.T])
        np.savetxt(file, table, fmt="%d", delimiter=",", header=",".join(names), comments="")
        command = [rscript, "--vanilla", "-e", _LOGISTF, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return {"logistf": float(done.stdout)} if done.returncode == 0 else {}


def _report(rates: dict[str, float], threads: int) -> Iterator[str]:
    yield f"threads: {threads}"
    for name, rate in rates.items():
        yield f"{name}_fits_per_second: {rate:.0f}"
    if "logistf" not in rates:
        yield "logistf_fits_per_second: not measured, R or its package logistf is not installed"
    for name in ("firthmodels", "statsmodels_logit", "logistf"):
        if name in rates:
            yield f"batch_firth_to_{name}: {rates['batch_firth'] / rates[name]:.0f}"


def _growth(batch: Callable[..., object], events: np.ndarray) -> Iterator[str]:
    """Seconds for some work and for ten times as much."""
    few, many = events[: _BATCH // 2], np.tile(events, (5, 1))
    seconds = _best_of_rounds({"1": lambda: batch(few), "10": lambda: batch(many)})
    for times, value in seconds.items():
        yield f"batch_firth_seconds_{times}x: {value:.3f}"
    yield f"batch_firth_seconds_10x_to_1x: {seconds['10'] / seconds['1']:.2f}"


def _first_calls() -> dict[str, float]:
    """Seconds of the first call in a new process: nothing compiled yet, and read from disk."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NUMBA_CACHE_DIR": folder, "PYTHONPATH": str(paths.ROOT)}
        command = [sys.executable, "-c", _FIRST_CALL]
        return {
            f"batch_first_call_seconds_{state}": float(
                subprocess.check_output(command, env=environment, cwd=paths.ROOT)  # noqa: S603
            )
            for state in ("compiling", "compiled_before")
        }
