"""What each claim rests on: how many codes, how thin, from which sources; and cases on each side of a cut."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from replication.analyses.claims.reading import Claim, Prediction
from replication.analyses.effects.crosstabs import CUT
from replication.casefile import AGREED
from replication.codebook import Codebook
from replication.specifications import Sample

COLUMNS = (
    "claim", "sample", "cells", "n_codes", "n_thin", "share_thin", "n_unvetted_only", "treatment", "n_treatment",
    "n_treatment_thin", "share_treatment_thin", "n_high", "n_high_sought", "n_low", "n_low_sought", "empty_levels",
    "note",
)  # fmt: skip
_THIN = 1


def support(
    claims: Iterable[Claim],
    cases: pd.DataFrame,
    codings: pd.DataFrame,
    samples: dict[str, Sample],
    codebook: Codebook,
) -> pd.DataFrame:
    """Count for every claim the codes behind its first estimate, in that estimate's sample.

    Parameters
    ----------
    cases, codings : DataFrame
        The derived tables.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`. The treatment is the first coded scale of the claim that is not the outcome, cut where the
        cross tables cut it; ``empty_levels`` names the levels of its scale that no case of the sample has.
    """
    agreed = codings[(codings["coding"] == AGREED) & codings["code"].notna()]
    rows = [
        _row(claim, claim.statistics[0], cases, agreed, samples, codebook)
        for claim in claims
        if claim.statistics
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    claim: Claim,
    asked: Prediction,
    cases: pd.DataFrame,
    agreed: pd.DataFrame,
    samples: dict[str, Sample],
    codebook: Codebook,
) -> dict[str, Any]:
    chosen = cases[cases["sample"].isin(samples[asked.sample].values)]
    names = dict.fromkeys(cell for prediction in claim.statistics for cell in prediction.cells)
    own = agreed[agreed["case_id"].isin(chosen["case_id"])]
    labels = own["variable"].where(
        own["actor"].isna(), own["actor"].fillna("") + "." + own["variable"]
    )
    used = own[labels.isin(list(names))]
    treatment = next(
        (name for name in names if name in codebook.scales and name != "io_sought"), ""
    )
    of_treatment = used[used["variable"] == treatment]
    return {
        "claim": claim.claim,
        "sample": asked.sample,
        "cells": ";".join(names),
        "n_unvetted_only": int(used["unvetted_only"].sum()),
        **_thin(used, ""),
        "treatment": treatment,
        **_thin(of_treatment, "treatment_"),
        **_sides(chosen, treatment, codebook),
        "note": "" if len(used) else "no code",
    }


def _thin(cells: pd.DataFrame, prefix: str) -> dict[str, Any]:
    thin = int((cells["confidence"] == _THIN).sum())
    share = thin / len(cells) if len(cells) else None
    n = "n_codes" if not prefix else "n_treatment"
    return {n: len(cells), f"n_{prefix}thin": thin, f"share_{prefix}thin": share}


def _sides(cases: pd.DataFrame, treatment: str, codebook: Codebook) -> dict[str, Any]:
    if not treatment:
        return {}
    known = cases.dropna(subset=[treatment, "sought"])
    high = known[treatment] >= CUT
    labels = codebook.variables[treatment].labels
    empty = [code for code in codebook.scales[treatment] if not (known[treatment] == code).any()]
    return {
        "n_high": int(high.sum()), "n_high_sought": int((known.loc[high, "sought"] == 1).sum()),
        "n_low": int((~high).sum()), "n_low_sought": int((known.loc[~high, "sought"] == 1).sum()),
        "empty_levels": ", ".join(f"{code} ({labels[code].split(':')[0]})" for code in empty) or "none",
    }  # fmt: skip
