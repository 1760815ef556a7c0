"""Agreed codes that rest on little, and what was searched for positions that are not known.

A reader who doubts a result wants to see which codes carry it on one item, on one source or on sources of the
lowest grade; and of a position that has no code, whether anybody has looked for it, and in what.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from replication.analyses.measurement.code_pairs import as_written
from replication.casefile import AGREED
from replication.codebook import Codebook
from replication.dataset import SEPARATOR

# What makes a code thin, in the order of tables. The last three are columns of codings.csv.
ONE_ITEM, ONE_SOURCE, NOT_CONSULTED = "one_item", "one_source", "not_consulted"
MARKS = (ONE_ITEM, ONE_SOURCE, NOT_CONSULTED, "absence_only", "unvetted_only", "confidence_1")
CODE_COLUMNS = (
    "case_id", "actor", "variable", "code", "confidence", "n_items", "n_sources", *MARKS,
)  # fmt: skip
COUNT_COLUMNS = ("variable", "actor", "n_coded", *(f"n_{mark}" for mark in MARKS))
POSITION_COLUMNS = (
    "case_id", "actor", "variable", "code", "n_items", "n_sources", "n_searches", "searches",
)  # fmt: skip
# The claim on who argued for endorsement compares these two.
ACTORS, POSITION = ("military", "state"), "io"
ALL = "all"


def thin_codes(codings: pd.DataFrame, evidence: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """List every agreed code with what it rests on.

    Parameters
    ----------
    codings, evidence : DataFrame
        The derived tables of those names.
    codebook : Codebook

    Returns
    -------
    DataFrame
        Columns `CODE_COLUMNS`: how many items a code cites and from how many sources, then 1 or 0 for each of
        `MARKS`: one item only; items of one source only; no item that was read in its source; findings of
        absence alone; sources of the lowest grade alone; the lowest confidence.
    """
    agreed = as_written(codings[codings["coding"] == AGREED], codebook).dropna(subset=["code"])
    sources = dict(zip(evidence["evidence_id"], evidence["source"], strict=True))
    rows = [_code_row(cell, sources) for cell in agreed.to_dict("records")]
    return pd.DataFrame(rows, columns=list(CODE_COLUMNS))


def thin_counts(codes: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Count thin codes over all cells, and for each variable and each actor's variable.

    Parameters
    ----------
    codes : DataFrame
        As `thin_codes` gives it.
    codebook : Codebook

    Returns
    -------
    DataFrame
        Columns `COUNT_COLUMNS`.
    """
    rows = [_count_row(codes, ALL, "")]
    rows += [_count_row(codes[codes["variable"] == v.name], v.name, "") for v in codebook.case]
    for variable in codebook.actor:
        cells = codes[codes["variable"] == variable.name]
        rows += [
            _count_row(cells[cells["actor"] == actor], variable.name, actor)
            for actor in codebook.actors
        ]
    return pd.DataFrame(rows, columns=list(COUNT_COLUMNS))


def positions(
    cases: Sequence[str], codings: pd.DataFrame, evidence: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """Tell of each case whether the positions of `ACTORS` on endorsement are known, and what was searched.

    Parameters
    ----------
    cases : sequence of str
        The ids, in the order of the rows.
    codings, evidence : DataFrame
        The derived tables of those names.
    codebook : Codebook

    Returns
    -------
    DataFrame
        Columns `POSITION_COLUMNS`: the agreed code as it is written, or none; how many items bear on the cell, and
        from how many sources; how many findings of absence do, and their ids.
    """
    agreed = as_written(codings[codings["coding"] == AGREED], codebook)
    known = agreed[agreed["variable"] == POSITION].set_index(["case_id", "actor"])["code"]
    rows = []
    for case_id in cases:
        own = evidence[evidence["case_id"] == case_id]
        for actor in ACTORS:
            bearing = own[
                own["about"].map(lambda about, cell=f"{actor}.{POSITION}": _names(about, cell))
            ]
            found = bearing[bearing["absence"] != 1]
            searches = bearing.loc[bearing["absence"] == 1, "evidence_id"]
            rows.append(
                {
                    "case_id": case_id,
                    "actor": actor,
                    "variable": POSITION,
                    "code": known.get((case_id, actor)),
                    "n_items": len(found),
                    "n_sources": len(_distinct(found["source"])),
                    "n_searches": len(searches),
                    "searches": SEPARATOR.join(searches) or None,
                }
            )
    return pd.DataFrame(rows, columns=list(POSITION_COLUMNS))


def _code_row(cell: dict[str, Any], sources: dict[str, str]) -> dict[str, Any]:
    items = _parts(cell["evidence"])
    n_sources = len(_distinct(sources[item] for item in items))
    marks = {
        ONE_ITEM: len(items) == 1,
        ONE_SOURCE: n_sources == 1,
        NOT_CONSULTED: cell["consulted"] != 1,
        "absence_only": cell["absence_only"] == 1,
        "unvetted_only": cell["unvetted_only"] == 1,
        "confidence_1": cell["confidence"] == 1,
    }
    return {
        **{key: cell[key] for key in ("case_id", "actor", "variable", "code", "confidence")},
        "n_items": len(items),
        "n_sources": n_sources,
        **{mark: int(held) for mark, held in marks.items()},
    }


def _count_row(codes: pd.DataFrame, variable: str, actor: str) -> dict[str, Any]:
    counts = {f"n_{mark}": int(codes[mark].sum()) for mark in MARKS}
    return {"variable": variable, "actor": actor, "n_coded": len(codes), **counts}


def _names(about: object, cell: str) -> bool:
    return cell in _parts(about)


def _distinct(sources: Any) -> set[str]:
    return {key for text in sources for key in _parts(text)}


def _parts(text: object) -> list[str]:
    return [] if pd.isna(text) else str(text).split(SEPARATOR)
