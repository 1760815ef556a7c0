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
        Sign of the estimate that the hypothesis predicts.
    rising, falling : str
        What an estimate above and below no effect says, with ``{size}`` where its size goes.
    scale : {"log-odds", "points", "chance"}
        How the size is read: as a factor on odds, as a difference, or as a probability, of which one
        half is no effect.
    checks : tuple of str
        Estimators whose p-values for the same term are named beside it.
    """

    model: str
    sample: str
    outcome: str
    estimator: str
    term: str
    expected: int
    rising: str
    falling: str
    scale: str = "log-odds"
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claim:
    """One hypothesis with everything it predicts."""

    name: str
    title: str
    claim: str
    predictions: tuple[Prediction, ...]


_FOUR_WAYS = ("exact", "wild_bootstrap", "permutation", "permutation_blocked")
_CHANCE = "the chance that the US share is larger with explicit endorsement than without is {size}"
_STEP = "each step of {what} {verb} the odds that endorsement was sought by {size}"


def _logit(
    model: str, term: str, expected: int, what: str, sample: str = "intervention"
) -> Prediction:
    return _worded(model, term, expected, _STEP.replace("{what}", what), sample)


def _worded(
    model: str, term: str, expected: int, words: str, sample: str = "intervention"
) -> Prediction:
    return Prediction(
        model=model,
        sample=sample,
        outcome="sought",
        estimator="firth",
        term=term,
        expected=expected,
        rising=words.replace("{verb}", "multiplies"),
        falling=words.replace("{verb}", "divides"),
        checks=_FOUR_WAYS,
    )


def _state_against_military(expected: int) -> Prediction:
    words = (
        "State stands {size} points {where} the military on the scale of positions from -2 to +2"
    )
    return Prediction(
        model="A1",
        sample="intervention",
        outcome="io",
        estimator="panel",
        term="state",
        expected=expected,
        rising=words.replace("{where}", "above"),
        falling=words.replace("{where}", "below"),
        scale="points",
        checks=("wild_bootstrap", "permutation", "sign_test"),
    )


CLAIMS = (
    Claim(
        "H1",
        "Military reluctance",
        "The more the uniformed leaders oppose using force, the more the executive seeks endorsement.",
        (_logit("M1", "military_opposition", 1, "military opposition"),),
    ),
    Claim(
        "H2",
        "Expected liability",
        "The heavier the stabilisation that is expected, the more the executive seeks endorsement.",
        (_logit("M2", "stabilization_burden", 1, "expected stabilisation burden"),),
    ),
    Claim(
        "H3",
        "Mechanism",
        "Opposition matters more where the expected burden is heavy, and the burden predicts opposition.",
        (
            _worded(
                "M7",
                "military_opposition:stabilization_burden",
                1,
                "each step of burden {verb} the odds ratio of military opposition by {size}",
            ),
            Prediction(
                model="H3",
                sample="intervention",
                outcome="military_opposition",
                estimator="ordered_logit",
                term="stabilization_burden",
                expected=1,
                rising="each step of burden multiplies the odds of higher military opposition by {size}",
                falling="each step of burden divides the odds of higher military opposition by {size}",
            ),
        ),
    ),
    Claim(
        "H4",
        "Who advocates",
        "Within a case, the military argue for endorsement more than the State Department does.",
        (_state_against_military(-1),),
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
                rising=_CHANCE,
                falling=_CHANCE,
                scale="chance",
            ),
        ),
    ),
    Claim(
        "R1",
        "Rival: norms",
        "Liberal norms drive the search for endorsement: Democrats, later years and talk of legitimacy go with it, "
        "and State argues for it more than the military do.",
        (
            _worded(
                "M5",
                "democrat",
                1,
                "a Democratic president {verb} the odds that endorsement was sought by {size}",
            ),
            _worded("M5", "years_since_1989", 1, "each later year {verb} them by {size}"),
            _logit("R1", "legitimacy_framing", 1, "legitimacy framing"),
            _state_against_military(1),
        ),
    ),
    Claim(
        "R2",
        "Rival: soft balancing",
        "The more the other major powers object, the more the executive seeks endorsement.",
        (_logit("M5", "major_power_opposition", 1, "major-power opposition"),),
    ),
    Claim(
        "S1",
        "Scope",
        "The effect of military opposition fades as the strategic interest rises.",
        (
            _worded(
                "M8",
                "military_opposition:strategic_interest",
                -1,
                "each step of strategic interest {verb} the odds ratio of military opposition by {size}",
                sample="all",
            ),
        ),
    ),
)
