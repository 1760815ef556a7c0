"""What tracing one more case would teach: the variance expected to go, by case and clue, before it is traced."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from replication.analyses.types.data import CodedCases, TypeData, type_data
from replication.analyses.types.plan import ALL, TypePlan
from replication.analyses.types.posterior import Samples, model_of
from replication.estimators.causal_types import BENEFICIAL, TypeModel, TypePosterior, fit_types

# The row of a case for all its clues together.
EVERY = "all"
COLUMNS = (
    "cause", "case_id", "clue", "present", "outcome", "expected_change", "expected_case", "n_seen", "place",
)  # fmt: skip


def expected_learning(
    coded: CodedCases, plan: TypePlan, samples: Samples, ranked: pd.DataFrame
) -> pd.DataFrame:
    """Weigh every outcome that a search for clues may have by its probability, and the variance it would leave.

    Under the headline, clues count as seen in the traced cases alone: a case whose dossier holds codes but was not
    traced is open. Cases of one cell are alike before they are traced, so they get the same numbers; what tells them
    apart is how many clues their dossiers hold already (``n_seen``) and how the rules of case selection rank them
    (``place``).

    Returns
    -------
    DataFrame
        One row for each cause, untraced case and clue, and one for all clues together: ``expected_change`` is the
        share of the variance of the average effect that is expected to go, ``expected_case`` the same of the case's
        own variance p(1 - p). Zero where cause or outcome is absent, as no clue is defined there.
    """
    places = dict(zip(ranked["case_id"], ranked["place"], strict=True)) if len(ranked) else {}
    rows = []
    for cause in plan.traced:
        data = type_data(coded, plan, cause, plan.headline, samples)
        seen = type_data(coded, plan, cause, plan.headline.but(read=ALL), samples).clues
        clues = plan.clues_of(cause.cause)
        model = model_of(plan, clues, plan.headline)
        before = fit_types(data.cause, data.outcome, data.clues, model)
        sets = {clue.clue: [number] for number, clue in enumerate(clues)} | {
            EVERY: [*range(len(clues))]
        }
        known: dict[tuple[int, int, str], tuple[float, float]] = {}
        for number, key in enumerate(data.case_id):
            if data.marked[number]:
                continue
            place = (int(data.cause[number]), int(data.outcome[number]))
            for name, chosen in sets.items():
                if (*place, name) not in known:
                    known[*place, name] = (
                        _expected(data, model, before, number, chosen) if all(place) else (0.0, 0.0)
                    )
                effect, own = known[*place, name]
                rows.append(
                    {
                        "cause": cause.cause, "case_id": key, "clue": name, "present": place[0], "outcome": place[1],
                        "expected_change": effect, "expected_case": own,
                        "n_seen": int((~np.isnan(seen[number, chosen])).sum()), "place": places.get(key),
                    }
                )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"place": "Int64"})


def _expected(
    data: TypeData, model: TypeModel, before: TypePosterior, case: int, chosen: list[int]
) -> tuple[float, float]:
    """Shares of two variances that a search for some clues of one case is expected to take away."""
    chance = before.case_probabilities[case, BENEFICIAL]
    left_effect = left_own = 0.0
    for outcome in product((0.0, 1.0), repeat=len(chosen)):
        clues = data.clues.copy()
        clues[case, chosen] = outcome
        after = fit_types(data.cause, data.outcome, clues, model)
        weight = np.exp(after.log_evidence - before.log_evidence)
        own = after.case_probabilities[case, BENEFICIAL]
        left_effect += weight * after.effect.variance
        left_own += weight * own * (1 - own)
    own_before = chance * (1 - chance)
    return (
        1 - left_effect / before.effect.variance,
        1 - left_own / own_before if own_before > 0 else 0.0,
    )
