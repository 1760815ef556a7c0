"""Table: the multiverse as a whole, by choice, and what could not be estimated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from replication.exhibits.labels import Labels, spoken
from replication.exhibits.multiverse_words import CHOICES, same_figures, value_words
from replication.exhibits.numbers import integer, interval, number
from replication.exhibits.results import Results
from replication.exhibits.text import capital, listed
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow
from replication.exhibits.typesetting.table_parts import Kind

READS = (
    "multiverse_by_choice",
    "multiverse_joint_test",
    "multiverse_choice_shares",
    "multiverse_reasons",
    "multiverse_estimates",
    "multiverse_codings",
)
# Columns of each treatment, and the statistic of the joint test that stands in them.
_NUMBERS = {
    "n": ("N", "n_specifications", ""),
    "median": ("Median z", "median_statistic", "median"),
    "positive": ("z > 0", "share_positive", "dominant_share"),
    "significant": ("sig. +", "share_significant", "significant_share"),
    "opposite": ("sig. −", "share_opposite", ""),
}
_BLANK = Cell("", kind="text")


def make(results: Results, name: str) -> Table:
    """Set choices down and treatments across; the joint test stands under the whole curve."""
    by_choice, joint_test, shares, reasons, estimates, codings = (results[table] for table in READS)
    labels = results.labels
    treatments = list(dict.fromkeys(reasons["treatment"]))
    return Table(
        name=name,
        title="The multiverse of specifications",
        columns=(
            Column("what", "Specifications"),
            *(
                Column(
                    f"{treatment}_{key}",
                    head,
                    "integer" if key == "n" else "number",
                    group=spoken(treatment),
                )
                for treatment in treatments
                for key, (head, _, _) in _NUMBERS.items()
            ),
        ),
        rows=(
            *_whole_curve(by_choice, joint_test, treatments),
            *_choices(by_choice, shares, treatments, labels),
            *_reasons(reasons, treatments),
        ),
        notes=_notes(by_choice, joint_test, estimates, codings, labels) if len(by_choice) else (),
        empty="The plan has no specification.",
    )


def _whole_curve(
    by_choice: pd.DataFrame, joint_test: pd.DataFrame, treatments: Sequence[str]
) -> Iterator[TableRow]:
    panel = "Whole curve, and the joint permutation test of it"
    whole = by_choice[by_choice["choice"] == "all"].set_index("treatment")
    yield TableRow({"what": "as estimated", **_values(whole, treatments)}, panel=panel)
    tests = joint_test.set_index(["treatment", "statistic"]).to_dict("index")
    shown: tuple[tuple[str, str, Kind], ...] = (
        ("permutations, median", "null_median", "number"),
        ("permutations, 95th percentile", "null_95", "number"),
        ("p of the joint test", "p_value", "p_value"),
    )
    for words, quantity, kind in shown:
        cells: dict[str, Any] = {"what": words}
        for treatment in treatments:
            for key, (_, _, statistic) in _NUMBERS.items():
                test = tests.get((treatment, statistic))
                dominant = statistic == "dominant_share" and test is not None
                note = _DOMINANT.format(number(test["observed"])) if dominant else ""
                cell = Cell(test[quantity], kind, note) if test is not None else _BLANK
                cells[f"{treatment}_{key}"] = cell
        yield TableRow(cells, panel=panel)


_DOMINANT = "Of the share with the dominant sign, whichever that is; on the data it is {}."


def _choices(
    by_choice: pd.DataFrame, shares: pd.DataFrame, treatments: Sequence[str], labels: Labels
) -> Iterator[TableRow]:
    accounted = shares.set_index(["choice", "treatment"])["share"]
    for choice, title in CHOICES.items():
        part = by_choice[by_choice["choice"] == choice]
        found = [accounted.get((choice, treatment)) for treatment in treatments]
        variance = listed([number(share) for share in found])
        for value in dict.fromkeys(part["value"]):
            rows = part[part["value"] == value].set_index("treatment")
            yield TableRow(
                {
                    "what": value_words(choice, str(value), labels),
                    **_values(rows, treatments),
                },
                panel=f"{title} (share of variance {variance})",
            )


def _values(rows: pd.DataFrame, treatments: Sequence[str]) -> dict[str, Any]:
    return {
        f"{treatment}_{key}": rows.loc[treatment, column]
        for treatment in treatments
        if treatment in rows.index
        for key, (_, column, _) in _NUMBERS.items()
    }


def _reasons(reasons: pd.DataFrame, treatments: Sequence[str]) -> Iterator[TableRow]:
    counts = reasons.set_index(["reason", "treatment"])["n_specifications"]
    total = reasons.groupby("reason", sort=False)["n_specifications"].sum()
    words = list(
        total.drop("estimated", errors="ignore").sort_values(ascending=False, kind="stable").index
    )
    for reason in ["estimated", *words, "all combinations"]:
        cells: dict[str, Any] = {"what": reason}
        for treatment in treatments:
            whole = reasons.loc[reasons["treatment"] == treatment, "n_specifications"].sum()
            known = whole if reason == "all combinations" else counts.get((reason, treatment), 0)
            cells |= {f"{treatment}_{key}": _BLANK for key in _NUMBERS}
            cells[f"{treatment}_n"] = int(known)
        yield TableRow(cells, panel="Estimated or not, by reason")


def _notes(
    by_choice: pd.DataFrame,
    joint_test: pd.DataFrame,
    estimates: pd.DataFrame,
    codings: pd.DataFrame,
    labels: Labels,
) -> tuple[str, ...]:
    draws = integer(joint_test["draws"].max())
    return (
        "z: signed root of the likelihood-ratio statistic, or the normal deviate of a linear "
        "model's t: the same scale for all estimators. sig. + and sig. −: share with p < 0.05 and a "
        "positive or negative effect. A control's row holds all specifications that have it.",
        f"Joint test (Simonsohn, Simmons and Nelson 2020): {draws} permutations of the outcome within "
        "samples, each the same for all specifications; p counts permutations that reach the data. "
        "Share of variance: of z, by one choice alone (eta squared).",
        *_spread(estimates, labels),
        *(
            f"{capital(listed([value_words(choice, v, labels) for v in values]))} give the same "
            "figures: in these data they admit the same codes."
            for choice, values in same_figures(by_choice)
        ),
        *_left_out(codings, labels),
    )


def _left_out(codings: pd.DataFrame, labels: Labels) -> Iterator[str]:
    """Say of each reading how many cases it has not read, which its specifications lack."""
    for coding, part in codings[codings["n_left_out"] > 0].groupby("coding", sort=False):
        found = [
            f"{row.n_left_out} of {row.n_left_out + row.n_cases} ({labels.sample(row.sample)})"
            for row in part.itertuples()
        ]
        word = capital(value_words("coding", str(coding), labels))
        yield f"{word}: cases not read, and left out of its specifications: {'; '.join(found)}."


def _spread(estimates: pd.DataFrame, labels: Labels) -> Iterator[str]:
    for treatment, part in estimates.groupby("treatment", sort=False):
        found = [
            f"{value_words('estimator', row.estimator, labels)} {number(row.median)} "
            f"{interval(row.quartile_1, row.quartile_3)}"
            for row in part.itertuples()
        ]
        yield f"Median and quartiles of the estimates, {spoken(treatment)}: {'; '.join(found)}."
