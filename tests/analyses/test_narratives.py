"""Every sentence is held to a field or an item of evidence of its own case."""

import re

from comparative_data import BOOK, tables

from replication.analyses.cases.narratives import narratives
from replication.analyses.date_words import date_in_words


def told(found):
    return narratives(
        **{n: found[n] for n in ("cases", "actors", "codings", "evidence", "facts")}, codebook=BOOK
    )


def test_every_sentence_names_fields_or_items_of_its_case(derived):
    found = tables(derived)
    fields = set(found["cases"].columns) | {f"{a}.io" for a in BOOK.actors}
    owners = found["evidence"].set_index("evidence_id")["case_id"].to_dict()
    for row in told(found).to_dict("records"):
        assert row["text"].endswith(".")
        assert len(row["text"]) > 1, row
        for source in row["sources"].split(";"):
            assert source in fields or owners[source] == row["case_id"], row


def test_no_sentence_says_more_than_its_sources(derived):
    """Numbers and labels in a sentence stand in the fields it names; quotations stand in the item."""
    found = tables(derived)
    cases = found["cases"].set_index("case_id")
    actors = found["actors"].set_index(["case_id", "actor"])["io"]
    statements = found["evidence"].set_index("evidence_id")["statement"].to_dict()
    checked = 0
    for row in told(found).to_dict("records"):
        first, *others = row["sources"].split(";")
        said, case_id = row["text"], row["case_id"]
        if first in statements:
            assert others == []
            assert said == f"{statements[first].rstrip('.')}."
        stated = re.search("the code is ([+-]?[0-9]), (.+?)(, on thin evidence)?[.]$", said)
        if stated and first in cases.columns:
            assert int(stated[1]) == int(cases.loc[case_id, first])
            assert stated[2] == BOOK.variables[first].labels[int(stated[1])]
            assert bool(stated[3]) == (cases.loc[case_id, f"{first}_confidence"] == 1)
            checked += 1
        elif stated:
            assert int(stated[1]) == int(actors[case_id, first.partition(".")[0]])
            assert stated[2] == BOOK.variables["io"].labels[int(stated[1])]
            assert "+0" not in said
            checked += 1
        elif first.startswith("date_"):
            assert date_in_words(cases.loc[case_id, first]) in said
            checked += 1
    assert checked > 400


def test_no_item_is_told_twice_in_a_case(derived):
    table = told(tables(derived))
    statements = set(tables(derived)["evidence"]["statement"].str.rstrip(".") + ".")
    quoted = table[table["text"].isin(statements)]
    assert len(quoted) > 100
    assert not quoted.duplicated(["case_id", "text"]).any()


def test_a_fact_is_told_with_its_own_note(derived):
    """A resolution named under endorsement that authorised no force is told with the file's words on that."""
    table = told(tables(derived))
    own = table[(table["case_id"] == "kosovo_1999") & (table["sources"] == "resolution")]
    [said] = own["text"]
    notes = tables(derived)["facts"].set_index(["case_id", "fact"])["note"]
    assert notes["kosovo_1999", "resolution"].rstrip(".") in said
    assert "authorised force" in said


def test_every_case_has_its_page_at_most(derived):
    table = told(tables(derived))
    words = table.groupby("case_id")["text"].apply(lambda t: sum(len(x.split()) for x in t))
    assert len(words) == len(tables(derived)["cases"])
    assert words.between(120, 700).all()


def test_no_case_gives_no_paragraph(derived):
    assert told(tables(derived, keep=0)).empty
