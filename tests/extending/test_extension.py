"""The data extended in every way that needs no program: all is made, and all that was added is found.

This is the small form of a proof that takes the whole suite; `tests/extending/prove.py` runs the large one.
"""

import shutil
import warnings

import pytest
from extension import CASE, OTHER, extend
from in_process import run_all, whole_project_in
from page_elements import UNSAID, PageElements

from replication import paths
from replication.cli.check import everything_checked
from replication.cli.compare import run_compare
from replication.codebook import read_codebook
from replication.tables import read_table

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """Make everything from the extended data, with few draws."""
    root, home, released = tmp_path_factory.mktemp("extended"), paths.CASES, paths.RELEASE
    with whole_project_in(root, raster=False), warnings.catch_warnings():
        warnings.simplefilter("error")
        shutil.copytree(home, paths.CASES, dirs_exist_ok=True)
        shutil.copytree(released, paths.RELEASE)
        extend(root, OTHER)
        run_all()
        yield root


@pytest.mark.usefixtures("extended")
def test_the_extended_data_are_sound():
    cases, faults, notices = everything_checked(read_codebook(paths.CODEBOOK))
    assert faults == []
    assert {CASE, OTHER.second, OTHER.third, OTHER.draft} <= {case.case_id for case in cases}
    assert not any("not known" in str(notice) for notice in notices)


@pytest.mark.usefixtures("extended")
def test_everything_added_is_in_the_data_and_the_results():
    cases = read_table(paths.DERIVED / "cases.csv").set_index("case_id")
    assert {CASE, OTHER.second, OTHER.third} <= set(cases.index)
    assert OTHER.draft not in cases.index
    assert cases.loc[OTHER.second, "crisis_family"] == OTHER.family
    assert cases.loc[OTHER.second, "administration"] == OTHER.administration
    evidence = read_table(paths.DERIVED / "evidence.csv")
    assert f"{OTHER.third}-e01" in set(evidence["evidence_id"])
    estimates = read_table(paths.OUTPUT / "estimates.csv")
    added = estimates[(estimates["model"] == OTHER.model) & (estimates["term"] == OTHER.variable)]
    assert "firth" in set(added["estimator"])
    verdicts = read_table(paths.RESULTS / "verdicts.csv")
    assert OTHER.claim in set(verdicts["claim"])
    venues = read_table(paths.RESULTS / "venues.csv")
    assert OTHER.region in set(venues["group"])


@pytest.mark.usefixtures("extended")
def test_a_pass_of_any_name_is_compared_and_is_a_reading_of_the_multiverse():
    reliability = read_table(paths.RESULTS / "reliability.csv")
    row = reliability[
        (reliability["passes"] == f"pass_1 – {OTHER.coder}")
        & (reliability["variable"] == "io_sought")
    ]
    assert row["n_units"].tolist() == [5]
    assert (row["n_coded_once"] > 30).all()
    read = read_table(paths.RESULTS / "multiverse_codings.csv").set_index(["coding", "sample"])
    counted = read.loc[(OTHER.first_pass, "intervention")]
    assert counted["n_cases"] == 1
    assert counted["n_left_out"] > 20
    assert read.loc[("agreed", "intervention"), "n_left_out"] == 0
    table = (paths.TABLES / "table12_multiverse.html").read_text(encoding="utf-8")
    assert "cases not read, and left out" in table


@pytest.mark.usefixtures("extended")
def test_every_page_says_all_it_means_to_say():
    """But for what coders wrote: "None." is the note of a fact."""
    texts = [
        *read_table(paths.DERIVED / "facts.csv")["note"].dropna(),
        *read_table(paths.DERIVED / "evidence.csv")["statement"],
        *read_table(paths.DERIVED / "codings.csv")["why"].dropna(),
        *read_table(paths.DERIVED / "sources.csv")["title"].dropna(),
        "None of the",  # begins a sentence of the page itself
    ]
    written = [" ".join(text.split()) for text in texts if UNSAID.search(text)]
    for page in (*paths.TABLES.glob("*.html"), *paths.OUTPUT.glob("*.html")):
        words = PageElements(page).words
        for text in written:
            words = words.replace(text, "")
        assert not UNSAID.search(words), page.name
    report = (paths.OUTPUT / "report.html").read_text(encoding="utf-8")
    for added in (CASE, OTHER.second, OTHER.third, OTHER.coder, "Rival: coverage"):
        assert added in report


@pytest.mark.usefixtures("extended")
def test_compare_tells_the_whole_in_few_lines(capsys):
    assert run_compare() == 0
    said = capsys.readouterr().out
    lines = said.splitlines()
    # However many cells it has; the model that reads it names it too, for every case that is new to it.
    [told] = [line for line in lines if OTHER.variable in line and OTHER.model not in line]
    assert "new variable" in told
    assert f"added {OTHER.third}: enters " in said
    assert f"new pass {OTHER.coder}: " in said
    assert f"new claim {OTHER.claim}: " in said
    [drafts] = [line for line in lines if line.startswith("Drafts, in no estimate: ")]
    assert OTHER.draft in drafts
    assert "-0.000" not in said
