"""Size of the tests and coverage of the intervals, measured on outcomes drawn at the design at hand.

The cases keep their codes, administrations and families; only the outcome is drawn anew. With the
tested coefficient held at none, half or all of its estimate, the other coefficients are the
penalised maximum, so that about as many cases seek endorsement as did. In half of the scenarios
each administration has an effect of its own, normal on the scale of the log-odds and drawn anew for
each data set, which no leg is told about.

What an interval should cover differs by leg, and is taken from the probabilities that outcomes were
drawn with, averaged over the administrations' effects: the slope of the logit nearest to them for
Firth's and the exact method (the drawn coefficient itself where administrations have no effects),
their least-squares slope at this design for the linear legs and the permutation over all cases, and
the same within families for the permutation within families. Permutation intervals suppose one
constant effect on the probability, which a logit never has: what they cover is the average slope.
Beside another term that does have an effect, the least-squares slope of one that has none is near
zero and not quite zero, because a logit bends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from replication.analyses.model_data import model_data
from replication.analyses.robustness.coverage_legs import LEGS, LegAnswer, SimulatedModel
from replication.estimators import penalised
from replication.estimators.arguments import with_constant
from replication.estimators.fractional import fit_fractional_logit
from replication.precision import ALPHA, at_most, chances
from replication.randomness import generator
from replication.specifications import Model, Sample

MODELS = ("M1", "M2", "M3")
# Share of the estimated effect that outcomes are drawn with.
EFFECTS: Mapping[str, float] = {"none": 0.0, "half": 0.5, "estimated": 1.0}
# Standard deviation of the administrations' own effects, on the scale of the log-odds.
ADMINISTRATION_SDS = (0.0, 1.0)
# A rate of 5 % is then known to half a percentage point (one standard error).
REPLICATIONS = 2000
COLUMNS = (
    "model", "term", "effect", "administration_sd", "estimator", "target", "replications", "failed",
    "rejected", "rejected_error", "covered", "covered_error", "median_width", "unbounded", "design",
)  # fmt: skip
_NODES = 60
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Scenario:
    """One way to draw outcomes, and the effect that is tested in them.

    Attributes
    ----------
    problem : SimulatedModel
    tested : int
        Column of the design.
    effect : str
        Key of `EFFECTS`.
    administration_sd : float
    coefficients : ndarray, shape (k,)
        What outcomes are drawn with, the constant first.
    """

    problem: SimulatedModel
    tested: int
    effect: str
    administration_sd: float
    coefficients: np.ndarray

    @property
    def name(self) -> str:
        """Name that its random numbers depend on."""
        term = self.problem.terms[self.tested]
        return f"coverage {self.problem.model} {term} {self.effect} {self.administration_sd:g}"

    def probabilities(self) -> np.ndarray:
        """Probability of each case, shape (n,), averaged over the administrations' effects."""
        index = with_constant(self.problem.design) @ self.coefficients
        nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
        shifted = index[:, None] + self.administration_sd * nodes
        return expit(shifted) @ (weights / weights.sum())

    def outcomes(self, replications: int) -> np.ndarray:
        """Outcomes, shape (replications, n)."""
        rng = generator(self.name)
        index = with_constant(self.problem.design) @ self.coefficients
        own = rng.normal(size=(replications, self.problem.administration.max() + 1))
        shift = self.administration_sd * own[:, self.problem.administration]
        return (rng.random((replications, len(index))) < chances(expit(index + shift))).astype(
            float
        )


def problems(
    cases: pd.DataFrame, models: Mapping[str, Model], samples: Mapping[str, Sample]
) -> list[SimulatedModel]:
    """Arrays of the simulated models, in the order of `MODELS`; models no longer declared are left out."""
    found = []
    for name in MODELS:
        if name not in models:
            continue
        data = model_data(cases, models[name], dict(samples))
        administration, family = (
            pd.factorize(data.cases[column])[0] for column in ("administration", "crisis_family")
        )
        found.append(
            SimulatedModel(name, data.terms, data.outcome, data.design, administration, family)
        )
    return found


def fingerprint(problem: SimulatedModel) -> str:
    """Short digest of all that a simulation takes from the data: it changes when any of it does."""
    digest = hashlib.sha256(" ".join((problem.model, *problem.terms)).encode())
    for part in (problem.outcome, problem.design, problem.administration, problem.family):
        digest.update(np.ascontiguousarray(part, dtype="<f8").tobytes())
    return digest.hexdigest()[:16]


