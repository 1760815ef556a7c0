"""The estimates behind each claim under other choices: sample, cut of the outcome, coder, evidence."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from replication.analyses.claims.reading import Claim, Prediction
from replication.analyses.model_data import ModelData, model_data
from replication.analyses.multiverse.data import SOUGHT, chunk_frame
from replication.analyses.multiverse.plan import OTHER, SCALE, Chunk, Plan
from replication.analyses.tidy import rows_of, tidy_frame
from replication.estimators.exact import fit_exact
from replication.estimators.firth import fit_firth
from replication.estimators.marginal_effects import average_marginal_effects
from replication.estimators.permutation import permutation_test
from replication.estimators.results import Estimates
from replication.estimators.wild_bootstrap import wild_cluster_bootstrap
from replication.progress import shown
from replication.randomness import generator
from replication.specifications import Model, Sample
from replication.terms import parse_term

OUTCOME = "sought"
CHOICES = ("cut", "sample", "coding", "evidence")
# The choices, then what is looked up, then the numbers that a verdict and its sentence need.
COLUMNS = (
    *CHOICES, "model", "estimator", "term", "estimate", "conf_low", "conf_high", "p_value", "smallest_p", "nobs",
    "n_events", "note",
)  # fmt: skip


def estimates_by_choice(
    cases: pd.DataFrame,
    codings: pd.DataFrame,
    claims: Iterable[Claim],
    models: dict[str, Model],
    samples: dict[str, Sample],
    plan: Plan,
) -> pd.DataFrame:
    """Estimate what the claims rest on under every combination of the multiverse's choices.

    Varied are the predictions on the headline outcome whose terms the multiverse codes anew. Each is
    estimated by the methods that its claim names, with the seeds of the headline models, so that the
    choices of the headline give the headline's own rows. The samples are all of samples.yaml.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; `cut` is the code from which the outcome counts as sought. A method
        without a result has NaN and its reason in `note`.
    """
    wanted = varied_effects(claims, models, plan)
    cuts = [int(cut.removeprefix(">=")) for cut in plan.outcomes if cut != SCALE]
    rows: list[dict[str, Any]] = []
    # Other choices often leave the very same data: these are estimated once.
    known: dict[Hashable, list[tuple[str, str, Estimates]]] = {}
    chunks = [
        Chunk(plan.treatments[0], *place) for place in product(samples, plan.codings, plan.evidence)
    ]
    # All cuts of the same cases one after the other: their permutation tests share what is drawn.
    for chunk in shown(chunks, "choices"):
        coded = _frame(chunk, plan, cases, codings, samples)
        sample, coding, evidence = chunk.sample, chunk.coding, chunk.evidence
        for cut in cuts:
            sought = (coded[SOUGHT] >= cut).astype(float).where(coded[SOUGHT].notna())
            frame = coded.assign(**{OUTCOME: sought})
            choice = {"cut": cut, "coding": coding, "evidence": evidence}
            for name, effects in wanted.items():
                model = Model(**{**vars(models[name]), "sample": sample, "outcome": OUTCOME})
                data = model_data(frame, model, samples)
                key = _identity(name, data)
                if key not in known:
                    known[key] = list(_fits(data, model, effects))
                for estimator, term, fit in known[key]:
                    rows += [
                        choice | row
                        for row in rows_of(fit, model, estimator, exhibit="")
                        if row["term"] == term
                    ]
    rows.sort(key=lambda row: cuts.index(row["cut"]))
    table = tidy_frame(rows)
    chosen = pd.DataFrame(rows, columns=["cut", "coding", "evidence"])
    return pd.concat([chosen, table], axis=1)[list(COLUMNS)]


def varied_effects(
    claims: Iterable[Claim], models: dict[str, Model], plan: Plan
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Give the methods by model and term, for the predictions that the choices can vary."""
    coded = {*plan.treatments, *plan.controls} - {OTHER}
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for prediction in (p for claim in claims for p in claim.statistics):
        if is_varied(prediction, models, coded):
            told = [prediction.told] if prediction.told else []
            methods = (prediction.estimator, *told, *prediction.checks, *prediction.beside)
            found.setdefault(prediction.model, {})[prediction.term] = tuple(dict.fromkeys(methods))
    return found


def is_varied(prediction: Prediction, models: dict[str, Model], coded: set[str]) -> bool:
    """Tell whether a prediction is Firth's logit of the headline outcome on variables coded anew."""
    model = models.get(prediction.model)
    if model is None or prediction.outcome != OUTCOME or prediction.estimator != "firth":
        return False
    used = {name for term in model.terms for name in parse_term(term).variables}
    return used <= coded


def _frame(
    chunk: Chunk,
    plan: Plan,
    cases: pd.DataFrame,
    codings: pd.DataFrame,
    samples: dict[str, Sample],
) -> pd.DataFrame:
    """Codes of the cases under the choices, with clusters and families."""
    frame = chunk_frame(chunk, plan, cases, codings, samples)
    known = cases.set_index("case_id").loc[frame.index, ["administration", "crisis_family"]]
    return frame.join(known)


def _identity(name: str, data: ModelData) -> Hashable:
    """Everything that the estimates of a model depend on."""
    labels = [tuple(data.cases[column]) for column in ("administration", "crisis_family")]
    return name, data.outcome.tobytes(), data.design.tobytes(), *labels


def _fits(
    data: ModelData, model: Model, effects: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, str, Estimates]]:
    arrays = (data.outcome, data.design, data.terms)
    # On nearly separated data a trial step of a profile runs off and is refused; another one is taken.
    with np.errstate(invalid="ignore"):
        firth = fit_firth(*arrays)
    told = {name for methods in effects.values() for name in methods}
    marginal = average_marginal_effects(firth, *arrays) if "firth_ame" in told else firth
    for term, methods in effects.items():
        column = data.terms.index(term)
        others = np.delete(data.design, column, axis=1)
        for name in methods:
            if name == "firth":
                yield name, term, firth
            elif name == "firth_ame":
                yield name, term, marginal
            elif name == "exact":
                yield name, term, fit_exact(*arrays, tested=[term])
            elif name == "wild_bootstrap":
                yield name, term, wild_cluster_bootstrap(
                    data.outcome, data.design, data.cases["administration"].to_numpy(), data.terms,
                    tested=column, rng=generator(f"wild_bootstrap {model.model} {term}"),
                )  # fmt: skip
            elif name in ("permutation", "permutation_blocked"):
                families = data.cases["crisis_family"].to_numpy()
                yield name, term, permutation_test(
                    data.outcome, data.design[:, column], term, covariates=others,
                    blocks=None if name == "permutation" else families,
                    rng=generator(f"{name} {model.model} {term}"),
                )  # fmt: skip
