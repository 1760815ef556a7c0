"""Who gathered the evidence and coded the cases: coders.yaml, counted against the codings there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from replication.analyses.number_words import spelled
from replication.shapes import Choice, Flag, Key, ListOf, Number, Record, Text
from replication.specifications import NAME, open_specification

MODELS, PEOPLE, UNDECLARED = "models", "people", "undeclared"
_WORKS, _BY = ("evidence", "coding", "settling", "weighing", "audit"), (MODELS, PEOPLE)
_NAMES = {MODELS: "language models", PEOPLE: "people", UNDECLARED: "coders not declared"}
_SHAPE = ListOf(
    Record(
        {
            "work": Key(Choice(dict.fromkeys(_WORKS, ""))),
            "pass": Key(NAME, required=False),
            "cases": Key(ListOf(NAME)),
            "by": Key(Choice(dict.fromkeys(_BY, ""))),
            "number": Key(Number(whole=True, minimum=1)),
            "blind": Key(Flag(), required=False),
            "told": Key(Text()),
        }
    ),
    unique=False,
)
COLUMNS = (
    "work", "pass", "by", "number", "n_cases", "n_few_cells", "of", "n_codes", "blind", "told",
)  # fmt: skip
SENTENCES = ("what", "text", "note")
_BLIND = "from the dossiers and without sight of the analysis plan"


@dataclass(frozen=True)
class Work:
    """One row of coders.yaml; `cases` is empty where it is about all that no other row of the work names."""

    work: str
    coding: str
    cases: tuple[str, ...]
    by: str
    number: int
    told: str
    blind: bool = False


def read_coders(path: Path) -> tuple[Work, ...]:
    """Read coders.yaml.

    Raises
    ------
    SpecificationError
        For what does not fit the shape.
    """
    return tuple(
        Work(
            row["work"],
            row.get("pass", ""),
            tuple(row["cases"]),
            row["by"],
            row["number"],
            row["told"],
            row.get("blind", False),
        )
        for row in open_specification(path, _SHAPE).settle()
    )


def provenance(coders: Sequence[Work], codings: pd.DataFrame, n_cases: int) -> pd.DataFrame:
    """Set what is declared beside what there is: one row for each work, and for each pass that nobody declared.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; ``n_cases`` of ``of`` cases and ``n_codes`` cells are counted in the codings, ``n_few_cells``
        of the cases have in this pass fewer than half of the cells that another pass has.
    """
    counted = _counted(codings)
    rows: list[dict[str, Any]] = []
    for work in coders:
        row = {"work": work.work, "pass": work.coding, "by": work.by, "number": work.number}
        own = counted[counted["coding"] == work.coding]
        own = own[own["case_id"].isin(work.cases)] if work.cases else own
        counts = _counts(own) if work.coding else {"n_cases": _reach(work, coders, n_cases)}
        blind = work.blind if work.work == "coding" else None
        rows.append({**row, **counts, "of": n_cases, "blind": blind, "told": work.told})
    declared = {work.coding for work in coders}
    for name, own in counted[~counted["coding"].isin(declared)].groupby("coding"):
        row = {"work": "coding", "pass": name, "by": UNDECLARED}
        rows.append({**row, **_counts(own), "of": n_cases, "blind": False, "told": ""})
    whole = ["number", "n_cases", "n_few_cells", "n_codes"]
    types = dict.fromkeys(whole, "Int64") | {"blind": "boolean"}
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(types)


def _counted(codings: pd.DataFrame) -> pd.DataFrame:
    """Count cells and codes of each pass in each case that it gave a code."""
    by = codings.groupby(["coding", "case_id"], sort=True)["code"]
    counted = by.agg(n_cells="size", n_codes="count").reset_index()
    most = counted.groupby("case_id")["n_cells"].transform("max")
    counted["few"] = 2 * counted["n_cells"] < most
    return counted[counted["n_codes"] > 0]


def _counts(own: pd.DataFrame) -> dict[str, int]:
    return {
        "n_cases": len(own),
        "n_few_cells": int(own["few"].sum()),
        "n_codes": int(own["n_codes"].sum()),
    }


def _reach(work: Work, coders: Sequence[Work], n_cases: int) -> int:
    """Count the cases of a work that is no pass: those named, or all that no other row of it names."""
    named = {case for row in coders if row.work == work.work for case in row.cases}
    return len(work.cases) or n_cases - len(named)


def provenance_sentences(table: pd.DataFrame) -> pd.DataFrame:
    """Word what the paper says of evidence, passes and status, from `provenance` alone.

    Returns
    -------
    DataFrame
        Columns what (``status``, ``gathered``, ``coded``, ``pairs``, ``readers``), text and note.
    """
    passes = table[(table["work"] == "coding") & (table["n_cases"] > 0)]
    texts = {
        "status": _status(passes),
        "gathered": _makers(table[table["work"] == "evidence"]) or "coders not declared",
        "coded": _coded(passes),
        "pairs": _pairs(passes),
        "readers": _readers(passes),
    }
    rows = [(what, text, "" if text else "there is no pass") for what, text in texts.items()]
    return pd.DataFrame(rows, columns=list(SENTENCES))


def _status(passes: pd.DataFrame) -> str:
    by_people = passes[passes["by"] == PEOPLE]
    who = f"coded by {_makers(passes)}" if len(passes) else "not coded yet"
    if by_people.empty:
        return f"{who}, not yet recoded by human experts"
    of = int(passes["of"].max())
    most = int((by_people["n_cases"] - by_people["n_few_cells"]).max())
    if not most:
        return f"{who}; people have coded single cells in {int(by_people['n_cases'].max())} of {of} cases"
    return f"{who}; people have coded {most} of {of} cases"


def _makers(rows: pd.DataFrame) -> str:
    return " and ".join(_NAMES[by] for by in dict.fromkeys(rows["by"]))


def _coded(passes: pd.DataFrame) -> str:
    """Say how many passes, by whom, coded how many of the cases; passes alike are told together."""
    alike, told = ["by", "n_cases", "n_few_cells", "of", "blind"], []
    for (by, n_cases, few, of, blind), own in passes.groupby(alike, sort=False):
        count = f"{spelled(len(own))} independent passes" if len(own) > 1 else "one pass"
        of_cases = f"all {of} cases" if n_cases == of else f"{n_cases} of {of} cases"
        part = f" ({spelled(few)} of these in few cells)" if few else ""
        how = f", {_BLIND}" if blind else ""
        told.append(f"{count} by {_NAMES[by]} coded {of_cases}{part}{how}")
    return "; ".join(told)


def _pairs(passes: pd.DataFrame) -> str:
    """Name what the agreement over all passes is that of."""
    if len(passes) == 2:  # noqa: PLR2004 - a pair
        return "the two passes"
    return (
        f"any two of the {spelled(len(passes))} passes, on average,"
        if len(passes)
        else "the passes"
    )


def _readers(passes: pd.DataFrame) -> str:
    kinds = set(passes["by"])
    if kinds == {MODELS}:
        return (
            "Readers of one kind agree more than two differently trained people would, so the agreement of the passes "
            "flatters the data"
        )
    return "The passes were made by readers of different kinds" if len(kinds) > 1 else ""
