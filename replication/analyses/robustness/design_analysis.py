"""Design analysis: power, exaggeration and wrong signs of Firth's test at this N and larger ones."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.special import expit

from replication.analyses.firth_lanes import Variants, fit_counts, in_blocks
from replication.analyses.model_data import ModelData, model_data
from replication.estimators.firth import fit_firth
from replication.precision import at_most, chances, significant
from replication.progress import shown
from replication.randomness import generator
from replication.specifications import Model, Sample

SIZES = (30, 40, 50, 60, 80, 100, 120)
# The estimate as found, half of it, and none: the last shows the size of the test itself.
EFFECTS = {"estimated": 1.0, "half": 0.5, "none": 0.0}
DRAWS = 4_000
WANTED = 0.8
COLUMNS = [
    "model", "term", "effect", "true_effect", "nobs", "draws", "estimated", "power",
    "power_error", "exaggeration", "wrong_sign",
]  # fmt: skip
NEEDED = ["model", "term", "effect", "needed", "new", "present_power", "largest_simulated"]


def design_analysis(
    cases: pd.DataFrame, models: Iterable[Model], samples: dict[str, Sample], draws: int = DRAWS
) -> pd.DataFrame:
    """Simulate studies of this kind under Firth's test.

    Each study draws its cases' covariates with replacement from the cases at hand, at this N and at
    each of `sizes_above` it, and outcomes from the logit fitted here with the effect as estimated,
    half of it, or none. Gelman and Carlin 2014, Perspectives on Psychological Science 9: 641-651:
    `exaggeration` is the mean of the absolute estimate over the true effect among significant
    studies, `wrong_sign` the share of those with the other sign. `power_error` is the Monte Carlo
    standard error.
    """
    rows = []
    for model in shown(list(models), "design analysis"):
        data = model_data(cases, model, samples)
        fit = fit_firth(data.outcome, data.design, data.terms)
        if not fit.converged:
            continue
        for effect in model.effects:
            for name, factor in EFFECTS.items():
                beta = fit.estimate.copy()
                beta[1 + data.terms.index(effect)] *= factor
                for nobs in (len(data.outcome), *sizes_above(len(data.outcome))):
                    rng = generator(f"design {model.model} {effect} {name} {nobs}")
                    found = _studies(data, beta, nobs, draws, data.terms.index(effect), rng)
                    base = {"model": model.model, "term": effect, "effect": name, "nobs": nobs}
                    true = beta[1 + data.terms.index(effect)]
                    rows.append(
                        base | {"true_effect": true, "draws": draws} | _summary(found, true)
                    )
    return pd.DataFrame(rows, columns=COLUMNS)


def sizes_above(nobs: int) -> list[int]:
    """Numbers of cases to look ahead to: `SIZES`, and on by the same steps to twice the cases at hand."""
    sizes = list(SIZES)
    while sizes[-1] < 2 * nobs:
        sizes.append(2 * sizes[-3])
    return [size for size in sizes if size > nobs]


def needed_cases(analysis: pd.DataFrame) -> pd.DataFrame:
    """Cases needed for a power of 80 %, by straight lines between the sizes simulated.

    Columns model, term, effect, needed (total N; missing when above the largest size), new (beyond
    the cases at hand), present_power.
    """
    rows = []
    for (model, term, effect), part in analysis.groupby(["model", "term", "effect"], sort=False):
        if effect == "none":
            continue
        sizes, power = part["nobs"].to_numpy(float), np.maximum.accumulate(part["power"])
        reached = at_most(WANTED, power.max())
        needed = np.ceil(np.interp(WANTED, power, sizes)) if reached else np.nan
        rows.append({
            "model": model, "term": term, "effect": effect, "needed": needed,
            "new": needed - sizes[0], "present_power": part["power"].iloc[0],
            "largest_simulated": sizes[-1],
        })  # fmt: skip
    return pd.DataFrame(rows, columns=NEEDED)


def _studies(
    data: ModelData,
    beta: np.ndarray,
    nobs: int,
    draws: int,
    tested: int,
    rng: np.random.Generator,
) -> Variants:
    patterns, index = np.unique(data.design, axis=0, return_inverse=True)
    share = np.bincount(index.ravel(), minlength=len(patterns)) / len(data.outcome)
    chance = chances(expit(beta[0] + patterns @ beta[1:]))
    parts = []
    for block in in_blocks(draws):
        trials = rng.multinomial(nobs, share, size=block.stop - block.start)
        events = rng.binomial(trials, chance)
        parts.append(fit_counts(patterns, trials.astype(float), events.astype(float), tested))
    fields = ("estimate", "std_error", "p_value", "reason")
    return Variants(*(np.concatenate([getattr(part, name) for part in parts]) for name in fields))


def _summary(found: Variants, true: float) -> dict[str, float]:
    known = ~np.isnan(found.p_value)
    if not known.any():
        return {"estimated": 0.0}
    # A study that cannot be estimated finds nothing: it counts against power.
    telling = known & significant(found.p_value)
    power = telling.mean()
    chosen = found.estimate[telling]
    has_effect = true != 0 and len(chosen) > 0
    return {
        "estimated": float(known.mean()),
        "power": float(power),
        "power_error": float(np.sqrt(power * (1 - power) / len(known))),
        "exaggeration": float(np.abs(chosen).mean() / abs(true)) if has_effect else np.nan,
        "wrong_sign": float((np.sign(chosen) != np.sign(true)).mean()) if has_effect else np.nan,
    }
