"""`simulate`: measure size and coverage by simulation and store the result beside the raw data."""

from __future__ import annotations

import itertools
import os
import platform
import time
from concurrent.futures import as_completed
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from replication import paths
from replication.executors import worker_pool
from replication.files import write_text
from replication.randomness import SEED
from replication.tables import read_table, write_table
from replication.workflow import shown

if TYPE_CHECKING:
    import pandas as pd


def run_simulate() -> int:
    """Simulate every scenario by every leg, two and more side by side; write table and README."""
    # The processes that do the work inherit these: one thread each, sums in one order.
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"
    cases = paths.DERIVED / "cases.csv"
    if not cases.is_file():
        print(f"{shown(cases)} is missing: run `make all` first.")
        return 1
    types = _calibrated()
    write_table(paths.SIMULATED / "type_calibration.csv", types)
    started = time.perf_counter()
    result = _simulated(read_table(cases))
    seconds = time.perf_counter() - started
    write_table(paths.SIMULATED / "coverage.csv", result)
    write_text(paths.SIMULATED / "README.md", _readme(seconds))
    print(f"{len(result)} rows in {seconds:.0f} s: {shown(paths.SIMULATED / 'coverage.csv')}")
    return 0


def _calibrated() -> pd.DataFrame:
    from replication.analyses.types.calibration import calibration  # noqa: PLC0415
    from replication.analyses.types.plan import read_type_plan  # noqa: PLC0415
    from replication.codebook import read_codebook  # noqa: PLC0415

    return calibration(read_type_plan(paths.SPECIFICATIONS, read_codebook(paths.CODEBOOK)))


def _simulated(cases: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - only this verb needs it and what follows
    from tqdm import tqdm  # noqa: PLC0415

    from replication.analyses.robustness.coverage import (  # noqa: PLC0415
        COLUMNS,
        problems,
        scenarios,
        simulate,
    )
    from replication.analyses.robustness.coverage_legs import LEGS  # noqa: PLC0415
    from replication.specifications import read_models, read_samples  # noqa: PLC0415

    models, samples = read_models(paths.SPECIFICATIONS), read_samples(paths.SPECIFICATIONS)
    drawn = [s for problem in problems(cases, models, samples) for s in scenarios(problem)]
    jobs = list(itertools.product(drawn, LEGS))
    parts: dict[int, pd.DataFrame] = {}
    # A fresh interpreter for each process: what was imported here has its threads already.
    with worker_pool(max(os.cpu_count() or 1, 2), "spawn") as pool:
        # Jobs of many terms take longest: first, so that none is left over at the end.
        order = sorted(range(len(jobs)), key=lambda i: -len(jobs[i][0].problem.terms))
        futures = {pool.submit(simulate, *jobs[i]): i for i in order}
        waiting = as_completed(futures)
        for future in tqdm(waiting, total=len(jobs), desc="simulating", unit="job", disable=None):
            parts[futures[future]] = future.result()
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat([parts[i] for i in sorted(parts)], ignore_index=True)


def _readme(seconds: float) -> str:
    import numpy as np  # noqa: PLC0415
    import scipy  # noqa: PLC0415

    from replication.analyses.robustness.coverage import REPLICATIONS  # noqa: PLC0415

    lines = (
        "# Simulated data: size and coverage of the headline methods, calibration of the causal types",
        "",
        "Both tables are made by `make simulate` and by nothing else; `make all` only reads them.",
        "",
        f"- Date of the run: {datetime.now(UTC):%Y-%m-%d}",
        f"- Machine: {platform.system()} {platform.machine()}, {os.cpu_count()} cores; Python "
        f"{platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}",
        f"- Time taken: {seconds:.0f} s",
        f"- Seed: {SEED} (`replication/randomness.py`), one stream for each scenario and method",
        f"- Data sets for each scenario: {REPLICATIONS}",
        "",
        "`coverage.csv`: one row is one model, tested term, scenario and estimator.",
        "",
        "| column | meaning |",
        "| --- | --- |",
        "| model, term | model of `data/raw/specifications/models.yaml` and the term tested |",
        "| effect | effect the outcomes were drawn with: none, half or all of Firth's estimate |",
        "| administration_sd | standard deviation of the administrations' own effects, log-odds |",
        "| estimator | as in `output/estimates.csv`; `exact_midp` is the mid-p version of `exact` |",
        "| target | what the interval should cover, on the estimator's own scale |",
        "| replications | data sets drawn |",
        "| failed | share of data sets without an answer, such as those with a constant outcome |",
        "| rejected, rejected_error | share of answers with p at most 0.05; its Monte Carlo error |",
        "| covered, covered_error | share of 95 % intervals that hold the target; the same |",
        "| median_width | median width of the intervals, `inf` where most are unbounded |",
        "| unbounded | share of intervals with an infinite end |",
        "| design | digest of the cases, codes, clusters and outcomes that the run started from |",
        "",
        "How outcomes are drawn and what each interval should cover: `replication/analyses/robustness/coverage.py`.",
    )
    return "\n".join([*lines, "", *_about_types(), ""])


def _about_types() -> tuple[str, ...]:
    from replication.analyses.types.calibration import REPLICATIONS  # noqa: PLC0415

    return (
        f"`type_calibration.csv`: {REPLICATIONS} data sets drawn from the prior for each scenario, seed {SEED}, one",
        "stream a scenario; where the true values lie in their posteriors. One row is one scenario and one quantity.",
        "",
        "| column | meaning |",
        "| --- | --- |",
        "| monotonic, confounded | adverse cases are ruled out; the cause may depend on the type |",
        "| clues | their probabilities are as stated, or learnt |",
        "| quantity | share of beneficial cases, or average effect |",
        "| covered, covered_error | share of central 95 % intervals that hold the truth; its Monte Carlo error |",
        "| mean_rank | mean place of the truth in its posterior, from 0 to 1 |",
        "| p_uniform | p-value of a test that this place is uniform |",
        "",
        "How data sets are drawn: `replication/analyses/types/calibration.py`.",
    )
