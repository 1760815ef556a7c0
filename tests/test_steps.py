"""Workers of a run that is gone do not stay behind."""

import os
import signal
import subprocess
import sys
import time

import pytest

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
