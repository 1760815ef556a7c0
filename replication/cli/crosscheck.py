"""`crosscheck`: estimate the headline figures again in R and compare."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from replication import paths
from replication.files import write_bytes, write_json
from replication.tables import read_table
from replication.workflow import shown

_FOLDER = paths.ROOT / "tests" / "crosscheck"
# Script, where its figures are stored.
_SCRIPTS = (
    (_FOLDER / "crosscheck.R", _FOLDER / "r_results.csv"),
    (paths.OUTPUT / "replicate_headline.R", _FOLDER / "replica_results.csv"),
)


def run_crosscheck() -> int:
    """Run the R scripts, store their figures beside them, print the agreement; 1 where they differ."""
    missing = _why_not()
    if missing:
        print(missing)
        print(
            "Nothing was compared. `make test` compares with the stored figures of an earlier run."
        )
        return 1 if os.environ.get("INSIST") == "1" else 0
    failed = False
    for script, results in _SCRIPTS:
        failed |= not (_run(script, results) and _compared(results))
    return int(failed)


def _why_not() -> str:
    if shutil.which("Rscript") is None:
        return "R is not installed here (no Rscript was found)."
    for name in ("brglm2", "sandwich", "clubSandwich", "plm", "coin", "MASS", "haven"):
        command = ["Rscript", "-e", f"quit(status = !requireNamespace('{name}', quietly = TRUE))"]
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:  # noqa: S603 - fixed words
            return f"The R package {name} is not installed here."
    return ""


def _run(script: Path, results: Path) -> bool:
    from replication.release.crosscheck import checksums_of_data  # noqa: PLC0415 - imports pandas

    if not script.is_file():
        print(f"{shown(script)} is missing: run `make all` first.")
        return False
    with tempfile.TemporaryDirectory(prefix="crosscheck-") as folder:
        draft = Path(folder) / "results.csv"
        command = [
            "Rscript",
            "--no-init-file",
            "--no-restore",
            str(script),
            str(paths.ROOT),
            str(draft),
        ]
        run = subprocess.run(  # noqa: S603 - a script of this project
            command, capture_output=True, text=True, encoding="utf-8", check=False
        )
        if run.returncode != 0 or not draft.is_file():
            print(f"{shown(script)} failed:")
            print(run.stdout + run.stderr)
            return False
        write_bytes(results, draft.read_bytes())
    made_from = {**checksums_of_data(paths.ROOT), "programs": run.stdout.strip().splitlines()[-1]}
    write_json(results.with_suffix(".json"), made_from)
    return True


def _compared(results: Path) -> bool:
    from replication.release.crosscheck import agreement, compare, sound  # noqa: PLC0415

    tolerances = read_table(_FOLDER / "tolerances.csv")
    estimates, second = read_table(paths.OUTPUT / "estimates.csv"), read_table(results)
    # The short script is not meant to cover everything.
    selection = results.name == "replica_results.csv"
    if selection:
        tolerances = tolerances[tolerances["estimator"].isin(second["estimator"])]
    comparison = compare(estimates, second, tolerances, selection=selection)
    print(f"{shown(paths.OUTPUT / 'estimates.csv')} and {shown(results)}")
    print(agreement(comparison, tolerances))
    print()
    return sound(comparison) and len(comparison) > 0
