"""The answer to each claim in one sentence with its numbers, worded by rule from the estimates as they stand."""

from __future__ import annotations

import math
from collections.abc import (
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from typing import Any

from replication.analyses.claims.judging import (
    LEVEL,
    Direction,
    Verdict,
    combined,
    direction_of,
    methods_that_tell,
    methods_unable,
    p_value_of,
    row_of,
    values_of,
    verdict_of,
)
from replication.analyses.claims.reading import Claim, Prediction
from replication.exhibits.labels import Labels, estimator_label
from replication.exhibits.numbers import (
    integer,
    interval,
    number,
    p_equals,
    points,
    points_digits,
    telling_digits,
)
from replication.precision import below, significant
from replication.tables import Row

_OPENINGS = {
    Verdict.FOR: "The data speak for it",
    Verdict.LEANS_FOR: "The data lean towards it",
    Verdict.UNDECIDED: "The data do not decide it",
    Verdict.CANNOT: "A test of this size cannot decide it",
    Verdict.DIVIDED: "The data point both ways",
    Verdict.LEANS_AGAINST: "The data lean against it",
    Verdict.AGAINST: "The data speak against it",
    Verdict.NONE: "There is no answer",
}


_DIRECTIONS = {
    Direction.FOR: ", and the estimate points towards it",
    Direction.AGAINST: ", and the estimate points against it",
    Direction.LEVEL: ", and the estimate is level",
    Direction.NONE: "",
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
    also : str
        What other samples and methods say, which decides nothing; empty where the claim asks for none.
    """

    claim: Claim
    verdict: Verdict
    sentence: str
    details: tuple[str, ...]
    exhibits: tuple[str, ...]
    cells: tuple[str, ...]
    sample: str
    also: str


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
        sentence=f"{_OPENINGS[verdict]}{_direction(claim, verdict, estimates)}: {'; '.join(said)}.",
        details=tuple(detail for detail in details if detail),
        exhibits=tuple(dict.fromkeys(row["exhibit"] for row in rows if row)),
        cells=tuple(dict.fromkeys(cell for prediction in asked for cell in prediction.cells)),
        sample=asked[0].sample if asked else "",
        also=_also(claim, estimates),
    )


def _direction(claim: Claim, verdict: Verdict, estimates: Sequence[Row]) -> str:
    """Say where the one estimate of a claim lies when no method tells it from no effect."""
    silent = verdict in (Verdict.UNDECIDED, Verdict.CANNOT) and len(claim.statistics) == 1
    return _DIRECTIONS[direction_of(estimates, claim.statistics[0])] if silent else ""


def _also(claim: Claim, estimates: Sequence[Row]) -> str:
    said = [_said(prediction, estimates) for prediction in claim.also]
    return f"Beside it, and not counted: {'; '.join(said)}." if said else ""


def _said(prediction: Prediction, estimates: Sequence[Row]) -> str:
    """Say one prediction's part of the sentence, on the scale that its words need."""
    judged = row_of(estimates, prediction, prediction.estimator)
    row = row_of(estimates, prediction, prediction.told or prediction.estimator)
    estimate, low, high, _ = values_of(row)
    p = values_of(judged)[3]
    if row is None or judged is None or math.isnan(estimate):
        return _missing(prediction, judged if row is None else row)
    shown = _form(prediction, (estimate, low, high))
    unable = methods_unable(estimates, prediction)
    unknown = math.isnan(low) and math.isnan(high)
    figures = [] if unknown else [f"{LEVEL} % interval {shown(low)} to {shown(high)}"]
    figures += ["no p-value" if math.isnan(p) else p_equals(p), f"N = {integer(judged['nobs'])}"]
    figures += [_limit(prediction, estimates, judged["nobs"], *found) for found in unable.items()]
    if not unknown and not math.isnan(p) and significant(p) == _holds(low, high, _none(prediction)):
        figures.append("interval and p-value come from different approximations and part here")
    if prediction.told and max(abs(low), abs(high)) > 1:
        figures.append(
            "the slope of a curve, averaged, which can exceed 100 points where it is steep"
        )
    return f"{prediction.words.replace('{size}', shown(estimate))} ({', '.join(figures)})"


def _limit(
    prediction: Prediction, estimates: Sequence[Row], nobs: object, method: str, smallest: float
) -> str:
    """Say the smallest p-value that a method can reach, with its N where that is not the estimate's."""
    own = (row_of(estimates, prediction, method) or {})["nobs"]
    size = "at this size" if str(own) == str(nobs) else f"over its N = {integer(own)}"
    return f"the smallest p-value of the {_lower(estimator_label(method))} {size} is {number(smallest, 3)}"


def _holds(low: float, high: float, none: float) -> bool:
    return not (below(none, low) or below(high, none))


def _missing(prediction: Prediction, row: Mapping[str, Any] | None) -> str:
    name = f"{estimator_label(prediction.estimator)}, model {prediction.model}, {Labels().term(prediction.term)}"
    reason = "it is not among the estimates" if row is None else row["note"] or "no reason given"
    return f"one estimate is missing ({name}: {reason})"


def _form(prediction: Prediction, values: Sequence[float]) -> Callable[[float], str]:
    """Choose how an estimate and its limits are written, so that no limit is rounded to no effect."""
    if prediction.told:
        digits = points_digits(*values)
        return lambda share: points(share, digits)
    if prediction.scale == "log-odds":
        return _factor
    digits = telling_digits(values[1:], 2)
    return lambda value: number(value, digits)


def _none(prediction: Prediction) -> float:
    return 0.0 if prediction.told else prediction.no_effect


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


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
    digits = telling_digits((low, high), 2)
    limits = interval(low, high, digits)
    span = "" if math.isnan(low) and math.isnan(high) else f" {limits}"
    unit = " log-odds" if prediction.scale in ("log-odds", "coefficient") else ""
    method = f"{estimator_label(prediction.estimator)}{unit} {number(estimate, digits)}{span}"
    parts = [f"{prediction.model}, {Labels().term(prediction.term)}: {method}"]
    parts += [] if math.isnan(p) else [p_equals(p)]
    parts += [*said, f"N = {integer(row['nobs'])}", *([row["note"]] if row["note"] else [])]
    unable = [
        f"{estimator_label(name)} cannot give a p-value under {number(value, 3)}"
        for name, value in methods_unable(estimates, prediction).items()
    ]
    parts += [*unable, f"{sum(tell)} of {len(tell)} deciding methods tell it from no effect"]
    return f"{'; '.join(parts)}."
