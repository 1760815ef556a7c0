"""Causes, outcome and clues of the cases under one coding, as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from replication.analyses.cases.predictions import AGREES, CONTRADICTS, finding_by_rule
from replication.analyses.types.plan import ALL, NONE, Cause, Choices, Clue, TypePlan
from replication.casefile import AGREED
from replication.codebook import Codebook
from replication.specifications import Sample

MARKED = "recchia_case"
_VERDICTS = {AGREES: 1.0, CONTRADICTS: 0.0}
CaseRows = Mapping[str, dict[str, Any]]


@dataclass(frozen=True)
class CodedCases:
    """Every case with its codes, facts and positions, under each coding.

    Attributes
    ----------
    cases : DataFrame
        The case table.
    rows : mapping
        For each coding a mapping from case_id to what a rule is put to: columns of the case table, and positions of
        actors under ``actor.variable``.
    """

    cases: pd.DataFrame
    rows: Mapping[str, CaseRows]
    codebook: Codebook


@dataclass(frozen=True)
class TypeData:
    """Cases whose cause and outcome are coded.

    Attributes
    ----------
    case_id : list of str
    marked : ndarray of bool, shape (n,)
        Cases of the original study.
    cause, outcome : ndarray, shape (n,)
    clues : ndarray, shape (n, c)
        1 found, 0 not found, NaN not seen or not looked for.
    stratum : ndarray, shape (n,)
        1 with the confounder and 0 without it where the choices divide the cases by it; 0 otherwise.
    n_left_out : int
        Cases left out because that is not known of them.
    """

    case_id: list[str]
    marked: np.ndarray
    cause: np.ndarray
    outcome: np.ndarray
    clues: np.ndarray
    stratum: np.ndarray
    n_left_out: int


def coded_cases(
    cases: pd.DataFrame, actors: pd.DataFrame, codings: pd.DataFrame, codebook: Codebook
) -> CodedCases:
    """Gather the codes of every coding; a pass that does not code a cell leaves it missing."""
    base = {row["case_id"]: row for row in cases.to_dict("records")}
    agreed = {key: dict(row) for key, row in base.items()}
    names = [variable.name for variable in codebook.actor]
    for row in actors.to_dict("records"):
        agreed[row["case_id"]] |= {f"{row['actor']}.{name}": row[name] for name in names}
    found: dict[str, CaseRows] = {AGREED: agreed}
    for coding in [name for name in dict.fromkeys(codings["coding"]) if name != AGREED]:
        read = {key: {**row, **dict.fromkeys(codebook.cells)} for key, row in base.items()}
        for row in codings[codings["coding"] == coding].to_dict("records"):
            cell = row["variable"] if pd.isna(row["actor"]) else f"{row['actor']}.{row['variable']}"
            read[row["case_id"]][cell] = _value(row["code"], codebook.cells[cell].type)
        found[coding] = read
    return CodedCases(cases, found, codebook)


def _value(code: Any, kind: str) -> Any:
    if pd.isna(code):
        return None
    return code if kind in ("list", "nominal", "text") else float(code)


def type_data(
    coded: CodedCases, plan: TypePlan, cause: Cause, choices: Choices, samples: Mapping[str, Sample]
) -> TypeData:
    """Cut cause and outcome, and read the clues where both are present and the choices let them be read.

    Where the cases are divided by a confounder, a clue that is read off the confounder's own code is left out: within
    a stratum it is known beforehand, so that it tells nothing of the type.
    """
    chosen = coded.cases[coded.cases["sample"].isin(samples[choices.sample].values)]
    rows = coded.rows.get(choices.coding, {})
    clues = plan.clues_of(cause.cause)
    other = plan.cause(cause.confounder) if choices.stratified and cause.confounder else None
    read = [(cause.variable, cause.cut), plan.outcome]
    read += [(other.variable, other.cut)] if other else []
    kept, marked, x, y, seen, strata, left_out = [], [], [], [], [], [], 0
    for key, mark in zip(chosen["case_id"], chosen[MARKED], strict=True):
        row = rows.get(key, {})
        values = [_cut(row, name, cut) for name, cut in read]
        if None in values:
            left_out += None not in values[:2]
            continue
        kept.append(key)
        marked.append(mark == 1)
        x.append(values[0])
        y.append(values[1])
        strata.append(values[2] if len(values) > 2 else 0)  # noqa: PLR2004 - after cause and outcome
        traced = choices.clues != NONE and (choices.read == ALL or mark == 1)
        seen.append(
            [
                np.nan
                if not traced or not all(values[:2]) or _names(clue, other)
                else _VERDICTS.get(finding_by_rule(clue.rule, row, coded.codebook).verdict, np.nan)
                for clue in clues
            ]
        )
    return TypeData(
        kept,
        np.array(marked, dtype=bool),
        np.array(x, dtype=float),
        np.array(y, dtype=float),
        np.array(seen, dtype=float).reshape(len(kept), len(clues)),
        np.array(strata, dtype=float),
        left_out,
    )


def _cut(row: Mapping[str, Any], name: str, cut: int) -> int | None:
    value: Any = row.get(name)
    return None if pd.isna(value) else int(value >= cut)


def _names(clue: Clue, other: Cause | None) -> bool:
    return other is not None and clue.rule.get("variable") == other.variable
