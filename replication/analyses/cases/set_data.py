"""Sets for qualitative comparative analysis: reading qca.yaml, and degrees of membership of the cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from replication.estimators.qca.calibrate import calibrate_codes
from replication.shapes import Choice, FreeKeys, Key, ListOf, Nullable, Number, Record
from replication.specifications import CELL, CODE, LINE, NAME, Sample, open_specification

KINDS = ("crisp", "fuzzy")
_SHARE = Number(whole=False, minimum=0)
_SET = {
    "name": Key(NAME),
    "label": Key(LINE),
    "variable": Key(CELL),
    "cut": Key(CODE),
    "cuts": Key(ListOf(CODE)),
    "degrees": Key(FreeKeys(_SHARE, pattern="-?[0-9]+", words="codes")),
}
_CONDITION = {**_SET, "expected": Key(Nullable(Choice({0: "", 1: ""}))), "why": Key(LINE)}
_PLAN = Record(
    {
        "sample": Key(NAME),
        "outcome": Key(Record(_SET)),
        "conditions": Key(ListOf(Record(_CONDITION), unique=False)),
        **{name: Key(_SHARE) for name in ("consistency_cut", "pri_cut", "necessity_cut")},
        "n_cut": Key(CODE),
        "consistency_cuts": Key(ListOf(_SHARE)),
        "n_cuts": Key(ListOf(CODE)),
    }
)


@dataclass(frozen=True)
class SetRow:
    """One condition or the outcome; see the head of qca.yaml."""

    name: str
    label: str
    variable: str
    cut: int
    cuts: tuple[int, ...]
    degrees: Mapping[float, float]
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
    opened = open_specification(path, _PLAN)
    content = opened.content
    opened.require(("sample",), content["sample"], samples)
    rows: dict[tuple[str | int, ...], dict[str, Any]] = {("outcome",): content["outcome"]}
    rows |= {("conditions", i): row for i, row in enumerate(content["conditions"])}
    for place, row in rows.items():
        row["degrees"] = {int(code): degree for code, degree in row["degrees"].items()}
        opened.require((*place, "cut"), row["cut"], row["degrees"])
        for number, cut in enumerate(row["cuts"]):
            opened.require((*place, "cuts", number), cut, row["degrees"])
        for code, degree in row["degrees"].items():
            if degree > 1:
                opened.refuse(
                    (*place, "degrees", str(code)), f"{degree} is not allowed; allowed: 0 to 1"
                )
    opened.settle()
    lists = {key: tuple(content[key]) for key in ("consistency_cuts", "n_cuts")}
    conditions = tuple(_set_row(row) for row in content["conditions"])
    return QcaPlan(
        **{**content, **lists, "outcome": _set_row(content["outcome"]), "conditions": conditions}
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
        (column >= (cuts or {}).get(row.name, row.cut)).astype(float)
        if kind == "crisp"
        else calibrate_codes(column, row.degrees)
        for row, column in zip(rows, codes[complete].T, strict=True)
    ]
    degrees = np.column_stack(columns)
    ids = sample["case_id"].to_numpy()
    return SetData(degrees[:, :-1], degrees[:, -1], tuple(ids[complete]), tuple(ids[~complete]))


def _set_row(row: Mapping[str, Any]) -> SetRow:
    return SetRow(**{**row, "cuts": tuple(row["cuts"])})
