"""Make one exhibit: read what it declares, call its module, write its files and its record."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from replication import paths
from replication.exhibits.drawing.figure import write_figure
from replication.exhibits.results import Results
from replication.exhibits.typesetting.formatted import table_record
from replication.exhibits.typesetting.table import write_table_files
from replication.files import write_json


def make_table(name: str, module: str, record: Path) -> None:
    """Write the table `name` as .tex, .html and .csv, and what it says for page and paper."""
    source = import_module(f"replication.exhibits.tables.{module}")
    table = source.make(Results(source.READS), name)
    write_table_files(table, paths.TABLES)
    said = {"exhibit": name, "title": table.title, "caption": " ".join(table.notes), "alt": ""}
    write_json(record, {**said, "content": table_record(table)})


def make_figure(name: str, module: str, record: Path) -> None:
    """Write the figure `name` as .pdf, .png and .svg, and its title, caption and description."""
    source = import_module(f"replication.exhibits.figures.{module}")
    figure = source.make(Results(source.READS), name)
    write_figure(figure, paths.FIGURES)
    write_json(
        record,
        {"exhibit": name, "title": figure.title, "caption": figure.caption, "alt": figure.alt},
    )
