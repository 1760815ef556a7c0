"""Table: every effect by every method, one effect a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isinf
from typing import Any

import pandas as pd

from replication.estimators.multiple_testing import adjusted
from replication.exhibits.effects import effects
from replication.exhibits.labels import Labels, estimator_label
from replication.exhibits.numbers import fitting_digits, integer, interval, is_missing, number
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow
from replication.precision import significant
from replication.registry import estimators_in

READS = ("estimates", "proportional_odds")
# The method whose estimate is shown, and the ones shown where a model is not fitted by it.
MAIN = "firth"
_MAIN_OF = {"A1": "panel", "A2": "panel", "A3": "panel", "H3": "ordered_logit"}
# What the models that are no row of models.yaml are.
_DEFINED = {
    "H3": "military opposition on the expected burden, by ordered logit",
    "A1": "position on asking an organisation first, State less military, with an effect of each case",
    "A2": "the same with the position on force held constant",
    "A3": "the same with actor by administration",
}
# Permutations of pairs within cases are another test than those of a treatment over cases.
PAIRED = "paired"
# Head of each method's column, and what its p-value is.
TESTS = {name: (entry.head, entry.test) for name, entry in estimators_in("methods_table").items()}
TESTS[PAIRED] = ("paired", "exact permutation of the signs of differences within cases")
# The convention of programs for exact logistic regression, LogXact the first of them.
_MEDIAN = (
    "Exact: where the conditional estimate is infinite, as it is when the observed sum is the greatest or least "
    "possible, a note gives the median unbiased one."
)
# Adjustments of the main method's p-values: head of the column and the method's name.
ADJUSTMENTS = {"holm": ("Holm", "holm"), "benjamini_hochberg": ("B–H", "fdr_bh")}


def make(results: Results, name: str) -> Table:
    """Set effects down by model; Firth's estimate with its interval, and p-values by method, across."""
    checks = results["proportional_odds"]
    estimates = results["estimates"]
    labels = results.labels
    chosen = _chosen(estimates)
    wanted = chosen[_KEYS].drop_duplicates()
    methods = [estimator for estimator in TESTS if estimator in set(chosen["estimator"])]
    adjusted_p = _adjusted(chosen)
    return Table(
        name=name,
        title="Each effect by methods that fail differently",
        columns=(
            Column("term", "Effect"),
            Column("estimate", "Estimate", align="right"),
            Column("interval", "95 % interval", align="right"),
            Column("nobs", "N", kind="integer"),
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
            _row(key, chosen, adjusted_p.get(key, {}), labels)
            for key in wanted.itertuples(index=False, name=None)
        ),
        notes=_notes(methods, dict.fromkeys(wanted["model"])) + _note_on_odds(methods, checks),
        data=chosen,
        empty="There is no effect to show: no model has been estimated.",
    )


_KEYS = ["model", "sample", "term"]


def _chosen(estimates: pd.DataFrame) -> pd.DataFrame:
    """Rows of the methods shown for every effect, each on its own sample; paired tests under their own name."""
    shown = estimates[estimates["estimator"].isin(TESTS)]
    of_pairs = (shown["model"] == "A1") & (shown["estimator"] == "permutation")
    shown = shown.assign(estimator=shown["estimator"].mask(of_pairs, PAIRED))
    mechanism = shown[(shown["model"] == "H3") & (shown["estimator"] == "ordered_logit")]
    asked = pd.concat([effects(estimates)[_KEYS], mechanism[_KEYS]]).drop_duplicates()
    found = asked.merge(shown, on=_KEYS, how="left")
    return found[shown.columns.tolist()].dropna(subset=["estimator"])


