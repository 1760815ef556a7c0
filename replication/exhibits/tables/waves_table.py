"""Table: what each wave of research holds, how far its passes agree, and what it does to the effects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from replication.exhibits.labels import Labels, spoken
from replication.exhibits.numbers import MISSING, integer, number, p_value
from replication.exhibits.results import Results
from replication.exhibits.text import capital
from replication.exhibits.typesetting.table import Column, Table, TableRow
from replication.precision import percent

READS = ("wave_contents", "wave_agreement", "wave_effects")
_CONTENTS = {
    "n_cases": "Cases",
    "n_interventions": "of these interventions",
    "n_evidence": "Items of evidence",
    "n_sources": "Sources",
}
_ALONE, _WITHOUT, _EVERY_CELL, _ALL = "alone", "without", "every cell", "all"


def make(results: Results, name: str) -> Table:
    """Set waves across, and what is asked of each down."""
    contents, agreement, effects = (results[part] for part in READS)
    labels = results.labels
    waves = list(contents["wave"])
    heads = dict(zip(waves, contents["label"], strict=True)) | {_ALL: "All"}
    rows = [*_contents(contents), *_agreement(agreement), *_effects(effects, labels)]
    return Table(
        name=name,
        title="Waves of research: contents, agreement and effects",
        columns=(
            Column("what", "What"),
            *(Column(wave, capital(heads[wave]), align="right") for wave in waves),
        ),
        rows=tuple(TableRow({"what": what, **cells}, panel=panel) for panel, what, cells in rows),
        notes=(
            "How the cases of each wave were chosen: data/raw/specifications/waves.yaml. Equal codes: of the cells "
            "that both of two passes coded; alpha: Krippendorff's. Effects: Firth's logit, log-odds for one step, with "
            "the p-value of the penalised likelihood-ratio test; alone: from the cases of the wave; without: from all "
            "others.",
        ),
        data=effects,
        empty="There is no wave.",
    )


_Shown = tuple[str, str, dict[str, str]]


def _contents(contents: pd.DataFrame) -> Iterator[_Shown]:
    rows = contents.set_index("wave").to_dict("index")
    for column, label in _CONTENTS.items():
        yield "Contents", label, {str(wave): integer(row[column]) for wave, row in rows.items()}
    shares = {str(wave): _percent(row["share_consulted"]) for wave, row in rows.items()}
    yield "Contents", "Agreed codes on consulted items", shares


def _agreement(agreement: pd.DataFrame) -> Iterator[_Shown]:
    for variable, part in agreement.groupby("variable", sort=False):
        rows = part.set_index("wave").to_dict("index")
        word = "every cell" if variable == _EVERY_CELL else spoken(str(variable))
        shares = {str(wave): _percent(row["agreement"]) for wave, row in rows.items()}
        yield "Agreement of the passes", f"Equal codes, {word}", shares
        if variable != _EVERY_CELL:
            alphas = {str(wave): number(row["alpha"]) for wave, row in rows.items()}
            yield "Agreement of the passes", f"Alpha, {word}", alphas


def _effects(effects: pd.DataFrame, labels: Labels) -> Iterator[_Shown]:
    for (model, term), part in effects.groupby(["model", "term"], sort=False):
        panel = f"{model}: {labels.term(str(term))}"
        for kept, word in ((_ALONE, "alone"), (_WITHOUT, "without")):
            rows = part[part["kept"] == kept].set_index("wave").to_dict("index")
            for what, show in _WAYS.items():
                yield panel, f"{what}, {word}", {str(wave): show(row) for wave, row in rows.items()}


def _percent(share: Any) -> str:
    return MISSING if pd.isna(share) else f"{percent(share)} %"


_WAYS: dict[str, Callable[[dict[str, Any]], str]] = {
    "Estimate": lambda row: number(row["estimate"]),
    "p": lambda row: p_value(row["p_value"]),
    "N": lambda row: integer(row["nobs"]),
}
