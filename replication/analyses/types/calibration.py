"""Are the posteriors calibrated: data sets drawn from the prior, and where the truth lies in the posterior of each."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from scipy.stats import kstest

from replication.analyses.types.plan import Clue, TypePlan
from replication.analyses.types.posterior import LEVEL, chances_of, model_of
from replication.estimators.causal_types import (
    BENEFICIAL,
    CELLS,
    DESTINED,
    FITTING,
    TypeModel,
    fit_types,
)
from replication.precision import chances
from replication.progress import shown
from replication.randomness import generator

REPLICATIONS = 2000
# As many cases as the headline's sample holds, about, and traced ones among those with cause and outcome.
N_CASES, N_TRACED = 22, 4
QUANTITIES = ("share of beneficial", "average effect")
COLUMNS = (
    "monotonic", "confounded", "clues", "quantity", "n_cases", "replications", "covered", "covered_error", "mean_rank",
    "p_uniform",
)  # fmt: skip
_ENDS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)


def calibration(plan: TypePlan, replications: int = REPLICATIONS) -> pd.DataFrame:
    """Draw shares, causes, outcomes and clues from the headline's prior, fit each data set, and place the truth.

    Returns
    -------
    DataFrame
        One row for each combination of monotonicity, confounding and clues held fixed or learnt, and each quantity:
        ``covered``, the share of central 95 % intervals that hold the truth, with its Monte Carlo error;
        ``p_uniform``, the p-value of a Kolmogorov-Smirnov test that the truth's place in its posterior is uniform.
        Columns `COLUMNS`.
    """
    cause = plan.traced[0].cause
    clues = plan.clues_of(cause)
    rows: list[dict[str, object]] = []
    scenarios = [*product((False, True), (False, True), ("stated", "learnt"))]
    for monotonic, confounded, kind in shown(scenarios, "scenarios"):
        choices = plan.headline.but(monotonic=monotonic, confounded=confounded, clues=kind)
        rng = generator(f"type calibration {monotonic} {confounded} {kind}")
        model = model_of(plan, clues, choices)
        places = np.array([_places(plan, clues, model, rng) for _ in range(replications)])
        for name, ranks in zip(QUANTITIES, places.T, strict=True):
            covered = float(((ranks >= _ENDS[0]) & (ranks <= _ENDS[1])).mean())
            rows.append(
                {
                    "monotonic": int(monotonic), "confounded": int(confounded), "clues": kind, "quantity": name,
                    "n_cases": N_CASES, "replications": replications, "covered": covered,
                    "covered_error": float(np.sqrt(covered * (1 - covered) / replications)),
                    "mean_rank": float(ranks.mean()), "p_uniform": float(kstest(ranks, "uniform").pvalue),
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _places(
    plan: TypePlan, clues: tuple[Clue, ...], model: TypeModel, rng: np.random.Generator
) -> tuple[float, float]:
    """Place of the true share of beneficial cases and of the true average effect in their posteriors."""
    held = model.shares > 0
    shares = np.zeros(4)
    shares[held] = rng.dirichlet(model.shares[held])
    a, b = plan.assignment
    present = rng.beta(a, b, size=4) if model.assignment is not None else np.full(4, rng.beta(a, b))
    kinds = rng.choice(4, size=N_CASES, p=chances(shares) / chances(shares).sum())
    cause = (rng.random(N_CASES) < present[kinds]).astype(float)
    outcome = np.array([_outcome(kind, x) for kind, x in zip(kinds, cause, strict=True)])
    seen = np.full((N_CASES, len(clues)), np.nan)
    both = np.flatnonzero((cause == 1) & (outcome == 1))[:N_TRACED]
    for number, clue in enumerate(clues):
        found = np.array(chances_of(clue, np.nan))
        size = model.clue_size[number, 1, [BENEFICIAL, DESTINED]]
        learnt = np.isfinite(size)
        found[learnt] = rng.beta(size[learnt] * found[learnt], size[learnt] * (1 - found[learnt]))
        chance = np.where(kinds[both] == BENEFICIAL, *found)
        seen[both, number] = rng.random(len(both)) < chance
    fit = fit_types(cause, outcome, seen, model)
    effect = shares[BENEFICIAL] - shares[0]
    return fit.share(BENEFICIAL).cdf(shares[BENEFICIAL]), fit.effect.cdf(effect)


def _outcome(kind: int, x: float) -> float:
    """Outcome of a type under a cause."""
    [place] = [
        i
        for i, ((a, _), fit) in enumerate(zip(CELLS, FITTING, strict=True))
        if a == x and kind in fit
    ]
    return float(CELLS[place][1])
