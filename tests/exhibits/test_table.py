"""Tables: what each format says, that the formats agree, and that no text breaks any of them."""

import csv
import html
import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import HOSTILE
from test_latex import compiles

from replication.exhibits.text import visible
from replication.exhibits.typesetting.formatted import formatted_table
from replication.exhibits.typesetting.table import (
    Cell,
    Column,
    Table,
    TableRow,
    csv_frame,
    write_table_files,
)
from replication.exhibits.typesetting.table_html import table_html
from replication.exhibits.typesetting.table_tex import table_tex

PACKAGES = "¦usepackage[utf8]{inputenc} ¦usepackage{booktabs,threeparttable}"
COLUMNS = (
    Column("case", "Case"),
    Column("code", "Code", kind="integer", group="Values"),
    Column("share", "Share", kind="number", digits=1, group="Values"),
    Column("p", "p-value", kind="p_value"),
)


@dataclass
class Cells:
    """Texts of header and data cells, row by row, and every tag met: the work of another parser."""

    rows: list
    tags: list

    @classmethod
    def of(cls, text):
        """Parse the HTML of a table, which is XML but for its line breaks."""
        root = ET.fromstring(text.replace("<br>", "<br/>"))
        rows = [["".join(cell.itertext()).strip() for cell in row] for row in root.iter("tr")]
        return cls(rows, [element.tag for element in root.iter()])


def small(rows, **fields):
    return Table("table_x", "A title", COLUMNS, tuple(rows), **fields)


def test_every_kind_of_value_is_shown_as_it_should_be():
    table = small([
        TableRow({"case": "A", "code": 2, "share": -0.55, "p": 0.0001}, panel="One"),
        TableRow({"case": "B", "code": None, "share": np.inf, "p": 0.25}, panel="Two"),
    ])  # fmt: skip
    (first, (a,)), (second, (b,)) = formatted_table(table).panels
    assert (first, second) == ("One", "Two")
    assert [cell.lines for cell in a] == [("A",), ("2",), ("−0.6",), ("<0.001",)]
    assert [cell.lines for cell in b] == [("B",), ("–",), ("∞",), ("0.250",)]


def test_reasons_become_lettered_footnotes():
    content = formatted_table(small([
        TableRow({"case": "A", "code": 1, "share": np.nan, "p": np.nan}, note="separation"),
        TableRow({"case": "B", "code": 1, "share": 1.0, "p": 0.5}, note="few cases"),
        TableRow({"case": "C", "code": Cell(1, note="separation"), "share": Cell(0.5, note="other"), "p": 0.5}),
    ]))  # fmt: skip
    marks = [[cell.marks for cell in row] for _, rows in content.panels for row in rows]
    assert marks == [["", "", "a", "a"], ["b", "", "", ""], ["", "a", "c", ""]]
    assert content.reasons == (("a", "separation"), ("b", "few cases"), ("c", "other"))


def test_more_reasons_than_letters():
    table = small([TableRow({"case": str(i)}, note=f"reason {i}") for i in range(30)])
    assert [letter for letter, _ in formatted_table(table).reasons][24:29] == [
        "y",
        "z",
        "aa",
        "ab",
        "ac",
    ]


def test_html_has_caption_scopes_and_all_cells():
    table = small(
        [TableRow({"case": "A", "code": 1, "share": 0.5, "p": 0.5}, panel="One")],
        notes=("A note.",),
    )
    text = table_html(table)
    assert "<caption>A title</caption>" in text
    assert text.count('scope="col"') == 4
    assert (
        text.count('scope="colgroup"')
        == text.count('scope="rowgroup"')
        == text.count('scope="row"')
        == 1
    )
    assert Cells.of(text).rows == [["", "Values", ""], ["Case", "Code", "Share", "p-value"], ["One"],
                                ["A", "1", "0.5", "0.500"], ["A note."]]  # fmt: skip


@given(st.text(max_size=60))
@settings(max_examples=60)
def test_any_text_comes_back_from_html(text):
    columns = (Column("a", text), Column("b", "B", group=text))
    table = Table(
        "t", text, columns, (TableRow({"a": text, "b": text}, panel=text),), notes=(text,)
    )
    cells = Cells.of(table_html(table))
    assert [[cell.strip() for cell in row] for row in cells.rows if len(row) == 2][-1] == [
        visible(text).strip()
    ] * 2
    assert set(cells.tags) <= {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "p"}


@given(st.text(max_size=40), st.floats(allow_nan=False), st.integers(-99, 99))
@settings(max_examples=60)
def test_csv_reads_back_unrounded(text, share, code):
    frame = csv_frame(small([TableRow({"case": text, "code": code, "share": share, "p": 0.1})]))
    row = frame.iloc[0]
    assert row["case"].removeprefix("'") == text.removeprefix("'") or row["case"] == text
    assert (row["share"], row["code"]) == (share, code)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "＝1", "－1"]
)
def test_csv_texts_are_no_formulas(text):
    frame = csv_frame(small([TableRow({"case": text, "code": -3, "share": -1.5})]))
    assert frame.loc[0, "case"] == "'" + text
    assert (frame.loc[0, "code"], frame.loc[0, "share"]) == (-3, -1.5)


