"""Programs of others that read what the package writes: each in an environment of its own, skipped where missing."""

import json
import shutil
import subprocess

import pytest

# An interpreter with the packages of .ci/readers.lock, whose versions the project's own packages exclude.
PYTHON = "readers-python"


def run(program, *arguments, cwd=None):
    """Run a program; give its exit status and what it said. The test is skipped where it is not installed."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run(
        [found, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def read_by(code, *arguments):
    """Run a few lines with the readers' own interpreter; give what they print as JSON on the last line."""
    status, said = run(PYTHON, "-c", code, *arguments)
    assert status == 0, said
    return json.loads(said.splitlines()[-1])
