"""Run the steps that pytask finds out of date side by side, each as soon as what it reads is there.

pytask keeps the order and the record of what is up to date. This plugin replaces its loop, by the hook made for that
(`pytask_execute_build`): it waits for the next finished step where pytask-parallel looks for one in turns, asleep for
up to a second between them, and it prints one line a step.
"""

from __future__ import annotations

import importlib
import io
import pickle
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

from pytask import ExecutionReport, PTask, Session, TaskOutcome, WarningReport, hookimpl
from pytask.tree_util import tree_map

from replication.executors import worker_pool

# What most steps import, in this order: together a second that each worker would take for itself.
_SHARED = ("pandas", "scipy.stats", "jinja2")


@dataclass(frozen=True)
class StepOutcome:
    """What running one step gave.

    Attributes
    ----------
    seconds : float
    printed : str
        What it wrote to standard output and standard error.
    warned : tuple of (str, str, int)
        Text, file and line of each warning.
    error : Exception or None
    trace : str
        Where the error came from, as Python tells it.
    """

    seconds: float
    printed: str
    warned: tuple[tuple[str, str, int], ...]
    error: Exception | None = None
    trace: str = ""


class Steps:
    """The plugin. After the run `session` holds pytask's session, None when it never came to running.

    Parameters
    ----------
    workers : int
        Steps that run at once, at least 1.
    tell : callable
        Takes one line for the user.
    """

    def __init__(self, workers: int, tell: Callable[[str], None]) -> None:
        self.session: Session | None = None
        self._workers = workers
        self._tell = tell
        self._seconds: dict[str, float] = {}
        self._forks = False
        # Pytask's own types leave open what a run always has.
        self._scheduler: Any = None

    @hookimpl(tryfirst=True)
    def pytask_execute_build(self, session: Session) -> bool:
        """Run every step that is out of date."""
        self.session = session
        self._scheduler = session.scheduler
        # A forked process has what was imported here already; elsewhere than on Linux forking is not safe.
        self._forks = sys.platform == "linux"
        pool = worker_pool(self._workers, "fork" if self._forks else "spawn")
        running: dict[Future[StepOutcome], PTask] = {}
        try:
            while self._scheduler.is_active() and not session.should_stop:
                self._start_ready(session, pool, running)
                if running:
                    self._finish_some(session, running)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        return True

    def _start_ready(
        self, session: Session, pool: ProcessPoolExecutor, running: dict[Future[StepOutcome], PTask]
    ) -> None:
        """Submit what can start; a step that is up to date is done at once and makes room for others."""
        while (free := self._workers - len(running)) > 0:
            ready = self._scheduler.get_ready(free)
            for name in ready:
                task: Any = session.dag.nodes[name]
                try:
                    session.hook.pytask_execute_task_log_start(session=session, task=task)
                    session.hook.pytask_execute_task_setup(session=session, task=task)
                    if self._forks:
                        _import_shared()
                    future = pool.submit(
                        run_step, task.function.__module__, task.function.__name__, _arguments(task)
                    )
                    running[future] = task
                except Exception:  # noqa: BLE001 - pytask tells by an exception that nothing is to do
                    error = sys.exc_info()
                    self._report(session, ExecutionReport.from_task_and_exception(task, error))
            if not ready:
                return

    def _finish_some(self, session: Session, running: dict[Future[StepOutcome], PTask]) -> None:
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            task = running.pop(future)
            try:
                outcome = future.result()
            except Exception:  # noqa: BLE001 - the process died, or its answer cannot be read
                error = sys.exc_info()
                self._report(session, ExecutionReport.from_task_and_exception(task, error))
            else:
                self._report(session, self._judged(session, task, outcome))

    def _judged(self, session: Session, task: PTask, outcome: StepOutcome) -> ExecutionReport:
        self._seconds[task.signature] = outcome.seconds
        session.warnings.extend(
            WarningReport(message=text, fs_location=(file, line), id_=task.name)
            for text, file, line in outcome.warned
        )
        if outcome.printed:
            task.report_sections.append(("call", "stdout", outcome.printed))
        if outcome.error is not None:
            # Its trace has crossed from another process as text, which pytask prints as it is.
            error: Any = (type(outcome.error), outcome.error, outcome.trace)
            return ExecutionReport.from_task_and_exception(task, error)
        try:
            session.hook.pytask_execute_task_teardown(session=session, task=task)
        except Exception:  # noqa: BLE001 - a product is missing
            return ExecutionReport.from_task_and_exception(task, sys.exc_info())
        return ExecutionReport.from_task(task)

    def _report(self, session: Session, report: ExecutionReport) -> None:
        hook = session.hook
        hook.pytask_execute_task_process_report(session=session, report=report)
        hook.pytask_execute_task_log_end(session=session, report=report)
        session.execution_reports.append(report)
        self._scheduler.done(report.task.signature)

    @hookimpl(tryfirst=True)
    def pytask_execute_task_log_end(self, session: Session, report: ExecutionReport) -> bool:
        """Print one line for a step that ran or failed."""
        word = {TaskOutcome.SUCCESS: "", TaskOutcome.FAIL: "  FAILED"}.get(report.outcome)
        if word is not None:
            seconds = self._seconds.get(report.task.signature, 0.0)
            count = f"{len(session.execution_reports) + 1:>3}/{len(session.tasks)}"
            self._tell(f"{count}  {seconds:5.1f} s  {step_name(report.task)}{word}")
        return True


def _import_shared() -> None:
    """Import it here before the first worker begins as a copy of this process."""
    for module in _SHARED:
        importlib.import_module(module)


def step_name(task: Any) -> str:
    """Name a step as the user knows it: its script and what it does there."""
    _, _, name = task.name.rpartition("::")
    return f"{task.path.stem}: {name.removeprefix('task_')}"


def _arguments(task: PTask) -> dict[str, Any]:
    """Give what a step's function takes: the values of what it reads, the places of what it writes."""
    reads, writes = (
        {
            name: tree_map(lambda node: node.load(is_product=product), tree)  # noqa: B023 - used at once
            for name, tree in trees.items()
        }
        for trees, product in ((task.depends_on, False), (task.produces, True))
    )
    return {**reads, **writes}


def run_step(module: str, function: str, arguments: dict[str, Any]) -> StepOutcome:
    """Call a step's function in this process, by its name: all that it works on is in its arguments."""
    started, text = time.perf_counter(), io.StringIO()
    error, trace = None, ""
    with (
        warnings.catch_warnings(record=True) as caught,
        redirect_stdout(text),
        redirect_stderr(text),
    ):
        try:
            getattr(importlib.import_module(module), function)(**arguments)
        except Exception as found:  # noqa: BLE001 - told to the user by the process that asked
            error, trace = _sendable(found), traceback.format_exc()
    seconds = time.perf_counter() - started
    return StepOutcome(seconds, text.getvalue(), _plain(caught), error, trace)


def _sendable(error: Exception) -> Exception:
    """Give the error itself where it survives the way between processes, else one that says the same."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - made one line before
    except Exception:  # noqa: BLE001 - whatever its class does when it is taken apart
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _plain(caught: Iterable[warnings.WarningMessage]) -> tuple[tuple[str, str, int], ...]:
    return tuple((f"{w.category.__name__}: {w.message}", w.filename, w.lineno) for w in caught)
