"""Old and new estimates side by side: the responsible change is named, and found by undoing it."""

import re

import numpy as np
import pandas as pd
import pytest
from in_process import project_in, run, script

from replication import paths
from replication.analyses.model_data import model_data
from replication.analyses.robustness.changes import (
    ADDED,
    RECODED,
    REMOVED,
    Change,
    case_table,
    changes,
    released_cells,
    undone,
)
from replication.analyses.robustness.comparison import NO_RELEASE, compare_with_release
from replication.analyses.robustness.released import changed_passes, changed_verdicts
from replication.analyses.tidy import rows_of, tidy_frame
from replication.casefile import load_cases
from replication.cli.compare import _print_comparison, run_preview
from replication.codebook import read_codebook
from replication.dataset import build
from replication.estimators.firth import fit_firth
from replication.precision import fixed
from replication.specifications import Model, read_samples
from replication.tables import read_table, write_table

BOOK = read_codebook(paths.CODEBOOK)
SAMPLES = read_samples(paths.SPECIFICATIONS)
OPPOSITION = ("military_opposition",)
M1 = Model("M1", "Opposition", "sought", "intervention", OPPOSITION, OPPOSITION)


@pytest.fixture(scope="module")
def frames():
    return build(load_cases(paths.CASES, BOOK), BOOK)


@pytest.fixture(scope="module")
def cells(frames):
    return released_cells(frames["cases"], frames["actors"], BOOK)


def estimated(cells, model=M1):
    """Estimate the model on cells by another way than the comparison does."""
    data = model_data(case_table(cells, BOOK), model, SAMPLES)
    return fit_firth(data.outcome, data.design, data.terms)


def stored(cells, model=M1):
    return tidy_frame(rows_of(estimated(cells, model), model, "firth", "table"))


def recoded(cells, case_id, cell, value):
    out = cells.copy()
    out.loc[(out["case_id"] == case_id) & (out["cell"] == cell), "value"] = value
    return out


def without(cells, case_id):
    return cells[cells["case_id"] != case_id]


def compared(now, then, model=M1):
    return compare_with_release(now, then, stored(then, model), [model], SAMPLES, BOOK)


def test_cells_hold_the_case_table_also_after_a_file(frames, cells, tmp_path):
    write_table(tmp_path / "cells.csv", cells)
    table = case_table(read_table(tmp_path / "cells.csv"), BOOK)
    kept = [name for name in table if not name.endswith("_confidence")]
    pd.testing.assert_frame_equal(table[kept], frames["cases"][kept])


def test_every_difference_is_named_and_nothing_else(cells):
    then = recoded(without(cells, "libya_2011"), "kosovo_1999", "military_opposition", "0")
    then = recoded(then, "haiti_1994", "military.force", None)
    now = without(cells, "panama_1989")
    old = cells.set_index(["case_id", "cell"])["value"]
    assert changes(cells, cells) == []
    assert changes(then, now) == [
        Change(ADDED, "libya_2011"),
        Change(REMOVED, "panama_1989"),
        Change(RECODED, "kosovo_1999", "military_opposition", "0", old["kosovo_1999", "military_opposition"]),
        Change(RECODED, "haiti_1994", "military.force", "", old["haiti_1994", "military.force"]),
    ]  # fmt: skip


def test_undoing_each_of_two_changes_gives_back_the_old_table(cells):
    then = recoded(cells, "kosovo_1999", "io_sought", "0")
    old, new = case_table(then, BOOK), case_table(cells, BOOK)
    [change] = changes(then, cells)
    pd.testing.assert_frame_equal(undone(change, old, new, BOOK), old)
    assert int(old.set_index("case_id").loc["kosovo_1999", "sought"]) == 0


@pytest.mark.parametrize(
    ("then", "responsible"),
    [
        (lambda cells: without(cells, "libya_2011"), "added libya_2011"),
        (
            lambda cells: pd.concat([cells, cells[cells["case_id"] == "haiti_1994"].assign(case_id="z_1")]),
            "removed z_1",
        ),
        (
            lambda cells: recoded(cells, "kosovo_1999", "military_opposition", "0"),
            "recoded kosovo_1999 military_opposition 0 -> 2",
        ),
        (
            lambda cells: recoded(cells, "kosovo_1999", "sample", "comparison"),
            "recoded kosovo_1999 sample comparison -> intervention",
        ),
    ],
    ids=["added", "removed", "recoded", "moved to another sample"],
)  # fmt: skip
def test_the_only_change_is_responsible_for_the_whole_difference(cells, then, responsible):
    cells = recoded(cells, "kosovo_1999", "military_opposition", "2")
    old = then(cells)
    [row] = compared(cells, old).headline.to_dict("records")
    assert row["responsible"] == responsible
    assert row["estimate_old"] == pytest.approx(estimated(old).estimate[1], rel=1e-7)
    assert row["estimate_new"] == pytest.approx(estimated(cells).estimate[1], rel=1e-7)
    assert row["difference"] == pytest.approx(row["estimate_new"] - row["estimate_old"])
    assert row["contribution"] == pytest.approx(row["difference"], abs=1e-6)
    assert row["unexplained"] == pytest.approx(0, abs=1e-6)
    assert row["note"] == ""


