"""Table: score of each theory in each marked case, its evidence, and how unusual the pattern is."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from replication.exhibits.numbers import is_missing, number, p_value
from replication.exhibits.results import Results
from replication.exhibits.table import Column, Row, Table
from replication.exhibits.text import short_names

READS = ("four_case_scores", "four_case_tests", "four_case_balance")
CHOSEN = "recchia_case"
_TYPES = 3


def make(results: Results, name: str) -> Table:
    """Make the table from the scores, the tests and the balance of evidence."""
    return theory_scores_table(*(results[table] for table in READS), name)


def theory_scores_table(
    scores: pd.DataFrame, tests: pd.DataFrame, balance: pd.DataFrame, name: str
) -> Table:
    """Show scores by theory and case, then the comparison with all sets of as many cases.

    Parameters
    ----------
    scores, tests, balance : DataFrame
        As `replication.analyses.four_cases` makes them.
    """
    labels = dict(zip(scores["theory"], scores["theory_label"], strict=True))
    chosen = scores[scores[CHOSEN] == 1]
    rows = [*_score_rows(chosen, balance), *_test_rows(tests, labels)] if len(chosen) else []
    return Table(
        name=name,
        title="Scores of the theories in the original cases",
        columns=(
            Column("what", "Case or comparison"),
            Column("score", "Score", kind="number", group="All predictions"),
            Column("agrees", "Agree", kind="integer", group="All predictions"),
            Column("mixed", "Mixed", kind="integer", group="All predictions"),
            Column("contradicts", "Contra- dict", kind="integer", group="All predictions"),
            Column("no_evidence", "No evi- dence", kind="integer", group="All predictions"),
            Column("own", "Own only", kind="number"),
            Column("items", "Items", kind="integer", group="Evidence"),
            Column("read", "Read in source", kind="integer", group="Evidence"),
            Column("author", "Theory's author", kind="integer", group="Evidence"),
            Column("types", "Most frequent types", group="Evidence"),
        ),
        rows=tuple(rows),
        notes=(
            "Score: (agree - contradict) / cells with evidence; mixed counts nothing, so it runs from "
            "-1 to 1. Own only: over predictions that no other theory makes by the same rule. Items: "
            "each item of evidence and source of a fact once.",
            "Last panel: mean of the original cases less the mean of all interventions, under Score "
            "for all predictions and under Own only for these; p is the share of all sets of as many "
            "interventions whose mean is as far from the overall mean, or farther (two-sided). The "
            "original cases were not drawn at random, so p describes how unusual they are and is no "
            "test of a theory.",
        ),
        empty="No case is marked as one of the original study.",
    )


def _score_rows(chosen: pd.DataFrame, balance: pd.DataFrame) -> Iterator[Row]:
    titles = chosen.drop_duplicates("case_id").set_index("case_id")["case_title"].astype(str)
    names = dict(zip(titles.index, short_names(titles.tolist()), strict=True))
    own = chosen[chosen["basis"] == "own predictions"].set_index(["theory", "case_id"])["score"]
    for row in chosen[chosen["basis"] == "all predictions"].to_dict("records"):
        keys = (row["theory"], row["case_id"])
        part = balance[(balance["theory"] == keys[0]) & (balance["case_id"] == keys[1])]
        every = part[part["type"] == "any"].iloc[0]
        types = part[part["type"] != "any"].sort_values(
            "n_items", ascending=False, kind="stable"
        )
        yield Row(
            {
                "what": names[row["case_id"]],
                **{key: row[key] for key in ("score", "agrees", "mixed", "contradicts", "no_evidence")},
                "own": own.get(keys),
                "items": every["n_items"],
                "read": every["n_consulted"],
                "author": every["n_theory_author"],
                "types": ", ".join(
                    f"{kind.replace('_', ' ')} {count}"
                    for kind, count in zip(types["type"], types["n_items"], strict=True)
                ),
            },
            panel=row["theory_label"],
        )


def _test_rows(tests: pd.DataFrame, labels: dict[str, str]) -> Iterator[Row]:
    bases = {basis: part.set_index("contrast") for basis, part in tests.groupby("basis", sort=False)}
    for contrast in dict.fromkeys(tests["contrast"]):
        found = {basis: part.loc[contrast] for basis, part in bases.items() if contrast in part.index}
        gaps = {basis: row["mean_chosen"] - row["mean_all"] for basis, row in found.items()}
        said = [
            f"{basis.split(' ')[0]}: "
            + (_note(row) if is_missing(row["p_value"]) else f"p {p_value(row['p_value'])}")
            + f" ({int(row['n_chosen'])} of {int(row['n_all'])} cases)"
            for basis, row in found.items()
        ]
        yield Row(
            {
                "what": " less ".join(labels.get(part, part) for part in contrast.split(" - ")),
                "score": gaps.get("all predictions"),
                "own": gaps.get("own predictions"),
                "types": "; ".join(said),
                **dict.fromkeys(("agrees", "mixed", "contradicts", "no_evidence"), _BLANK),
                **dict.fromkeys(("items", "read", "author"), _BLANK),
            },
            panel="Against all interventions",
        )


def _note(row: pd.Series) -> str:
    return str(row["note"])
