"""What may stand in a case file, made from the codebook."""

from __future__ import annotations

from typing import Any

import yaml

from replication.casefile.model import AGREED
from replication.codebook import Codebook, Variable
from replication.shapes import (
    Choice,
    Date,
    Flag,
    FreeKeys,
    Key,
    ListOf,
    Named,
    Nullable,
    Number,
    Record,
    Report,
    Shape,
    Text,
    as_json_schema,
    is_null,
    scalar,
)
from replication.yaml_reading import PathParts

WORD = "[a-z0-9]+(_[a-z0-9]+)*"
CODER = "[a-z][a-z0-9]*(_[a-z0-9]+)*"
STATUSES = {"released": "enters every table", "draft": "checked and shown, in no estimate"}

_WORD = Text(longest=40, pattern=WORD, words="a word in a-z, 0-9 and _")
_SOURCE_KEY = Text(
    longest=20, pattern="[A-Za-z][A-Za-z0-9_]*", words="the key of a source of this file"
)
_EVIDENCE_ID = Text(
    longest=60, pattern=f"({WORD}-)?e[0-9]+", words="the id of an item, such as e01"
)
_URL = Text(
    longest=1000,
    pattern='https?://[^ <>`"]+',
    words="an address that begins with http:// or https://",
)
_PROSE = Text()
_NAME = Text(longest=500)


def case_shape(codebook: Codebook) -> Record:
    """Describe a case file as the codebook has it."""
    identity = {
        v.key: Key(Nullable(value_shape(v)), about=f"{v.label}. {v.rule}")
        for v in codebook.identity
        if v.derive is None and v.name != "case_id"
    }
    firm = tuple(v.key for v in codebook.identity if v.key in identity and not v.missing)
    return Record(
        {
            "case_id": Key(_WORD, about="Short word for the case; the file is called after it."),
            "status": Key(
                Choice(STATUSES), about="A draft is checked and shown but enters no estimate."
            ),
            **identity,
            "facts": Key(_facts(codebook)),
            "sources": Key(
                FreeKeys(
                    Named("source", _source(codebook)),
                    pattern="[A-Za-z][A-Za-z0-9_]*",
                    words="letters, digits and _, such as K1",
                )
            ),
            "evidence": Key(ListOf(Named("item", _item(codebook)), unique=False)),
            "codings": Key(_codings(codebook)),
            "weights": Key(
                FreeKeys(_weights(codebook), pattern=CODER, words="labels of passes"),
                required=False,
                about=f"{codebook.weights.scale.label}. {codebook.weights.scale.rule}",
            ),
            "corrections": Key(
                ListOf(_correction(), unique=False), required=False, about="Changes after release."
            ),
        },
        firm=("status", "released", firm),
    )


def case_schema(codebook: Codebook) -> dict[str, Any]:
    """JSON Schema of a case file, for editors; made from the description that checks the files."""
    return as_json_schema(case_shape(codebook), "Case file")


def value_shape(variable: Variable) -> Shape:
    """Describe what may be written for a variable, null apart."""
    labels = variable.labels
    rules = {value.code: value.rule for value in variable.values.values() if value.rule}
    shapes: dict[str, Shape] = {
        "ordinal": Choice(labels, rules),
        "nominal": Choice(labels, rules),
        "list": ListOf(Choice(labels, rules)),
        "flag": Flag(),
        "integer": Number(whole=True, minimum=variable.minimum),
        "number": Number(whole=False, minimum=variable.minimum),
        "date": Date(),
        "text": _text(variable),
        "id": _WORD,
    }
    return shapes[variable.type]


def _text(variable: Variable) -> Text:
    if variable.pattern:
        return Text(
            longest=200, pattern=variable.pattern, words=f"text of the form {variable.pattern}"
        )
    # Texts that become columns of .dta stay short; sentences are left out of .dta anyway.
    return _PROSE if variable.csv_only else Text(longest=200)


def _facts(codebook: Codebook) -> Record:
    def fact(variable: Variable) -> Record:
        return Record(
            {
                "value": Key(Nullable(value_shape(variable)), about=variable.rule),
                "source": Key(
                    ListOf(_SOURCE_KEY),
                    about="Keys of sources; an empty list where none was found.",
                ),
                "consulted": Key(
                    Flag(), about="true only if text read in the source itself says this."
                ),
                "note": Key(
                    Nullable(_PROSE), required=False, about="What the value counts or leaves out."
                ),
            }
        )

    return Record({v.key: Key(fact(v), required=False, about=v.label) for v in codebook.fact})


def _source(codebook: Codebook) -> Record:
    return Record(
        {
            "type": Key(Choice(codebook.source_types)),
            "author": Key(Nullable(_NAME)),
            "title": Key(Nullable(_NAME)),
            "publisher": Key(Nullable(_NAME)),
            "date": Key(Nullable(Date()), about=codebook.date_rule),
            "url": Key(Nullable(_URL), about="Only where the text was read, lawfully; else null."),
            "copy": Key(
                Flag(),
                required=False,
                about="Read in an unofficial copy, whose address is not given.",
            ),
        }
    )


