"""The sources as BibTeX, RIS and CSL-JSON, under the same keys: the case and the key of the source within it.

Written here, as each is a few lines: the types of RIS are those of its specification (Research Information Systems),
those of CSL-JSON of the schema of the Citation Style Language, 1.0. An unknown day or month of a date is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping

from replication.references.reference import AUTHOR, COPY

ReferenceRow = Mapping[str, str]

# Type of the codebook -> types of BibTeX, RIS and CSL-JSON.
_TYPES = {
    "interview": ("misc", "GEN", "interview"),
    "executive_document": ("techreport", "GOVDOC", "document"),
    "hearing": ("misc", "HEAR", "hearing"),
    "memoir": ("book", "BOOK", "book"),
    "newspaper": ("article", "NEWS", "article-newspaper"),
    "io_document": ("techreport", "RPRT", "report"),
    "official_history": ("book", "BOOK", "book"),
    "scholarship": ("misc", "GEN", "document"),
    "reference": ("misc", "GEN", "document"),
}
# Of RIS, by its specification: carriage return and line feed.
_LINE_END = chr(13) + chr(10)
_OTHER = ("misc", "GEN", "document")
# Characters that mean something in a field of BibTeX.
_ESCAPED = {c: f"\\{c}" for c in "&%$#_"} | {
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}",
}  # fmt: skip
# What the publisher is called in an article, a report, and elsewhere.
_HOUSES = {"article": "journal", "techreport": "institution"}


def source_key(row: ReferenceRow) -> str:
    """Key of a source, which is the same in every format and release: ``kosovo_1999_K12``."""
    return f"{row['case_id']}_{row['source']}"


def bibtex(rows: Iterable[ReferenceRow]) -> str:
    """Write sources as BibTeX in UTF-8."""
    return "\n".join(map(_bibtex_entry, rows))


def ris(rows: Iterable[ReferenceRow]) -> str:
    """Write sources as RIS, whose lines end in carriage return and line feed."""
    return "".join(line + _LINE_END for row in rows for line in _ris_lines(row))


def csl_json(rows: Iterable[ReferenceRow]) -> str:
    """Write sources as CSL-JSON."""
    items = [_csl_item(row) for row in rows]
    return json.dumps(items, indent=1, ensure_ascii=False) + "\n"


FORMATS: dict[str, Callable[[Iterable[ReferenceRow]], str]] = {
    "sources.bib": bibtex,
    "sources.ris": ris,
    "sources.csl.json": csl_json,
}


def _bibtex_entry(row: ReferenceRow) -> str:
    kind = _types(row)[0]
    parts = _date_parts(row)
    fields = {
        # In braces a name stays whole: sources name bodies and several people in one field.
        "author": f"{{{_escaped(row['author'])}}}" if row["author"] else "",
        "title": f"{{{_escaped(row['title'])}}}" if row["title"] else "",
        _HOUSES.get(kind, "publisher"): _escaped(row["publisher"]),
        "year": parts[0] if parts else "",
        "month": str(int(parts[1])) if len(parts) > 1 else "",
        "day": str(int(parts[2])) if len(parts) > 2 else "",  # noqa: PLR2004 - year, month, day
        "url": row["url"],
        "keywords": ", ".join(_keywords(row)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{source_key(row)},", *lines, "}", ""])


def _ris_lines(row: ReferenceRow) -> Iterable[str]:
    parts = _date_parts(row)
    fields = {
        "ID": source_key(row),
        "AU": row["author"],
        "TI": row["title"],
        "PB": row["publisher"],
        "PY": parts[0] if parts else "",
        "DA": "/".join([*parts, "", ""][:3]) + "/" if parts else "",
        "UR": row["url"],
        # Other programs take what follows a comma for a given name.
        "C1": f"{AUTHOR}{row['author']}" if "," in row["author"] else "",
    }
    yield f"TY  - {_types(row)[1]}"
    yield from (f"{tag}  - {value}" for tag, value in fields.items() if value)
    yield from (f"KW  - {word}" for word in _keywords(row))
    yield "ER  - "


def _csl_item(row: ReferenceRow) -> dict[str, object]:
    parts = _date_parts(row)
    item: dict[str, object] = {"id": source_key(row), "type": _types(row)[2]}
    if row["author"]:
        item["author"] = [{"literal": row["author"]}]
    newspaper = item["type"] == "article-newspaper"
    fields = {
        "title": row["title"],
        "container-title" if newspaper else "publisher": row["publisher"],
        "URL": row["url"],
        "keyword": ", ".join(_keywords(row)),
    }
    item |= {name: value for name, value in fields.items() if value}
    if parts:
        item["issued"] = {"date-parts": [[int(part) for part in parts]]}
    return item


def _types(row: ReferenceRow) -> tuple[str, str, str]:
    return _TYPES.get(row["type"], _OTHER)


def _keywords(row: ReferenceRow) -> list[str]:
    """Give the type of source, which the types of a format tell less exactly, and what marks a copy."""
    return [row["type"], *([COPY] if row.get("copy") == "1" else [])]


def _date_parts(row: ReferenceRow) -> list[str]:
    """Give year, month and day as far as they are known."""
    return [part for part in row["date"].split("-") if part.strip("0")] if row["date"] else []


def _escaped(text: str) -> str:
    plain = "".join(_ESCAPED.get(c, c) for c in text)
    # Two of these in a row are one other sign to LaTeX.
    return re.sub("(?<=[-`'?!])(?=[-`'])", "{}", plain)
