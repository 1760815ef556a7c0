"""`test`, `bench`, `clean` and `link`: keeping house."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from replication import paths
from replication.environment import LOCKS, install
from replication.files import write_text
from replication.release.installed import mismatches


def run_tests(pytest: list[str]) -> int:
    """Run the tests with this interpreter and hand on their exit status."""
    if provide("cluster", "form", "tests") != 0:
        return 1
    # Files of tests side by side on two processors; those of one file, and the files, in their order.
    spread = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    command = [sys.executable, "-m", "pytest", *spread, *pytest]
    return subprocess.call(command, cwd=paths.ROOT)  # noqa: S603 - the user types these options


def provide(*purposes: str) -> int:
    """Install the locks of some purposes where something of them is missing here; 0 when all is there."""
    missing = [purpose for purpose in purposes if mismatches(LOCKS[purpose])]
    if not missing:
        return 0
    names = ", ".join(LOCKS[purpose].name for purpose in missing)
    print(f"Installing {names} (once; needs the network unless WHEELS= is given)", flush=True)
    return install(*missing)


def run_bench() -> int:
    """Print how many fits a second the batched estimator makes, beside other software."""
    # The peers it compares with; some of what they need in turn is in the lock of the cluster.
    if provide("cluster", "tests") != 0:
        return 1
    from replication.release import bench  # noqa: PLC0415 - loads the compiler, which nothing else here needs

    return bench.run()


def run_doctor() -> int:
    """Say what this machine has and what is missing for which verb; 1 where `make all` cannot do without it."""
    from replication.release.doctor import findings, missing_files, screen  # noqa: PLC0415 - starts R
    from replication.release.machine import machine  # noqa: PLC0415 - loads the compiler

    print(screen(paths.ROOT, machine()))
    lost = [name for name in missing_files(paths.ROOT) if name.startswith("data/raw/")]
    return int(bool(lost) or any(f.required and not f.here for f in findings(paths.ROOT)))


def run_clean() -> int:
    """Remove derived data, output and the record of finished steps; raw data and releases stay."""
    for folder in (paths.DERIVED, paths.OUTPUT, paths.BUILD, paths.ROOT / ".pytask"):
        shutil.rmtree(folder, ignore_errors=True)
    (paths.ROOT / "pytask.lock").unlink(missing_ok=True)
    print("Removed data/derived, output and the record of finished steps.")
    return 0


def run_link() -> int:
    """Write the project's folder into the environment, so that `python scripts/NN_*.py` finds the package."""
    home = Path(sysconfig.get_path("purelib")) / "replication-project.pth"
    write_text(home, "\n".join([str(paths.ROOT), ""]))
    return 0
