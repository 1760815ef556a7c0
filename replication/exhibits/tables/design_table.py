"""Table: what a study of this size can find, and how many cases it would take."""

from __future__ import annotations

from typing import Any

import pandas as pd

from replication.exhibits.labels import Labels
from replication.exhibits.numbers import integer, is_missing
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow
from replication.precision import fixed

READS = ("design_analysis", "needed_cases")
_EFFECTS = {"estimated": "full", "half": "half"}


def make(results: Results, name: str) -> Table:
    """Set effects down; power, exaggeration, wrong signs at the present N and cases needed across."""
    analysis = results["design_analysis"]
    needed = results["needed_cases"]
    labels = results.labels
    rows = [
        _row(
            model, term, part, needed[(needed["model"] == model) & (needed["term"] == term)], labels
        )
        for (model, term), part in analysis.groupby(["model", "term"], sort=False)
    ]
    return Table(
        name=name,
        title="Design analysis: what this many cases can find",
        columns=(
            Column("effect", "Effect"),
            Column("nobs", "N", kind="integer"),
            Column("true", "Log-odds", kind="number"),
            *_pair("power", "Power"),
            Column("size", "none", kind="number", group="Power"),
            *_pair("exaggeration", "Exaggeration"),
            *_pair("wrong_sign", "Wrong sign"),
            *_pair("new", "New cases for 80 %"),
        ),
        rows=tuple(rows),
        notes=_notes(analysis) if rows else (),
        data=analysis.merge(needed, how="left", on=["model", "term", "effect"]),
        empty="No effect could be estimated, so that no study of it can be simulated.",
    )


def _pair(key: str, group: str) -> list[Column]:
    return [
        Column(f"{key}_{effect}", head, kind="number", group=group)
        for effect, head in _EFFECTS.items()
    ]


def _notes(analysis: pd.DataFrame) -> tuple[str, ...]:
    draws = integer(analysis["draws"].max())
    error = analysis["power_error"].max()
    return (
        f"{draws} simulated studies for each effect and N, by Firth's test at 5 %; full: the effect is "
        "what was estimated here, half: half of that, none: there is no effect, and the share of "
        f"significant studies is the size of the test. Monte Carlo error of power at most {fixed(error, 3)}. "
        "Covariates are drawn with replacement from the cases at hand.",
        "Exaggeration: mean of the absolute estimate over the true effect, and wrong sign: share with "
        "the other sign, both among significant studies (Gelman and Carlin 2014). An estimate from a "
        "study with low power is itself likely to be too large; so then is the power that it gives.",
    )


def _row(
    model: str, term: str, part: pd.DataFrame, needed: pd.DataFrame, labels: Labels
) -> TableRow:
    nobs = int(part["nobs"].min())
    present = part[part["nobs"] == nobs].set_index("effect").to_dict("index")
    cells: dict[str, Any] = {
        "effect": f"{model}: {labels.term(term)}",
        "nobs": nobs,
        "true": present["estimated"]["true_effect"],
        "size": present["none"]["power"],
    }
    for effect in _EFFECTS:
        cells |= {
            f"{key}_{effect}": present[effect][key]
            for key in ("power", "exaggeration", "wrong_sign")
        }
    cells |= {f"new_{row.effect}": _new(row, nobs) for row in needed.itertuples()}
    return TableRow(cells)


def _new(row: Any, nobs: int) -> Cell:
    if is_missing(row.needed):
        return Cell(f"> {integer(row.largest_simulated - nobs)}", kind="text")
    return Cell(row.new, kind="integer")
