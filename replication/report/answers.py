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
ALPHA = 0.05
# What an estimate is when there is no effect.
_NO_EFFECT = {"log-odds": 0.0, "points": 0.0, "chance": 0.5}
RULE = (
    f"Each prediction is judged by the methods that the analysis plan names for it: the {LEVEL} % interval of the "
    f"first, and the p-values of the others against {ALPHA}. For: the estimate lies on the side of no effect that is "
    "predicted, and every method tells it from no effect. Leans for: it lies on that side, and some methods do. "
    "Against, leans against: the same on the other side. Undecided: no method tells it from no effect. A hypothesis "
    "with several predictions is for or against where all of them are, leans where some do to one side and none to "
    "the other, and is divided where they go to both sides. A prediction without an estimate keeps the word at "
    "leaning. Where a method gives no interval its p-value decides."
)


class Verdict(Enum):
    """What the estimates say: the word shown, and the words a sentence begins with."""

    FOR = ("For", "The data speak for it")
    LEANS_FOR = ("Leans for", "The data lean towards it")
    UNDECIDED = ("Undecided", "The data do not decide it")
    DIVIDED = ("Divided", "The data point both ways")
    LEANS_AGAINST = ("Leans against", "The data lean against it")
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


_SIDES = ((Verdict.FOR, Verdict.LEANS_FOR), (Verdict.AGAINST, Verdict.LEANS_AGAINST))


@dataclass(frozen=True)
class Answer:
    """A hypothesis and what the estimates say of it.

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
    """

    claim: Claim
    verdict: Verdict
    sentence: str
    details: tuple[str, ...]
    exhibits: tuple[str, ...]
    cells: tuple[str, ...]


def answers(estimates: Sequence[Row], claims: Iterable[Claim] = CLAIMS) -> list[Answer]:
    """Answer every hypothesis from the estimates; where a number is missing the sentence says which and why."""
    return [_answer(claim, estimates) for claim in claims]


def combined(verdicts: Sequence[Verdict]) -> Verdict:
    """Give one verdict for several predictions, by the rule in `RULE`."""
    seen = set(verdicts)
    sides = [(strong, weak) for strong, weak in _SIDES if seen & {strong, weak}]
    if len(sides) > 1:
        return Verdict.DIVIDED
    if sides:
        strong, weak = sides[0]
        return strong if seen == {strong} else weak
    return Verdict.UNDECIDED if Verdict.UNDECIDED in seen else Verdict.NONE


def verdict_of(estimates: Sequence[Row], prediction: Prediction) -> Verdict:
    """Judge one prediction by the rule in `RULE`."""
    row = _row(estimates, prediction, prediction.estimator)
    estimate = _values(row)[0]
    if math.isnan(estimate):
        return Verdict.NONE
    tell = _methods_that_tell(estimates, prediction)
    if not any(tell):
        return Verdict.UNDECIDED
    predicted = (estimate - _NO_EFFECT[prediction.scale]) * prediction.expected > 0
    if all(tell):
        return Verdict.FOR if predicted else Verdict.AGAINST
    return Verdict.LEANS_FOR if predicted else Verdict.LEANS_AGAINST


def _methods_that_tell(estimates: Sequence[Row], prediction: Prediction) -> list[bool]:
    """Whether each method tells the estimate from no effect; a method without a result is left out."""
    _, low, high, p = _values(_row(estimates, prediction, prediction.estimator))
    none = _NO_EFFECT[prediction.scale]
    first = p < ALPHA if math.isnan(low) and math.isnan(high) else low > none or high < none
    others = (_p_value(estimates, prediction, name) for name in prediction.checks)
    return [first, *(p < ALPHA for p in others if not math.isnan(p))]


def _answer(claim: Claim, estimates: Sequence[Row]) -> Answer:
    verdict = combined([verdict_of(estimates, prediction) for prediction in claim.predictions])
    parts = "; ".join(_said(prediction, estimates) for prediction in claim.predictions)
    rows = [_row(estimates, prediction, prediction.estimator) for prediction in claim.predictions]
    details = (_detail(prediction, estimates) for prediction in claim.predictions)
    return Answer(
        claim=claim,
        verdict=verdict,
        sentence=f"{verdict.opening}: {parts}.",
        details=tuple(detail for detail in details if detail),
        exhibits=tuple(dict.fromkeys(row["exhibit"] for row in rows if row)),
        cells=tuple(dict.fromkeys(cell for p in claim.predictions for cell in p.cells)),
    )


def _said(prediction: Prediction, estimates: Sequence[Row]) -> str:
    """Say one prediction's part of the sentence, on the scale that its words need."""
    row = _row(estimates, prediction, prediction.estimator)
    estimate, low, high, p = _values(row)
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
    row = _row(estimates, prediction, prediction.estimator)
    estimate, low, high, p = _values(row)
    if row is None or math.isnan(estimate):
        return ""
    tell = _methods_that_tell(estimates, prediction)
    others = [
        (name, _p_value(estimates, prediction, name))
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


def _p_value(estimates: Sequence[Row], prediction: Prediction, estimator: str) -> float:
    return _values(_row(estimates, prediction, estimator))[3]
