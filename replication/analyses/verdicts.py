"""Each claim of the plan with the verdicts of four kinds of evidence, and the cases where code and model part ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from replication.analyses.predictions import AGREES, CONTRADICTS, NO_EVIDENCE
from replication.codebook import Codebook
from replication.specifications import SpecificationError, read_rows

FOR, LEANS_FOR, DIVIDED, LEANS_AGAINST, AGAINST, NONE = (
    "for", "leans for", "divided", "leans against", "against", "no answer",
)  # fmt: skip
KINDS = ("original cases", "statistics", "configurations", "timing")
LEVEL = 0.05
# Mean verdict of the original cases, from -1 to 1, at which they speak plainly.
PLAIN = 0.5
RULES = {
    "original cases": (
        "mean over the cells with evidence of 1 where the case agrees, -1 where it contradicts, 0 "
        f"where it is mixed: for from {PLAIN} on, against from -{PLAIN} down, otherwise leans by its sign"
    ),
    "statistics": (
        "for or against where the interval leaves out the value of no effect (the p-value is below "
        f"{LEVEL} where there is no interval), otherwise leans by its sign; several estimates are for or "
        "against only if all are, lean if all are on one side, and are divided otherwise"
    ),
    "configurations": (
        "for where every parsimonious model has the conditions in one combination; leans for where "
        "only some do, or the intermediate one does; against where a single condition enters "
        "only on the other side; leans against where the solution does without; crisp and fuzzy sets together "
        "as several estimates"
    ),
    "timing": "as the statistics, by the share of pairs in which high opposition comes earlier",
}
_FIELDS = {
    "claim": str, "label": str, "statement": str, "cases": list, "statistics": list, "sets": dict,
    "timing": list,
}  # fmt: skip
_STATISTIC = {"model", "sample", "outcome", "estimator", "term", "expected", "no_effect"}


class Said(NamedTuple):
    """One verdict with what it rests on."""

    verdict: str
    basis: str


def read_claims(path: Path) -> list[dict[str, Any]]:
    """Read verdicts.yaml.

    Raises
    ------
    SpecificationError
        For a missing or unknown field, or a statistic without exactly its keys.
    """
    rows = read_rows(path, _FIELDS)
    for number, row in enumerate(rows, start=1):
        for statistic in row["statistics"]:
            wrong = sorted(set(statistic) ^ _STATISTIC)
            if wrong:
                raise SpecificationError(
                    f"{path.name}: row {number}: statistics: unknown or missing fields {wrong}"
                )
    return rows


def verdicts(
    claims: Iterable[Mapping[str, Any]],
    compared: pd.DataFrame,
    estimates: pd.DataFrame,
    solutions: pd.DataFrame,
    timing: pd.DataFrame,
) -> pd.DataFrame:
    """Judge every claim by every kind of evidence, by the rules in `RULES`.

    Returns
    -------
    DataFrame
        One row for each claim and kind: ``verdict`` and ``basis``, the numbers or words behind it.
    """
    rows = []
    for claim in claims:
        said = (
            _by_cases(claim["cases"], compared),
            _by_statistics(claim["statistics"], estimates),
            _by_sets(claim["sets"], solutions),
            _by_timing(claim["timing"], timing),
        )
        keys = {key: claim[key] for key in ("claim", "label", "statement")}
        rows += [
            {**keys, "kind": kind, "verdict": one.verdict, "basis": one.basis}
            for kind, one in zip(KINDS, said, strict=True)
        ]
    return pd.DataFrame(rows, columns=["claim", "label", "statement", "kind", "verdict", "basis"])


def disagreements(
    fit: pd.DataFrame, codings: pd.DataFrame, evidence: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """List the cases that the headline model puts on the wrong side, with the evidence on both.

    A case is listed where its residual from the fit without it exceeds one half.

    Returns
    -------
    DataFrame
        One row for each case and cell: ``side`` is `what happened` for the search for endorsement
        and `what the model goes by` for its terms; ``code`` with its label, ``why`` and ``ids`` of
        the agreed coding, and the first item cited, as ``item`` and ``statement``.
    """
    agreed = codings[(codings["coding"] == "agreed") & codings["actor"].isna()]
    cells = agreed.set_index(["case_id", "variable"]).to_dict("index")
    statements = evidence.set_index("evidence_id")["statement"].to_dict()
    terms = [name.removeprefix("change_") for name in fit if name.startswith("change_")]
    sides = [("what happened", "io_sought"), *(("what the model goes by", t) for t in terms)]
    rows = []
    for case in fit[fit["parted"] == 1].to_dict("records"):
        wrong = (
            "sought although the model expects not"
            if case["outcome"]
            else "not sought although the model expects it"
        )
        keys = {
            key: case[key] for key in ("case_id", "case_title", "outcome", "left_out", "residual")
        }
        for side, variable in sides:
            cell = cells.get((case["case_id"], variable), {})
            ids = cell.get("evidence")
            item = "" if pd.isna(ids) else str(ids).split(";")[0]
            label = codebook.variables[variable].labels.get(int(cell["code"]), "") if cell else ""
            rows.append(
                {
                    **keys, "wrong": wrong, "side": side, "variable": variable,
                    "code": cell.get("code"), "label": label, "why": cell.get("why"),
                    "confidence": cell.get("confidence"), "ids": ids,
                    "item": item, "statement": statements.get(item, ""),
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=_DISAGREEMENT_COLUMNS)


def combined(said: Sequence[str]) -> str:
    """Give one verdict for several: plain only where all are, divided where sides differ."""
    known = {verdict for verdict in said if verdict != NONE}
    for plain, leaning in ((FOR, LEANS_FOR), (AGAINST, LEANS_AGAINST)):
        if known and known <= {plain, leaning}:
            return plain if known == {plain} and NONE not in said else leaning
    return DIVIDED if known else NONE


def signed_verdict(estimate: float, expected: int, *, sure: bool) -> str:
    """Judge the distance of an estimate from the value of no effect by the sign expected."""
    if pd.isna(estimate):
        return NONE
    if estimate == 0:
        return DIVIDED
    if estimate * expected > 0:
        return FOR if sure else LEANS_FOR
    return AGAINST if sure else LEANS_AGAINST


_DISAGREEMENT_COLUMNS = [
    "case_id", "case_title", "outcome", "left_out", "residual", "wrong", "side", "variable", "code",
    "label", "why", "confidence", "ids", "item", "statement",
]  # fmt: skip


def _by_cases(asked: Sequence[Mapping[str, str]], compared: pd.DataFrame) -> Said:
    if not asked:
        return Said(NONE, "no prediction of the comparison speaks to it")
    chosen = compared[compared["recchia_case"] == 1]
    wanted = [(row["theory"], row["observable"]) for row in asked]
    pairs = zip(chosen["theory"], chosen["observable"], strict=True)
    cells = chosen[pd.Series([pair in wanted for pair in pairs], index=chosen.index, dtype=bool)]
    counts = {
        word: int((cells["verdict"] == word).sum()) for word in dict.fromkeys(cells["verdict"])
    }
    known = sum(count for word, count in counts.items() if word != NO_EVIDENCE)
    basis = ", ".join(f"{count} {word}" for word, count in counts.items()) or "no original case"
    if not known:
        return Said(NONE, basis)
    mean = (counts.get(AGREES, 0) - counts.get(CONTRADICTS, 0)) / known
    verdict = signed_verdict(mean, 1, sure=abs(mean) >= PLAIN)
    return Said(verdict, f"mean {mean:.2f}: {basis}")


def _by_statistics(asked: Sequence[Mapping[str, Any]], estimates: pd.DataFrame) -> Said:
    if not asked:
        return Said(NONE, "no estimate speaks to it")
    said = [_by_statistic(row, estimates) for row in asked]
    return Said(combined([one.verdict for one in said]), "; ".join(one.basis for one in said))


def _by_statistic(asked: Mapping[str, Any], estimates: pd.DataFrame) -> Said:
    keys = ("model", "sample", "outcome", "estimator", "term")
    fits = estimates
    for key in keys:
        fits = fits[fits[key] == asked[key]]
    name = f"{asked['model']}, {asked['term']}"
    if len(fits) != 1 or pd.isna(fits["estimate"].iloc[0]):
        reason = "not among the estimates" if len(fits) != 1 else fits["note"].iloc[0]
        return Said(NONE, f"{name}: {reason}")
    row = fits.iloc[0]
    gap = row["estimate"] - asked["no_effect"]
    ends = row[["conf_low", "conf_high"]].astype(float) - asked["no_effect"]
    sure = (
        bool(row["p_value"] < LEVEL)
        if ends.isna().all()
        else bool(ends.iloc[0] > 0 or ends.iloc[1] < 0)
    )
    shown = f"{name} {row['estimate']:.2f}"
    if not ends.isna().all():
        shown += f" [{row['conf_low']:.2f}, {row['conf_high']:.2f}]"
    if not pd.isna(row["p_value"]):
        shown += f", p {row['p_value']:.3f}"
    return Said(signed_verdict(gap, asked["expected"], sure=sure), shown)


def _by_sets(wanted: Mapping[str, int], solutions: pd.DataFrame) -> Said:
    if not wanted:
        return Said(NONE, "no condition stands for it")
    outcome = solutions[~solutions["outcome"].astype(str).str.startswith("~")]
    said = [
        _by_solution(wanted, part, str(sets)) for sets, part in outcome.groupby("sets", sort=False)
    ]
    return Said(combined([one.verdict for one in said]), "; ".join(one.basis for one in said))


def _by_solution(wanted: Mapping[str, int], part: pd.DataFrame, sets: str) -> Said:
    models = _models(part, "parsimonious")
    formula = " / ".join(" + ".join(terms) for terms in models)
    if not models:
        return Said(NONE, f"{sets}: no solution")
    has = [any(_holds(term, wanted) for term in terms) for terms in models]
    between = [any(_holds(t, wanted) for t in terms) for terms in _models(part, "intermediate")]
    (name, side), *others = wanted.items()
    states = {
        state for terms in models for term in terms for n, state in _literals(term) if n == name
    }
    if all(has):
        verdict = DIVIDED if not others and states == {0, 1} else FOR
    elif any(has) or (between and all(between)):
        verdict = LEANS_FOR
        if not any(has):
            named = _models(part, "intermediate")
            formula += " (intermediate " + " / ".join(" + ".join(terms) for terms in named) + ")"
    else:
        verdict = AGAINST if not others and states == {1 - side} else LEANS_AGAINST
    return Said(verdict, f"{sets}: {formula}")


def _models(part: pd.DataFrame, solution: str) -> list[list[str]]:
    own = part[(part["solution"] == solution) & part["term"].notna()]
    return [list(model["term"]) for _, model in own.groupby("model", sort=False)]


def _holds(term: str, wanted: Mapping[str, int]) -> bool:
    return set(wanted.items()) <= set(_literals(term))


def _literals(term: str) -> list[tuple[str, int]]:
    return [(part.removeprefix("~"), 0 if part.startswith("~") else 1) for part in term.split("*")]


def _by_timing(asked: Sequence[str], timing: pd.DataFrame) -> Said:
    if not asked:
        return Said(NONE, "no date speaks to it")
    said = []
    for name in asked:
        row = timing[timing["test"] == name].iloc[0]
        shown = f"{name}: {row['share_earlier']:.2f}, p {row['p_value']:.3f}"
        if pd.isna(row["share_earlier"]):
            shown = f"{name}: {row['note']}"
        gap = row["share_earlier"] - 0.5
        said.append(Said(signed_verdict(gap, 1, sure=bool(row["p_value"] < LEVEL)), shown))
    return Said(combined([one.verdict for one in said]), "; ".join(one.basis for one in said))
