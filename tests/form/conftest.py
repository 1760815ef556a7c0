"""The form as a person has it, a server of its own process and a browser; and its application, asked directly."""

import shutil

import pytest
from asking import CASE, PORT, TOKEN
from chromium import started
from released_passes import copy_released_passes
from served import CASES, Form
from werkzeug.test import Client

from replication import paths
from replication.codebook import read_codebook
from replication.form.application import Application

WIDE = {"width": 1200, "height": 900}
# What the browser itself says of answers that the page expects and handles.
EXPECTED = ("Failed to load resource", "net::ERR_CONNECTION_REFUSED")


@pytest.fixture
def folder(tmp_path):
    """Folder with one case."""
    cases = tmp_path / "cases"
    cases.mkdir()
    copy_released_passes(CASE, cases)
    return cases


@pytest.fixture
def client(folder, tmp_path):
    """Ask the application without a server."""
    copy = tmp_path / "codebook.yaml"
    shutil.copyfile(paths.CODEBOOK, copy)
    application = Application(
        folder, tmp_path / "kept", read_codebook(copy), copy, TOKEN, lambda: None
    )
    application.port = PORT
    return Client(application)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One server for the tests of a file; one that was killed or ended is started again."""
    made = Form(tmp_path_factory.mktemp("form"))
    yield made
    if made.running:
        made.kill()


@pytest.fixture
def form(served):
    """Folder as it was, without drafts, and a server that runs."""
    shutil.rmtree(served.cases, ignore_errors=True)
    served.cases.mkdir()
    for case in CASES:
        copy_released_passes(case, served.cases)
    shutil.copyfile(paths.CODEBOOK, served.codebook)
    if not served.running:
        served.start()
    return served


@pytest.fixture(scope="module")
def browser():
    with started() as launched:
        yield launched


@pytest.fixture
def context(browser, form):  # noqa: ARG001 - the server stays until the browser is closed
    """One person's browser; whatever it asks of others, or stumbles over, fails the test."""
    faults = []
    made = browser.new_context(viewport=WIDE)
    # Only a guard against waiting for ever: a machine with other work may take its time.
    made.set_default_timeout(60_000)
    made.on(
        "console",
        lambda said: faults.append(said.text) if said.type in ("error", "warning") else None,
    )
    made.on("weberror", lambda error: faults.append(str(error.error)))
    made.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith(("http://127.0.0.1:", "data:,"))
            else faults.append(asked.url)
        ),
    )
    yield made
    made.close()
    assert [fault for fault in faults if not fault.startswith(EXPECTED)] == []


@pytest.fixture
def visit(context, form):
    """Open a case in a new window of the same browser."""

    def opened(case="kosovo_1999", coding="agreed", page=None):
        page = page or context.new_page()
        part = "codes" if coding == "anna" else "whole"
        page.goto(f"{form.address}case/{part}/{case}/{coding}/")
        page.wait_for_selector("html[data-ready]")
        return page

    return opened
