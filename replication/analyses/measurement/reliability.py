"""How far the passes agree: coefficients, confusion tables and the cells in dispute."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from replication.analyses.measurement.code_pairs import (
    KEYS,
    Coded,
    as_written,
    coded_variables,
    numeric_codes,
    passes_of,
    set_codes,
)
from replication.casefile import AGREED
from replication.codebook import NO_EVIDENCE, Codebook
from replication.estimators.agreement import Agreement, agreement, agreement_of_sets
from replication.precision import percent
from replication.randomness import generator

OVERALL = "all passes"
NO_PASSES = "fewer than two passes have coded this"

_MEASURES = (
    "agreement", "agreement_low", "agreement_high", "alpha", "alpha_low", "alpha_high",
    "gwet", "gwet_low", "gwet_high", "observed_disagreement", "expected_disagreement",
    "chance_agreement", "modal_code", "modal_share",
)  # fmt: skip
RELIABILITY_COLUMNS = (
    "variable", "actor", "level", "scale", "passes", "n_units", "n_one_sided", "n_no_evidence",
    "n_coded_once", *_MEASURES, "note",
)  # fmt: skip
CONFUSION_COLUMNS = (
    "variable", "actor", "first_pass", "second_pass", "first_code", "second_code", "units",
)  # fmt: skip
DISPUTE_COLUMNS = (
    "case_id", "actor", "variable", "kind", "steps", "first_pass", "first_code", "first_why",
    "second_pass", "second_code", "second_why", "agreed_code", "agreed_why", "settled",
)  # fmt: skip

_SAME = "it is the same in every resample"
# Agreement this far above alpha looks like a contradiction to a reader.
_PUZZLING = 0.2

# What a dispute is about.
DIFFERENT_CODES = "different codes"
ONE_SIDED = "one found no evidence"


def reliability(codings: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Coefficients for each variable: over all passes, and for each pair of them.

    Parameters
    ----------
    codings : DataFrame
        The derived table of that name.

    Returns
    -------
    DataFrame
        Columns `RELIABILITY_COLUMNS`. Actor variables come over all actors and for each.
        ``n_units`` counts units with two codes or more; ``n_one_sided`` those that one pass coded
        and another found no evidence for, ``n_no_evidence`` those where none of them found any.
        ``n_coded_once`` counts units that one of the passes alone looked at: no coefficient knows them.
        ``gwet`` is AC1 or AC2, which a rare code does not upset, and empty for sets.
    """
    passes = passes_of(codings)
    pairs = list(combinations(passes, 2))
    rows = []
    for coded in coded_variables(codings, codebook):
        rows.append(_reliability_row(coded, OVERALL))
        rows += [_reliability_row(coded.among(pair), f"{pair[0]} – {pair[1]}") for pair in pairs]
    return _reliability_table(rows)


def reliability_of(
    variables: Container[str], codings: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """Give the rows of `reliability` of some variables over all passes and all actors."""
    chosen = (
        coded
        for coded in coded_variables(codings, codebook)
        if coded.variable.name in variables and not coded.actor
    )
    return _reliability_table([_reliability_row(coded, OVERALL) for coded in chosen])


def _reliability_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(RELIABILITY_COLUMNS))
    counts = ["n_units", "n_one_sided", "n_no_evidence", "n_coded_once"]
    return frame.astype(dict.fromkeys(counts, "Int64"))


