"""Half a page on each case, put together from its own fields and statements of evidence.

Nothing is said that is not in a field of the case or in an item of evidence. Every sentence names
what it rests on in square brackets: a column of the derived data, or the id of an item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from replication.codebook import Codebook
from replication.dataset import SEPARATOR

# Codes told with the first item of evidence that the agreed coding cites; the others in a word.
_QUOTED = ("military_opposition", "stabilization_burden", "io_sought")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_EVENTS = {
    "date_trigger": "The decision was opened by an event dated {}",
    "date_first_request": "An organisation was first approached on {}",
    "date_endorsement": "The endorsement dates from {}",
    "date_action": "The first action came on {}",
}
_ON_FORCE = (
    ("military_opposition", "The uniformed leadership"),
    ("stabilization_burden", "The burden expected"),
)
_ON_ENDORSEMENT = (
    ("io_sought", "Endorsement sought"),
    ("io_obtained", "Endorsement obtained before action"),
)
_RIVALS = (
    ("strategic_interest", "Strategic interests named"),
    ("major_power_opposition", "Objection of other major powers"),
    ("legitimacy_framing", "Appeal to law or legitimacy in public"),
)


class Sentence(NamedTuple):
    """A sentence and the fields or items it rests on."""

    text: str
    sources: tuple[str, ...]

    @property
    def cited(self) -> str:
        """The sentence with its sources in square brackets before the full stop."""
        return f"{self.text.rstrip().rstrip('.')} [{', '.join(self.sources)}]."


def narratives(
    cases: pd.DataFrame,
    actors: pd.DataFrame,
    codings: pd.DataFrame,
    evidence: pd.DataFrame,
    facts: pd.DataFrame,
    codebook: Codebook,
) -> pd.DataFrame:
    """Tell every case in paragraphs.

    Returns
    -------
    DataFrame
        One row a paragraph: ``case_id``, ``paragraph`` (from 1), ``heading``, ``text`` and
        ``sources``, joined by semicolons.
    """
    rows = []
    for case in cases.to_dict("records"):
        told = paragraphs(case, _own(case, actors, codings, evidence, facts), codebook)
        for number, (heading, sentences) in enumerate(told, start=1):
            cited = dict.fromkeys(source for sentence in sentences for source in sentence.sources)
            rows.append(
                {
                    "case_id": case["case_id"],
                    "paragraph": number,
                    "heading": heading,
                    "text": " ".join(sentence.cited for sentence in sentences),
                    "sources": SEPARATOR.join(cited),
                }
            )
    return pd.DataFrame(rows, columns=["case_id", "paragraph", "heading", "text", "sources"])


def paragraphs(
    case: Mapping[str, Any], own: Mapping[str, Any], codebook: Codebook
) -> list[tuple[str, list[Sentence]]]:
    """Sentences of one case under their headings; paragraphs without a sentence are left out."""
    told = [
        ("The decision", [*_decision(case, codebook), *_events(case)]),
        ("The force and its burden", list(_codes(_ON_FORCE, case, own, codebook))),
        ("Endorsement", [*_codes(_ON_ENDORSEMENT, case, own, codebook), *_venue(case)]),
        ("Positions", list(_positions(own, codebook))),
        ("Rival explanations", list(_codes(_RIVALS, case, own, codebook))),
        ("What followed", list(_aftermath(case))),
    ]
    return [(heading, sentences) for heading, sentences in told if sentences]


def spoken_date(text: str) -> str:
    """Write a date in words, as far as it is known: ``March 2011`` for ``2011-03-00``."""
    year, month, day = (int(part) for part in text.split("-"))
    if not month:
        return f"{year}"
    named = f"{_MONTHS[month - 1]} {year}"
    return f"{day} {named}" if day else named


def _own(
    case: Mapping[str, Any],
    actors: pd.DataFrame,
    codings: pd.DataFrame,
    evidence: pd.DataFrame,
    facts: pd.DataFrame,
) -> dict[str, Any]:
    key = case["case_id"]
    agreed = codings[(codings["case_id"] == key) & (codings["coding"] == "agreed")]
    cells = {
        (row["actor"] if isinstance(row["actor"], str) else "", row["variable"]): row
        for row in agreed.to_dict("records")
    }
    items = evidence[evidence["case_id"] == key].set_index("evidence_id")["statement"].to_dict()
    return {
        "cells": cells,
        "items": items,
        "positions": actors[actors["case_id"] == key].to_dict("records"),
        "facts": facts[facts["case_id"] == key].set_index("fact").to_dict("index"),
    }


def _decision(case: Mapping[str, Any], codebook: Codebook) -> Iterator[Sentence]:
    if not _missing(case["decision"]):
        yield Sentence(str(case["decision"]), ("decision",))
    sample = codebook.variables["sample"].labels.get(case["sample"], case["sample"])
    party = codebook.variables["president_party"].labels.get(case["president_party"], "")
    yield Sentence(
        f"The president was {case['administration']} ({party}), and the case counts as {sample}",
        ("administration", "president_party", "sample"),
    )


def _events(case: Mapping[str, Any]) -> Iterator[Sentence]:
    for fact, words in _EVENTS.items():
        if not _missing(case[fact]):
            yield Sentence(_on(words, str(case[fact])), (fact,))


def _on(words: str, date: str) -> str:
    """Set in a date; a month or year alone takes another preposition."""
    shown = spoken_date(date)
    return (words if not date.endswith("-00") else words.replace(" on {}", " in {}")).format(shown)


def _codes(
    asked: tuple[tuple[str, str], ...],
    case: Mapping[str, Any],
    own: Mapping[str, Any],
    codebook: Codebook,
) -> Iterator[Sentence]:
    for variable, subject in asked:
        code, cell = case[variable], own["cells"].get(("", variable), {})
        if _missing(code):
            yield Sentence(f"{subject}: the evidence does not show it", (variable,))
            continue
        label = codebook.variables[variable].labels[int(code)]
        yield Sentence(f"{subject}: {label} (code {int(code)})", (variable,))
        if variable in _QUOTED:
            for item in _ids(cell)[:1]:
                yield Sentence(own["items"][item], (item,))


def _venue(case: Mapping[str, Any]) -> Iterator[Sentence]:
    if not _missing(case["io_venue"]):
        listed = str(case["io_venue"]).replace(SEPARATOR, ", ")
        yield Sentence(f"Organisations approached: {listed}", ("io_venue",))
    if not _missing(case["resolution"]):
        yield Sentence(f"Resolution or decision: {case['resolution']}", ("resolution",))


def _positions(own: Mapping[str, Any], codebook: Codebook) -> Iterator[Sentence]:
    for row in own["positions"]:
        if _missing(row["io"]):
            continue
        actor = codebook.actors[row["actor"]].label
        label = codebook.variables["io"].labels[int(row["io"])]
        cell = own["cells"].get((row["actor"], "io"), {})
        sources = (f"{row['actor']}.io", *_ids(cell)[:1])
        text = f"{actor} on having endorsement first: {label} ({int(row['io']):+d})"
        yield Sentence(text, sources)


def _aftermath(case: Mapping[str, Any]) -> Iterator[Sentence]:
    if not _missing(case["followon_mission"]):
        yield Sentence(f"Follow-on mission: {case['followon_mission']}", ("followon_mission",))
    total, part = case["followon_troops_total"], case["followon_us_troops"]
    if not _missing(total):
        yield Sentence(
            f"Troops of all contributors in it: {int(total):,}", ("followon_troops_total",)
        )
    if not _missing(part):
        yield Sentence(f"US troops in it: {int(part):,}", ("followon_us_troops",))
    deaths = case["us_fatalities_hostile"]
    if not _missing(deaths):
        yield Sentence(f"US deaths by hostile action: {int(deaths):,}", ("us_fatalities_hostile",))


def _ids(cell: Mapping[str, Any]) -> list[str]:
    joined = cell.get("evidence")
    return [] if _missing(joined) else str(joined).split(SEPARATOR)


def _missing(value: object) -> bool:
    return value is None or bool(pd.isna(value))
