"""Results by key: found, not found, ambiguous, missing, and files without rows."""

import csv
import shutil

import pytest

from replication import paths
from replication.report.inputs import placed
from replication.report.paper_results import PaperResults

ESTIMATES = (
    ("M1", "intervention", "firth", "x", "1.5", ""),
    ("M1", "all", "firth", "x", "0.5", ""),
    ("M8", "all", "firth", "x:z", "", "the data are separated"),
    ("H5", "intervention", "rank_test", "io_obtained>=2", "0.75", ""),
    ("H5", "all", "rank_test", "io_obtained>=2", "0.86", ""),
    ("D", "intervention", "firth", "x", "1", ""),
    ("D", "intervention", "firth", "x", "2", ""),
)


@pytest.fixture
def project(tmp_path):
    """Project with a few results and two models."""
    specifications = placed(paths.SPECIFICATIONS, tmp_path)
    specifications.mkdir(parents=True)
    (specifications / "samples.yaml").write_text(
        "[{sample: intervention, label: a, values: [a]}, {sample: all, label: b, values: [a, b]}]",
        encoding="utf-8",
    )
    (specifications / "models.yaml").write_text(
        "\n".join(
            f"- {{model: {name}, label: l, outcome: sought, sample: {sample}, terms: [x], effects: [x]}}"
            for name, sample in (("M1", "intervention"), ("M8", "all"))
        ),
        encoding="utf-8",
    )
    shutil.copy(paths.CODEBOOK, placed(paths.CODEBOOK, tmp_path))
    output = placed(paths.OUTPUT, tmp_path)
    write(
        output / "estimates.csv",
        ("model", "sample", "estimator", "term", "estimate", "note"),
        ESTIMATES,
    )
    results = output / "results"
    write(results / "audit.csv", ("audit", "verdict", "items"), [("audit_1", "supported", "42")])
    write(results / "next_cases.csv", ("place", "case_title"), [])
    write(
        results / "coding_error.csv",
        ("model", "term", "factor", "median"),
        [("M1", "x", "0.5", "1"), ("M1", "x", "1.0", "2")],
    )
    return tmp_path


def write(path, columns, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("M1.firth.x.estimate", "1.5"),
        ("M1.all.firth.x.estimate", "0.5"),
        ("H5.rank_test.io_obtained>=2.estimate", "0.75"),
        ("H5.all.rank_test.io_obtained>=2.estimate", "0.86"),
        ("audit.audit_1.supported.items", "42"),
        ("coding_error.M1.x.0.5.median", "1"),
        ("coding_error.M1.x.1.0.median", "2"),
    ],
)
def test_values_are_found(project, key, value):
    text, reason, file = PaperResults(project).cell(key)
    assert (text, reason) == (value, "")
    assert file.startswith("output/")


def test_a_model_is_meant_on_its_own_sample(project):
    value, reason, _ = PaperResults(project).cell("M8.firth.x:z.estimate")
    assert (value, reason) == ("", "the data are separated")


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (
            "M1.firth.oposition.estimate",
            "there is no 'M1.firth.oposition'.*M1.intervention.firth.x",
        ),
        ("M1.firth.x.estimat", "'estimat' is no column of output/estimates.csv"),
        ("D.firth.x.estimate", "names 2 rows"),
        ("audit.audit_3.supported.items", "there is no 'audit_3.supported'"),
        ("nothing", "names no row"),
    ],
)
def test_wrong_keys_say_what_there_is(project, key, message):
    with pytest.raises(KeyError, match=message):
        PaperResults(project).cell(key)


def test_a_file_without_rows_has_no_such_key_either(project):
    with pytest.raises(KeyError, match="there is no '1'"):
        PaperResults(project).cell("next_cases.1.case_title")
    reason, file = PaperResults(project).absence("next_cases.1.case_title")
    assert reason == "no result for '1.case_title' in output/results/next_cases.csv"
    assert file == "output/results/next_cases.csv"


@pytest.mark.parametrize(
    "key",
    [
        "M8.firth.military_opposition:strategic_interest.estimate",
        "H5.rank_test.io_sought>=2.estimate",
        "coding_error.M1.military_opposition.2.0.median",
    ],
)
def test_a_row_of_known_words_is_absent_only_where_that_is_declared(project, key):
    with pytest.raises(KeyError, match="there is no"):
        PaperResults(project).cell(key)
    reason, _ = PaperResults(project).absence(key)
    assert reason.startswith("no result for")


def test_a_row_with_one_unknown_word_may_not_be_declared_absent(project):
    with pytest.raises(KeyError, match="military_oposition"):
        PaperResults(project).absence("M8.firth.military_oposition:strategic_interest.estimate")
