"""Tables hold everything the case files hold, and the labelled copies hold what the tables hold."""

import time
from datetime import date

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import yaml

from replication import paths
from replication.casefile import check_cases, load_cases
from replication.codebook import read_codebook
from replication.dataset import build, derive
from replication.exports import exported_name, write_sav, write_stata
from replication.precision import rounded_frame
from replication.tables import read_table, write_table
from replication.yaml_reading import InputError

BOOK = read_codebook(paths.CODEBOOK)
SMALL = paths.ROOT / "tests" / "data" / "small" / "atlantis_2001.yaml"
RAW = [
    case
    for p in paths.CASES.glob("*.yaml")
    if (case := yaml.load(p.read_text(encoding="utf-8"), yaml.CSafeLoader))["status"] == "released"
]

WRITERS = {"dta": write_stata, "sav": write_sav}
CITED = (
    "Please cite: the contributors – (2026). "
    + "A long title, which takes more than a line. " * 4
    + "1.0"
)
READERS = {"dta": pyreadstat.read_dta, "sav": pyreadstat.read_sav}


@pytest.fixture(scope="module")
def frames():
    return build(load_cases(paths.CASES, BOOK), BOOK)


@pytest.fixture(scope="module")
def small():
    return build(load_cases(SMALL.parent, BOOK), BOOK)


def copies(folder, count, *, status="released"):
    """Write `count` copies of the small case under names of their own, a day apart."""
    text = SMALL.read_text(encoding="utf-8").replace("status: released", f"status: {status}")
    for i in range(count):
        day = date.fromordinal(date(1990, 1, 1).toordinal() + i).isoformat()
        case = text.replace("atlantis_2001", f"copy_{i}").replace("'2001-03-00'", f"'{day}'")
        (folder / f"copy_{i}.yaml").write_text(case, encoding="utf-8")
    return load_cases(folder, BOOK)


def whole(item, case):
    """Write out a short id."""
    return item if "-" in item else f"{case['case_id']}-{item}"


def raw_cells(case, name):
    coding = case["codings"][name]
    yield from coding.get("case", {}).items()
    for actor, cells in coding.get("actors", {}).items():
        yield from ((f"{actor}.{key}", cell) for key, cell in cells.items())


def test_every_case_item_source_fact_and_coding_of_the_files_is_in_the_tables(frames):
    assert set(frames["cases"]["case_id"]) == {case["case_id"] for case in RAW}
    assert set(frames["evidence"]["evidence_id"]) == {
        whole(i["id"], case) for case in RAW for i in case["evidence"]
    }
    sources = zip(frames["sources"]["case_id"], frames["sources"]["source"], strict=True)
    assert set(sources) == {(case["case_id"], key) for case in RAW for key in case["sources"]}
    cells = {
        (case["case_id"], name, cell): content
        for case in RAW
        for name in case["codings"]
        for cell, content in raw_cells(case, name)
    }
    table = frames["codings"]
    keys = table["actor"].str.cat(table["variable"], sep=".").fillna(table["variable"])
    assert set(zip(table["case_id"], table["coding"], keys, strict=True)) == cells.keys()
    for row, key in zip(table.itertuples(), keys, strict=True):
        content = cells[row.case_id, row.coding, key]
        code = content["code"]
        expected = (
            ";".join(code) or "none"
            if isinstance(code, list)
            else code
            if code is None
            else str(code)
        )
        assert (None if pd.isna(row.code) else row.code) == expected
        assert (None if pd.isna(row.confidence) else row.confidence) == content["confidence"]
        cited = [whole(i, {"case_id": row.case_id}) for i in content["evidence"]]
        assert (None if pd.isna(row.evidence) else row.evidence) == (";".join(cited) or None)
    assert len(frames["facts"]) == sum(len(case["facts"]) for case in RAW)


def test_agreed_codes_and_identity_stand_in_the_case_and_actor_tables(frames):
    cases = frames["cases"].set_index("case_id")
    actors = frames["actors"].set_index(["case_id", "actor"])
    for case in RAW:
        row = cases.loc[case["case_id"]]
        assert row["case_title"] == case["name"]
        assert row["year"] == int(case["decision_date"][:4])
        assert row["recchia_case"] == int(case["recchia_case"])
        for key, cell in raw_cells(case, "agreed"):
            actor, _, name = key.rpartition(".")
            where = actors.loc[case["case_id"], actor] if actor else row
            if not isinstance(cell["code"], list):
                assert (None if pd.isna(where[name]) else where[name]) == cell["code"]
            confidence = where[f"{name}_confidence"]
            assert (None if pd.isna(confidence) else confidence) == cell["confidence"]
        for name, fact in case["facts"].items():
            assert (None if pd.isna(row[name]) else row[name]) == fact["value"]


