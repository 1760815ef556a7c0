"""What the table and the figure of influence share: the units that are left out, and how they are called."""

from __future__ import annotations

import pandas as pd

from replication.exhibits.labels import spoken
from replication.exhibits.text import short_names

FULL = "none"
# What is left out, one after the other, and how it is called: one and many.
UNITS = {
    "case": ("case", "cases"),
    "family": ("crisis family", "crisis families"),
    "administration": ("administration", "administrations"),
}


def unit_names(cases: pd.DataFrame) -> dict[str, str]:
    """Give short titles of cases by their id."""
    return dict(zip(cases["case_id"], short_names(list(cases["case_title"])), strict=True))


def unit_name(unit: str, left_out: object, titles: dict[str, str]) -> str:
    """Name what was left out: a case by its title, an administration as it is."""
    if unit == "case":
        return titles.get(str(left_out), str(left_out))
    return str(left_out) if unit == "administration" else spoken(str(left_out))


def strongest(refits: pd.DataFrame) -> pd.Series | None:
    """Find the refit that moves the estimate most; None where there is no estimate."""
    change = refits["change"].astype(float).abs()
    return refits.loc[change.idxmax()] if change.notna().any() else None
