"""The legs a simulation puts to the test: the estimators of the headline models, by name.

An answer that needed no random numbers depends on the outcome only through how many cases with the
same codes, in the same cluster or block where the leg has such, have outcome 1. It is computed once
for each set of such counts, from an outcome that has the ones first, and remembered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from replication.estimators.arguments import with_constant
from replication.estimators.exact import fit_exact
from replication.estimators.firth import fit_firth, why_no_fit
from replication.estimators.linear import fit_ols_cr2, fit_ols_hc3
from replication.estimators.permutation import permutation_test
from replication.estimators.results import Estimates
from replication.estimators.wild_bootstrap import wild_cluster_bootstrap

# Arrangements sampled where they cannot be counted or listed. Fewer than in the headline tables over
# all cases, where that costs most: the p-value stays valid, its own error grows to 0.7 points at 5 %.
DRAWS = 999
DRAWS_BLOCKED = 9999

# p_value, conf_low, conf_high.
LegAnswer = tuple[float, float, float]


@dataclass(frozen=True)
class SimulatedModel:
    """One model's arrays.

    Attributes
    ----------
    model : str
    terms : tuple of str, length k
    outcome : ndarray, shape (n,)
    design : ndarray, shape (n, k)
    administration, family : ndarray of int, shape (n,)
        Numbered from zero in the order they appear.
    """

    model: str
    terms: tuple[str, ...]
    outcome: np.ndarray
    design: np.ndarray
    administration: np.ndarray
    family: np.ndarray

    def why_not(self) -> str:
        """Say why there is nothing to draw from; empty where there is."""
        if len(self.outcome) == 0:
            return "no observations"
        return why_no_fit(self.outcome, with_constant(self.design), ("const", *self.terms))


def _firth(
    problem: SimulatedModel, outcome: np.ndarray, tested: int, _: np.random.Generator
) -> list[tuple[str, LegAnswer]]:
    return [("firth", _answer(fit_firth(outcome, problem.design, problem.terms), tested + 1))]


def _exact(
    problem: SimulatedModel, outcome: np.ndarray, tested: int, _: np.random.Generator
) -> list[tuple[str, LegAnswer]]:
    fit = fit_exact(outcome, problem.design, problem.terms, tested=[problem.terms[tested]])
    middle = (float(fit.p_mid[0]), float(fit.mid_low[0]), float(fit.mid_high[0]))
    return [("exact", _answer(fit, 0)), ("exact_midp", middle)]


def _linear(
    problem: SimulatedModel, outcome: np.ndarray, tested: int, _: np.random.Generator
) -> list[tuple[str, LegAnswer]]:
    hc3 = fit_ols_hc3(outcome, problem.design, problem.terms)
    cr2 = fit_ols_cr2(outcome, problem.design, problem.administration, problem.terms)
    return [("lpm_hc3", _answer(hc3, tested + 1)), ("lpm_cr2", _answer(cr2, tested + 1))]


def _wild(
    problem: SimulatedModel, outcome: np.ndarray, tested: int, rng: np.random.Generator
) -> list[tuple[str, LegAnswer]]:
    fit = wild_cluster_bootstrap(
        outcome, problem.design, problem.administration, problem.terms, tested=tested, rng=rng
    )
    return [("wild_bootstrap", _answer(fit, 0))]


def _permutation(name: str, groups: str, draws: int) -> Leg:
    def leg(
        problem: SimulatedModel, outcome: np.ndarray, tested: int, rng: np.random.Generator
    ) -> list[tuple[str, LegAnswer]]:
        fit = permutation_test(
            outcome, problem.design[:, tested], problem.terms[tested], rng=rng,
            blocks=getattr(problem, groups) if groups else None,
            covariates=np.delete(problem.design, tested, axis=1), draws=draws,
        )  # fmt: skip
        return [(name, _answer(fit, 0))]

    return leg


def _answer(fit: Estimates, row: int) -> LegAnswer:
    return float(fit.p_value[row]), float(fit.conf_low[row]), float(fit.conf_high[row])


Leg = Callable[[SimulatedModel, np.ndarray, int, np.random.Generator], list[tuple[str, LegAnswer]]]
# Lives as long as the process: scenarios of one model share their answers.
_REMEMBERED: dict[tuple[object, ...], list[tuple[str, LegAnswer]]] = {}


def _remembering(name: str, leg: Leg, groups: str) -> Leg:
    def wrapped(
        problem: SimulatedModel, outcome: np.ndarray, tested: int, rng: np.random.Generator
    ) -> list[tuple[str, LegAnswer]]:
        if problem.why_not() == "no observations":
            return leg(problem, outcome, tested, rng)
        group = np.zeros(len(outcome)) if not groups else getattr(problem, groups)
        alike = np.unique(np.column_stack([problem.design, group]), axis=0, return_inverse=True)[1]
        alike = alike.reshape(-1)
        counts = np.bincount(alike, outcome).astype(int)
        key = (name, problem.model, problem.terms, problem.design.tobytes(), tested, *counts)
        if key in _REMEMBERED:
            return _REMEMBERED[key]
        state = rng.bit_generator.state
        answers = leg(problem, _ones_first(alike, counts), tested, rng)
        if rng.bit_generator.state == state:
            _REMEMBERED[key] = answers
        return answers

    return wrapped


def _ones_first(alike: np.ndarray, counts: np.ndarray) -> np.ndarray:
    order = np.argsort(alike, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(alike))])[:-1]
    place = np.empty(len(alike), dtype=int)
    place[order] = np.arange(len(alike)) - start[alike[order]]
    return (place < counts[alike]).astype(float)


# Each leg by name: what it is given is (problem, outcome, tested column, random numbers).
LEGS: dict[str, Leg] = {
    name: _remembering(name, leg, groups)
    for name, leg, groups in (
        ("firth", _firth, ""),
        ("exact", _exact, ""),
        ("linear", _linear, "administration"),
        ("wild_bootstrap", _wild, "administration"),
        ("permutation", _permutation("permutation", "", DRAWS), ""),
        (
            "permutation_blocked",
            _permutation("permutation_blocked", "family", DRAWS_BLOCKED),
            "family",
        ),
    )
}
