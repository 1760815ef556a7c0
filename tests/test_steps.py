"""Workers of a run that is gone do not stay behind; steps are found whatever the folder is called."""

import os
import signal
import subprocess
import sys
import time

import pytest

from replication import paths

STEP = """
from pathlib import Path

def task_one(produces=Path(__file__).with_name("made.txt")):
    produces.write_text("made")
"""
SETTINGS = """
[tool.pytask.ini_options]
task_files = ["[0-9][0-9]_*.py"]
"""
STARTED = """
import sys, time
from replication.executors import worker_pool

with worker_pool(2, sys.argv[1]) as pool:
    print(*pool.map(abs, range(9)), flush=True)
    print(*(worker.pid for worker in pool._processes.values()), flush=True)
    pool.submit(time.sleep, 600).result()
"""


@pytest.mark.skipif(os.name != "posix", reason="elsewhere workers hear the end of a pipe")
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_workers_of_a_killed_run_end(start):
    run = subprocess.Popen(
        [sys.executable, "-c", STARTED, start], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert run.stdout is not None
    run.stdout.readline()
    workers = [int(pid) for pid in run.stdout.readline().split()]
    assert workers
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    end = time.monotonic() + 60
    while (left := [pid for pid in workers if _alive(pid)]) and time.monotonic() < end:
        time.sleep(0.2)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("name", ["build", "dist", "_build"])
def test_a_project_in_a_folder_that_pytask_ignores_is_made_all_the_same(tmp_path, name):
    """There pytask finds nothing in the folder of the scripts, and all would seem up to date."""
    root = tmp_path / name
    (root / "scripts").mkdir(parents=True)
    (root / "scripts" / "01_one.py").write_text(STEP, "utf-8")
    (root / "pyproject.toml").write_text(SETTINGS, "utf-8")
    told = [_steps_found(root, given) for given in ("[paths.SCRIPTS]", "build.step_files()")]
    assert told == ["0 0", "1 0"]
    assert (root / "scripts" / "made.txt").read_text() == "made"


def _steps_found(root, given):
    code = (
        "import sys, pytask; from pathlib import Path; from replication import paths;"
        "from replication.cli import build;"
        f"root = Path(sys.argv[1]); paths.SCRIPTS = root / 'scripts'; given = {given};"
        "session = pytask.build(paths=given, config=root / 'pyproject.toml');"
        "print(len(session.tasks), int(session.exit_code))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, root],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.splitlines()[-1]
