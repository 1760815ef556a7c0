"""Bars: seen on a terminal after two seconds, nowhere else."""

import io
import os
import sys

import pytest

from replication import progress


class Terminal(io.StringIO):
    """A terminal that remembers what it showed."""

    def isatty(self):  # noqa: D102 - as everywhere
        return True


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(progress, "_SECONDS", 0.0)
    monkeypatch.setenv(progress.VARIABLE, "")


def test_a_terminal_gets_a_bar_with_the_remaining_time(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert list(progress.shown(iter(range(3)), "counting", total=3)) == [0, 1, 2]
    assert "counting" in terminal.getvalue()
    assert "0/3 [00:00<" in terminal.getvalue()


def test_no_terminal_gets_nothing(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert list(progress.shown([1, 2], "silent")) == [1, 2]
    assert sys.stderr.getvalue() == ""


def test_what_is_over_within_two_seconds_shows_no_bar(monkeypatch):
    monkeypatch.setattr(progress, "_SECONDS", 2.0)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert list(progress.shown([1, 2], "quick")) == [1, 2]
    assert "quick" not in terminal.getvalue()


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals on this system")
def test_a_step_whose_output_is_put_aside_still_finds_the_terminal(monkeypatch):
    outer, inner = os.openpty()
    with os.fdopen(inner, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        progress.remember_terminal()
        assert os.environ[progress.VARIABLE] == os.ttyname(inner)
        monkeypatch.setattr(sys, "stderr", io.StringIO())
        assert list(progress.shown([1, 2], "aside")) == [1, 2]
        assert "aside" in os.read(outer, 4096).decode("utf-8")
        assert sys.stderr.getvalue() == ""
    os.close(outer)


def test_a_terminal_that_is_gone_is_not_missed(monkeypatch, tmp_path):
    monkeypatch.setenv(progress.VARIABLE, str(tmp_path / "gone"))
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert list(progress.shown([1, 2], "gone")) == [1, 2]
    assert not (tmp_path / "gone").exists()


def test_no_terminal_is_remembered_where_there_is_none(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    progress.remember_terminal()
    assert os.environ[progress.VARIABLE] == ""
