"""Table: solutions of the truth tables with their fit, and how they stand up to other choices."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from replication.exhibits.numbers import is_missing, number
from replication.exhibits.results import Results
from replication.exhibits.text import counted
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow
from replication.precision import percent

READS = ("qca_solutions", "qca_necessity", "qca_robustness", "qca_robustness_shares")


def make(results: Results, name: str) -> Table:
    """One line a term, in panels by sets, outcome and kind of solution."""
    solutions, necessary, runs, shares = (results[table] for table in READS)
    return Table(
        name=name,
        title="Sufficient combinations for seeking and for not seeking endorsement",
        columns=(
            Column("solution", "Solution"),
            Column("term", "Combination"),
            Column("term_consistency", "Consistency", kind="number", group="Term"),
            Column("term_pri", "PRI", kind="number", group="Term"),
            Column("raw_coverage", "Raw", kind="number", group="Coverage"),
            Column("unique_coverage", "Unique", kind="number", group="Coverage"),
            Column("consistency", "Consistency", kind="number", group="Whole solution"),
            Column("coverage", "Coverage", kind="number", group="Whole solution"),
        ),
        rows=tuple(_rows(solutions)),
        notes=(
            "A star joins conditions, ~ is absence; terms of one model are alternatives. "
            "Conservative (complex): no combination without cases is used; parsimonious: any; "
            "intermediate: those the directional expectations allow.",
            # Without a case there is nothing to say about either.
            *(
                [_necessary(necessary), *_robust(runs, shares)]
                if solutions["n_cases"].any()
                else []
            ),
        ),
        data=solutions,
        empty="There is no case with every code.",
    )


def _rows(solutions: pd.DataFrame) -> Iterator[TableRow]:
    for row in solutions.to_dict("records"):
        first = f"{row['solution']}"
        if not is_missing(row["model"]):
            several = solutions[
                (solutions["sets"] == row["sets"])
                & (solutions["outcome"] == row["outcome"])
                & (solutions["solution"] == row["solution"])
            ]["model"].nunique()
            first += f" {int(row['model'])}" if several > 1 else ""
        keys = ("term_consistency", "term_pri", "raw_coverage", "unique_coverage")
        fits = {key: row[key] for key in (*keys, "consistency", "coverage")}
        term = Cell(None if is_missing(row["term"]) else row["term"])
        yield TableRow(
            {"solution": first, "term": term, **fits},
            panel=f"{row['sets'].capitalize()} sets, {row['outcome']} (N = {int(row['n_cases'])})",
            note="" if is_missing(row["note"]) else str(row["note"]),
        )


def _necessary(necessary: pd.DataFrame) -> str:
    parts = []
    passed = necessary[necessary["minimal"] == 1]
    for (sets, outcome), part in passed.groupby(["sets", "outcome"], sort=False):
        said = [
            f"{r.expression} ({number(r.consistency)}, relevance {number(r.relevance)})"
            for r in part.itertuples()
        ]
        parts.append(f"{sets}, {outcome}: {', '.join(said)}")
    return f"Necessary, with consistency: {'; '.join(parts)}." if parts else "Nothing is necessary."


def _robust(runs: pd.DataFrame, shares: pd.DataFrame) -> Iterator[str]:
    planned = runs[(runs["change"] == "cuts") & (runs["n_changes"] == 0)]
    formula = planned["formula"].iloc[0] if len(planned) else None
    shown = "none" if is_missing(formula) else formula
    said = []
    for row in shares.to_dict("records"):
        if not row["n_runs"]:
            continue
        enters = [
            f"{key} {percent(row[key])}%"
            for key in row
            if key.split(" ")[-1] in ("present", "absent") and row[key] > 0
        ]
        said.append(
            f"{row['change']} ({counted(int(row['n_runs']), 'run')}): same {percent(row['same'])}%, none "
            f"{percent(row['no_solution'])}%, {', '.join(enters) or 'no condition throughout'}"
        )
    yield (
        f"Robustness of the crisp parsimonious solution ({shown}): share of runs that give the same, that "
        f"give none, and in which a condition is part of the solution, always on one side. {'; '.join(said)}."
    )
