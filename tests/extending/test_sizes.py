"""Nothing is tied to today's cases: projects of any size and shape give every exhibit, or a named reason."""

import warnings

import pytest
from in_process import make_exhibits, project_in, run, run_all, whole_project_in
from page_elements import UNSAID, PageElements
from synthetic import Plan, write_cases

from replication import paths
from replication.codebook import read_codebook
from replication.tables import read_table, write_table
from replication.workflow import exhibit_files

pytestmark = pytest.mark.slow
BOOK = read_codebook(paths.CODEBOOK)

SHAPES = {
    "no case": Plan(0),
    "one case": Plan(1),
    "no outcome 1": Plan(9, fixed={"io_sought": 0}),
    "constant treatment": Plan(9, fixed={"military_opposition": 2}),
    "one administration": Plan(9, administrations=1),
    "nothing coded": Plan(3, missing=1.0),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_step_ends_well_and_says_why_there_is_no_estimate(tmp_path, shape):
    plan = SHAPES[shape]
    with whole_project_in(tmp_path, raster=shape == "one case"), warnings.catch_warnings():
        warnings.simplefilter("error")
        write_cases(paths.CASES, BOOK, plan)
        run_all()
        assert len(read_table(paths.DERIVED / "cases.csv")) == plan.count - plan.drafts
        missing = [path.name for path in exhibit_files() if not path.stat().st_size]
        assert missing == []
        estimates = read_table(paths.OUTPUT / "estimates.csv")
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
        write_cases(paths.CASES, BOOK, Plan(3))
        run("01_build_dataset")
        run("02_reliability")
        file = paths.RESULTS / "reliability.csv"
        table = read_table(file)
        measures = [name for name in table if name.startswith(("alpha", "agreement"))]
        whole = table[measures].round()
        whole.loc[::2, ["alpha", "alpha_low", "alpha_high"]] = None
        write_table(file, table.assign(note="", **whole))
        assert make_exhibits({"figure02_reliability"}) == {"figure02_reliability"}