def test_a_change_that_no_model_reads_is_listed_but_responsible_for_nothing(cells):
    then = recoded(cells, "kosovo_1999", "state.io", "-2")
    found = compared(cells, then)
    assert [change.cell for change in found.found] == ["state.io"]
    assert found.headline["difference"].abs().max() < 1e-9
    assert found.headline["responsible"].isna().all()
    assert found.changes.empty


def test_a_changed_program_is_told_apart_from_changed_data(cells):
    old = stored(cells)
    old["estimate"] += 0.5
    [row] = compare_with_release(cells, cells, old, [M1], SAMPLES, BOOK).headline.to_dict("records")
    assert row["difference"] == pytest.approx(-0.5, abs=1e-6)
    assert pd.isna(row["responsible"])
    assert "the model or the program changed" in row["note"]


def test_an_effect_that_cannot_be_estimated_is_not_said_to_be_as_it_was(cells, capsys):
    sought = cells[cells["case_id"].isin(["haiti_1994", "kosovo_1999", "somalia_1992"])]
    _print_comparison(compared(sought, sought))
    told = capsys.readouterr().out
    assert "as they were" not in told
    assert (
        "Headline effects without an estimate: M1 military_opposition (the outcome is 1 in all 3 observations)."
        in told
    )
    _print_comparison(compared(cells, cells))
    told = capsys.readouterr().out
    assert "Headline effects as they were: M1 military_opposition." in told
    assert "without an estimate" not in told


def test_without_a_release_the_table_says_so(cells):
    found = compare_with_release(cells, None, None, [M1], SAMPLES, BOOK)
    [row] = found.headline.to_dict("records")
    assert (row["note"], found.found) == (NO_RELEASE, ())
    assert row["estimate_new"] == pytest.approx(estimated(cells).estimate[1])
    assert np.isnan(row["estimate_old"])


def test_an_effect_that_the_release_lacks_says_so(cells):
    burden = ("stabilization_burden",)
    model = Model("M2", "Burden", "sought", "intervention", burden, burden)
    found = compare_with_release(cells, cells, stored(cells), [model], SAMPLES, BOOK)
    assert found.headline["note"].tolist() == ["the released estimates do not have this effect"]


@pytest.mark.parametrize("step", [1, 2, 3], ids=["all", "every second", "every third"])
def test_copies_needed_are_the_fewest_that_reach_significance(cells, step):
    """Of the cases at hand, and of fewer, so that whatever the data say some number is needed or none is enough."""
    kept = {*sorted(set(cells["case_id"]))[::step], "libya_2011"}
    cells = cells[cells["case_id"].isin(kept)]
    terms = ("military_opposition", "stabilization_burden")
    model = Model("M3", "Both", "sought", "intervention", terms, terms)
    found = compared(cells, without(cells, "libya_2011"), model).changes.set_index("term")
    like_it = cells[cells["case_id"] == "libya_2011"]

    def p_value(count, term):
        more = [like_it.assign(case_id=f"more_{i}") for i in range(count)]
        fit = estimated(pd.concat([cells, *more]), model)
        return fit.p_value[fit.terms.index(term)]

    for term in terms:
        told = found.loc[term]
        if p_value(0, term) < 0.05:
            assert told["note"] == f"p is {fixed(p_value(0, term), 3)} already"
        elif told["note"]:
            assert told["note"] == "not with 50 more cases like it"
            assert min(p_value(count, term) for count in (1, 2, 5, 10, 20, 50)) >= 0.05
        else:
            copies = int(told["copies"])
            assert p_value(copies, term) < 0.05 <= p_value(copies - 1, term)


