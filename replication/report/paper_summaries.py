"""Counts and ranges that the paper's prose needs and no result holds as a row: simple, and made here alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from replication.analyses.number_words import spelled
from replication.estimators.multiple_testing import adjusted
from replication.exhibits.effects import effects
from replication.exhibits.labels import estimator_label, spoken
from replication.exhibits.tables.overturning_table import cell_words
from replication.exhibits.text import listed, names_of_cases, short_names
from replication.ordered_sums import ordered_sum
from replication.precision import ALPHA, significant
from replication.report.type_summaries import (
    rival_summaries,
    type_summaries,
    weight_summaries,
)
from replication.report.wave_summaries import wave_summaries
from replication.tables import Row, Rows, rows_by

# Monte Carlo standard errors from which on a rate is called off.
_BEYOND, _TINY = 2, 1e-12
_NO_VARIABLES = "none"
_CHOICES = {
    "form": "form of the treatment", "outcome": "cut of the outcome", "coding": "coder",
    "evidence": "standard of evidence",
}  # fmt: skip
_DOZEN = 12
_SIGN = "sign reversed"
_OVERTURNS = ("turns", "size", "exact", "cells")
_MOST_NEEDED = 200
_RANGE = (
    "lowest", "lowest_p", "lowest_unit", "highest", "highest_p", "highest_unit", "n_below", "n_positive",
)  # fmt: skip
# The ways in which each headline effect is estimated, see the analysis plan.
_WAYS = (
    "firth", "exact", "lpm_hc3", "lpm_cr2", "wild_bootstrap", "permutation", "permutation_blocked",
)  # fmt: skip


def case_counts(cases: Rows) -> dict[str, Row]:
    """Cases of each sample and of all: how many, how many sought, years, names of the original ones."""
    samples = {"all": cases, **rows_by(cases, _joined("sample"))}
    return {sample: _counted(rows) for sample, rows in samples.items()}


def evidence_counts(evidence: Rows) -> dict[str, Row]:
    """Items of evidence: all, and those with each mark."""
    marks = ("consulted", "absence", "theory_author", "after_decision")
    counts = {"all": len(evidence)} | {
        mark: sum(item[mark] == "1" for item in evidence) for mark in marks
    }
    return {name: {"n": str(count), "note": ""} for name, count in counts.items()}


def source_counts(sources: Rows) -> dict[str, Row]:
    """Count the sources listed in all cases together, and those consulted."""
    consulted = sum(source["consulted"] == "1" for source in sources)
    return {"all": {"n": str(len(sources)), "n_consulted": str(consulted), "note": ""}}


def dispute_counts(disputes: Rows) -> dict[str, Row]:
    """Cells on which the passes differ, by kind."""
    kinds = Counter(row["kind"] for row in disputes)
    names = ("different codes", "one found no evidence")
    counts = {"all": len(disputes), **{name: kinds[name] for name in names}}
    return {name: {"n": str(count), "note": ""} for name, count in counts.items()}


def position_counts(cases: Rows, actors: Rows) -> dict[str, Row]:
    """For each sample, actor and variable: how many positions are known, of how many cases."""
    sample_of = {case["case_id"]: case["sample"] for case in cases}
    found: dict[str, Row] = {}
    groups: dict[tuple[str, str, str], list[str]] = {}
    for row in actors:
        for variable in ("io", "force"):
            for sample in ("all", sample_of[row["case_id"]]):
                groups.setdefault((sample, row["actor"], variable), []).append(row[variable])
    for group, codes in groups.items():
        known = [float(code) for code in codes if code]
        mean = ordered_sum(known) / len(known) if known else math.nan
        found[".".join(group)] = {
            "n": str(len(known)), "n_cases": str(len(codes)),
            "share": _text(len(known) / len(codes)), "mean": _text(mean),
            "note": "" if known else "no position is known",
        }  # fmt: skip
    return found


def agreement_of_methods(estimates: Rows) -> dict[str, Row]:
    """For each model, sample and term: how many ways gave a p-value, and how many below 5 %."""
    ways = [row for row in estimates if row["estimator"] in _WAYS and row["term"] != "const"]
    return {
        name: {
            "n": str(sum(row["p_value"] != "" for row in rows)),
            "n_below": str(sum(significant(_number(row["p_value"])) for row in rows)),
            "note": "",
        }
        for name, rows in rows_by(ways, _joined("model", "sample", "term")).items()
    }


def adjusted_counts(estimates: Rows) -> dict[str, Row]:
    """Count the effects of the table of methods whose Firth p-value is below 5 %, as it is and adjusted."""
    frame = pd.DataFrame(estimates, columns=["model", "term", "estimator", "p_value"])
    wanted = effects(frame)[["model", "term"]].drop_duplicates()
    chosen = frame[frame["estimator"] == "firth"].merge(wanted, on=["model", "term"])
    p_values = pd.to_numeric(chosen["p_value"]).to_numpy(float)
    sets = {
        "as it is": p_values, "holm": adjusted(p_values, "holm"),
        "benjamini_hochberg": adjusted(p_values, "fdr_bh"),
    }  # fmt: skip
    return {
        name: {"n": str(len(values)), "n_below": str(int(significant(values).sum())), "note": ""}
        for name, values in sets.items()
    }


def forecast_gains(scores: Rows) -> dict[str, Row]:
    """For each model, sample and cases used: its log score less that without variables, also in standard errors."""
    score_of: dict[tuple[str, ...], Row] = {
        (row["model"], row["sample"], row["cases_used"]): row for row in scores
    }
    found = {}
    for (model, *rest), row in score_of.items():
        base = score_of.get((_NO_VARIABLES, *rest), {}).get("log_score", "")
        gain = _number(row["log_score"]) - _number(base)
        error = _number(row["log_score_error"])
        found[".".join((model, *rest))] = {
            "gain": _text(gain),
            "gain_in_errors": _text(gain / error if error else math.nan),
            "note": row["note"] or ("" if base else "there is no score without variables"),
        }
    return found


def designs_at_hand(analysis: Rows) -> dict[str, Row]:
    """Take the rows of the design analysis at the number of cases at hand: the first of each effect."""
    found: dict[str, Row] = {}
    for row in analysis:
        key = f"{row['model']}.{row['term']}.{row['effect']}"
        found.setdefault(key, {**row, "note": "too few simulated studies were significant"})
    return found


def sizes_of_tests(coverage: Rows) -> dict[str, Row]:
    """For each model, term and spread: the methods that reject a true null too often, and too seldom.

    Too often and too seldom mean by more than two Monte Carlo standard errors.
    """
    true_nulls = [
        row
        for row in coverage
        if row["effect"] == "none" and row["rejected"] and row["estimator"] in _WAYS
    ]
    groups = rows_by(true_nulls, _joined("model", "term", "administration_sd"))
    return {key: _size(rows) for key, rows in groups.items()}


def weightiest_choices(shares: Rows) -> dict[str, Row]:
    """For each treatment, the choice of the multiverse that accounts for most of its variance by itself."""
    found: dict[str, Row] = {}
    for row in shares:
        first = found.setdefault(row["treatment"], {"choice": "", "share": "", "note": "no curve"})
        if row["share"] and float(row["share"]) > _number(first["share"] or "-1"):
            words = _CHOICES.get(row["choice"], row["choice"])
            first |= {"choice": words, "share": row["share"], "note": ""}
    return found


def payoff_sizes(estimates: Rows) -> dict[str, Row]:
    """Cases of the rank test of the pay-off by sample: with endorsement, without, and how many without it needs.

    Without ties the smallest two-sided p-value of n against m cases is two over the ways to choose m of n + m.
    """
    found = {}
    for row in estimates:
        if (row["model"], row["estimator"]) != ("H5", "rank_test") or not row["n_events"]:
            continue
        endorsed = int(row["n_events"])
        enough = (m for m in range(1, _MOST_NEEDED) if significant(2 / math.comb(endorsed + m, m)))
        needed = next(enough, None)
        found[row["sample"]] = {
            "n_endorsed": str(endorsed), "n_other": str(int(row["nobs"]) - endorsed),
            "needed": "" if needed is None else str(needed),
            "note": "" if needed is not None else "no number of other cases is enough",
        }  # fmt: skip
    return found


def overturned(overturning: Rows, cases: Rows) -> dict[str, Row]:
    """For each model and term: the smallest change that overturns significance, and that turns the sign."""
    names = names_of_cases(cases)
    found: dict[str, Row] = {}
    for row in overturning:
        key = f"{row['model']}.{row['term']}"
        said = found.setdefault(
            key, dict.fromkeys((*_OVERTURNS, "told", "sign_size", "sign_exact"), "")
        )
        if row["turns"] == _SIGN:
            said |= {"sign_size": row["size"], "sign_exact": row["exact"]}
        else:
            said |= {name: row[name] for name in _OVERTURNS}
            said["told"] = listed(
                [cell_words(cell, names) for cell in row["cells"].split("; ") if cell]
            )
        said["note"] = row["note"]
    return found


def influence_ranges(influence: Rows, cases: Rows) -> dict[str, Row]:
    """For each model, term and unit left out: lowest and highest estimate, and how many change the verdict."""
    names = names_of_cases(cases)
    groups = rows_by(influence, _joined("model", "term", "unit"))
    return {key: _range(rows, names) for key, rows in groups.items()}


def set_solutions(solutions: Rows, cases: Rows) -> dict[str, Row]:
    """For each kind of sets, outcome and solution: the first model as a formula, and how many there are."""
    names = names_of_cases(cases)
    groups = rows_by(solutions, _joined("sets", "outcome", "solution"))
    return {key: _solution(rows, names) for key, rows in groups.items()}


# By name in a key; `paper_keys.SUMMARY_READS` says which tables' rows each one takes.
SUMMARIES: Mapping[str, Callable[..., dict[str, Row]]] = {
    "count": case_counts,
    "evidence_count": evidence_counts,
    "source_count": source_counts,
    "dispute_count": dispute_counts,
    "positions": position_counts,
    "methods": agreement_of_methods,
    "adjusted": adjusted_counts,
    "forecast": forecast_gains,
    "design_now": designs_at_hand,
    "size": sizes_of_tests,
    "weightiest": weightiest_choices,
    "payoff": payoff_sizes,
    "overturn": overturned,
    "influence_range": influence_ranges,
    "set_solution": set_solutions,
    "types": type_summaries,
    "type_rival": rival_summaries,
    "weighed": weight_summaries,
    "waves": wave_summaries,
}


def _joined(*columns: str) -> Callable[[Row], str]:
    return lambda row: ".".join(row[column] for column in columns)


def _counted(rows: Rows) -> Row:
    years = [row["year"] for row in rows if row["year"]]
    original = [row for row in rows if row["recchia_case"] == "1"]
    return {
        "n": str(len(rows)),
        "rough": _roughly(len(rows)),
        "n_sought": str(sum(row["sought"] == "1" for row in rows)),
        "n_families": str(len({row["crisis_family"] for row in rows})),
        "n_administrations": str(len({row["administration"] for row in rows})),
        "n_original": str(len(original)),
        "n_original_sought": str(sum(row["sought"] == "1" for row in original)),
        "original": listed(short_names([row["case_title"] for row in original])),
        "n_share_known": str(sum(row["followon_us_share"] != "" for row in rows)),
        "first_year": min(years, default=""),
        "last_year": max(years, default=""),
        "note": "" if rows else "there is no such case",
    }


def _roughly(count: int) -> str:
    """Say a number of cases in dozens, as prose does."""
    dozens = round(count / _DOZEN)
    if dozens < 1:
        return spelled(count)
    return "about a dozen" if dozens == 1 else f"about {spelled(dozens)} dozen"


def _size(rows: Rows) -> Row:
    beyond = {
        row["estimator"]: (float(row["rejected"]) - ALPHA)
        / max(float(row["rejected_error"]), _TINY)
        for row in rows
    }
    above = [_in_prose(name) for name, errors in beyond.items() if errors > _BEYOND]
    below = [_in_prose(name) for name, errors in beyond.items() if errors < -_BEYOND]
    return {
        "n": str(len(rows)), "n_above": str(len(above)), "n_below": str(len(below)),
        "above": listed(above) or "none", "below": listed(below) or "none", "note": "",
    }  # fmt: skip


def _range(rows: Rows, names: Mapping[str, str]) -> Row:
    known = [row for row in rows if row["estimate"]]
    if not known:
        reason = rows[0]["note"] or "no estimate without a unit exists"
        return dict.fromkeys(_RANGE, "") | {"n": str(len(rows)), "note": reason}
    lowest = min(known, key=lambda row: float(row["estimate"]))
    highest = max(known, key=lambda row: float(row["estimate"]))
    return {
        "n": str(len(rows)),
        "lowest": lowest["estimate"],
        "lowest_p": lowest["p_value"],
        "lowest_unit": names.get(lowest["left_out"]) or _plain(lowest["left_out"]),
        "highest": highest["estimate"],
        "highest_p": highest["p_value"],
        "highest_unit": names.get(highest["left_out"]) or _plain(highest["left_out"]),
        "n_below": str(sum(significant(_number(row["p_value"])) for row in known)),
        "n_positive": str(sum(float(row["estimate"]) > 0 for row in known)),
        "note": "",
    }


def _solution(rows: Rows, names: Mapping[str, str]) -> Row:
    first = [row for row in rows if row["model"] == rows[0]["model"]]
    uncovered = [case for case in first[0]["uncovered"].split(";") if case]
    against = {case for row in first for case in row["inconsistent"].split(";") if case}
    return {
        "formula": " + ".join(row["term"] for row in first),
        "n_models": str(len({row["model"] for row in rows})),
        "consistency": first[0]["consistency"],
        "coverage": first[0]["coverage"],
        "n_cases": first[0]["n_cases"],
        "n_uncovered": str(len(uncovered)),
        "uncovered": _listed(uncovered, names),
        "n_inconsistent": str(len(against)),
        "inconsistent": _listed(sorted(against), names),
        "note": first[0]["note"],
    }


def _listed(case_ids: Iterable[str], names: Mapping[str, str]) -> str:
    return listed([names.get(case, case) for case in case_ids]) or "none"


def _in_prose(estimator: str) -> str:
    label = estimator_label(estimator)
    return label if label.startswith("Firth") else label[:1].lower() + label[1:]


def _plain(unit: str) -> str:
    """Administrations are names already; families are words joined by underscores."""
    return unit if unit[:1].isupper() else spoken(unit)


def _number(text: str) -> float:
    return float(text) if text else math.nan


def _text(value: float) -> str:
    return "" if math.isnan(value) else repr(value)
