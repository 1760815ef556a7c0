"""Which combinations of conditions go with seeking endorsement: necessity, truth tables, solutions, robustness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from replication.analyses.cases.set_data import KINDS, QcaPlan, SetData, set_data
from replication.dataset import SEPARATOR
from replication.estimators.qca.necessity import necessity
from replication.estimators.qca.solutions import SetModel, Solutions, solve
from replication.estimators.qca.truth_table import TruthTable, truth_table
from replication.specifications import Sample

SOLUTIONS = ("conservative", "parsimonious", "intermediate")
NO_CASES = "no case of the sample has every code"


def necessary_conditions(
    cases: pd.DataFrame, plan: QcaPlan, samples: Mapping[str, Sample]
) -> pd.DataFrame:
    """Test every condition, its absence, and unions of two for necessity, for the outcome and its negation."""
    rows = []
    for kind, outcome, data in _versions(cases, plan, samples):
        if not data.cases:
            continue
        found = necessity(
            data.conditions,
            data.outcome,
            plan.names,
            largest=min(2, len(plan.names)),
            consistency_cut=plan.necessity_cut,
        )
        for place, expression in enumerate(found.labels):
            fields = ("size", "consistency", "coverage", "relevance", "necessary", "minimal")
            values = {field: getattr(found, field)[place] for field in fields}
            rows.append({"sets": kind, "outcome": outcome, "expression": expression, **values})
    frame = pd.DataFrame(rows, columns=_NECESSITY_COLUMNS)
    return frame.astype({"necessary": int, "minimal": int}) if rows else frame


def truth_tables(cases: pd.DataFrame, plan: QcaPlan, samples: Mapping[str, Sample]) -> pd.DataFrame:
    """All rows of the truth tables with a column for each condition.

    Rows come from the one with most cases down; rows without cases are kept, as remainders.
    """
    columns = ["sets", "outcome", *plan.names, *_TABLE_COLUMNS]
    parts = []
    for kind, outcome, data in _versions(cases, plan, samples):
        if data.cases:
            table = _table(data, plan)
            parts += _table_rows(table, {"sets": kind, "outcome": outcome})
    return pd.DataFrame(parts, columns=columns)


def solutions(cases: pd.DataFrame, plan: QcaPlan, samples: Mapping[str, Sample]) -> pd.DataFrame:
    """Every term of every minimal model, with its fit and its cases.

    One row a term; a solution that says nothing has one row with the reason in `note`.
    """
    rows = []
    for kind, outcome, data in _versions(cases, plan, samples):
        keys = {"sets": kind, "outcome": outcome, "n_cases": len(data.cases)}
        found = _solved(data, plan, negated=outcome.startswith("~"))
        for solution in SOLUTIONS:
            models = getattr(found, solution)
            for number, model in enumerate(models, start=1):
                rows += _model_rows(model, {**keys, "solution": solution, "model": number})
            if not models:
                rows.append({**keys, "solution": solution, "note": found.note})
    return pd.DataFrame(rows, columns=_SOLUTION_COLUMNS)


def robustness(cases: pd.DataFrame, plan: QcaPlan, samples: Mapping[str, Sample]) -> pd.DataFrame:
    """Solve again with every combination of cuts and cut-offs, and without each single case.

    One row a run of the crisp analysis of the outcome: the parsimonious models as one formula each
    (joined by `` / `` where several are minimal), whether they are those of the plan, and how many
    choices differ from it.
    """
    planned = formula(_solved(set_data(cases, plan, samples, "crisp"), plan, negated=False))
    rows = [
        {**run, "same": int(run["formula"] == planned)}
        for run in (*_cut_runs(cases, plan, samples), *_case_runs(cases, plan, samples))
    ]
    return pd.DataFrame(rows, columns=_ROBUSTNESS_COLUMNS)


def robustness_shares(runs: pd.DataFrame, plan: QcaPlan) -> pd.DataFrame:
    """Summarise the runs: how many give the plan's formula, and how each condition enters.

    One row for each kind of change, with the share of the same formula, of no solution at all, and
    for each condition the share of runs in whose formula it is present or absent throughout.
    """
    kinds = {
        "one case left out": runs["change"] == "case",
        "one choice changed": (runs["change"] == "cuts") & (runs["n_changes"] == 1),
        "any choices changed": (runs["change"] == "cuts") & (runs["n_changes"] > 0),
    }
    rows = []
    for kind, chosen in kinds.items():
        part = runs[chosen]
        signs = [_signs(text) for text in part["formula"]]
        rows.append(
            {
                "change": kind,
                "n_runs": len(part),
                "same": part["same"].mean(),
                "no_solution": (part["formula"] == "").mean(),
                **{
                    f"{name} {word}": np.mean([s.get(name) == {sign} for s in signs])
                    if signs
                    else np.nan
                    for name in plan.names
                    for word, sign in (("present", 1), ("absent", 0))
                },
            }
        )
    return pd.DataFrame(rows)


def formula(found: Solutions) -> str:
    """Write the parsimonious models, such as ``A*~B + C``; empty where there is none."""
    return " / ".join(" + ".join(model.labels) for model in found.parsimonious)


_NECESSITY_COLUMNS = [
    "sets", "outcome", "expression", "size", "consistency", "coverage", "relevance", "necessary",
    "minimal",
]  # fmt: skip
_TABLE_COLUMNS = [
    "n",
    "consistency",
    "pri",
    "output",
    "contradictory",
    "cases",
    "cases_with_outcome",
]
_SOLUTION_COLUMNS = [
    "sets", "outcome", "n_cases", "solution", "model", "term", "term_consistency", "term_pri",
    "raw_coverage", "unique_coverage", "cases", "inconsistent", "consistency", "pri", "coverage",
    "uncovered", "assumptions", "note",
]  # fmt: skip
_ROBUSTNESS_COLUMNS = ["change", "what", "n_changes", "n_cases", "formula", "same"]


def _versions(
    cases: pd.DataFrame, plan: QcaPlan, samples: Mapping[str, Sample]
) -> Iterator[tuple[str, str, SetData]]:
    for kind in KINDS:
        data = set_data(cases, plan, samples, kind)
        yield kind, plan.outcome.name, data
        yield kind, f"~{plan.outcome.name}", SetData(**{**vars(data), "outcome": 1 - data.outcome})


def _table(data: SetData, plan: QcaPlan, **cuts: float) -> TruthTable:
    chosen: dict[str, Any] = {
        name: cuts.get(name, getattr(plan, name))
        for name in ("consistency_cut", "n_cut", "pri_cut")
    }
    return truth_table(data.conditions, data.outcome, plan.names, data.cases, **chosen)


def _solved(data: SetData, plan: QcaPlan, *, negated: bool, **cuts: float) -> Solutions:
    if not data.cases:
        return Solutions((), (), (), NO_CASES)
    return solve(_table(data, plan, **cuts), plan.expectations(negated=negated))


def _table_rows(table: TruthTable, keys: Mapping[str, str]) -> list[dict[str, Any]]:
    order = sorted(
        range(len(table.rows)), key=lambda i: (-table.nobs[i], [-v for v in table.rows[i]])
    )
    return [
        {
            **keys,
            **dict(zip(table.names, table.rows[i], strict=True)),
            "n": table.nobs[i],
            "consistency": table.consistency[i],
            "pri": table.pri[i],
            "output": table.output[i],
            "contradictory": int(table.contradictory[i]),
            "cases": SEPARATOR.join(table.cases[i]),
            "cases_with_outcome": SEPARATOR.join(table.cases_with_outcome[i]),
        }
        for i in order
    ]


def _model_rows(model: SetModel, keys: Mapping[str, Any]) -> list[dict[str, Any]]:
    whole = {
        "consistency": model.consistency,
        "pri": model.pri,
        "coverage": model.coverage,
        "uncovered": SEPARATOR.join(model.uncovered),
        "assumptions": SEPARATOR.join(model.assumptions),
    }
    return [
        {
            **keys,
            "term": label,
            "term_consistency": model.term_consistency[i],
            "term_pri": model.term_pri[i],
            "raw_coverage": model.raw_coverage[i],
            "unique_coverage": model.unique_coverage[i],
            "cases": SEPARATOR.join(model.cases[i]),
            "inconsistent": SEPARATOR.join(model.inconsistent[i]),
            **whole,
        }
        for i, label in enumerate(model.labels)
    ]


def _cut_runs(
    cases: pd.DataFrame, plan: QcaPlan, samples: Mapping[str, Sample]
) -> Iterator[dict[str, Any]]:
    sets = (*plan.conditions, plan.outcome)
    for chosen in product(*(row.cuts for row in sets)):
        cuts = {row.name: cut for row, cut in zip(sets, chosen, strict=True)}
        data = set_data(cases, plan, samples, "crisp", cuts)
        moved = {row.name: cuts[row.name] for row in sets if cuts[row.name] != row.cut}
        for consistency, n_cut in product(plan.consistency_cuts, plan.n_cuts):
            other: dict[str, float] = dict(moved)
            if consistency != plan.consistency_cut:
                other["consistency"] = consistency
            if n_cut != plan.n_cut:
                other["cases a row"] = n_cut
            found = _solved(data, plan, negated=False, consistency_cut=consistency, n_cut=n_cut)
            what = ", ".join(f"{name} >= {value}" for name, value in other.items())
            yield _run("cuts", what or "as planned", len(other), data, found)


def _case_runs(
    cases: pd.DataFrame, plan: QcaPlan, samples: Mapping[str, Sample]
) -> Iterator[dict[str, Any]]:
    data = set_data(cases, plan, samples, "crisp")
    for place, case_id in enumerate(data.cases):
        kept = np.arange(len(data.cases)) != place
        names = tuple(name for name in data.cases if name != case_id)
        rest = SetData(data.conditions[kept], data.outcome[kept], names, data.left_out)
        yield _run("case", case_id, 1, rest, _solved(rest, plan, negated=False))


def _run(change: str, what: str, n_changes: int, data: SetData, found: Solutions) -> dict[str, Any]:
    return {
        "change": change,
        "what": what,
        "n_changes": n_changes,
        "n_cases": len(data.cases),
        "formula": formula(found),
    }


def _signs(text: str) -> dict[str, set[int]]:
    """In which states each condition enters a formula, over all its terms and models."""
    found: dict[str, set[int]] = {}
    parts: Iterable[str] = text.replace(" / ", "*").replace(" + ", "*").split("*")
    for part in parts:
        found.setdefault(part.removeprefix("~"), set()).add(0 if part.startswith("~") else 1)
    return found
