"""Table: cases and numbers in one inference, by cause and by what the posterior rests on."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from replication.exhibits.numbers import interval, is_missing, number
from replication.exhibits.results import Results
from replication.exhibits.text import capital
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow

READS = ("causal_types", "causal_type_rivals")
# Priors whose effects stand beside the first one's.
_FIRST = 0


def make(results: Results, name: str) -> Table:
    """Set what the posterior rests on down, and shares, effects and the traced cases across."""
    types, rivals = (results[table] for table in READS)
    labels = dict(zip(rivals["cause"], rivals["label"], strict=True)) if len(rivals) else {}
    priors = list(dict.fromkeys(types["prior"]))
    return Table(
        name=name,
        title="Cases and numbers in one inference",
        columns=(
            Column("rests_on", "Rests on"),
            Column("nobs", "N", kind="integer"),
            Column("share", "Share brought about", align="right"),
            Column("effect", "Average effect", align="right"),
            Column("probability", "P(effect > 0)", kind="number"),
            *(
                Column(f"effect_{prior}", capital(prior), align="right", group="Effect, other priors")
                for prior in priors[1:]
            ),
            Column("mean_traced", "Traced cases", kind="number"),
        ),
        rows=tuple(_rows(types, labels, priors)),
        notes=(
            "Posterior means with central 95 % intervals, first under the headline's prior: cases may be "
            "adverse, and the cause may depend on the type (confounding). Share brought about: cases that have "
            "the outcome if and only if they have the cause. Average effect: that share less the share of cases "
            "in which the cause prevents the outcome. By strata of the other cause: the other cause may confound, so "
            "that shares of types and assignment are estimated apart in cases without and with it, and the effects "
            f"averaged over the cases, without the clue that is its own code; {_left_out(types)}. Traced cases: mean "
            "probability that the cause brought the outcome about in a case of the original study with both.",
            "Summed exactly; drawn only where learnt clues show too many patterns. Causes, clues, their probabilities "
            "and the priors are assumptions, listed in data/raw/specifications/causal_types.yaml. A clue counts given "
            "the type, whatever other clues were found.",
        ),
        data=types,
        empty="No cause is to be estimated.",
    )  # fmt: skip


def _rows(types: pd.DataFrame, labels: dict[str, str], priors: list[str]) -> Iterator[TableRow]:
    for (cause, evidence), part in types.groupby(["cause", "evidence"], sort=False):
        by_prior = part.set_index("prior")
        head = by_prior.loc[priors[_FIRST]]
        yield TableRow(
            {
                "rests_on": capital(evidence),
                "nobs": int(head["nobs"]),
                "share": _pair(head["share_beneficial"], head["conf_low_beneficial"], head["conf_high_beneficial"]),
                "effect": _effect(head),
                "probability": head["probability"],
                **{f"effect_{prior}": _effect(by_prior.loc[prior]) for prior in priors[1:]},
                "mean_traced": Cell("", kind="text") if is_missing(head["mean_traced"]) else head["mean_traced"],
            },
            panel=capital(labels.get(cause, cause)),
        )  # fmt: skip


def _left_out(types: pd.DataFrame) -> str:
    counts = types["n_left_out"].astype(int)
    most = counts.max() if len(counts) else 0
    return f"cases in which it is not known are left out ({most} at most)"


def _effect(row: pd.Series) -> Cell:
    return _pair(row["estimate"], row["conf_low"], row["conf_high"])


def _pair(value: float, low: float, high: float) -> Cell:
    return Cell((number(value), interval(low, high)), kind="text")
