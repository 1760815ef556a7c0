"""Sample, cross-tabulation, models and methods: against counts made another way, at every size."""

from dataclasses import replace

import pandas as pd
import pytest
from checks import faults
from given_results import GivenResults
from made_up import LABELS, actor_table, case_table, estimate_table
from test_latex import compiles
from test_table import PACKAGES

from replication import paths
from replication.analyses.tidy import COLUMNS
from replication.codebook import read_codebook
from replication.exhibits.figures import coefficients, heat_map, timeline
from replication.exhibits.labels import Labels
from replication.exhibits.tables import crosstab_table, methods_table, model_table, sample_table
from replication.exhibits.typesetting.formatted import formatted_table
from replication.exhibits.typesetting.table import csv_frame, write_table_files
from replication.exhibits.typesetting.table_tex import table_tex

NO_CHECKS = pd.DataFrame({"model": [], "p_value": []})
NO_ESTIMATES = pd.DataFrame(columns=list(COLUMNS))


def samples(cases):
    return sample_table.make(GivenResults({"cases": cases}, LABELS), "t_sample")


def crosstab(cases, tests):
    given = {"cases": cases, "estimates": tests.assign(exhibit="t_crosstab")}
    return crosstab_table.make(GivenResults(given, LABELS), "t_crosstab")


def models_beside(estimates):
    return model_table.make(GivenResults({"estimates": estimates}, LABELS), "t_models")


def methods(estimates, checks=NO_CHECKS):
    given = {"estimates": estimates, "proportional_odds": checks}
    return methods_table.make(GivenResults(given, LABELS), "t_methods")


def all_tables(cases, estimates):
    tests = estimates[estimates["estimator"] == "permutation"].assign(estimator="fisher")
    return [samples(cases), crosstab(cases, tests), models_beside(estimates), methods(estimates)]


def rows_by_panel(table):
    return {
        heading: [[cell.lines for cell in row] for row in rows]
        for heading, rows in formatted_table(table).panels
    }


@pytest.mark.parametrize(("count", "models"), [(0, 0), (1, 1), (46, 3), (300, 12)])
def test_tables_of_every_size_compile_and_are_written(count, models, tmp_path):
    cases = case_table(count, hostile=count > 1)
    tables = all_tables(cases, estimate_table(models))
    for table in tables:
        write_table_files(table, tmp_path)
    text, log = compiles("\n".join(table_tex(table) for table in tables), tmp_path, PACKAGES)
    assert "Float too large" not in log
    text = " ".join(text.split())
    assert ("There is no case yet." in text) == (count == 0)
    assert ("none has been estimated" in text) == (models == 0)


def test_sample_table_has_each_case_once_with_its_codes():
    cases = case_table(46)
    table = samples(cases)
    assert len(table.rows) == 46
    frame = csv_frame(table).set_index("case_id")
    original = cases.set_index("case_id")
    for name in sample_table.MAIN:
        assert frame[name].equals(original.loc[frame.index, name])
    panels = rows_by_panel(table)
    counts = cases["sample"].value_counts()
    assert list(panels) == [f"Intervention (N = {counts['intervention']})", f"Considered (N = {counts['considered']})",
                            f"Another one (N = {counts['another one']})"]  # fmt: skip
    marked = sum(bool(row[0].marks) for _, rows in formatted_table(table).panels for row in rows)
    assert marked == cases["recchia_case"].sum()


def test_crosstab_counts_are_those_of_pandas():
    cases = case_table(100)
    table = crosstab(cases, NO_ESTIMATES)
    counts = pd.crosstab(
        [cases["sample"], cases["military_opposition"]], cases["sought"].map({1: "yes", 0: "no"})
    )
    for row in table.rows:
        if row.panel != "Military opposition" or row.cells["level"] in ("not known", "all"):
            continue
        code = int(row.cells["level"][0])
        for sample in ("intervention", "considered", "another one"):
            yes, no = (counts.get(k, {}).get((sample, code), 0) for k in ("yes", "no"))
            assert (row.cells[f"{sample}_yes"], row.cells[f"{sample}_no"]) == (yes, no)
            share = row.cells[f"{sample}_share"]
            assert share == pytest.approx(yes / (yes + no)) if yes + no else share is None
    total = next(row for row in table.rows if row.cells["level"] == "all")
    known = sum(
        total.cells[f"{s}_{k}"]
        for s in ("intervention", "considered", "another one")
        for k in ("yes", "no")
    )
    assert known == cases["sought"].notna().sum()


