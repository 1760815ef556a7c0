"""Weights of evidence: what the items of a traced case add up to, and how far the coders agree on them.

After Fairfield and Charman (2017, Political Analysis 25: 363-380): the log odds of two explanations after the
evidence are those before it plus the weights of all items, in decibels. Items are weighed in order, each given those
before, so the weights may be added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from replication.codebook import Codebook
from replication.dataset import SEPARATOR
from replication.estimators.agreement import agreement
from replication.ordered_sums import ordered_sum
from replication.precision import tie_order
from replication.randomness import generator

# The mean of all passes, beside each pass.
MEAN = "mean"
OVERALL = "all"
# Odds of the explanation before the evidence, and the column of the probability after it.
ODDS = {"probability_1_to_9": 1 / 9, "probability_1_to_1": 1.0, "probability_9_to_1": 9.0}
CARRYING = 3
ITEM_COLUMNS = (
    "case_id", "rival", "evidence_id", "statement", "theory_author", "decibels", "largest_gap", "passes",
)  # fmt: skip
SUM_COLUMNS = (
    "case_id", "case_title", "rival", "rival_label", "coding", "items", "n_for", "n_against", "decibels",
    "decibels_independent", "carried_by", "carried_decibels", *ODDS, "even_odds",
)  # fmt: skip
AGREEMENT_COLUMNS = (
    "rival", "case_id", "n_units", "agreement", "same_side", "opposite", "difference", "alpha", "alpha_low",
    "alpha_high", "note",
)  # fmt: skip


def weight_items(weights: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """Set the weights of all passes side by side, one row for each item and rival.

    Returns
    -------
    DataFrame
        ``decibels`` is the mean of the passes, ``largest_gap`` the difference between the highest and the lowest,
        ``passes`` the weight of each pass in words; columns `ITEM_COLUMNS`.
    """
    known = evidence.set_index("evidence_id")
    rows = []
    for (case_id, rival, item), part in weights.groupby(
        ["case_id", "rival", "evidence_id"], sort=False
    ):
        given = dict(zip(part["coding"], map(int, part["decibels"]), strict=True))
        rows.append(
            {
                "case_id": case_id, "rival": rival, "evidence_id": item, "statement": known.loc[item, "statement"],
                "theory_author": int(known.loc[item, "theory_author"]),
                "decibels": ordered_sum(given.values()) / len(given),
                "largest_gap": max(given.values()) - min(given.values()),
                "passes": ", ".join(f"{name} {value:+d}" if value else f"{name} 0" for name, value in given.items()),
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(ITEM_COLUMNS))


def weight_sums(
    weights: pd.DataFrame, cases: pd.DataFrame, evidence: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """Add up the weights of each case and rival, for each pass and for their mean.

    Only passes that weigh every item of the case enter, as a sum needs them all.

    Returns
    -------
    DataFrame
        ``decibels`` is the sum, ``decibels_independent`` without items of the theory's author; ``carried_by`` names
        the three items that weigh most, with what they add up to; ``probability_*`` is that of the explanation
        against this rival alone, by the odds before the evidence; ``even_odds`` are the odds before it that would
        leave both as probable, in decibels. Columns `SUM_COLUMNS`.
    """
    titles = cases.set_index("case_id")["case_title"]
    own = evidence.set_index("evidence_id")["theory_author"] == 1
    rows = []
    for case_id, rival, table in _whole(weights, evidence):
        named = [(name, table[name]) for name in table]
        if len(named) > 1:
            named.append((MEAN, table.apply(lambda row: ordered_sum(row) / len(row), axis=1)))
        for coding, values in named:
            rows.append(
                {
                    "case_id": case_id, "case_title": titles[case_id], "rival": rival,
                    "rival_label": codebook.weights.rivals[rival].label, "coding": coding,
                    **_summed(values, own.reindex(values.index).to_numpy()),
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(SUM_COLUMNS))


def _whole(
    weights: pd.DataFrame, evidence: pd.DataFrame
) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Weights of each case and rival, items by passes; passes that leave items out are left out."""
    for (case_id, rival), part in weights.groupby(["case_id", "rival"], sort=False):
        items = evidence.loc[evidence["case_id"] == case_id, "evidence_id"]
        table = part.pivot_table(
            index="evidence_id", columns="coding", values="decibels", sort=False
        )
        table = table.reindex(items)
        kept = [name for name in table if table[name].notna().all()]
        if kept:
            yield case_id, rival, table[kept].astype(float)


