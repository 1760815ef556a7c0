"""What work costs in an earlier commit, in this one and in other software, side by side: ``python tests/benchmarks``.

Both commits stand in scratch folders with environments of their own and are measured in turns on this machine. This
one is there twice: with the cases of the earlier commit, which is compared, and with all. Their answers and those of
other software are compared in the same run, since a faster wrong answer is no gain: the exit code is 1 where they
differ. Targets that are missed are told and change no exit code.

``--rows firth multiverse`` takes the rows whose names begin so, ``--before COMMIT`` another commit, and ``--scratch
FOLDER`` keeps what was set up there for the next call. Each row is measured alone; nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from filelock import FileLock
from kernels import kernel_rows
from rows import ALL, EARLIER, HEADER, NOW, measured
from trees import prepared
from whole_runs import whole_rows

BEFORE = "2f3d9af"


def main() -> int:
    """Print a line a row; 1 where answers differ."""
    rows = [*kernel_rows(), *whole_rows()]
    options = _options([row.name for row in rows])
    chosen = [row for row in rows if row.name.startswith(tuple(options.rows or [""]))]
    sound = True
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(options.scratch or scratch).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        # Another call with the same folder waits: it would change the clones under way.
        with FileLock(folder / "benchmark.lock"):
            trees = dict(zip((EARLIER, NOW, ALL), prepared(folder, options.before), strict=True))
            print(HEADER)
            for row in chosen:
                line, agree = measured(row, trees)
                print(line, flush=True)
                sound &= agree
    return 0 if sound else 1


def _options(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--rows", nargs="+", metavar="NAME", help=f"beginnings of {', '.join(names)}"
    )
    parser.add_argument("--before", default=BEFORE, metavar="COMMIT")
    parser.add_argument("--scratch", metavar="FOLDER")
    options = parser.parse_args()
    for start in options.rows or []:
        if not any(name.startswith(start) for name in names):
            parser.error(f"no row begins with {start!r}; there are {', '.join(names)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
