"""Table: what missing codes, declined cases and an unmeasured confounder could change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from replication.exhibits.labels import Labels
from replication.exhibits.numbers import is_missing, number
from replication.exhibits.results import Results
from replication.exhibits.text import counted
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow

READS = ("sensitivity", "missing_codes", "confounding_benchmarks")
# Comparison cases are there for one question only, which this table does not ask.
_LEFT_OUT = "all"


def make(results: Results, name: str) -> Table:
    """Give one panel an effect; its heading holds robustness values and E-values."""
    robustness, missing, benchmarks = (results[table] for table in READS)
    labels = results.labels
    rows = []
    for effect in robustness.itertuples():
        panel = _heading(effect, labels)
        mine = [
            part[(part["model"] == effect.model) & (part["term"] == effect.term)]
            for part in (missing, benchmarks)
        ]
        found = [*_missing_rows(mine[0], panel, labels), *_benchmark_rows(mine[1], panel, labels)]
        note = "" if is_missing(effect.note) else str(effect.note)
        rows += found or [TableRow({**_NO_NUMBERS, "what": _NOTHING}, panel=panel, note=note)]
    return Table(
        name=name,
        title="Missing codes, declined cases and unmeasured confounding",
        columns=(
            Column("what", "What is assumed"),
            Column("nobs", "N", kind="integer"),
            Column("estimate", "Estimate", kind="number"),
            Column("low", "Low", kind="number"),
            Column("high", "High", kind="number"),
            Column("significant", "Sig. +", kind="number"),
        ),
        rows=tuple(rows),
        notes=_NOTES,
        data=_values(robustness, missing, benchmarks),
        empty="There is no effect to examine.",
    )


_BLANK = Cell("", kind="text")
_NO_NUMBERS = dict.fromkeys(("nobs", "estimate", "low", "high", "significant"), _BLANK)
_NOTHING = "no code to fill in and no covariate to compare with"
_NOTES = (
    "Missing codes: Firth's logit, log-odds. Every way to fill in the missing codes of the model's terms is "
    "tried: median, lowest and highest estimate, and the share of ways with a positive estimate and "
    "p < 0.05. Only for models whose terms are all coded scales; a product has neither fillings nor "
    "covariates to compare with.",
    "Confounder as strong as: linear probability model, estimate and 95 % interval, if a covariate left "
    "out were as strongly tied to treatment and outcome as the one named, the one that would change most "
    "(Cinelli and Hazlett 2020).",
    "Headings. Partial R²: of the outcome's variance that covariates leave, what the treatment explains. "
    "Robustness value: share of both variances a confounder must explain to bring the estimate to zero, "
    "or (at 5 %) to take its significance. E-value: risk ratio with treatment and outcome that a confounder "
    "must have to explain the odds ratio of one step, or the nearer limit of its interval.",
)


def _heading(effect: Any, labels: Labels) -> str:
    values = [
        f"partial R² {number(effect.partial_r2)}",
        f"robustness value {number(effect.robustness_value)}",
        f"at 5 % {number(effect.robustness_value_alpha)}",
        f"E-value {number(effect.e_value)}",
        f"of the limit {number(effect.e_value_limit)}",
    ]
    return f"{effect.model}: {labels.term(effect.term)} ({', '.join(values)})"


def _missing_rows(rows: pd.DataFrame, panel: str, labels: Labels) -> Iterator[TableRow]:
    for row in rows[rows["sample"] != _LEFT_OUT].itertuples():
        filled = row.variant == "filled"
        ways = counted(int(row.n_fillings), "way")
        gaps = counted(int(row.n_missing), "missing code")
        how = f"{gaps} filled in {ways}" if filled else "complete cases"
        yield TableRow(
            {
                "what": f"{labels.sample(row.sample)}: {how}",
                "nobs": row.nobs,
                "estimate": row.estimate,
                "low": row.conf_low if filled else _BLANK,
                "high": row.conf_high if filled else _BLANK,
                "significant": row.share_significant if filled else _BLANK,
            },
            panel=panel,
            note="" if is_missing(row.note) else str(row.note),
        )


def _benchmark_rows(rows: pd.DataFrame, panel: str, labels: Labels) -> Iterator[TableRow]:
    """Show the covariate that a confounder of its strength would move the estimate furthest down."""
    once = rows[(rows["multiple"] == 1) & rows["estimate"].notna()]
    if once.empty:
        return
    row = once.loc[once["estimate"].abs().idxmin()]
    yield TableRow(
        {
            "what": f"a confounder as strong as {labels.term(row['benchmark'])} (linear)",
            "nobs": _BLANK,
            "estimate": row["estimate"],
            "low": row["conf_low"],
            "high": row["conf_high"],
            "significant": _BLANK,
        },
        panel=panel,
        note="" if is_missing(row["note"]) else str(row["note"]),
    )


def _values(
    robustness: pd.DataFrame, missing: pd.DataFrame, benchmarks: pd.DataFrame
) -> pd.DataFrame:
    named = {"robustness": robustness, "missing codes": missing, "confounder": benchmarks}
    tables = [frame.assign(part=part) for part, frame in named.items() if len(frame)]
    if not tables:
        return robustness
    whole = pd.concat(tables, ignore_index=True)
    order = ["part", "model", "term"]
    return whole[[*order, *whole.columns.difference(order, sort=False)]]
