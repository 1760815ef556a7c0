"""The pages of the form: every field with its scale and rules, from the codebook; no code of anyone."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from replication import paths
from replication.analyses.cases.venue import read_regions
from replication.analyses.known_names import FAMILIES, FILE, read_administrations
from replication.casefile.model import AGREED
from replication.casefile.scaffold import FIRST_PASS
from replication.casefile.shape import STATUSES
from replication.casefile.sheet_layout import option
from replication.codebook import Codebook, Variable
from replication.form.codebook_file import CHANGED, OTHER
from replication.form.document import CODES, WHOLE, View
from replication.yaml_reading import InputError

_HERE = Path(__file__).parent / "templates"
_SCRIPTS = (
    "conflicts.js", "drafts.js", "elements.js", "evidence.js", "fields.js", "main.js", "paths.js", "server.js",
    "sources.js", "start.js", "store.js",
)  # fmt: skip
_NULL = "null"


@dataclass(frozen=True)
class FormChoice:
    """One of the values that a field may have; `value` as JSON, but as it is typed in a list to pick from."""

    value: str
    label: str
    rule: str = ""


@dataclass(frozen=True)
class Field:
    """One field of the form.

    Attributes
    ----------
    path : str
        Keys in the case file, joined by points; in a template what follows the entry's own path.
    kind : str
        text, prose, number, choice, many (several words), sources or items (chosen among those of the case).
    choices : tuple of FormChoice
        The values of a choice; for a text those that are known, to pick from.
    """

    path: str
    kind: str
    label: str
    rule: str = ""
    choices: tuple[FormChoice, ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class FormCell:
    """One code with what belongs to it."""

    path: str
    name: str
    label: str
    rule: str
    actor: str
    fields: tuple[Field, ...]


def start_page(folder: Path, codebook: Codebook) -> str:
    """Make the page that asks what is to be done."""
    cases = sorted(path.stem for path in folder.glob("*.yaml"))
    return (
        _templates()
        .get_template("start.html.j2")
        .render(cases=cases, universe=codebook.universe, first=FIRST_PASS)
    )


def form_page(case: str, view: View, codebook: Codebook, version: str) -> str:
    """Make the page of one view of a case; what the case holds is fetched by it.

    Parameters
    ----------
    version : str
        Version of the codebook's file, which the page names when it asks.
    """
    coding, blind = view.coding, not view.whole
    cells = _cells(coding, codebook)
    setup = {
        "case": case,
        "view": f"{WHOLE if view.whole else CODES}/{case}/{coding}",
        "blind": blind,
        "codebook": version,
        "outdated": {"changed": CHANGED, "other": OTHER},
        "blanks": _blanks(agreed=coding == AGREED),
        "cells": {cell.name: cell.path for cell in cells},
        "labels": {
            name: _cell_label(name, variable, codebook) for name, variable in codebook.cells.items()
        },
        "types": dict(codebook.source_types),
    }
    return _templates().get_template("form.html.j2").render(
        case=case, coding=coding, blind=blind, codebook=codebook, setup=json.dumps(setup), cells=cells,
        identity=_identity(codebook), facts=_facts(codebook), source=_source(codebook), item=_item(codebook),
    )  # fmt: skip


def static_files() -> tuple[str, ...]:
    """Names of the files that the pages load."""
    return (*_SCRIPTS, "form.css")


def static_file(name: str) -> str:
    """Text of one of them."""
    return (_HERE / name).read_text(encoding="utf-8")


def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=select_autoescape(("html", "j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _blanks(*, agreed: bool) -> dict[str, object]:
    """Give entries as they begin, by their kind."""
    cell: dict[str, Any] = {"code": None, "confidence": None, "evidence": [], "why": None}
    return {
        "facts": {"value": None, "source": [], "consulted": False},
        "sources": dict.fromkeys(("type", "author", "title", "publisher", "date", "url")),
        "evidence": {
            "id": "", "about": [], "statement": "", "when": None, "source": [], "consulted": False,
        },
        "codings": cell | ({"settled": None} if agreed else {}),
    }  # fmt: skip


def _identity(codebook: Codebook) -> list[Field]:
    status = tuple(FormChoice(json.dumps(word), word, told) for word, told in STATUSES.items())
    variables = [v for v in codebook.identity if v.derive is None and v.name != "case_id"]
    known = _known_names()
    return [
        Field("status", "choice", "Status of the case", "", status),
        *(
            replace(field, choices=known.get(field.path, ())) if field.kind == "text" else field
            for field in (_field(v.key, v, v.label, v.rule) for v in variables)
        ),
    ]


def _known_names() -> dict[str, tuple[FormChoice, ...]]:
    """Give what may be picked for the names that are listed elsewhere; nothing where those lists have faults."""
    try:
        terms = read_administrations(paths.SPECIFICATIONS / FILE)
        regions = read_regions(paths.SPECIFICATIONS / FAMILIES)
    except InputError:
        return {}
    spans: dict[str, list[str]] = {}
    for term in terms:
        spans.setdefault(term.administration, [term.party]).append(f"from {term.first}")
    return {
        "administration": tuple(FormChoice(name, ", ".join(told)) for name, told in spans.items()),
        "crisis_family": tuple(FormChoice(name, region) for name, region in regions.items()),
    }


def _facts(codebook: Codebook) -> list[tuple[str, list[Field]]]:
    return [
        (
            variable.label,
            [
                _field(f"facts.{variable.key}.value", variable, "Value", variable.rule),
                Field(f"facts.{variable.key}.source", "sources", "Sources"),
                _consulted(f"facts.{variable.key}.consulted"),
                Field(
                    f"facts.{variable.key}.note",
                    "prose",
                    "Note",
                    "What the value counts or leaves out.",
                ),
            ],
        )
        for variable in codebook.fact
    ]


def _source(codebook: Codebook) -> list[Field]:
    types = [
        FormChoice(json.dumps(word), f"{word}: {told}")
        for word, told in codebook.source_types.items()
    ]
    read = "Only where you read the text there, lawfully; none for an unofficial copy."
    return [
        Field("type", "select", "Type", "", tuple(types)),
        Field("author", "text", "Author"),
        Field("title", "text", "Title"),
        Field("publisher", "text", "Publisher, newspaper or journal"),
        Field("date", "text", "Date", "", hint="2011-03-00"),
        Field("url", "text", "Address", read, hint="https://"),
        _mark("copy", "Read in an unofficial copy"),
    ]


def _item(codebook: Codebook) -> list[Field]:
    words = f"In your own words, at most {codebook.statement_words} words."
    cells = tuple(
        FormChoice(json.dumps(name), _cell_label(name, variable, codebook), name)
        for name, variable in codebook.cells.items()
    )
    return [
        Field("statement", "prose", "What the source reports", words),
        Field("source", "sources", "Sources"),
        _consulted("consulted"),
        Field("about", "many", "Cells it bears on", "", cells),
        Field("when", "text", "The time it is about", codebook.date_rule, hint="2011-03-00"),
        _mark("absence", "Says that nothing was found in the sources searched"),
        _mark("theory_author", "Rests on writing of the author of the theory"),
        _mark("after_decision", "About words or events after the decision"),
        Field("quotation.text", "prose", "Words quoted, if any", codebook.quotation_rule),
        Field("quotation.source", "text", "Key of the source quoted", hint="K1"),
        Field("quotation.place", "text", "Page, paragraph or minute there", hint="p. 12"),
    ]


def _cell_label(name: str, variable: Variable, codebook: Codebook) -> str:
    actor = name.rpartition(".")[0]
    return f"{codebook.actors[actor].label}: {variable.label}" if actor else variable.label


def _cells(coding: str, codebook: Codebook) -> list[FormCell]:
    cells = []
    for name, variable in codebook.cells.items():
        actor, _, last = name.rpartition(".")
        place = f"actors.{actor}.{last}" if actor else f"case.{last}"
        path = f"codings.{coding}.{place}"
        who = codebook.actors[actor].label if actor else ""
        told = f"{codebook.actors[actor].label}: {codebook.actors[actor].rule}. " if actor else ""
        rule = f"{told}{' '.join(variable.rule.split())}"
        fields = _cell_fields(path, variable, codebook, coding)
        cells.append(FormCell(path, name, variable.label, rule, who, tuple(fields)))
    return cells


def _cell_fields(path: str, variable: Variable, codebook: Codebook, coding: str) -> list[Field]:
    confidence = _choices(codebook.confidence)
    settled = tuple(
        FormChoice(json.dumps(word), word, told) for word, told in codebook.settled.items()
    )
    fields = [
        _field(f"{path}.code", variable, "Code", ""),
        Field(f"{path}.evidence", "items", "Items it rests on"),
        Field(f"{path}.confidence", "choice", "Confidence", codebook.confidence.rule, confidence),
        Field(f"{path}.why", "prose", "Why, in one sentence"),
    ]
    if coding != AGREED:
        return fields
    return [*fields, Field(f"{path}.settled", "choice", "How it was settled", "", settled)]


def _field(path: str, variable: Variable, label: str, rule: str) -> Field:
    """Make the field of a variable: what is asked, and every code with its label and rule."""
    unit = f" ({variable.unit})" if variable.unit else ""
    rule = " ".join(rule.split())
    if variable.type == "list":
        return Field(path, "many", label, rule, _choices(variable), variable.missing)
    if variable.type == "flag" or variable.labels:
        open_ = (FormChoice(_NULL, "not known", variable.missing),) if variable.missing else ()
        return Field(path, "choice", label, rule, (*_choices(variable), *open_))
    if variable.type in ("integer", "number"):
        return Field(path, "number", f"{label}{unit}", rule)
    kind = "prose" if variable.csv_only and not variable.pattern else "text"
    hint = "2011-03-00" if variable.type == "date" else ""
    return Field(path, kind, f"{label}{unit}", rule, hint=hint)


def _choices(variable: Variable) -> tuple[FormChoice, ...]:
    if variable.type == "flag":
        labels = variable.labels or {1: "yes", 0: "no"}
        rules = {code: value.rule for code, value in variable.values.items()}
        return tuple(
            FormChoice(json.dumps(bool(code)), labels[code], rules.get(code, "")) for code in (1, 0)
        )
    return tuple(
        FormChoice(json.dumps(value.code), option(value.code, value.label), value.rule)
        for value in variable.values.values()
    )


def _consulted(path: str) -> Field:
    return _mark(path, "I read text in that source that says so")


def _mark(path: str, label: str) -> Field:
    return Field(path, "mark", label)
