"""Sources come from a reference manager into a case file: listed first, named where uncertain, the same both ways."""

import codecs
import json
import re
from itertools import groupby

import latexcodec  # noqa: F401 - makes the codec known
import pytest
import rispy
from in_process import project_in
from pybtex.database import parse_string

from replication import paths
from replication.casefile import load_cases
from replication.casefile.scaffold import new_case
from replication.cli import main
from replication.codebook import read_codebook
from replication.references.importing import import_references
from replication.references.placing import place
from replication.references.reading import read_references
from replication.references.writing import FORMATS, source_key
from replication.tables import read_rows

BOOK = read_codebook(paths.CODEBOOK)
SOURCES = read_rows(paths.DERIVED / "sources.csv")
FIELDS = ("type", "author", "title", "publisher", "date", "url")
LIBRARY = r"""
@article{writer1999, entrysubtype = {newspaper}, title = {Doubts}, author = {Writer, Ada}, date = {1999-04-05},
  journaltitle = {A Newspaper}, url = {https://www.example.org/doubts/?utm_source=mail}}
@book{gates2014, title = {Duty}, author = {Gates, Robert}, year = 2014}
@phdthesis{formula, title = {-1 and other numbers}, year = 2000}
@phdthesis{undated, title = {A thesis}, author = {Müller, J.}, year = {in press}, doi = {10.1000/A.1}}
@phdthesis{again, title = {Another title}, year = 2001, url = {https://doi.org/10.1000/a.1}}
@misc{nothing, note = {lost}, keywords = {memoir}}
"""


@pytest.fixture
def case(tmp_path):
    with project_in(tmp_path):
        yield new_case(paths.CASES, "libya_2011", BOOK)


def call(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        main(["import-sources", *map(str, arguments)])
    return ended.value.code, capsys.readouterr().out


@pytest.fixture
def library(tmp_path):
    path = tmp_path / "library.bib"
    path.write_text(LIBRARY, encoding="utf-8")
    return path


def test_a_listing_comes_first_and_nothing_is_guessed(case, library, capsys):
    before = case.read_bytes()
    status, told = call(capsys, library, "libya_2011")
    assert (status, case.read_bytes()) == (0, before)
    assert told.splitlines() == [
        "new    writer1999 <- writer1999: newspaper; Ada Writer; Doubts; A Newspaper; 1999-04-05; "
        "https://www.example.org/doubts/?utm_source=mail",
        "open   gates2014: Robert Gates; Duty; 2014-00-00",
        "       type of source: 'book' may be any of: memoir, official_history, scholarship, reference",
        "open   formula: -1 and other numbers; 2000-00-00",
        "       title: begins with '-', which spreadsheets run as a formula; begin otherwise",
        "new    undated <- undated: scholarship; J. Müller; A thesis; https://doi.org/10.1000/a.1",
        "       date 'in press' cannot be read; null is written",
        "there  again: Another title; 2001-00-00; https://doi.org/10.1000/a.1",
        "       repeats undated (same DOI)",
        "open   nothing: ",
        "       it has no title, author, publisher or address",
        "2 new, 1 there already, 3 cannot be placed.",
        'The type of an entry is told by a keyword (tag) of that name in the library, or by TYPES="gates2014=memoir".',
        "Nothing was written. To put the new ones in, add WRITE=1 (without make: --write).",
    ]


def test_what_is_written_changes_no_other_line_and_is_there_the_next_time(case, library, capsys):
    before = case.read_text(encoding="utf-8").splitlines()
    assert call(capsys, library, "libya_2011", "--types", "gates2014=memoir", "--write")[0] == 0
    after = case.read_text(encoding="utf-8").splitlines()
    place_of = before.index("sources: {}")
    assert after[:place_of] == before[:place_of]
    assert after[place_of] == "sources:"
    assert after[-(len(before) - place_of - 1) :] == before[place_of + 1 :]
    [read] = load_cases(paths.CASES, BOOK)
    assert [*read.sources] == ["writer1999", "gates2014", "undated"]
    assert read.sources["gates2014"].type == "memoir"
    written = case.read_bytes()
    status, told = call(capsys, library, "libya_2011", "--types", "gates2014=memoir", "--write")
    assert (status, case.read_bytes()) == (0, written)
    assert "repeats writer1999 (same address)" in told
    assert "0 new, 4 there already, 2 cannot be placed." in told


@pytest.mark.usefixtures("case")
def test_what_is_there_needs_no_type_and_a_type_that_is_none_is_told(library, capsys):
    assert call(capsys, library, "libya_2011", "--types", "gates2014=memoir", "--write")[0] == 0
    told = call(capsys, library, "libya_2011")[1]
    assert "there  gates2014: Robert Gates; Duty; 2014-00-00" in told
    assert "repeats gates2014 (same title and year)" in told
    assert "0 new, 4 there already, 2 cannot be placed." in told
    told = call(capsys, library, "libya_2011", "--types", "gates2014=novel")[1]
    assert "open   gates2014: Robert Gates" in told
    assert "'novel' is not a type of source" in told
    told = call(capsys, library, "libya_2011", "--duplicates")[1]
    assert "open   gates2014: Robert Gates" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("libya_2012",), "there is no case file"),
        (("libya_2011", "--types", "gates=memoir"), "there is no entry 'gates'"),
        (("libya_2011", "--types", "gates2014=diary"), "'diary' is not a type of source; allowed: interview,"),
    ],
)  # fmt: skip
def test_a_slip_is_named_and_nothing_is_written(case, library, capsys, arguments, message):
    before = case.read_bytes()
    _, told = call(capsys, library, *arguments)
    assert message in told
    assert case.read_bytes() == before


