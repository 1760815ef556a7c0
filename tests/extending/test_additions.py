"""An estimator, a table, a figure and a sample are each added in one list and one module, and then seen everywhere."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from replication import paths
from replication.registry import ESTIMATORS, Estimator, estimators_in, require_estimators
from replication.release.readme import part
from replication.tables import read_rows

NEWLINE = "\n"
ENTRY = """    Estimator(
        "median_unbiased",
        "Median-unbiased",
        ("methods_table", "coefficients"),
        head="median unb.",
        scale=LOG_ODDS,
        test="made-up test",
    ),
"""
ESTIMATOR_MODULE = '''"""Estimate a number that no model has."""

import numpy as np

from replication.estimators.results import Estimates


def fit_median_unbiased(outcome, design, terms):
    """Give a fixed estimate of every term."""
    ones = np.ones(len(terms))
    return Estimates(
        terms=tuple(terms), estimate=1.234 * ones, std_error=ones, statistic=ones, p_value=0.567 * ones,
        conf_low=-ones, conf_high=3 * ones, nobs=len(outcome), n_events=int(outcome.sum()),
        note=("",) * len(terms),
    )
'''
EXHIBIT_MODULES = {
    "tables/added_table.py": '''"""Table: an added one."""

from replication.exhibits.typesetting.table import Column, Table, TableRow

READS = ("venues",)


def make(results, name):
    """Make the table."""
    rows = (TableRow({"n": len(results["venues"])}),)
    return Table(name, "An added table", (Column("n", "Rows", kind="integer"),), rows)
''',
    "figures/added_figure.py": '''"""Figure: an added one."""

from replication.exhibits.drawing.figure import Figure, nothing_to_show

READS = ("venues",)


def make(results, name):
    """Make the figure."""
    return Figure(name, "An added figure", "Caption.", "Description.", nothing_to_show("Nothing."))
''',
}
STEPS = """
import json, sys
import pandas as pd
sys.path.insert(0, "tests")
from in_process import make_exhibits, run
from replication import paths
from replication.analyses.effects.headline import estimate_models
from replication.cli.deposit import run_readme
from replication.release.crosswalk import write_crosswalk
from replication.report.paper_source import FIGURE, TABLE
from replication.report.supplement import left_out
from replication.specifications import read_models, read_samples
from replication.tables import read_table, write_table

