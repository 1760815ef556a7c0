"""The rule by which estimates are judged in words, the same wherever a claim is called for or against."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from replication.analyses.claims.reading import Prediction
from replication.precision import ALPHA, TOLERANCE, below, significant

LEVEL = 95
RULE = (
    f"Each prediction is judged by the methods that the analysis plan names for it: the {LEVEL} % interval of the "
    f"first, and the p-values of the others against {ALPHA}. For: the estimate lies on the side of no effect that is "
    "predicted, and every method tells it from no effect. Leans for: it lies on that side, and some methods do. "
    "Against, leans against: the same on the other side. Undecided: no method tells it from no effect. Cannot decide: "
    f"none does, and one of the exact methods could not have, since the smallest p-value it can reach is {ALPHA} or "
    "more; only the direction of the estimate is then said. A claim with several predictions is for or against where "
    "all of them are, leans where some do to one side and none to the other, and is divided where they go to both "
    "sides. A prediction without an estimate keeps the word at leaning. Where a method gives no interval its p-value "
    "decides."
)


# An estimate nearer to no effect than this share of its interval's width points to neither side.
_NEAR = 0.05


class Direction(StrEnum):
    """Side of no effect on which an estimate lies."""

    FOR = "for"
    AGAINST = "against"
    LEVEL = "level"
    NONE = "none"


class Verdict(StrEnum):
    """What evidence says of a claim."""

    FOR = "for"
    LEANS_FOR = "leans for"
    UNDECIDED = "undecided"
    CANNOT = "cannot decide"
    DIVIDED = "divided"
    LEANS_AGAINST = "leans against"
    AGAINST = "against"
    NONE = "no answer"


SIDES = ((Verdict.FOR, Verdict.LEANS_FOR), (Verdict.AGAINST, Verdict.LEANS_AGAINST))
MEANINGS: Mapping[Verdict, str] = {
    Verdict.FOR: "every method named in the plan tells the estimate from no effect, on the side predicted",
    Verdict.LEANS_FOR: "the estimate lies on the side predicted, and some methods tell it from no effect but not all",
    Verdict.UNDECIDED: "no method does",
    Verdict.CANNOT: "none does, and one of the exact tests could not have, however the cases had come out",
    Verdict.DIVIDED: "estimates of one claim go to both sides",
    Verdict.LEANS_AGAINST: "the estimate lies on the other side, and some methods tell it from no effect but not all",
    Verdict.AGAINST: "every method tells it from no effect, on the other side",
    Verdict.NONE: "there is no estimate",
}
EstimateRows = Sequence[Mapping[str, Any]]


def combined(verdicts: Iterable[Verdict]) -> Verdict:
    """Give one verdict for several, by the rule in `RULE`."""
    seen = set(verdicts)
    sides = [(strong, weak) for strong, weak in SIDES if seen & {strong, weak}]
    if len(sides) > 1 or Verdict.DIVIDED in seen:
        return Verdict.DIVIDED
    if sides:
        strong, weak = sides[0]
        return strong if seen == {strong} else weak
    return next(
        (word for word in (Verdict.UNDECIDED, Verdict.CANNOT) if word in seen), Verdict.NONE
    )


def verdict_of(estimates: EstimateRows, prediction: Prediction) -> Verdict:
    """Judge one prediction by the rule in `RULE`.

    Parameters
    ----------
    estimates : sequence of mapping
        Rows of output/estimates.csv; a missing number is NaN, None or an empty text.
    """
    estimate = values_of(row_of(estimates, prediction, prediction.estimator))[0]
    if math.isnan(estimate):
        return Verdict.NONE
    tell = methods_that_tell(estimates, prediction)
    if not any(tell):
        return Verdict.CANNOT if methods_unable(estimates, prediction) else Verdict.UNDECIDED
    strong, weak = SIDES[0 if (estimate - prediction.no_effect) * prediction.expected > 0 else 1]
    return strong if all(tell) else weak


def direction_of(estimates: EstimateRows, prediction: Prediction) -> Direction:
    """Say on which side of no effect the estimate lies, whether or not it can be told from it."""
    row = row_of(estimates, prediction, prediction.estimator)
    estimate, low, high, _ = values_of(row)
    if math.isnan(estimate):
        return Direction.NONE
    distance = (estimate - prediction.no_effect) * prediction.expected
    width = 0.0 if math.isnan(low) or math.isnan(high) else high - low
    if abs(distance) <= max(_NEAR * width, TOLERANCE):
        return Direction.LEVEL
    return Direction.FOR if distance > 0 else Direction.AGAINST


def methods_unable(estimates: EstimateRows, prediction: Prediction) -> dict[str, float]:
    """Methods named for a prediction that could not reject whatever the outcomes, with their smallest p-value."""
    found = {}
    for name in (prediction.estimator, *prediction.checks):
        smallest = smallest_p_of(row_of(estimates, prediction, name))
        if not math.isnan(smallest) and not significant(smallest):
            found[name] = smallest
    return found


def methods_that_tell(estimates: EstimateRows, prediction: Prediction) -> list[bool]:
    """Whether each method tells the estimate from no effect; a method without a result is left out."""
    _, low, high, p = values_of(row_of(estimates, prediction, prediction.estimator))
    none = prediction.no_effect
    first = (
        significant(p)
        if math.isnan(low) and math.isnan(high)
        else below(none, low) or below(high, none)
    )
    others = (p_value_of(estimates, prediction, name) for name in prediction.checks)
    return [first, *(significant(p) for p in others if not math.isnan(p))]


def row_of(
    estimates: EstimateRows, prediction: Prediction, estimator: str
) -> Mapping[str, Any] | None:
    """Give the one row of an estimator for what is predicted; None where there is none, or several."""
    keys = {name: getattr(prediction, name) for name in ("model", "sample", "outcome", "term")}
    fits = [
        row
        for row in estimates
        if row["estimator"] == estimator and all(row[key] == value for key, value in keys.items())
    ]
    return fits[0] if len(fits) == 1 else None


def values_of(row: Mapping[str, Any] | None) -> tuple[float, float, float, float]:
    """Give estimate, lower and upper limit and p-value of a row, NaN where it has none."""
    cells = [(row or {}).get(key) for key in ("estimate", "conf_low", "conf_high", "p_value")]
    estimate, low, high, p = (math.nan if cell in (None, "") else float(cell) for cell in cells)
    return estimate, low, high, p


def p_value_of(estimates: EstimateRows, prediction: Prediction, estimator: str) -> float:
    """Give the p-value of an estimator for what is predicted; NaN where it has none."""
    return values_of(row_of(estimates, prediction, estimator))[3]


def smallest_p_of(row: Mapping[str, Any] | None) -> float:
    """Give the smallest p-value that a row's test can reach; NaN where it has none, or nothing is known of it."""
    value = None if row is None else row.get("smallest_p")
    return math.nan if value in (None, "") else float(value)
