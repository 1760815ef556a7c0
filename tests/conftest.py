"""What all tests share."""

import os

import pytest


def pytest_collection_modifyitems(items):
    """Put files with slow tests first, so that side by side no worker is left alone with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """Where every tool a test needs is installed, a skipped test is a failure."""
    if not os.environ.get("EVERY_TEST_MUST_RUN"):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:  # a worker process: the main one counts
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped:
        reporter.write_line(
            f"{len(skipped)} tests were skipped where every test must run", red=True
        )
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