def test_csv_guards_given_data_too_and_leaves_numbers_alone():
    data = pd.DataFrame(
        {
            "=name": ["=x", "y"],
            "value": [-1.0, np.inf],
            "count": pd.array([-1, None], dtype="Int64"),
        }
    )
    frame = csv_frame(small([], data=data))
    assert list(frame.columns) == ["'=name", "value", "count"]
    assert list(frame["'=name"]) == ["'=x", "y"]
    assert frame[["value", "count"]].equals(data[["value", "count"]])


def test_csv_names_panels_and_reasons():
    frame = csv_frame(
        small(
            [
                TableRow({"case": "A"}, panel="One", note="separation"),
                TableRow({"case": Cell("B", note="thin")}),
            ]
        )
    )
    assert list(frame.columns) == ["panel", "case", "code", "share", "p", "note"]
    assert list(frame["note"]) == ["separation", "thin"]
    assert frame["share"].isna().all()


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "../x"}, {"name": "A b"}, {"columns": ()}, {"columns": (Column("a", "A"), Column("a", "B"))},
        {"rows": (TableRow({"nothing": 1}),)},
    ],
)  # fmt: skip
def test_unsound_tables_are_refused(fields):
    with pytest.raises(ValueError, match=r"allowed|at least one"):
        Table(**{"name": "x", "title": "t", "columns": COLUMNS, "rows": (), **fields})


def hostile_table(count, columns, name="t"):
    names = [HOSTILE[i % len(HOSTILE)] for i in range(count)]
    return Table(
        name,
        HOSTILE[2],
        (
            Column("case", HOSTILE[0]),
            *(Column(f"v{i}", f"Military {HOSTILE[i % 3]}", kind="integer", group="A & B_" * (i < 2))
              for i in range(columns)),
        ),
        tuple(TableRow({"case": text, **{f"v{j}": (i * j) % 5 if j != 1 else None for j in range(columns)}},
                  panel=HOSTILE[i * 3 // count], note=HOSTILE[i % 4]) for i, text in enumerate(names)),
        notes=tuple(HOSTILE),
    )  # fmt: skip


@pytest.mark.parametrize(("count", "columns"), [(0, 3), (1, 3), (46, 8), (300, 2), (5, 40)])
def test_hostile_tables_of_every_size_compile(count, columns, tmp_path):
    table = hostile_table(count, columns) if count else small([])
    text, log = compiles(table_tex(table), tmp_path, PACKAGES)
    assert "Float too large" not in log
    assert ("<script>" in text) == (count > 0)
    assert ("There is nothing to show" in text) == (count == 0)


def test_no_table_is_wider_than_the_page(tmp_path):
    """With the box stretched instead of centred, LaTeX reports what is too wide."""
    tables = [hostile_table(12, columns) for columns in (1, 3, 8, 30)]
    body = "\n".join(
        table_tex(table).replace("[\\textwidth][c]", "[\\textwidth][s]") for table in tables
    )
    _, log = compiles(body, tmp_path, PACKAGES + " ¦setlength{¦textwidth}{455pt}")
    assert [too for too in re.findall(r"hbox \(([0-9.]+)pt too wide", log) if float(too) > 3] == []


def test_columns_that_do_not_fit_go_on_in_another_part():
    latex = table_tex(hostile_table(5, 40))
    assert latex.count("\\begin{table}") == latex.count("\\toprule") > 1
    assert latex.count("\\label{") == latex.count("\\begin{tablenotes}") == 1
    assert (
        latex.count("(continued)")
        == latex.count("\\addtocounter{table}{-1}")
        == latex.count("\\begin{table}") - 1
    )


def test_rows_beyond_a_page_go_on_in_another_part():
    latex = table_tex(small([TableRow({"case": f"Case{i:03d}x", "code": i}) for i in range(150)]))
    assert latex.count("\\begin{table}") > 2
    assert all(latex.count(f"Case{i:03d}x") == 1 for i in range(150))


def test_lines_of_a_cell_stand_below_each_other():
    table = Table("t", "T", (Column("a", "A"), Column("b", "M1", align="centre")),
                  (TableRow({"a": "x", "b": Cell(("0.5", "[0.1, 0.9]"), note="why")}),))  # fmt: skip
    assert "0.5<br>[0.1, 0.9]<sup>a</sup>" in re.sub(r"\n", "", table_html(table))
    latex = table_tex(table)
    assert (
        latex.index("0.5")
        < latex.index("\\tabularnewline" + "\n & ")
        < latex.index("0.1, 0.9]\\tnote{a}")
    )


def test_written_csv_is_read_by_another_reader(tmp_path):
    write_table_files(hostile_table(12, 2), tmp_path)
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["case"].removeprefix("'") for row in rows] == list(HOSTILE)
    assert html.unescape((tmp_path / "t.html").read_text(encoding="utf-8")).count(HOSTILE[0]) >= 3
