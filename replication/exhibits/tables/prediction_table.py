"""Table: how well each model forecasts a case it has not seen."""

from __future__ import annotations

from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Column, Table, TableRow

READS = ("prediction_scores",)
_PANELS = {
    "shared": "Models on the same cases",
    "own": "Each model on its own cases",
}


def make(results: Results, name: str) -> Table:
    """Set models down and scores across; only scores on shared cases can be compared."""
    scores = results["prediction_scores"]
    rows = [
        TableRow(
            {
                "model": row.label if row.model == "none" else f"{row.model} {row.label}",
                **{c: getattr(row, c) for c in _SCORES},
            },
            panel=f"{_PANELS[row.cases_used]}, sample: {row.sample}",
            note=row.note if isinstance(row.note, str) else "",
        )
        for used in _PANELS
        for row in scores[scores["cases_used"] == used].itertuples()
    ]
    return Table(
        name=name,
        title="Out-of-sample forecasts of seeking endorsement",
        columns=(
            Column("model", "Model"),
            Column("nobs", "N", kind="integer"),
            Column("log_score", "Log score", kind="number", digits=3),
            Column("log_score_error", "s.e.", kind="number", digits=3),
            Column("brier_score", "Brier", kind="number", digits=3),
            Column("family_log_score", "Families out", kind="number", digits=3),
            Column("aicc", "AICc", kind="number", digits=1),
        ),
        rows=tuple(rows),
        notes=(
            "Each case is forecast by Firth's logit fitted to all others. Log score: mean log "
            "probability of what happened, higher is better; s.e. of that mean. Brier: mean squared "
            "error, lower is better. Families out: log score when the case's whole crisis family is "
            "left out. A model that does worse than the constant alone has not learnt anything that "
            "carries over.",
        ),
        empty="No model could be scored.",
    )


_SCORES = ("nobs", "log_score", "log_score_error", "brier_score", "family_log_score", "aicc")
