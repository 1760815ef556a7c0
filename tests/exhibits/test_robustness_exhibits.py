"""Exhibits of robustness: made from real results on invented cases of every size, checked against these."""

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from checks import faults, shown_texts
from given_results import GivenResults
from made_up import HOSTILE, LABELS

from replication import paths
from replication.analyses.multiverse.plan import chunks
from replication.analyses.multiverse.run import joint_test, run_multiverse, specification_table
from replication.analyses.multiverse.spread import sizes_along_curve, spread_by_choice
from replication.analyses.multiverse.summary import (
    choice_shares,
    counts_by_reason,
    curve,
    estimates_by_estimator,
    summary_by_choice,
)
from replication.analyses.robustness.coding_error import coding_error
from replication.analyses.robustness.confounding import benchmarks, sensitivity
from replication.analyses.robustness.design_analysis import design_analysis, needed_cases
from replication.analyses.robustness.influence import influence
from replication.analyses.robustness.missing_codes import missing_codes
from replication.analyses.robustness.overturning import overturning
from replication.exhibits.case_frame import case_names
from replication.exhibits.figures import (
    coding_error_figure,
    design_figure,
    influence_figure,
    specification_curve,
)
from replication.exhibits.multiverse_words import same_figures
from replication.exhibits.numbers import number, p_value
from replication.exhibits.tables import (
    coding_error_table,
    design_table,
    influence_table,
    multiverse_table,
    overturning_table,
    sensitivity_table,
)
from replication.exhibits.typesetting.table_html import table_html
from replication.exhibits.typesetting.table_tex import table_tex
from replication.tables import read_table, write_table

sys.path.insert(0, str(paths.ROOT / "tests" / "analyses"))
from invented_cases import M1, M3, PLAN, SAMPLES, SCALES, case_table, readings

COUNTS = [0, 1, 12, 26]
MODELS = [M1, M3]


# Files whose names say more than those of the fields here.
_FILES = {
    "missing": "missing_codes",
    "benchmarks": "confounding_benchmarks",
    "designs": "design_analysis",
    "needed": "needed_cases",
    "by_choice": "multiverse_by_choice",
    "reasons": "multiverse_reasons",
    "shares": "multiverse_choice_shares",
    "estimates": "multiverse_estimates",
    "spread": "multiverse_spread",
    "sizes": "multiverse_sizes",
    "tests": "multiverse_joint_test",
    "permuted": "multiverse_permuted",
    "curve": "multiverse_curve",
    "codings": "multiverse_codings",
}
TABLES = (
    influence_table, coding_error_table, overturning_table, sensitivity_table, design_table, multiverse_table,
)  # fmt: skip
FIGURES = (influence_figure, coding_error_figure, design_figure, specification_curve)


