"""`compare`, `preview` and `release`: what the cases of today change against the released estimates."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from replication import paths
from replication.casefile import InputError, load_cases
from replication.cli.words import case_ids
from replication.codebook import Codebook, read_codebook
from replication.exhibits.text import counted
from replication.precision import fixed
from replication.yaml_reading import shown_path

if TYPE_CHECKING:
    import pandas as pd

    from replication.analyses.robustness.changes import Change
    from replication.analyses.robustness.comparison import ReleaseComparison

# Digits shown; a difference that rounds to nothing in them is none to a reader.
_DIGITS, _NO_NUMBER = 3, "–"


def run_compare() -> int:
    """Print what differs from the release and what is responsible; nothing is written."""
    book = read_codebook(paths.CODEBOOK)
    try:
        cases = load_cases(paths.CASES, book)
    except InputError as error:
        print(error)
        return 1
    from replication.analyses.robustness.comparison import NO_RELEASE  # noqa: PLC0415 - pandas
    from replication.dataset import build  # noqa: PLC0415

    frames = build(cases, book)
    stored = _stored()
    drafts = [case.case_id for case in cases if case.status == "draft"]
    if drafts:
        print(f"Drafts, in no estimate: {', '.join(drafts)}.")
    if stored.get("codings") is None or stored.get("estimates") is None:
        print(f"{NO_RELEASE[0].upper()}{NO_RELEASE[1:]}.")
        return 0
    _print_comparison(_compared(frames, stored["codings"], stored["estimates"], book))
    _print_passes(frames["codings"], stored)
    _print_verdicts(stored)
    return 0


def run_preview(case: str) -> int:
    """Print what one case as it now stands does to the headline effects; nothing is written."""
    book = read_codebook(paths.CODEBOOK)
    try:
        cases = load_cases(paths.CASES, book)
    except InputError as error:
        print(error)
        return 1
    [wanted, *more] = case_ids(case) or [""]
    if more or wanted not in {c.case_id for c in cases}:
        told = f"not also {more[0]}" if more else f"there is no case {wanted!r}"
        print(f"CASE: {told}; allowed: one case, by its id")
        return 1
    import dataclasses  # noqa: PLC0415 - only here

    import pandas as pd  # noqa: PLC0415 - checking need not wait for it

    from replication.analyses.robustness.changes import released_cells  # noqa: PLC0415
    from replication.dataset import build  # noqa: PLC0415

    shown = [dataclasses.replace(c, status="released") if c.case_id == wanted else c for c in cases]
    frames = build(shown, book)
    now = released_cells(frames["cases"], frames["actors"], book)
    released = _stored().get("codings")
    before = now[now["case_id"] != wanted]
    if released is not None:
        before = pd.concat([before, released[released["case_id"] == wanted]], ignore_index=True)
    known = set(before["case_id"])
    print(
        f"{wanted} as it stands, beside {'its released codes' if wanted in known else 'the data without it'}; every "
        "other case is as it is now. Nothing is written."
    )
    _print_comparison(_compared(frames, before, _estimated(before, book), book), since="")
    return 0


def run_release() -> int:
    """Bring everything up to date, then keep its estimates, cells, verdicts and passes as the release."""
    from replication.cli.build import run_all  # noqa: PLC0415

    if run_all() != 0:
        print("Nothing was released.")
        return 1
    from replication.analyses.robustness.changes import released_cells  # noqa: PLC0415 - pandas
    from replication.analyses.robustness.released import released_passes, released_verdicts  # noqa: PLC0415
    from replication.tables import read_table, write_table  # noqa: PLC0415

    cells = released_cells(
        read_table(paths.DERIVED / "cases.csv"),
        read_table(paths.DERIVED / "actors.csv"),
        read_codebook(paths.CODEBOOK),
    )
    # Firth's rows only: what `compare` reads, and no second copy of output/estimates.csv.
    every = read_table(paths.OUTPUT / "estimates.csv")
    kept = {
        "estimates": every[every["estimator"] == "firth"],
        "codings": cells,
        "passes": released_passes(read_table(paths.DERIVED / "codings.csv")),
        "verdicts": released_verdicts(read_table(paths.RESULTS / "verdicts.csv")),
    }
    for name, table in kept.items():
        write_table(paths.RELEASE / f"{name}.csv", table)
    print(f"Released: {', '.join(f'{name}.csv' for name in kept)} in {shown_path(paths.RELEASE)}.")
    print("Commit them.")
    # The comparison reads the release, so it is made once more, in a process of its own: the
    # workflow collects its steps only once in a process.
    return subprocess.call([sys.executable, "-m", "replication", "all"], cwd=paths.ROOT)


def _stored() -> dict[str, pd.DataFrame]:
    from replication.tables import read_table  # noqa: PLC0415 - pandas

    return {path.stem: read_table(path) for path in sorted(paths.RELEASE.glob("*.csv"))}


def _compared(
    frames: dict[str, pd.DataFrame], cells: pd.DataFrame, estimates: pd.DataFrame, book: Codebook
) -> ReleaseComparison:
    from replication.analyses.robustness.changes import released_cells  # noqa: PLC0415 - pandas
    from replication.analyses.robustness.comparison import compare_with_release  # noqa: PLC0415
    from replication.specifications import read_models, read_samples  # noqa: PLC0415

    return compare_with_release(
        released_cells(frames["cases"], frames["actors"], book),
        cells,
        estimates,
        read_models(paths.SPECIFICATIONS).values(),
        read_samples(paths.SPECIFICATIONS),
        book,
    )


def _estimated(cells: pd.DataFrame, book: Codebook) -> pd.DataFrame:
    """Estimate the headline models on cells by Firth's method, as a release has them."""
    from replication.analyses.model_data import model_data  # noqa: PLC0415 - pandas
    from replication.analyses.robustness.changes import case_table  # noqa: PLC0415
    from replication.analyses.tidy import rows_of, tidy_frame  # noqa: PLC0415
    from replication.estimators.firth import fit_firth  # noqa: PLC0415
    from replication.specifications import read_models, read_samples  # noqa: PLC0415

    cases, samples = case_table(cells, book), read_samples(paths.SPECIFICATIONS)
    rows: list[Any] = []
    for model in read_models(paths.SPECIFICATIONS).values():
        data = model_data(cases, model, samples)
        fit = fit_firth(data.outcome, data.design, data.terms)
        rows += rows_of(fit, model, "firth", "table")
    return tidy_frame(rows)