def confusion_tables(codings: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Count units by the codes of two passes, for every pair; only what occurs has a row.

    `NO_EVIDENCE` stands for a cell that a pass looked at without finding evidence.
    """
    rows: list[tuple[object, ...]] = []
    for coded in coded_variables(codings, codebook):
        shown = coded.codes.mask(coded.null, NO_EVIDENCE)
        for first, second in combinations(shown.columns, 2):
            both = shown[[first, second]].dropna()
            counts = both.value_counts(sort=False)
            order = _order(coded)
            for (one, other), count in sorted(
                counts.items(), key=lambda item: (order(item[0][0]), order(item[0][1]))
            ):
                rows.append(
                    (coded.variable.name, coded.actor, first, second, one, other, int(count))
                )
    return pd.DataFrame(rows, columns=list(CONFUSION_COLUMNS))


def disputes(codings: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """List every cell on which two passes differ, with both reasons and the agreed code.

    Returns
    -------
    DataFrame
        Columns `DISPUTE_COLUMNS`, in the order of the codings. ``steps`` is how many steps of the
        scale lie between the codes, for scales whose codes are numbers.
    """
    cells: dict[tuple[str, ...], dict[str, dict[str, Any]]] = {}
    for row in as_written(codings, codebook).to_dict("records"):
        cells.setdefault(tuple(row[key] for key in KEYS), {})[row["coding"]] = row
    found = [row for key, cell in cells.items() for row in _disputed(key, cell, codebook)]
    return pd.DataFrame(found, columns=list(DISPUTE_COLUMNS)).astype({"steps": "Int64"})


def _reliability_row(coded: Coded, passes: str) -> dict[str, Any]:
    # Named by who coded, so that two passes give the same limits alone and over all.
    found, note = _agreement(coded, f"reliability {coded.name} {' '.join(coded.codes)}")
    looked = coded.codes.notna() | coded.null
    several = looked.sum(axis=1) >= 2  # noqa: PLR2004 - a comparison takes two
    coders = coded.codes.notna().sum(axis=1)
    values = dict.fromkeys(_MEASURES, np.nan) if found is None else vars(found)
    if found is not None:
        note = _plain_note(found, note)
    return {
        "variable": coded.variable.name,
        "actor": coded.actor,
        "level": coded.variable.level,
        "scale": coded.scale,
        "passes": passes,
        "n_units": 0 if found is None else found.n_units,
        "n_one_sided": int((several & (coders > 0) & coded.null.any(axis=1)).sum()),
        "n_no_evidence": int((several & (coders == 0)).sum()),
        "n_coded_once": int((looked.sum(axis=1) == 1).sum()),
        **{name: values[name] for name in _MEASURES},
        "note": note,
    }


def _agreement(coded: Coded, task: str) -> tuple[Agreement | None, str]:
    """Give the coefficients and the note, in words of the codebook."""
    if coded.codes.shape[1] < 2:  # noqa: PLR2004
        return None, NO_PASSES
    if coded.scale == "set":
        found = agreement_of_sets(set_codes(coded), rng=generator(task))
        return found, found.note
    codes, categories, words = numeric_codes(coded)
    found = agreement(codes, categories, coded.scale, rng=generator(task))
    if coded.scale != "nominal" or not found.modal_code:
        return found, found.note
    word = words[float(found.modal_code)]
    note = found.note.replace(f"codes are {found.modal_code}", f"codes are {word}")
    return Agreement(**{**vars(found), "modal_code": word}), note


def _plain_note(found: Agreement, note: str) -> str:
    """Say in plain words why there is no interval, and why alpha is low where codes hardly differ."""
    if found.agreement == 1 and _SAME in note:
        kept = [clause for clause in note.split("; ") if _SAME not in clause]
        return "; ".join([*kept, "the passes never differ, so there is no interval"])
    if found.agreement - found.alpha > _PUZZLING and " of codes are " not in note:
        most = f"{percent(found.modal_share)} %"
        reason = f"{most} of codes are {found.modal_code}: one difference weighs heavily on alpha"
        return "; ".join([reason, *([note] if note else [])])
    return note


def _order(coded: Coded):  # noqa: ANN202 - a sort key
    places = {str(code): place for place, code in enumerate(coded.variable.labels)}
    return lambda code: (code == NO_EVIDENCE, places.get(code, len(places)), code)


def _disputed(
    key: tuple[str, ...], cell: dict[str, dict[str, Any]], codebook: Codebook
) -> Iterator[dict[str, Any]]:
    agreed = cell.get(AGREED, {})
    passes = [name for name in cell if name != AGREED]
    for first, second in combinations(passes, 2):
        one, other = cell[first], cell[second]
        if one["code"] == other["code"]:
            continue
        missing = None in (one["code"], other["code"])
        yield {
            **dict(zip(KEYS, key, strict=True)),
            "kind": ONE_SIDED if missing else DIFFERENT_CODES,
            "steps": pd.NA if missing else _steps(one["code"], other["code"], key[2], codebook),
            "first_pass": first,
            "first_code": one["code"],
            "first_why": one["why"],
            "second_pass": second,
            "second_code": other["code"],
            "second_why": other["why"],
            "agreed_code": agreed.get("code"),
            "agreed_why": agreed.get("why"),
            "settled": agreed.get("settled"),
        }


def _steps(one: str, other: str, variable: str, codebook: Codebook) -> object:
    if codebook.variables[variable].type != "ordinal":
        return pd.NA
    return abs(int(one) - int(other))
