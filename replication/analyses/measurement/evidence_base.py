"""What the agreed codes rest on, what the audits found, and how our codes meet published ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from replication.analyses.measurement.code_pairs import as_written
from replication.casefile import AGREED
from replication.codebook import Codebook
from replication.estimators.concordance import Concordance, concordance
from replication.randomness import generator
from replication.shapes import FreeKeys, Key, ListOf, Record, Text
from replication.specifications import CELL, CODE, NAME, open_specification

BASE_COLUMNS = (
    "variable", "actor", "n_cells", "n_coded", "n_consulted", "share_consulted", "n_absence_only",
    "share_absence_only", "n_theory_author_only", "share_theory_author_only", "n_confidence_1",
    "share_confidence_1", "n_unvetted_only", "share_unvetted_only",
)  # fmt: skip
AUDIT_COLUMNS = (
    "audit",
    "verdict",
    "items",
    "of",
    "share",
    "conf_low",
    "conf_high",
    "still_listed",
)
PUBLISHED_COLUMNS = (
    "dataset", "variable", "ours", "reading", "nobs", "agreement", "agreement_low",
    "agreement_high", "kappa", "kappa_low", "kappa_high", "differing", "why", "note",
)  # fmt: skip
ALL = "all"
# Verdicts in the order of how well they speak of an item; others found in a file come after.
_VERDICTS = ("supported", "partly", "not_found", "contradicted")

_READINGS = ListOf(
    Record(
        {
            **{name: Key(NAME) for name in ("dataset", "variable", "reading")},
            "ours": Key(CELL),
            "mapping": Key(FreeKeys(CODE, pattern="-?[0-9]+", words="our codes")),
            "why": Key(Text()),
        }
    ),
    unique=False,
)


@dataclass(frozen=True)
class PublishedCoding:
    """One reading of one published variable in terms of ours."""

    dataset: str
    variable: str
    ours: str
    reading: str
    mapping: Mapping[float, float]
    why: str


def evidence_base(codings: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Shares of the agreed codes that rest on consulted evidence, on absence, on the theory's author.

    A row for all cells, one for each variable, and for actor variables one for each actor. Shares
    are of the cells that have a code.
    """
    agreed = as_written(codings[codings["coding"] == AGREED], codebook)
    rows = [_base_row(agreed, ALL, "")]
    for variable in (*codebook.case, *codebook.actor):
        cells = agreed[agreed["variable"] == variable.name]
        rows.append(_base_row(cells, variable.name, ""))
        if variable.level == "actor":
            rows += [
                _base_row(cells[cells["actor"] == actor], variable.name, actor)
                for actor in codebook.actors
            ]
    return pd.DataFrame(rows, columns=list(BASE_COLUMNS))


def audit_summary(audits: Mapping[str, pd.DataFrame], evidence: pd.DataFrame) -> pd.DataFrame:
    """Count verdicts of each audit and of all together, with exact 95 % intervals of the shares.

    ``still_listed`` counts items that the evidence holds today: faults an audit named were mended,
    so items may have gone.
    """
    parts = {**audits}
    if len(audits) > 1:
        parts[ALL] = pd.concat(audits.values(), ignore_index=True)
    listed = set(evidence["evidence_id"])
    rows = [row for name, audit in parts.items() for row in _audit_rows(name, audit, listed)]
    return pd.DataFrame(rows, columns=list(AUDIT_COLUMNS))


