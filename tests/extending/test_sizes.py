"""Nothing is tied to today's cases: projects of any size and shape give every exhibit, or a named reason."""

import re
import warnings

import pandas as pd
import pytest
from in_process import make_exhibits, project_in, run, run_all, script, whole_project_in
from page_elements import PageElements
from synthetic import NAMES, Plan, write_cases

from replication import paths
from replication.codebook import read_codebook
from replication.files import read_csv, write_csv
from replication.workflow import exhibit_files

BOOK = read_codebook(paths.CODEBOOK)
TODAY = len(list(paths.CASES.glob("*.yaml")))

# How a missing value of the programs would look in a sentence.
WORDS = ("nan", "NaN", "None", "NaT", "True", "False", "undefined", "<NA>")
UNSAID = re.compile(f"(?<![a-zA-Z])({'|'.join(WORDS)})(?![a-zA-Z])")

SHAPES = {
    "no case": Plan(0),
    "one case": Plan(1),
    "no outcome 1": Plan(12, fixed={"io_sought": 0}),
    "constant treatment": Plan(12, fixed={"military_opposition": 2}),
    "one administration": Plan(12, administrations=1),
    "nothing coded": Plan(3, missing=1.0),
}


def built(plan):
    write_cases(paths.CASES, BOOK, plan)
    run("01_build_dataset")
    return read_csv(paths.DERIVED / "cases.csv")


@pytest.mark.parametrize("shape", SHAPES)
def test_every_step_ends_well_and_says_why_there_is_no_estimate(tmp_path, shape):
    plan = SHAPES[shape]
    with whole_project_in(tmp_path), warnings.catch_warnings():
        warnings.simplefilter("error")
        write_cases(paths.CASES, BOOK, plan)
        run_all()
        assert len(read_csv(paths.DERIVED / "cases.csv")) == plan.count - plan.drafts
        missing = [path.name for path in exhibit_files() if not path.stat().st_size]
        assert missing == []
        estimates = read_csv(paths.OUTPUT / "estimates.csv")
        firth = estimates[(estimates["estimator"] == "firth") & (estimates["term"] != "const")]
        if shape != "one administration":
            opposition = firth[firth["term"] == "military_opposition"]
            assert opposition["estimate"].isna().all()
            assert opposition["note"].str.len().gt(5).all()
        for page in (*paths.TABLES.glob("*.html"), *paths.OUTPUT.glob("*.html")):
            assert not UNSAID.search(PageElements(page).words), page.name
        if not plan.count:
            nothing_is_said_of_no_case()
        for record in (paths.BUILD / "exhibits").glob("*.json"):
            assert not UNSAID.search(record.read_text(encoding="utf-8")), record.name


def nothing_is_said_of_no_case():
    report = PageElements(paths.OUTPUT / "report.html").words
    assert "There is no case yet." in report
    assert "Nothing is necessary" not in report
    assert "0 of 0" not in report
    # The title of a table without columns of results is not broken into the width of the first.
    title = chr(92) + "caption{Seeking endorsement, by level of each scale}"
    assert title in (paths.TABLES / "table02_crosstabs.tex").read_text(encoding="utf-8")


def test_coefficients_that_are_all_whole_and_need_no_note_are_drawn(tmp_path):
    """With few cases the passes may agree on all or nothing, and the file then reads as whole numbers."""
    with project_in(tmp_path):
        built(Plan(3))
        run("02_reliability")
        file = paths.RESULTS / "reliability.csv"
        table = read_csv(file)
        measures = [name for name in table if name.startswith(("alpha", "agreement"))]
        whole = table[measures].round()
        whole.loc[::2, ["alpha", "alpha_low", "alpha_high"]] = None
        write_csv(file, table.assign(note="", **whole))
        assert make_exhibits({"figure04_reliability"}) == {"figure04_reliability"}


def test_one_case_more_than_today_is_in_every_table_and_figure(tmp_path):
    with project_in(tmp_path):
        write_cases(paths.CASES, BOOK, Plan(1))
        for path in (paths.ROOT / "data" / "raw" / "cases").glob("*.yaml"):
            (paths.CASES / path.name).write_bytes(path.read_bytes())
        run("01_build_dataset")
        assert len(read_csv(paths.DERIVED / "cases.csv")) == TODAY + 1
        make_exhibits({"table01_sample", "figure02_codes"})
        assert "synthetic_0" in (paths.TABLES / "table01_sample.csv").read_text(encoding="utf-8")
        svg = (paths.FIGURES / "figure02_codes.svg").read_text(encoding="utf-8")
        assert NAMES[0][:12] in svg


@pytest.mark.slow
@pytest.mark.parametrize(("count", "figure"), [(100, "figure01_timeline"), (300, "figure02_codes")])
def test_many_cases_with_names_of_any_script_are_all_shown(tmp_path, count, figure):
    with project_in(tmp_path):
        cases = built(Plan(count))
        assert len(cases) == count
        assert make_exhibits({"table01_sample", figure}) == {"table01_sample", figure}
        shown = pd.read_csv(paths.TABLES / "table01_sample.csv")
        assert sorted(shown["case_id"]) == sorted(cases["case_id"])
        html = (paths.TABLES / "table01_sample.html").read_text(encoding="utf-8")
        assert "<script" not in html
        svg = (paths.FIGURES / f"{figure}.svg").read_text(encoding="utf-8")
        assert all(text.count("人道支援作戦") >= count // len(NAMES) for text in (html, svg))
        script("05_compare").task_compare()
        comparison = read_csv(paths.RESULTS / "comparison.csv")
        assert comparison["estimate_new"].notna().all()
        assert comparison["note"].str.contains("no release").all()


# What the robustness steps and the multiverse make, and the other figures that look at no single case.
ROBUSTNESS = {
    "table10_influence", "table11_coding_error", "table12_multiverse", "table13_sensitivity", "table14_design",
    "table25_overturning", "figure09_specification_curve", "figure10_coding_error", "figure11_influence",
    "figure12_design_analysis",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("count", [100, 300])
def test_robustness_and_multiverse_of_many_cases(tmp_path, count):
    with whole_project_in(tmp_path):
        write_cases(paths.CASES, BOOK, Plan(count))
        for step in ("01_build_dataset", "05_multiverse", "05_robustness"):
            run(step)
        assert make_exhibits(ROBUSTNESS) == ROBUSTNESS
        reasons = read_csv(paths.RESULTS / "multiverse_reasons.csv")
        estimated = reasons.loc[reasons["reason"] == "estimated", "n_specifications"]
        assert estimated.sum() > reasons["n_specifications"].sum() / 2
        analysis = read_csv(paths.RESULTS / "design_analysis.csv")
        # Every effect is looked at beyond the cases at hand, however many these are.
        sizes = analysis.groupby(["model", "term"])["nobs"].agg(["min", "max"])
        assert (sizes["max"] >= 2 * sizes["min"]).all()
        influence = read_csv(paths.RESULTS / "influence.csv")
        left_out = influence.loc[influence["unit"] == "case", "left_out"]
        assert left_out.nunique() > count / 4
        for page in paths.TABLES.glob("*.html"):
            assert not UNSAID.search(PageElements(page).words), page.name
