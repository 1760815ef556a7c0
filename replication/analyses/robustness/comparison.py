"""What changed since the release: every headline effect, old and new, and which change is responsible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from replication.analyses.model_data import ModelData, model_data
from replication.analyses.robustness.changes import (
    ADDED,
    CELL_COLUMNS,
    Change,
    case_table,
    changes,
    undone,
)
from replication.codebook import Codebook
from replication.estimators import penalised
from replication.estimators.arguments import with_constant
from replication.estimators.firth import FirthEstimates, firth_joint_test, fit_firth, why_no_fit
from replication.precision import fixed, significant, written
from replication.specifications import Model, Sample

HEADLINE_COLUMNS = (
    "model", "label", "sample", "outcome", "term", "estimate_old", "estimate_new", "difference",
    "conf_low_old", "conf_high_old", "conf_low_new", "conf_high_new", "p_value_old", "p_value_new",
    "nobs_old", "nobs_new", "responsible", "contribution", "unexplained", "note",
)  # fmt: skip
CHANGE_COLUMNS = (
    "model", "term", "kind", "case_id", "cell", "old_value", "new_value", "estimate_without",
    "contribution", "copies", "note",
)  # fmt: skip

NO_RELEASE = "there is no release to compare with; make release writes one"
MOST_COPIES = 50
# Numbers of copies tried first; between two of them the smallest is found by halving.
_TRIED = (1, 2, 3, 5, 8, 13, 21, 34, MOST_COPIES)
# Copies are tried for so many of the new cases, those that move the estimate most.
MOST_COPIED = 5
# Differences below this are rounding of another machine.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class ReleaseComparison:
    """Two tables: one row an effect, and one row an effect and change that touches it.

    Attributes
    ----------
    entered : mapping
        For each new case the models that it enters, or why it enters none.
    """

    headline: pd.DataFrame
    changes: pd.DataFrame
    found: tuple[Change, ...]
    entered: Mapping[str, str]


@dataclass(frozen=True)
class _State:
    """One model on one case table."""

    model: Model
    data: ModelData
    reason: str

    def estimates(self) -> dict[str, float]:
        """Firth's estimates by term as they are written, NaN where there is no fit."""
        if self.reason:
            return dict.fromkeys(self.model.terms, np.nan)
        best = penalised.maximum(self.data.outcome, with_constant(self.data.design))
        beta = best.beta[0, 1:] if best.converged[0] else np.full(len(self.model.terms), np.nan)
        return dict(zip(self.model.terms, (written(float(b)) for b in beta), strict=True))


def compare_with_release(
    cells: pd.DataFrame,
    released: pd.DataFrame | None,
    estimates: pd.DataFrame | None,
    models: Iterable[Model],
    samples: dict[str, Sample],
    codebook: Codebook,
) -> ReleaseComparison:
    """Set each headline effect beside the released one, and find the responsible change.

    A change is undone alone on the data of today and every effect is estimated again; what the
    effect loses is the change's contribution. The change with the largest one is named responsible.
    Contributions need not add up, because changes act on each other.

    Parameters
    ----------
    cells, released : DataFrame
        Cells of today and of the release (see `released_cells`); None where there is no release.
    estimates : DataFrame or None
        Released estimates in the tidy form.

    Returns
    -------
    ReleaseComparison
        ``copies`` of a new case is the smallest number of further cases like it, up to 50, with
        which Firth's test of the effect has p < 0.05; 0 where it is below that already. It answers
        how many more like it would settle the question, if all came out alike.
    """
    new_table = case_table(cells, codebook)
    without_release = released is None or estimates is None
    old_cells = (
        cells.head(0) if released is None or without_release else released[list(CELL_COLUMNS)]
    )
    old_table = case_table(old_cells, codebook)
    found = [] if without_release else changes(old_cells, cells)
    tables = {change: undone(change, old_table, new_table, codebook) for change in found}
    headline, rows = [], []
    every = tuple(models)
    entered: dict[str, list[str]] = {c.case_id: [] for c in found if c.kind == ADDED}
    for model in every:
        now = _state(new_table, model, samples)
        fit = fit_firth(now.data.outcome, now.data.design, now.data.terms)
        moved = _contributions(now, tables, samples)
        for case_id in set(now.data.cases["case_id"]) & set(entered):
            entered[case_id].append(model.model)
        recomputed = {} if without_release else _state(old_table, model, samples).estimates()
        for effect in model.effects:
            old = None if without_release else _released_row(estimates, model, effect)
            own = [(change, values[effect]) for change, values in moved.items()]
            headline.append(_headline_row(model, effect, fit, old, own, recomputed.get(effect)))
            rows += _change_rows(now, fit, effect, own)
    return ReleaseComparison(
        _frame(headline, HEADLINE_COLUMNS, ["nobs_old", "nobs_new"]),
        _frame(rows, CHANGE_COLUMNS, ["copies"]),
        tuple(found),
        {
            case_id: ", ".join(names) or _why_none(case_id, new_table, every, samples)
            for case_id, names in entered.items()
        },
    )


def _why_none(
    case_id: str, cases: pd.DataFrame, models: Iterable[Model], samples: dict[str, Sample]
) -> str:
    """Say why a case enters no model: its sample, or a code that each model lacks."""
    [row] = cases[cases["case_id"] == case_id].to_dict("records")
    own = [
        model
        for model in models
        for sample in (samples[model.sample],)
        if row["sample"] in sample.values  # noqa: PD011 - no table, a row of samples.yaml
    ]
    if not own:
        return f"no headline estimate, as none reads the sample {row['sample']}"
    columns = dict.fromkeys(name for model in own for name in model.columns)
    missing = [name for name in columns if pd.isna(row[name])]
    return f"no headline estimate, as codes are missing: {', '.join(missing)}"


