"""The hypotheses of the analysis plan, and the row of the estimates that speaks to each prediction."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Prediction:
    """What a hypothesis expects of one estimate.

    Attributes
    ----------
    model, sample, outcome, estimator, term : str
        Keys of the row in output/estimates.csv.
    expected : {-1, 1}
        Side of no effect on which the hypothesis expects the estimate.
    words : str
        What the estimate says, with ``{size}`` where its size goes.
    scale : {"log-odds", "points", "chance"}
        How the size is read: as a factor on odds, as a difference, or as a probability, of which one
        half is no effect.
    checks : tuple of str
        Estimators for the same term that must agree for the hypothesis to be called for or against.
    beside : tuple of str
        Estimators whose p-values are told and decide nothing.
    cells : tuple of str
        Columns of the explorer that hold the codes behind the estimate.
    """

    model: str
    sample: str
    outcome: str
    estimator: str
    term: str
    expected: int
    words: str
    scale: str = "log-odds"
    checks: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claim:
    """One hypothesis with everything it predicts."""

    name: str
    title: str
    claim: str
    predictions: tuple[Prediction, ...]


def _headline(
    model: str, term: str, expected: int, words: str, sample: str = "intervention"
) -> Prediction:
    """Give a prediction about a headline effect, which the plan has estimated four ways.

    Permutation within families is told beside them: few families hold cases that differ, so it can
    often not reach a small p-value at all.
    """
    return Prediction(
        model=model,
        sample=sample,
        outcome="sought",
        estimator="firth",
        term=term,
        expected=expected,
        words=words,
        checks=("exact", "wild_bootstrap", "permutation"),
        beside=("permutation_blocked",),
        cells=("io_sought", *(name for name in term.split(":") if name not in _NOT_CODED)),
    )


def _state_less_military(expected: int) -> Prediction:
    return Prediction(
        model="A1",
        sample="intervention",
        outcome="io",
        estimator="panel",
        term="state",
        expected=expected,
        words="the position of State less that of the military is {size} points on the scale from −2 to +2",
        scale="points",
        checks=("wild_bootstrap", "permutation"),
        beside=("sign_test", "signed_rank"),
        cells=("military.io", "state.io"),
    )


_NOT_CODED = ("democrat", "years_since_1989")
_TIMES = "the odds that endorsement was sought are {size} times as high"
_RATIO = "the odds ratio of military opposition is {size} times as high"

CLAIMS = (
    Claim(
        "H1",
        "Military reluctance",
        "The more the uniformed leaders oppose using force, the more the executive seeks endorsement.",
        (
            _headline(
                "M1", "military_opposition", 1, f"with each step of military opposition {_TIMES}"
            ),
        ),
    ),
    Claim(
        "H2",
        "Expected liability",
        "The heavier the stabilisation that is expected, the more the executive seeks endorsement.",
        (
            _headline(
                "M2", "stabilization_burden", 1, f"with each step of the burden expected {_TIMES}"
            ),
        ),
    ),
    Claim(
        "H3",
        "Mechanism",
        "Opposition matters more where the expected burden is heavy, and the burden predicts opposition.",
        (
            _headline(
                "M7",
                "military_opposition:stabilization_burden",
                1,
                f"with each step of the burden {_RATIO}",
            ),
            Prediction(
                model="H3",
                sample="intervention",
                outcome="military_opposition",
                estimator="ordered_logit",
                term="stabilization_burden",
                expected=1,
                words="with each step of the burden the odds of more military opposition are {size} times as high",
                cells=("stabilization_burden", "military_opposition"),
            ),
        ),
    ),
    Claim(
        "H4",
        "Who advocates",
        "Within a case, the military argue for endorsement more than the State Department does.",
        (_state_less_military(-1),),
    ),
    Claim(
        "H5",
        "Pay-off",
        "Endorsement obtained before action lowers the US share of the follow-on force.",
        (
            Prediction(
                model="H5",
                sample="intervention",
                outcome="followon_us_share",
                estimator="rank_test",
                term="io_obtained>=2",
                expected=-1,
                words="the chance that the US share is larger with explicit endorsement than without is {size}",
                scale="chance",
                cells=("io_obtained",),
            ),
        ),
    ),
    Claim(
        "R1",
        "Rival: norms",
        "Liberal norms drive the search for endorsement: Democrats, later years and talk of legitimacy go with it, "
        "and State argues for it more than the military do.",
        (
            _headline("M5", "democrat", 1, f"under a Democratic president {_TIMES}"),
            _headline(
                "M5", "years_since_1989", 1, "with each later year they are {size} times as high"
            ),
            _headline(
                "R1",
                "legitimacy_framing",
                1,
                "with each step of legitimacy framing {size} times as high",
            ),
            _state_less_military(1),
        ),
    ),
    Claim(
        "R2",
        "Rival: soft balancing",
        "The more the other major powers object, the more the executive seeks endorsement.",
        (
            _headline(
                "M5",
                "major_power_opposition",
                1,
                f"with each step of major-power opposition {_TIMES}",
            ),
        ),
    ),
    Claim(
        "S1",
        "Scope",
        "The effect of military opposition fades as the strategic interest rises.",
        (
            _headline(
                "M8",
                "military_opposition:strategic_interest",
                -1,
                f"with each step of strategic interest {_RATIO}",
                sample="all",
            ),
        ),
    ),
)
