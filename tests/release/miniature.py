"""A small copy of the project in a folder of its own: few cases, a small multiverse, all or some scripts."""

import os
import shutil
import signal
import subprocess
import sys

from replication import paths
from replication.release.manifest import PRODUCTS, checksums
from replication.release.portability import shorten

CASES = ("haiti_1994", "kosovo_1999", "liberia_2003", "libya_2011", "somalia_1992", "syria_2013")
# Steps that take seconds, for tests that run the project many times.
QUICK = ("01_build_dataset", "08_codebook", "08_other_languages")


def miniature(folder, scripts=None):
    """Copy the project into `folder` with `CASES`, two controls, 19 draws, and all or some scripts."""
    # With the compiled code: compiling is not what is tested, and takes longest.
    shutil.copytree(paths.ROOT / "replication", folder / "replication")
    for place in ("scripts", "data/raw", "data/simulated"):
        if (paths.ROOT / place).exists():
            shutil.copytree(paths.ROOT / place, folder / place)
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy2(paths.ROOT / name, folder / name)
    keep(folder / "data" / "raw" / "cases", CASES)
    if scripts is not None:
        keep(folder / "scripts", scripts)
    shorten(folder / "data" / "raw" / "specifications" / "multiverse.yaml")
    return folder


def keep(folder, stems):
    for file in folder.iterdir():
        if file.stem not in stems:
            file.unlink() if file.is_file() else shutil.rmtree(file)


def start(folder, limit=None, **environment):
    """Start `all` in a process group of its own; `limit` caps the size of a file, as a full disk would."""
    return subprocess.Popen(
        [sys.executable, "-m", "replication", "all"],
        cwd=folder, start_new_session=True, text=True, encoding="utf-8",
        preexec_fn=limit,  # noqa: PLW1509 - no thread runs where the tests run
        env={**os.environ, "PYTHONPATH": str(folder), **environment},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def finished(process):
    """Wait for a run; give its exit status and what it said."""
    said, _ = process.communicate()
    return process.returncode, said


def kill(process):
    """End a run at once, with every process it started."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def products(folder):
    """SHA-256 of everything the run made."""
    return checksums(folder, PRODUCTS)


def drafts(folder):
    return list(folder.rglob(".writing-*"))