def test_columns_are_those_of_the_codebook_and_rows_follow_time(frames):
    for name, frame in frames.items():
        assert list(frame.columns) == [column.name for column in BOOK.columns(name)]
        for column in BOOK.columns(name):
            if column.labels and column.type != "list":
                assert set(frame[column.name].dropna()) <= set(column.labels)
    order = frames["cases"][["decision_date", "case_id"]]
    assert order.equals(order.sort_values(["decision_date", "case_id"], ignore_index=True))
    assert list(frames["actors"]["case_id"]) == list(np.repeat(order["case_id"], len(BOOK.actors)))


def test_marks_of_codings_and_sources(small):
    codings = small["codings"].set_index(["coding", "variable"])
    assert list(small["codings"]["coding"].unique()) == ["pass_1", "anna", "agreed"]
    marks = ["consulted", "theory_author_only", "absence_only"]
    assert list(codings.loc[("anna", "io_sought"), marks]) == [1, 1, 0]
    assert list(codings.loc[("anna", "military_opposition"), marks]) == [0, 0, 1]
    assert list(codings.loc[("pass_1", "military_opposition"), marks]) == [1, 0, 0]
    assert list(codings.loc[("pass_1", "io"), marks]) == [0, 0, 0]
    assert codings.loc[("pass_1", "io"), "why"].startswith("No item shows")
    assert list(small["sources"]["consulted"]) == [1, 1]
    assert list(small["evidence"]["source_types"].fillna("")) == [
        "newspaper",
        "newspaper;memoir",
        "",
    ]


def test_derived_variables_by_hand(small):
    [row] = small["cases"].to_dict("records")
    assert (row["sought"], row["democrat"], row["years_since_1989"], row["year"]) == (
        1,
        1,
        12,
        2001,
    )
    assert row["days_request_to_action"] == (date(2001, 3, 12) - date(2001, 2, 10)).days
    assert row["followon_us_share"] == 0.25
    assert row["io_venue"] == "none"
    assert pd.isna(row["days_endorsement_to_action"])
    assert pd.isna(row["host_consent"])


@pytest.mark.parametrize(
    ("changed", "column", "expected"),
    [
        ({"io_sought": 1}, "sought", 0),
        ({"io_sought": pd.NA}, "sought", None),
        ({"president_party": "R"}, "democrat", 0),
        ({"date_action": "2001-03-00"}, "days_request_to_action", None),
        ({"date_action": "2001-01-31"}, "days_request_to_action", -10),
        ({"followon_troops_total": 0, "followon_us_troops": 0}, "followon_us_share", None),
        ({"followon_troops_total": 200}, "followon_us_share", None),
        ({"followon_us_troops": 1000}, "followon_us_share", 1.0),
    ],
)
def test_derived_variables_follow_a_changed_table(small, changed, column, expected):
    table = small["cases"].copy()
    for name, value in changed.items():
        table.loc[0, name] = value
    value = derive(table, BOOK)[column].iloc[0]
    assert (None if pd.isna(value) else value) == expected


@pytest.mark.parametrize("count", [0, 1, 300])
def test_any_number_of_cases(count, tmp_path):
    frames = build(copies(tmp_path, count), BOOK)
    assert [len(frames[name]) for name in ("cases", "actors", "codings", "evidence")] == [
        count,
        5 * count,
        11 * count,
        3 * count,
    ]
    assert all(frames[name].dtypes.equals(build([], BOOK)[name].dtypes) for name in frames)


def test_drafts_are_in_no_table(tmp_path):
    assert all(
        len(frame) == 0 for frame in build(copies(tmp_path, 2, status="draft"), BOOK).values()
    )