def test_crosstab_tests_are_lines_of_the_notes():
    tests = estimate_table(1, terms=("military_opposition",)).head(2)
    tests = tests.assign(estimator=["fisher", "exact_trend"], term="military_opposition", p_value=[0.0312, None],
                         note=["", "a row or a column is empty"])  # fmt: skip
    table = crosstab(case_table(5), tests)
    assert table.notes[1] == (
        "Military opposition, intervention, N = 20. Fisher's exact test: p = 0.031; Exact test of trend: "
        "a row or a column is empty."
    )
    assert "from 2 up" in table.notes[2]
    both = tests.assign(
        p_value=None, note="a row or a column is empty", sample="intervention+considered"
    )
    table = crosstab(case_table(5), both)
    assert table.notes[1] == (
        "Military opposition, intervention + considered, N = 20. A row or a column is empty."
    )


def test_crosstab_of_an_outcome_that_never_varies():
    cases = case_table(10).assign(sought=pd.array([0] * 10, dtype="Int64"))
    table = crosstab(cases, NO_ESTIMATES)
    assert all(row.cells["intervention_yes"] == 0 for row in table.rows)


def test_model_table_says_what_the_estimates_say():
    estimates = estimate_table(2)
    table = models_beside(estimates)
    row = estimates.query(
        "model == 'M2' and estimator == 'firth' and term == 'stabilization_burden'"
    ).iloc[0]
    panels = rows_by_panel(table)
    cell = panels["Firth's logit: log-odds"][1][2]
    expected = (
        f"{row.estimate:.2f}",
        f"[{row.conf_low:.2f}, {row.conf_high:.2f}]",
        f"p = {row.p_value:.3f}",
    )
    assert cell == tuple(text.replace("-", "−") for text in expected)
    assert panels["Firth's logit: log-odds"][2][0] == ("Constant",)
    assert panels[""][:2] == [
        [("Cases",), ("20",), ("21",)],
        [("Cases that sought",), ("9",), ("9",)],
    ]
    assert csv_frame(table).shape == (2 * 5, len(COLUMNS))


def test_model_table_is_blank_where_a_model_lacks_a_term_and_gives_reasons_where_a_fit_failed():
    estimates = estimate_table(2)
    m1 = (estimates["model"] == "M1") & (estimates["estimator"] == "firth")
    estimates = estimates[~(m1 & (estimates["term"] == "stabilization_burden"))].copy()
    failed = m1 & (estimates["term"] == "military_opposition")
    estimates.loc[failed, ["estimate", "conf_low", "conf_high", "p_value"]] = float("nan")
    estimates.loc[failed, "note"] = "the outcome never varies"
    table = models_beside(estimates)
    panel = rows_by_panel(table)["Firth's logit: log-odds"]
    assert (panel[0][1], panel[1][1]) == (("–",), ("",))
    assert formatted_table(table).reasons == (("a", "the outcome never varies"),)


def test_methods_table_has_a_row_an_effect_and_a_column_a_method():
    estimates = estimate_table(2)
    table = methods(estimates)
    assert [row.panel for row in table.rows] == ["M1, intervention"] * 2 + ["M2, intervention"] * 2
    columns = [column.key for column in table.columns][4:]
    names = ["firth", "exact", "lpm_hc3", "wild_bootstrap", "permutation"]
    assert columns == [*names, "holm", "benjamini_hochberg"]
    assert [row.cells["nobs"] for row in table.rows] == [20, 20, 21, 21]
    row = table.rows[1]
    smallest = min(r.cells["firth"].value for r in table.rows)
    assert min(r.cells["holm"] for r in table.rows) == min(1.0, 4 * smallest)
    for method in names:
        fits = estimates.query(
            f"model == 'M1' and estimator == '{method}' and term == 'stabilization_burden'"
        )
        assert row.cells[method].value == fits["p_value"].iloc[0]


@pytest.mark.parametrize(("p_values", "said"), [
    ([0.2, 0.05, None], "Of 2 score tests of this, one for each ordered logit estimated, 0 reject at 0.05; "
     "the smallest p is 0.050 (M2)."),
    ([0.03, 0.2, 0.05], "Of 3 score tests of this, one for each ordered logit estimated, 1 rejects at 0.05; "
     "the smallest p is 0.030 (M1)."),
])  # fmt: skip
def test_the_assumption_of_the_ordered_logit_is_reported(p_values, said):
    ordered = (
        estimate_table(3).query("estimator == 'permutation'").assign(estimator="ordered_logit")
    )
    estimates = pd.concat([estimate_table(3), ordered])
    checks = pd.DataFrame({"model": ["M1", "M2", "M3"], "p_value": p_values})
    notes = " ".join(methods(estimates, checks).notes)
    assert said in notes
    without = methods(estimate_table(3), checks).notes
    assert "proportional" not in " ".join(without)


