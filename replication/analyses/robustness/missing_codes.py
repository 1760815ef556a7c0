"""Missing codes and selection: what the missing could be, and what declined cases would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from replication.analyses.firth_lanes import fit_recoded, in_blocks
from replication.analyses.model_data import model_data, term_values
from replication.precision import below, significant
from replication.specifications import Model, Sample

# All fillings are tried up to this many; beyond, every missing code takes the same end of its scale.
MOST_FILLINGS = 200_000
COLUMNS = [
    "model", "term", "sample", "variant", "n_missing", "n_fillings", "nobs", "estimate",
    "conf_low", "conf_high", "share_significant", "note",
]  # fmt: skip


def missing_codes(
    cases: pd.DataFrame,
    models: Iterable[Model],
    samples: dict[str, Sample],
    scales: Mapping[str, tuple[int, ...]],
) -> pd.DataFrame:
    """Bounds of each effect over every way to fill in the missing codes of a model's terms.

    For each sample two rows a term: `complete cases`, and `filled`, whose limits are the lowest and
    highest Firth estimate over all fillings. Cases whose outcome is missing stay out.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`. For `filled`, `estimate` is the median over fillings, `conf_low` and
        `conf_high` the bounds, `share_significant` the share of fillings with a positive estimate
        and p < 0.05.
    """
    rows = []
    for model in models:
        if not (set(model.terms) <= set(scales) and model.outcome == "sought"):
            continue
        for sample in samples:
            here = Model(**{**vars(model), "sample": sample})
            for effect in model.effects:
                rows += _rows(cases, here, samples, scales, effect)
    return pd.DataFrame(rows, columns=COLUMNS)


def _rows(
    cases: pd.DataFrame,
    model: Model,
    samples: dict[str, Sample],
    scales: Mapping[str, tuple[int, ...]],
    effect: str,
) -> list[dict[str, Any]]:
    data = model_data(cases, model, samples)
    if not len(data.outcome):
        return []
    chosen = cases[cases["sample"].isin(samples[model.sample].values) & cases["sought"].notna()]
    design = np.column_stack([term_values(chosen, term, model.model) for term in model.terms])
    outcome = chosen["sought"].to_numpy(float)
    levels = tuple(np.array(scales[term], dtype=float) for term in model.terms)
    gaps = np.argwhere(np.isnan(design))
    fillings = _fillings(gaps, model, scales)
    base = {"model": model.model, "term": effect, "sample": model.sample, "n_missing": len(gaps)}
    column = model.terms.index(effect)
    complete = fit_recoded(data.outcome[None], data.design[None], levels, column)
    estimates, p_values = np.empty(len(fillings)), np.empty(len(fillings))
    for block in in_blocks(len(fillings)):
        filled = np.tile(design, (block.stop - block.start, 1, 1))
        filled[:, gaps[:, 0], gaps[:, 1]] = fillings[block]
        fit = fit_recoded(np.tile(outcome, (len(filled), 1)), filled, levels, column)
        estimates[block], p_values[block] = fit.estimate, fit.p_value
    every = len(fillings) == _count(gaps, model, scales)
    known = estimates[~np.isnan(estimates)]
    low, median, high = np.quantile(known, [0, 0.5, 1]) if len(known) else (np.nan,) * 3
    return [
        base | {
            "variant": "complete cases", "n_fillings": 1, "nobs": len(data.outcome),
            "estimate": complete.estimate[0], "conf_low": np.nan, "conf_high": np.nan,
            "share_significant": _significant(complete.estimate, complete.p_value),
            "note": complete.reason[0],
        },
        base | {
            "variant": "filled", "n_fillings": len(fillings), "nobs": len(outcome),
            "estimate": median, "conf_low": low, "conf_high": high,
            "share_significant": _significant(estimates, p_values),
            "note": _note(np.isnan(estimates), every=every),
        },
    ]  # fmt: skip


def _note(failed: np.ndarray, *, every: bool) -> str:
    if failed.all():
        return "no filling can be estimated"
    notes = [] if every else ["fillings are too many to try: ends of the scales only"]
    if failed.any():
        notes.append(f"{failed.sum()} fillings cannot be estimated")
    return "; ".join(notes)


def _count(gaps: np.ndarray, model: Model, scales: Mapping[str, tuple[int, ...]]) -> int:
    return int(np.prod([len(scales[model.terms[column]]) for _, column in gaps], dtype=float))


def _fillings(gaps: np.ndarray, model: Model, scales: Mapping[str, tuple[int, ...]]) -> np.ndarray:
    options = [scales[model.terms[column]] for _, column in gaps]
    if _count(gaps, model, scales) <= MOST_FILLINGS:
        every = list(product(*options))
        return np.array(every, dtype=float).reshape(len(every), len(gaps))
    terms = sorted({column for _, column in gaps})
    ends = product(*[(min(scales[model.terms[t]]), max(scales[model.terms[t]])) for t in terms])
    return np.array(
        [[chosen[terms.index(column)] for _, column in gaps] for chosen in ends], dtype=float
    )


def _significant(estimates: np.ndarray, p_values: np.ndarray) -> float:
    return float((below(0.0, estimates) & significant(p_values)).mean())