def test_a_release_is_what_the_comparison_then_finds_unchanged(tmp_path):
    with project_in(tmp_path):
        paths.CASES.mkdir()
        for path in sorted((paths.RAW / "cases").glob("*.yaml"))[::2]:
            (paths.CASES / path.name).write_bytes(path.read_bytes())
        run("01_build_dataset")
        table = read_table(paths.DERIVED / "cases.csv")
        actors = read_table(paths.DERIVED / "actors.csv")
        now = released_cells(table, actors, BOOK)
        write_table(paths.RELEASE / "codings.csv", now)
        write_table(paths.RELEASE / "estimates.csv", stored(now))
        script("05_compare").task_compare()
        result = read_table(paths.RESULTS / "comparison.csv").set_index("model")
        assert result.loc["M1", "difference"] == pytest.approx(0, abs=1e-9)
        assert read_table(paths.RESULTS / "comparison_changes.csv").empty


def test_a_new_variable_is_one_change_however_many_cells_it_has(cells):
    then = cells[~cells["cell"].isin(["host_consent", "military.io", "state.io"])]
    then = then[~then["cell"].str.endswith(".io")]
    told = [str(change) for change in changes(then, cells)]
    counts = {name: int((cells["cell"] == name).sum()) for name in ("host_consent",)}
    known = int(cells.loc[cells["cell"] == "host_consent", "value"].notna().sum())
    assert len(told) == 2
    assert (
        f"new variable host_consent: {known} of {counts['host_consent']} cells have a value" in told
    )
    assert [c.kind for c in changes(cells, then)] == ["variable that is gone"] * 2
    assert compared(cells, then).changes.empty


def test_a_new_case_says_which_models_it_enters_or_why_none(cells):
    then = without(without(cells, "libya_2011"), "panama_1989")
    now = recoded(cells, "libya_2011", "military_opposition", None)
    found = compared(now, then)
    assert (
        found.entered["panama_1989"] == "no headline estimate, as none reads the sample comparison"
    )
    assert found.entered["libya_2011"].endswith("codes are missing: military_opposition")
    assert compared(cells, then).entered["libya_2011"] == "M1"


def test_verdicts_and_passes_that_changed_are_told_and_no_others():
    was = pd.DataFrame(
        [("H1", "statistics", "for"), ("H2", "statistics", "undecided"), ("H3", "sets", "for")],
        columns=["claim", "kind", "verdict"],
    )
    now = pd.DataFrame(
        [
            ("H1", "statistics", "leans for"),
            ("H2", "statistics", "undecided"),
            ("N1", "sets", "against"),
        ],
        columns=["claim", "kind", "verdict"],
    )
    assert list(changed_verdicts(was, was)) == []
    assert list(changed_verdicts(was, now)) == [
        "H1, statistics: for -> leans for",
        "new claim N1: sets: against",
        "claim H3 is gone",
    ]
    old = pd.DataFrame([("a", "x", 3), ("a", "y", 2)], columns=["coding", "case_id", "n_codes"])
    new = pd.DataFrame(
        [("a", "x", 3), ("a", "y", 4), ("zoe", "x", 1)], columns=["coding", "case_id", "n_codes"]
    )
    assert list(changed_passes(old, old)) == []
    assert list(changed_passes(old, new)) == [
        "pass a: codes 7, cases 2; before, codes 5, cases 2 (y)",
        "new pass zoe: codes 1, cases 1 (x)",
    ]


def test_preview_tells_what_one_changed_code_does_and_writes_nothing(tmp_path, capsys, cells):
    with project_in(tmp_path):
        paths.CASES.mkdir()
        for path in (paths.RAW / "cases").glob("*.yaml"):
            (paths.CASES / path.name).write_bytes(path.read_bytes())
        released = recoded(cells, "libya_2011", "military_opposition", "2")
        write_table(paths.RELEASE / "codings.csv", released)
        path = paths.CASES / "libya_2011.yaml"
        text = path.read_text(encoding="utf-8")
        at = text.index("military_opposition:", text.index("  agreed:"))
        text = text[:at] + re.sub("code: [0-9]", "code: 0", text[at:], count=1)
        path.write_text(text.replace("status: released", "status: draft"), encoding="utf-8")
        before = sorted(p.name for p in tmp_path.rglob("*"))
        assert run_preview("libya_2011.yaml") == 0
        told = capsys.readouterr().out
        assert sorted(p.name for p in tmp_path.rglob("*")) == before
        assert "recoded libya_2011 military_opposition 2 -> 0" in told
        changed = recoded(cells, "libya_2011", "military_opposition", "0")
        old, new = (estimated(c).estimate[1] for c in (released, changed))
        wanted = f"M1 military_opposition (intervention): {fixed(old, 3)}, {fixed(new, 3)}, {fixed(new - old, 3)}"
        assert wanted in told
        assert "-0.000" not in told
        assert run_preview("nowhere") == 1
        assert "there is no case 'nowhere'" in capsys.readouterr().out
