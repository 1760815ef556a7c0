"""What the page needs to re-estimate the models while a reader changes codes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from replication.codebook import Codebook, Variable
from replication.exhibits.labels import Labels
from replication.exhibits.text import short_names
from replication.report.inputs import Inputs, derivation_of
from replication.specifications import Model
from replication.tables import Row
from replication.terms import parse_term

# The statistics that the page computes, as the estimates file names them.
_STATISTICS = ("estimate", "p_value", "conf_low", "conf_high")


def what_if_data(inputs: Inputs, labels: Labels) -> dict[str, Any]:
    """Give codes, scales, models, samples and the released estimates as plain values for JSON.

    Offered are the models whose outcome is a cut of a coded scale and whose terms are columns of
    numbers. A code can be changed where its variable is coded on a numbered scale; a term that is
    itself computed from codes (a cut in the codebook) would not follow, so such models are left out.
    """
    book = inputs.codebook
    models = [model for model in inputs.models.values() if _offered(model, book)]
    used = dict.fromkeys(
        name
        for model in models
        for name in (derivation_of(book.variables[model.outcome]).columns[0], *_bases(model))
    )
    shorts = short_names([row["case_title"] for row in inputs.cases])
    return {
        "cases": [
            {"id": row["case_id"], "title": short, "sample": row["sample"],
             "values": {name: _number(row.get(name, "")) for name in used}}
            for row, short in zip(inputs.cases, shorts, strict=True)
        ],
        "variables": {name: _variable(book.variables[name], book, labels) for name in used},
        "models": [_model(model, inputs, labels) for model in models],
        "samples": [
            {"sample": s.sample, "label": s.label, "values": list(s.values)} for s in inputs.samples.values()
        ],
        "released": list(_released(inputs.estimates, {model.model for model in models})),
    }  # fmt: skip


def _offered(model: Model, book: Codebook) -> bool:
    outcome = book.variables.get(model.outcome)
    if outcome is None or outcome.derive is None or outcome.derive.operation != "at_least":
        return False
    coded = {variable.name for variable in book.case}
    terms = [book.variables.get(name) for name in _bases(model)]
    return derivation_of(outcome).columns[0] in coded and all(
        term is not None
        and term.type in ("ordinal", "flag", "integer", "number")
        and not (term.derive and coded & set(term.derive.columns))
        for term in terms
    )


def _bases(model: Model) -> list[str]:
    """Columns a model's terms are formed from."""
    return [name for term in model.terms for name in parse_term(term).variables]


def _model(model: Model, inputs: Inputs, labels: Labels) -> dict[str, Any]:
    book = inputs.codebook
    outcome = book.variables[model.outcome]
    return {
        "model": model.model,
        "label": model.label,
        "sample": model.sample,
        "outcome": derivation_of(outcome).columns[0],
        "cut": derivation_of(outcome).constants[0],
        "terms": [
            {
                "term": term,
                "label": labels.term(term),
                "factors": [asdict(factor) for factor in parse_term(term).factors],
            }
            for term in model.terms
        ],
        "effects": list(model.effects),
        "predictions": [
            {"claim": claim.claim, "term": p.term, "expected": p.expected}
            for claim in inputs.claims
            for p in claim.statistics
            if p.term in model.effects and (p.outcome, p.estimator) == (model.outcome, "firth")
        ],
        "axis": _axis(model, inputs.estimates),
    }


def _axis(model: Model, estimates: Iterable[Row]) -> list[float]:
    """Give the axis of the drawing, the same whatever is changed: the released limits and half as much again."""
    limits = [
        value
        for row in estimates
        if (row["model"], row["sample"], row["estimator"]) == (model.model, model.sample, "firth")
        if row["term"] != "const"
        for name in ("conf_low", "conf_high")
        if (value := _number(row[name])) is not None
    ]
    low, high = min([-1.0, *limits]), max([1.0, *limits])
    spare = (high - low) / 2
    return [math.floor(low - spare / 2), math.ceil(high + spare / 2)]


def _variable(variable: Variable, book: Codebook, labels: Labels) -> dict[str, Any]:
    editable = variable in book.case and variable.type == "ordinal"
    codes = (
        [[code, labels.code(variable.name, code)] for code in variable.values] if editable else []
    )
    return {"label": variable.label, "short": labels.term(variable.name), "codes": codes}


def _released(estimates: Iterable[Row], models: set[str]) -> Iterable[dict[str, Any]]:
    for row in estimates:
        if row["model"] in models and row["estimator"] == "firth":
            keys = {key: row[key] for key in ("model", "sample", "term")}
            yield {**keys, **{name: _number(row[name]) for name in _STATISTICS}}


def _number(text: str) -> float | int | None:
    """Read a number for JSON, which knows no infinity; anything else is missing."""
    if re.fullmatch("-?[0-9]+", text):
        return int(text)
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None
