"""The codebook of the derived files has a row for each of their columns, and says what holds of them."""

import html
import re
from html.parser import HTMLParser

import pandas as pd
import pyreadstat
import pytest

from replication import paths
from replication.casefile import load_cases
from replication.codebook import read_codebook
from replication.dataset import build
from replication.exports import write_sav, write_stata
from replication.report.codebook_tables import COLUMNS, codebook_frame, write_codebook
from replication.tables import read_table, write_table

BOOK = read_codebook(paths.CODEBOOK)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("codebook")
    frames = build(load_cases(paths.CASES, BOOK), BOOK)
    for name, frame in frames.items():
        write_table(folder / f"{name}.csv", frame)
    for name in ("cases", "actors"):
        write_stata(folder / f"{name}.dta", frames[name], BOOK)
        write_sav(folder / f"{name}.sav", frames[name], BOOK)
    write_codebook(folder / "codebook.csv", folder / "codebook.html", BOOK)
    return folder


def test_rows_are_the_columns_of_every_derived_file(written):
    rows = read_table(written / "codebook.csv")
    assert list(rows.columns) == list(COLUMNS)
    for table in BOOK.tables:
        mine = rows[rows["table"] == table]
        assert list(mine["column"]) == list(read_table(written / f"{table}.csv").columns)
        assert list(mine["position"]) == list(range(1, len(mine) + 1))
        for suffix, read in (("dta", pyreadstat.read_dta), ("sav", pyreadstat.read_sav)):
            file = written / f"{table}.{suffix}"
            if not file.exists():
                assert mine["column_dta_sav"].isna().all()
                continue
            content, meta = read(file)
            kept = mine.dropna(subset="column_dta_sav")
            assert list(kept["column_dta_sav"]) == list(content.columns)
            assert list(kept["label"]) == meta.column_labels


def test_every_value_obeys_its_row(written):
    for row in read_table(written / "codebook.csv").to_dict("records"):
        values = read_table(written / f"{row['table']}.csv")[row["column"]]
        place = f"{row['table']}.{row['column']}"
        if pd.isna(row["missing"]):
            assert values.notna().all(), f"{place} says that nothing is missing"
        if not pd.isna(row["values"]) and row["type"] != "list":
            codes = {pair.split(" = ")[0] for pair in row["values"].split("; ")}
            found = {f"{v:.0f}" if isinstance(v, float) else str(v) for v in values.dropna()}
            assert found <= codes, place
        if not pd.isna(row["minimum"]):
            assert (values.dropna() >= row["minimum"]).all(), place
        if not pd.isna(row["pattern"]):
            assert all(re.search(row["pattern"], str(v)) for v in values.dropna()), place


def test_every_row_has_label_type_and_rule():
    frame = codebook_frame(BOOK)
    assert (frame[["label", "type", "rule"]] != "").all().all()
    assert not frame.duplicated(["table", "column"]).any()


def test_the_page_has_every_column_once_and_loads_nothing(written):
    page = (written / "codebook.html").read_text(encoding="utf-8")
    ids, links = [], []

    class Reader(HTMLParser):
        def handle_starttag(self, _, attrs):
            ids.extend(value for name, value in attrs if name == "id")
            links.extend(value for name, value in attrs if name in ("href", "src"))

    Reader().feed(page)
    frame = codebook_frame(BOOK)
    assert len(ids) == len(set(ids))
    assert set(frame["table"] + "." + frame["column"]) <= set(ids)
    assert all(link[1:] in ids for link in links)


def test_the_page_shows_the_scale_of_weights_its_rule_and_every_explanation(written):
    page = (written / "codebook.html").read_text(encoding="utf-8")
    [part] = re.findall('<section id="weights-of-evidence">(.*?)</section>', page, re.DOTALL)
    shown = html.unescape(part)
    weights = BOOK.weights
    assert weights.scale.rule in shown
    explanations = [weights.explanation, *weights.rivals.values()]
    assert len(explanations) >= 3
    places = [shown.index(f"<code>{one.name}</code> {one.label}") for one in explanations]
    assert places == sorted(places)
    assert all(one.rule in shown for one in explanations)
    scale = vars(weights.scale)["values"]
    assert len(re.findall("<li>", part)) == len(scale)
    for code, value in scale.items():
        sign = "+" if code > 0 else ""
        assert f"<b>{sign}{code}</b> {value.label}: {value.rule}" in shown


def test_the_same_codebook_gives_the_same_bytes(written, tmp_path):
    write_codebook(tmp_path / "codebook.csv", tmp_path / "codebook.html", BOOK)
    for name in ("codebook.csv", "codebook.html"):
        assert (tmp_path / name).read_bytes() == (written / name).read_bytes()
