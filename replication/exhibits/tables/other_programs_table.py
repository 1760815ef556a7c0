"""Table: what other programs make of the same data, figure by figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from replication.exhibits.labels import estimator_label
from replication.exhibits.numbers import integer
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Column, Table, TableRow

READS = ("peers",)
# Verdicts as the comparison of the analyses writes them.
_AGREES, _WITHIN, _KNOWN = "agrees", "agrees within its error", "differs, known"
_WORDS = {
    "agreement": "Agreement of two passes",
    "curve": "Specification curve",
    "qca": "Minimal formulas (QCA)",
    "sensitivity": "Sensitivity to confounding",
}


def make(results: Results, name: str) -> Table:
    """Count a program's figures by verdict, a row for each method, with the reasons as notes."""
    comparison = results["peers"]
    counts = comparison["verdict"].value_counts()
    agreed = integer(int(counts.get(_AGREES, 0) + counts.get(_WITHIN, 0)))
    programs = integer(comparison["program"].nunique())
    return Table(
        name=name,
        title="This figure in other software",
        columns=(
            Column("estimator", "Figure"),
            Column("figures", "Figures", kind="integer"),
            Column("agree", "Agree", kind="integer"),
            Column("digits", "Digits", kind="integer"),
            Column("known", "Differ, why is known", kind="integer"),
            Column("other", "Differ", kind="integer"),
        ),
        rows=tuple(_rows(comparison)),
        notes=(
            f"{programs} programs, {integer(len(comparison))} figures; {agreed} agree. Digits: the fewest significant "
            "ones in which those that agree are the same, at most eight; four are enough, and blank stands for figures "
            "drawn or printed with few digits. Every figure: output/peers.csv.",
        ),
        data=comparison,
        empty="No other program has been run.",
    )


def _rows(comparison: pd.DataFrame) -> Iterator[TableRow]:
    # A program's methods stand together, in the order in which programs were run.
    named = comparison.assign(named=comparison["program"] + " " + comparison["version"].astype(str))
    order = {name: place for place, name in enumerate(dict.fromkeys(named["named"]))}
    ordered = named.sort_values("named", key=lambda names: names.map(order), kind="stable")
    for (program, estimator), part in ordered.groupby(["named", "estimator"], sort=False):
        verdicts = part["verdict"]
        agree = verdicts.isin([_AGREES, _WITHIN])
        exact = part.loc[verdicts == _AGREES, "digits"]
        known = verdicts == _KNOWN
        yield TableRow(
            {
                "estimator": _WORDS.get(str(estimator), estimator_label(str(estimator))),
                "figures": len(part),
                "agree": int(agree.sum()),
                "digits": int(exact.min()) if len(exact) else None,
                "known": int(known.sum()),
                "other": int((~agree & ~known).sum()),
            },
            panel=str(program),
            note="; ".join(_reasons(part.loc[known, "reason"])),
        )


def _reasons(given: Iterable[str]) -> list[str]:
    """Give each reason once, without those that only follow from another one of the row."""
    once = list(dict.fromkeys(given))
    return [reason for reason in once if not reason.startswith("follows ")] or once