def _notes(methods: Sequence[str], models: Iterable[str]) -> tuple[str, ...]:
    if not methods:
        return ()
    explained = "; ".join(f"{TESTS[method][0]}: {TESTS[method][1]}" for method in methods)
    defined = "; ".join(f"{name}: {_DEFINED[name]}" for name in models if name in _DEFINED)
    return (
        f"Estimate and interval: {estimator_label(MAIN)}, log-odds for one step of the scale; of H3 log-odds, of A1 to "
        "A3 points of the scale. N: cases of the estimate, of A1 to A3 positions.",
        *([f"{defined}."] if defined else []),
        f"p-values, two-sided. {explained}.",
        *([_MEDIAN] if "exact" in methods else []),
        "Adjusted for all effects of this table: Holm, for the chance of any false rejection; "
        "Benjamini and Hochberg (B–H), for the share of false ones among rejections.",
    )


def _note_on_odds(methods: Sequence[str], checks: pd.DataFrame) -> tuple[str, ...]:
    """How often the assumption of the ordered logit is rejected: one slope for all cuts of the scale."""
    made = checks.dropna(subset=["p_value"])
    if "ordered_logit" not in methods or made.empty:
        return ()
    least = made.loc[made["p_value"].idxmin()]
    rejected = int(significant(made["p_value"]).sum())
    return (
        f"Ordered logit takes odds to be proportional. Of {integer(len(made))} score tests of this, one for each "
        f"ordered logit estimated, {integer(rejected)} {'rejects' if rejected == 1 else 'reject'} at 0.05; the "
        f"smallest p is {number(float(least['p_value']), 3)} ({least['model']}).",
    )


def _adjusted(estimates: pd.DataFrame) -> dict[tuple[str, ...], dict[str, float]]:
    """Adjust the main method's p-values; by model, sample and term."""
    main = estimates[estimates["estimator"] == MAIN]
    p_values = main["p_value"].to_numpy(float)
    columns = {key: adjusted(p_values, method) for key, (_, method) in ADJUSTMENTS.items()}
    effects_ = main[_KEYS].itertuples(index=False, name=None)
    return {
        effect: {key: values[row] for key, values in columns.items()}
        for row, effect in enumerate(effects_)
    }


def _row(
    key: tuple[str, str, str],
    estimates: pd.DataFrame,
    adjusted_p: dict[str, float],
    labels: Labels,
) -> TableRow:
    model, sample, term = key
    fits = estimates[(estimates[_KEYS] == list(key)).all(axis=1)]
    by_method = fits.drop_duplicates("estimator").set_index("estimator").to_dict("index")
    main = by_method.get(_MAIN_OF.get(model, MAIN), {})
    values = [main.get(name) for name in ("estimate", "conf_low", "conf_high")]
    digits = fitting_digits(*values)
    nobs = main.get("nobs")
    return TableRow(
        {
            "term": _term(model, term, labels),
            "estimate": number(values[0], digits),
            "interval": interval(values[1], values[2], digits),
            "nobs": nobs,
            **{method: _p_cell(fit, nobs) for method, fit in by_method.items()},
            **adjusted_p,
        },
        panel=f"{model}, {labels.sample(sample)}",
    )


def _term(model: str, term: str, labels: Labels) -> str:
    return (
        f"{labels.actor(term)} less military" if model in ("A1", "A2", "A3") else labels.term(term)
    )


def _p_cell(fit: dict[str, Any], nobs: Any) -> Cell:
    """P-value with what is to be said of it: another N than the estimate's, and a test that could not reject."""
    said = []
    if not is_missing(fit["nobs"]) and not is_missing(nobs) and int(fit["nobs"]) != int(nobs):
        said.append(f"N = {integer(fit['nobs'])}")
    smallest: Any = fit.get("smallest_p")
    if not is_missing(smallest) and not significant(float(smallest)):
        said.append(f"no p-value under {number(smallest, 3)} can be reached")
    if not is_missing(fit["estimate"]) and isinf(fit["estimate"]):
        middle = number(fit.get("estimate_mue"))
        said.append(f"estimate {number(fit['estimate'])}, median unbiased {middle}")
    if is_missing(fit["p_value"]) and not is_missing(fit["note"]):
        said.append(str(fit["note"]))
    return Cell(fit["p_value"], note="; ".join(said))
