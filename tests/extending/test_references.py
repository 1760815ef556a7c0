"""Entries as reference managers write them are read; what is not certain is named."""

import json

import pytest

from replication.references.reading import read_references
from replication.references.reference import UnreadableError, read_date

ZOTERO_BIBLATEX = r"""
@article{writer_chiefs_1999,
  entrysubtype = {newspaper},
  title = {The {Chiefs} Had Doubts: 50\% of \$5 Billion},
  author = {Writer, Ada B. and van der Berg, Jan and Smith, Jr., Bob},
  date = {1999-04-05},
  journaltitle = {A Newspaper},
  url = {https://example.org/a%20b_c?x=1&y=2},
  urldate = {2020-01-02},
  keywords = {Balkans,doubts},
}
@thesis{m_thesis_2004, type = {Doctoral dissertation}, title = {Études {\"u}ber NATO},
  author = {M{\"u}ller, J{\'o}zsef}, date = {2004-06}, institution = {A University}}
@inreference{entry, title = {Kosovo}, date = {2001}, publisher = {An Encyclopedia}}
@online{page, title = {A page}, organization = {A site}, date = {2003-03-01/2003-03-09}}
"""
MENDELEY_BIBTEX = r"""
@article{Writer1999,
author = {Writer, Ada and {A Body, of Some Kind}},
doi = {10.1000/ABC.1},
journal = {A Journal},
month = {apr},
title = {{A Title in Braces}},
volume = {12},
year = {1999},
mendeley-tags = {scholarship}
}
@book{Gates2014, author = {Gates, R. and others}, title = {A Book}, publisher = {A House}, year = {2014}}
"""
ENDNOTE_BIBTEX = r"""
@article{RN12,
   author = {Writer, Ada},
   title = {A report from the field},
   journal = {A Newspaper},
   month = {April 5},
   year = {1999},
   type = {Newspaper Article}
}
"""
ZOTERO_RIS = """\
TY  - NEWS
TI  - The Chiefs Had Doubts
AU  - Writer, Ada B.
AU  - Berg, Jan, Jr.
T2  - A Newspaper
PB  - A House
DA  - 1999/04/05/
PY  - 1999
UR  - https://example.org/a;b=1
KW  - doubts
ER  -\x20

TY  - HEAR
TI  - A hearing
AU  - A Committee
DA  - 1999///
ER  -\x20
"""
ENDNOTE_RIS = """\
\ufeffTY  - JOUR
AU  - Writer, Ada
PY  - 2001
DA  - Spring
T1  - An article
JO  - A Journal
DO  - 10.1000/xyz
ID  - 77
ER  -\x20
TY  - NEWS
PY  - 2001
DA  - Mar 3
TI  - News
ER  -\x20
"""
ZOTERO_CSL = [
    {
        "id": "http://example.org/items/ABC", "type": "article-newspaper", "title": "The Chiefs Had Doubts",
        "container-title": "A Newspaper", "URL": "https://example.org/a",
        "author": [{"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"}, {"literal": "A Body"}],
        "issued": {"date-parts": [["1999", 4, 5]]},
    },
    {"id": "b", "type": "book", "title": "A Book", "publisher": "A House", "issued": {"date-parts": [[2014, 1]]}},
    {"id": "c", "type": "interview", "title": "I", "issued": {"literal": "n.d."}},
    {"id": "d", "type": "thesis", "title": "T", "issued": {"date-parts": [[2000, 1, 2], [2000, 1, 9]]}},
    {"id": "e", "type": "hearing", "title": "H", "issued": {"date-parts": [[1990]], "circa": True}},
]  # fmt: skip


def told(reference):
    return (
        reference.types, reference.author, reference.title, reference.publisher, reference.date, reference.url,
        reference.doi,
    )  # fmt: skip


def test_biblatex_as_zotero_writes_it():
    first, thesis, entry, page = read_references(ZOTERO_BIBLATEX)
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
    article, book = read_references(MENDELEY_BIBTEX)
    assert told(article) == (
        ("newspaper", "scholarship"), "Ada Writer and A Body, of Some Kind", "A Title in Braces", "A Journal",
        "1999-04-00", None, "10.1000/ABC.1",
    )  # fmt: skip
    assert article.keywords == ("scholarship",)
    assert book.author == "R. Gates and others"
    [news] = read_references(ENDNOTE_BIBTEX)
    assert (news.types, news.date) == (("newspaper",), "1999-04-05")
    [bare] = read_references('@misc{a, title={T}, month = apr # "~5", year = 1999}')
    assert bare.date == "1999-04-05"


def test_ris_as_zotero_and_endnote_write_it():
    news, hearing = read_references(ZOTERO_RIS)
    assert told(news)[:6] == (
        ("newspaper",), "Ada B. Writer and Jan Berg, Jr.", "The Chiefs Had Doubts", "A Newspaper", "1999-04-05",
        "https://example.org/a;b=1",
    )  # fmt: skip
    assert told(hearing)[:5] == (("hearing",), "A Committee", "A hearing", None, "1999-00-00")
    article, news = read_references(ENDNOTE_RIS.replace("\n", "\r\n"))
    assert (article.key, article.title, article.publisher) == ("77", "An article", "A Journal")
    # A season is not a month; the year is certain.
    assert (article.date, article.doi) == ("2001-00-00", "10.1000/xyz")
    assert news.date == "2001-03-03"


def test_csl_json_as_zotero_and_mendeley_write_it():
    news, book, interview, thesis, hearing = read_references(json.dumps(ZOTERO_CSL))
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
        ("@misc{a, title = {no end\n@book{b, title={b}}", "line 1: an entry of BibTeX is broken"),
        ("\n@misc{a, title={b}, title={c}}", "line 2: an entry has the field title twice"),
        ("TY  - BOOK\nTI  - a\n", "line 1: the record does not end"),
        ("TY  - BOOK\nTI  - a\nTY  - NEWS\nER  - ", "line 1: the record does not end"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(text, message):
    with pytest.raises(UnreadableError, match=message):
        read_references(text)


def test_two_entries_of_one_key_are_both_read():
    assert [r.title for r in read_references("@misc{a, title={b}}\n@misc{a, title={c}}")] == [
        "b",
        "c",
    ]