def published_agreement(
    cases: pd.DataFrame, published: pd.DataFrame, codings: list[PublishedCoding]
) -> pd.DataFrame:
    """Compare our codes with published ones; ``differing`` names the cases that part."""
    rows = []
    for coding in codings:
        chosen = published[
            (published["dataset"] == coding.dataset) & (published["variable"] == coding.variable)
        ]
        both = cases.merge(chosen[["case_id", "value"]], on="case_id", validate="one_to_one")
        ours = both[coding.ours].to_numpy(dtype=float, na_value=np.nan)
        theirs = both["value"].to_numpy(dtype=float, na_value=np.nan)
        task = f"published {coding.dataset} {coding.variable} {coding.reading}"
        found = concordance(ours, theirs, coding.mapping, rng=generator(task))
        mapped = np.array([coding.mapping.get(code, np.nan) for code in ours])
        known = ~np.isnan(mapped) & ~np.isnan(theirs)
        differing = both.loc[known & (mapped != theirs), "case_id"]
        rows.append(_published_row(coding, found, ";".join(differing)))
    return pd.DataFrame(rows, columns=list(PUBLISHED_COLUMNS))


def read_published_codings(path: Path, codebook: Codebook) -> list[PublishedCoding]:
    """Read the readings and check each against the codebook.

    Raises
    ------
    SpecificationError
        For a variable that is not an ordinal case variable, or a mapping that leaves out a code.
    """
    allowed = {variable.name: variable for variable in codebook.case if variable.type == "ordinal"}
    opened = open_specification(path, _READINGS)
    for number, row in enumerate(opened.content):
        row["mapping"] = {int(code): theirs for code, theirs in row["mapping"].items()}
        if not opened.require((number, "ours"), row["ours"], allowed):
            continue
        codes = list(allowed[row["ours"]].labels)
        if set(row["mapping"]) != set(codes):
            opened.refuse(
                (number, "mapping"),
                f"{row['mapping']} is not allowed; allowed: a whole number for each of "
                f"{', '.join(map(str, codes))}",
            )
    return [PublishedCoding(**row) for row in opened.settle()]


def _base_row(cells: pd.DataFrame, variable: str, actor: str) -> dict[str, Any]:
    coded = cells[cells["code"].notna()]
    marks = {
        "consulted": coded["consulted"] == 1,
        "absence_only": coded["absence_only"] == 1,
        "theory_author_only": coded["theory_author_only"] == 1,
        "unvetted_only": coded["unvetted_only"] == 1,
        "confidence_1": coded["confidence"] == 1,
    }
    row: dict[str, Any] = {
        "variable": variable,
        "actor": actor,
        "n_cells": len(cells),
        "n_coded": len(coded),
    }
    for name, mark in marks.items():
        row[f"n_{name}"] = int(mark.sum())
        row[f"share_{name}"] = float(mark.mean()) if len(coded) else np.nan
    return row


def _audit_rows(name: str, audit: pd.DataFrame, listed: set[str]) -> list[dict[str, Any]]:
    others = sorted(set(audit["verdict"]) - set(_VERDICTS))
    rows = []
    for verdict in (*_VERDICTS, *others):
        items = audit.loc[audit["verdict"] == verdict, "item"]
        low, high = _exact(len(items), len(audit))
        rows.append(
            {
                "audit": name,
                "verdict": verdict,
                "items": len(items),
                "of": len(audit),
                "share": len(items) / len(audit) if len(audit) else np.nan,
                "conf_low": low,
                "conf_high": high,
                "still_listed": int(items.isin(listed).sum()),
            }
        )
    return rows


def _exact(count: int, total: int) -> tuple[float, float]:
    """Clopper and Pearson's limits (1934, Biometrika 26: 404-413)."""
    if not total:
        return np.nan, np.nan
    from scipy.stats import binomtest  # noqa: PLC0415 - as in ties: checking files must not wait

    limits = binomtest(count, total).proportion_ci(0.95, method="exact")
    return float(limits.low), float(limits.high)


def _published_row(coding: PublishedCoding, found: Concordance, differing: str) -> dict[str, Any]:
    numbers = {
        name: getattr(found, name)
        for name in PUBLISHED_COLUMNS
        if name in Concordance.__dataclass_fields__
    }
    return {
        "dataset": coding.dataset,
        "variable": coding.variable,
        "ours": coding.ours,
        "reading": coding.reading,
        **numbers,
        "differing": differing,
        "why": " ".join(coding.why.split()),
    }
