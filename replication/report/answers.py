"""The answer to each hypothesis in one sentence, worded by rule from the estimates as they stand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from replication.exhibits.labels import estimator_label
from replication.exhibits.numbers import number, p_equals
from replication.exhibits.text import listed
from replication.report.claims import CLAIMS, Claim, Prediction
from replication.report.inputs import Row

LEVEL = 95
RULE = (
    f"How the words are chosen: by the sign of the estimate and its {LEVEL} % interval. For: the sign is the one "
    "predicted and the interval leaves out zero. Against: the sign is the opposite and the interval leaves out "
    "zero. Leans for, leans against: the sign alone says so, the interval holds zero or is missing. A hypothesis "
    "with several predictions is for or against only where all of them are, leans where all signs agree, and is "
    "divided where they do not. A prediction without an estimate keeps the word at leaning."
)


class Verdict(Enum):
    """What the estimates say, as the word shown and the words a sentence begins with."""

    FOR = ("For", "The data speak for it")
    LEANS_FOR = ("Leans for", "The data lean towards it without settling it")
    DIVIDED = ("Divided", "The data are divided")
    LEANS_AGAINST = ("Leans against", "The data lean against it without settling it")
    AGAINST = ("Against", "The data speak against it")
    NONE = ("No answer", "There is no answer")

    @property
    def word(self) -> str:
        """Word to show."""
        return self.value[0]

    @property
    def opening(self) -> str:
        """Beginning of the sentence."""
        return self.value[1]


@dataclass(frozen=True)
class Answer:
    """A hypothesis and what the estimates say of it.

    Attributes
    ----------
    sentence : str
        One plain sentence with its numbers.
    exhibits : tuple of str
        Exhibits the numbers stand in.
    variables : tuple of str
        Coded variables behind the numbers, whose columns a reader may want to see.
    """

    claim: Claim
    verdict: Verdict
    sentence: str
    exhibits: tuple[str, ...]
    variables: tuple[str, ...]


def answers(estimates: Sequence[Row], claims: Iterable[Claim] = CLAIMS) -> list[Answer]:
    """Answer every hypothesis from the estimates; where a number is missing the sentence says which and why."""
    return [_answer(claim, estimates) for claim in claims]


def combined(verdicts: Sequence[Verdict]) -> Verdict:
    """Give one verdict for several predictions, by the rule in `RULE`."""
    known = {verdict for verdict in verdicts if verdict is not Verdict.NONE}
    complete = Verdict.NONE not in verdicts
    for strong, weak in (
        (Verdict.FOR, Verdict.LEANS_FOR),
        (Verdict.AGAINST, Verdict.LEANS_AGAINST),
    ):
        if known and known <= {strong, weak}:
            return strong if known == {strong} and complete else weak
    return Verdict.DIVIDED if known else Verdict.NONE


def verdict_of(estimate: float, low: float, high: float, expected: int) -> Verdict:
    """Judge one estimate by its sign and interval against the sign expected."""
    if math.isnan(estimate):
        return Verdict.NONE
    sure = low > 0 or high < 0
    if estimate * expected > 0:
        return Verdict.FOR if sure else Verdict.LEANS_FOR
    return Verdict.AGAINST if sure else Verdict.LEANS_AGAINST


def _answer(claim: Claim, estimates: Sequence[Row]) -> Answer:
    rows = [_row(estimates, prediction, prediction.estimator) for prediction in claim.predictions]
    verdicts = [
        verdict_of(*(_value(row, key) for key in ("estimate", "conf_low", "conf_high")), prediction.expected)
        if row else Verdict.NONE
        for row, prediction in zip(rows, claim.predictions, strict=True)
    ]  # fmt: skip
    parts = [
        _said(prediction, row, estimates)
        for row, prediction in zip(rows, claim.predictions, strict=True)
    ]
    verdict = combined(verdicts)
    bases = [
        factor.partition(">=")[0]
        for prediction in claim.predictions
        for factor in (*prediction.term.split(":"), prediction.outcome)
    ]
    return Answer(
        claim=claim,
        verdict=verdict,
        sentence=f"{verdict.opening}: {'; '.join(parts)}.",
        exhibits=tuple(dict.fromkeys(row["exhibit"] for row in rows if row)),
        variables=tuple(dict.fromkeys(bases)),
    )


def _row(estimates: Sequence[Row], prediction: Prediction, estimator: str) -> Row | None:
    keys = {name: getattr(prediction, name) for name in ("model", "sample", "outcome", "term")}
    fits = [
        row
        for row in estimates
        if row["estimator"] == estimator and all(row[key] == value for key, value in keys.items())
    ]
    return fits[0] if len(fits) == 1 else None


def _value(row: Row, key: str) -> float:
    return float(row[key]) if row[key] else math.nan


def _said(prediction: Prediction, row: Row | None, estimates: Sequence[Row]) -> str:
    name = (
        f"{estimator_label(prediction.estimator)}, model {prediction.model}, term {prediction.term}"
    )
    if row is None:
        return f"the estimate is missing ({name} is not among the estimates)"
    estimate = _value(row, "estimate")
    if math.isnan(estimate):
        return f"the estimate is missing ({name}: {row['note'] or 'no reason given'})"
    words = prediction.rising if estimate >= 0 else prediction.falling
    size = number(math.exp(abs(estimate)) if prediction.is_odds else abs(estimate))
    return f"{words.replace('{size}', size)} ({_figures(prediction, row, estimates)})"


def _figures(prediction: Prediction, row: Row, estimates: Sequence[Row]) -> str:
    estimate, low, high, p = (
        _value(row, key) for key in ("estimate", "conf_low", "conf_high", "p_value")
    )
    missing = math.isnan(low) and math.isnan(high)
    span = "no interval" if missing else f"{LEVEL} % interval {number(low)} to {number(high)}"
    unit = "log-odds" if prediction.is_odds else "estimate"
    given = "no p-value" if math.isnan(p) else p_equals(p)
    checks = _checks(prediction, estimates)
    note = f"; {row['note']}" if row["note"] else ""
    method = estimator_label(row["estimator"])
    return f"{method}: {unit} {number(estimate)}, {span}, {given}{checks}; N = {row['nobs']}{note}"


def _checks(prediction: Prediction, estimates: Sequence[Row]) -> str:
    found = []
    for estimator in prediction.checks:
        row = _row(estimates, prediction, estimator)
        p = _value(row, "p_value") if row else math.nan
        if not math.isnan(p):
            found.append(f"{estimator_label(estimator).lower()} {p_equals(p)}")
    return f"; {listed(found)}" if found else ""
