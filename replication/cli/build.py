"""`all`: check the case files, then run every step that is out of date."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

from replication import paths
from replication.cli.check import run_check
from replication.files import DRAFT, write_json
from replication.progress import remember_terminal
from replication.release.manifest import INPUTS, PRODUCTS, files_in
from replication.release.reference import keep_as_it_came
from replication.workflow import shown

if TYPE_CHECKING:
    import pytask

LAST_RUN = paths.BUILD / "last_run.json"


def run_all() -> int:
    """Run the scripts in their order; steps that do not wait for each other run side by side."""
    started = time.perf_counter()
    if up_to_date():
        seconds = time.perf_counter() - started
        print(f"Nothing to do: every product is up to date ({seconds:.1f} s).")
        return 0
    # Faults in the case files are told before anything is written.
    if run_check(case=None, quiet=True) != 0:
        return 1
    import filelock  # noqa: PLC0415 - only this verb needs it

    try:
        paths.BUILD.mkdir(exist_ok=True)
        with filelock.FileLock(paths.BUILD / "running.lock", timeout=0):
            _sweep()
            keep_as_it_came(paths.ROOT)
            return _run_steps(started)
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


def _run_steps(started: float) -> int:
    import pytask  # noqa: PLC0415 - takes a second to import

    # One thread for the linear algebra of each step: the steps themselves run side by side, and
    # sums then add up in the same order on every machine. `portability` tries more than one.
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = os.environ.get("BLAS_THREADS", "1")
    remember_terminal()
    session = pytask.build(
        config=paths.ROOT / "pyproject.toml",
        paths=[paths.SCRIPTS],
        n_workers=max(os.cpu_count() or 1, 2),
        show_locals=False,
        sort_table=False,
    )
    if session.exit_code != pytask.ExitCode.OK:
        for error in _system_errors(session):
            print(_told(error))
        print(
            f"Stopped after {time.perf_counter() - started:.0f} s: a step failed (above). What it "
            "would have written is as it was; run the same command again to go on from there."
        )
        return 1
    ran = [r.task for r in session.execution_reports if r.outcome == pytask.TaskOutcome.SUCCESS]
    written = sorted(shown(path) for task in ran for path in _files(task.produces))
    # Also where no step ran: the manifest lists inputs that belong to no step, such as the lock.
    closed = _close(session)
    written += closed if ran else []
    write_json(LAST_RUN, _marks())
    seconds = time.perf_counter() - started
    if not written:
        print(f"Nothing to do: every product is up to date ({seconds:.1f} s).")
        return 0
    print("Written:")
    print("\n".join(f"  {path}" for path in written if not path.startswith(".build")))
    print(f"{len(ran)} steps in {seconds:.0f} s.")
    return 0


def _system_errors(session: pytask.Session) -> list[OSError]:
    """Give what the system refused: a full disk, a folder that cannot be written."""
    errors = [r.exc_info[1] for r in session.execution_reports if r.exc_info is not None]
    return [error for error in errors if isinstance(error, OSError)]


def _close(session: pytask.Session) -> list[str]:
    """Write the logs and the manifest, which describe all that is there now."""
    from replication.release.logs import Step, write_logs  # noqa: PLC0415
    from replication.release.manifest import write_manifest  # noqa: PLC0415

    steps: dict[str, list[Step]] = {}
    for task in sorted(session.tasks, key=lambda task: task.name):
        step = Step(
            name=task.base_name,
            code=task.depends_on["code"].load(),
            reads=_files(task.depends_on),
            writes=_files(task.produces),
        )
        steps.setdefault(task.path.stem, []).append(step)
    write_logs(paths.OUTPUT / "logs", steps)
    write_manifest(paths.OUTPUT / "manifest.json")
    return [*(f"output/logs/{script}.log" for script in steps), "output/manifest.json"]


def _files(tree: object) -> list:
    from pytask.tree_util import tree_leaves  # noqa: PLC0415

    return [node.path for node in tree_leaves(tree) if hasattr(node, "path")]
