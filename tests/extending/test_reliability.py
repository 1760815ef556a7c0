"""Reliability tables against published figures, hand counts and a second implementation."""

import itertools

import krippendorff
import numpy as np
import pandas as pd
import pytest
from given_results import GivenResults
from synthetic import Plan, write_cases

from replication import paths
from replication.analyses.measurement.evidence_base import (
    audit_summary,
    evidence_base,
    published_agreement,
    read_published_codings,
)
from replication.analyses.measurement.reliability import (
    DIFFERENT_CODES,
    ONE_SIDED,
    confusion_tables,
    disputes,
    reliability,
)
from replication.casefile import load_cases
from replication.codebook import NO_EVIDENCE, read_codebook
from replication.dataset import build
from replication.exhibits.figures import reliability_figure
from replication.exhibits.labels import Labels
from replication.exhibits.tables import disputes_table, reliability_table
from replication.specifications import SpecificationError
from replication.tables import read_table, write_table

BOOK = read_codebook(paths.CODEBOOK)
LABELS = Labels.of(BOOK)
READINGS = paths.SPECIFICATIONS / "published_codings.yaml"

# Krippendorff's three coders and 15 units; 0 is a code not given.
EXAMPLE = {
    "a": "000003412113303",
    "b": "102133430000000",
    "c": "002134402113304",
}


def codings(rows, variable="military_opposition"):
    """Give the derived table for codes by coder: one text of digits, a unit each; 0 is no code."""
    found = [
        {"case_id": f"case_{unit:02d}", "coding": coder, "actor": None, "variable": variable,
         "code": code, "confidence": 1, "evidence": "e", "why": f"{coder} says {code}", "settled": None,
         "consulted": 1, "theory_author_only": 0, "absence_only": 0}
        for coder, digits in rows.items()
        for unit, code in enumerate(digits)
    ]  # fmt: skip
    frame = pd.DataFrame(found)
    # The published codes run from 1 to 4, the codebook's from 0 to 3: alpha only knows the order.
    frame["code"] = [None if code == "0" else str(int(code) - 1) for code in frame["code"]]
    return frame


def row_of(frame, variable, passes="all passes", actor=""):
    chosen = frame[
        (frame["variable"] == variable) & (frame["passes"] == passes) & (frame["actor"] == actor)
    ]
    [row] = chosen.to_dict("records")
    return row


@pytest.fixture(scope="module")
def frames():
    return build(load_cases(paths.CASES, BOOK), BOOK)


@pytest.fixture(scope="module")
def found(frames):
    return reliability(frames["codings"], BOOK)


def test_the_published_ordinal_alpha_comes_out():
    row = row_of(reliability(codings(EXAMPLE), BOOK), "military_opposition")
    assert row["alpha"] == pytest.approx(0.806721419942, abs=1e-10)
    assert (row["scale"], row["n_units"]) == ("ordinal", 12)


def test_pairs_are_each_computed_from_the_codes_of_two_coders():
    frame = reliability(codings(EXAMPLE), BOOK)
    values = {
        coder: [np.nan if code == "0" else float(code) for code in digits]
        for coder, digits in EXAMPLE.items()
    }
    for first, second in itertools.combinations(EXAMPLE, 2):
        expected = krippendorff.alpha(
            [values[first], values[second]],
            level_of_measurement="ordinal",
            value_domain=[1, 2, 3, 4],
        )
        row = row_of(frame, "military_opposition", f"{first} – {second}")
        assert row["alpha"] == pytest.approx(expected)


def test_alpha_of_every_variable_of_the_data_is_that_of_the_library(frames, found):
    table = frames["codings"]
    for variable in BOOK.case:
        if variable.type == "list":
            continue
        codes = table[(table["variable"] == variable.name) & (table["coding"] != "agreed")]
        wide = codes.pivot_table(index="coding", columns="case_id", values="code", aggfunc="first")
        if not (wide.notna().sum() > 1).any():
            assert np.isnan(row_of(found, variable.name)["alpha"])
            continue
        expected = krippendorff.alpha(
            wide.to_numpy(dtype=float),
            level_of_measurement="ordinal",
            value_domain=list(variable.labels),
        )
        assert row_of(found, variable.name)["alpha"] == pytest.approx(expected)


def test_two_passes_alone_and_over_all_give_the_same_row(frames):
    table = frames["codings"]
    found = reliability(table[table["coding"].isin(["pass_1", "pass_2", "agreed"])], BOOK)
    overall = found[found["passes"] == "all passes"].drop(columns="passes").reset_index(drop=True)
    pair = found[found["passes"] == "pass_1 – pass_2"].drop(columns="passes").reset_index(drop=True)
    pd.testing.assert_frame_equal(overall, pair)