def _item(codebook: Codebook) -> Record:
    cells = Named("cell_name", Choice(dict.fromkeys(codebook.cells, "")))
    mark = Flag()
    return Record(
        {
            "id": Key(
                _EVIDENCE_ID,
                about="A number of its own behind e, such as e01; with the case_id and - before it or without.",
            ),
            "about": Key(ListOf(cells), about="The cells it bears on: io_sought, military.force."),
            "statement": Key(
                _PROSE,
                about=f"A paraphrase in plain words, at most {codebook.statement_words} words.",
            ),
            "quotation": Key(
                Record(
                    {
                        "text": Key(
                            _PROSE,
                            about=f"At most {codebook.quotation_words} words, as written there.",
                        ),
                        "source": Key(_SOURCE_KEY, about="The source quoted, one of the item's."),
                        "place": Key(_NAME, about="Page, paragraph, minute or heading."),
                    }
                ),
                required=False,
                about=codebook.quotation_rule,
            ),
            "when": Key(
                Nullable(Date(span=True)),
                about=f"The time the statement is about. {codebook.date_rule}",
            ),
            "source": Key(ListOf(_SOURCE_KEY), about="Keys of sources."),
            "consulted": Key(mark, about="true only if text read in the source itself says this."),
            "absence": Key(
                mark, required=False, about="Says that nothing was found in the sources searched."
            ),
            "theory_author": Key(
                mark, required=False, about="Rests on writing of the author of the theory."
            ),
            "after_decision": Key(
                mark, required=False, about="About words or events after the decision."
            ),
        }
    )


def _codings(codebook: Codebook) -> FreeKeys:
    return FreeKeys(
        _coding(codebook, agreed=False),
        pattern=CODER,
        words="a label for the pass in a-z, 0-9 and _",
        own={AGREED: _coding(codebook, agreed=True)},
    )


def _coding(codebook: Codebook, *, agreed: bool) -> Shape:
    prefix = "agreed_" if agreed else ""

    def cells(variables: tuple[Variable, ...]) -> Record:
        return Record(
            {
                v.name: Key(
                    Named(f"{prefix}{v.name}", _cell(codebook, v, agreed=agreed)),
                    required=False,
                    about=f"{v.label}. {v.rule}",
                )
                for v in variables
            }
        )

    of_actor = Named(f"{prefix}actor", cells(codebook.actor))
    actors = Record(
        {a.name: Key(of_actor, required=False, about=a.rule) for a in codebook.actors.values()}
    )
    keys = {
        "case": Key(cells(codebook.case), required=False),
        "actors": Key(actors, required=False),
    }
    return Named(f"{prefix}coding", Record(keys))


def _cell(codebook: Codebook, variable: Variable, *, agreed: bool) -> Record:
    confidence = value_shape(codebook.confidence)
    settled = (
        {
            "settled": Key(
                Nullable(Choice(codebook.settled)), about="How the agreed code came about."
            )
        }
        if agreed
        else {}
    )
    return Record(
        {
            "code": Key(Nullable(value_shape(variable))),
            "confidence": Key(Nullable(confidence), about="null where the code is null."),
            "evidence": Key(
                ListOf(_EVIDENCE_ID), about="Ids of items of this file, such as [e01, e07]."
            ),
            "why": Key(Nullable(_PROSE), about="The reason in one sentence, or what is missing."),
            **settled,
        }
    )


def _weights(codebook: Codebook) -> Shape:
    weight = Record(
        {
            "decibels": Key(value_shape(codebook.weights.scale)),
            "why": Key(Nullable(_PROSE), about="The reason in one sentence; null beside 0 only."),
        }
    )
    items = FreeKeys(
        Named("weight", weight), pattern=f"({WORD}-)?e[0-9]+", words="ids of items of this file"
    )
    rivals = codebook.weights.rivals.values()
    return Named(
        "weights", Record({r.name: Key(items, required=False, about=r.rule) for r in rivals})
    )


def _correction() -> Record:
    return Record(
        {
            "cell": Key(
                Text(longest=100),
                about="Such as agreed.io_sought, agreed.military.force, facts.date_action.",
            ),
            "old": Key(_CodeShape()),
            "new": Key(_CodeShape()),
            "reason": Key(_PROSE),
            "evidence": Key(ListOf(_EVIDENCE_ID)),
        }
    )


class _CodeShape:
    """Whatever could be a value of a cell."""

    allowed = "a code, a list of codes, null"

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        if isinstance(node, yaml.SequenceNode):
            return [self.check(child, path, report) for child in node.value]
        if isinstance(node, yaml.MappingNode):
            return report.add(node, path, f"a mapping is not allowed; allowed: {self.allowed}")
        if is_null(node):
            return None
        value = scalar(node)
        return node.value if value is None else value

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        return {"type": ["integer", "number", "string", "array", "boolean", "null"]}