def _state(cases: pd.DataFrame, model: Model, samples: dict[str, Sample]) -> _State:
    data = model_data(cases, model, samples)
    names = ("const", *data.terms)
    return _State(model, data, why_no_fit(data.outcome, with_constant(data.design), names))


def _contributions(
    now: _State, tables: Mapping[Change, pd.DataFrame], samples: dict[str, Sample]
) -> dict[Change, dict[str, float]]:
    """Give for each change that touches the model's data the estimates without it."""
    out = {}
    for change, cases in tables.items():
        without = _state(cases, now.model, samples)
        one, other = without.data, now.data
        same = np.array_equal(one.outcome, other.outcome)
        if not (same and np.array_equal(one.design, other.design)):
            out[change] = without.estimates()
    return out


def _released_row(estimates: pd.DataFrame, model: Model, effect: str) -> pd.Series | None:
    keys = {"model": model.model, "estimator": "firth", "term": effect, "sample": model.sample}
    fits = np.logical_and.reduce([estimates[key] == value for key, value in keys.items()])
    return estimates[fits].iloc[0] if fits.any() else None


def _headline_row(
    model: Model,
    effect: str,
    fit: FirthEstimates,
    old: pd.Series | None,
    own: list[tuple[Change, float]],
    recomputed: float | None,
) -> dict[str, Any]:
    place = fit.terms.index(effect)
    # As they are written: the released estimates are, and a difference in further digits is none.
    new = {
        name: written(float(getattr(fit, name)[place]))
        for name in ("estimate", "conf_low", "conf_high", "p_value")
    }
    row: dict[str, Any] = {
        "model": model.model,
        "label": model.label,
        "sample": model.sample,
        "outcome": model.outcome,
        "term": effect,
        "nobs_new": fit.nobs,
        **{f"{name}_new": value for name, value in new.items()},
    }
    notes = [fit.note[place]] if fit.note[place] else []
    if old is None:
        reason = (
            NO_RELEASE if recomputed is None else "the released estimates do not have this effect"
        )
        return {**row, "note": "; ".join([*notes, reason])}
    row |= {f"{name}_old": written(float(old[name])) for name in new} | {"nobs_old": old["nobs"]}
    row["difference"] = new["estimate"] - row["estimate_old"]
    row["unexplained"] = (np.nan if recomputed is None else recomputed) - row["estimate_old"]
    largest = max(own, key=lambda pair: abs(_moved(new["estimate"], pair[1])), default=None)
    if largest is not None and abs(_moved(new["estimate"], largest[1])) > _ROUNDING:
        row["responsible"] = str(largest[0])
        row["contribution"] = new["estimate"] - largest[1]
    if not np.isnan(row["unexplained"]) and abs(row["unexplained"]) > _ROUNDING:
        notes.append(
            "the model or the program changed: the released cells give another estimate now"
        )
    return {**row, "note": "; ".join(notes)}


def _moved(estimate: float, without: float) -> float:
    """Tell how far a change moved an estimate; without end where there is none without it."""
    if np.isnan(without) or np.isnan(estimate):
        return 0.0 if np.isnan(without) == np.isnan(estimate) else np.inf
    return estimate - without


def _change_rows(
    now: _State, fit: FirthEstimates, effect: str, own: list[tuple[Change, float]]
) -> list[dict[str, Any]]:
    place = fit.terms.index(effect)
    estimate = written(float(fit.estimate[place]))
    new_cases = [pair for pair in own if pair[0].kind == ADDED]
    new_cases.sort(key=lambda pair: -abs(_moved(estimate, pair[1])))
    copied = {change.case_id for change, _ in new_cases[:MOST_COPIED]}
    rows = []
    for change, without in own:
        copies, note = pd.NA, ""
        if change.kind == ADDED:
            copies, note = (
                _copies(now, effect, change.case_id, float(fit.p_value[place]))
                if change.case_id in copied
                else (pd.NA, f"copies tried for the {MOST_COPIED} most influential new cases only")
            )
        rows.append(
            {
                "model": now.model.model,
                "term": effect,
                "kind": change.kind,
                "case_id": change.case_id,
                "cell": change.cell,
                "old_value": change.old,
                "new_value": change.new,
                "estimate_without": without,
                "contribution": estimate - without,
                "copies": copies,
                "note": note,
            }
        )
    return rows


def _copies(now: _State, effect: str, case_id: str, p_value: float) -> tuple[object, str]:
    """Find how many more cases like this one give p < 0.05."""
    if now.reason:
        return pd.NA, now.reason
    if significant(p_value):
        return 0, f"p is {fixed(p_value, 3)} already"
    [row] = np.flatnonzero(now.data.cases["case_id"].to_numpy() == case_id)
    column = now.data.terms.index(effect)

    def settled(count: int) -> bool:
        outcome = np.append(now.data.outcome, np.repeat(now.data.outcome[row], count))
        design = np.vstack([now.data.design, np.tile(now.data.design[row], (count, 1))])
        return bool(significant(firth_joint_test(outcome, design, [column]).p_value))

    enough = next((count for count in _TRIED if settled(count)), None)
    if enough is None:
        return pd.NA, f"not with {MOST_COPIES} more cases like it"
    too_few = max((count for count in _TRIED if count < enough), default=0)
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if settled(middle) else (middle, enough)
    return enough, ""


def _frame(rows: list[dict[str, Any]], columns: tuple[str, ...], counts: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(columns))
    return frame.astype(dict.fromkeys(counts, "Int64"))