def fingerprints(found: Iterable[SimulatedModel]) -> pd.DataFrame:
    """Model and design of the data as they are now, to compare with those of a stored simulation."""
    rows = [(problem.model, fingerprint(problem)) for problem in found]
    return pd.DataFrame(rows, columns=["model", "design"])


def scenarios(problem: SimulatedModel) -> list[Scenario]:
    """List the scenarios of one model; none where its logit has no estimate."""
    x = with_constant(problem.design)
    if problem.why_not():
        return []
    estimate = penalised.maximum(problem.outcome, x).beta[0]
    found = []
    for tested in range(problem.design.shape[1]):
        for effect, share in EFFECTS.items():
            start = estimate.copy()
            start[tested + 1] *= share
            free = (np.arange(len(start)) != tested + 1)[None, :]
            held = penalised.maximise(problem.outcome, x, start[None, :], free).beta[0]
            held[tested + 1] = start[tested + 1]  # the search leaves rounding there
            found += [Scenario(problem, tested, effect, sd, held) for sd in ADMINISTRATION_SDS]
    return found


def simulate(scenario: Scenario, leg: str, replications: int = REPLICATIONS) -> pd.DataFrame:
    """Draw outcomes, estimate each set by one leg, and count: one row for each of its estimators.

    Returns
    -------
    DataFrame
        ``rejected`` is the share of answers with a p-value of 5 % or less: the size of the test
        where the effect is none, its power elsewhere. ``covered`` is the share of intervals that
        hold ``target``. Both are among data sets with an answer; ``failed`` is the share without.
        ``*_error`` are Monte Carlo standard errors. A median width may be infinite.
    """
    rng = generator(f"{scenario.name} {leg}")
    answers: dict[str, list[LegAnswer]] = {}
    for outcome in scenario.outcomes(replications):
        for estimator, answer in LEGS[leg](scenario.problem, outcome, scenario.tested, rng):
            answers.setdefault(estimator, []).append(answer)
    return pd.DataFrame(
        [
            {
                "model": scenario.problem.model,
                "term": scenario.problem.terms[scenario.tested],
                "effect": scenario.effect,
                "administration_sd": scenario.administration_sd,
                "estimator": estimator,
                **_counted(np.array(found), _target(scenario, estimator)),
                "design": fingerprint(scenario.problem),
            }
            for estimator, found in answers.items()
        ],
        columns=list(COLUMNS),
    )


def _target(scenario: Scenario, estimator: str) -> float:
    problem, tested = scenario.problem, scenario.tested
    if estimator in ("firth", "exact", "exact_midp"):
        if scenario.administration_sd == 0:
            return float(scenario.coefficients[tested + 1])
        nearest = fit_fractional_logit(scenario.probabilities(), problem.design, problem.terms)
        return float(nearest.estimate[tested + 1])
    family = problem.family[:, None] == np.unique(problem.family)
    level = family if estimator == "permutation_blocked" else np.ones((len(family), 1))
    columns = np.column_stack([problem.design, level])
    return float(np.linalg.lstsq(columns, scenario.probabilities(), rcond=None)[0][tested])


def _counted(found: np.ndarray, target: float) -> dict[str, float]:
    p_value, low, high = found.T
    answered = np.isfinite(p_value) & ~np.isnan(low) & ~np.isnan(high)
    n = int(answered.sum())
    p_value, low, high = p_value[answered], low[answered], high[answered]
    near = _ROUNDING * max(1.0, abs(target))
    rejected = at_most(p_value, ALPHA).mean() if n else np.nan
    covered = ((low <= target + near) & (target - near <= high)).mean() if n else np.nan
    return {
        "target": target,
        "replications": len(found),
        "failed": 1 - n / len(found),
        "rejected": rejected,
        "rejected_error": np.sqrt(rejected * (1 - rejected) / n) if n else np.nan,
        "covered": covered,
        "covered_error": np.sqrt(covered * (1 - covered) / n) if n else np.nan,
        "median_width": np.median(high - low) if n else np.nan,
        "unbounded": np.isinf(high - low).mean() if n else np.nan,
    }
