"""One case more than today, or three hundred: all are shown, and the robustness steps end well."""

import pandas as pd
import pytest
from in_process import make_exhibits, project_in, run, script, whole_project_in
from page_elements import UNSAID, PageElements
from synthetic import NAMES, Plan, write_cases

from replication import paths
from replication.codebook import read_codebook
from replication.tables import read_table

BOOK = read_codebook(paths.CODEBOOK)
MANY = 300
# A scaffold speaks of `status: released` in a comment: what counts stands at the beginning of a line.
TODAY = sum(
    "status: released" in path.read_text(encoding="utf-8").splitlines()
    for path in paths.CASES.glob("*.yaml")
)


def test_one_case_more_than_today_is_in_every_table_and_figure(tmp_path):
    with project_in(tmp_path):
        write_cases(paths.CASES, BOOK, Plan(1))
        for path in (paths.ROOT / "data" / "raw" / "cases").glob("*.yaml"):
            (paths.CASES / path.name).write_bytes(path.read_bytes())
        run("01_build_dataset")
        assert len(read_table(paths.DERIVED / "cases.csv")) == TODAY + 1
        make_exhibits({"table01_sample", "figure10_codes"})
        assert "synthetic_0" in (paths.TABLES / "table01_sample.csv").read_text(encoding="utf-8")
        svg = (paths.FIGURES / "figure10_codes.svg").read_text(encoding="utf-8")
        assert NAMES[0][:12] in svg


@pytest.mark.slow
def test_many_cases_with_names_of_any_script_are_all_shown(tmp_path):
    figures = {"figure01_timeline", "figure10_codes"}
    with project_in(tmp_path):
        write_cases(paths.CASES, BOOK, Plan(MANY))
        run("01_build_dataset")
        cases = read_table(paths.DERIVED / "cases.csv")
        assert len(cases) == MANY
        assert make_exhibits({"table01_sample", *figures}) == {"table01_sample", *figures}
        shown = pd.read_csv(paths.TABLES / "table01_sample.csv")
        assert sorted(shown["case_id"]) == sorted(cases["case_id"])
        html = (paths.TABLES / "table01_sample.html").read_text(encoding="utf-8")
        assert "<script" not in html
        drawn = [
            (paths.FIGURES / f"{figure}.svg").read_text(encoding="utf-8") for figure in figures
        ]
        assert all(text.count("人道支援作戦") >= MANY // len(NAMES) for text in (html, *drawn))
        script("05_compare").task_compare()
        comparison = read_table(paths.RESULTS / "comparison.csv")
        assert comparison["estimate_new"].notna().all()
        assert comparison["note"].str.contains("no release").all()


# What the robustness steps and the multiverse make, and the other figures that look at no single case.
ROBUSTNESS = {
    "table10_influence", "table11_coding_error", "table12_multiverse", "table13_sensitivity", "table14_design",
    "table25_overturning", "figure09_specification_curve", "figure12_coding_error", "figure13_influence",
    "figure14_design_analysis",
}  # fmt: skip


@pytest.mark.slow
def test_robustness_and_multiverse_of_many_cases(tmp_path):
    with whole_project_in(tmp_path):
        write_cases(paths.CASES, BOOK, Plan(MANY))
        for step in ("01_build_dataset", "05_multiverse", "05_robustness"):
            run(step)
        assert make_exhibits(ROBUSTNESS) == ROBUSTNESS
        reasons = read_table(paths.RESULTS / "multiverse_reasons.csv")
        estimated = reasons.loc[reasons["reason"] == "estimated", "n_specifications"]
        assert estimated.sum() > reasons["n_specifications"].sum() / 2
        analysis = read_table(paths.RESULTS / "design_analysis.csv")
        # Every effect is looked at beyond the cases at hand, however many these are.
        sizes = analysis.groupby(["model", "term"])["nobs"].agg(["min", "max"])
        assert (sizes["max"] >= 2 * sizes["min"]).all()
        influence = read_table(paths.RESULTS / "influence.csv")
        left_out = influence.loc[influence["unit"] == "case", "left_out"]
        assert left_out.nunique() > MANY / 4
        for page in paths.TABLES.glob("*.html"):
            assert not UNSAID.search(PageElements(page).words), page.name
