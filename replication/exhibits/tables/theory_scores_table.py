"""Table: score of each theory in each marked case, its evidence, and how unusual the pattern is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from replication.exhibits.case_frame import case_names
from replication.exhibits.numbers import MINUS, is_missing, number, p_equals
from replication.exhibits.results import Results
from replication.exhibits.typesetting.table import Column, Table, TableRow
from replication.precision import fixed

READS = ("four_case_scores", "four_case_tests", "four_case_balance")
CHOSEN = "recchia_case"
# Types of source named in a row; the others are in the .csv of the results.
_TYPES = 3


def make(results: Results, name: str) -> Table:
    """Show scores by theory and case; in the notes the comparison with all sets of as many cases."""
    scores, tests, balance = (results[table] for table in READS)
    labels = dict(zip(scores["theory"], scores["theory_label"], strict=True))
    chosen = scores[scores[CHOSEN] == 1]
    return Table(
        name=name,
        title="Scores of the theories in the original cases",
        columns=(
            Column("what", "Case"),
            Column("score", "Score", kind="number", group="All predictions"),
            Column("agrees", "Agree", kind="integer", group="All predictions"),
            Column("mixed", "Mixed", kind="integer", group="All predictions"),
            Column("contradicts", "Contradict", kind="integer", group="All predictions"),
            Column("no_evidence", "No evidence", kind="integer", group="All predictions"),
            Column("own", "Own only", kind="number"),
            Column("items", "Items", kind="integer", group="Evidence"),
            Column("read", "Read in source", kind="integer", group="Evidence"),
            Column("author", "Theory's author", kind="integer", group="Evidence"),
            Column("types", "By type of source", group="Evidence"),
        ),
        rows=tuple(_score_rows(chosen, balance)),
        notes=(
            f"Score: (agree {MINUS} contradict) / cells with evidence; mixed counts nothing, so it runs from "
            f"{MINUS}1 to 1. Own only: over predictions that no other theory makes by the same rule. Items: "
            "each item of evidence and source of a fact once, with the three most frequent types of source.",
            *_test_notes(tests, labels),
            "p is the share of the sets whose mean score is as far from that of all interventions, or "
            "farther. The original cases were not drawn at random: p says how unusual they are, and "
            "is no test of a theory.",
        ),
        empty="No case is marked as one of the original study.",
    )


def _score_rows(chosen: pd.DataFrame, balance: pd.DataFrame) -> Iterator[TableRow]:
    names = case_names(chosen)
    own = chosen[chosen["basis"] == "own predictions"].set_index(["theory", "case_id"])["score"]
    for row in chosen[chosen["basis"] == "all predictions"].to_dict("records"):
        keys = (row["theory"], row["case_id"])
        part = balance[(balance["theory"] == keys[0]) & (balance["case_id"] == keys[1])]
        every = part[part["type"] == "any"].iloc[0]
        types = part[part["type"] != "any"]
        named = types.sort_values("n_items", ascending=False, kind="stable").head(_TYPES)
        yield TableRow(
            {
                "what": names[row["case_id"]],
                **{
                    key: row[key]
                    for key in ("score", "agrees", "mixed", "contradicts", "no_evidence")
                },
                "own": own.get(keys),
                "items": every["n_items"],
                "read": every["n_consulted"],
                "author": every["n_theory_author"],
                "types": ", ".join(
                    f"{kind.replace('_', ' ')} {count}"
                    for kind, count in zip(named["type"], named["n_items"], strict=True)
                ),
            },
            panel=row["theory_label"],
        )


def _test_notes(tests: pd.DataFrame, labels: dict[str, str]) -> Iterator[str]:
    for basis, part in tests.groupby("basis", sort=False):
        said = [
            f"{' less '.join(labels.get(p, p) for p in row['contrast'].split(' - '))}: {_found(row)}"
            for row in part.to_dict("records")
        ]
        yield f"Against every set of as many interventions, {basis}. {'; '.join(said)}."


def _found(row: dict[str, Any]) -> str:
    if is_missing(row["p_value"]):
        return str(row["note"])
    sets = f"{fixed(row['n_sets'], 0)} sets" + ("" if row["exact"] else ", sampled")
    return (
        f"{number(row['mean_chosen'])} in the {int(row['n_chosen'])}, {number(row['mean_all'])} in "
        f"all {int(row['n_all'])}, {p_equals(row['p_value'])} ({sets})"
    )