models, samples = read_models(paths.SPECIFICATIONS), read_samples(paths.SPECIFICATIONS)
stored = read_table(paths.OUTPUT / "estimates.csv")
made = estimate_models(read_table(paths.DERIVED / "cases.csv"), [models["M1"], models["ADDED"]], samples)
write_table(paths.OUTPUT / "estimates.csv", pd.concat([made, stored[stored["model"] != "M1"]]))
make_exhibits({
    "table03_models", "table08_methods", "table33_added", "figure11_coefficients", "figure18_added"
})
run("08_report")
write_crosswalk(paths.ROOT, {})
run_readme()
print(json.dumps([*left_out("06_tables.py", TABLE), *left_out("07_figures.py", FIGURE)]))
"""
WITH_RESULTS = pytest.mark.skipif(
    not (paths.OUTPUT / "estimates.csv").is_file() or not (paths.BUILD / "exhibits").is_dir(),
    reason="not made yet: `make all`",
)


def test_an_estimator_without_an_entry_is_refused_and_the_known_ones_are_named():
    with pytest.raises(
        ValueError, match="estimates: estimator: 'median_unbiased' is not allowed; allowed: firth, "
    ):
        require_estimators(["firth", "median_unbiased"], "estimates")


@pytest.mark.parametrize(
    ("shown_in", "message"),
    [((), "shown_in names no exhibit"), (("methods_table",), "methods_table needs head and test")],
)
def test_an_entry_that_would_not_be_seen_is_refused(shown_in, message):
    with pytest.raises(ValueError, match=f"estimator x: {message}"):
        Estimator("x", "X", shown_in)


def test_every_estimator_is_shown_by_modules_that_exist():
    modules = {file.stem for file in (paths.ROOT / "replication" / "exhibits").glob("*/*.py")}
    assert {name for entry in ESTIMATORS.values() for name in entry.shown_in} <= modules
    assert list(estimators_in("model_table")) == ["firth", "firth_ame"]


@WITH_RESULTS
def test_every_estimator_of_the_results_has_a_tolerance_for_its_second_computation():
    given = {
        row["estimator"]
        for row in read_rows(paths.ROOT / "tests" / "crosscheck" / "tolerances.csv")
    }
    assert given <= set(ESTIMATORS)
    used = {row["estimator"] for row in read_rows(paths.OUTPUT / "estimates.csv")}
    assert used == given


@pytest.fixture(scope="module")
def added(tmp_path_factory):
    """Copy of the project with one of each added, its exhibits, page and README made anew."""
    root = tmp_path_factory.mktemp("project")
    for name in ("replication", "scripts", "data", "output", "tests", ".build/exhibits"):
        shutil.copytree(
            paths.ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in (
        "README.md",
        "ARCHITECTURE.md",
        "CITATION.cff",
        "requirements.txt",
        "pyproject.toml",
    ):
        shutil.copy(paths.ROOT / name, root / name)
    package, specifications = root / "replication", root / "data" / "raw" / "specifications"
    (package / "estimators" / "median_unbiased.py").write_text(ESTIMATOR_MODULE, encoding="utf-8")
    for name, text in EXHIBIT_MODULES.items():
        (package / "exhibits" / name).write_text(text, encoding="utf-8")
    after(package / "registry.py", "_LISTED = (", ENTRY.rstrip())
    after(root / "scripts" / "06_tables.py", "TABLES = {", '    "table33_added": "added_table",')
    after(
        root / "scripts" / "07_figures.py", "FIGURES = {", '    "figure18_added": "added_figure",'
    )
    headline = package / "analyses" / "effects" / "headline.py"
    after(
        headline,
        '    yield "firth", firth',
        '    yield "median_unbiased", fit_median_unbiased(*arrays)',
    )
    after(
        headline, "from replication.estimators.firth import fit_firth",
        "from replication.estimators.median_unbiased import fit_median_unbiased",
    )  # fmt: skip
    with (specifications / "samples.yaml").open("a", encoding="utf-8") as file:
        file.write("- {sample: added, label: Added, values: [intervention, comparison]}" + NEWLINE)
    with (specifications / "models.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "- {model: ADDED, label: Added, outcome: sought, sample: added, terms: [military_opposition], "
            "effects: [military_opposition]}" + NEWLINE
        )
    run = subprocess.run(
        [sys.executable, "-c", STEPS], cwd=root, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return root, json.loads(run.stdout.splitlines()[-1])


def after(path, line, text):
    """Put `text` below the only line that reads `line`."""
    content = path.read_text(encoding="utf-8")
    assert content.count(line + NEWLINE) == 1
    path.write_text(
        content.replace(line + NEWLINE, line + NEWLINE + text + NEWLINE), encoding="utf-8"
    )


def exhibit(root, name):
    rows = read_rows(root / "output" / "exhibits.csv")
    return next(row for row in rows if row["exhibit"] == name)


@pytest.mark.slow
@WITH_RESULTS
def test_an_added_estimator_stands_in_table_figure_and_page(added):
    root, _ = added
    table = (root / "output" / "tables" / "table08_methods.html").read_text(encoding="utf-8")
    assert "median unb." in table
    assert "0.567" in table
    figure = exhibit(root, "figure11_coefficients")
    assert "Median-unbiased" in figure["alt"]
    assert "Median-unbiased" in (root / "output" / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
@WITH_RESULTS
def test_an_added_table_and_figure_stand_in_page_map_and_supplement(added):
    root, left_out = added
    page = (root / "output" / "report.html").read_text(encoding="utf-8")
    listed = part((root / "README.md").read_text(encoding="utf-8"), "exhibits")
    for name, title in (("table33_added", "An added table"), ("figure18_added", "An added figure")):
        assert title in page
        assert f"| {name} | " in listed
        assert name in left_out
        files = exhibit(root, name)["files"].split(";")
        assert len(files) == 3
        assert all((root / file).is_file() for file in files)


@pytest.mark.slow
@WITH_RESULTS
def test_a_model_on_an_added_sample_stands_in_tables_figure_and_page(added):
    root, _ = added
    table = (root / "output" / "tables" / "table03_models.html").read_text(encoding="utf-8")
    assert "ADDED" in table
    assert "Added" in table
    rows = [row for row in read_rows(root / "output" / "estimates.csv") if row["sample"] == "added"]
    assert {row["estimator"] for row in rows} >= {"firth", "exact", "median_unbiased"}
    methods = (root / "output" / "tables" / "table08_methods.html").read_text(encoding="utf-8")
    assert "ADDED, " in methods
    figure = exhibit(root, "figure11_coefficients")
    assert "ADDED, military opposition" in figure["alt"]
    assert all((root / file).is_file() for file in figure["files"].split(";"))
    assert "ADDED" in (root / "output" / "report.html").read_text(encoding="utf-8")
