"""Pages the tests look at: made once a session."""

import csv
import shutil
import sys
from pathlib import Path

import pytest
from chromium import started

sys.path.insert(0, str(Path(__file__).parent))

from small_project import (
    HOSTILE,
    add_exhibits,
    write_choices,
    write_narratives,
    write_project,
    write_types,
)

from replication import paths
from replication.analyses.model_data import model_data
from replication.analyses.tidy import rows_of, tidy_frame
from replication.casefile import load_cases
from replication.codebook import read_codebook
from replication.dataset import build
from replication.estimators.firth import fit_firth
from replication.report.inputs import placed
from replication.report.page import write_report
from replication.specifications import read_models, read_samples
from replication.tables import write_table

WIDE = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Project of five made-up cases with its page."""
    return _with_page(write_project(tmp_path_factory.mktemp("small"), 5))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """Project of one case, for checks whose time grows with every element."""
    return _with_page(write_project(tmp_path_factory.mktemp("tiny"), 1))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """Make the same with texts that try to break out of the page."""
    return _with_page(write_project(tmp_path_factory.mktemp("hostile"), 5, HOSTILE))


@pytest.fixture(scope="session")
def real(tmp_path_factory):
    """Project of the cases that ship here, with the estimates the page recomputes and made-up exhibits."""
    folder = tmp_path_factory.mktemp("real")
    for path in (paths.CODEBOOK, *paths.SPECIFICATIONS.glob("*.yaml"), *paths.CASES.glob("*.yaml")):
        placed(path, folder).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, placed(path, folder))
    book = read_codebook(paths.CODEBOOK)
    frames = build(load_cases(paths.CASES, book), book)
    for name, frame in frames.items():
        write_table(placed(paths.DERIVED, folder) / f"{name}.csv", frame)
    write_narratives(folder, frames["actors"], book)
    models, samples = read_models(paths.SPECIFICATIONS), read_samples(paths.SPECIFICATIONS)
    rows = []
    for model in models.values():
        data = model_data(frames["cases"], model, samples)
        rows += rows_of(
            fit_firth(data.outcome, data.design, data.terms), model, "firth", "table01_made_up"
        )
    write_table(placed(paths.OUTPUT, folder) / "estimates.csv", tidy_frame(rows))
    write_choices(folder)
    write_types(folder, frames, book)
    add_exhibits(folder)
    return _with_page(folder)


@pytest.fixture(scope="session")
def derived():
    """Read a derived table of a project as rows of text."""

    def read(project, name):
        with (placed(paths.DERIVED, project) / f"{name}.csv").open(
            encoding="utf-8", newline=""
        ) as file:
            return list(csv.DictReader(file))

    return read


# Not for the session: while playwright is open, no other test could run an event loop.
@pytest.fixture(scope="module")
def browser():
    """Start a Chromium, or skip with the reason."""
    with started() as launched:
        yield launched


@pytest.fixture
def visit(browser):
    """Open a project's page; everything that went wrong in it fails the test at its end."""
    contexts, faults = [], []

    def opened(project, fragment="", **options):
        context = browser.new_context(**{**WIDE, **options})
        contexts.append(context)
        # Only a guard against waiting for ever: a machine with other work may take its time.
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                faults.append(message.text) if message.type in ("error", "warning") else None
            ),
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("requestfailed", lambda request: faults.append(request.url))
        page.on(
            "request",
            lambda request: faults.append(request.url) if request.url.startswith("http") else None,
        )
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.goto(f"{(project / 'output' / 'report.html').as_uri()}{fragment}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def _with_page(folder):
    write_report(folder / "output" / "report.html", folder)
    return folder
