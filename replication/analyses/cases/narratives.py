"""Half a page on each case, put together from its own fields and statements of evidence.

Nothing is said that is not in a field of the case or in an item of evidence. Every sentence names
what it rests on: a column of the derived data, or the id of an item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from replication.analyses.date_words import date_in_words
from replication.codebook import Codebook
from replication.dataset import SEPARATOR
from replication.precision import fixed

# Cells told with an item of evidence that the agreed coding cites; the others in a word.
_QUOTED = ("military_opposition", "stabilization_burden", "io_sought", "military.io", "state.io")
_EVENTS = {
    "date_trigger": "The decision was opened by an event dated {}",
    "date_first_request": "An organisation was first approached on {}",
    "date_endorsement": "The endorsement dates from {}",
    "date_action": "The first action came on {}",
}
_ON_FORCE = (
    ("military_opposition", "the uniformed leadership's opposition to using force"),
    ("stabilization_burden", "the burden of stabilisation expected beforehand"),
)
_ON_ENDORSEMENT = (
    ("io_sought", "the search for endorsement"),
    ("io_obtained", "the endorsement obtained before action"),
)
_RIVALS = (
    ("strategic_interest", "strategic interests at stake"),
    ("major_power_opposition", "opposition from other major powers"),
    ("legitimacy_framing", "talk of law and legitimacy in public"),
)
_LOWEST = 1
COLUMNS = ["case_id", "paragraph", "heading", "sentence", "text", "sources"]


class Sentence(NamedTuple):
    """A sentence and the fields or items it rests on."""

    text: str
    sources: tuple[str, ...]


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
        One row a sentence: ``case_id``, ``paragraph`` and ``sentence`` (each from 1), ``heading`` of
        the paragraph, ``text``, and ``sources``, joined by semicolons.
    """
    rows = []
    for case in cases.to_dict("records"):
        told = paragraphs(case, _own(case, actors, codings, evidence, facts), codebook)
        rows += [
            {
                "case_id": case["case_id"],
                "paragraph": number,
                "heading": heading,
                "sentence": place,
                "text": f"{sentence.text.rstrip().rstrip('.')}.",
                "sources": SEPARATOR.join(sentence.sources),
            }
            for number, (heading, sentences) in enumerate(told, start=1)
            for place, sentence in enumerate(sentences, start=1)
        ]
    return pd.DataFrame(rows, columns=COLUMNS)


def paragraphs(
    case: Mapping[str, Any], own: Mapping[str, Any], codebook: Codebook
) -> list[tuple[str, list[Sentence]]]:
    """Sentences of one case under their headings; paragraphs without a sentence are left out."""
    quoted: set[str] = set()
    told = [
        ("The decision", [*_decision(case, codebook), *_events(case, own)]),
        ("The force and its burden", list(_codes(_ON_FORCE, case, own, codebook, quoted))),
        (
            "Endorsement",
            [*_codes(_ON_ENDORSEMENT, case, own, codebook, quoted), *_venue(case, own)],
        ),
        ("Positions", list(_positions(own, codebook, quoted))),
        ("Rival explanations", list(_codes(_RIVALS, case, own, codebook, quoted))),
        ("What followed", list(_aftermath(case, own))),
    ]
    return [(heading, sentences) for heading, sentences in told if sentences]


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
        f"The president was {case['administration']} ({party}); the case is in the sample “{sample}”",
        ("administration", "president_party", "sample"),
    )


def _events(case: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Sentence]:
    for fact, words in _EVENTS.items():
        if not _missing(case[fact]):
            yield _noted(_on(words, str(case[fact])), fact, own)


def _noted(text: str, fact: str, own: Mapping[str, Any]) -> Sentence:
    """Tell a fact with its file's own note: what the value counts, leaves out or does not mean."""
    note = own["facts"].get(fact, {}).get("note")
    said = "" if _missing(note) else f" ({str(note).strip().rstrip('.')})"
    return Sentence(f"{text}{said}", (fact,))


def _on(words: str, date: str) -> str:
    """Set in a date; a month or year alone takes another preposition."""
    shown = date_in_words(date)
    return (words if not date.endswith("-00") else words.replace(" on {}", " in {}")).format(shown)


def _codes(
    asked: tuple[tuple[str, str], ...],
    case: Mapping[str, Any],
    own: Mapping[str, Any],
    codebook: Codebook,
    quoted: set[str],
) -> Iterator[Sentence]:
    for variable, matter in asked:
        code, cell = case[variable], own["cells"].get(("", variable), {})
        if _missing(code):
            yield Sentence(f"On {matter} the evidence shows nothing to code", (variable,))
            continue
        label = codebook.variables[variable].labels[int(code)]
        yield Sentence(f"On {matter} the code is {int(code)}, {label}{_thin(cell)}", (variable,))
        yield from _quotation(variable, cell, own, quoted)


def _thin(cell: Mapping[str, Any]) -> str:
    """Qualify a code whose confidence is the lowest."""
    confidence: Any = cell.get("confidence")
    return "" if _missing(confidence) or int(confidence) != _LOWEST else ", on thin evidence"


def _quotation(
    name: str, cell: Mapping[str, Any], own: Mapping[str, Any], quoted: set[str]
) -> Iterator[Sentence]:
    """Tell the first item cited for a cell that the narrative has not told yet."""
    new = [item for item in _ids(cell) if item not in quoted]
    if name in _QUOTED and new:
        quoted.add(new[0])
        yield Sentence(own["items"][new[0]], (new[0],))


def _venue(case: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Sentence]:
    if not _missing(case["io_venue"]):
        listed = str(case["io_venue"]).replace(SEPARATOR, ", ")
        yield Sentence(f"Organisations approached: {listed}", ("io_venue",))
    if not _missing(case["resolution"]):
        yield _noted(f"Resolution or decision: {case['resolution']}", "resolution", own)


def _positions(own: Mapping[str, Any], codebook: Codebook, quoted: set[str]) -> Iterator[Sentence]:
    for row in own["positions"]:
        if _missing(row["io"]):
            continue
        actor = codebook.actors[row["actor"]].label
        code = int(row["io"])
        label = codebook.variables["io"].labels[code]
        cell = own["cells"].get((row["actor"], "io"), {})
        name = f"{row['actor']}.io"
        # A new reader of the cell needs an item to go on, also where it was told before.
        sources = (name, *_ids(cell)[:1])
        shown = f"{code:+d}" if code else "0"
        yield Sentence(
            f"{actor} on having endorsement first: the code is {shown}, {label}{_thin(cell)}",
            sources,
        )
        yield from _quotation(name, cell, own, quoted)


def _aftermath(case: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Sentence]:
    if not _missing(case["followon_mission"]):
        yield _noted(f"Follow-on mission: {case['followon_mission']}", "followon_mission", own)
    total, part = case["followon_troops_total"], case["followon_us_troops"]
    if not _missing(total):
        yield _noted(
            f"Troops of all contributors in it: {fixed(int(total), 0)}",
            "followon_troops_total",
            own,
        )
    if not _missing(part):
        yield _noted(f"US troops in it: {fixed(int(part), 0)}", "followon_us_troops", own)
    deaths = case["us_fatalities_hostile"]
    if not _missing(deaths):
        yield _noted(
            f"US deaths by hostile action: {fixed(int(deaths), 0)}", "us_fatalities_hostile", own
        )


def _ids(cell: Mapping[str, Any]) -> list[str]:
    joined = cell.get("evidence")
    return [] if _missing(joined) else str(joined).split(SEPARATOR)


def _missing(value: object) -> bool:
    return value is None or bool(pd.isna(value))
