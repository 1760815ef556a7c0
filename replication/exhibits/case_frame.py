"""What more than one exhibit asks of the case table."""

from __future__ import annotations

import pandas as pd

from replication.exhibits.labels import Labels


def scale_of(cases: pd.DataFrame, variable: str, labels: Labels) -> list[int]:
    """List all codes of a scale in order: those that have labels, and those that occur."""
    occurring = {int(code) for code in cases[variable].dropna()}
    return sorted(occurring.union(labels.scales.get(variable, {})))


def samples_of(cases: pd.DataFrame, labels: Labels) -> list[str]:
    """List the samples that occur, in the order of the codebook, then of the data."""
    occurring = list(dict.fromkeys(cases["sample"]))
    known = [sample for sample in labels.scales.get("sample", {}) if sample in occurring]
    return known + [sample for sample in occurring if sample not in known]
