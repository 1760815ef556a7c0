"""Table: whether request and endorsement come earlier under high military opposition."""

from __future__ import annotations

import pandas as pd

from replication.exhibits.results import Results
from replication.exhibits.text import counted
from replication.exhibits.typesetting.table import Column, Table, TableRow

READS = ("timing", "timing_tests")


def make(results: Results, name: str) -> Table:
    """Show one row a question; in the notes how endorsement stood to action in every sample.

    The dates of all cases go into the .csv.
    """
    timing = results["timing"]
    tests = results["timing_tests"]
    rows = []
    for row in tests.to_dict("records"):
        keys = [column.key for column in _COLUMNS if column.key != "test"]
        note = row["note"] if isinstance(row["note"], str) else ""
        rows.append(TableRow({"test": row["test"], **{key: row[key] for key in keys}}, note=note))
    return Table(
        name=name,
        title="Days from endorsement and request to first action, by military opposition",
        columns=_COLUMNS,
        rows=tuple(rows) if timing["case_id"].nunique() else (),
        notes=(
            "Interventions. High: opposition of 2 or 3. Never: cases in which it never came, which "
            "rank behind all in which it came. Median: days before the first action where the day is "
            "known. Earlier: chance that a case of high opposition comes earlier than one of low, "
            "pairs whose order the dates leave open split evenly; one half under the null. p: exact "
            "permutation of Gehan's scores, two-sided, and one-sided for earlier.",
            "A row that counts the cases in which it never came also shows whether it was sought at "
            "all; the rows on cases where it came show the timing alone.",
            *_counts(timing),
        ),
        data=timing,
        empty="There is no case.",
    )


_COLUMNS = (
    Column("test", "What comes earlier"),
    Column("n_first", "Cases", kind="integer", group="High opposition"),
    Column("n_never_high", "Never", kind="integer", group="High opposition"),
    Column("median_days_high", "Median", kind="number", digits=1, group="High opposition"),
    Column("n_second", "Cases", kind="integer", group="Low opposition"),
    Column("n_never_low", "Never", kind="integer", group="Low opposition"),
    Column("median_days_low", "Median", kind="number", digits=1, group="Low opposition"),
    Column("n_left_out", "Left out", kind="integer"),
    Column("share_earlier", "Earlier", kind="number"),
    Column("p_value", "p", kind="p_value"),
    Column("p_earlier", "p earlier", kind="p_value"),
)


def _counts(timing: pd.DataFrame) -> list[str]:
    part = timing[timing["event"] == "endorsement"]
    said = []
    for sample, own in part.groupby("sample", sort=False):
        counts = ", ".join(
            f"{count} {order}" for order, count in own["order"].value_counts().items()
        )
        said.append(f"{sample} ({counted(len(own), 'case')}): {counts}")
    return [f"Endorsement against first action. {'; '.join(said)}."] if said else []
