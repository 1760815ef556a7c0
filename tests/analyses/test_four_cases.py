"""Scores by hand, ids that exist, and any set of marked cases."""

import pytest
from comparative_data import BOOK, PREDICTIONS, compared, tables

from replication.analyses.cases.four_cases import evidence_balance, score_cases, score_tests


def test_scores_are_agrees_less_contradicts_over_cells_with_evidence(derived):
    found = compared(tables(derived))
    scores = score_cases(found)
    for row in scores[scores["basis"] == "all predictions"].to_dict("records"):
        own = found[(found["case_id"] == row["case_id"]) & (found["theory"] == row["theory"])]
        signs = own["verdict"].map({"agrees": 1, "contradicts": -1, "mixed": 0}).dropna()
        assert len(own) == sum(row[k] for k in ("agrees", "mixed", "contradicts", "no_evidence"))
        assert row["score"] == pytest.approx(signs.mean(), nan_ok=True)


def test_every_cell_names_items_and_sources_that_exist(derived):
    found = tables(derived)
    items = set(found["evidence"]["evidence_id"])
    items |= set(found["sources"]["case_id"] + "/" + found["sources"]["source"])
    table = compared(found)
    ids = {i for joined in table["ids"] if joined for i in joined.split(";")}
    assert ids <= items
    known = table[
        table["verdict"].isin(["agrees", "contradicts"]) & table["cells"].str.contains("io_sought")
    ]
    assert (known["n_items"] > 0).all()
    assert (table["n_consulted"] <= table["n_items"]).all()


def test_somalia_1992_as_its_case_file_has_it(derived):
    table = compared(tables(derived)).set_index(["theory", "observable", "case_id"])
    row = table.loc[("liability", "Is endorsement a condition?", "somalia_1992")]
    assert (row["verdict"], row["observed"], row["shared"]) == ("agrees", "3 conditional", 1)
    timing = table.loc[("liability", "When does endorsement come?", "somalia_1992")]
    assert (timing["verdict"], timing["observed"]) == ("agrees", "6 days before")


def test_balance_counts_each_item_once(derived):
    found = tables(derived)
    table = compared(found)
    balance = evidence_balance(table, found["evidence"], found["sources"])
    whole = balance[balance["type"] == "any"].set_index(["theory", "case_id"])["n_items"]
    own = table[(table["theory"] == "liability") & (table["case_id"] == "somalia_1992")]
    ids = {i for joined in own["ids"] if joined for i in joined.split(";")}
    assert whole["liability", "somalia_1992"] == len(ids)


@pytest.mark.parametrize(
    "marked", [[], ["libya_2011"], ["libya_2011", "darfur_2006", "haiti_2004"]]
)
def test_any_set_of_marked_cases(derived, marked):
    tests = score_tests(score_cases(compared(tables(derived, marked=marked))))
    assert set(tests["n_chosen"]) == {len(marked)}
    assert len(tests) == 2 * (len(PREDICTIONS.theories) + 3)
    if not marked:
        assert set(tests["note"]) == {"no case is chosen"}
    else:
        assert tests["p_value"].between(0, 1).all()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_few_cases(derived, count):
    found = tables(derived, keep=count)
    table = compared(found)
    scores = score_cases(table)
    assert len(table) == count * len(PREDICTIONS.rows)
    score_tests(scores)
    evidence_balance(table, found["evidence"], found["sources"])
    assert BOOK.actors
