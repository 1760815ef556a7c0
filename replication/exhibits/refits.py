"""What the table and the figure of influence share: the units that are left out, and how they are called."""

from __future__ import annotations

import pandas as pd

from replication.exhibits.labels import spoken

FULL = "none"
# What is left out, one after the other, and how it is called: one and many.
UNITS = {
    "case": ("case", "cases"),
    "family": ("crisis family", "crisis families"),
    "administration": ("administration", "administrations"),
}


def unit_name(unit: str, left_out: object, titles: dict[str, str]) -> str:
    """Name what was left out: a case by its title, an administration as it is, else nothing."""
    if unit == "none":
        return "nothing"  # not "None", which programs read as missing
    if unit == "case":
        return titles.get(str(left_out), str(left_out))
    return str(left_out) if unit == "administration" else spoken(str(left_out))


def strongest(refits: pd.DataFrame) -> pd.Series | None:
    """Find the refit that moves the estimate most; None where there is no estimate."""
    change = refits["change"].astype(float).abs()
    return refits.loc[change.idxmax()] if change.notna().any() else None
