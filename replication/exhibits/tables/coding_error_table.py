"""Table: what random errors in the codes would leave of each effect."""

from __future__ import annotations

from typing import Any

import pandas as pd

from replication.exhibits.labels import Labels, rate_words
from replication.exhibits.numbers import fitting_digits, integer, interval, number
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Column, Table, TableRow

READS = ("coding_error",)


def make(results: Results, name: str) -> Table:
    """Show one row an effect and error rate."""
    summaries = results["coding_error"]
    labels = results.labels
    draws = sorted({int(d) for d in summaries["draws"]}) if len(summaries) else []
    return Table(
        name=name,
        title="Effects under random coding error",
        columns=(
            Column("rates", "Error rates"),
            Column("same_sign", "Same sign", kind="number"),
            Column("significant", "Significant", kind="number"),
            Column("median", "Median", align="right", group="Estimates of the draws"),
            Column("range", "95 % of draws", align="right", group="Estimates of the draws"),
            Column("pooled", "Pooled 95 % interval", align="right"),
            Column("estimated", "Estimated", kind="number"),
        ),
        rows=tuple(_row(row, labels) for row in _ordered(summaries).itertuples()),
        notes=(
            f"{' or '.join(map(integer, draws))} draws for each row. In each, a code moves by one step "
            "with a chance of 0.05, 0.15 or 0.35 where the confidence in it is 3, 2 or 1 "
            "(planned), half or double these. Codes at the end of a scale can only move inwards, which "
            "by itself draws estimates towards zero. Same sign and significant (same sign and p < "
            "0.05): share of draws. Pooled interval: sampling and coding error together, by Rubin's "
            "rules. Estimated: share of draws with an estimate.",
        )
        if draws
        else (),
        data=summaries,
        empty="No model is made of coded scales alone.",
    )


def _ordered(summaries: pd.DataFrame) -> pd.DataFrame:
    """Rates of one effect below each other."""
    effects = [f"{row.model} {row.term}" for row in summaries.itertuples()]
    place = {effect: number for number, effect in enumerate(dict.fromkeys(effects))}
    return summaries.assign(place=[place[e] for e in effects]).sort_values("place", kind="stable")


def _row(row: Any, labels: Labels) -> TableRow:
    digits = fitting_digits(row.observed)
    panel = f"{row.model}: {labels.term(row.term)} (estimate {number(row.observed, digits)})"
    return TableRow(
        {
            "rates": rate_words(row.factor),
            "same_sign": row.share_same_sign,
            "significant": row.share_significant,
            "median": number(row.median, digits),
            "range": interval(row.low, row.high, digits),
            "pooled": interval(row.pooled_low, row.pooled_high, digits),
            "estimated": row.estimated,
        },
        panel=panel,
        note="" if row.estimated > 0 else "no draw could be estimated",
    )
