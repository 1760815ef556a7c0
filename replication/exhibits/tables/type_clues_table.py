"""Table: what each clue is taken to be worth, how often it was found, and what the cases teach about it."""

from __future__ import annotations

from replication.exhibits.numbers import number
from replication.exhibits.results import Results
from replication.exhibits.text import capital
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow
from replication.precision import percent

READS = ("causal_type_clues", "causal_type_learning", "causal_type_rivals")


def make(results: Results, name: str) -> Table:
    """Set clues down, and their stated and learnt probabilities across."""
    clues, learning, rivals = (results[table] for table in READS)
    labels = dict(zip(rivals["cause"], rivals["label"], strict=True)) if len(rivals) else {}
    # Cases without the cause or the outcome are alike at zero; the others of one cause are alike too.
    ahead = learning.groupby(["cause", "clue"])["expected_case"].max() if len(learning) else {}
    rows = [
        TableRow(
            {
                "clue": row.label,
                "stated": _two(row.stated_beneficial, row.stated_destined),
                "learnt": _two(row.learnt_beneficial, row.learnt_destined),
                "found": _signed(row.decibels_found),
                "absent": _signed(row.decibels_absent),
                "traced": _counted(row.n_found, row.n_seen),
                "every": _counted(row.n_found_all, row.n_seen_all),
                "case": percent(ahead.get((row.cause, row.clue), 0.0), 1),
            },
            panel=capital(labels.get(row.cause, row.cause)),
        )
        for row in clues.itertuples()
    ]
    return Table(
        name=name,
        title="Clues of a cause at work, and what they are worth",
        columns=(
            Column("clue", "Clue"),
            Column("stated", "Stated", align="right", group="Probability found"),
            Column("learnt", "Learnt", align="right", group="Probability found"),
            Column("found", "Found", align="right", group="Weight, dB"),
            Column("absent", "Not found", align="right", group="Weight, dB"),
            Column("traced", "Traced", align="right", group="Found in"),
            Column("every", "All", align="right", group="Found in"),
            Column("case", "Case, %", align="right"),
        ),
        rows=tuple(rows),
        notes=(
            "Clues are looked for where cause and outcome are both present. Probability found: where the cause "
            "brought the outcome about, and where it did not; stated in the file of assumptions, or learnt where "
            "that is worth ten cases and every case's clues are read. Weight of finding it and of not finding "
            "it, in decibels of the stated odds. Case, %: share of a case's own variance p(1 - p) that looking "
            "for this clue alone is expected to take away.",
            "Reasons. "
            + "; ".join(f"{r.label}: {r.why}" for r in clues.drop_duplicates("clue").itertuples()),
        ),
        data=clues,
        empty="No clue is defined.",
    )


def _two(first: float, second: float) -> Cell:
    return Cell(f"{number(first)}, {number(second)}", kind="text")


def _signed(decibels: float) -> Cell:
    return Cell(f"{'+' if decibels > 0 else ''}{number(decibels, 1)}", kind="text")


def _counted(found: int, seen: int) -> str | None:
    return f"{found} of {seen}" if seen else None
