"""Each claim of the plan with the verdicts of every kind of evidence side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from replication.analyses.cases.predictions import AGREES, CONTRADICTS, NO_EVIDENCE
from replication.analyses.claims.judging import (
    SIDES,
    Direction,
    Verdict,
    combined,
    direction_of,
    methods_unable,
    row_of,
    values_of,
    verdict_of,
)
from replication.analyses.claims.reading import Claim, Prediction
from replication.analyses.types.posterior import BOTH
from replication.precision import ALPHA, at_most, below, fixed, shown_p, significant

KINDS = (
    "statistics", "all specifications", "configurations", "original cases", "timing", "joint inference",
)  # fmt: skip
# Kinds that cannot be independent of the claim, and why: shown, not counted.
NOT_COUNTED = {
    "original cases": "the theory was made from these cases",
    "timing": "it goes beyond the plan, and a search that was never made counts as the latest, which repeats H1",
    "joint inference": "it joins the numbers, which are counted, with clues of the cases the theory was made from",
}
# Statistics of the joint test that judge; the share of the dominant sign is blind to which sign it is.
_STATISTICS = ("median", "significant_share")
COLUMNS = ("claim", "label", "statement", "kind", "verdict", "direction", "counted", "basis")
# Mean verdict of the original cases, from -1 to 1, at which they speak plainly.
PLAIN = 0.5
RULES = {
    "original cases": (
        "mean over the cells with evidence of 1 where the case agrees, -1 where it contradicts, 0 "
        f"where it is mixed: for from {PLAIN} on, against from -{PLAIN} down, otherwise leans by its sign"
    ),
    "all specifications": (
        "by the joint permutation test of the multiverse of the claim's treatment: for where the median and the "
        f"share of significant results both have p below {ALPHA}, leans for where one has, undecided where neither has"
    ),
    "statistics": (
        "as the answers to the hypotheses: for where the estimate lies on the side predicted and every method "
        "that the plan names tells it from no effect, leans for where some do, undecided where none does, "
        "against in the same way; divided where several estimates go to both sides"
    ),
    "configurations": (
        "for where every parsimonious model has the conditions in one combination; leans for where "
        "only some do, or the intermediate one does; against where a single condition enters "
        "only on the other side; leans against where the solution does without; crisp and fuzzy sets together "
        "as several predictions"
    ),
    "timing": (
        "by the share of pairs in which high opposition comes earlier: for or against where its p-value "
        f"is below {ALPHA}, otherwise undecided; several tests as several predictions"
    ),
    "joint inference": (
        "by the 95 % interval of the average effect, from all cases and the clues of those traced: for where it lies "
        "above zero under every prior, leans for where under one at least, against in the same way, otherwise undecided"
    ),
}


class Said(NamedTuple):
    """One verdict, what it rests on, and where an estimate not told from no effect lies, or how much was observed."""

    verdict: Verdict
    basis: str
    direction: str = ""


def verdicts(
    claims: Iterable[Claim],
    compared: pd.DataFrame,
    estimates: pd.DataFrame,
    solutions: pd.DataFrame,
    timing: pd.DataFrame,
    joint: pd.DataFrame,
    types: pd.DataFrame,
) -> pd.DataFrame:
    """Judge every claim by every kind of evidence, by the rules in `RULES`.

    Returns
    -------
    DataFrame
        One row for each claim and kind: ``verdict``; ``direction``, where the estimates lie if they are not told from
        no effect; ``counted``, ``yes`` or why not; and ``basis``, the numbers or words behind it.
    """
    estimated = estimates.to_dict("records")
    rows = []
    for claim in claims:
        said = (
            _by_statistics(claim.statistics, estimated),
            _by_specifications(claim.statistics, joint),
            _by_sets(claim.sets, solutions),
            _by_cases(claim.cases, compared),
            _by_timing(claim.timing, timing),
            _by_types(claim.claim, types),
        )
        keys = {"claim": claim.claim, "label": claim.label, "statement": claim.statement}
        rows += [
            {
                **keys, "kind": kind, "verdict": str(one.verdict), "direction": one.direction,
                "counted": NOT_COUNTED.get(kind, "yes"), "basis": one.basis,
            }
            for kind, one in zip(KINDS, said, strict=True)
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _by_cases(asked: Sequence[tuple[str, str]], compared: pd.DataFrame) -> Said:
    if not asked:
        return Said(Verdict.NONE, "no prediction of the comparison speaks to it")
    chosen = compared[compared["recchia_case"] == 1]
    pairs = zip(chosen["theory"], chosen["observable"], strict=True)
    cells = chosen[pd.Series([pair in asked for pair in pairs], index=chosen.index, dtype=bool)]
    counts = {
        word: int((cells["verdict"] == word).sum()) for word in dict.fromkeys(cells["verdict"])
    }
    known = sum(count for word, count in counts.items() if word != NO_EVIDENCE)
    basis = ", ".join(f"{count} {word}" for word, count in counts.items()) or "no original case"
    if not known:
        return Said(Verdict.NONE, basis)
    mean = (counts.get(AGREES, 0) - counts.get(CONTRADICTS, 0)) / known
    every = sum(counts.values())
    seen = "" if known == every else f"{known} of {every} observed"
    return Said(
        verdict_of_mean(mean),
        f"mean {fixed(mean, 2)} over {known} of {every} observations: {basis}",
        seen,
    )


def verdict_of_mean(mean: float) -> Verdict:
    """Judge the mean of the cases' verdicts, from -1 to 1."""
    if mean == 0:
        return Verdict.DIVIDED
    if mean > 0:
        return Verdict.FOR if at_most(PLAIN, mean) else Verdict.LEANS_FOR
    return Verdict.AGAINST if at_most(mean, -PLAIN) else Verdict.LEANS_AGAINST