def test_the_agreed_coding_is_no_pass(frames):
    everything = reliability(frames["codings"], BOOK)
    passes_only = reliability(frames["codings"][frames["codings"]["coding"] != "agreed"], BOOK)
    pd.testing.assert_frame_equal(everything, passes_only)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"a": "1" * 20, "b": "1" * 20}, "all codes are 0: alpha does not exist"),
        (
            {"a": "1" * 19 + "2", "b": "1" * 20},
            "98 % of codes are 0, so agreement by chance is 95 %",
        ),
        ({"a": "12341234", "b": "12341234"}, "the passes never differ"),
        ({"a": "1111112222", "b": "0" * 10}, "no unit has two codes"),
        ({"a": "1234"}, "fewer than two passes"),
    ],
)
def test_puzzles_are_explained_in_plain_words(rows, words):
    assert words in row_of(reliability(codings(rows), BOOK), "military_opposition")["note"]


def test_a_code_that_is_not_given_is_not_a_code_that_finds_nothing():
    table = codings({"a": "1203", "b": "1023"})
    row = row_of(reliability(table, BOOK), "military_opposition")
    assert (row["n_units"], row["n_one_sided"], row["n_no_evidence"]) == (2, 2, 0)
    partly = table[~((table["coding"] == "b") & (table["case_id"] == "case_01"))]
    row = row_of(reliability(partly, BOOK), "military_opposition")
    assert (row["n_units"], row["n_one_sided"], row["n_no_evidence"]) == (2, 1, 0)


def test_a_third_pass_that_covers_little_is_compared_where_it_can_be(frames):
    table = frames["codings"]
    few = table[(table["coding"] == "pass_2") & (table["variable"] == "io_sought")].head(7)
    more = pd.concat([table, few.assign(coding="zoe")], ignore_index=True)
    frame = reliability(more, BOOK)
    assert row_of(frame, "io_sought", "pass_2 – zoe")["agreement"] == 1
    assert row_of(frame, "io_sought", "pass_2 – zoe")["n_units"] == 7
    assert row_of(frame, "host_consent", "pass_2 – zoe")["note"] == "no unit has two codes"
    figure = reliability_figure.make(
        GivenResults({"reliability": frame}, LABELS), "figure02_reliability"
    )
    assert "Alpha" in figure.alt


def test_confusion_tables_count_every_unit_once(frames):
    codings = frames["codings"][frames["codings"]["coding"].isin(["pass_1", "pass_2"])]
    tables, found = confusion_tables(codings, BOOK), reliability(codings, BOOK)
    for variable in BOOK.case:
        mine = tables[(tables["variable"] == variable.name) & (tables["actor"] == "")]
        looked = codings[codings["variable"] == variable.name].groupby("case_id").size()
        assert mine["units"].sum() == (looked == 2).sum()
        if not mine["units"].sum():
            continue
        both = mine[(mine["first_code"] != NO_EVIDENCE) & (mine["second_code"] != NO_EVIDENCE)]
        equal = both[both["first_code"] == both["second_code"]]["units"].sum()
        row = row_of(found, variable.name)
        assert both["units"].sum() == row["n_units"]
        assert equal / both["units"].sum() == pytest.approx(row["agreement"])


def test_disputes_are_the_cells_where_the_files_differ(frames):
    cases = [case for case in load_cases(paths.CASES, BOOK) if case.status == "released"]
    expected = set()
    for case in cases:
        for name in BOOK.cells:
            read = {p: cells[name] for p, cells in case.passes.items() if name in cells}
            for one, other in itertools.combinations(read, 2):
                codes = [
                    set(c.code) if isinstance(c.code, tuple) else c.code
                    for c in (read[one], read[other])
                ]
                if codes[0] != codes[1]:
                    actor, _, variable = name.rpartition(".")
                    expected.add((case.case_id, actor, variable, one, other))
    listed = disputes(frames["codings"], BOOK)
    columns = ["case_id", "actor", "variable", "first_pass", "second_pass"]
    keys = list(listed[columns].itertuples(index=False, name=None))
    assert len(keys) == len(set(keys))
    assert set(keys) == expected
    missing = listed["first_code"].isna() | listed["second_code"].isna()
    assert set(listed.loc[missing, "kind"]) <= {ONE_SIDED}
    assert set(listed.loc[~missing, "kind"]) <= {DIFFERENT_CODES}
    by_id = {case.case_id: case for case in cases}
    for row in listed.to_dict("records"):
        cell = f"{row['actor']}.{row['variable']}".removeprefix(".")
        assert row["first_why"] == by_id[row["case_id"]].codings[row["first_pass"]][cell].why
        assert row["agreed_why"] == by_id[row["case_id"]].agreed[cell].why


def test_the_order_of_the_words_of_a_list_is_no_dispute():
    table = codings({"a": "1", "b": "1"}, variable="io_venue").assign(code=["NATO;UN", "UN;NATO"])
    assert disputes(table, BOOK).empty
    assert row_of(reliability(table, BOOK), "io_venue")["agreement"] == 1