def test_a_new_variable_needs_no_code(tmp_path):
    lines = paths.CODEBOOK.read_text(encoding="utf-8").splitlines()
    entry = "  - {name: press, type: ordinal, label: Press, rule: Invented., values: {0: a, 1: b}}"
    fact = "  - {name: ships, type: integer, minimum: 0, label: Ships, rule: Invented.}"
    flag = (
        "  - {name: many, type: flag, label: Many, rule: Invented., values: {0: 'no', 1: 'yes'},"
        " derive: {at_least: [ships, 3]}}"
    )
    for level, line in (("case", entry), ("fact", fact), ("derived", flag)):
        head = f"{level}:"
        lines.insert(lines.index(head) + 1, line)
    (tmp_path / "codebook.yaml").write_text("\n".join(lines), encoding="utf-8")
    book = read_codebook(tmp_path / "codebook.yaml")
    ships = "  ships: {value: 4, source: [K1], consulted: true}"
    press = "      press: {code: 1, confidence: 1, evidence: [atlantis_2001-e01], why: So.}"
    case = SMALL.read_text(encoding="utf-8").replace("facts:", f"facts:\n{ships}", 1)
    case = case.replace("  anna:\n    case:", f"  anna:\n    case:\n{press}")
    (tmp_path / "atlantis_2001.yaml").write_text(case, encoding="utf-8")
    cases, faults, _ = check_cases(tmp_path, book, only="atlantis_2001")
    assert faults == []
    frames = build(cases, book)
    assert frames["cases"].loc[0, ["ships", "many"]].to_list() == [4, 1]
    assert frames["cases"]["press"].isna().all()
    assert "press" in set(frames["codings"]["variable"])


@pytest.mark.parametrize("table", ["cases", "actors"])
@pytest.mark.parametrize("suffix", ["dta", "sav"])
def test_labelled_copies_give_back_the_table(table, suffix, frames, tmp_path):
    path = tmp_path / f"{table}.{suffix}"
    WRITERS[suffix](path, frames[table], BOOK, [CITED])
    back, meta = READERS[suffix](path)
    kept = [column for column in BOOK.columns(table) if not column.csv_only]
    written = rounded_frame(frames[table])
    assert list(back.columns) == [exported_name(column.name) for column in kept]
    assert all(len(name) <= 32 for name in back.columns)
    for column in kept:
        name, original = exported_name(column.name), written[column.name]
        assert meta.column_names_to_labels[name] == column.label
        if pd.api.types.is_numeric_dtype(original):
            expected = original.astype(float).to_numpy()
            assert np.array_equal(back[name].to_numpy(dtype=float), expected, equal_nan=True)
            assert meta.variable_value_labels.get(name, {}) == column.labels
        elif column.type == "day":
            told = [None if pd.isna(day) else str(day) for day in back[name]]
            assert told == [None if pd.isna(day) else day for day in original]
            assert meta.original_variable_types[name] == {"dta": "%td", "sav": "SDATE10"}[suffix]
        else:
            assert list(back[name].fillna("")) == list(original.fillna(""))
    assert meta.missing_ranges == {}
    assert meta.file_label.endswith(f": {table}")
    left_out = [column.name for column in BOOK.columns(table) if column.csv_only]
    told = [CITED, f"Names that end in _confidence in {table}.csv end in _conf here."]
    told += [f"Only in cases.csv: {', '.join(left_out)}."] if left_out else []
    assert " ".join(meta.notes) == " ".join(told)
    assert len(meta.notes) == len(told) or suffix == "sav"
    if suffix == "sav" and table == "cases":
        assert meta.variable_measure["io_sought"] == "ordinal"
        assert meta.variable_measure["us_troops_peak"] == "scale"


def test_dates_that_are_partly_unknown_come_with_the_days_they_may_stand_for(frames):
    cases = frames["cases"].set_index("case_id")
    for column in BOOK.dates:
        missing = cases[column.name].isna()
        for ending in ("earliest", "latest", "precision"):
            assert missing.equals(cases[f"{column.name}_{ending}"].isna())
        days = cases[[f"{column.name}_{end}" for end in ("earliest", "latest")]].dropna()
        assert (pd.to_datetime(days.iloc[:, 0]) <= pd.to_datetime(days.iloc[:, 1])).all()


