"""The multiverse: run all chunks, resume from finished ones, and test the whole curve."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from replication.analyses.multiverse_data import chunk_frame
from replication.analyses.multiverse_fit import NOT_ESTIMATED, STEPS, ChunkFit, fit_chunk
from replication.analyses.multiverse_plan import Chunk, Plan, chunks, specifications_of
from replication.executors import run_parts
from replication.files import replacing
from replication.specifications import Sample

RESULTS = ("estimate", "std_error", "statistic", "p_value", "nobs", "n_events", "reason")
# Draws taken into memory at once when medians over all specifications are formed.
_BLOCK = 25


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
    parts = [(c, plan, chunk_frame(c, plan, cases, codings, samples)) for c in chunks(plan)]
    files = [folder / f"{_key(*part)}.npz" for part in parts]
    missing = {f: part for f, part in zip(files, parts, strict=True) if not f.is_file()}
    for number, fit in run_parts(fit_chunk, list(missing.values()), "multiverse"):
        _store(list(missing)[number], fit)
    return files


def _key(chunk: Chunk, plan: Plan, frame: pd.DataFrame) -> str:
    content = f"{chunk.treatment} {chunk.sample} {plan} {frame.to_csv()}"
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


def joint_test(plan: Plan, files: Sequence[Path]) -> pd.DataFrame:
    """Simonsohn, Simmons and Nelson's joint test of each treatment's whole curve.

    Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4: 1208-1214. Every permutation
    rearranges the outcomes once for all specifications, so their dependence is in the reference
    distribution. Three statistics, each taken in the direction of the theory (positive) and, for
    the share of the dominant sign, without a direction: the median signed root, the share of
    specifications with the dominant sign, the share positive and significant at 5 %. p-values count
    permutations at least as large as the data, the data included.

    Returns
    -------
    DataFrame
        Columns treatment, statistic, observed, null_median, null_95, p_value, draws,
        n_specifications (those estimated on the data).
    """
    rows = []
    for treatment in plan.treatments:
        mine = [f for c, f in zip(chunks(plan), files, strict=True) if c.treatment == treatment]
        summaries, count = _summaries(mine, 1 + plan.draws)
        for name, values in summaries.items():
            observed, null = values[0], values[1:][~np.isnan(values[1:])]
            rows.append({
                "treatment": treatment,
                "statistic": name,
                "observed": observed,
                "null_median": np.nanmedian(null) if len(null) else np.nan,
                "null_95": np.nanquantile(null, 0.95) if len(null) else np.nan,
                "p_value": (1 + (null >= observed).sum()) / (1 + len(null)) if count else np.nan,
                "draws": len(null),
                "n_specifications": count,
            })  # fmt: skip
    return pd.DataFrame(rows)


def _summaries(files: Sequence[Path], worlds: int) -> tuple[dict[str, np.ndarray], int]:
    """Statistics of the curve in every world, over specifications that the data identify."""
    roots, significant = zip(*(_identified(file, worlds) for file in files), strict=True)
    count = sum(map(len, roots))
    names = ("median", "dominant_share", "significant_share")
    values = {name: np.full(worlds, np.nan) for name in names}
    for first in range(0, worlds, _BLOCK) if count else ():
        here = slice(first, first + _BLOCK)
        block = np.concatenate([r[:, here] for r in roots])
        flags = np.concatenate([s[:, here] for s in significant])
        known = (block != NOT_ESTIMATED).sum(axis=0)
        with np.errstate(invalid="ignore"):
            positive = (block > 0).sum(axis=0) / known
            values["median"][here] = _medians(block, known) / STEPS
            values["dominant_share"][here] = np.maximum(positive, 1 - positive)
            values["significant_share"][here] = ((block > 0) & flags).sum(axis=0) / known
    return values, count


def _identified(file: Path, worlds: int) -> tuple[np.ndarray, np.ndarray]:
    """Roots and flags of significance of the specifications that could be estimated on the data."""
    with np.load(file) as stored:
        roots = stored["statistics"]
        kept = roots[:, 0] != NOT_ESTIMATED
        flags = np.unpackbits(stored["significant"][kept], axis=1, count=worlds)
    return roots[kept], flags.astype(bool)


def _medians(block: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Median of each column of whole numbers without those not estimated, which sort first."""
    ordered = np.sort(block.T, axis=1)
    columns, last = np.arange(len(ordered)), ordered.shape[1] - 1
    counted = np.maximum(known, 1)
    low, high = ordered[columns, last - counted // 2], ordered[columns, last - (counted - 1) // 2]
    middle = (low.astype(float) + high) / 2
    return np.where(known > 0, middle, np.nan)
