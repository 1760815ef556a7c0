"""`compare` and `release`: what the cases of today change against the released estimates."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from replication import paths
from replication.casefile import InputError, load_cases
from replication.codebook import read_codebook
from replication.precision import fixed
from replication.yaml_reading import shown_path

if TYPE_CHECKING:
    import pandas as pd

    from replication.analyses.robustness.comparison import ReleaseComparison

_RELEASED = ("estimates", "codings")


def run_compare() -> int:
    """Print each headline effect beside the released one and what is responsible; nothing is written."""
    book = read_codebook(paths.CODEBOOK)
    try:
        cases = load_cases(paths.CASES, book)
    except InputError as error:
        print(error)
        return 1
    from replication.analyses.robustness.changes import released_cells  # noqa: PLC0415 - pandas
    from replication.analyses.robustness.comparison import NO_RELEASE, compare_with_release  # noqa: PLC0415
    from replication.dataset import build  # noqa: PLC0415
    from replication.specifications import read_models, read_samples  # noqa: PLC0415
    from replication.tables import read_table  # noqa: PLC0415

    frames = build(cases, book)
    files = {name: paths.RELEASE / f"{name}.csv" for name in _RELEASED}
    stored = {name: read_table(path) if path.exists() else None for name, path in files.items()}
    found = compare_with_release(
        released_cells(frames["cases"], frames["actors"], book),
        stored["codings"],
        stored["estimates"],
        read_models(paths.SPECIFICATIONS).values(),
        read_samples(paths.SPECIFICATIONS),
        book,
    )
    drafts = [case.case_id for case in cases if case.status == "draft"]
    if drafts:
        print(f"Drafts, in no estimate: {', '.join(drafts)}.")
    if any(table is None for table in stored.values()):
        print(f"{NO_RELEASE[0].upper()}{NO_RELEASE[1:]}.")
    else:
        _print_comparison(found)
    return 0


def run_release() -> int:
    """Bring everything up to date, then keep its estimates and cells as the release."""
    from replication.cli.build import run_all  # noqa: PLC0415

    if run_all() != 0:
        print("Nothing was released.")
        return 1
    from replication.analyses.robustness.changes import released_cells  # noqa: PLC0415 - pandas
    from replication.tables import read_table, write_table  # noqa: PLC0415

    cells = released_cells(
        read_table(paths.DERIVED / "cases.csv"),
        read_table(paths.DERIVED / "actors.csv"),
        read_codebook(paths.CODEBOOK),
    )
    write_table(paths.RELEASE / "codings.csv", cells)
    estimates = paths.RELEASE / "estimates.csv"
    # Firth's rows only: what `compare` reads, and no second copy of output/estimates.csv.
    every = read_table(paths.OUTPUT / "estimates.csv")
    write_table(estimates, every[every["estimator"] == "firth"])
    print(f"Released: {shown_path(estimates)} and codings.csv beside it. Commit them.")
    # The comparison reads the release, so it is made once more, in a process of its own: the
    # workflow collects its steps only once in a process.
    return subprocess.call([sys.executable, "-m", "replication", "all"], cwd=paths.ROOT)


def _print_comparison(found: ReleaseComparison) -> None:
    import pandas as pd  # noqa: PLC0415

    count = len(found.found)
    print(f"{count} {'change' if count == 1 else 'changes'} since the release.")
    for change in found.found:
        print(f"  {change}")
    print(
        "Headline effects (Firth's logit, log-odds): old, new, difference; p old, p new; N old, N new."
    )
    for row in found.headline.to_dict("records"):
        numbers = ", ".join(
            _number(row[name]) for name in ("estimate_old", "estimate_new", "difference")
        )
        p_values = ", ".join(_number(row[name]) for name in ("p_value_old", "p_value_new"))
        counts = ", ".join(
            "–" if pd.isna(row[n]) else str(row[n]) for n in ("nobs_old", "nobs_new")
        )
        print(
            f"  {row['model']} {row['term']} ({row['sample']}): {numbers}; p {p_values}; N {counts}"
        )
        if isinstance(row["responsible"], str):
            print(f"    chiefly {row['responsible']}: {_number(row['contribution'])}")
        if row["note"]:
            print(f"    {row['note']}")
    _print_new_cases(found.changes)


def _print_new_cases(changes: pd.DataFrame) -> None:
    new = changes[changes["kind"] == "added"]
    if new.empty:
        return
    print(
        "New cases: how far each moves an estimate, and how many more like it would bring p below 0.05."
    )
    for row in new.to_dict("records"):
        copies = row["note"] or f"{row['copies']} more would"
        moved = _number(row["contribution"])
        print(f"  {row['case_id']}: {row['model']} {row['term']} {moved}; {copies}")


def _number(value: float) -> str:
    return "–" if value != value else fixed(value, 3)  # noqa: PLR0124 - NaN alone differs from itself
