"""Entries as reference managers write them are read; what is not certain is named."""

from pathlib import Path

import pytest

from replication.references.reading import read_file, read_references
from replication.references.reference import UnreadableError, read_date

HERE = Path(__file__).parents[1] / "data" / "references"
END = chr(10)


def told(reference):
    return (
        reference.types, reference.author, reference.title, reference.publisher, reference.date, reference.url,
        reference.doi,
    )  # fmt: skip


def test_biblatex_as_zotero_writes_it():
    first, thesis, entry, page = read_file(HERE / "zotero.bib")
    assert told(first) == (
        ("newspaper",), "Ada B. Writer, Jan van der Berg and Bob Smith, Jr.",
        "The Chiefs Had Doubts: 50% of $5 Billion", "A Newspaper", "1999-04-05",
        "https://example.org/a%20b_c?x=1&y=2", None,
    )  # fmt: skip
    assert first.keywords == ("Balkans", "doubts")
    assert told(thesis)[:5] == (
        ("scholarship",), "József Müller", "Études über NATO", "A University", "2004-06-00",
    )  # fmt: skip
    assert (entry.types, entry.date) == (("reference",), "2001-00-00")
    # A span of days in one month: what is certain is the month.
    assert (page.publisher, page.date) == ("A site", "2003-03-00")
    assert len(page.types) > 1


def test_bibtex_as_mendeley_and_endnote_write_it():
    article, book = read_file(HERE / "mendeley.bib")
    assert told(article) == (
        ("newspaper", "scholarship"), "Ada Writer and A Body, of Some Kind", "A Title in Braces", "A Journal",
        "1999-04-00", None, "10.1000/ABC.1",
    )  # fmt: skip
    assert article.keywords == ("scholarship",)
    assert book.author == "R. Gates and others"
    [news] = read_file(HERE / "endnote.bib")
    assert (news.types, news.date) == (("newspaper",), "1999-04-05")
    [bare] = read_references('@misc{a, title={T}, month = apr # "~5", year = 1999}')
    assert bare.date == "1999-04-05"


def test_ris_as_zotero_and_endnote_write_it():
    news, hearing = read_file(HERE / "zotero.ris")
    assert told(news)[:6] == (
        ("newspaper",), "Ada B. Writer and Jan Berg, Jr.", "The Chiefs Had Doubts", "A Newspaper", "1999-04-05",
        "https://example.org/a;b=1",
    )  # fmt: skip
    assert told(hearing)[:5] == (("hearing",), "A Committee", "A hearing", None, "1999-00-00")
    article, news = read_file(HERE / "endnote.ris")
    assert (article.key, article.title, article.publisher) == ("77", "An article", "A Journal")
    # A season is not a month; the year is certain.
    assert (article.date, article.unread) == ("2001-00-00", ("date 'Spring 2001'",))
    assert article.doi == "10.1000/xyz"
    assert news.date == "2001-03-03"


def test_csl_json_as_zotero_and_mendeley_write_it():
    news, book, interview, thesis, hearing = read_file(HERE / "zotero.json")
    assert told(news)[:6] == (
        ("newspaper",), "Jan van der Berg and A Body", "The Chiefs Had Doubts", "A Newspaper", "1999-04-05",
        "https://example.org/a",
    )  # fmt: skip
    assert (book.publisher, book.date) == ("A House", "2014-01-00")
    assert len(book.types) > 1
    assert (interview.date, interview.unread) == (None, ("date 'n.d.'",))
    assert thesis.date == "2000-01-00"
    assert (hearing.date, hearing.unread) == (None, ("date 'circa [1990]'",))


@pytest.mark.parametrize(
    ("said", "date"),
    [
        (("1999",), "1999-00-00"), (("1999-04",), "1999-04-00"), (("1999-04-05",), "1999-04-05"),
        (("1999-04-05T10:00:00Z",), "1999-04-05"), (("1999/04/05/",), "1999-04-05"), (("1999///",), "1999-00-00"),
        (("April 5, 1999",), "1999-04-05"), (("5 Apr. 1999",), "1999-04-05"), (("Sept 1999",), "1999-09-00"),
        (("1999 May 1st",), None), (("1999 May 1",), "1999-05-01"), (("1999-04-05/1999-04-08",), "1999-04-00"),
        (("1999", "1999/04/05"), "1999-04-05"), (("1998", "1999/04/05"), None), (("1999-02-30",), None),
        (("Spring 1999",), None), (("circa 1999",), None), (("04/05/1999",), None), (("1999?",), None), (("",), None),
        (("1999-13",), None), (("0000",), None), (("Marine 1999",), None), (("ju 1999",), None),
    ],
)  # fmt: skip
def test_a_date_is_read_whole_or_not_at_all(said, date):
    found, unread = read_date(*said)
    assert found == date
    assert (unread is None) == (date is not None or said == ("",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing of the kind", "no known format"),
        ("[]", "holds no entry"),
        ('[{"title": "x"}]', "item 1: is no item"),
        ("[{", "line 1: is not JSON"),
        ("[" * 100_000, "is not JSON"),
        (
            f"@misc{{a, title = {{no end{END}@book{{b, title={{b}}}}",
            "line 1: an entry of BibTeX is broken",
        ),
        (
            f"{END}@misc{{a, title={{b}}, title={{c}}}}",
            "line 2: an entry has the field title twice",
        ),
        (END.join(["TY  - BOOK", "TI  - a", ""]), "line 1: the record does not end"),
        (
            END.join(["TY  - BOOK", "TI  - a", "TY  - NEWS", "ER  - "]),
            "line 1: the record does not end",
        ),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(text, message):
    with pytest.raises(UnreadableError, match=message):
        read_references(text)


def test_two_entries_of_one_key_are_both_read():
    assert [r.title for r in read_references("@misc{a, title={b}} @misc{a, title={c}}")] == [
        "b",
        "c",
    ]
