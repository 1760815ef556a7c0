"""Tables, figures and the coded data as plain lists and words, for the paper's source to set."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any

from replication import paths
from replication.codebook import Codebook, Variable
from replication.exhibits.labels import Labels, spoken
from replication.exhibits.numbers import MISSING, integer, signed
from replication.exhibits.results import Results
from replication.exhibits.text import short_names, visible
from replication.exhibits.typesetting.shown import alignment, column_groups, shown
from replication.exhibits.typesetting.table import Table
from replication.report.cells import columns_of
from replication.tables import Row
from replication.workflow import EXHIBIT_LISTS

# Words longer than a column of any table, and how many of their characters stay together.
_LONG, _TOGETHER = re.compile(r"[^ ]{46,}"), 15
_BREAK = chr(0x200B)
_MEDIA_BOX = re.compile(rb"/MediaBox *\[ *0 0 ([0-9.]+) ([0-9.]+) *\]")
_TYPST_ALIGNMENT = {"left": "left", "centre": "center", "right": "right"}


def exhibit_table(name: str) -> dict[str, Any]:
    """Make the table `name` of scripts/06_tables.py again and give what it says.

    Raises
    ------
    KeyError
        When the script lists no such table.
    """
    module = import_module(f"replication.exhibits.tables.{_module_of(name)}")
    return table_content(module.make(Results(module.READS), name))


def table_content(table: Table) -> dict[str, Any]:
    """Give a table's words: title, columns, groups of columns, panels of rows, reasons and notes."""
    said = shown(table)
    groups = column_groups(table.columns)
    return {
        "title": breakable(table.title),
        "columns": [
            {"header": breakable(column.header), "align": _TYPST_ALIGNMENT[alignment(column)]}
            for column in table.columns
        ],
        "groups": [
            {"heading": breakable(heading), "first": first, "last": last}
            for heading, first, last in groups
        ]
        if any(heading for heading, _, _ in groups)
        else [],
        "panels": [
            {"heading": breakable(heading), "rows": [[_cell(cell) for cell in row] for row in rows]}
            for heading, rows in said.panels
        ],
        "reasons": [
            {"mark": letter, "reason": breakable(reason)} for letter, reason in said.reasons
        ],
        "notes": [breakable(note) for note in table.notes],
        "empty": "" if table.rows else table.empty,
    }


def breakable(text: object) -> str:
    """Text as `visible` gives it, with places to break in every word that could leave its column."""
    return _LONG.sub(lambda word: _BREAK.join(_parts(word[0])), visible(text))


def _parts(word: str) -> list[str]:
    return [word[start : start + _TOGETHER] for start in range(0, len(word), _TOGETHER)]


def figure_content(name: str, records: Path | None = None) -> dict[str, str]:
    """Give a figure's title, caption and description from the record its step left.

    Raises
    ------
    FileNotFoundError
        When the figure has not been made.
    """
    folder = records or paths.BUILD / "exhibits"
    said = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return {part: breakable(said[part]) for part in ("title", "caption", "alt")}


def drawn(figures: Mapping[str, Path]) -> dict[str, dict[str, Any]]:
    """Give for each figure, by the file it is drawn in, its words and its ratio of height to width."""
    return {
        name: {**figure_content(name), "ratio": height_to_width(file)}
        for name, file in figures.items()
    }


def height_to_width(figure: Path) -> float:
    """Give how many times as high as wide the page of a figure's .pdf is.

    Raises
    ------
    ValueError
        When the file does not say how large its page is.
    """
    size = _MEDIA_BOX.search(figure.read_bytes())
    if size is None:
        raise ValueError(f"{figure.name}: no size of a page in it")
    return float(size[2]) / float(size[1])


def coded_data(cases: list[Row], actors: list[Row], codebook: Codebook) -> dict[str, Any]:
    """Give all agreed codes, one row a case, in panels by sample; each code with its address in the report."""
    labels = Labels.of(codebook)
    columns = [
        column
        for _, members in columns_of(codebook, labels)
        for column in members
        if column.variable.type in ("ordinal", "list")
    ]
    heads = [
        {
            "group": heading,
            "head": spoken(column.name) if heading == "Case" else column.head,
            "words": column.variable.type == "list",
        }
        for heading, members in columns_of(codebook, labels)
        for column in members
        if column in columns
    ]
    by_case = {(row["case_id"], row["actor"]): row for row in actors}
    titles = short_names([case["case_title"] for case in cases])
    rows = [
        {
            "sample": case["sample"],
            "title": breakable(title),
            "address": case["case_id"],
            "administration": breakable(case["administration"]),
            "codes": [
                {
                    "code": _code(_value(case, by_case, column.name), column.variable),
                    "address": f"{case['case_id']}/{column.name}",
                }
                for column in columns
            ],
        }
        for case, title in zip(cases, titles, strict=True)
    ]
    order = list(labels.scales.get("sample", {}))
    rows.sort(key=lambda row: order.index(row["sample"]) if row["sample"] in order else len(order))
    return {
        "heads": heads,
        "panels": [
            {"heading": labels.value("sample", sample), "rows": list(members)}
            for sample, members in groupby(rows, key=lambda row: row["sample"])
        ],
    }


def codebook_content(codebook: Codebook) -> list[dict[str, Any]]:
    """Give the coded variables with rule and values, for a compact codebook."""
    parts = (
        ("Case", codebook.case),
        ("Actor in case", codebook.actor),
        ("Confidence", (codebook.confidence,)),
    )
    return [
        {
            "level": level,
            "name": spoken(variable.name),
            "variable": variable.name,
            "label": visible(variable.label),
            "rule": visible(variable.rule),
            "values": [_said_value(value, variable) for value in variable.values.values()],
        }
        for level, variables in parts
        for variable in variables
    ] + [
        {
            "level": "Actors", "name": actor.label, "variable": "", "label": "",
            "rule": visible(actor.rule), "values": [],
        }
        for actor in codebook.actors.values()
    ]  # fmt: skip


def _module_of(name: str) -> str:
    """Find the module of an exhibit in the list of the script that makes it."""
    script = paths.SCRIPTS / "06_tables.py"
    constant = EXHIBIT_LISTS[script.name][0]
    for node in ast.parse(script.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == constant:
            modules: Mapping[str, str] = ast.literal_eval(node.value)
            if name in modules:
                return modules[name]
            raise KeyError(f"{name!r} is no table of {script.name}; there are {sorted(modules)}")
    raise KeyError(f"{script.name} has no list {constant}")


def _cell(cell: Any) -> dict[str, Any]:
    return {"lines": [breakable(line) for line in cell.lines], "marks": cell.marks}


def _value(case: Row, actors: Mapping[tuple[str, str], Row], name: str) -> str:
    actor, dot, variable = name.rpartition(".")
    return actors.get((case["case_id"], actor), {}).get(variable, "") if dot else case[name]


def _code(value: str, variable: Variable) -> str:
    if not value:
        return MISSING
    if variable.type == "list":
        return visible(value.replace(";", ", ").replace("_", " "))
    two_sided = any(isinstance(code, int) and code < 0 for code in variable.values)
    return signed(value) if two_sided else integer(value)


def _said_value(value: Any, variable: Variable) -> dict[str, str]:
    two_sided = any(isinstance(code, int) and code < 0 for code in variable.values)
    code = value.code if isinstance(value.code, str) else str(value.code)
    shown_code = (
        signed(code) if two_sided else integer(code) if code.lstrip("-").isdigit() else code
    )
    return {"code": shown_code, "label": visible(value.label), "rule": visible(value.rule)}