def test_the_evidence_base_counts_cells_by_hand(frames):
    cases = load_cases(paths.CASES, BOOK)
    coded = [
        (case, name, cell)
        for case in cases
        for name, cell in case.agreed.items()
        if cell.code is not None
    ]
    base = evidence_base(frames["codings"], BOOK).set_index(["variable", "actor"])
    marks = {"consulted": any, "absence": all, "theory_author": all}
    names = {"absence": "absence_only", "theory_author": "theory_author_only"}
    for mark, how in marks.items():
        count = sum(
            how(getattr(c.evidence[i], mark) for i in cell.evidence) for c, _, cell in coded
        )
        assert base.loc[("all", ""), f"n_{names.get(mark, mark)}"] == count
    assert base.loc[("all", ""), "n_coded"] == len(coded)
    military = [1 for _, name, _ in coded if name == "military.io"]
    assert base.loc[("io", "military"), "n_coded"] == len(military)


def test_audits_are_summed_with_exact_limits(frames):
    audits = {path.stem: read_table(path) for path in paths.AUDITS}
    table = audit_summary(audits, frames["evidence"]).set_index(["audit", "verdict"])
    assert table.loc[("audit_1", "supported"), "items"] == 42
    assert table.loc[("audit_2", "supported"), "items"] == 45
    assert table.loc[("audit_3", "supported"), "items"] == 45
    assert table.loc[("audit_4", "supported"), "items"] == 47
    assert table.loc[("audit_5", "supported"), "items"] == 43
    assert table.loc[("audit_6", "supported"), "items"] == 211
    assert table.loc[("all", "supported"), ["items", "of"]].tolist() == [433, 573]
    # Clopper and Pearson: nothing in 573 gives 1 - 0.025 ** (1 / 573).
    assert table.loc[("all", "contradicted"), "conf_high"] == pytest.approx(1 - 0.025 ** (1 / 573))


def test_published_codings_are_compared_by_the_mapping_that_stands_as_data(frames):
    readings = read_published_codings(READINGS, BOOK)
    published = read_table(paths.PUBLISHED_CODINGS)
    table = published_agreement(frames["cases"], published, readings)
    codes = frames["cases"].set_index("case_id")["io_obtained"]
    for row, reading in zip(table.to_dict("records"), readings, strict=True):
        theirs = published[published["dataset"] == reading.dataset].set_index("case_id")["value"]
        known = [case for case in theirs.index if case in codes.index and not pd.isna(codes[case])]
        differ = {case for case in known if reading.mapping[int(codes[case])] != theirs[case]}
        assert row["nobs"] == len(known)
        assert set(filter(None, row["differing"].split(";"))) == differ
        assert row["agreement"] == pytest.approx(1 - len(differ) / len(known))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("ours: io_obtained", "ours: io_venue", "ours: 'io_venue' is not allowed"),
        ("{0: 0, 1: 0, 2: 1}", "{0: 0, 2: 1}", "a whole number for each of 0, 1, 2"),
        (
            "{0: 0, 1: 0, 2: 1}",
            "{0: 0, 1: x, 2: 1}",
            "mapping.1: 'x' is not allowed; allowed: a whole number",
        ),
        ("reading: any", "read: any", "unknown key 'read', perhaps reading"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(tmp_path, old, new, words):
    text = READINGS.read_text(encoding="utf-8")
    (tmp_path / "published_codings.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SpecificationError, match=words):
        read_published_codings(tmp_path / "published_codings.yaml", BOOK)


def test_exhibits_show_every_variable_and_long_lists_are_cut(frames, found, tmp_path):
    given = {
        "reliability": found,
        "evidence_base": evidence_base(frames["codings"], BOOK),
        "published_agreement": pd.DataFrame(
            columns=["dataset", "ours", "reading", "nobs", "agreement"]
        ),
        "audit": pd.DataFrame(columns=["audit", "items"]),
    }
    table = reliability_table.make(GivenResults(given, LABELS), "table04_reliability")
    shown = found[found["passes"] == "all passes"]
    assert (
        len(table.rows) == len(shown) == len(BOOK.case) + len(BOOK.actor) * (1 + len(BOOK.actors))
    )
    assert [row.cells["alpha"].value for row in table.rows] == pytest.approx(
        list(shown["alpha"]), nan_ok=True
    )
    write_cases(tmp_path, BOOK, Plan(130))
    many = build(load_cases(tmp_path, BOOK), BOOK)
    listed = disputes(many["codings"], BOOK)
    given = GivenResults({"disputes": listed, "cases": many["cases"]}, LABELS)
    cut = disputes_table.make(given, "table05_disputes")
    assert len(cut.rows) == 60
    assert "The first 60 of" in cut.notes[0]
    assert len(cut.data) == len(listed)


def test_files_read_back_give_the_same_tables(frames, found, tmp_path):
    for name in ("codings", "cases"):
        write_table(tmp_path / f"{name}.csv", frames[name])
    again = read_table(tmp_path / "codings.csv")
    pd.testing.assert_frame_equal(reliability(again, BOOK), found)
    pd.testing.assert_frame_equal(disputes(again, BOOK), disputes(frames["codings"], BOOK))
