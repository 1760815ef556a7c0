"""A table as LaTeX: fitted to the page of a bare article class, split where it does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Template

from replication.exhibits.typesetting.environment import environment_of
from replication.exhibits.typesetting.formatted import (
    FormattedCell,
    FormattedTable,
    column_groups,
    formatted_table,
)
from replication.exhibits.typesetting.latex import breakable, escape_latex
from replication.exhibits.typesetting.table_parts import Table
from replication.exhibits.typesetting.tex_layout import (
    Fit,
    blocks_of_columns,
    fitted,
    lines_within,
    pages,
    text_lines,
)
from replication.ordered_sums import ordered_sum

_NARROWEST_HEADING = 200.0
_LINE_END = "\\\\"


@dataclass(frozen=True)
class _Line:
    """One line of the body: cells that are LaTeX already, or a heading over the full width."""

    cells: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    height: float = 1


def table_tex(table: Table) -> str:
    """Set a table in LaTeX that needs the packages booktabs and threeparttable and no other.

    It is fitted to a page with margins of an inch at ten points. The font shrinks down to
    ``scriptsize``; long texts are wrapped; what is still too wide goes on in a further table with
    the first column repeated; what is too long for a page likewise, "continued" under the same
    number.
    """
    content = formatted_table(table)
    parts = []
    for numbers in blocks_of_columns(table.columns, content):
        fit = fitted(table.columns, content, numbers)
        units = _units(table, content, numbers, fit)
        notes = [*table.notes, *(reason for _, reason in content.reasons)]
        heights = [ordered_sum(line.height for line in unit) for unit in units]
        for page in pages(heights, f"{table.title} (continued)", notes, fit):
            lines = [line for i in page for line in units[i]]
            parts.append({**_head(table, numbers, fit), "lines": lines})
    return _template().render(table=table, shown=content, parts=parts)


def _head(table: Table, numbers: Sequence[int], fit: Fit) -> dict[str, Any]:
    columns = tuple(table.columns[i] for i in numbers)
    groups = [
        (_stacked(lines_within(heading, fit.width_of(first, last)), "c"), first, last)
        for heading, first, last in column_groups(columns)
    ]
    return {
        "size": fit.size,
        "spec": "".join(fit.spec),
        "width": len(columns),
        "padding": f"\\hspace{{{fit.padding:.0f}pt}}" if fit.padding else "",
        "note_width": fit.note_width,
        "groups": groups if any(heading for heading, *_ in groups) else [],
        "headers": [
            _stacked(lines, letter) for lines, letter in zip(fit.headers, fit.letters, strict=True)
        ],
    }


def _units(
    table: Table, content: FormattedTable, numbers: Sequence[int], fit: Fit
) -> list[list[_Line]]:
    """Lines of the body in units that stay on one page: a row, with the heading over it."""
    units: list[list[_Line]] = []
    for heading, rows in content.panels:
        above = [_heading(heading, fit)] if heading or units else []
        for row in rows:
            cells = [row[i] for i in numbers]
            if len(numbers) < len(table.columns) and all(cell.lines == ("",) for cell in cells[1:]):
                continue  # the row is about columns that stand in another part
            units.append([*above, *_row_lines(cells, fit)])
            above = []
    return units or [[_heading(table.empty, fit)]]


def _heading(text: str, fit: Fit) -> _Line:
    lines = lines_within(text, max(_NARROWEST_HEADING, fit.width_of(1, len(fit.spec))))
    return _Line(heading=tuple(map(escape_latex, lines)) if text else (), height=len(lines) + 0.5)


def _row_lines(row: Sequence[FormattedCell], fit: Fit) -> list[_Line]:
    """Set one row: in several lines where a cell has texts below each other.

    Beside such a cell, wrapped text is broken here, so that it runs along with the texts.
    """
    wraps = [width / fit.size.scale for width in fit.widths]
    if max(len(cell.lines) for cell in row) == 1:
        return [_line([(cell.lines[0], cell.marks) for cell in row], wraps)]
    broken = [
        FormattedCell(tuple(lines_within(" ".join(cell.lines), 0.95 * width)), cell.marks)
        if width
        else cell
        for cell, width in zip(row, wraps, strict=True)
    ]
    depth = max(len(cell.lines) for cell in broken)
    unwrapped = [0.0] * len(wraps)
    return [_line([_level(cell, level) for cell in broken], unwrapped) for level in range(depth)]


def _level(cell: FormattedCell, level: int) -> tuple[str, str]:
    """Text of a cell at one level, with the footnotes at its last."""
    text = cell.lines[level] if level < len(cell.lines) else ""
    return text, cell.marks if level == len(cell.lines) - 1 else ""


def _line(cells: Sequence[tuple[str, str]], wraps: Sequence[float]) -> _Line:
    return _Line(
        cells=tuple(_cell(*cell, width) for cell, width in zip(cells, wraps, strict=True)),
        height=max(text_lines(text, width) for (text, _), width in zip(cells, wraps, strict=True)),
    )


def _cell(text: str, marks: str, width: float) -> str:
    escaped = _guarded(escape_latex(breakable(text, width) if width else text))
    if marks:
        escaped += f"\\tnote{{{marks}}}"
    return f"\\raggedright{{}}{escaped}" if width else escaped


def _stacked(lines: Sequence[str], letter: str) -> str:
    escaped = [_guarded(escape_latex(line)) for line in lines]
    if len(escaped) == 1:
        return escaped[0]
    return f"\\shortstack[{letter}]{{{_LINE_END.join(escaped)}}}"


def _guarded(escaped: str) -> str:
    """Keep a text from being read as the argument of the line end before it."""
    return "{}" + escaped if escaped.startswith(("[", "*")) else escaped


@cache
def _template() -> Template:
    environment = environment_of(
        "replication.exhibits.typesetting",
        autoescape=False,  # LaTeX has escapes of its own: the filter tex
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
    )
    environment.filters["tex"] = escape_latex
    environment.filters["breakable"] = breakable
    return environment.get_template("table.tex.j2")
