"""The smallest set of one-step recodings that overturns a headline result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pandas as pd

from replication.analyses.firth_lanes import fit_recoded, in_blocks
from replication.analyses.model_data import ModelData, model_data
from replication.precision import below, significant, tie_order
from replication.progress import shown
from replication.specifications import Model, Sample

SCALE, CUT = "io_sought", 2
# An estimate nearer to zero than this has no sign: rounding would decide.
ZERO = 1e-8
# Sets of this size and smaller are all tried, unless there are more than so many of them.
LARGEST, MOST_SETS = 3, 400_000
COLUMNS = [
    "model",
    "term",
    "turns",
    "size",
    "exact",
    "n_sets",
    "cells",
    "estimate",
    "p_value",
    "note",
]

Move = tuple[int, str, float]


def overturning(
    cases: pd.DataFrame,
    models: Iterable[Model],
    samples: dict[str, Sample],
    scales: Mapping[str, tuple[int, ...]],
) -> pd.DataFrame:
    """Find which cells would have to move by one step to overturn each effect.

    A significant effect (p < 0.05) is overturned when it loses significance; one that is not, when
    it becomes significant with a positive sign. Beside that, the smallest set that reverses the
    sign. All sets of one, two, three cells are tried in turn, so a size found is exact; where none
    of them does it, the smallest size is bounded from below. Recodings of one case in several
    variables count as several.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`. `n_sets` counts the sets of that size that do it; `cells` names the one
        among them with the most extreme p-value, ``case_id variable old->new``.
    """
    rows = []
    for model in shown(list(models), "recodings"):
        if not (set(model.terms) <= set(scales) and model.outcome == "sought"):
            continue
        data = model_data(cases, model, samples)
        if not len(data.outcome):
            continue
        moves = _moves(data.cases, model, scales)
        for effect in model.effects:
            rows += _search(data, model, effect, scales, moves)
    return pd.DataFrame(rows, columns=COLUMNS)


def _moves(cases: pd.DataFrame, model: Model, scales: Mapping[str, tuple[int, ...]]) -> list[Move]:
    """One-step changes that alter the model's data: row, variable, new code."""
    moves = []
    for name in (SCALE, *model.terms):
        for row, code in enumerate(cases[name].to_numpy(float)):
            for new in (code - 1, code + 1):
                matters = name != SCALE or (code >= CUT) != (new >= CUT)
                if new in scales[name] and matters:
                    moves.append((row, name, new))
    return moves


def _search(
    data: ModelData,
    model: Model,
    effect: str,
    scales: Mapping[str, tuple[int, ...]],
    moves: Sequence[Move],
) -> list[dict[str, Any]]:
    found = _fit_sets(data, model, effect, scales, [()])
    estimate, p_value = found[0][0], found[1][0]
    told = significant(p_value)
    goals = {
        "significance lost" if told else "becomes significant": (
            (lambda _, p: ~significant(p) & ~np.isnan(p))
            if told
            else (lambda e, p: below(0.0, e) & significant(p))
        ),
        "sign reversed": lambda e, _: -np.sign(estimate) * e > ZERO,
    }
    base = {"model": model.model, "term": effect}
    rows = {turns: {**base, "turns": turns, "size": LARGEST + 1, "exact": False} for turns in goals}
    for row in rows.values():
        row["note"] = f"no set of {LARGEST} cells or fewer does it"
    for size in range(1, LARGEST + 1):
        waiting = [turns for turns in goals if not rows[turns]["exact"]]
        if not waiting:
            break
        if comb(len(moves), size) > MOST_SETS:
            for turns in waiting:
                rows[turns] |= {"size": size, "note": f"sets of {size} cells are too many to try"}
            break
        sets = [s for s in combinations(moves, size) if len({m[:2] for m in s}) == size]
        estimates, p_values = _fit_sets(data, model, effect, scales, sets)
        for turns in waiting:
            does = np.flatnonzero(goals[turns](estimates, p_values))
            if len(does):
                rows[turns] |= _named(data, sets, does, estimates, p_values, turns)
    return list(rows.values())


def _fit_sets(
    data: ModelData,
    model: Model,
    effect: str,
    scales: Mapping[str, tuple[int, ...]],
    sets: Sequence[Sequence[Move]],
) -> tuple[np.ndarray, np.ndarray]:
    names = (SCALE, *model.terms)
    codes = data.cases[list(names)].to_numpy(float)
    levels = tuple(np.array(scales[term], dtype=float) for term in model.terms)
    estimates, p_values = np.empty(len(sets)), np.empty(len(sets))
    for block in in_blocks(len(sets)):
        moved = np.tile(codes, (block.stop - block.start, 1, 1))
        for number, members in enumerate(sets[block]):
            for row, name, new in members:
                moved[number, row, names.index(name)] = new
        outcome = (moved[:, :, 0] >= CUT).astype(float)
        fit = fit_recoded(outcome, moved[:, :, 1:], levels, model.terms.index(effect))
        estimates[block], p_values[block] = fit.estimate, fit.p_value
    return estimates, p_values


def _named(
    data: ModelData,
    sets: Sequence[Sequence[Move]],
    does: np.ndarray,
    estimates: np.ndarray,
    p_values: np.ndarray,
    turns: str,
) -> dict[str, Any]:
    order = tie_order(p_values[does], descending=turns == "significance lost")
    best = does[order[0]]
    words = [
        f"{data.cases['case_id'][row]} {name} {int(data.cases[name][row])}->{int(new)}"
        for row, name, new in sets[best]
    ]
    return {
        "size": len(sets[best]),
        "exact": True,
        "n_sets": len(does),
        "cells": "; ".join(words),
        "estimate": estimates[best],
        "p_value": p_values[best],
        "note": "",
    }
