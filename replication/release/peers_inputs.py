"""The data of the headline figures as plain tables, which programs of others read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from replication import paths
from replication.analyses.cases.set_data import KINDS, read_qca_plan, set_data
from replication.analyses.effects.actors import BASE, POSITION
from replication.analyses.effects.payoff import payoff_groups
from replication.analyses.measurement.code_pairs import coded_variables, numeric_codes
from replication.analyses.model_data import model_data
from replication.analyses.multiverse.curve import curve_data
from replication.analyses.multiverse.plan import read_plan
from replication.codebook import read_codebook
from replication.specifications import Sample, read_models, read_samples
from replication.tables import read_table

MODELS = ("M1", "M2", "M3", "M4")
SAMPLE = "intervention"
_SCALE = "io_sought"
_CODED = (_SCALE, "military_opposition", "stabilization_burden", "strategic_interest")


def write_inputs(folder: Path) -> None:
    """Write a table for each model, the actors, the pay-off, the codes of two passes, the sets and the curves."""
    samples = read_samples(paths.SPECIFICATIONS)
    cases = read_table(paths.DERIVED / "cases.csv")
    tables = {
        **_models(cases, samples),
        "A1": _actors(samples),
        "H5": payoff_groups(cases[cases["sample"].isin(samples[SAMPLE].values)]),
        "codes": _codes(),
        **_sets(cases, samples),
        **_curves(cases, samples),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def _models(cases: pd.DataFrame, samples: Mapping[str, Sample]) -> dict[str, pd.DataFrame]:
    declared = read_models(paths.SPECIFICATIONS)
    tables = {}
    for name in MODELS:
        data = model_data(cases, declared[name], dict(samples))
        table = pd.DataFrame(data.design, columns=list(data.terms))
        table.insert(0, "y", data.outcome)
        table["level"] = data.cases[_SCALE].to_numpy()
        table["administration"] = data.cases["administration"].to_numpy()
        tables[name] = table
    return tables


def _actors(samples: Mapping[str, Sample]) -> pd.DataFrame:
    """Positions of actors in cases where two or more took one, with a column for each but the base."""
    actors = read_table(paths.DERIVED / "actors.csv")
    known = actors[actors["sample"].isin(samples[SAMPLE].values)].dropna(subset=[POSITION])
    known = known[known.groupby("case_id")["case_id"].transform("size") > 1]
    others = [actor for actor in actors["actor"].unique() if actor != BASE]
    columns = {actor: (known["actor"] == actor).astype(int) for actor in others}
    return pd.DataFrame({"y": known[POSITION].astype(int), "case_id": known["case_id"], **columns})


def _codes() -> pd.DataFrame:
    """Codes of the two passes that the headline models rest on, a row a unit with a code of either."""
    codings = read_table(paths.DERIVED / "codings.csv")
    parts = []
    for coded in coded_variables(codings, read_codebook(paths.CODEBOOK)):
        if coded.variable.name in _CODED and not coded.actor:
            codes, categories, _ = numeric_codes(coded)
            part = pd.DataFrame({"first": codes[0], "second": codes[1]}).dropna(how="all")
            part.insert(0, "variable", coded.variable.name)
            part.insert(1, "scale", coded.scale)
            part["steps"] = ";".join(f"{step:g}" for step in categories)
            parts.append(part)
    return pd.concat(parts)


def _sets(cases: pd.DataFrame, samples: Mapping[str, Sample]) -> dict[str, pd.DataFrame]:
    plan = read_qca_plan(paths.SPECIFICATIONS / "qca.yaml", samples)
    tables = {
        "cuts": pd.DataFrame({"consistency": [plan.consistency_cut], "pri": [plan.pri_cut], "n": [plan.n_cut]})
    }  # fmt: skip
    for kind in KINDS:
        data = set_data(cases, plan, samples, kind)
        table = pd.DataFrame(data.conditions, columns=list(plan.names))
        table.insert(0, "case", list(data.cases))
        table[plan.outcome.name] = data.outcome
        tables[f"sets_{kind}"] = table
    return tables


def _curves(cases: pd.DataFrame, samples: Mapping[str, Sample]) -> dict[str, pd.DataFrame]:
    plan = read_plan(paths.SPECIFICATIONS / "multiverse.yaml")
    codings = read_table(paths.DERIVED / "codings.csv")
    data = curve_data(plan, cases, codings, dict(samples))
    return {f"curve_{treatment}": table for treatment, table in data.items()}
