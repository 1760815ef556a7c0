"""Table: endorsement before action and the US share of the follow-on force."""

from __future__ import annotations

from replication.exhibits.labels import estimator_label
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Column, Table, TableRow

READS = ("estimates",)


def make(results: Results, name: str) -> Table:
    """Show the rank test and the fractional logit, one panel a sample."""
    estimates = results["estimates"]
    labels = results.labels
    chosen = estimates[(estimates["model"] == "H5") & (estimates["term"] != "const")]
    rows = [
        TableRow(
            {
                "method": estimator_label(row.estimator),
                "term": labels.term(row.term),
                **{
                    key: getattr(row, key)
                    for key in ("estimate", "conf_low", "conf_high", "p_value", "nobs")
                },
                "smallest_p": getattr(row, "smallest_p", None),
            },
            panel=f"Sample: {row.sample}",
            note=row.note if isinstance(row.note, str) else "",
        )
        for row in chosen.itertuples()
    ]
    return Table(
        name=name,
        title="US share of the follow-on force, by explicit endorsement before action",
        columns=(
            Column("method", "Method"),
            Column("term", "Effect"),
            Column("estimate", "Estimate", kind="number"),
            Column("conf_low", "Low", kind="number"),
            Column("conf_high", "High", kind="number"),
            Column("p_value", "p", kind="p_value"),
            Column("smallest_p", "Smallest p", kind="p_value"),
            Column("nobs", "N", kind="integer"),
        ),
        rows=tuple(rows),
        notes=(
            "Rank test: the estimate is the chance that the US share is larger with endorsement, "
            "one half when endorsement makes no difference; the theory expects less. Fractional "
            "logit: log odds ratio, a description only: its error is a large-sample one, at a handful of cases of "
            "which few are without endorsement. Smallest p: the least that the exact test can give with these "
            "cases; from 0.05 on it cannot reject.",
        ),
        empty="No case has a known follow-on force.",
    )