def _by_statistics(asked: Sequence[Prediction], estimates: Sequence[Mapping[str, Any]]) -> Said:
    if not asked:
        return Said(Verdict.NONE, "no estimate speaks to it")
    verdict = combined(verdict_of(estimates, prediction) for prediction in asked)
    figures = "; ".join(_figures(prediction, estimates) for prediction in asked)
    if verdict not in (Verdict.UNDECIDED, Verdict.CANNOT):
        return Said(verdict, figures)
    sides = {direction_of(estimates, prediction) for prediction in asked} - {Direction.NONE}
    return Said(verdict, figures, str(sides.pop()) if len(sides) == 1 else "mixed")


def _by_specifications(asked: Sequence[Prediction], joint: pd.DataFrame) -> Said:
    """Judge the treatment of a claim whose only prediction is about one, by its joint test."""
    treatments = {prediction.term for prediction in asked} & set(joint["treatment"])
    if len(asked) != 1 or not treatments:
        return Said(Verdict.NONE, "no multiverse is made of it")
    own = joint[joint["treatment"].isin(treatments) & joint["statistic"].isin(_STATISTICS)]
    known = own.dropna(subset=["p_value"])
    if known.empty:
        return Said(Verdict.NONE, "no specification could be estimated")
    basis = "; ".join(
        f"{r.statistic.replace('_', ' ')} {fixed(r.observed, 3)}, {shown_p(r.p_value)}" for r in known.itertuples()
    )  # fmt: skip
    below = [significant(p) for p in known["p_value"]]
    median = known.loc[known["statistic"] == "median", "observed"]
    positive = not (median * asked[0].expected < 0).any()
    strong, weak = SIDES[0 if positive else 1]
    if not any(below):
        side = Direction.FOR if positive else Direction.AGAINST
        return Said(Verdict.UNDECIDED, basis, str(side))
    return Said(strong if all(below) else weak, basis)