def test_a_file_that_is_no_library_or_a_faulty_case_is_refused(case, tmp_path, capsys, library):
    wrong = tmp_path / "old.ris"
    wrong.write_bytes("TY  - NEWS%sTI  - Café%sER  - ".replace("%s", chr(10)).encode("latin-1"))
    status, told = call(capsys, wrong, "libya_2011")
    assert (status, told.strip()) == (
        1,
        f"{wrong}: line 2: is not UTF-8; export it again with the encoding UTF-8. Nothing was written.",
    )
    assert call(capsys, tmp_path / "none.bib", "libya_2011")[0] == 1
    case.write_text(case.read_text().replace("status: draft", "status: drafft"))
    status, told = call(capsys, library, "libya_2011", "--write")
    assert status == 1
    assert "'drafft' is not allowed" in told


@pytest.mark.parametrize("name", FORMATS)
def test_sources_that_went_out_come_back_the_same(name):
    repeated = []
    for case_id, group in groupby(SOURCES, key=lambda row: row["case_id"]):
        rows = list(group)
        placed = place(read_references(FORMATS[name](rows)), {}, BOOK, prefix=f"{case_id}_")
        assert [one.key for one in placed] == [row["source"] for row in rows]
        expected = [{field: row[field] or None for field in FIELDS} for row in rows]
        copies = [row["copy"] == "1" for row in rows]
        assert [{field: one.source[field] for field in FIELDS} for one in placed] == expected
        assert [one.source.get("copy", False) for one in placed] == copies
        repeated += [f"{case_id}: {one.key} is {one.same}" for one in placed if one.same]
    # Sources that the case files themselves have twice; nearly all are told apart.
    assert len(repeated) < len(SOURCES) / 100


def test_the_sources_of_a_case_fill_an_empty_case(case):
    [original] = [c for c in load_cases(paths.RAW / "cases", BOOK) if c.case_id == "libya_2011"]
    rows = [row for row in SOURCES if row["case_id"] == "libya_2011"]
    for make in FORMATS.values():
        found = import_references(read_references(make(rows)), case, BOOK, repeated=True)
        case.write_text(found.text, encoding="utf-8")
        [filled] = load_cases(paths.CASES, BOOK)
        assert dict(filled.sources) == dict(original.sources)
        case.unlink()
        new_case(paths.CASES, "libya_2011", BOOK)


def latex(text):
    """Turn LaTeX into characters by the codec that pybtex uses; braces group, and are no characters."""
    # The codec leaves an escaped dollar as it is.
    return re.sub(r"[{}]|\\(?=[$])", "", codecs.decode(text, "ulatex"))


def test_other_readers_find_the_same_words_in_the_exports():
    bib = parse_string(FORMATS["sources.bib"](SOURCES), "bibtex").entries
    records = rispy.loads(
        FORMATS["sources.ris"](SOURCES).replace("\r", ""), delimiter_tags_mapping={}
    )
    ris = {record["id"]: record for record in records}
    csl = {item["id"]: item for item in json.loads(FORMATS["sources.csl.json"](SOURCES))}
    assert [*bib] == [*ris] == [*csl] == [source_key(row) for row in SOURCES]
    for row in SOURCES:
        key = source_key(row)
        fields = bib[key].fields
        assert [fields.get("url", ""), fields["keywords"].split(",")[0]] == [
            row["url"],
            row["type"],
        ]
        authors = [latex(str(person)) for person in bib[key].persons.get("author", [])]
        assert authors == [row["author"]] * bool(row["author"])
        assert latex(fields.get("title", "")) == row["title"]
        assert ris[key].get("urls", [""])[0] == row["url"]
        assert ris[key].get("authors", [""])[0] == row["author"]
        for other in (ris[key].get("title", ""), csl[key].get("title", "")):
            assert other == row["title"]
