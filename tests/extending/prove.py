"""Prove that nothing depends on the data of today: extend a copy of the project, then make and test everything there.

    .venv/bin/python tests/extending/prove.py FOLDER

copies the committed project to FOLDER (which must not exist), extends the copy by `extension.py`, and runs `make all`,
`make test` and `make compare` in it. Takes as long as these do, some ten minutes; ends with 0 where all of them do.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from extension import USUAL, extend

ROOT = Path(__file__).resolve().parent.parent.parent


def main(folder: Path) -> int:
    """Copy, extend, make, test and compare; the exit status of the first that fails."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    # The environment and the compiled kernels are the same; a second installation would take minutes.
    shutil.copytree(ROOT / ".venv", folder / ".venv", symlinks=True)
    python = folder / ".venv" / "bin" / "python"
    subprocess.run([python, "-m", "replication", "link"], cwd=folder, check=True)
    extend(folder, USUAL)
    for verb in ("check", "all", "test", "compare"):
        print(f"== {verb}", flush=True)
        status = subprocess.call([python, "-m", "replication", verb], cwd=folder)
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
