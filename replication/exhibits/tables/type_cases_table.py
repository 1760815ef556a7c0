"""Table: the probability that a cause brought the outcome about, case by case, and what tracing one would teach."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from replication.analyses.types.learning import EVERY
from replication.exhibits.case_frame import case_names
from replication.exhibits.numbers import is_missing, number
from replication.exhibits.results import Results
from replication.exhibits.text import capital
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow
from replication.precision import percent

READS = ("causal_type_cases", "causal_type_learning", "causal_type_rivals")


def make(results: Results, name: str) -> Table:
    """List the cases with cause and outcome, those of the original study first."""
    cases, learning, rivals = (results[table] for table in READS)
    labels = dict(zip(rivals["cause"], rivals["label"], strict=True)) if len(rivals) else {}
    both = cases[(cases["present"] == 1) & (cases["outcome"] == 1)]
    left = len(cases) - len(both)
    return Table(
        name=name,
        title="Which cases a cause brought about, and what tracing one more would teach",
        columns=(
            Column("case", "Case"),
            Column("without_clues", "No clue", kind="number", group="P(brought about)"),
            Column("probability", "Traced", kind="number", group="P(brought about)"),
            Column("all_read", "All read", kind="number", group="P(brought about)"),
            Column("n_seen", "Clues known", kind="integer"),
            Column("expected_change", "Effect, %", align="right", group="Variance expected to go"),
            Column("expected_case", "Case, %", align="right", group="Variance expected to go"),
            Column("place", "Place", kind="integer"),
        ),
        rows=tuple(_rows(both, learning, labels)),
        notes=(
            "P(brought about): probability that the case would not have had the outcome without the cause; "
            "without any clue, with those of the traced cases, with those of every case. Clues known: how many "
            "the dossier already decides. Variance expected to go: share of the variance of the average effect, "
            "and of the case's own p(1 - p), that looking for all clues is expected to take away before it is "
            "done. Cases not yet traced are alike before that, so these columns differ only between causes. "
            f"Place: among the cases to trace next (Table 17). Left out are the {left} rows of cases without the "
            "cause or without the outcome: no clue is defined there, and by these assumptions tracing them "
            "teaches nothing of the types.",
        ),
        data=cases,
        empty="No case has both a cause and the outcome.",
    )


def _rows(both: pd.DataFrame, learning: pd.DataFrame, labels: dict[str, str]) -> Iterator[TableRow]:
    every = learning[learning["clue"] == EVERY] if len(learning) else learning
    known = {(r.cause, r.case_id): r for r in every.itertuples()}
    names = case_names(both)
    clues = [column for column in both.columns if column.startswith("clue_")]
    for cause, part in both.groupby("cause", sort=False):
        for row in part.sort_values("marked", ascending=False, kind="stable").to_dict("records"):
            ahead = known.get((cause, row["case_id"]))
            name = names[row["case_id"]]
            blank = Cell("", kind="text")
            yield TableRow(
                {
                    "case": f"{name} (traced)" if row["marked"] else name,
                    **{key: row[key] for key in ("without_clues", "probability", "all_read")},
                    "n_seen": sum(not is_missing(row[clue]) for clue in clues),
                    "expected_change": blank if ahead is None else _share(ahead.expected_change),
                    "expected_case": blank if ahead is None else _share(ahead.expected_case),
                    "place": blank if ahead is None or is_missing(ahead.place) else int(ahead.place),
                },
                panel=capital(labels.get(cause, cause)),
            )  # fmt: skip


def _share(value: float) -> Cell:
    return Cell(percent(value, 1) if value else number(0, 0), kind="text")