def results_of(count, folder, *, hostile=False):
    """All results, written and read again as the steps do, with few draws."""
    cases = case_table(26)[:count]
    if hostile:
        cases["case_title"] = [f"{HOSTILE[i % len(HOSTILE)]} {i}" for i in range(count)]
        cases["administration"] = [HOSTILE[i % 5] for i in range(count)]
    designs = design_analysis(cases, MODELS, SAMPLES, draws=40)
    plan = replace(PLAN, draws=5, samples=("both",))
    codings = readings(cases) if count else readings(case_table(3))[:0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("replication.analyses.multiverse.run.run_parts", here)
        files = run_multiverse(plan, cases, codings, SAMPLES, folder)
    table = specification_table(plan, files)
    tests, permuted = joint_test(plan, files)
    assert len(files) == len(chunks(plan))
    frames = {
        "influence": influence(cases, MODELS, SAMPLES),
        "coding_error": coding_error(cases, MODELS, SAMPLES, SCALES, draws=30),
        "overturning": overturning(cases[:10], [M1], SAMPLES, SCALES),
        "missing": missing_codes(cases, MODELS, SAMPLES, SCALES),
        "sensitivity": sensitivity(cases, MODELS, SAMPLES),
        "benchmarks": benchmarks(cases, MODELS, SAMPLES),
        "designs": designs,
        "needed": needed_cases(designs),
        "by_choice": summary_by_choice(table),
        "reasons": counts_by_reason(table),
        "shares": choice_shares(table),
        "estimates": estimates_by_estimator(table),
        "curve": curve(table),
        "spread": spread_by_choice(table),
        "sizes": sizes_along_curve(table),
        "tests": tests,
        "permuted": permuted,
        "codings": pd.DataFrame(
            [("agreed", "intervention", 20, 0), ("anna", "intervention", 3, 17)],
            columns=["coding", "sample", "n_cases", "n_left_out"],
        ),
    }
    read = {}
    for name, frame in frames.items():
        path = folder / f"{_FILES.get(name, name)}.csv"
        write_table(path, frame)
        read[name] = read_table(path)
    given = {_FILES.get(name, name): frame for name, frame in read.items()} | {"cases": cases}
    return SimpleNamespace(**read, titles=case_names(cases), given=GivenResults(given, LABELS))


def here(function, parts, _):
    return ((number, function(*part)) for number, part in enumerate(parts))


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    @cache
    def made(count, hostile=False):  # noqa: FBT002 - a key of the cache
        return results_of(count, tmp_path_factory.mktemp("results"), hostile=hostile)

    return made


def tables(found):
    return [module.make(found.given, f"table_{place}") for place, module in enumerate(TABLES)]


def figures(found):
    return [module.make(found.given, f"figure_{place}") for place, module in enumerate(FIGURES)]


@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize("count", COUNTS)
def test_tables_of_every_size(results, count, hostile):
    for table in tables(results(count, hostile)):
        page, source = table_html(table), table_tex(table)
        assert "<script>" not in page
        assert "\\input{/etc" not in source
        assert "nan" not in page.replace("finance", "").lower().split()
        assert not table.rows or table.columns[0].key in table.rows[0].cells


@pytest.mark.parametrize("hostile", [False, True])
@pytest.mark.parametrize("count", COUNTS)
def test_figures_of_every_size_have_no_fault(results, count, hostile):
    for figure in figures(results(count, hostile)):
        assert faults(figure.drawing) == [], figure.name
        assert figure.drawing.get_size_inches()[0] == pytest.approx(7.0)


def cells(table, panel, **keys):
    rows = [r for r in table.rows if r.panel.startswith(panel) and keys.items() <= r.cells.items()]
    assert len(rows) == 1, [r.cells for r in rows]
    return rows[0].cells


def test_influence_shows_the_unit_that_moves_most(results):
    found = results(26)
    table = influence_table.make(found.given, "table_a")
    rows = found.influence
    part = rows[
        (rows["model"] == "M3") & (rows["term"] == "military_opposition") & (rows["unit"] == "case")
    ]
    worst = part.loc[part["change"].abs().idxmax()]
    shown = cells(table, "M3: Military opposition", left_out=f"{len(part)} cases")
    assert shown["name"] == found.titles[worst["left_out"]]
    assert shown["estimate"] == number(worst["estimate"])
    assert (
        shown["estimates"]
        == f"{number(part['estimate'].min())} to {number(part['estimate'].max())}"
    )
    assert shown["p_values"].endswith(p_value(part["p_value"].max()))
    assert shown["significant"] == f"{(part['p_value'] < 0.05).sum()} of {len(part)}"


def test_multiverse_table_shows_the_joint_test_and_every_reason(results):
    found = results(26)
    table = multiverse_table.make(found.given, "table_f")
    tests = found.tests.set_index(["treatment", "statistic"])
    shown = cells(table, "Whole curve", what="p of the joint test")
    for treatment in PLAN.treatments:
        for key, statistic in (
            ("median", "median"),
            ("positive", "dominant_share"),
            ("significant", "significant_share"),
        ):
            assert shown[f"{treatment}_{key}"].value == tests.loc[(treatment, statistic), "p_value"]
    counted = [r for r in table.rows if r.panel.startswith("Estimated or not")]
    numbers = [r.cells["military_opposition_n"] for r in counted]
    assert numbers[-1] == sum(numbers[:-1])
    whole = found.reasons.groupby("treatment")["n_specifications"].sum()
    assert numbers[-1] == whole["military_opposition"]
    assert any(
        "Anna: cases not read" in str(note) and "17 of 20" in str(note) for note in table.notes
    )
    assert not any("Agreed: cases" in str(note) for note in table.notes)


def test_values_with_the_same_figures_are_named(results):
    by_choice = results(26).by_choice
    assert same_figures(by_choice) == []
    twin = by_choice[(by_choice["choice"] == "evidence") & (by_choice["value"] == "all")]
    doubled = by_choice.merge(twin.assign(value="consulted"), how="outer")
    assert [set(values) for _, values in same_figures(doubled)] == [{"all", "consulted"}]


def test_curve_has_a_strip_for_every_choice_and_tells_the_joint_test(results):
    found = results(26)
    figure = specification_curve.make(found.given, "figure_d")
    strips = [image for axes in figure.drawing.axes for image in axes.images]
    values = [column for column in found.curve if "=" in column]
    assert len(strips) == 2 * len(values) + 1
    shown = shown_texts(figure.drawing)
    assert {"no control", "Democrat", "every coded cell", "confidence 2 or 3"} <= set(shown)
    below = (found.curve["high"] < 0).any()
    assert below == any(t.endswith("% below 0") and not t.startswith("0 ") for t in shown)
    for value in found.tests["p_value"]:
        assert f"p = {value:.3f}" in figure.caption


def test_curve_has_a_box_for_every_choice_at_its_quartiles_and_the_cases_under_it(results):
    found = results(26)
    figure = specification_curve.make(found.given, "figure_d")
    drawn = [
        sorted((box.get_x(), box.get_x() + box.get_width()) for box in axes.patches)
        for axes in figure.drawing.axes
        if axes.patches
    ]
    boxes = [
        sorted(zip(part["quartile_1"], part["quartile_3"], strict=True))
        for _, part in found.spread.groupby("treatment", sort=False)
    ]
    for one, other in zip(drawn, boxes, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)
    assert {str(round(found.sizes["low"].min()))} <= set(shown_texts(figure.drawing))


def test_design_table_says_more_than_where_the_sizes_end(results):
    found = results(26)
    table = design_table.make(found.given, "table_e")
    for row in found.needed.itertuples():
        shown = next(
            r.cells[f"new_{row.effect}"]
            for r in table.rows
            if r.cells["effect"] == f"{row.model}: {LABELS.term(row.term)}"
        )
        if pd.isna(row.needed):
            assert shown.value.startswith("> ")
        else:
            assert shown.value == row.new


def test_a_recoded_cell_is_told_in_words():
    assert (
        overturning_table.cell_words("a_1993 io_sought 2->1", {"a_1993": "Atlantis"})
        == "Atlantis: IO sought 2 → 1"
    )
    assert overturning_table.cell_words("what is this", {}) == "what is this"


def test_figures_are_the_same_bytes_twice(results, tmp_path):
    from replication.exhibits.drawing.figure import write_figure  # noqa: PLC0415 - one test only

    for run in ("one", "two"):
        for figure in figures(results(26)):
            write_figure(figure, tmp_path / run)
    files = sorted(Path(tmp_path / "one").iterdir())
    assert len(files) == 12
    assert all(f.read_bytes() == (tmp_path / "two" / f.name).read_bytes() for f in files)
