"""The data in other formats are the data: read back by programs of others, and counted here."""

import json
import re
import sqlite3
import zipfile
from contextlib import closing
from xml.etree import ElementTree as ET

import pytest
from readers import read_by

from replication import paths
from replication.codebook import read_codebook
from replication.references.writing import FORMATS, bibtex, csl_json, ris, source_key
from replication.release.formats.writing import write_formats
from replication.tables import read_rows, read_table

BOOK = read_codebook(paths.CODEBOOK)
SOURCES = read_rows(paths.DERIVED / "sources.csv")
QDA = "{urn:QDA-XML:project:1.0}"

READ_REFERENCES = """
import json, sys
from pathlib import Path
import rispy
from citeproc.source.json import CiteProcJSON
from pybtex.database import parse_file
folder = Path(sys.argv[1])
bib = parse_file(str(folder / "sources.bib")).entries
ris = rispy.load((folder / "sources.ris").open(encoding="utf-8", newline=""))
csl = CiteProcJSON(json.loads((folder / "sources.csl.json").read_text(encoding="utf-8")))
print(json.dumps({
    "bib": {key: entry.fields.get("year", "") for key, entry in bib.items()},
    "ris": {entry["id"]: entry.get("year", "") for entry in ris},
    "csl": {key: str(getattr(entry.get("issued"), "year", "")) for key, entry in csl.items()},
    "titles": {entry["id"]: entry.get("title", "") for entry in ris},
}))
"""
READ_PROJECT = """
import json, sys
from pyrefiqda import RefiProject
project = RefiProject.load(sys.argv[1], sys.argv[2])
def below(codes):
    return sum(1 + below(code.code) for code in codes)
texts = project.sources.text_source
print(json.dumps({
    "codes": below(project.code_book.codes.code), "cases": len(project.cases.case), "texts": len(texts),
    "codings": sum(len(s.coding) for t in texts for s in t.plain_text_selection),
}))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("formats")
    write_formats(folder, paths.ROOT)
    return folder


def test_every_source_comes_back_under_its_key_with_its_year(made):
    found = read_by(READ_REFERENCES, made)
    years = {source_key(row): (row["date"] or "")[:4] for row in SOURCES}
    assert len(years) == len(SOURCES)
    for kind in ("bib", "ris"):
        assert {key: year.strip("/") for key, year in found[kind].items()} == years
    # citeproc-py makes keys lower case.
    assert found["csl"] == {key.lower(): year for key, year in years.items()}
    assert found["titles"] == {source_key(row): row["title"] for row in SOURCES}


def test_a_source_is_written_with_what_is_known_of_it():
    row = {
        "case_id": "haiti_1994", "source": "K1", "type": "newspaper", "author": "", "title": "War & {peace}: 50 %",
        "publisher": "New York Times", "date": "1994-09-00", "url": "",
    }  # fmt: skip
    assert bibtex([row]).splitlines() == [
        "@article{haiti_1994_K1,",
        "  title = {{War /& /{peace/}: 50 /%}},".replace("/", chr(92)),
        "  journal = {New York Times},",
        "  year = {1994},",
        "  month = {9},",
        "  keywords = {newspaper},",
        "}",
    ]
    assert ris([row]).splitlines() == [
        "TY  - NEWS", "ID  - haiti_1994_K1", "TI  - War & {peace}: 50 %", "PB  - New York Times", "PY  - 1994",
        "DA  - 1994/09//", "KW  - newspaper", "ER  - ",
    ]  # fmt: skip
    assert json.loads(csl_json([row]))[0]["issued"] == {"date-parts": [[1994, 9]]}


def test_every_type_of_source_has_a_type_in_each_format():
    for kind in BOOK.source_types:
        row = dict.fromkeys(SOURCES[0], "") | {"type": kind, "case_id": "a", "source": "K1"}
        assert all(len(make([row])) > 10 for make in FORMATS.values())


def test_the_database_holds_every_table_with_keys_that_hold(made):
    with closing(sqlite3.connect(made / "endorsement.sqlite")) as base:
        for name in BOOK.tables:
            frame = read_table(paths.DERIVED / f"{name}.csv")
            assert base.execute(f"SELECT count(*) FROM {name}").fetchone()[0] == len(frame)
            columns = [row[1] for row in base.execute(f"PRAGMA table_info({name})")]
            assert columns == list(frame.columns)
        assert base.execute("PRAGMA foreign_key_check").fetchall() == []
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        [seeking] = base.execute(
            "SELECT sum(sought) FROM cases WHERE sample = 'intervention'"
        ).fetchone()
        cases = read_table(paths.DERIVED / "cases.csv")
        assert seeking == cases.loc[cases["sample"] == "intervention", "sought"].sum()
        agreed = read_table(paths.DERIVED / "codings.csv").query("coding == 'agreed'")
        assert base.execute("SELECT count(*) FROM agreed_codes").fetchone()[0] == len(agreed)
        cited = agreed["evidence"].dropna().str.split(";").str.len().sum()
        query = "SELECT count(*) FROM cited_evidence WHERE coding = 'agreed'"
        assert base.execute(query).fetchone()[0] == cited
        infinite = base.execute(
            "SELECT count(*) FROM estimates WHERE conf_high = 9e999"
        ).fetchone()[0]
        estimates = read_table(paths.OUTPUT / "estimates.csv")
        assert infinite == (estimates["conf_high"] == float("inf")).sum()


def test_the_project_points_at_what_it_holds_and_its_places_are_the_items(made):
    with zipfile.ZipFile(made / "evidence.qdpx") as content:
        project = ET.fromstring(content.read("project.qde"))
        texts = {
            name: content.read(name).decode()
            for name in content.namelist()
            if name != "project.qde"
        }
    parts = [child.tag.removeprefix(QDA) for child in project]
    assert parts == ["Users", "CodeBook", "Variables", "Cases", "Sources", "Description"]
    given = [element.get("guid") for element in project.iter() if element.get("guid")]
    assert len(given) == len(set(given))
    for element in project.iter():
        for name in ("targetGUID", "creatingUser"):
            assert element.get(name) is None or element.get(name) in given
    items = {
        row["evidence_id"]: row["statement"] for row in read_rows(paths.DERIVED / "evidence.csv")
    }
    for source in project.iter(f"{QDA}TextSource"):
        text = texts["sources/" + source.get("plainTextPath").removeprefix("internal://")]
        for selection in source.iter(f"{QDA}PlainTextSelection"):
            start, end = int(selection.get("startPosition")), int(selection.get("endPosition"))
            item = selection.get("name")
            assert re.fullmatch(
                re.escape(item) + " [(].*?[)]: " + re.escape(items[item]), text[start:end]
            )
    assert len(texts) == len(read_rows(paths.DERIVED / "cases.csv"))


def expected_codings():
    rows = read_rows(paths.DERIVED / "codings.csv")
    agreed = [row for row in rows if row["coding"] == "agreed" and row["code"]]
    return sum(
        len(r["evidence"].split(";")) * len(r["code"].split(";")) for r in agreed if r["evidence"]
    )


def test_another_reader_finds_the_same_codes_cases_and_codings(made, tmp_path):
    found = read_by(READ_PROJECT, made / "evidence.qdpx", tmp_path)
    codes = sum(1 + len(variable.values) for variable in BOOK.cells.values())
    cases = len(read_rows(paths.DERIVED / "cases.csv"))
    assert found == {"codes": codes, "cases": cases, "texts": cases, "codings": expected_codings()}


def test_the_same_data_give_the_same_project_and_lists(made, tmp_path):
    write_formats(tmp_path, paths.ROOT)
    for name in (*FORMATS, "evidence.qdpx"):
        assert (tmp_path / name).read_bytes() == (made / name).read_bytes()
