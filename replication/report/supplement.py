"""output/supplement.pdf: a narrative of every case, and every exhibit that the paper does not show."""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path
from typing import Any

from replication import paths
from replication.codebook import read_codebook
from replication.exhibits.labels import Labels
from replication.files import write_bytes
from replication.report import paper_source
from replication.report.cells import columns_of
from replication.report.dossiers import narrative
from replication.report.paper import status
from replication.report.paper_tables import breakable, drawn, exhibit_table
from replication.report.typesetting import typeset
from replication.tables import read_rows, rows_by
from replication.workflow import exhibit_lines, table_file


def write_supplement(pdf: Path) -> None:
    """Set the supplement from the results as they are now and write it.

    Raises
    ------
    FileNotFoundError
        When a step that comes before has not been run.
    """
    write_bytes(pdf, make_supplement())


def make_supplement() -> bytes:
    """Make the supplement; the same bytes for the same inputs, wherever they lie."""
    figures = {
        name: paths.FIGURES / f"{name}.pdf"
        for name in left_out("07_figures.py", paper_source.FIGURE)
    }
    data = {
        "cases": _told_cases(),
        "tables": {
            name: exhibit_table(name) for name in left_out("06_tables.py", paper_source.TABLE)
        },
        "figures": drawn(figures),
        "status": status(),
    }
    return typeset(paper_source.SUPPLEMENT, figures, data)


def left_out(script: str, form: str) -> list[str]:
    """Name the exhibits of a script that the paper's source does not call for, in the script's order."""
    source = paper_source.SOURCE.read_text(encoding="utf-8")
    asked = {call.key for call in paper_source.calls(source) if call.form == form}
    return [name for name in exhibit_lines(paths.SCRIPTS / script) if name not in asked]


def _told_cases() -> list[dict[str, Any]]:
    book = read_codebook(paths.CODEBOOK)
    columns = [c for _, members in columns_of(book, Labels.of(book)) for c in members]
    told, facts = (
        rows_by(read_rows(table_file(name)), itemgetter("case_id"))
        for name in ("narratives", "facts")
    )
    cases = []
    for case in read_rows(table_file("cases")):
        key = case["case_id"]
        paragraphs = narrative(told.get(key, []), facts.get(key, []), columns, book)
        cases.append(
            {
                "case_id": key,
                "title": breakable(case["case_title"]),
                "paragraphs": [
                    {
                        "heading": paragraph.heading,
                        "sentences": [
                            {
                                "text": breakable(text),
                                "cited": [vars(one) for one in cited],
                            }
                            for text, cited in paragraph.sentences
                        ],
                    }
                    for paragraph in paragraphs
                ],
            }
        )
    return cases
