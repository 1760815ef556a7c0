"""Figure: agreement of the passes by variable, raw and corrected for chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from replication.analyses.measurement.reliability import OVERALL
from replication.exhibits.drawing.figure import Figure, nothing_to_show
from replication.exhibits.drawing.intervals import MARK_COLUMNS, Panel, interval_drawing
from replication.exhibits.labels import Labels, spoken
from replication.exhibits.numbers import interval, is_missing, number
from replication.exhibits.results import Results
from replication.exhibits.text import listed

READS = ("reliability",)
# Krippendorff's own threshold for drawing firm conclusions (2019, chapter 12).
_FIRM = 0.8
# Of fewer units with two codes a coefficient says next to nothing: where ten codes of ten are equal, the exact 95 %
# interval of the share still reaches down to 0.69.
_FEWEST = 10
# So many pairs can be told apart by colour and form and named over the figure: those of four passes.
_NAMED = 6
_EACH = "each pair"
_TITLE = "Agreement of the passes, by variable"
_MEASURES = [f"{name}{part}" for name in ("alpha", "agreement") for part in ("", "_low", "_high")]


def make(results: Results, name: str) -> Figure:
    """Plot alpha and the share of equal codes with 95 % intervals, variables down.

    Over all passes; with three passes or more each pair too, as a dot where the two coded enough units.
    """
    reliability = results["reliability"]
    labels = results.labels
    # With few cases every coefficient may be 0 or 1, and would be read as a whole number.
    types = {"actor": object, **dict.fromkeys(_MEASURES, float)}
    frame = reliability.astype(types).fillna({"actor": "", "note": ""})
    pairs = [name for name in dict.fromkeys(frame["passes"]) if name != OVERALL]
    overall = frame[frame["passes"] == OVERALL]
    if not (overall["n_units"] > 0).any():
        reason = "There is no agreement to show: no cell has been coded by two passes."
        return Figure(name, _TITLE, reason, reason, nothing_to_show(reason))
    enough = frame["passes"].isin(pairs) & (frame["n_units"] >= _FEWEST) & (len(pairs) > 1)
    kept = list(dict.fromkeys(frame.loc[enough, "passes"]))
    together = kept if len(kept) <= _NAMED else [_EACH]
    shown = frame[(frame["passes"] == OVERALL) | enough]
    marks = pd.concat([_marks(shown, "alpha", labels), _marks(shown, "agreement", labels)])
    if together == [_EACH]:
        marks["series"] = marks["series"].where(marks["series"] == OVERALL, _EACH)
    lowest = float(
        np.nanmin([*shown["alpha"], *overall["alpha_low"], *overall["agreement_low"], 0.0])
    )
    limits = (min(-0.05, lowest - 0.05), 1.05)
    panels = [
        Panel("alpha", "Krippendorff's alpha", "0 chance, 1 perfect", _FIRM, limits),
        Panel("agreement", "Percent agreement", "Share of equal codes", None, limits),
    ]
    return Figure(
        name,
        _TITLE,
        _caption(pairs, kept),
        _description(overall, labels),
        interval_drawing(
            marks,
            panels,
            [OVERALL, *together],
            "Passes:" if together else "",
            together=together,
        ),
    )


def _marks(frame: pd.DataFrame, measure: str, labels: Labels) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "panel": measure,
            "group": [
                "Cases" if level == "case" else f"Actors on {spoken(str(variable))}"
                for level, variable in zip(frame["level"], frame["variable"], strict=True)
            ],
            "label": [_label(row, labels) for row in frame.to_dict("records")],
            "series": frame["passes"],
            "estimate": frame[measure],
            "conf_low": frame[f"{measure}_low"],
            "conf_high": frame[f"{measure}_high"],
            "reason": [_reason(row, measure) for row in frame.to_dict("records")],
        },
        columns=list(MARK_COLUMNS),
    )


def _label(row: dict[str, Any], labels: Labels) -> str:
    if row["level"] == "case":
        return spoken(str(row["variable"]))
    return labels.actor(str(row["actor"])) if row["actor"] else "All actors"


def _reason(row: dict[str, Any], measure: str) -> str:
    """Choose the clause of the note that speaks of this coefficient, in few words."""
    if not row["n_units"]:
        return "no unit has two codes"
    if row["agreement"] == 1 and measure == "alpha":
        return "the passes never differ"
    for clause in str(row["note"]).split("; "):
        if clause.startswith(f"no interval for {measure}: it "):
            return clause.split(": it ")[1]
    return ""


def _caption(pairs: list[str], kept: list[str]) -> str:
    passes = dict.fromkeys(label for pair in pairs for label in pair.split(" – "))
    return (
        f"The passes are {listed(list(passes))}. "
        f"{_pairs_shown(pairs, kept)}"
        "Dots are coefficients over all passes, lines 95 % intervals (bootstrap of the units for alpha; "
        "exact for the share of equal codes where two passes coded). The grey line marks 0.8, from which on "
        "Krippendorff would draw firm conclusions. A hollow dot has no interval, for the reason written "
        "beside it. Alpha falls where nearly all codes are equal, however rarely the passes differ. The "
        "passes are readers of one kind, so agreement between human coders may be lower."
    )


def _pairs_shown(pairs: list[str], kept: list[str]) -> str:
    """Say by what rule pairs are shown, and which are not, where there is more than one."""
    if len(pairs) < 2:  # noqa: PLR2004 - one pair is all passes
        return ""
    where = "every pair, with intervals, is in the table of agreement as .csv. "
    if not kept:
        return f"No two passes both coded {_FEWEST} units or more of a variable, so no pair is shown; {where}"
    rule = f"A small dot under a line is one pair of passes, shown where both coded {_FEWEST} units or more; {where}"
    absent = [pair for pair in pairs if pair not in kept]
    if not absent:
        return rule
    named = listed(absent) if len(absent) <= _NAMED else f"{len(absent)} of {len(pairs)} pairs"
    return f"{rule}Nowhere so many, and so not shown: {named}. "


def _description(frame: pd.DataFrame, labels: Labels) -> str:
    clauses = [_clause(row, labels) for row in frame.to_dict("records")]
    known = frame["alpha"].dropna()
    firm = int((known >= _FIRM).sum())
    return (
        f"Plot of alpha and percent agreement with 95 % intervals. Alpha: {'; '.join(clauses)}. "
        f"It is 0.8 or more for {firm} of {len(known)} that have one."
    )


def _clause(row: dict[str, Any], labels: Labels) -> str:
    actor = f", {labels.actor(str(row['actor']))}" if row["actor"] else ""
    what = f"{spoken(str(row['variable'])).lower()}{actor}"
    if is_missing(row["alpha"]):
        return f"{what}: none"
    return f"{what}: {number(row['alpha'])} {interval(row['alpha_low'], row['alpha_high'])}"
