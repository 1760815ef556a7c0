"""Table: every effect by every method, one effect a row."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from replication.estimators.multiple_testing import adjusted
from replication.exhibits.effects import effects
from replication.exhibits.labels import Labels, estimator_label
from replication.exhibits.numbers import fitting_digits, integer, interval, is_missing, number
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Cell, Column, Row, Table
from replication.registry import estimators_in

READS = ("estimates",)
# The method whose estimate is shown.
MAIN = "firth"
# Head of each method's column, and what its p-value is.
TESTS = {name: (entry.head, entry.test) for name, entry in estimators_in("methods_table").items()}
# Adjustments of the main method's p-values: head of the column and the method's name.
ADJUSTMENTS = {"holm": ("Holm", "holm"), "benjamini_hochberg": ("B–H", "fdr_bh")}


def make(results: Results, name: str) -> Table:
    """Make the table from the estimates."""
    return methods_table(results["estimates"], Labels.of(results.codebook), name)


def methods_table(estimates: pd.DataFrame, labels: Labels, name: str) -> Table:
    """Set effects down by model; Firth's estimate with its interval, and p-values by method, across.

    Parameters
    ----------
    estimates : DataFrame
        Tidy estimates; of each model the effects that it is there for are shown.
    """
    wanted = effects(estimates)[["model", "term"]].drop_duplicates()
    chosen = estimates[estimates["estimator"].isin(TESTS)].merge(wanted, on=["model", "term"])
    methods = [estimator for estimator in TESTS if estimator in set(chosen["estimator"])]
    adjusted_p = _adjusted(chosen)
    return Table(
        name=name,
        title="Each effect by methods that fail differently",
        columns=(
            Column("term", "Effect"),
            Column("estimate", "Estimate", align="right"),
            Column("interval", "95 % interval", align="right"),
            *(
                Column(method, TESTS[method][0], kind="p_value", group="p-value")
                for method in methods
            ),
            *(
                Column(key, head, kind="p_value", group="Firth's p, adjusted")
                for key, (head, _) in (ADJUSTMENTS if MAIN in methods else {}).items()
            ),
        ),
        rows=tuple(
            _row(model, term, chosen, adjusted_p.get((model, term), {}), labels)
            for model, term in wanted.itertuples(index=False)
        ),
        notes=_notes(methods),
        data=chosen,
        empty="There is no effect to show: no model has been estimated.",
    )


def _notes(methods: Sequence[str]) -> tuple[str, ...]:
    if not methods:
        return ()
    explained = "; ".join(f"{TESTS[method][0]}: {TESTS[method][1]}" for method in methods)
    return (
        f"Estimate and interval: {estimator_label(MAIN)}, log-odds for one step of the scale.",
        f"p-values, two-sided. {explained}.",
        "Adjusted for all effects of this table: Holm, for the chance of any false rejection; "
        "Benjamini and Hochberg (B–H), for the share of false ones among rejections.",
    )


def _adjusted(estimates: pd.DataFrame) -> dict[tuple[str, str], dict[str, float]]:
    """Adjust the main method's p-values; by model and term."""
    main = estimates[estimates["estimator"] == MAIN]
    p_values = main["p_value"].to_numpy(float)
    columns = {key: adjusted(p_values, method) for key, (_, method) in ADJUSTMENTS.items()}
    pairs = zip(main["model"], main["term"], strict=True)
    return {
        pair: {key: values[row] for key, values in columns.items()}
        for row, pair in enumerate(pairs)
    }


def _row(
    model: str,
    term: str,
    estimates: pd.DataFrame,
    adjusted_p: dict[str, float],
    labels: Labels,
) -> Row:
    fits = estimates[(estimates["model"] == model) & (estimates["term"] == term)]
    by_method = fits.drop_duplicates("estimator").set_index("estimator").to_dict("index")
    main = by_method.get(MAIN, {})
    values = [main.get(key) for key in ("estimate", "conf_low", "conf_high")]
    digits = fitting_digits(*values)
    return Row(
        {
            "term": labels.term(term),
            "estimate": number(values[0], digits),
            "interval": interval(*values[1:], digits),
            **{method: _p_cell(fit) for method, fit in by_method.items()},
            **adjusted_p,
        },
        panel=f"{model} (N = {integer(fits['nobs'].max())})",
    )


def _p_cell(fit: dict[str, object]) -> Cell:
    return Cell(fit["p_value"], note="" if is_missing(fit["note"]) else str(fit["note"]))
