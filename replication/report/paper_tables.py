"""Tables, figures and the coded data as plain lists and words, for the paper's source to set."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from replication import paths
from replication.codebook import Codebook, Variable
from replication.exhibits.labels import Labels, spoken
from replication.exhibits.numbers import MISSING, integer, signed
from replication.exhibits.text import short_names, visible
from replication.report.cells import columns_of
from replication.tables import Row

# Words longer than a column of any table, and how many of their characters stay together.
_LONG, _TOGETHER = re.compile(r"[^ ]{46,}"), 15
_BREAK = chr(0x200B)
_BETWEEN_SENTENCES = re.compile("(?<=[a-z0-9)%][.]) (?=[A-Z])")
_MEDIA_BOX = re.compile(rb"/MediaBox *\[ *0 0 ([0-9.]+) ([0-9.]+) *\]")
_TYPST_ALIGNMENT = {"left": "left", "centre": "center", "right": "right"}


def exhibit_table(name: str) -> dict[str, Any]:
    """Give what the table `name` says, from the record that its step left.

    Raises
    ------
    KeyError
        Where there is none, naming the exhibits that there are.
    """
    folder = paths.BUILD / "exhibits"
    if not (folder / f"{name}.json").is_file():
        made = sorted(file.stem for file in folder.glob("*.json"))
        raise KeyError(f"{name!r} is no exhibit that was made; there are {made}")
    return table_content(_record(folder / f"{name}.json"))


def table_content(said: Mapping[str, Any]) -> dict[str, Any]:
    """Give a table's words, from its record: title, columns and their groups, panels of rows, reasons, notes.

    Each note comes as its sentences, so that the paper can set as many as fit.
    """
    content = _breakable_parts({"title": said["title"], **said["content"]})
    content["notes"] = [sentences(note) for note in content["notes"]]
    for column in content["columns"]:
        column["align"] = _TYPST_ALIGNMENT[column["align"]]
    return content


def _record(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8"))


def _breakable_parts(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _breakable_parts(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_breakable_parts(value) for value in part]
    return breakable(part) if isinstance(part, str) else part


def breakable(text: object) -> str:
    """Text as `visible` gives it, with places to break in every word that could leave its column."""
    return _LONG.sub(lambda word: _BREAK.join(_parts(word[0])), visible(text))


def _parts(word: str) -> list[str]:
    return [word[start : start + _TOGETHER] for start in range(0, len(word), _TOGETHER)]


def figure_content(name: str, records: Path | None = None) -> dict[str, Any]:
    """Give a figure's title, description and the sentences of its caption from the record its step left.

    Raises
    ------
    FileNotFoundError
        When the figure has not been made.
    """
    said = _record((records or paths.BUILD / "exhibits") / f"{name}.json")
    words = {part: breakable(said[part]) for part in ("title", "alt")}
    return {**words, "sentences": sentences(breakable(said["caption"]))}


def sentences(text: str) -> list[str]:
    """Part a text after each full stop that a capital follows; put together with spaces it is as it was."""
    return _BETWEEN_SENTENCES.split(text)


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
