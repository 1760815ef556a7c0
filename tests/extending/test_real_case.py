"""A real case from outside the released data, added as a user would: check, data, estimates, comparison."""

import pytest
from in_process import project_in, run

from replication import paths
from replication.analyses.model_data import model_data
from replication.analyses.robustness.changes import case_table, released_cells
from replication.analyses.robustness.comparison import compare_with_release
from replication.analyses.tidy import rows_of, tidy_frame
from replication.casefile import check_cases, load_cases
from replication.casefile.scaffold import scaffold
from replication.cli.check import run_check
from replication.cli.compare import run_compare
from replication.codebook import read_codebook
from replication.dataset import build
from replication.estimators.firth import fit_firth
from replication.specifications import read_models, read_samples
from replication.tables import read_table, write_table

BOOK = read_codebook(paths.CODEBOOK)
CASE = "bosnia_relief_1993"
FILE = paths.ROOT / "tests" / "data" / "real" / f"{CASE}.yaml"


@pytest.fixture
def project(tmp_path):
    with project_in(tmp_path):
        paths.CASES.mkdir()
        for path in (paths.RAW / "cases").glob("*.yaml"):
            (paths.CASES / path.name).write_bytes(path.read_bytes())
        (paths.CASES / FILE.name).write_bytes(FILE.read_bytes())
        yield


def release(cells):
    """Keep the headline estimates of cells as the release."""
    samples, rows = read_samples(paths.SPECIFICATIONS), []
    for model in read_models(paths.SPECIFICATIONS).values():
        data = model_data(case_table(cells, BOOK), model, samples)
        rows += rows_of(fit_firth(data.outcome, data.design, data.terms), model, "firth", "table")
    write_table(paths.RELEASE / "codings.csv", cells)
    write_table(paths.RELEASE / "estimates.csv", tidy_frame(rows))


def test_the_case_is_the_scaffold_filled_in_and_fits_the_universe():
    given = scaffold(CASE, BOOK).split("\n")
    lines = FILE.read_text(encoding="utf-8").split("\n")
    # What stands over each field; the case was begun when a first reading went into the agreed coding,
    # and before whatever variable was added since.
    explained = [line for line in lines if line.startswith("      #")]
    assert len(explained) > 50
    assert set(explained) <= set(given)
    [case], faults, notices = check_cases(FILE.parent, BOOK)
    assert faults == []
    assert case.status == "draft"
    assert not any("outside the universe" in str(notice) for notice in notices)
    assert all(item.consulted for item in case.evidence.values())
    assert all(source.copy == (source.url is None) for source in case.sources.values())


@pytest.mark.usefixtures("project")
def test_check_shows_the_draft_and_no_table_holds_it(capsys):
    assert run_check(CASE) == 0
    told = capsys.readouterr().out
    assert f"Drafts, in no estimate until their status is released: {CASE}" in told
    assert "not coded (null): domestic_pressure, host_consent" in told
    frames = build(load_cases(paths.CASES, BOOK), BOOK)
    assert CASE not in set(frames["cases"]["case_id"])


@pytest.mark.usefixtures("project")
def test_released_the_case_is_in_the_data_and_compare_says_what_it_moves(capsys):
    run("01_build_dataset")
    before = released_cells(
        read_table(paths.DERIVED / "cases.csv"), read_table(paths.DERIVED / "actors.csv"), BOOK
    )
    release(before)
    text = FILE.read_text(encoding="utf-8").replace("status: draft", "status: released")
    (paths.CASES / FILE.name).write_text(text, encoding="utf-8", newline="")
    assert run_compare() == 0
    told = capsys.readouterr().out
    assert "1 change since the release." in told
    assert f"chiefly added {CASE}" in told
    frames = build(load_cases(paths.CASES, BOOK), BOOK)
    row = frames["cases"].set_index("case_id").loc[CASE]
    assert (row["io_sought"], row["sought"], row["military_opposition"]) == (2, 1, 2)
    found = compare_with_release(
        released_cells(frames["cases"], frames["actors"], BOOK),
        before,
        read_table(paths.RELEASE / "estimates.csv"),
        read_models(paths.SPECIFICATIONS).values(),
        read_samples(paths.SPECIFICATIONS),
        BOOK,
    )
    moved = found.headline.set_index(["model", "term"]).loc["M1", "military_opposition"]
    assert moved["nobs_new"] == moved["nobs_old"] + 1
    assert moved["contribution"] == pytest.approx(moved["difference"], abs=1e-6)
    assert set(found.changes["case_id"]) == {CASE}
