"""The codebook of the derived files: a row for every column of every table, and the same as a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from replication.codebook import Codebook, Variable
from replication.exhibits.typesetting.environment import environment_of
from replication.exports import exported_name
from replication.files import write_text
from replication.tables import write_table

COLUMNS = (
    "table", "position", "column", "column_dta_sav", "label", "type", "values", "unit", "minimum",
    "pattern", "missing", "rule", "computed_from", "note",
)  # fmt: skip
# Tables that are also written for Stata and SPSS.
LABELLED = ("cases", "actors")


def codebook_frame(codebook: Codebook) -> pd.DataFrame:
    """Describe every column of every derived table.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, in the order of the tables and of their columns; `column_dta_sav` is
        empty where the column is only in the CSV file, `values` reads ``code = label`` with
        semicolons between, `missing` is empty where nothing is ever missing.
    """
    rows = [
        _row(table, position, variable)
        for table in codebook.tables
        for position, variable in enumerate(codebook.columns(table), start=1)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"minimum": "float64"})


def write_codebook(table: Path, page: Path, codebook: Codebook) -> None:
    """Write the codebook as a CSV file and as a page that loads nothing from elsewhere."""
    frame = codebook_frame(codebook)
    write_table(table, frame)
    template = environment_of("replication.report").get_template("codebook_page.html.j2")
    write_text(page, template.render(codebook=codebook, tables=list(_sections(codebook))))


def _row(table: str, position: int, variable: Variable) -> dict[str, object]:
    labelled = table in LABELLED and not variable.csv_only
    return {
        "table": table,
        "position": position,
        "column": variable.name,
        "column_dta_sav": exported_name(variable.name) if labelled else "",
        "label": variable.label,
        "type": variable.type,
        "values": "; ".join(f"{code} = {label}" for code, label in variable.labels.items()),
        "unit": variable.unit,
        "minimum": variable.minimum,
        "pattern": variable.pattern,
        "missing": variable.missing,
        "rule": variable.rule,
        "computed_from": ";".join(variable.derive.columns) if variable.derive else "",
        "note": variable.csv_only if table in LABELLED else "",
    }


def _sections(codebook: Codebook) -> Iterator[tuple[str, str, list[tuple[Variable, str]]]]:
    for table, described in codebook.tables.items():
        columns = codebook.columns(table)
        names = [str(_row(table, 1, variable)["column_dta_sav"]) for variable in columns]
        yield table, described, list(zip(columns, names, strict=True))
