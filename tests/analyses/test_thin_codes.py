"""Codes that rest on little, counted again in the case files by plain loops; what positions say of a search."""

import pandas as pd
import yaml
from comparative_data import BOOK, tables
from given_results import GivenResults

from replication import paths
from replication.analyses.measurement.thin_codes import (
    ACTORS,
    MARKS,
    positions,
    thin_codes,
    thin_counts,
)
from replication.casefile.rules import notices_of
from replication.exhibits.labels import Labels
from replication.exhibits.tables import positions_table, thin_codes_table


def _released():
    files = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(paths.CASES.glob("*.yaml"))]
    return [file for file in files if file["status"] != "draft"]


def _agreed(file):
    coding = file["codings"]["agreed"]
    for name, cell in coding["case"].items():
        yield "", name, cell
    for actor, cells in coding["actors"].items():
        for name, cell in cells.items():
            yield actor, name, cell


def test_thin_codes_are_those_that_plain_loops_find_in_the_case_files(derived):
    found = tables(derived)
    codes = thin_codes(found["codings"], found["evidence"], BOOK)
    counted = {}
    for file in _released():
        items = {item["id"].removeprefix(f"{file['case_id']}-"): item for item in file["evidence"]}
        for actor, name, cell in _agreed(file):
            if cell is None or cell["code"] is None:
                continue
            cited = [items[key.removeprefix(f"{file['case_id']}-")] for key in cell["evidence"]]
            sources = {key for item in cited for key in item["source"]}
            counted[file["case_id"], actor, name] = (
                len(cited) == 1,
                len(sources) == 1,
                not any(item["consulted"] for item in cited),
                all(item.get("absence") for item in cited),
                cell["confidence"] == 1,
            )
    marks = [mark for mark in MARKS if mark != "unvetted_only"]
    keys = codes[["case_id", "actor", "variable"]].fillna("").itertuples(index=False, name=None)
    values = codes[marks].astype(bool).itertuples(index=False, name=None)
    assert dict(zip(keys, values, strict=True)) == counted


def test_counts_add_up(derived):
    found = tables(derived)
    counts = thin_counts(thin_codes(found["codings"], found["evidence"], BOOK), BOOK)
    numbers = counts.columns[2:]
    assert list(counts[numbers].iloc[0]) == list(counts[numbers].iloc[1:].sum())


def _made_up():
    codings = pd.DataFrame(
        [
            ("a_1990", "agreed", "military", "io", "1", 1),
            ("a_1990", "agreed", "state", "io", None, None),
            ("b_1991", "agreed", "military", "io", None, None),
        ],
        columns=["case_id", "coding", "actor", "variable", "code", "confidence"],
    )
    evidence = pd.DataFrame(
        [
            ("a_1990-e01", "a_1990", "military.io;io_sought", "Wanted it.", "A;B", 0),
            ("a_1990-e02", "a_1990", "state.io", "Searched: cables.", None, 1),
            ("a_1990-e03", "a_1990", "state.io;military.io", "Searched: memoirs.", None, 1),
            ("b_1991-e01", "b_1991", "military.force", "Was against.", "C", 0),
            ("b_1991-e02", "b_1991", "military.io;state.io", "Searched: both.", None, 1),
        ],
        columns=["evidence_id", "case_id", "about", "statement", "source", "absence"],
    )
    return codings, evidence


def test_a_position_tells_its_code_or_what_was_searched():
    codings, evidence = _made_up()
    table = positions(["a_1990", "b_1991"], codings, evidence, BOOK)
    assert list(table["actor"]) == [*ACTORS] * 2
    rows = table.set_index(["case_id", "actor"])
    assert rows.loc[("a_1990", "military"), ["code", "n_items", "n_sources"]].tolist() == [
        "1",
        1,
        2,
    ]
    assert rows.loc[("a_1990", "state"), "searches"] == "a_1990-e02;a_1990-e03"
    assert rows.loc[("b_1991", "military"), ["n_items", "n_searches"]].tolist() == [0, 1]

    cases = pd.DataFrame({"case_id": ["a_1990", "b_1991"], "case_title": ["A 1990", "B 1991"]})
    given = {"endorsement_positions": table, "cases": cases, "evidence": evidence}
    shown = positions_table.make(GivenResults(given, Labels.of(BOOK)), "t")
    first, second = (row.cells for row in shown.rows)
    assert (first["military"], first["state"]) == ("1", "(0)")
    assert first["searched"] == "Searched: cables. Searched: memoirs."
    assert (second["military"], second["searched"]) == ("(0)", "Searched: both.")
    assert "all of these: 0 of 2" in shown.notes[0]


def test_the_table_names_every_code_that_has_a_mark(derived):
    found = tables(derived)
    codes = thin_codes(found["codings"], found["evidence"], BOOK)
    given = {"thin_counts": thin_counts(codes, BOOK), "thin_codes": codes}
    table = thin_codes_table.make(GivenResults(given, Labels.of(BOOK)), "t")
    marked = codes[codes[list(MARKS)].sum(axis=1) > 0]
    assert len(table.data) == len(marked)
    assert f"{len(marked)} of " in table.notes[0].replace(",", "")


def test_check_names_codes_that_one_item_carries():
    file = _released()[0]
    single = [
        f"{actor}.{name}" if actor else name
        for actor, name, cell in _agreed(file)
        if cell is not None and cell["code"] is not None and len(cell["evidence"]) == 1
    ]
    told = [words for _, words in notices_of(file, BOOK) if words.startswith("rest on one item")]
    assert told == [f"rest on one item: {', '.join(single)}"]
