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

# Constants of the package, by file: as they are, and as the copies have them. `test_same_bytes` draws in full.
LESS = (
    ("analyses/robustness/coding_error.py", "DRAWS = 10_000", "DRAWS = 200"),
    ("analyses/robustness/design_analysis.py", "DRAWS = 4_000", "DRAWS = 200"),
    ("exhibits/drawing/style.py", '"pdf.fonttype": 42', '"pdf.fonttype": 3'),
    ("exhibits/drawing/style.py", '"savefig.dpi": 300', '"savefig.dpi": 60'),
)


def miniature(folder, scripts=None):
    """Copy the project into `folder` with `CASES`, two controls, 19 draws, and all or some scripts."""
    # With the compiled code: compiling is not what is tested, and takes longest.
    shutil.copytree(paths.ROOT / "replication", folder / "replication")
    for place in ("scripts", "data/raw", "data/simulated", "data/peers"):
        if (paths.ROOT / place).exists():
            shutil.copytree(paths.ROOT / place, folder / place)
    for name in ("pyproject.toml", "requirements.lock", "CITATION.cff"):
        shutil.copy2(paths.ROOT / name, folder / name)
    keep(folder / "data" / "raw" / "cases", CASES)
    if scripts is not None:
        keep(folder / "scripts", scripts)
    draw_less(folder / "replication")
    shorten(folder / "data" / "raw" / "specifications" / "multiverse.yaml")
    return folder


def draw_less(package):
    """Let the copied code simulate less and draw coarsely: how much it draws is not what is tested with it."""
    for name, old, new in LESS:
        file = package / name
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, (name, old)
        file.write_text(text.replace(old, new), encoding="utf-8")


def keep(folder, stems):
    for file in folder.iterdir():
        if file.stem not in stems:
            file.unlink() if file.is_file() else shutil.rmtree(file)


def start(folder, limit=None, **environment):
    """Start `all` in a process group of its own; `limit` caps the size of a file, as a full disk would."""
    return begin([sys.executable, "-m", "replication", "all"], folder, limit, **environment)


def start_scripts(folder, **environment):
    """Start every script by itself, one after the other in the order of their numbers, as a reader would."""
    each = """
import pathlib, subprocess, sys
for script in sorted(pathlib.Path("scripts").glob("*.py")):
    subprocess.run([sys.executable, str(script)], check=True)
"""
    return begin([sys.executable, "-c", each], folder, **environment)


def begin(command, folder, limit=None, **environment):
    return subprocess.Popen(
        command,
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
