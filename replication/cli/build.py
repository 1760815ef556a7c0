"""`all`: check the case files, then run every step that is out of date; `script`: the steps of one script."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from replication import paths
from replication.cli.check import run_check
from replication.cli.housekeeping import provide
from replication.executors import VARIABLE as EXECUTOR
from replication.exhibits.text import counted
from replication.files import DRAFT, write_json
from replication.progress import remember_terminal
from replication.release.beside import bring_up_to_date, stale, write_schemas
from replication.release.doctor import converted_told
from replication.release.environment_record import write_record
from replication.release.manifest import INPUTS, MANIFEST, PRODUCTS, files_in
from replication.release.reference import keep_as_it_came
from replication.workflow import shown

if TYPE_CHECKING:
    import pytask

LAST_RUN = paths.BUILD / "last_run.json"
TO_OPEN = ("output/report.html (by double click)", "output/paper.pdf", "output/supplement.pdf")

# So many files of one folder are named one by one.
_MANY = 12


def run_all() -> int:
    """Run the scripts in their order; steps that do not wait for each other run side by side."""
    started = time.perf_counter()
    if up_to_date():
        seconds = time.perf_counter() - started
        print(f"Nothing to do: every product is up to date ({seconds:.1f} s).")
        return 0
    if told := converted_told(paths.ROOT):
        print("\n".join(told))
        return 1
    return _alone(lambda: _run_steps(started))


def run_one_script(script: str) -> int:
    """Run every step of one script, up to date or not, and say what each read and wrote."""
    return _alone(lambda: _run_one(Path(script).resolve()))


def _alone(work: Callable[[], int]) -> int:
    """Do the work where the case files are sound and no other run is under way."""
    # Faults in the case files are told before anything is written.
    if run_check(case=None, quiet=True) != 0:
        return 1
    if os.environ.get(EXECUTOR, "").startswith("dask:") and provide("cluster") != 0:
        return 1
    import filelock  # noqa: PLC0415 - only these verbs need it

    try:
        paths.BUILD.mkdir(exist_ok=True)
        with filelock.FileLock(paths.BUILD / "running.lock", timeout=0):
            _sweep()
            keep_as_it_came(paths.ROOT)
            for name in write_schemas(paths.ROOT):
                print(f"Written: {name}, for editors, as the codebook has changed.")
            return work()
    except filelock.Timeout:
        print("Another run is under way in this folder; wait for it to end, then run this again.")
    except OSError as error:
        print(_told(error))
    return 1


def _sweep() -> None:
    """Remove drafts that a killed run left behind; under the lock nobody else is writing any."""
    for folder in (paths.DERIVED, paths.OUTPUT, paths.BUILD):
        for draft in folder.rglob(f"{DRAFT}*"):
            draft.unlink()


def _told(error: OSError) -> str:
    """Say which file could not be written or read, in one line."""
    where = error.filename or "A file"
    return f"{where}: {error.strerror or error}. Nothing was left half written."


def up_to_date() -> bool:
    """Tell whether no file has been touched since all was up to date; steps are then not asked."""
    return LAST_RUN.is_file() and json.loads(LAST_RUN.read_text()) == _marks()


def _marks() -> dict[str, list[int]]:
    """Time of change and size of every input and product."""
    files = files_in(paths.ROOT, (*INPUTS, *PRODUCTS))
    stats = ((name, file.stat()) for name, file in files)
    return {name: [stat.st_mtime_ns, stat.st_size] for name, stat in stats}


def step_files() -> list[Path]:
    """Name every script: of a folder pytask takes none where the project itself stands in one called build or dist."""
    return sorted(paths.SCRIPTS.glob("[0-9][0-9]_*.py"))


def _run_steps(started: float) -> int:
    session, told = _session(step_files())
    if session is None or session.exit_code != 0:
        print(told)
        for error in _system_errors(session):
            print(_told(error))
        print(
            f"Stopped after {time.perf_counter() - started:.0f} s: a step failed (above). What it "
            "would have written is as it was; run the same command again to go on from there."
        )
        return 1
    ran = _steps_run(session)
    # Also where no step ran: the manifest lists inputs that belong to no step, such as the lock.
    closed = _close(session)
    write_json(LAST_RUN, _marks())
    seconds = time.perf_counter() - started
    if len(ran) == len(session.tasks):
        write_record(paths.ROOT, len(ran), seconds)
    brought = bring_up_to_date(paths.ROOT)
    if not ran:
        print(f"Nothing to do: every product is up to date ({seconds:.1f} s).")
        return 0
    written = len(closed) + sum(len(_files(task.produces)) for task in ran)
    told = f"{counted(len(ran), 'step')} in {seconds:.0f} s; {counted(written, 'file')} written"
    print(f"{told}, listed in {MANIFEST}.")
    if brought:
        print(f"Brought up to date beside them: {', '.join(brought)}.")
    print(f"Open {', '.join(TO_OPEN[:-1])} or {TO_OPEN[-1]}.")
    for line in stale(paths.ROOT):
        print(f"Not made by make all: {line}.")
    return 0


def _run_one(script: Path) -> int:
    session, told = _session([script], force=True)
    if session is None or session.exit_code != 0:
        print(told)
        print(
            f"{shown(script)} did not end well. Files it misses are made by the scripts before it: run "
            "them in the order of their numbers."
        )
        return 1
    for task in _steps_run(session):
        print(f"{task.path.stem}: {task.base_name.removeprefix('task_')}")
        for word, tree in (("read", task.depends_on), ("wrote", task.produces)):
            for line in _by_folder(_files(tree)):
                print(f"  {word:5} {line}")
    return 0


def _by_folder(files: Iterable[Path]) -> list[str]:
    """Name files; of a folder with many of them only their number."""
    folders: dict[Path, list[Path]] = {}
    for file in files:
        folders.setdefault(file.parent, []).append(file)
    return [
        line
        for folder, some in folders.items()
        for line in (
            [f"{shown(folder)}: {len(some)} files"] if len(some) > _MANY else map(shown, some)
        )
    ]


def _session(scripts: list[Path], *, force: bool = False) -> tuple[pytask.Session | None, str]:
    """Let pytask run the steps of some scripts; give its session and what it had to say."""
    import pytask  # noqa: PLC0415 - takes a second to import

    from replication.cli.steps import Steps  # noqa: PLC0415 - the same

    # One thread for the linear algebra of each step: the steps themselves run side by side, and
    # sums then add up in the same order on every machine. `portability` tries more than one.
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = os.environ.get("BLAS_THREADS", "1")
    remember_terminal()
    steps = Steps(max(os.cpu_count() or 1, 2), lambda line: print(line, flush=True))
    # A plugin is added before pytask's command runs; pytask's own tables and panels are kept back.
    pytask.storage.create().register(steps)
    options = ["--config", str(paths.ROOT / "pyproject.toml"), "--verbose", "0", "--capture", "no"]
    with pytask.console.capture() as told, suppress(SystemExit):
        pytask.cli(
            ["build", *options, *(["--force"] if force else []), *map(str, scripts)],
            standalone_mode=False,
        )
    return steps.session, told.get()


def _steps_run(session: pytask.Session) -> list[Any]:
    import pytask  # noqa: PLC0415

    done = pytask.TaskOutcome.SUCCESS
    return [report.task for report in session.execution_reports if report.outcome == done]


def _system_errors(session: pytask.Session | None) -> list[OSError]:
    """Give what the system refused: a full disk, a folder that cannot be written."""
    if session is None:
        return []
    errors = [r.exc_info[1] for r in session.execution_reports if r.exc_info is not None]
    return [error for error in errors if isinstance(error, OSError)]


def _close(session: pytask.Session) -> list[str]:
    """Write the logs, the crosswalk and the manifest, which describe all that is there now."""
    from replication.release.crosswalk import NAME, write_crosswalk  # noqa: PLC0415
    from replication.release.logs import Step, write_logs  # noqa: PLC0415
    from replication.release.manifest import write_manifest  # noqa: PLC0415

    steps: dict[str, list[Step]] = {}
    tasks: list[Any] = sorted(session.tasks, key=lambda task: task.name)
    for task in tasks:
        step = Step(
            name=task.base_name,
            code=task.depends_on["code"].load(),
            reads=_files(task.depends_on),
            writes=_files(task.produces),
        )
        steps.setdefault(task.path.stem, []).append(step)
    write_logs(paths.OUTPUT / "logs", steps)
    writers = {
        shown(file): f"scripts/{script}.py"
        for script, members in steps.items()
        for step in members
        for file in step.writes
    }
    told = [NAME] if write_crosswalk(paths.ROOT, writers) else []
    write_manifest(paths.OUTPUT / "manifest.json")
    return [*(f"output/logs/{script}.log" for script in steps), *told, "output/manifest.json"]


def _files(tree: Any) -> list[Path]:
    from pytask.tree_util import tree_leaves  # noqa: PLC0415

    leaves: list[Any] = tree_leaves(tree)
    return [node.path for node in leaves if hasattr(node, "path")]
