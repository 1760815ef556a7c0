"""What more than one exhibit asks of the case table."""

from __future__ import annotations

import pandas as pd

from replication.exhibits.labels import Labels
from replication.exhibits.numbers import is_missing
from replication.exhibits.text import short_names, visible

_MOST_IDS = 3


def case_names(frame: pd.DataFrame) -> dict[str, str]:
    """Short title of each case by its id, whether a case has one row or several."""
    cases = frame.drop_duplicates("case_id")
    return dict(
        zip(cases["case_id"], short_names([str(t) for t in cases["case_title"]]), strict=True)
    )


def visible_names(frame: pd.DataFrame) -> dict[str, str]:
    """As `case_names`, with every character one that can be drawn."""
    return case_names(frame.assign(case_title=[visible(title) for title in frame["case_title"]]))


def short_ids(case_id: str, ids: object, none: str = "none") -> str:
    """Name the first items of a list without their case, ``e01 e04 e07 +2``."""
    if is_missing(ids):
        return none
    listed = [
        item.removeprefix(f"{case_id}-").removeprefix(f"{case_id}/") for item in str(ids).split(";")
    ]
    more = f" +{len(listed) - _MOST_IDS}" if len(listed) > _MOST_IDS else ""
    return " ".join(listed[:_MOST_IDS]) + more


def scale_of(cases: pd.DataFrame, variable: str, labels: Labels) -> list[int]:
    """List all codes of a scale in order: those that have labels, and those that occur."""
    occurring = {int(code) for code in cases[variable].dropna()}
    return sorted(occurring.union(labels.scales.get(variable, {})))


def samples_of(cases: pd.DataFrame, labels: Labels) -> list[str]:
    """List the samples that occur, in the order of the codebook, then of the data."""
    occurring = list(dict.fromkeys(cases["sample"]))
    known = [sample for sample in labels.scales.get("sample", {}) if sample in occurring]
    return known + [sample for sample in occurring if sample not in known]
