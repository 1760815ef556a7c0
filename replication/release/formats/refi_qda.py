"""The evidence and its codes as a REFI-QDA project (.qdpx), which NVivo, ATLAS.ti, MAXQDA and QualCoder import.

After the standard REFI-QDA 1.5 and its schema of projects, version 1.0: a zip with project.qde and the texts under
sources/. One text a case, with an item a paragraph; a code for every variable and every value of it; each agreed
code is a coding of the items that it cites; the variables of the case say what a case is. Written with ElementTree
of the standard library: the readers on PyPI do not write projects.
"""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from replication.citation import citation_text, read_citation
from replication.codebook import Codebook, Variable, read_codebook
from replication.files import replacing
from replication.tables import Row, read_rows

_SPACE = "urn:QDA-XML:project:1.0"
_OURS = uuid.uuid5(uuid.NAMESPACE_URL, "endorsement-of-humanitarian-interventions")
_TIME = (2000, 1, 1, 0, 0, 0)
_ABOUT_CASE = ("sample", "administration", "crisis_family", "decision_date")
_CODER = "agreed coding"


def write_project(path: Path, root: Path) -> None:
    """Write the project of the data at `root`; the same bytes for the same data."""
    derived = root / "data" / "derived"
    tables = {n: read_rows(derived / f"{n}.csv") for n in ("cases", "codings", "evidence")}
    book = read_codebook(root / "data" / "raw" / "codebook.yaml")
    citation = read_citation(root / "CITATION.cff")
    texts = {case["case_id"]: _text_of(case, tables["evidence"]) for case in tables["cases"]}
    project = ET.Element(
        "Project",
        {"xmlns": _SPACE, "name": "Evidence", "origin": f"{citation['title']} {citation['version']}"},
    )  # fmt: skip
    users = ET.SubElement(project, "Users")
    ET.SubElement(users, "User", {"guid": _guid("user"), "name": _CODER})
    _codes(ET.SubElement(ET.SubElement(project, "CodeBook"), "Codes"), book)
    _variables(ET.SubElement(project, "Variables"), book)
    cases, sources = ET.SubElement(project, "Cases"), ET.SubElement(project, "Sources")
    for case in tables["cases"]:
        _case(cases, case)
        agreed = [
            row for row in tables["codings"]
            if row["case_id"] == case["case_id"] and row["coding"] == "agreed" and row["code"]
        ]  # fmt: skip
        _source(sources, case, texts[case["case_id"]], agreed, book)
    ET.SubElement(project, "Description").text = citation_text(citation)
    ET.indent(project, " ")
    head = '<?xml version="1.0" encoding="utf-8"?>'
    document = "\n".join([head, ET.tostring(project, encoding="unicode"), ""])
    files = {"project.qde": document} | {
        f"sources/{_guid('text', case)}.txt": text.whole for case, text in texts.items()
    }
    with replacing(path) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as content:
        for name, written in files.items():
            content.writestr(zipfile.ZipInfo(name, _TIME), written.encode(), zipfile.ZIP_DEFLATED)


class _TextSource:
    """The evidence of one case as one text, and where each item begins and ends in it (in characters)."""

    def __init__(self, items: list[tuple[str, str]]) -> None:
        self.places: dict[str, tuple[int, int]] = {}
        parts, position = [], 0
        for key, written in items:
            self.places[key] = (position, position + len(written))
            parts.append(written)
            position += len(written) + 2
        self.whole = (2 * "\n").join(parts)


def _text_of(case: Row, evidence: list[Row]) -> _TextSource:
    mine = [item for item in evidence if item["case_id"] == case["case_id"]]
    items = [
        (i["evidence_id"], f"{i['evidence_id']} ({i['when'] or 'no date'}): {i['statement']}")
        for i in mine
    ]
    return _TextSource([("", case["case_title"]), *items])


def _codes(codes: ET.Element, book: Codebook) -> None:
    """Write a code for each cell, and under it one for each value."""
    for cell, variable in book.cells.items():
        actor = cell.partition(".")[0] if "." in cell else ""
        title = f"{book.actors[actor].label}: {variable.label}" if actor else variable.label
        top = ET.SubElement(codes, "Code", _code(cell, title))
        ET.SubElement(top, "Description").text = f"{cell}. {variable.rule}"
        for value in variable.values.values():
            one = ET.SubElement(
                top, "Code", _code(f"{cell}={value.code}", f"{value.code} {value.label}")
            )
            if value.rule:
                ET.SubElement(one, "Description").text = value.rule


def _code(key: str, title: str) -> dict[str, str]:
    return {"guid": _guid("code", key), "name": title, "isCodable": "true"}


def _variables(variables: ET.Element, book: Codebook) -> None:
    for name in _ABOUT_CASE:
        variable: Variable = book.variables[name]
        entry = {"guid": _guid("variable", name), "name": variable.label, "typeOfVariable": "Text"}
        ET.SubElement(
            ET.SubElement(variables, "Variable", entry), "Description"
        ).text = variable.rule


def _case(cases: ET.Element, case: Row) -> None:
    key = case["case_id"]
    entry = ET.SubElement(cases, "Case", {"guid": _guid("case", key), "name": case["case_title"]})
    ET.SubElement(entry, "Description").text = case["decision"]
    for name in _ABOUT_CASE:
        if case[name]:
            value = ET.SubElement(entry, "VariableValue")
            ET.SubElement(value, "VariableRef", {"targetGUID": _guid("variable", name)})
            ET.SubElement(value, "TextValue").text = case[name]
    ET.SubElement(entry, "SourceRef", {"targetGUID": _guid("source", key)})


def _source(
    sources: ET.Element, case: Row, text: _TextSource, agreed: list[Row], book: Codebook
) -> None:
    key = case["case_id"]
    place = {"plainTextPath": f"internal://{_guid('text', key)}.txt"}
    entry = ET.SubElement(
        sources, "TextSource", {"guid": _guid("source", key), "name": case["case_title"], **place}
    )
    codings: dict[str, list[str]] = {}
    for item, code in _cited(agreed, book):
        codings.setdefault(item, []).append(code)
    for item in (item for item in text.places if item in codings):
        start, end = text.places[item]
        where = {"startPosition": str(start), "endPosition": str(end)}
        selection = ET.SubElement(
            entry, "PlainTextSelection", {"guid": _guid("item", item), "name": item, **where}
        )
        for code in codings[item]:
            coded = {"guid": _guid("coding", item, code), "creatingUser": _guid("user")}
            coding = ET.SubElement(selection, "Coding", coded)
            ET.SubElement(coding, "CodeRef", {"targetGUID": _guid("code", code)})


def _cited(agreed: list[Row], book: Codebook) -> Iterator[tuple[str, str]]:
    """Give each item with each code that rests on it: the value, or the cell where the value has no code."""
    for row in agreed:
        cell = f"{row['actor']}.{row['variable']}" if row["actor"] else row["variable"]
        values = set(map(str, book.cells[cell].values))
        for item in row["evidence"].split(";"):
            for code in row["code"].split(";"):
                yield item, f"{cell}={code}" if code in values else cell


def _guid(*words: str) -> str:
    """Give the same identifier for the same words in every release."""
    return str(uuid.uuid5(_OURS, " ".join(words)))
