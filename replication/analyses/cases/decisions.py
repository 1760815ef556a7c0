"""Which decisions were looked at, and why each is a case or not: decisions.yaml beside the cases there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from replication.analyses.date_words import date_in_words
from replication.shapes import Choice, Date, Key, ListOf, Record, Text
from replication.specifications import LINE, NAME, open_specification

# Verdicts and the grounds for each. A ground is a rule of the codebook in few words.
IN, OUT, OPEN, KEPT = "in", "out", "open", "kept"
VERDICTS = {
    IN: "A case of the data.",
    OUT: "No case by the rules of the codebook.",
    OPEN: "May be a case; not researched, or the evidence found does not decide it.",
    KEPT: "Fits, and is left out on purpose for a comparison to come.",
}
PART = "part of a case"
GROUNDS = {
    "own nationals": "Evacuation or protection of own nationals, embassies or ships.",
    "disaster": "Relief where there was no organised violence.",
    "other purpose": "The main declared purpose was another, and it was no major use of force.",
    "no discussion": "No discussion of a US force by principals or deputies was found.",
    "no own force": "Others acted; the US paid, trained, supplied or voted.",
    PART: "Carries on, or belongs to, a decision that is a case.",
    "not researched": "Nobody has looked for its evidence yet.",
    "kept": "See the verdict.",
}
LISTS = {
    "uses of force": "Congressional Research Service, Instances of Use of United States Armed Forces Abroad.",
    "council": "Crises on the agenda of the Security Council.",
    "literature": "Named as a case by scholarship on humanitarian intervention.",
}
ADDED = "in the data, while no row of the list names it"
COLUMNS = ("date", "day", "place", "decision", "listed", "verdict", "ground", "case_id", "why")

_SHAPE = ListOf(
    Record(
        {
            "date": Key(Date()),
            "place": Key(LINE),
            "decision": Key(LINE),
            "listed": Key(ListOf(Choice(LISTS))),
            "verdict": Key(Choice(VERDICTS)),
            "ground": Key(Choice(GROUNDS), required=False),
            "case": Key(NAME, required=False),
            "why": Key(Text(), required=False),
        }
    ),
    unique=False,
)


@dataclass(frozen=True)
class Decision:
    """One row of decisions.yaml; `case_id` names the case it is, or is part of."""

    date: str
    place: str
    decision: str
    listed: tuple[str, ...]
    verdict: str
    ground: str
    case_id: str
    why: str


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Read decisions.yaml.

    Raises
    ------
    SpecificationError
        For what does not fit the shape, a case without its id, a decision that is none without ground and reason, or
        one that names a case which it neither is nor belongs to.
    """
    opened = open_specification(path, _SHAPE)
    for number, row in enumerate(opened.content):
        if row["verdict"] == IN and "case" not in row:
            opened.refuse((number, "verdict"), "'in' asks for the id of the case under `case`")
        if row["verdict"] != IN and not {"ground", "why"} <= set(row):
            opened.refuse(
                (number, "verdict"), f"{row['verdict']!r} asks for a ground and a reason (why)"
            )
        elif row["verdict"] != IN and "case" in row and row["ground"] != PART:
            opened.refuse(
                (number, "case"),
                f"{row['case']!r} is not allowed with the verdict {row['verdict']!r}; allowed: the verdict 'in' where "
                f"the decision is that case, the ground {PART!r} where it belongs to it",
            )
    return tuple(_decision(row) for row in opened.settle())


def decisions_table(decisions: Sequence[Decision], cases: pd.DataFrame) -> pd.DataFrame:
    """List the decisions by date; cases that no row names are added with `ADDED`.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; ``day`` is the date in words, ``listed`` joins the lists by semicolons.
    """
    rows = [
        (
            d.date,
            date_in_words(d.date),
            d.place,
            d.decision,
            "; ".join(d.listed),
            d.verdict,
            d.ground,
            d.case_id,
            d.why,
        )
        for d in decisions
    ]
    rows += [
        (
            case["decision_date"],
            date_in_words(case["decision_date"]),
            case["target_state"],
            case["case_title"],
            "",
            IN,
            "",
            case["case_id"],
            ADDED,
        )
        for case in unlisted(decisions, cases.to_dict("records"))
    ]
    return pd.DataFrame(sorted(rows, key=lambda row: row[0]), columns=list(COLUMNS))


def unlisted(
    decisions: Iterable[Decision], cases: Iterable[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Give the cases that no row names as its own."""
    named = {decision.case_id for decision in decisions if decision.verdict == IN}
    return [case for case in cases if case["case_id"] not in named]


def rows_alike(
    decisions: Iterable[Decision], date: str | None, place: str | None
) -> list[Decision]:
    """Give the rows that name no case and may be the decision of one: of its date, or of its place and year.

    They are for a person to look at: a day and a place may have seen two decisions, so that no row is taken for a
    case which does not name it.
    """
    return [
        d
        for d in decisions
        if date
        and not d.case_id
        and (
            d.date == date or (d.date[:4], d.place.casefold()) == (date[:4], str(place).casefold())
        )
    ]


def _decision(row: Mapping[str, Any]) -> Decision:
    return Decision(
        row["date"], row["place"], row["decision"], tuple(row["listed"]), row["verdict"],
        row.get("ground", ""), row.get("case", ""), row.get("why", ""),
    )  # fmt: skip
