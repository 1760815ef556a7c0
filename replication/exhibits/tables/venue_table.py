"""Table: which organisation was approached, by region, military opposition and sample."""

from __future__ import annotations

from replication.exhibits.results import Results
from replication.exhibits.text import capital
from replication.exhibits.typesetting.table import Column, Table, TableRow

READS = ("venues",)


def make(results: Results, name: str) -> Table:
    """Set groups of cases down and organisations across."""
    venues = results["venues"]
    names = list(dict.fromkeys(venues["venue"]))
    keys = {venue: f"venue_{number}" for number, venue in enumerate(names)}
    rows = []
    for (grouping, group), part in venues.groupby(["grouping", "group"], sort=False):
        counts = {keys[venue]: int(n) for venue, n in zip(part["venue"], part["n"], strict=True)}
        cells = {"group": capital(str(group)), "n_cases": int(part["n_cases"].iloc[0]), **counts}
        rows.append(TableRow(cells, panel=f"By {grouping}" if grouping != "all" else "All"))
    return Table(
        name=name,
        title="Organisations approached",
        columns=(
            Column("group", "Cases"),
            Column("n_cases", "N", kind="integer"),
            *(Column(keys[venue], capital(venue), kind="integer") for venue in names),
        ),
        rows=tuple(rows),
        notes=(
            "Numbers of cases; one that approached several organisations counts for each. All "
            "samples, cases with a known code. Regions by crisis family: data/raw/specifications/regions.yaml.",
        ),
        data=venues,
        empty="No case has a known code for the organisations approached.",
    )
