"""The multiverse of a plan: processor time, the largest process's memory, every number that comes of it.

``--samples`` takes so many samples, which repeat those of samples.yaml under other names, and ``--controls`` the
first controls; ``--wall dask`` measures time that passes, with two Dask workers on this machine, ``--wall local``
with two processes.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from common import DATA, derived, module, report

from replication.specifications import Sample, read_samples

SPECIFICATIONS = DATA / "data" / "raw" / "specifications"


def main() -> None:
    options = _options()
    multiverse = module("analyses.multiverse.run", "analyses.multiverse")
    plan, samples = _plan(options)
    cases, codings = derived("cases"), derived("codings")
    with _executor(options.wall), tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        files = multiverse.run_multiverse(plan, cases, codings, samples, Path(folder))
        wall = time.perf_counter() - started
        table = multiverse.specification_table(plan, files)
        tests, permuted = multiverse.joint_test(plan, files)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    numbers = [table[name].to_numpy(float) for name in ("estimate", "std_error", "p_value")]
    numbers += [frame.select_dtypes("number").to_numpy(float) for frame in (tests, permuted)]
    report(
        wall if options.wall else sum(u.ru_utime + u.ru_stime for u in used),
        *numbers,
        memory=max(u.ru_maxrss for u in used) / 1024,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int)
    parser.add_argument("--controls", type=int)
    parser.add_argument("--samples", type=int)
    parser.add_argument("--wall", choices=["dask", "local"])
    return parser.parse_args()


def _plan(options: argparse.Namespace) -> tuple[Any, dict[str, Sample]]:
    plan = module("analyses.multiverse.plan", "analyses.multiverse_plan").read_plan(
        SPECIFICATIONS / "multiverse.yaml"
    )
    if hasattr(plan, "with_passes"):
        plan = plan.with_passes(["pass_1", "pass_2"])
    samples = read_samples(SPECIFICATIONS)
    if options.draws:
        plan = replace(plan, draws=options.draws)
    if options.controls:
        plan = replace(plan, controls=plan.controls[: options.controls])
    if options.samples:
        own = islice(cycle([samples[name] for name in plan.samples]), options.samples)
        samples = {f"sample_{n}": replace(s, sample=f"sample_{n}") for n, s in enumerate(own)}
        plan = replace(plan, samples=tuple(samples))
    return plan, samples


def _executor(wall: str | None) -> AbstractContextManager[object]:
    if wall != "dask":
        os.environ["EXECUTOR"] = "processes:2"
        return nullcontext()
    from distributed import LocalCluster  # noqa: PLC0415 - only on a cluster

    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    os.environ["EXECUTOR"] = f"dask:{cluster.scheduler_address}"
    return cluster


if __name__ == "__main__":
    main()