def _print_comparison(found: ReleaseComparison, since: str = " since the release") -> None:
    print(f"{counted(len(found.found), 'change')}{since}.")
    for change in found.found:
        print(f"  {change}{_enters(change, found)}")
    rows = found.headline.to_dict("records")
    moved = [row for row in rows if _has_moved(row)]
    if moved:
        print(
            "Headline effects (Firth's logit, log-odds): old, new, difference; p old, p new; N old, N new."
        )
    for row in moved:
        _print_effect(row)
    still = [row for row in rows if not _has_moved(row)]
    _print_named("Headline effects as they were", [row for row in still if _has_estimate(row)])
    _print_named(
        "Headline effects without an estimate", [row for row in still if not _has_estimate(row)]
    )
    _print_new_cases(found.changes)


def _enters(change: Change, found: ReleaseComparison) -> str:
    return f": enters {found.entered[change.case_id]}" if change.case_id in found.entered else ""


def _has_moved(row: dict[str, Any]) -> bool:
    """Tell whether a row has anything to say: other figures, other cases, or a note."""
    pairs = [(row[f"{name}_old"], row[f"{name}_new"]) for name in ("estimate", "p_value")]
    same = all(_number(old) == _number(new) for old, new in pairs)
    return not same or str(row["nobs_old"]) != str(row["nobs_new"])


def _has_estimate(row: dict[str, Any]) -> bool:
    return _number(row["estimate_new"]) != _NO_NUMBER


def _print_named(head: str, rows: list[dict[str, Any]]) -> None:
    """Name effects, each with the reason why it has no estimate."""
    named = [
        f"{row['model']} {row['term']}"
        + ("" if _has_estimate(row) or not row["note"] else f" ({row['note']})")
        for row in rows
    ]
    if named:
        print(f"{head}: {', '.join(named)}.")


def _print_effect(row: dict[str, Any]) -> None:
    import pandas as pd  # noqa: PLC0415

    estimates = ("estimate_old", "estimate_new", "difference")
    numbers = ", ".join(_number(row[name]) for name in estimates)
    p_values = ", ".join(_number(row[name]) for name in ("p_value_old", "p_value_new"))
    counts = ", ".join(
        _NO_NUMBER if pd.isna(row[n]) else str(row[n]) for n in ("nobs_old", "nobs_new")
    )
    print(f"  {row['model']} {row['term']} ({row['sample']}): {numbers}; p {p_values}; N {counts}")
    if isinstance(row["responsible"], str):
        print(f"    chiefly {row['responsible']}: {_number(row['contribution'])}")
    if row["note"]:
        print(f"    {row['note']}")


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


def _print_passes(codings: pd.DataFrame, stored: dict[str, pd.DataFrame]) -> None:
    from replication.analyses.robustness.released import changed_passes, released_passes  # noqa: PLC0415

    if "passes" in stored:
        _print_lines("Passes", changed_passes(stored["passes"], released_passes(codings)))


def _print_verdicts(stored: dict[str, pd.DataFrame]) -> None:
    """Set the verdicts that the last run wrote beside the released ones."""
    from replication.analyses.robustness.released import changed_verdicts  # noqa: PLC0415
    from replication.cli.build import up_to_date  # noqa: PLC0415
    from replication.tables import read_table  # noqa: PLC0415

    path = paths.RESULTS / "verdicts.csv"
    if "verdicts" not in stored or not path.is_file():
        return
    lines = list(changed_verdicts(stored["verdicts"], read_table(path)))
    _print_lines("Verdicts on the claims", lines)
    if not up_to_date():
        print("Verdicts are those of the last make all; something has changed since.")


def _print_lines(head: str, lines: Iterable[str]) -> None:
    found = list(lines)
    print(f"{head}:" if found else f"{head}: as released.")
    for line in found:
        print(f"  {line}")


def _number(value: float) -> str:
    return _NO_NUMBER if value != value else fixed(value, _DIGITS)  # noqa: PLR0124 - NaN alone differs from itself
