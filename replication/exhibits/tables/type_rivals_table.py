"""Table: each cause by itself as the account of the outcome, as Bayes factors, with every prior."""

from __future__ import annotations

import pandas as pd

from replication.exhibits.results import Results
from replication.exhibits.text import capital
from replication.exhibits.typesetting.table import Column, Table, TableRow

READS = ("causal_type_rivals",)


def make(results: Results, name: str) -> Table:
    """Set causes down and priors across."""
    rivals = results["causal_type_rivals"]
    settings = list(dict.fromkeys(zip(rivals["prior"], rivals["monotonic"], strict=True)))
    over = [column for column in rivals.columns if column.startswith("over_")]
    rows = []
    for panel, value in (
        ("Over no cause", "bayes_factor"),
        *((f"Over {_called(c, rivals)}", c) for c in over),
    ):
        for _, part in rivals.groupby("cause", sort=False):
            known = part.set_index(["prior", "monotonic"])[value]
            cells = {_key(*setting): known.loc[setting] for setting in settings}
            rows.append(TableRow({"cause": capital(part["label"].iloc[0]), **cells}, panel=panel))
    n = int(rivals["nobs"].iloc[0]) if len(rivals) else 0
    return Table(
        name=name,
        title="Rival causes in one frame: Bayes factors",
        columns=(
            Column("cause", "Cause"),
            *(
                Column(
                    _key(prior, monotonic), capital(prior), kind="number",
                    group="No adverse cases" if monotonic else "Adverse cases allowed",
                )
                for prior, monotonic in sorted(settings, key=lambda setting: setting[1])
            ),
        ),
        rows=tuple(rows),
        notes=(
            "How many times as probable the outcomes are with this cause as with none, or as with another one: "
            f"above 1 for the cause of the row. Each by itself, as good as random, on the {n} cases with all "
            "codes; clues do not enter. Cuts of the causes: data/raw/specifications/causal_types.yaml.",
        ),
        data=rivals,
        empty="No cause can be compared.",
    )  # fmt: skip


def _key(prior: str, monotonic: int) -> str:
    return f"{prior}_{int(monotonic)}"


def _called(column: str, rivals: pd.DataFrame) -> str:
    cause = column.removeprefix("over_")
    return str(rivals.loc[rivals["cause"] == cause, "label"].iloc[0])
