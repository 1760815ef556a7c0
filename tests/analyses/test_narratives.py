"""Every sentence is held to a field or an item of evidence of its own case."""

import re

import pytest
from comparative_data import BOOK, tables

from replication.analyses.narratives import narratives, spoken_date

CITED = re.compile(r"\[([^]]+)[]][.]")


def told(found):
    return narratives(
        **{n: found[n] for n in ("cases", "actors", "codings", "evidence", "facts")}, codebook=BOOK
    )


def test_every_sentence_names_fields_or_items_of_its_case(derived):
    found = tables(derived)
    fields = set(found["cases"].columns) | {f"{a}.io" for a in BOOK.actors}
    owners = found["evidence"].set_index("evidence_id")["case_id"].to_dict()
    for row in told(found).to_dict("records"):
        ends = CITED.sub("", row["text"]).strip()
        assert CITED.findall(row["text"]), row
        assert row["text"].endswith("].")
        assert ends, row
        cited = [s for group in CITED.findall(row["text"]) for s in group.split(", ")]
        assert set(cited) == set(row["sources"].split(";"))
        for source in cited:
            assert source in fields or owners[source] == row["case_id"], source


def test_no_sentence_says_more_than_its_sources(derived):
    """Numbers and labels in a sentence stand in the fields it names; quotations stand in the item."""
    found = tables(derived)
    cases = found["cases"].set_index("case_id")
    statements = found["evidence"].set_index("evidence_id")["statement"].to_dict()
    checked = 0
    for row in told(found).to_dict("records"):
        start = 0
        for match in CITED.finditer(row["text"]):
            said, sources = row["text"][start : match.start()].strip(), match[1].split(", ")
            start = match.end()
            items = [s for s in sources if s in statements]
            fields = [s for s in sources if s in cases.columns]
            if items and not fields and len(sources) == 1:
                assert said == statements[items[0]].rstrip(".")
            for field in fields:
                code = cases.loc[row["case_id"], field]
                stated = re.search("[(]code ([0-9])[)]", said)
                if stated:
                    assert int(stated[1]) == int(code)
                    assert BOOK.variables[field].labels[int(code)] in said
                    checked += 1
                elif field.startswith("date_"):
                    assert spoken_date(code) in said
                    checked += 1
    assert checked > 200


def test_every_case_has_its_half_page(derived):
    table = told(tables(derived))
    words = table.groupby("case_id")["text"].apply(lambda t: sum(len(x.split()) for x in t))
    assert len(words) == len(tables(derived)["cases"])
    assert words.between(120, 500).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [("2011-03-17", "17 March 2011"), ("2011-03-00", "March 2011"), ("2011-00-00", "2011")],
)
def test_dates_in_words(text, words):
    assert spoken_date(text) == words


def test_no_case_gives_no_paragraph(derived):
    assert told(tables(derived, keep=0)).empty