def test_the_longest_allowed_name_of_a_labelled_variable_is_written_120_times(tmp_path):
    """Sets of value labels are named after the variable and its place, in 32 characters at most."""
    text = paths.CODEBOOK.read_text(encoding="utf-8")

    def book(length):
        names = [f"x{number:03d}".ljust(length, "y") for number in range(120)]
        entry = "  - {name: %s, type: ordinal, label: A, rule: B., missing: not found, values: {0: low, 1: high}}"
        path = tmp_path / "codebook.yaml"
        added = chr(10).join(["case:", *(entry % name for name in names), ""])
        path.write_text(text.replace("case:" + chr(10), added, 1), encoding="utf-8")
        return read_codebook(path), names

    longest, names = book(24)
    frame = build(load_cases(paths.CASES, BOOK), BOOK)["cases"]
    codes = pd.Series([0, 1] * len(frame), dtype="Int64")[: len(frame)]
    wide = frame.assign(**{n + end: codes for n in names for end in ("", "_confidence")})
    wide = wide[[column.name for column in longest.columns("cases")]]
    for suffix, write in WRITERS.items():
        write(tmp_path / f"cases.{suffix}", wide, longest)
        back, meta = READERS[suffix](tmp_path / f"cases.{suffix}")
        assert set(names) <= set(back.columns)
        assert meta.variable_value_labels[names[-1]] == {0: "low", 1: "high"}
        assert f"{names[-1]}_conf" in meta.variable_value_labels
    with pytest.raises(InputError, match="has 25 characters; at most 24 are allowed"):
        book(25)


def relabelled(tmp_path, label, value_label):
    """Read a codebook whose first scale and its first code have other labels."""
    codebook = yaml.load(paths.CODEBOOK.read_text(encoding="utf-8"), yaml.CSafeLoader)
    first = codebook["case"][0]
    first["label"], first["values"][0]["label"] = label, value_label
    path = tmp_path / "codebook.yaml"
    path.write_text(yaml.safe_dump(codebook, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return read_codebook(path), first["name"]


@pytest.mark.parametrize("letter", ["é", "Ы", "人", "𐌰"])
def test_the_longest_labels_in_any_script_come_back_whole(letter, frames, tmp_path):
    size = len(letter.encode())
    label, value_label = letter * min(68, 240 // size), letter * min(68, 120 // size)
    codebook, name = relabelled(tmp_path, label, value_label)
    for suffix, write in WRITERS.items():
        write(tmp_path / f"cases.{suffix}", frames["cases"], codebook)
        _, meta = READERS[suffix](tmp_path / f"cases.{suffix}")
        assert meta.column_names_to_labels[name] == label
        assert meta.column_names_to_labels[f"{name}_conf"] == f"Confidence: {label}"
        assert meta.variable_value_labels[name][0] == value_label


def test_every_format_holds_the_same_numbers(frames, tmp_path):
    """A computed share has as many digits in .dta and .sav as in the .csv."""
    cases = frames["cases"]
    thirds = cases.assign(followon_us_share=[(1 + i) / (3 + i) for i in range(len(cases))])
    write_table(tmp_path / "cases.csv", thirds, BOOK)
    written = read_table(tmp_path / "cases.csv", BOOK)["followon_us_share"].to_numpy()
    for suffix, write in WRITERS.items():
        write(tmp_path / f"cases.{suffix}", thirds, BOOK)
        back, _ = READERS[suffix](tmp_path / f"cases.{suffix}")
        assert np.array_equal(back["followon_us_share"].to_numpy(), written)


def test_labelled_copies_are_the_same_bytes_a_second_later(frames, tmp_path):
    def written(folder):
        for table in ("cases", "actors"):
            write_stata(folder / f"{table}.dta", frames[table], BOOK)
            write_sav(folder / f"{table}.sav", frames[table], BOOK)
        return {file.name: file.read_bytes() for file in folder.iterdir()}

    first = written(tmp_path / "first")
    time.sleep(1.1)
    assert written(tmp_path / "second") == first
    for name in first:
        _, meta = READERS[name[-3:]](tmp_path / "first" / name)
        assert str(meta.creation_time) == "2000-01-01 00:00:00"


def test_labelled_copies_of_empty_tables_and_long_foreign_texts(tmp_path):
    empty = build([], BOOK)["cases"]
    write_stata(tmp_path / "empty.dta", empty, BOOK)
    write_sav(tmp_path / "empty.sav", empty, BOOK)
    assert len(pyreadstat.read_dta(tmp_path / "empty.dta")[0]) == 0
    assert len(pyreadstat.read_sav(tmp_path / "empty.sav")[0]) == 0
    one = build(copies(tmp_path, 1), BOOK)["cases"]
    one["administration"] = "日本語" * 66
    write_stata(tmp_path / "one.dta", one, BOOK)
    write_sav(tmp_path / "one.sav", one, BOOK)
    assert pyreadstat.read_dta(tmp_path / "one.dta")[0]["administration"][0] == "日本語" * 66
    assert pyreadstat.read_sav(tmp_path / "one.sav")[0]["administration"][0] == "日本語" * 66