def _figures(prediction: Prediction, estimates: Sequence[Mapping[str, Any]]) -> str:
    """Give every figure that decides: the estimate with its interval, and the p-values of the checks."""
    name = f"{prediction.model}, {prediction.term}"
    row = row_of(estimates, prediction, prediction.estimator)
    estimate, low, high, p = values_of(row)
    if row is None or pd.isna(estimate):
        return f"{name}: {'not among the estimates' if row is None else row['note']}"
    shown = f"{name} {fixed(estimate, 2)}"
    if not (pd.isna(low) and pd.isna(high)):
        shown += f" [{fixed(low, 2)}, {fixed(high, 2)}]"
    if not pd.isna(p):
        shown += f", {shown_p(p)}"
    for check in prediction.checks:
        other = values_of(row_of(estimates, prediction, check))[3]
        if not pd.isna(other):
            shown += f", {check} {shown_p(other)}"
    for name, smallest in methods_unable(estimates, prediction).items():
        shown += f", smallest p of {name} {fixed(smallest, 3)}"
    return f"{shown}, N {row['nobs']}"


def _by_sets(wanted: Mapping[str, int], solutions: pd.DataFrame) -> Said:
    if not wanted:
        return Said(Verdict.NONE, "no condition stands for it")
    outcome = solutions[~solutions["outcome"].astype(str).str.startswith("~")]
    said = [
        _by_solution(wanted, part, str(sets)) for sets, part in outcome.groupby("sets", sort=False)
    ]
    return Said(combined(one.verdict for one in said), "; ".join(one.basis for one in said))


def _by_solution(wanted: Mapping[str, int], part: pd.DataFrame, sets: str) -> Said:
    models = _models(part, "parsimonious")
    formula = " / ".join(" + ".join(terms) for terms in models)
    if not models:
        return Said(Verdict.NONE, f"{sets}: no solution")
    has = [any(_holds(term, wanted) for term in terms) for terms in models]
    between = [any(_holds(t, wanted) for t in terms) for terms in _models(part, "intermediate")]
    (name, side), *others = wanted.items()
    states = {
        state for terms in models for term in terms for n, state in _literals(term) if n == name
    }
    if all(has):
        verdict = Verdict.DIVIDED if not others and states == {0, 1} else Verdict.FOR
    elif any(has) or (between and all(between)):
        verdict = Verdict.LEANS_FOR
        if not any(has):
            named = _models(part, "intermediate")
            formula += " (intermediate " + " / ".join(" + ".join(terms) for terms in named) + ")"
    else:
        verdict = Verdict.AGAINST if not others and states == {1 - side} else Verdict.LEANS_AGAINST
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
        return Said(Verdict.NONE, "no date speaks to it")
    said = []
    for name in asked:
        row = timing[timing["test"] == name].iloc[0]
        shown = f"{name}: {fixed(row['share_earlier'], 2)}, {shown_p(row['p_value'])}"
        if pd.isna(row["share_earlier"]):
            shown = f"{name}: {row['note']}"
        said.append(Said(verdict_of_share(row["share_earlier"], row["p_value"]), shown))
    return Said(combined(one.verdict for one in said), "; ".join(one.basis for one in said))


def _by_types(claim: str, types: pd.DataFrame) -> Said:
    """Judge a claim that a cause of causal_types.yaml stands for, by the interval under every prior."""
    own = types[(types["claim"] == claim) & (types["evidence"] == BOTH)]
    if own.empty:
        return Said(Verdict.NONE, "no causal type is estimated for it")
    basis = "; ".join(
        f"prior {r.prior}: {fixed(r.estimate, 2)} [{fixed(r.conf_low, 2)}, {fixed(r.conf_high, 2)}]"
        for r in own.itertuples()
    )
    for strong, weak, apart in (
        (*SIDES[0], below(0.0, own["conf_low"])),
        (*SIDES[1], below(own["conf_high"], 0.0)),
    ):
        if apart.any():
            return Said(strong if apart.all() else weak, basis)
    sides = {Direction.FOR if value > 0 else Direction.AGAINST for value in own["estimate"]}
    return Said(Verdict.UNDECIDED, basis, str(sides.pop()) if len(sides) == 1 else "mixed")


def verdict_of_share(share: float, p_value: float) -> Verdict:
    """Judge the share of pairs in which high opposition comes earlier."""
    if pd.isna(share):
        return Verdict.NONE
    if pd.isna(p_value) or not significant(p_value):
        return Verdict.UNDECIDED
    return Verdict.FOR if share > 0.5 else Verdict.AGAINST  # noqa: PLR2004 - as often as not
