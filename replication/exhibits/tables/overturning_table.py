"""Table: the smallest set of recodings that overturns each effect."""

from __future__ import annotations

import re
from typing import Any

from replication.exhibits.case_frame import case_names
from replication.exhibits.labels import Labels, spoken
from replication.exhibits.numbers import is_missing
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Column, Table, TableRow

READS = ("overturning", "cases")
_CELL = re.compile("(?P<case>[^ ]+) (?P<variable>[^ ]+) (?P<old>[^ ]+)->(?P<new>[^ ]+)")


def make(results: Results, name: str) -> Table:
    """Show how many cells must move by one step, and which."""
    found = results["overturning"]
    titles = case_names(results["cases"])
    labels = results.labels
    return Table(
        name=name,
        title="The smallest recodings that overturn an effect",
        columns=(
            Column("turns", "What changes"),
            Column("size", "Cells", align="right"),
            Column("n_sets", "Sets", kind="integer"),
            Column("cells", "The set that changes it most"),
            Column("estimate", "Estimate", kind="number"),
            Column("p_value", "p", kind="p_value"),
        ),
        rows=tuple(_row(row, titles, labels) for row in found.itertuples()),
        notes=(
            "Cells: fewest codes of outcome or terms that must move by one step of their scale; all "
            "sets of that size and smaller were tried. Sets: how many sets of that size do it. "
            "Estimate and p-value by Firth's logit after the recoding. A significant effect is "
            "overturned when p reaches 0.05, another one when it becomes significant with a positive "
            "sign.",
        ),
        data=found,
        empty="No model is made of coded scales alone.",
    )


def _row(row: Any, titles: dict[str, str], labels: Labels) -> TableRow:
    size = f"{row.size:d}" if row.exact else f"at least {row.size:d}"
    cells = () if is_missing(row.cells) else tuple(row.cells.split("; "))
    return TableRow(
        {
            "turns": row.turns,
            "size": size,
            "n_sets": row.n_sets,
            "cells": tuple(cell_words(cell, titles) for cell in cells) or None,
            "estimate": row.estimate,
            "p_value": row.p_value,
        },
        panel=f"{row.model}: {labels.term(row.term)}",
        note="" if is_missing(row.note) else str(row.note),
    )


def cell_words(cell: str, titles: dict[str, str]) -> str:
    """Turn ``somalia_1993 io_sought 2->1`` into ``Somalia 1993: IO sought 2 → 1``."""
    parts = _CELL.fullmatch(cell)
    if parts is None:
        return cell
    case = titles.get(parts["case"], parts["case"])
    return f"{case}: {spoken(parts['variable'])} {parts['old']} → {parts['new']}"
