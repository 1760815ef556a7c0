"""Who gathered the evidence and coded the cases: coders.yaml, counted against the codings there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from replication.analyses.number_words import spelled
from replication.shapes import Choice, Key, ListOf, Number, Record, Text
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
            "told": Key(Text()),
        }
    ),
    unique=False,
)
COLUMNS = ("work", "pass", "by", "number", "n_cases", "of", "n_codes", "told")
SENTENCES = ("what", "text", "note")


@dataclass(frozen=True)
class Work:
    """One row of coders.yaml; `cases` is empty where it is about all."""

    work: str
    coding: str
    cases: tuple[str, ...]
    by: str
    number: int
    told: str


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
        )
        for row in open_specification(path, _SHAPE).settle()
    )


def provenance(coders: Sequence[Work], codings: pd.DataFrame, n_cases: int) -> pd.DataFrame:
    """Set what is declared beside what there is: one row for each work, and for each pass that nobody declared.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; ``n_cases`` of ``of`` cases and ``n_codes`` cells are counted in the codings.
    """
    coded = codings.dropna(subset=["code"])
    rows: list[tuple[Any, ...]] = []
    for work in coders:
        own = coded[coded["coding"] == work.coding]
        own = own[own["case_id"].isin(work.cases)] if work.cases else own
        counts = (
            (own["case_id"].nunique(), len(own))
            if work.coding
            else (len(work.cases) or n_cases, None)
        )
        rows.append(
            (work.work, work.coding, work.by, work.number, counts[0], n_cases, counts[1], work.told)
        )
    declared = {work.coding for work in coders}
    for name, own in coded[~coded["coding"].isin(declared)].groupby("coding"):
        rows.append(
            ("coding", name, UNDECLARED, None, own["case_id"].nunique(), n_cases, len(own), "")
        )
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"number": "Int64", "n_codes": "Int64"})


def provenance_sentences(table: pd.DataFrame) -> pd.DataFrame:
    """Word what the paper says of evidence, passes and status, from `provenance` alone.

    Returns
    -------
    DataFrame
        Columns what (``status``, ``gathered``, ``coded``, ``readers``), text and note.
    """
    passes = table[(table["work"] == "coding") & (table["n_cases"] > 0)]
    texts = {
        "status": _status(passes),
        "gathered": _makers(table[table["work"] == "evidence"]) or "coders not declared",
        "coded": _coded(passes),
        "readers": _readers(passes),
    }
    rows = [(what, text, "" if text else "there is no pass") for what, text in texts.items()]
    return pd.DataFrame(rows, columns=list(SENTENCES))


def _status(passes: pd.DataFrame) -> str:
    by_people = passes[passes["by"] == PEOPLE]
    who = f"coded by {_makers(passes)}" if len(passes) else "not coded yet"
    if by_people.empty:
        return f"{who}, not yet recoded by human experts"
    most = int(by_people["n_cases"].max())
    return f"{who}; people have coded {most} of {int(passes['of'].max())} cases"


def _makers(rows: pd.DataFrame) -> str:
    return " and ".join(_NAMES[by] for by in dict.fromkeys(rows["by"]))


def _coded(passes: pd.DataFrame) -> str:
    """Say how many passes, by whom, coded how many of the cases; passes alike are told together."""
    told = []
    for (by, n_cases, of), own in passes.groupby(["by", "n_cases", "of"], sort=False):
        count = f"{spelled(len(own))} independent passes" if len(own) > 1 else "one pass"
        of_cases = f"all {of} cases" if n_cases == of else f"{n_cases} of {of} cases"
        told.append(f"{count} by {_NAMES[by]} coded {of_cases}")
    return "; ".join(told)


def _readers(passes: pd.DataFrame) -> str:
    kinds = set(passes["by"])
    if kinds == {MODELS}:
        return (
            "Readers of one kind agree more than two differently trained people would, so the agreement of the passes "
            "flatters the data"
        )
    return "The passes were made by readers of different kinds" if len(kinds) > 1 else ""
