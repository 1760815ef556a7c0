"""What the analysis plan said beforehand would count against the theory, scored one by one from the results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from replication.analyses.claims.judging import (
    Direction,
    Verdict,
    direction_of,
    methods_that_tell,
    methods_unable,
    row_of,
    values_of,
    verdict_of,
)
from replication.analyses.claims.reading import Claim, Prediction
from replication.analyses.effects.prediction import NULL
from replication.precision import ALPHA, fixed, shown_p, significant
from replication.precision import below as lower

MET, IN_PART, NOT_MET, OPEN = "met", "in part", "not met", "open"
COLUMNS = ("criterion", "about", "statement", "score", "basis", "rule", "note")
# Models that hold the theory, and rivals alone, in the comparison of forecasts.
_THEORY, _RIVALS = "M3", ("M5", "R1")
_RULES = {
    "effects": (
        "met where the headline estimate lies on the other side or no method named in the plan tells it from zero; "
        "in part where some do; not met where all do"
    ),
    "advocates": (
        "met where the military stand below State and a method tells it from no difference; in part where they "
        "stand below it and none does; open where they are level, or above it and the exact test cannot reject; "
        "not met otherwise"
    ),
    "forecasts": (
        "met where every model of rivals alone has the higher mean log score, in part where one has, each case "
        "forecast without itself, on the same cases"
    ),
    "multiverse": (
        "met where neither the median nor the share of significant results of the joint test has p below "
        f"{ALPHA}; in part where one has; not met where both have"
    ),
}
_STATISTICS = ("median", "significant_share")


class Scored(NamedTuple):
    """One criterion for one effect: how it came out, and on which numbers."""

    criterion: str
    about: str
    statement: str
    score: str
    basis: str


def criteria(
    claims: Iterable[Claim], estimates: pd.DataFrame, scores: pd.DataFrame, joint: pd.DataFrame
) -> pd.DataFrame:
    """Score the four criteria of the plan; those on H1 and H2 once for each.

    Parameters
    ----------
    claims : iterable of Claim
        Those named H1, H2 and H4 are asked about; one that is not there is not scored.
    estimates, scores, joint : DataFrame
        Tidy estimates, scores of forecasts, and joint tests of the multiverse.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`. ``score`` is "met" where the criterion speaks against the theory.
    """
    by_name = {claim.claim: claim for claim in claims}
    rows = estimates.to_dict("records")
    found = [
        *(_effect(by_name[name], rows) for name in ("H1", "H2") if name in by_name),
        *(_advocates(by_name[name], rows) for name in ("H4",) if name in by_name),
        _forecasts(scores),
        *(_specifications(by_name[name], joint) for name in ("H1", "H2") if name in by_name),
    ]
    table = pd.DataFrame([{**one._asdict(), "rule": _RULES[one.criterion]} for one in found])
    table["note"] = table["basis"].where(table["score"] == OPEN, "")
    return table.reindex(columns=list(COLUMNS))


def _effect(claim: Claim, estimates: Sequence[Mapping[str, Any]]) -> Scored:
    asked = claim.statistics[0]
    statement = f"The effect of {_named(claim)} is near zero or reversed"
    if verdict_of(estimates, asked) is Verdict.NONE:
        return Scored("effects", claim.claim, statement, OPEN, "there is no estimate")
    tell = methods_that_tell(estimates, asked)
    reversed_ = direction_of(estimates, asked) is Direction.AGAINST
    score = MET if reversed_ or not any(tell) else NOT_MET if all(tell) else IN_PART
    basis = f"{_figures(asked, estimates)}; {sum(tell)} of {len(tell)} methods tell it from zero"
    return Scored("effects", claim.claim, statement, score, basis)


def _advocates(claim: Claim, estimates: Sequence[Mapping[str, Any]]) -> Scored:
    asked = claim.statistics[0]
    statement = "State argues for endorsement more than the military do"
    if verdict_of(estimates, asked) is Verdict.NONE:
        return Scored("advocates", claim.claim, statement, OPEN, "there is no estimate")
    side = direction_of(estimates, asked)
    unable = methods_unable(estimates, asked)
    if side is Direction.AGAINST:
        score = MET if any(methods_that_tell(estimates, asked)) else IN_PART
    else:
        score = OPEN if unable or side is Direction.LEVEL else NOT_MET
    limits = [f"smallest p of the {name} test {fixed(p, 3)}" for name, p in unable.items()]
    basis = "; ".join([_figures(asked, estimates), *limits])
    return Scored("advocates", claim.claim, statement, score, basis)


def _forecasts(scores: pd.DataFrame) -> Scored:
    statement = "Rivals forecast better out of sample"
    shared = scores[scores["cases_used"] == "shared"].drop_duplicates("model").set_index("model")
    known = shared["log_score"].dropna() if len(shared) else pd.Series(dtype=float)
    if not {_THEORY, *_RIVALS} <= set(known.index):
        return Scored("forecasts", "all", statement, OPEN, "a model has no score")
    better = [name for name in _RIVALS if lower(known[_THEORY], known[name])]
    score = MET if len(better) == len(_RIVALS) else IN_PART if better else NOT_MET
    listed = ", ".join(f"{name} {fixed(known[name], 3)}" for name in (_THEORY, *_RIVALS, NULL))
    return Scored(
        "forecasts", "all", statement, score,
        f"mean log scores, higher is better: {listed}; N {int(shared.loc[_THEORY, 'nobs'])}",
    )  # fmt: skip


def _specifications(claim: Claim, joint: pd.DataFrame) -> Scored:
    statement = f"The specifications for {_named(claim)} cannot be told from chance"
    own = joint[
        (joint["treatment"] == claim.statistics[0].term) & joint["statistic"].isin(_STATISTICS)
    ]
    known = own.dropna(subset=["p_value"])
    if known.empty:
        return Scored("multiverse", claim.claim, statement, OPEN, "no specification was estimated")
    below = [significant(p) for p in known["p_value"]]
    score = NOT_MET if all(below) else IN_PART if any(below) else MET
    return Scored("multiverse", claim.claim, statement, score, "; ".join(_joint_figures(known)))


def _joint_figures(known: pd.DataFrame) -> Iterator[str]:
    for row in known.itertuples():
        name = row.statistic.replace("_", " ")
        yield f"{name} {fixed(row.observed, 3)}, {shown_p(row.p_value)}"
    yield f"{fixed(known['n_specifications'].iloc[0], 0)} specifications"


def _named(claim: Claim) -> str:
    return f"{claim.label.lower()} ({claim.claim})"


def _figures(asked: Prediction, estimates: Sequence[Mapping[str, Any]]) -> str:
    row = row_of(estimates, asked, asked.estimator) or {}
    estimate, low, high, p = values_of(row)
    limits = f"[{fixed(low, 2)}, {fixed(high, 2)}]"
    return f"{asked.scale} {fixed(estimate, 2)} {limits}, {shown_p(p)}, N {row['nobs']}"
