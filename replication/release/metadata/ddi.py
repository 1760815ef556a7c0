"""DDI Codebook 2.5, which ICPSR, CESSDA, GESIS and Dataverse import: the derived tables and their variables.

The order of the elements is that of the XML schema of the DDI Alliance (codebook.xsd, version 2.5). Written with
ElementTree of the standard library: no library on PyPI writes this version.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from replication.citation import author_name, citation_text, read_citation
from replication.codebook import DAY, Codebook, Variable, read_codebook
from replication.tables import column_type, read_rows

NAME = "ddi-codebook.xml"
_SPACE = "ddi:codebook:2_5"
_SCHEMA = "https://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NUMERIC = {"Int64", "float64"}


def ddi_codebook(root: Path) -> str:
    """Describe the study, its files and every variable of the derived tables of the project at `root`."""
    citation = read_citation(root / "CITATION.cff")
    book = read_codebook(root / "data" / "raw" / "codebook.yaml")
    top = ET.Element(
        "codeBook",
        {
            "xmlns": _SPACE,
            "xmlns:xsi": _XSI,
            "xsi:schemaLocation": f"{_SPACE} {_SCHEMA}",
            "version": "2.5",
        },
    )
    _study(ET.SubElement(top, "stdyDscr"), citation, book)
    for number, table in enumerate(book.tables, start=1):
        _file(top, f"F{number}", table, book, root)
    data = ET.SubElement(top, "dataDscr")
    for number, table in enumerate(book.tables, start=1):
        for variable in book.columns(table):
            _variable(data, f"F{number}", table, variable)
    ET.indent(top, "  ")
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return "\n".join([head, ET.tostring(top, encoding="unicode"), ""])


def _study(study: ET.Element, citation: Mapping[str, Any], book: Codebook) -> None:
    cited = ET.SubElement(study, "citation")
    _text(ET.SubElement(cited, "titlStmt"), "titl", citation["title"])
    responsible = ET.SubElement(cited, "rspStmt")
    for author in citation["authors"]:
        _text(responsible, "AuthEnty", author_name(author))
    distributed = ET.SubElement(cited, "distStmt")
    _text(distributed, "distDate", citation["date-released"], date=citation["date-released"])
    _text(ET.SubElement(cited, "verStmt"), "version", str(citation["version"]))
    _text(cited, "biblCit", citation_text(citation))
    info = ET.SubElement(study, "stdyInfo")
    subject = ET.SubElement(info, "subject")
    for word in citation["keywords"]:
        _text(subject, "keyword", word)
    _text(info, "abstract", book.universe["rule"])
    summary = ET.SubElement(info, "sumDscr")
    for event in ("first", "last"):
        day = book.universe[event].replace("-00", "")
        kind = {"first": "start", "last": "end"}[event]
        _text(summary, "timePrd", day, date=day, event=kind)
    _text(summary, "anlyUnit", "Decision of the United States on the use of force")
    _text(summary, "universe", book.universe["rule"])
    _text(summary, "dataKind", "Coded documents")
    method = ET.SubElement(study, "method")
    collected = ET.SubElement(method, "dataColl")
    _text(collected, "collMode", "Reading and coding of public documents")
    _text(method, "notes", f"{book.time_rule} {book.missing_rule} {book.date_rule}")
    use = ET.SubElement(ET.SubElement(study, "dataAccs"), "useStmt")
    _text(use, "citReq", citation_text(citation))
    _text(use, "conditions", f"Licences: {', '.join(citation['license'])}, see LICENSE.txt.")


def _file(top: ET.Element, key: str, table: str, book: Codebook, root: Path) -> None:
    name = f"data/derived/{table}.csv"
    text = ET.SubElement(ET.SubElement(top, "fileDscr", {"ID": key, "URI": name}), "fileTxt")
    _text(text, "fileName", f"{table}.csv")
    _text(text, "fileCont", book.tables[table])
    size = ET.SubElement(text, "dimensns")
    _text(size, "caseQnty", str(len(read_rows(root / name))))
    _text(size, "varQnty", str(len(book.columns(table))))
    _text(text, "fileType", "text/csv; charset=utf-8")


def _variable(data: ET.Element, file: str, table: str, variable: Variable) -> None:
    kind = column_type(variable)
    numeric = kind in _NUMERIC
    interval = "contin" if variable.type in ("integer", "number", "date", DAY) else "discrete"
    place = {"ID": f"V.{table}.{variable.name}", "name": variable.name, "files": file}
    found = ET.SubElement(data, "var", place | {"intrvl": interval})
    _text(found, "labl", variable.label)
    if variable.minimum is not None:
        span = ET.SubElement(found, "valrng")
        ET.SubElement(span, "range", {"min": f"{variable.minimum:g}"})
    missing = f" Missing: {variable.missing}." if variable.missing else ""
    _text(found, "txt", f"{variable.rule}{missing}")
    for value in variable.values.values():
        category = ET.SubElement(found, "catgry")
        _text(category, "catValu", str(value.code))
        _text(category, "labl", value.label)
        if value.rule:
            _text(category, "txt", value.rule)
    shape = {"type": "numeric" if numeric else "character", "schema": "other"}
    if variable.type == DAY:
        shape |= {"category": "date"}
    ET.SubElement(found, "varFormat", shape)
    if variable.unit:
        _text(found, "notes", f"Unit: {variable.unit}.")


def _text(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, tag, attributes).text = text
