"""Exhibits as the page shows them: heading, body, how to read it, and where it comes from."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from markupsafe import Markup

from replication.report.embedding import drawing_markup, table_markup
from replication.report.inputs import words
from replication.tables import Row

_NAME = re.compile("(table|figure)0*([0-9]+)([a-z]?)_")


@dataclass(frozen=True)
class ExhibitView:
    """One exhibit.

    Attributes
    ----------
    heading : str
        Such as ``Table 3``.
    caption : str
        Empty for a table, whose notes stand in it.
    rows, columns : int
        Rows and heads of columns of a table; 0 for a drawing.
    body : Markup
        The table or drawing, cleaned; empty where there is no file of it.
    files, data : tuple of (words, path)
        Its own files, and the tables it is made from; paths are relative to the page.
    """

    name: str
    heading: str
    title: str
    caption: str
    is_table: bool
    rows: int
    columns: int
    body: Markup
    script: tuple[str, str]
    files: tuple[tuple[str, str], ...]
    data: tuple[tuple[str, str], ...]


def exhibit_views(rows: list[Row], project: Path, page: Path) -> list[ExhibitView]:
    """Read the exhibits' files and set them up in the order of the exhibit map."""
    return [_view(row, project, page) for row in rows]


def _view(row: Row, project: Path, page: Path) -> ExhibitView:
    files = words(row["files"])
    fragment = next((f for f in files if f.endswith(".html")), "")
    drawing = next((f for f in files if f.endswith(".svg")), "")
    shown = fragment or drawing
    text = (project / shown).read_text(encoding="utf-8") if shown else ""
    named = _NAME.match(row["exhibit"])
    return ExhibitView(
        name=row["exhibit"],
        heading=f"{named[1].capitalize()} {named[2]}{named[3]}" if named else row["exhibit"],
        title=row["title"],
        caption="" if fragment else row["caption"],
        is_table=bool(fragment),
        rows=text.count("<tr") if fragment else 0,
        columns=text.count('scope="col"') if fragment else 0,
        body=_body(text, fragment, drawing, row["exhibit"]),
        script=(
            f"{PurePosixPath(row['script']).name}, line {row['line']}",
            relative_to_page(row["script"], project, page),
        ),
        files=tuple(
            (PurePosixPath(f).suffix, relative_to_page(f, project, page))
            for f in files
            if f != shown
        ),
        data=tuple(
            (PurePosixPath(f).name, relative_to_page(f, project, page))
            for f in words(row.get("data", ""))
        ),
    )


def _body(text: str, fragment: str, drawing: str, name: str) -> Markup:
    if fragment:
        return table_markup(text)
    return drawing_markup(text, name) if drawing else Markup()


def relative_to_page(file: str, project: Path, page: Path) -> str:
    """Give the path from the page's folder to a file of the project."""
    return Path(os.path.relpath(project / file, page.parent)).as_posix()
