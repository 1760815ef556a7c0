"""`peers`: compute the headline figures in other programs and compare; outside `make all`, some five minutes."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from replication import paths
from replication.files import write_json
from replication.workflow import shown

_FOLDER = paths.ROOT / "tests" / "peers"
_ENVIRONMENTS = paths.BUILD / "peers"
# Script, and the pinned packages of the interpreter that runs it; without any it is ours.
_PYTHON = (
    ("in_python.py", "environment.txt"),
    ("irrcac.py", "environment_older.txt"),
    ("curves.py", "environment_curves.txt"),
    ("elsewhere.py", None),
)
_SYSTEM = ("Rscript", "gretlcli", "pspp")


def run_peers() -> int:
    """Run every program that is there, store its figures, write output/peers.csv, print the table."""
    from replication.analyses.robustness.other_programs import made_from  # noqa: PLC0415 - pandas
    from replication.release.peers_inputs import write_inputs  # noqa: PLC0415

    missing = [name for name in _SYSTEM if shutil.which(name) is None]
    if missing:
        print(
            f"Not installed here: {', '.join(missing)}. The table would not be complete: nothing was changed."
        )
        return 1
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="peers-") as name:
        folder = Path(name)
        write_inputs(folder)
        said = [_run(_interpreter(pins), script, folder) for script, pins in _PYTHON]
        said.append(_run(["Rscript", "--no-init-file", "--no-restore"], "in_r.R", folder))
    _store(said)
    write_json(paths.PEERS / "made_from.json", {"data": made_from(paths.DERIVED)})
    print(f"{time.perf_counter() - started:.0f} s: {shown(paths.PEERS / 'figures.csv')}")
    return _compared()


def _interpreter(pins: str | None) -> list[str]:
    """Give the interpreter of an environment with these packages, made once for each list of them."""
    if pins is None:
        return [sys.executable]
    listed = _FOLDER / pins
    folder = _ENVIRONMENTS / hashlib.sha256(listed.read_bytes()).hexdigest()[:12]
    place = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    ready = folder / "ready.txt"
    if not ready.is_file():
        print(f"Setting up the packages of {shown(listed)}", flush=True)
        _checked([sys.executable, "-m", "venv", "--clear", str(folder)])
        _checked(
            [
                str(place),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "-r",
                str(listed),
            ]
        )
        ready.write_text(shown(listed), encoding="utf-8")
    return [str(place)]


def _run(command: list[str], script: str, folder: Path) -> str:
    print(f"Running {shown(_FOLDER / script)}", flush=True)
    # One thread each, and no path to this package.
    bare = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return _checked([*command, str(_FOLDER / script), str(folder)], bare | {"OMP_NUM_THREADS": "1"})


def _checked(command: list[str], environment: dict[str, str] | None = None) -> str:
    run = subprocess.run(  # noqa: S603 - fixed words and files of this project
        command, capture_output=True, text=True, encoding="utf-8", check=False, env=environment
    )
    if run.returncode != 0:
        sys.stderr.write(run.stdout + run.stderr)
        raise SystemExit(f"{' '.join(command)} failed")
    return run.stdout


def _store(said: list[str]) -> None:
    """Keep the lines that are figures; some programs print more than they are asked for, or ``nan``."""
    import pandas as pd  # noqa: PLC0415

    from replication.analyses.robustness.other_programs import FIGURES  # noqa: PLC0415
    from replication.tables import write_table  # noqa: PLC0415

    rows = [
        row for text in said for row in csv.reader(io.StringIO(text)) if len(row) == len(FIGURES)
    ]
    table = pd.DataFrame(rows, columns=FIGURES).replace("", None)
    for name in ("value", "reach"):
        table[name] = [float("nan" if pd.isna(text) else text) for text in table[name]]
    write_table(paths.PEERS / "figures.csv", table)


def _compared() -> int:
    from replication.analyses.robustness.other_programs import complaints  # noqa: PLC0415
    from replication.tables import read_table  # noqa: PLC0415

    script = paths.SCRIPTS / "05_software.py"
    _checked([sys.executable, str(script)], {**os.environ, "PYTHONPATH": str(paths.ROOT)})
    comparison = read_table(paths.OUTPUT / "peers.csv")
    counts = comparison.pivot_table(
        index=["program", "version"],
        columns="verdict",
        values="digits",
        aggfunc="size",
        fill_value=0,
    )
    print(counts.to_string())
    told = complaints(comparison, read_table(paths.PEERS / "known_differences.csv"))
    print("\n".join([f"{len(counts)} programs, {len(comparison)} figures", *told]))
    return int(bool(told))
