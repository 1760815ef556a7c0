"""Pay-off in full: who carried the follow-on force, when others took over, and what had been expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from replication.codebook import Codebook
from replication.date_ranges import date_range, days_between, months
from replication.estimators.rank import RankTest, rank_test
from replication.registry import MAIN_SAMPLE
from replication.shapes import Date, Key, ListOf, Record
from replication.specifications import LINE, NAME, open_specification

_BURDEN, _OBTAINED, _EXPLICIT = "stabilization_burden", "io_obtained", 2
FOLLOWED, ALL_CODED = "known follow-on", "all coded"
_MEASURES = ("followon_us_share", "months_to_handover", "planned_duration_months", _BURDEN)
_FACTS = (
    "followon_mission", "followon_troops_total", "followon_us_troops", "followon_us_share",
    "planned_duration_months",
)  # fmt: skip
_COLUMNS = [
    "case_id", "case_title", "sample", "recchia_case", _OBTAINED, "endorsed", *_FACTS, "carried_by",
    "handover", "handed_to", "handover_source", "months_low", "months_to_handover", "months_high",
    _BURDEN, "expected", "expected_why", "expected_confidence", "expected_ids",
]  # fmt: skip

HANDOVERS = ListOf(
    Record({"case_id": Key(NAME), "date": Key(Date()), "source": Key(LINE), "to": Key(LINE)}),
    unique=False,
)


def read_handovers(
    path: Path, evidence: pd.DataFrame, facts: pd.DataFrame
) -> dict[str, dict[str, str]]:
    """Read handovers.yaml; every date has to rest on an item of evidence or a fact of its case.

    Raises
    ------
    SpecificationError
        For a source that is not in the derived data, or belongs to another case.
    """
    items = dict(zip(evidence["evidence_id"], evidence["case_id"], strict=True))
    items |= {f"{c}/{f}": c for c, f in zip(facts["case_id"], facts["fact"], strict=True)}
    opened = open_specification(path, HANDOVERS)
    opened.require_once("case_id")
    known = set(facts["case_id"])
    for number, row in enumerate(opened.content):
        if row["case_id"] in known and items.get(row["source"]) != row["case_id"]:
            opened.refuse(
                (number, "source"),
                f"{row['source']!r} is no item of evidence and no fact of {row['case_id']}",
            )
    return {row["case_id"]: row for row in opened.settle()}


def follow_on(
    cases: pd.DataFrame,
    codings: pd.DataFrame,
    handovers: Mapping[str, Mapping[str, str]],
    codebook: Codebook,
) -> pd.DataFrame:
    """One row a case with anything known of what followed, or of the burden expected beforehand.

    Months run from the first action to the handover: ``months_to_handover`` is the middle of what
    half-known dates leave open.
    """
    agreed = codings[(codings["coding"] == "agreed") & (codings["variable"] == _BURDEN)]
    expected = agreed.set_index("case_id").to_dict("index")
    rows = [
        _row(case, expected.get(case["case_id"], {}), handovers.get(case["case_id"]), codebook)
        for case in cases.to_dict("records")
    ]
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    known = frame[["followon_mission", "followon_troops_total", "handover"]].notna().any(axis=1)
    return frame[known].reset_index(drop=True)


def follow_on_tests(followed: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Compare interventions with explicit endorsement with those without: exact rank tests.

    One row a measure and set of cases: those with a known follow-on, and for the expected burden also every
    intervention with both codes. ``superiority`` is the chance that the measure is larger with endorsement.
    """
    known = followed[followed["sample"] == MAIN_SAMPLE]
    every = cases[(cases["sample"] == MAIN_SAMPLE) & cases[_OBTAINED].notna()]
    every = every.assign(endorsed=(every[_OBTAINED] >= _EXPLICIT).astype("Int64"))
    asked = [(measure, FOLLOWED, known) for measure in _MEASURES] + [(_BURDEN, ALL_CODED, every)]
    rows = [{"measure": m, "cases_used": used, **_compared(part, m)} for m, used, part in asked]
    columns = ["median_endorsed", "median_other", *RankTest.__dataclass_fields__]
    return pd.DataFrame(rows, columns=["measure", "cases_used", *columns])


def _compared(part: pd.DataFrame, measure: str) -> dict[str, Any]:
    known = part.dropna(subset=[measure, "endorsed"])
    values, endorsed = known[measure].astype(float), known["endorsed"] == 1
    groups = [values[endorsed].to_numpy(), values[~endorsed].to_numpy()]
    medians = [float(np.median(group)) if len(group) else np.nan for group in groups]
    return {"median_endorsed": medians[0], "median_other": medians[1], **vars(rank_test(*groups))}


def _row(
    case: Mapping[str, Any],
    cell: Mapping[str, Any],
    handover: Mapping[str, str] | None,
    codebook: Codebook,
) -> dict[str, Any]:
    code = case[_BURDEN]
    row = {key: case[key] for key in _COLUMNS if key in case}
    row["endorsed"] = pd.NA if pd.isna(case[_OBTAINED]) else int(case[_OBTAINED] >= _EXPLICIT)
    row["carried_by"] = _carried(case["followon_us_share"])
    if not pd.isna(code):
        row["expected"] = codebook.variables[_BURDEN].labels.get(int(code), "")
    for key, name in (("why", "why"), ("confidence", "confidence"), ("ids", "evidence")):
        row[f"expected_{key}"] = cell.get(name)
    if handover is not None:
        row |= {"handover": handover["date"], "handed_to": handover["to"]}
        row["handover_source"] = handover["source"]
        low_high = _months(case["date_action"], handover["date"])
        row |= dict(zip(("months_low", "months_to_handover", "months_high"), low_high, strict=True))
    return row


def _carried(share: float) -> str | None:
    if pd.isna(share):
        return None
    if share == 0:
        return "others alone"
    return "mostly others" if share < 0.5 else "mostly the US"  # noqa: PLR2004 - half


def _months(action: object, handover: str) -> Sequence[float]:
    start, end = date_range(action), date_range(handover)
    if start is None or end is None:
        return (np.nan,) * 3
    low, high = (round(months(days), 1) for days in days_between(start, end))
    return low, round((low + high) / 2, 1), high
