"""One case as the page shows it: decision, facts, positions, codes, evidence in time order, sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from replication.analyses.date_words import date_in_words
from replication.codebook import Codebook
from replication.exhibits.labels import Labels, spoken
from replication.exhibits.numbers import signed
from replication.exhibits.text import short_names
from replication.precision import fixed
from replication.report.cells import CellView, PassColumn, cells_of
from replication.report.inputs import Inputs, words
from replication.tables import Row, rows_by

_BRIEF = 48


@dataclass(frozen=True)
class DossierSource:
    """A source of a case.

    Attributes
    ----------
    place : str
        Its id in the page.
    address, host : str
        Where it was read; empty where none may be given.
    brief : str
        Its name in a few words, with the year.
    """

    place: str
    row: Row
    type_label: str
    date: str
    address: str
    host: str
    brief: str


@dataclass(frozen=True)
class GivenWeight:
    """What one pass gave an item for the explanation against a rival: decibels with their sign, and the reason."""

    coding: str
    decibels: str
    why: str


@dataclass(frozen=True)
class Item:
    """A statement with its sources, the cells it bears on, as (address, label), and its weights by rival."""

    row: Row
    number: str
    when: str
    sources: tuple[DossierSource, ...]
    about: tuple[tuple[str, str], ...]
    weights: tuple[tuple[str, tuple[GivenWeight, ...]], ...]


@dataclass(frozen=True)
class DossierFact:
    """A number or date of a case."""

    label: str
    shown: str
    row: Row
    sources: tuple[DossierSource, ...]


@dataclass(frozen=True)
class Cited:
    """What a sentence of the narrative rests on: where that is in the page, and what it is called there."""

    place: str
    shown: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the narrative: sentences, each with what it rests on."""

    heading: str
    sentences: tuple[tuple[str, tuple[Cited, ...]], ...]


@dataclass(frozen=True)
class Dossier:
    """A case with everything said about it."""

    case_id: str
    title: str
    short: str
    row: Row
    date: str
    narrative: list[Paragraph]
    cells: list[CellView]
    facts: list[DossierFact]
    items: list[Item]
    sources: list[DossierSource]


def dossiers(inputs: Inputs, columns: Sequence[PassColumn], labels: Labels) -> list[Dossier]:
    """Put together what belongs to each case, in the order of the case table."""
    codings, evidence, sources, facts, told, weights = (
        rows_by(getattr(inputs, name), itemgetter("case_id"))
        for name in ("codings", "evidence", "sources", "facts", "narratives", "weights")
    )
    shorts = short_names([row["case_title"] for row in inputs.cases])
    book = inputs.codebook
    made = []
    for row, short in zip(inputs.cases, shorts, strict=True):
        key = row["case_id"]
        own = {s["source"]: _source(s, book) for s in sources.get(key, [])}
        made.append(
            Dossier(
                case_id=key,
                title=row["case_title"],
                short=short,
                row=row,
                date=date_in_words(row["decision_date"]),
                narrative=narrative(told.get(key, []), facts.get(key, []), columns, book),
                cells=cells_of(key, short, codings.get(key, []), columns, labels),
                facts=[_fact(f, own, book) for f in facts.get(key, []) if f["value"] or f["note"]],
                items=_items(
                    evidence.get(key, []), own, columns, weights_of(weights.get(key, []), book)
                ),
                sources=list(own.values()),
            )
        )
    return made


def narrative(
    rows: Iterable[Row], facts: Iterable[Row], columns: Sequence[PassColumn], codebook: Codebook
) -> list[Paragraph]:
    """Give the paragraphs of one case, each sentence with the places in the page that it rests on."""
    cells = {column.name: column.short for column in columns}
    known = {fact["fact"] for fact in facts}
    paragraphs: dict[str, list[tuple[str, tuple[Cited, ...]]]] = {}
    for row in rows:
        case_id = row["case_id"]
        cited = []
        for source in words(row["sources"]):
            if source in cells:
                cited.append(Cited(f"{case_id}/{source}", cells[source]))
            elif source.startswith(f"{case_id}-"):
                cited.append(Cited(source, source.removeprefix(f"{case_id}-")))
            else:
                label = codebook.variables[source].label if source in codebook.variables else source
                cited.append(Cited(f"{case_id}/{source}" if source in known else case_id, label))
        paragraphs.setdefault(row["heading"], []).append((row["text"], tuple(cited)))
    return [Paragraph(heading, tuple(said)) for heading, said in paragraphs.items()]


def weights_of(
    rows: Iterable[Row], codebook: Codebook
) -> dict[str, tuple[tuple[str, tuple[GivenWeight, ...]], ...]]:
    """Give the weights of each item that any pass weighed, by rival, in the order of the codebook."""
    given: dict[str, dict[str, list[GivenWeight]]] = {}
    for row in rows:
        shown = GivenWeight(spoken(row["coding"]), signed(int(row["decibels"])), row["why"])
        given.setdefault(row["evidence_id"], {}).setdefault(row["rival"], []).append(shown)
    return {
        item: tuple(
            (rival.label, tuple(by_rival[name]))
            for name, rival in codebook.weights.rivals.items()
            if name in by_rival
        )
        for item, by_rival in given.items()
    }


def web_address(text: str) -> str:
    """Give back an address that may become a link: http or https, nothing a browser would run."""
    return text if text.startswith(("http://", "https://")) else ""


def _source(row: Row, codebook: Codebook) -> DossierSource:
    date = date_in_words(row["date"])
    name = row["publisher"] or row["author"] or row["title"] or row["source"]
    short = name if len(name) <= _BRIEF else name[: _BRIEF - 1].rstrip() + "…"
    return DossierSource(
        place=f"{row['case_id']}/source/{row['source']}",
        row=row,
        type_label=codebook.source_types.get(row["type"], row["type"]),
        date=date,
        address=web_address(row["url"]),
        host=web_address(row["url"]).partition("://")[2].partition("/")[0].removeprefix("www."),
        brief=f"{short}, {row['date'][:4]}" if row["date"] else short,
    )


def _items(
    rows: Iterable[Row],
    own: dict[str, DossierSource],
    columns: Sequence[PassColumn],
    weights: dict[str, tuple[tuple[str, tuple[GivenWeight, ...]], ...]],
) -> list[Item]:
    """Items by the time they are about; those without a time come last."""
    labels = {column.name: column.short for column in columns}
    ordered = sorted(rows, key=lambda row: (not row["when"], row["when"]))
    return [
        Item(
            row=row,
            number=row["evidence_id"].removeprefix(f"{row['case_id']}-"),
            when=date_in_words(row["when"]),
            sources=_known(row["source"], own),
            about=tuple(
                (f"{row['case_id']}/{name}", labels.get(name, name)) for name in words(row["about"])
            ),
            weights=weights.get(row["evidence_id"], ()),
        )
        for row in ordered
    ]


def _fact(row: Row, own: dict[str, DossierSource], codebook: Codebook) -> DossierFact:
    variable = codebook.variables.get(row["fact"])
    value = date_in_words(row["value"]) or "not known"
    if variable and variable.type == "integer" and value.isascii() and value.isdigit():
        value = fixed(int(value), 0)
    return DossierFact(
        variable.label if variable else row["fact"], value, row, _known(row["source"], own)
    )


def _known(joined: str, own: dict[str, DossierSource]) -> tuple[DossierSource, ...]:
    return tuple(own[key] for key in words(joined) if key in own)
