"""A table as HTML to be set into a page."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from replication.exhibits.shown import alignment, column_groups, shown
from replication.exhibits.table_parts import Table
from replication.exhibits.text import visible


def table_html(table: Table) -> str:
    """Give ``<table id="name">`` with caption, scoped headers, panels and notes; all text escaped.

    Class names: ``exhibit`` on the table, ``left``, ``centre`` or ``right`` on cells.
    """
    groups = column_groups(table.columns)
    return _template().render(
        table=table,
        shown=shown(table),
        aligns=[alignment(column) for column in table.columns],
        groups=groups if any(heading for heading, *_ in groups) else [],
        width=len(table.columns),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("replication.exhibits"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: value if isinstance(value, Markup) else visible(value),
    )
    return environment.get_template("table.html.j2")
