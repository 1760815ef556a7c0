"""A table as HTML to be set into a page."""

from __future__ import annotations

from functools import cache

from jinja2 import Template

from replication.exhibits.typesetting.environment import environment_of, shown_in_page
from replication.exhibits.typesetting.formatted import (
    FormattedTable,
    alignment,
    column_groups,
    formatted_table,
)
from replication.exhibits.typesetting.table_parts import Column, Table

_SHORT = 16


def table_html(table: Table) -> str:
    """Give ``<table id="name">`` with caption, scoped headers, panels and notes; all text escaped.

    Class names: ``exhibit`` on the table; ``left``, ``centre`` or ``right`` on cells, and ``short``
    in columns whose texts need no wrapping.
    """
    groups = column_groups(table.columns)
    content = formatted_table(table)
    return _template().render(
        table=table,
        shown=content,
        classes=[_classes(column, content, number) for number, column in enumerate(table.columns)],
        groups=groups if any(heading for heading, *_ in groups) else [],
        width=len(table.columns),
    )


def _classes(column: Column, content: FormattedTable, number: int) -> str:
    texts = [line for _, rows in content.panels for row in rows for line in row[number].lines]
    short = max(map(len, texts), default=0) <= _SHORT
    return f"{alignment(column)} short" if short else alignment(column)


@cache
def _template() -> Template:
    environment = environment_of("replication.exhibits.typesetting", finalize=shown_in_page)
    return environment.get_template("table.html.j2")
