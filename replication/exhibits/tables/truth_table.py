"""Table: the truth table of seeking endorsement, with the cases of each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from replication.exhibits.case_frame import case_names
from replication.exhibits.numbers import is_missing
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Column, Table, TableRow

READS = ("cases", "truth_tables")
_HEADS = ("sets", "outcome")
_FIT = ("n", "consistency", "pri", "output", "contradictory", "cases", "cases_with_outcome")


def make(results: Results, name: str) -> Table:
    """Show the rows that have cases, for the outcome as crisp and as fuzzy set.

    The rows without cases and the tables of the negated outcome are in the .csv.
    """
    tables = results["truth_tables"]
    cases = results["cases"]
    names = [column for column in tables if column not in (*_HEADS, *_FIT)]
    titles = case_names(cases)
    chosen = tables[(tables["n"] > 0) & ~tables["outcome"].astype(str).str.startswith("~")]
    return Table(
        name=name,
        title="Truth table of seeking endorsement",
        columns=(
            *(Column(condition, condition, kind="integer") for condition in names),
            Column("n", "N", kind="integer"),
            Column("consistency", "Consistency", kind="number"),
            Column("pri", "PRI", kind="number"),
            Column("output", "Output", align="centre"),
            Column("with_outcome", "Cases that sought it"),
            Column("without", "Cases that did not"),
        ),
        rows=tuple(_rows(chosen, names, titles)),
        notes=(*_notes(tables, names),),
        data=tables,
        empty="No case has a code for every condition.",
    )


def _rows(chosen: pd.DataFrame, names: list[str], titles: Mapping[str, str]) -> Iterator[TableRow]:
    for row in chosen.to_dict("records"):
        members, positive = _listed(row["cases"]), _listed(row["cases_with_outcome"])
        yield TableRow(
            {
                **{key: row[key] for key in (*names, "n", "consistency", "pri")},
                "output": f"{row['output']}",
                "with_outcome": ", ".join(titles[i] for i in positive),
                "without": ", ".join(titles[i] for i in members if i not in positive),
            },
            panel=f"{row['sets'].capitalize()} sets",
        )


def _notes(tables: pd.DataFrame, names: list[str]) -> Iterator[str]:
    own = tables[(tables["sets"] == "crisp") & ~tables["outcome"].astype(str).str.startswith("~")]
    empty = int((own["n"] == 0).sum())
    left = f" {empty} of {len(own)} combinations of {', '.join(names)} have no case."
    yield (
        "Rows with cases; a case belongs to the row in which its membership is above one half. "
        "Output: 1 where consistency and PRI reach the cut-offs of qca.yaml, 0 elsewhere. A row with "
        f"cases on both sides is contradictory.{left if len(own) else ''}"
    )
    yield "What each set means, its cut and its degrees of membership: data/raw/specifications/qca.yaml."


def _listed(joined: object) -> list[str]:
    return [] if is_missing(joined) else str(joined).split(";")
