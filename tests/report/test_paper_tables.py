"""Tables and coded data as the paper sets them, against the objects and tables they come from."""

import csv

import pytest

from replication import paths
from replication.codebook import read_codebook
from replication.exhibits.labels import Labels
from replication.exhibits.typesetting.formatted import table_record
from replication.exhibits.typesetting.table import Cell, Column, Table, TableRow
from replication.report.cells import columns_of
from replication.report.inputs import placed
from replication.report.paper_tables import (
    breakable,
    codebook_content,
    coded_data,
    exhibit_table,
    height_to_width,
    table_content,
)

DASH = chr(0x2013)


def made(**changes):
    parts = {
        "name": "table01_x",
        "title": "Title",
        "columns": (
            Column("a", "Effect"),
            Column("b", "Estimate", "number", group="p-value"), Column("c", "N", "integer", group="p-value"),
        ),
        "rows": (
            TableRow({"a": "first", "b": 0.5, "c": 3}, panel="Upper"),
            TableRow({"a": "second", "b": None, "c": Cell(4, note="counted twice")}, panel="Lower", note="separated"),
        ),
        "notes": ("How to read it.",),
    }  # fmt: skip
    table = Table(**{**parts, **changes})
    return table_content({"title": table.title, "content": table_record(table)})


def test_a_table_keeps_its_cells_panels_and_reasons():
    content = made()
    assert [panel["heading"] for panel in content["panels"]] == ["Upper", "Lower"]
    assert [cell["lines"] for cell in content["panels"][0]["rows"][0]] == [
        ["first"],
        ["0.50"],
        ["3"],
    ]
    second = content["panels"][1]["rows"][0]
    assert second[1] == {"lines": [DASH], "marks": "a"}
    assert second[2]["marks"] == "b"
    assert content["reasons"] == [
        {"mark": "a", "reason": "separated"},
        {"mark": "b", "reason": "counted twice"},
    ]
    assert [column["align"] for column in content["columns"]] == ["left", "right", "right"]
    assert content["groups"][-1] == {"heading": "p-value", "first": 2, "last": 3}
    assert content["empty"] == ""


def test_a_table_without_rows_says_so():
    assert "nothing to show" in made(rows=())["empty"]


def test_a_table_without_groups_has_none():
    assert made(columns=(Column("a", "Effect"),), rows=())["groups"] == []


def test_an_unknown_table_names_those_there_are(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "BUILD", tmp_path)
    (tmp_path / "exhibits").mkdir()
    (tmp_path / "exhibits" / "table01_sample.json").write_text("{}", encoding="utf-8")
    with pytest.raises(KeyError, match=r"table99_none.*table01_sample"):
        exhibit_table("table99_none")


def rows_of(project, name):
    with (placed(paths.DERIVED, project) / f"{name}.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        return list(csv.DictReader(file))


def test_every_agreed_code_is_in_the_appendix_with_its_address(real):
    book = read_codebook(paths.CODEBOOK)
    cases, actors = rows_of(real, "cases"), rows_of(real, "actors")
    content = coded_data(cases, actors, book)
    shown = {
        code["address"]: code["code"]
        for panel in content["panels"]
        for row in panel["rows"]
        for code in row["codes"]
    }
    columns = [c for _, members in columns_of(book, Labels.of(book)) for c in members]
    expected = {
        f"{case['case_id']}/{c.name}"
        for case in cases
        for c in columns
        if c.variable.type in ("ordinal", "list")
    }
    assert set(shown) == expected
    for row in rows_of(real, "codings"):
        name = f"{row['actor']}.{row['variable']}" if row["actor"] else row["variable"]
        address = f"{row['case_id']}/{name}"
        if row["coding"] != "agreed" or address not in shown:
            continue
        written = row["code"].replace(";", ", ").replace("_", " ") or DASH
        assert shown[address].lstrip("+").replace(chr(0x2212), "-") == written


def test_cases_stand_under_their_sample(real):
    cases = rows_of(real, "cases")
    content = coded_data(cases, rows_of(real, "actors"), read_codebook(paths.CODEBOOK))
    assert [panel["heading"] for panel in content["panels"]] == [
        "intervention",
        "considered",
        "comparison",
    ]
    assert sum(len(panel["rows"]) for panel in content["panels"]) == len(cases)


def test_no_case_gives_no_panel():
    content = coded_data([], [], read_codebook(paths.CODEBOOK))
    assert content["panels"] == []
    assert content["heads"]


def test_the_codebook_has_every_coded_variable_with_all_its_values():
    book = read_codebook(paths.CODEBOOK)
    entries = {entry["variable"]: entry for entry in codebook_content(book) if entry["variable"]}
    for variable in (*book.case, *book.actor):
        values = [
            value["code"].lstrip("+").replace(chr(0x2212), "-")
            for value in entries[variable.name]["values"]
        ]
        assert values == [str(code) for code in variable.values]
    assert len(codebook_content(book)) == len(book.case) + len(book.actor) + 1 + len(book.actors)


def test_only_a_word_longer_than_a_column_gets_places_to_break():
    break_ = chr(0x200B)
    assert breakable("x" * 45 + " y") == "x" * 45 + " y"
    long = breakable("a " + "x" * 46 + " b")
    assert long.replace(break_, "") == "a " + "x" * 46 + " b"
    assert max(map(len, long.split(break_))) <= 17
    assert breakable("a" + chr(10) + "b") == "a b"


def test_the_shape_of_a_figure_is_read_from_its_file(tmp_path):
    file = tmp_path / "figure.pdf"
    file.write_bytes(b"%PDF-1.4 << /Type /Page /MediaBox [ 0 0 504 126.5 ] >>")
    assert height_to_width(file) == 126.5 / 504
    file.write_bytes(b"%PDF-1.4")
    with pytest.raises(ValueError, match="no size of a page"):
        height_to_width(file)
