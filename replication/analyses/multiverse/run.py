"""The multiverse: run all chunks, resume from finished ones, and test the whole curve."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from replication.analyses.multiverse.data import chunk_frame
from replication.analyses.multiverse.fit import NOT_ESTIMATED, STEPS, ChunkFit, fit_chunk
from replication.analyses.multiverse.plan import Chunk, Plan, chunks, specifications_of
from replication.executors import run_parts
from replication.files import replacing
from replication.specifications import Sample

RESULTS = ("estimate", "std_error", "statistic", "p_value", "nobs", "n_events", "reason")
# Where the curves of the permutations are taken, in per cent of the specifications.
POSITIONS = np.arange(101.0)


def run_multiverse(
    plan: Plan,
    cases: pd.DataFrame,
    codings: pd.DataFrame,
    samples: dict[str, Sample],
    folder: Path,
) -> list[Path]:
    """Fit every chunk and store it in `folder`; chunks that are there already are not run again.

    A file's name holds the checksum of all that goes into the fit, so a stored chunk is never taken
    for one of other data or another plan, and readings that give the same codes are fitted once.
    The folder's owner clears it when code changes.

    Returns
    -------
    list of Path
        The file of every chunk, in the order of `chunks`; the same file may stand there twice.
    """
    frame_of = cache(lambda whole: chunk_frame(whole, plan, cases, codings, samples))
    parts = [(c, plan, frame_of(replace(c, part=0))) for c in chunks(plan)]
    files = [folder / f"{_key(*part)}.npz" for part in parts]
    missing = {f: part for f, part in zip(files, parts, strict=True) if not f.is_file()}
    for number, fit in run_parts(fit_chunk, list(missing.values()), "multiverse"):
        _store(list(missing)[number], fit)
    return files


def _key(chunk: Chunk, plan: Plan, frame: pd.DataFrame) -> str:
    content = f"{chunk.treatment} {chunk.sample} {chunk.part} {plan} {frame.to_csv()}"
    return hashlib.sha256(content.encode()).hexdigest()[:24]


def _store(file: Path, fit: ChunkFit) -> None:
    numbers = {name: fit.table[name].to_numpy(float) for name in RESULTS[:-1]}
    with replacing(file) as draft, draft.open("wb") as stream:
        np.savez(
            stream, statistics=fit.statistics, significant=np.packbits(fit.significant, axis=1),
            reason=fit.table["reason"].to_numpy(str), **numbers,
        )  # fmt: skip


def specification_table(plan: Plan, files: Sequence[Path]) -> pd.DataFrame:
    """All specifications with their estimates, in the order of the plan."""
    tables = []
    for chunk, file in zip(chunks(plan), files, strict=True):
        table = specifications_of(chunk, plan)
        with np.load(file) as stored:
            for name in RESULTS:
                table[name] = stored[name]
        tables.append(table)
    whole = pd.concat(tables, ignore_index=True)
    whole[["nobs", "n_events"]] = whole[["nobs", "n_events"]].astype("Int64")
    return whole


def joint_test(plan: Plan, files: Sequence[Path]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simonsohn, Simmons and Nelson's joint test of each treatment's whole curve.

    Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4: 1208-1214. Every permutation
    rearranges the outcomes once for all specifications, so their dependence is in the reference
    distribution. Three statistics, each taken in the direction of the theory (positive) and, for
    the share of the dominant sign, without a direction: the median signed root, the share of
    specifications with the dominant sign, the share positive and significant at 5 %. p-values count
    permutations at least as large as the data, the data included.

    Returns
    -------
    tests : DataFrame
        Columns treatment, statistic, observed, null_median, null_95, p_value, draws,
        n_specifications (those estimated on the data).
    permuted : DataFrame
        The curves of the permutations: columns treatment, position (per cent of the specifications
        in order of their signed root), and low, median, high of the root there (2.5, 50, 97.5 % of
        the permutations).
    """
    tests, permuted = [], []
    for treatment in plan.treatments:
        mine = [f for c, f in zip(chunks(plan), files, strict=True) if c.treatment == treatment]
        worlds = _worlds(mine, 1 + plan.draws)
        for name, values in worlds.summaries.items():
            test = {"treatment": treatment, "statistic": name, **_test(values, worlds.count)}
            tests.append({**test, "n_specifications": worlds.count})
        curves = worlds.curves[1:][worlds.known[1:]]
        limits = (
            np.quantile(curves, [0.025, 0.5, 0.975], axis=0) if len(curves) else np.empty((3, 0))
        )
        permuted.append(pd.DataFrame({
            "treatment": treatment, "position": POSITIONS[: limits.shape[1]],
            "low": limits[0], "median": limits[1], "high": limits[2],
        }))  # fmt: skip
    return pd.DataFrame(tests), pd.concat(permuted, ignore_index=True)


