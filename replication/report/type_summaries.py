"""Ranges of the causal types and of the weights of evidence that the paper's prose needs."""

from __future__ import annotations

from replication.analyses.cases.weights import MEAN
from replication.analyses.types.learning import EVERY
from replication.analyses.types.plan import NONE
from replication.analyses.types.rivals import NO_CAUSE
from replication.exhibits.text import names_of_cases
from replication.ordered_sums import ordered_sum
from replication.precision import at_most
from replication.tables import Row, Rows

# The chance from which on the sign of an effect is usually called known.
_KNOWN, _EVEN = 0.95, 0.5
_TOLD = ("traced cases", "all cases", "all cases and clues")


def type_summaries(types: Rows, cases: Rows, variants: Rows, learning: Rows) -> dict[str, Row]:
    """For each cause: the traced cases, how often the sign of the effect is known, what is expected to be learnt."""
    return {
        cause: _of_cause(
            *([row for row in rows if row["cause"] == cause] for rows in (types, cases, variants, learning))
        )
        for cause in dict.fromkeys(row["cause"] for row in types)
    }  # fmt: skip


def _of_cause(types: Rows, cases: Rows, variants: Rows, learning: Rows) -> Row:
    first = types[0]["prior"]
    traced = [row for row in cases if row["marked"] == "1" and row["probability"]]
    others = [row for row in cases if row["marked"] != "1" and row["probability"]]
    told = {
        f"{name}_{prior}": _value(types, prior, evidence, "mean_traced")
        for prior in dict.fromkeys(row["prior"] for row in types)
        for name, evidence in (("bare", _TOLD[1]), ("read", _TOLD[2]))
    }
    open_cases = [
        row for row in learning if row["clue"] == EVERY and float(row["expected_case"]) > 0
    ]
    return {
        "prior": first, "n_traced": str(len(traced)), "n_open": str(len(open_cases)), **told,
        **_ends("traced", [float(row["probability"]) for row in traced]),
        **_ends("all_read", [float(row["all_read"]) for row in traced]),
        "mean_all_read": _mean([float(row["all_read"]) for row in traced]),
        "mean_others": _mean([float(row["probability"]) for row in others]),
        "mean_others_read": _mean([float(row["all_read"]) for row in others]),
        **_ends("estimate", [float(row["estimate"]) for row in variants]),
        "n_variants": str(len(variants)),
        "n_known": str(sum(_is_known(row) for row in _free(variants))),
        "n_free": str(len(_free(variants))),
        "n_known_bare": str(sum(_is_known(row) for row in _bare(variants))), "n_bare": str(len(_bare(variants))),
        "expected_change": open_cases[0]["expected_change"] if open_cases else "",
        "expected_case": open_cases[0]["expected_case"] if open_cases else "",
        "note": "" if traced else "no case of the original study has the cause and the outcome",
    }  # fmt: skip


def _free(variants: Rows) -> Rows:
    """Variants in which the effect may be below zero."""
    return [row for row in variants if row["monotonic"] == "0"]


def _bare(variants: Rows) -> Rows:
    """Variants of these in which no clue is read."""
    return [row for row in _free(variants) if row["clues"] == NONE]


def _is_known(row: Row) -> bool:
    return at_most(_KNOWN, float(row["probability"]))


def _value(types: Rows, prior: str, evidence: str, column: str) -> str:
    return next(
        (row[column] for row in types if (row["prior"], row["evidence"]) == (prior, evidence)), ""
    )


def rival_summaries(rivals: Rows) -> dict[str, Row]:
    """For each traced cause: the rival that does best against it, and how it does over all priors."""
    over = [
        name.removeprefix("over_")
        for name in (rivals[0] if rivals else ())
        if name.startswith("over_")
    ]
    found = {}
    for cause in over:
        others = [row for row in rivals if row["cause"] not in (*over, NO_CAUSE)]
        best = max(others, key=lambda row: float(row[f"over_{cause}"]), default=None)
        if best is None:
            continue
        factors = [float(row[f"over_{cause}"]) for row in others if row["cause"] == best["cause"]]
        none = [float(row["bayes_factor"]) for row in rivals if row["cause"] == cause]
        found[cause] = {
            "rival": best["label"], **_ends("factor", factors), **_ends("over_none", none),
            "nobs": best["nobs"], "n_ahead": str(sum(factor > 1 for factor in factors)),
            "n_priors": str(len(factors)), "note": "",
        }  # fmt: skip
    return found


def weight_summaries(sums: Rows) -> dict[str, Row]:
    """For each rival explanation: the sums of the traced cases, from the lowest to the highest, mean of the passes."""
    found = {}
    for rival in dict.fromkeys(row["rival"] for row in sums):
        own = [row for row in sums if row["rival"] == rival]
        passes = {row["coding"] for row in own}
        own = [
            row for row in own if row["coding"] == (MEAN if MEAN in passes else own[0]["coding"])
        ]
        names = names_of_cases(own)
        lowest = min(own, key=lambda row: float(row["decibels"]))
        highest = max(own, key=lambda row: float(row["decibels"]))
        alone = min(own, key=lambda row: float(row["decibels_independent"]))
        found[rival] = {
            "label": own[0]["rival_label"], "n_cases": str(len(own)),
            "lowest": lowest["decibels"], "lowest_case": names[lowest["case_id"]],
            "highest": highest["decibels"], "highest_case": names[highest["case_id"]],
            "lowest_independent": alone["decibels_independent"], "lowest_independent_case": names[alone["case_id"]],
            "lowest_against_odds": lowest["probability_1_to_9"], "highest_against_odds": highest["probability_1_to_9"],
            "n_even": str(sum(at_most(_EVEN, float(row["probability_1_to_9"])) for row in own)), "note": "",
        }  # fmt: skip
    return found


def _ends(name: str, values: list[float]) -> Row:
    low, high = (min(values), max(values)) if values else ("", "")
    return {f"{name}_low": str(low), f"{name}_high": str(high)}


def _mean(values: list[float]) -> str:
    return str(ordered_sum(values) / len(values)) if values else ""
