"""Sets for qualitative comparative analysis: reading qca.yaml, and degrees of membership of the cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from replication.estimators.qca.calibrate import calibrate_codes
from replication.specifications import Sample, SpecificationError

KINDS = ("crisp", "fuzzy")
_SET_FIELDS = {"name", "label", "variable", "cut", "cuts", "degrees"}
_CONDITION_FIELDS = _SET_FIELDS | {"expected", "why"}
_FIELDS = {
    "sample", "outcome", "conditions", "consistency_cut", "pri_cut", "n_cut", "consistency_cuts",
    "n_cuts", "necessity_cut",
}  # fmt: skip


@dataclass(frozen=True)
class SetRow:
    """One condition or the outcome; see the head of qca.yaml."""

    name: str
    label: str
    variable: str
    cut: int
    cuts: tuple[int, ...]
    degrees: Mapping[int, float]
    expected: int | None = None
    why: str = ""


@dataclass(frozen=True)
class QcaPlan:
    """Content of qca.yaml."""

    sample: str
    outcome: SetRow
    conditions: tuple[SetRow, ...]
    consistency_cut: float
    pri_cut: float
    n_cut: int
    consistency_cuts: tuple[float, ...]
    n_cuts: tuple[int, ...]
    necessity_cut: float

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the conditions."""
        return tuple(row.name for row in self.conditions)

    def expectations(self, *, negated: bool) -> dict[str, int]:
        """Directional expectations, turned round for the negated outcome."""
        known = {row.name: row.expected for row in self.conditions if row.expected is not None}
        return {name: 1 - value if negated else value for name, value in known.items()}


@dataclass(frozen=True)
class SetData:
    """Degrees of membership of the complete cases.

    Attributes
    ----------
    conditions : ndarray, shape (n, c)
    outcome : ndarray, shape (n,)
    cases : tuple of str, length n
    left_out : tuple of str
        Cases of the sample with a missing code.
    """

    conditions: np.ndarray
    outcome: np.ndarray
    cases: tuple[str, ...]
    left_out: tuple[str, ...]


def read_qca_plan(path: Path, samples: Mapping[str, Sample]) -> QcaPlan:
    """Read qca.yaml.

    Raises
    ------
    SpecificationError
        For unknown or missing fields, an unknown sample, or a cut that is no code of the degrees.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    _check_fields(content, _FIELDS, path.name)
    if content["sample"] not in samples:
        allowed = ", ".join(samples)
        raise SpecificationError(f"{path.name}: sample: {content['sample']!r}; allowed: {allowed}")
    _check_fields(content["outcome"], _SET_FIELDS, f"{path.name}: outcome")
    for number, row in enumerate(content["conditions"], start=1):
        _check_fields(row, _CONDITION_FIELDS, f"{path.name}: condition {number}")
        if row["expected"] not in (0, 1, None):
            raise SpecificationError(
                f"{path.name}: condition {number}: expected: {row['expected']!r}; allowed: 0, 1, null"
            )
    return QcaPlan(
        **{
            **content,
            "outcome": _set_row(content["outcome"], path.name),
            "conditions": tuple(_set_row(row, path.name) for row in content["conditions"]),
            "consistency_cuts": tuple(content["consistency_cuts"]),
            "n_cuts": tuple(content["n_cuts"]),
        }
    )


def set_data(
    cases: pd.DataFrame,
    plan: QcaPlan,
    samples: Mapping[str, Sample],
    kind: str,
    cuts: Mapping[str, int] | None = None,
) -> SetData:
    """Degrees of membership, crisp by the cuts or fuzzy by the degrees of the plan.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    cuts : mapping of set name to code, optional
        Other cuts than the plan's, for crisp sets.
    """
    sample = cases[cases["sample"].isin(samples[plan.sample].values)]
    rows = (*plan.conditions, plan.outcome)
    codes = (
        sample[[row.variable for row in rows]].astype("Float64").to_numpy(float, na_value=np.nan)
    )
    complete = ~np.isnan(codes).any(axis=1)
    columns = [
        _crisp(column, (cuts or {}).get(row.name, row.cut))
        if kind == "crisp"
        else calibrate_codes(column, row.degrees)
        for row, column in zip(rows, codes[complete].T, strict=True)
    ]
    degrees = np.column_stack(columns)
    ids = sample["case_id"].to_numpy()
    return SetData(degrees[:, :-1], degrees[:, -1], tuple(ids[complete]), tuple(ids[~complete]))


def _crisp(codes: np.ndarray, cut: int) -> np.ndarray:
    return (codes >= cut).astype(float)


def _set_row(row: Mapping[str, Any], file: str) -> SetRow:
    stray = [cut for cut in (row["cut"], *row["cuts"]) if cut not in row["degrees"]]
    if stray:
        raise SpecificationError(
            f"{file}: {row['name']}: the cut {stray[0]!r} is no code; allowed: {list(row['degrees'])}"
        )
    return SetRow(**{**row, "cuts": tuple(row["cuts"])})


def _check_fields(row: Any, fields: set[str], where: str) -> None:
    wrong = sorted(set(row) ^ fields) if isinstance(row, dict) else sorted(fields)
    if wrong:
        raise SpecificationError(f"{where}: unknown or missing fields {wrong}")