def test_every_p_value_with_another_n_or_that_could_not_reject_says_so():
    """A table once headed p-values from 66 positions and 8 pairs with the largest N over all samples."""
    keys = {"model": "A1", "outcome": "io", "term": "state", "note": "", "exhibit": "x"}
    rows = [
        {**keys, "sample": sample, "estimator": estimator, "estimate": value, "conf_low": -1.0,
         "conf_high": 1.0, "p_value": 0.9, "nobs": nobs, "smallest_p": smallest}
        for sample, estimator, value, nobs, smallest in (
            ("intervention", "panel", -0.02, 62, None),
            ("intervention", "wild_bootstrap", -0.02, 66, None),
            ("intervention", "permutation", 0.0, 8, 0.5),
            ("all", "panel", -0.05, 109, None),
            ("all", "wild_bootstrap", -0.05, 115, None),
        )
    ]  # fmt: skip
    table = methods(pd.DataFrame(rows))
    first, second = table.rows
    assert (first.cells["nobs"], second.cells["nobs"]) == (62, 109)
    assert (first.cells["estimate"], second.cells["estimate"]) == ("−0.02", "−0.05")
    assert first.cells["wild_bootstrap"].note == "N = 66"
    assert second.cells["wild_bootstrap"].note == "N = 115"
    assert "permutation" not in first.cells
    assert first.cells["paired"].note == "N = 8; no p-value under 0.500 can be reached"
    assert "A1: position on asking" in " ".join(table.notes)


def test_an_infinite_exact_estimate_has_the_median_unbiased_one_beside_it():
    estimates = estimate_table(2)
    own = (estimates["estimator"] == "exact") & (estimates["model"] == "M1")
    estimates.loc[own, "estimate"] = -float("inf")
    estimates.loc[own, "estimate_mue"] = -1.886
    table = methods(estimates)
    notes = [row.cells["exact"].note for row in table.rows]
    assert notes[0] == "estimate −∞, median unbiased −1.89"
    assert sum("median" in note for note in notes) == own.sum() < len(notes)
    assert "median unbiased" in " ".join(table.notes)


def made_up_results(codebook, reads):
    """Made-up results under the names that an exhibit declares."""
    cases = case_table(20)
    for variable in codebook.case:
        for name in (variable.name, f"{variable.name}_confidence"):
            if name not in cases:
                cases[name] = pd.array([1] * 20, dtype="Int64")
    actors = actor_table(cases).assign(io=pd.array([-1] * 40, dtype="Int64"), io_confidence=2)
    frames = {"cases": cases, "actors": actors, "estimates": estimate_table(2)}
    frames["proportional_odds"] = NO_CHECKS
    return GivenResults({name: frames[name] for name in reads}, Labels.of(codebook), codebook)


@pytest.mark.parametrize("module", [timeline, heat_map, coefficients])
def test_figures_are_made_from_declared_results(module):
    made = made_up_results(read_codebook(paths.CODEBOOK), module.READS)
    assert faults(module.make(made, "figure_x").drawing) == []


@pytest.mark.parametrize("module", [sample_table, crosstab_table, model_table, methods_table])
def test_tables_are_made_from_declared_results(module):
    made = made_up_results(read_codebook(paths.CODEBOOK), module.READS)
    assert module.make(made, "table_x").rows


def test_a_new_codebook_variable_appears_in_the_heat_map():
    book = read_codebook(paths.CODEBOOK)
    host = next(v for v in book.case if v.name == "host_consent")
    wider = replace(
        book, case=(*book.case, replace(host, name="press_coverage", key="press_coverage"))
    )
    figure = heat_map.make(made_up_results(wider, heat_map.READS), "figure_x")
    assert faults(figure.drawing) == []
    assert "Press coverage" in [
        text.get_text() for axes in figure.drawing.axes for text in axes.texts
    ]


def test_labels_are_those_of_the_codebook():
    labels = Labels.of(read_codebook(paths.CODEBOOK))
    assert labels.code("military_opposition", 3) == "3 opposed"
    assert labels.scale("domestic_pressure") == "0 little; 1 some; 2 strong"
    assert labels.actor("white_house") == "White House"
    assert labels.value("sample", "considered") == "considered"
