"""The form as a person has it: a server of its own process, and a browser."""

import json
import shutil
import signal
import subprocess
import sys
import time

import pytest
from chromium import started

from replication import paths

CASES = ("kosovo_1999", "libya_2011")
SERVE = """
import sys
from pathlib import Path
from replication import paths
from replication.codebook import read_codebook
from replication.form.server import serve
paths.BUILD = Path(sys.argv[1]) / ".build"
sys.exit(serve(Path(sys.argv[1]) / "cases", read_codebook(paths.CODEBOOK), open_browser=False))
"""
WIDE = {"width": 1200, "height": 900}
# What the browser itself says of answers that the page expects and handles.
EXPECTED = ("Failed to load resource", "net::ERR_CONNECTION_REFUSED")


class Form:
    """A server that can be killed and started again, and the folder it works in."""

    def __init__(self, home):
        self.home, self.cases = home, home / "cases"
        self.process = None

    def start(self):
        """Start the server; give the address that it prints."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(self.home)],
            cwd=paths.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        line = self.process.stdout.readline()
        assert "The form is at http://127.0.0.1:" in line, line + self.process.stdout.read()
        return line.split()[-1]

    def kill(self):
        """End it as a crash would: nothing of it runs any more."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    @property
    def address(self):
        """Address that the server of before and the next one share."""
        last = json.loads((self.home / ".build" / "form" / "address.json").read_text())
        return f"http://127.0.0.1:{last['port']}/{last['token']}/"

    def path(self, case="kosovo_1999"):
        """File of a case."""
        return self.cases / f"{case}.yaml"

    def text(self, case="kosovo_1999"):
        """Text of it, line ends and all."""
        return self.path(case).read_bytes().decode("utf-8")

    def wait_for(self, words, case="kosovo_1999"):
        """Wait until the file of a case holds some words."""
        for _ in range(100):
            if words in self.text(case):
                return
            time.sleep(0.1)
        raise AssertionError(f"{words!r} did not come into the file")


@pytest.fixture
def form(tmp_path):
    (tmp_path / "cases").mkdir()
    for case in CASES:
        shutil.copy(paths.CASES / f"{case}.yaml", tmp_path / "cases")
    served = Form(tmp_path)
    served.start()
    yield served
    if served.process.poll() is None:
        served.kill()


@pytest.fixture(scope="module")
def browser():
    with started() as launched:
        yield launched


@pytest.fixture
def context(browser, form):  # noqa: ARG001 - the server stays until the browser is closed
    """One person's browser; whatever it asks of others, or stumbles over, fails the test."""
    faults = []
    made = browser.new_context(viewport=WIDE)
    made.set_default_timeout(10_000)
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
        page.goto(f"{form.address}case/{case}/{coding}/")
        page.wait_for_selector("html[data-ready]")
        return page

    return opened
