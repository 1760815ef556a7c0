"""H4: within a case, who asks for endorsement? Positions of actors towards organisations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from replication.analyses.tidy import rows_of, tidy_frame
from replication.estimators.clusters import within_clusters
from replication.estimators.paired import PairedTests, paired_tests
from replication.estimators.panel import fit_panel
from replication.estimators.results import Estimates, single
from replication.estimators.wild_bootstrap import wild_cluster_bootstrap
from replication.estimators.within_groups import focal_test
from replication.randomness import generator
from replication.registry import MAIN_SAMPLE, PANELS
from replication.specifications import Model, Sample

BASE = "military"
POSITION = "io"
# The ends of the scale of positions, for bounds.
LOWEST, HIGHEST = -2, 2
_SAMPLES = (MAIN_SAMPLE, "all")


def estimate_actors(actors: pd.DataFrame, samples: dict[str, Sample]) -> pd.DataFrame:
    """Panels, paired tests and bounds for positions towards organisations, in the tidy form.

    A1 has an effect for each actor against the military; A2 holds the position on force constant;
    A3 adds actor by administration, in administrations whose military took a position in two cases
    or more beside another actor's. Every contrast is actor minus military: the theory predicts
    negative signs, the norms rival a positive one for `state`.
    """
    rows: list[dict[str, Any]] = []
    for name in _SAMPLES:
        chosen = actors[actors["sample"].isin(samples[name].values)]
        others = [actor for actor in dict.fromkeys(actors["actor"]) if actor != BASE]
        if not others:
            continue
        for model, controls in zip(PANELS, ((), ("force",), ("administration",)), strict=True):
            row = _as_model(model, name, [*others, *(c for c in controls if c == "force")])
            for estimator, result in _panel(chosen, row, others, controls):
                rows += rows_of(result, row, estimator, exhibit="table06_actors")
        rows += _paired(chosen, _as_model(PANELS[0], name, others), others)
    return tidy_frame(rows)


def differences(actors: pd.DataFrame, actor: str, value: str = POSITION) -> pd.Series:
    """Actor minus military in each case where both positions are known, by case."""
    wide = actors.pivot_table(index="case_id", columns="actor", values=value).reindex(
        columns=[actor, BASE]
    )
    return (wide[actor] - wide[BASE]).dropna().astype(float)


def _as_model(model: str, sample: str, terms: Sequence[str]) -> Model:
    return Model(
        model=model,
        label="",
        outcome=POSITION,
        sample=sample,
        terms=tuple(terms),
        effects=("state",),
    )


def _panel(
    actors: pd.DataFrame, model: Model, others: Sequence[str], controls: Sequence[str]
) -> Iterable[tuple[str, Estimates]]:
    known = actors.dropna(subset=[POSITION, *(c for c in controls if c == "force")])
    if "administration" in controls:
        known = _comparable_administrations(known)
    columns = {actor: (known["actor"] == actor).to_numpy(dtype=float) for actor in others}
    if "force" in controls:
        columns["force"] = known["force"].to_numpy(dtype=float)
    if "administration" in controls:
        columns |= _interactions(known, columns)
    outcome = known[POSITION].to_numpy(dtype=float)
    design = np.column_stack(list(columns.values()))
    cases = known["case_id"].to_numpy()
    yield "panel", fit_panel(outcome, design, cases, tuple(columns))
    # Deviations from case means have the same scores as a dummy for each case.
    for effect in model.effects:
        yield "wild_bootstrap", wild_cluster_bootstrap(
            within_clusters(outcome, cases), within_clusters(design, cases), cases, tuple(columns),
            tested=list(columns).index(effect),
            rng=generator(f"actors {model.model} {model.sample} {effect}"),
        )  # fmt: skip


def _comparable_administrations(known: pd.DataFrame) -> pd.DataFrame:
    """Rows of administrations that show the military beside another actor in at least two cases."""
    cases = known.groupby("case_id")["actor"].agg(lambda a: BASE in set(a) and len(a) > 1)
    compared = known[
        known["case_id"].isin(cases.index[cases.astype(bool)]) & (known["actor"] == BASE)
    ]
    counts = compared["administration"].value_counts()
    return known[known["administration"].isin(counts.index[counts > 1])]


def _interactions(known: pd.DataFrame, columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Actor by administration, in deviations: the actor's own effect is their mean.

    Columns that the positions at hand do not identify are left out, from the last one back.
    """
    administrations = list(dict.fromkeys(known["administration"]))
    cases = known["case_id"].to_numpy()
    kept: dict[str, np.ndarray] = {}
    for actor, dummy in columns.items() if administrations else ():
        last = (known["administration"] == administrations[-1]).to_numpy(dtype=float)
        for administration in administrations[:-1]:
            contrast = (known["administration"] == administration).to_numpy(dtype=float) - last
            candidate = dummy * contrast
            design = np.column_stack([*columns.values(), *kept.values(), candidate])
            if np.linalg.matrix_rank(within_clusters(design, cases)) == design.shape[1]:
                kept[f"{actor}:{administration}"] = candidate
    return kept


def _paired(actors: pd.DataFrame, model: Model, others: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for actor in others:
        difference = differences(actors, actor)
        tests = paired_tests(difference.to_numpy())
        for estimator, p_value in (
            ("permutation", tests.permutation_p),
            ("sign_test", tests.sign_p),
            ("signed_rank", tests.signed_rank_p),
        ):
            rows += rows_of(
                _paired_row(actor, tests, p_value, estimator), model, estimator, "table06_actors",
                smallest_p=tests.smallest_p,
            )  # fmt: skip
    known = actors.dropna(subset=[POSITION])
    focal = focal_test(
        known[POSITION].to_numpy(dtype=float),
        known["case_id"].to_numpy(),
        (known["actor"] == BASE).to_numpy(),
    )
    result = _single(
        BASE, focal.difference, focal.p_value, (np.nan, np.nan), focal.n_groups, focal.note
    )
    rows += rows_of(
        result, model, "within_permutation", "table06_actors", smallest_p=focal.smallest_p
    )
    for actor in others:
        rows += rows_of(_bounds(actors, actor), model, "bounds", "table06_actors")
    return rows


def _paired_row(actor: str, tests: PairedTests, p_value: float, estimator: str) -> Estimates:
    interval = (tests.conf_low, tests.conf_high) if estimator == "permutation" else (np.nan, np.nan)
    note = tests.note or (
        f"cases above the military {tests.n_positive}, level {tests.n_zero}, below {tests.n_negative}"
    )
    return _single(actor, tests.mean_difference, p_value, interval, tests.n_pairs, note)


def _bounds(actors: pd.DataFrame, actor: str) -> Estimates:
    """Mean difference over all cases when missing positions take whichever end of the scale hurts most."""
    wide = actors.pivot_table(index="case_id", columns="actor", values=POSITION).reindex(
        columns=[actor, BASE]
    )
    wide = wide.astype(float)
    low = (wide[actor].fillna(LOWEST) - wide[BASE].fillna(HIGHEST)).mean()
    high = (wide[actor].fillna(HIGHEST) - wide[BASE].fillna(LOWEST)).mean()
    note = f"bounds: {int(wide.isna().any(axis=1).sum())} of {len(wide)} cases lack one of the two positions"
    return _single(actor, np.nan, np.nan, (low, high), len(wide), note)


def _single(
    term: str, estimate: float, p_value: float, interval: tuple[float, float], nobs: int, note: str
) -> Estimates:
    low, high = interval
    numbers = {"estimate": estimate, "p_value": p_value, "conf_low": low, "conf_high": high}
    return single(term, nobs, None, note, numbers)
