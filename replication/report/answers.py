"""The answer to each hypothesis in one sentence, worded by rule from the estimates as they stand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from replication.exhibits.labels import estimator_label
from replication.exhibits.numbers import number, p_equals
from replication.report.claims import CLAIMS, Claim, Prediction
from replication.report.inputs import Row

LEVEL = 95
# What an estimate is when there is no effect.
_NO_EFFECT = {"log-odds": 0.0, "points": 0.0, "chance": 0.5}
RULE = (
    f"How the words are chosen: by the side of no effect on which the estimate lies, and by its {LEVEL} % interval. "
    "For: the estimate lies on the side predicted and the interval leaves out no effect. Against: it lies on the "
    "other side and the interval leaves out no effect. Leans for, leans against: the side alone says so. Where a "
    "method gives no interval, a p-value below 0.05 takes its place. A hypothesis with several predictions is for "
    "or against only where all of them are, leans where all lie on one side, and is divided where they do not. A "
    "prediction without an estimate keeps the word at leaning."
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


def verdict_of(row: Row | None, prediction: Prediction) -> Verdict:
    """Judge one estimate by the rule in `RULE`."""
    estimate, low, high, p = _values(row)
    if math.isnan(estimate):
        return Verdict.NONE
    none = _NO_EFFECT[prediction.scale]
    sure = (
        p < 1 - LEVEL / 100 if math.isnan(low) and math.isnan(high) else low > none or high < none
    )
    if (estimate - none) * prediction.expected > 0:
        return Verdict.FOR if sure else Verdict.LEANS_FOR
    return Verdict.AGAINST if sure else Verdict.LEANS_AGAINST


def _answer(claim: Claim, estimates: Sequence[Row]) -> Answer:
    rows = [_row(estimates, prediction, prediction.estimator) for prediction in claim.predictions]
    pairs = list(zip(rows, claim.predictions, strict=True))
    verdicts = [verdict_of(row, prediction) for row, prediction in pairs]
    parts = [_said(prediction, row, estimates) for row, prediction in pairs]
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


def _values(row: Row | None) -> tuple[float, float, float, float]:
    """Give estimate, interval and p-value of a row, NaN where it has none."""
    if row is None:
        return (math.nan,) * 4
    texts = (row[key] for key in ("estimate", "conf_low", "conf_high", "p_value"))
    return tuple(float(text) if text else math.nan for text in texts)


def _said(prediction: Prediction, row: Row | None, estimates: Sequence[Row]) -> str:
    estimate = _values(row)[0]
    if row is None or math.isnan(estimate):
        name = f"{estimator_label(prediction.estimator)}, model {prediction.model}, term {prediction.term}"
        reason = (
            "it is not among the estimates" if row is None else row["note"] or "no reason given"
        )
        return f"the estimate is missing ({name}: {reason})"
    words = prediction.rising if estimate >= _NO_EFFECT[prediction.scale] else prediction.falling
    size = {"log-odds": math.exp(abs(estimate)), "points": abs(estimate), "chance": estimate}
    said = words.replace("{size}", number(size[prediction.scale]))
    return f"{said} ({_figures(prediction, row, estimates)})"


def _figures(prediction: Prediction, row: Row, estimates: Sequence[Row]) -> str:
    estimate, low, high, p = _values(row)
    figures = [estimator_label(row["estimator"])]
    if prediction.scale == "log-odds":
        figures.append(f"log-odds {number(estimate)}")
    if not (math.isnan(low) and math.isnan(high)):
        figures.append(f"{LEVEL} % interval {number(low)} to {number(high)}")
    figures.append("no p-value" if math.isnan(p) else p_equals(p))
    figures += _checks(prediction, estimates)
    figures.append(f"N = {row['nobs']}")
    return ", ".join([*figures, *([row["note"]] if row["note"] else [])])


def _checks(prediction: Prediction, estimates: Sequence[Row]) -> list[str]:
    """P-values of other methods for the same term; a method that has none is left out."""
    found = ((name, _values(_row(estimates, prediction, name))[3]) for name in prediction.checks)
    return [
        f"{estimator_label(name).lower()} {p_equals(p)}" for name, p in found if not math.isnan(p)
    ]
