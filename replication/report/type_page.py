"""What the page needs to move the posterior of the causal types while a reader changes prior and clues."""

from __future__ import annotations

from typing import Any

from replication.analyses.types.plan import Cause
from replication.exhibits.text import capital, short_names
from replication.report.inputs import Inputs
from replication.tables import Row


def type_data(inputs: Inputs) -> dict[str, Any]:
    """Give causes with their cases and clues, and the headline's beliefs, as plain values for JSON.

    A cause without a case that has both it and the outcome is left out: no clue could tell anything.
    """
    plan = inputs.type_plan
    causes = [_cause(cause, inputs) for cause in plan.traced]
    return {
        "causes": [cause for cause in causes if any(c["present"] and c["outcome"] for c in cause["cases"])],
        "assignment": list(plan.assignment),
        "shares": list(plan.priors[plan.headline.prior]),
        "monotonic": plan.headline.monotonic,
        "confounded": plan.headline.confounded,
        "read": plan.headline.read,
    }  # fmt: skip


def _cause(cause: Cause, inputs: Inputs) -> dict[str, Any]:
    rows = [row for row in inputs.type_cases if row["cause"] == cause.cause]
    titles = short_names([row["case_title"] for row in rows])
    clues = inputs.type_plan.clues_of(cause.cause)
    return {
        "cause": cause.cause,
        "label": capital(cause.label),
        "clues": [
            {"label": c.label, "beneficial": c.beneficial, "destined": c.destined} for c in clues
        ],
        "cases": [
            {
                "id": row["case_id"],
                "title": title,
                "marked": row["marked"] == "1",
                "present": int(row["present"]),
                "outcome": int(row["outcome"]),
                "clues": [_seen(row, c.clue) for c in clues],
            }
            for row, title in zip(rows, titles, strict=True)
        ],
    }


def _seen(row: Row, clue: str) -> int | None:
    text = row.get(f"clue_{clue}", "")
    return None if text == "" else int(float(text))
