"""output/report.html: the answer, figures, what-if, the evidence behind every code, and the tables, in one file."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from replication import paths
from replication.analyses.claims.judging import RULE
from replication.exhibits.labels import Labels
from replication.exhibits.text import counted
from replication.exhibits.typesetting.environment import environment_of, shown_in_page
from replication.files import write_text
from replication.report.answers import answers
from replication.report.cells import columns_of
from replication.report.choices import MARKS, choice_data, spread_in_words
from replication.report.dossiers import dossiers
from replication.report.exhibit_views import exhibit_views, relative_to_page
from replication.report.in_short import in_short
from replication.report.inputs import Inputs, read_inputs
from replication.report.questions import leading_figures, questions
from replication.report.type_page import type_data
from replication.report.what_changed import changed_effects
from replication.report.what_if import what_if_data

# Bytes up to which every case stands in the page as plain text.
LARGEST = 8_000_000
# In the order in which they are joined into one script.
_SCRIPTS = (
    "linear_algebra.js", "chi_squared.js", "penalised.js", "firth.js", "exact_test.js", "numbers.js", "elements.js",
    "estimate_table.js", "choices.js", "what_if.js", "scenario.js", "types.js", "lazy.js", "search.js",
    "cell_view.js", "explorer.js", "filters.js", "main.js",
)  # fmt: skip


def write_report(page: Path, project: Path | None = None) -> None:
    """Write the page from the derived data, the estimates and the exhibits of a project, as a rule this one.

    The page needs no network and no other file to be read; links lead to the project's own files by
    relative path. The same inputs give the same bytes. A page larger than `LARGEST` holds its cases and exhibits
    compressed; without scripts each of them then stands in short, with links to its files.

    Raises
    ------
    FileNotFoundError
        When an input, or a file that the exhibit map names for showing, does not exist.
    """
    write_text(page, render(read_inputs(project or paths.ROOT), page))


def render(inputs: Inputs, page: Path) -> str:
    """Give the page as text; `page` is where it will lie, for the relative paths in it."""
    labels = Labels.of(inputs.codebook)
    groups = columns_of(inputs.codebook, labels)
    columns = [column for _, members in groups for column in members]
    cases = dossiers(inputs, columns, labels)
    exhibits = exhibit_views(inputs.exhibits, inputs.project, page)
    choices = choice_data(inputs, labels)
    script = _script()
    words: dict[str, Any] = {
        "short": in_short(inputs),
        "told": {row["what"]: row["text"] for row in inputs.provenance},
        "answers": answers(inputs.estimates, inputs.claims),
        "rule": RULE,
        "marks": MARKS,
        "spread": {claim: spread_in_words(found) for claim, found in choices["claims"].items()},
        "exhibits": exhibits,
        "leading": leading_figures(exhibits),
        "questions": questions(exhibits),
        "changed": changed_effects(inputs.comparison, inputs.comparison_changes, labels),
        "estimates": relative_to_page(
            (paths.OUTPUT / "estimates.csv").relative_to(paths.ROOT).as_posix(), inputs.project, page
        ),
        "groups": groups,
        "columns": {column.name: column.short for column in columns},
        "cases": cases,
        "samples": _samples(inputs, labels),
        "choices": _choices(inputs),
        "codebook": inputs.codebook,
        "labels": labels,
        "counted": counted,
        "counts": {name: len(getattr(inputs, name)) for name in ("cases", "evidence", "sources", "codings")},
        "case_folder": relative_to_page(paths.CASES.relative_to(paths.ROOT).as_posix(), inputs.project, page),
        "data": embedded_json(
            {**what_if_data(inputs, labels), "choices": choices, "types": type_data(inputs)}
        ),
        "style": Markup(_template_text("report.css")),  # noqa: S704 - a file of this package
        "script": script,
        "script_hash": _hash_for_policy(script),
    }  # fmt: skip
    text = _set(words, _held(words, ""), "")
    if len(text.encode()) <= LARGEST:
        return text
    return _set(words, _held(words, "_short"), packed(_held(words, "")))


def _set(words: Mapping[str, Any], held: Mapping[str, Markup], pack: str) -> str:
    return _environment().get_template("report.html.j2").render(**words, held=held, packed=pack)


def _held(words: Mapping[str, Any], form: str) -> dict[str, Markup]:
    """Give what each box holds that is read when opened, by the id of the box: cases, and exhibits by question."""
    case, asked = (
        _environment().get_template(f"{name}{form}.html.j2") for name in ("dossier", "question")
    )
    return {
        **{one.case_id: Markup(case.render(**words, case=one)) for one in words["cases"]},  # noqa: S704 - escaped
        **{
            f"question-{one.key}": Markup(asked.render(**words, asked=one))  # noqa: S704 - escaped
            for one in words["questions"]
        },
    }


def packed(parts: Mapping[str, str]) -> str:
    """Compress texts by their names for the page's script to unpack: JSON, gzip, base64.

    The same texts give the same bytes under one zlib; another may write other bytes that unpack to the same.
    """
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode("ascii")


def embedded_json(value: Any) -> Markup:
    """Write JSON that can stand in a script element whatever its texts hold.

    Everything beyond ASCII is escaped, U+2028 among it, and so are the characters that could end the
    element or open a comment.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - no character that HTML gives a meaning is left


def _samples(inputs: Inputs, labels: Labels) -> list[tuple[str, str]]:
    """Values of `sample` that occur, in the order of the codebook, with their labels."""
    known = list(inputs.codebook.variables["sample"].values)
    present = dict.fromkeys(row["sample"] for row in inputs.cases)
    ordered = sorted(present, key=lambda name: known.index(name) if name in known else len(known))
    return [(name, labels.value("sample", name)) for name in ordered]


def _choices(inputs: Inputs) -> dict[str, list[str]]:
    """Give what the filters offer, each in the order of first appearance."""
    types = {row["type"] for row in inputs.sources}
    return {
        "administration": list(dict.fromkeys(row["administration"] for row in inputs.cases)),
        "crisis_family": sorted({row["crisis_family"] for row in inputs.cases}),
        "type": [name for name in inputs.codebook.source_types if name in types],
    }


def _script() -> Markup:
    parts = [_template_text(name) for name in _SCRIPTS]
    body = "\n".join(['"use strict";', "(() => {", *parts, "})();"])
    return Markup(body)  # noqa: S704 - files of this package


def _hash_for_policy(script: str) -> str:
    """Hash that lets this script run in the page and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")


def _template_text(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return environment_of("replication.report", finalize=shown_in_page)
