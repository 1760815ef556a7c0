"""Running parts elsewhere: local processes, a Dask cluster that loses a worker, and wrong switches."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from replication import executors, paths
from replication.analyses.multiverse.run import run_multiverse

sys.path.insert(0, str(Path(__file__).parent / "analyses"))
from invented_cases import PLAN, SAMPLES, case_table, readings

CASES = case_table()
CODINGS = readings(CASES)
# Chunks that take some tenths of a second each, so that a worker can be lost while it computes.
LONGER = replace(PLAN, draws=300)
_PATIENCE = 60


@pytest.mark.parametrize("choice", ["", "threads", "processes:0", "processes:x", "dask:", "dask"])
def test_a_wrong_switch_is_refused_with_what_is_allowed(monkeypatch, choice):
    monkeypatch.setenv("EXECUTOR", choice)
    with pytest.raises(ValueError, match=r"allowed: processes, processes:N.*dask:tcp"):
        list(executors.run_parts(abs, [(-1,)], "never"))


def test_parts_come_back_with_their_numbers_and_without_a_bar(monkeypatch, capfd):
    monkeypatch.setenv("EXECUTOR", "processes:2")
    found = dict(executors.run_parts(pow, [(2, n) for n in range(6)], "powers"))
    assert found == {n: 2**n for n in range(6)}
    assert capfd.readouterr().err == ""


def test_an_error_in_a_part_reaches_the_caller(monkeypatch):
    monkeypatch.setenv("EXECUTOR", "processes:1")
    with pytest.raises(ZeroDivisionError):
        list(executors.run_parts(divmod, [(1, 0)], "division"))


def test_nothing_to_do_starts_no_process(monkeypatch):
    monkeypatch.setenv("EXECUTOR", "dask:tcp://127.0.0.1:1")
    assert list(executors.run_parts(abs, [], "nothing")) == []


@contextmanager
def cluster(folder):
    """Start a scheduler and two workers, each a process of its own; end them in any case."""
    port_file = folder / "scheduler.json"
    environment = {**os.environ, "PYTHONPATH": str(paths.ROOT), "OMP_NUM_THREADS": "1"}
    environment["DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT"] = f"{_PATIENCE}s"
    started = []

    def start(module, *arguments):
        command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"]
        with (folder / f"{module}_{len(started)}.log").open("wb") as log:
            started.append(
                subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
            )
        return started[-1]

    try:
        start(
            "dask_scheduler",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--scheduler-file",
            str(port_file),
        )
        _wait(port_file.is_file)
        place = ["--scheduler-file", str(port_file), "--no-nanny", "--nthreads", "1"]
        place += ["--host", "127.0.0.1", "--local-directory", str(folder)]
        workers = [start("dask_worker", *place, "--name", name) for name in ("one", "two")]
        yield json.loads(port_file.read_text(encoding="utf-8"))["address"], workers
    finally:
        for process in reversed(started):
            process.kill()
        for process in started:
            process.wait()


def _wait(ready):
    end = time.monotonic() + _PATIENCE
    while not ready():
        assert time.monotonic() < end, "the cluster did not start"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_gives_the_same_bytes_as_this_machine(tmp_path, monkeypatch):
    from distributed import Client  # noqa: PLC0415 - takes a second to import

    monkeypatch.setenv("EXECUTOR", "processes:1")
    local = run_multiverse(LONGER, CASES, CODINGS, SAMPLES, tmp_path / "local")
    lost = {}
    with cluster(tmp_path) as (address, workers):
        with Client(address, timeout=_PATIENCE) as client:
            client.wait_for_workers(2, timeout=_PATIENCE)

        def kill_one():
            folder = tmp_path / "cluster"
            while not lost.get("over") and not (folder.is_dir() and any(folder.glob("*.npz"))):
                time.sleep(0.002)
            workers[0].send_signal(signal.SIGKILL)
            workers[0].wait()
            lost["when"] = len(list(folder.glob("*.npz")))

        killer = threading.Thread(target=kill_one)
        killer.start()
        monkeypatch.setenv("EXECUTOR", f"dask:{address}")
        try:
            remote = run_multiverse(LONGER, CASES, CODINGS, SAMPLES, tmp_path / "cluster")
        finally:
            lost["over"] = True
            killer.join()
        assert workers[1].poll() is None
    assert 1 <= lost["when"] < len(set(remote))
    for one, other in zip(local, remote, strict=True):
        with np.load(one) as first, np.load(other) as second:
            assert first.files == second.files
            assert all(first[name].tobytes() == second[name].tobytes() for name in first.files)