def _test(values: np.ndarray, count: int) -> dict[str, float]:
    observed, null = values[0], values[1:][~np.isnan(values[1:])]
    return {
        "observed": observed,
        "null_median": np.median(null) if len(null) else np.nan,
        "null_95": np.quantile(null, 0.95) if len(null) else np.nan,
        "p_value": (1 + (null >= observed).sum()) / (1 + len(null)) if count else np.nan,
        "draws": len(null),
    }


@dataclass(frozen=True)
class _CurveWorlds:
    """The curve over specifications that the data identify, in every world (the data first).

    Attributes
    ----------
    count : int
        Those specifications.
    summaries : dict of str to ndarray, shape (w,)
        NaN in a world where none of them can be estimated.
    curves : ndarray, shape (w, len(POSITIONS))
    known : ndarray of bool, shape (w,)
        Whether anything could be estimated.
    """

    count: int
    summaries: dict[str, np.ndarray]
    curves: np.ndarray
    known: np.ndarray


def _worlds(files: Sequence[Path], worlds: int) -> _CurveWorlds:
    # Roots are whole thousandths, so that counting each value in each world says all there is to
    # know, in memory that does not grow with the specifications.
    lowest, highest = _range(files)
    counts = np.zeros((worlds, highest - lowest + 2), dtype=np.int32)
    significant = np.zeros(worlds, dtype=np.int64)
    count = 0
    for file in files:
        roots, flags = _identified(file, worlds)
        count += len(roots)
        significant += ((roots > 0) & flags).sum(axis=0)
        # The first place is for what could not be estimated.
        value = np.where(roots == NOT_ESTIMATED, 0, roots.astype(np.int32) + (1 - lowest))
        for place, column in enumerate(value.T):
            counts[place] += np.bincount(column, minlength=counts.shape[1]).astype(np.int32)
    names = ("median", "dominant_share", "significant_share")
    summaries = {name: np.full(worlds, np.nan) for name in names}
    curves = np.full((worlds, len(POSITIONS)), np.nan)
    values = np.arange(lowest, highest + 1)
    for world in np.flatnonzero(counts[:, 1:].any(axis=1)):
        own = counts[world, 1:]
        known = own.sum()
        positive = own[values > 0].sum() / known
        summaries["median"][world] = _at(values, own, np.array([50.0]))[0]
        summaries["dominant_share"][world] = max(positive, 1 - positive)
        summaries["significant_share"][world] = significant[world] / known
        curves[world] = _at(values, own, POSITIONS)
    return _CurveWorlds(count, summaries, curves, ~np.isnan(summaries["median"]))


def _range(files: Sequence[Path]) -> tuple[int, int]:
    lowest, highest = 0, 0
    for file in files:
        with np.load(file) as stored:
            roots = stored["statistics"]
        known = roots[roots != NOT_ESTIMATED]
        lowest = min(lowest, int(known.min(initial=0)))
        highest = max(highest, int(known.max(initial=0)))
    return lowest, highest


def _identified(file: Path, worlds: int) -> tuple[np.ndarray, np.ndarray]:
    """Roots and flags of significance of the specifications that could be estimated on the data."""
    with np.load(file) as stored:
        roots = stored["statistics"]
        kept = roots[:, 0] != NOT_ESTIMATED
        flags = np.unpackbits(stored["significant"][kept], axis=1, count=worlds)
    return roots[kept], flags.astype(bool)


def _at(values: np.ndarray, counts: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Percentiles of thousandths, in ascending order, of which there are so many each."""
    reached = np.cumsum(counts)
    rank = (reached[-1] - 1) * positions / 100
    below = np.floor(rank).astype(int)
    low = values[np.searchsorted(reached, below, side="right")].astype(float)
    high = values[np.searchsorted(reached, np.ceil(rank).astype(int), side="right")]
    return (low + (rank - below) * (high - low)) / STEPS