def _summed(values: pd.Series, own: np.ndarray) -> dict[str, object]:
    total = ordered_sum(values)
    heaviest = values.iloc[tie_order(values.abs().to_numpy(), descending=True)[:CARRYING]]
    heaviest = heaviest[heaviest != 0]
    return {
        "items": len(values), "n_for": int((values > 0).sum()), "n_against": int((values < 0).sum()), "decibels": total,
        "decibels_independent": ordered_sum(values[~own]), "carried_by": SEPARATOR.join(heaviest.index),
        "carried_decibels": ordered_sum(heaviest),
        **{name: probability(total, odds) for name, odds in ODDS.items()}, "even_odds": -total,
    }  # fmt: skip


def probability(decibels: float, odds: float) -> float:
    """Probability of an explanation against one rival, from the odds before the evidence and the sum of its weights."""
    after = 10 * np.log10(odds) + decibels
    return float(1 / (1 + 10 ** (-after / 10)))


def weight_agreement(weights: pd.DataFrame) -> pd.DataFrame:
    """Say how far the passes agree, over all cases and in each, for each rival and for both together.

    Returns
    -------
    DataFrame
        ``agreement`` is the share of equal pairs of weights, ``same_side`` of pairs on one side of 0 or both 0,
        ``opposite`` of pairs on opposite sides, ``difference`` their mean distance in decibels, ``alpha``
        Krippendorff's for the order of the scale. Columns `AGREEMENT_COLUMNS`.
    """
    table = weights.pivot_table(
        index=["case_id", "rival", "evidence_id"], columns="coding", values="decibels", sort=False
    ).dropna()
    if table.shape[1] < 2:  # noqa: PLR2004 - agreement is between two
        return pd.DataFrame(columns=list(AGREEMENT_COLUMNS))
    cases, rivals = (table.index.get_level_values(name) for name in ("case_id", "rival"))
    scale = sorted({int(value) for value in weights["decibels"]})
    groups = [(OVERALL, OVERALL), *((rival, OVERALL) for rival in dict.fromkeys(rivals))]
    groups += [(rival, case) for case in dict.fromkeys(cases) for rival in dict.fromkeys(rivals)]
    rows = []
    for rival, case in groups:
        own = ((rivals == rival) | (rival == OVERALL)) & ((cases == case) | (case == OVERALL))
        rows.append(
            {
                "rival": rival,
                "case_id": case,
                **_agreed(table[own].to_numpy(float), scale, f"{rival} {case}"),
            }
        )
    return pd.DataFrame(rows, columns=list(AGREEMENT_COLUMNS))


def _agreed(codes: np.ndarray, scale: Sequence[int], name: str) -> dict[str, object]:
    """Measure agreement on weights of shape (items, passes)."""
    found = agreement(codes.T, scale, "ordinal", rng=generator(f"weights {name}"))
    pairs = np.vstack([codes[:, pair] for pair in combinations(range(codes.shape[1]), 2)])
    first, second = pairs.T
    return {
        "n_units": len(codes), "agreement": found.agreement,
        "same_side": float((np.sign(first) == np.sign(second)).mean()), "opposite": float((first * second < 0).mean()),
        "difference": float(np.abs(first - second).mean()), "alpha": found.alpha, "alpha_low": found.alpha_low,
        "alpha_high": found.alpha_high, "note": found.note,
    }  # fmt: skip
