"""`all`: check the case files, then run every step that is out of date."""

from __future__ import annotations

import os
import time

from replication import paths
from replication.cli.check import run_check
from replication.workflow import shown


def run_all() -> int:
    """Run the scripts in their order; steps that do not wait for each other run side by side."""
    started = time.perf_counter()
    # Faults in the case files are told before anything is written.
    if run_check(case=None, quiet=True) != 0:
        return 1
    paths.BUILD.mkdir(exist_ok=True)
    import filelock  # noqa: PLC0415 - only this verb needs it

    try:
        with filelock.FileLock(paths.BUILD / "running.lock", timeout=0):
            return _run_steps(started)
    except filelock.Timeout:
        print("Another run is under way in this folder; wait for it to end, then run this again.")
        return 1


def _run_steps(started: float) -> int:
    import pytask  # noqa: PLC0415 - takes a second to import

    # One thread for the linear algebra of each step: the steps themselves run side by side, and
    # sums then add up in the same order on every machine.
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"
    session = pytask.build(
        config=paths.ROOT / "pyproject.toml",
        paths=[paths.SCRIPTS],
        n_workers=max(os.cpu_count() or 1, 2),
        show_locals=False,
        sort_table=False,
    )
    ran = [
        report.task
        for report in session.execution_reports
        if report.outcome == pytask.TaskOutcome.SUCCESS
    ]
    seconds = time.perf_counter() - started
    if session.exit_code != pytask.ExitCode.OK:
        print(
            f"Stopped after {seconds:.0f} s: a step failed (above). What it would have written is"
            " as it was; run the same command again to go on from there."
        )
        return 1
    written = sorted(
        shown(node.path) for task in ran for node in pytask.tree_util.tree_leaves(task.produces)
    )
    if not written:
        print(f"Nothing to do: every product is up to date ({seconds:.1f} s).")
        return 0
    print("Written:")
    print("\n".join(f"  {path}" for path in written))
    print(f"{len(written)} files from {len(ran)} steps in {seconds:.0f} s.")
    return 0
