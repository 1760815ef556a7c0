"""The answer to each claim in one sentence with its numbers, worded by rule from the estimates as they stand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from replication.analyses.claims.judging import (
    LEVEL,
    Verdict,
    combined,
    methods_that_tell,
    p_value_of,
    row_of,
    values_of,
    verdict_of,
)
from replication.analyses.claims.reading import Claim, Prediction
from replication.exhibits.labels import estimator_label
from replication.exhibits.numbers import number, p_equals
from replication.tables import Row

_OPENINGS = {
    Verdict.FOR: "The data speak for it",
    Verdict.LEANS_FOR: "The data lean towards it",
    Verdict.UNDECIDED: "The data do not decide it",
    Verdict.DIVIDED: "The data point both ways",
    Verdict.LEANS_AGAINST: "The data lean against it",
    Verdict.AGAINST: "The data speak against it",
    Verdict.NONE: "There is no answer",
}


@dataclass(frozen=True)
class Answer:
    """A claim and what the estimates say of it.

    Attributes
    ----------
    sentence : str
        One plain sentence with its numbers.
    details : tuple of str
        For each prediction the estimate as the tables give it, and what the other methods say.
    exhibits : tuple of str
        Exhibits the numbers stand in.
    cells : tuple of str
        Columns of the explorer with the codes behind the numbers.
    sample : str
        Sample that the first prediction is about; empty where there is none.
    """

    claim: Claim
    verdict: Verdict
    sentence: str
    details: tuple[str, ...]
    exhibits: tuple[str, ...]
    cells: tuple[str, ...]
    sample: str


def answers(estimates: Sequence[Row], claims: Iterable[Claim]) -> list[Answer]:
    """Answer every claim from the estimates; where a number is missing the sentence says which and why."""
    return [answer_of(claim, estimates) for claim in claims]


def answer_of(claim: Claim, estimates: Sequence[Row]) -> Answer:
    """Answer one claim from the rows given."""
    asked = claim.statistics
    verdict = combined(verdict_of(estimates, prediction) for prediction in asked)
    said = [_said(prediction, estimates) for prediction in asked] or ["no estimate speaks to it"]
    rows = [row_of(estimates, prediction, prediction.estimator) for prediction in asked]
    details = (_detail(prediction, estimates) for prediction in asked)
    return Answer(
        claim=claim,
        verdict=verdict,
        sentence=f"{_OPENINGS[verdict]}: {'; '.join(said)}.",
        details=tuple(detail for detail in details if detail),
        exhibits=tuple(dict.fromkeys(row["exhibit"] for row in rows if row)),
        cells=tuple(dict.fromkeys(cell for prediction in asked for cell in prediction.cells)),
        sample=asked[0].sample if asked else "",
    )


def _said(prediction: Prediction, estimates: Sequence[Row]) -> str:
    """Say one prediction's part of the sentence, on the scale that its words need."""
    row = row_of(estimates, prediction, prediction.estimator)
    estimate, low, high, p = values_of(row)
    if row is None or math.isnan(estimate):
        name = f"{estimator_label(prediction.estimator)}, model {prediction.model}, term {prediction.term}"
        reason = (
            "it is not among the estimates" if row is None else row["note"] or "no reason given"
        )
        return f"one estimate is missing ({name}: {reason})"
    shown = _factor if prediction.scale == "log-odds" else number
    figures = (
        []
        if math.isnan(low) and math.isnan(high)
        else [f"{LEVEL} % interval {shown(low)} to {shown(high)}"]
    )
    figures.append("no p-value" if math.isnan(p) else p_equals(p))
    return f"{prediction.words.replace('{size}', shown(estimate))} ({', '.join(figures)})"


def _factor(log_odds: float) -> str:
    # Beyond the largest float the factor is as good as infinite.
    return number(math.exp(log_odds) if log_odds < math.log(1e300) else math.inf)


def _detail(prediction: Prediction, estimates: Sequence[Row]) -> str:
    row = row_of(estimates, prediction, prediction.estimator)
    estimate, low, high, p = values_of(row)
    if row is None or math.isnan(estimate):
        return ""
    tell = methods_that_tell(estimates, prediction)
    others = [
        (name, p_value_of(estimates, prediction, name))
        for name in (*prediction.checks, *prediction.beside)
    ]
    said = [f"{estimator_label(name)} {p_equals(p)}" for name, p in others if not math.isnan(p)]
    span = "" if math.isnan(low) and math.isnan(high) else f" [{number(low)}, {number(high)}]"
    unit = " log-odds" if prediction.scale == "log-odds" else ""
    method = f"{estimator_label(prediction.estimator)}{unit} {number(estimate)}{span}"
    parts = [f"{prediction.model}, {prediction.term}: {method}"]
    parts += [] if math.isnan(p) else [p_equals(p)]
    parts += [*said, f"N = {row['nobs']}", *([row["note"]] if row["note"] else [])]
    return (
        f"{'; '.join(parts)}; {sum(tell)} of {len(tell)} deciding methods tell it from no effect."
    )
