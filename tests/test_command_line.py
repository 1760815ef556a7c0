"""The command line hands on what it does not read itself, and installs what a verb lacks."""

import shlex
import subprocess
import sys

import pytest

from replication import environment, paths
from replication.cli import housekeeping
from replication.cli.main import VERBS, main
from replication.cli.words import case_ids


@pytest.mark.parametrize(
    ("typed", "handed_on"),
    [
        ([], []),
        (["--durations=45"], ["--durations=45"]),
        (["--", "-x"], ["-x"]),
        (["-k", "firth", "tests/estimators"], ["-k", "firth", "tests/estimators"]),
    ],
)
def test_what_follows_test_is_for_pytest(monkeypatch, typed, handed_on):
    got = []
    monkeypatch.setitem(VERBS, "test", (lambda pytest: got.extend(pytest) or 0, "run the tests"))
    with pytest.raises(SystemExit) as end:
        main(["test", *typed])
    assert end.value.code == 0
    assert got == handed_on


def test_the_help_of_test_is_shown(capsys):
    with pytest.raises(SystemExit) as end:
        main(["test", "--help"])
    assert end.value.code == 0
    assert "pytest" in capsys.readouterr().out


def test_a_lock_is_installed_only_where_something_is_missing(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(housekeeping, "install", lambda *purposes: asked.append(purposes) or 0)
    assert housekeeping.provide("tests") == 0
    assert asked == []
    lock = tmp_path / "cluster.lock"
    lock.write_text("no-such-package==1.0", encoding="utf-8")
    monkeypatch.setitem(housekeeping.LOCKS, "cluster", lock)
    assert housekeeping.provide("cluster", "tests") == 0
    assert asked == [("cluster",)]


def test_pip_installs_where_uv_does_not_work(monkeypatch):
    commands = []

    def run(*command, **_):
        commands.append(command)
        return 1 if "--target" in command else 0

    monkeypatch.setenv("WHEELS", "some wheels")
    monkeypatch.setattr(environment, "_run", run)
    monkeypatch.setattr(environment, "_compile", lambda: None)
    assert environment.install("all") == 0
    fetching, installing = commands
    assert str(environment.LOCKS["setup"]) in fetching
    assert str(environment.LOCKS["all"]) in installing
    for command in commands:
        assert {"--require-hashes", "--no-deps", "--no-index", "--find-links"} <= set(command)


def test_uv_is_told_what_pip_is_set_to_and_not_of_folders_that_are_missing(monkeypatch):
    lines = ("global.index-url='https://example.org/simple'", ":env:.find-links='/no/such/folder'")
    listed = "\n".join(lines)

    def told(*_, **__):
        return type("Done", (), {"stdout": listed})

    monkeypatch.setattr(environment.subprocess, "run", told)
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    found = environment._settings()
    assert found["UV_DEFAULT_INDEX"] == "https://example.org/simple"
    assert "UV_FIND_LINKS" not in found


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("", []),
        (None, []),
        ("a_1", ["a_1"]),
        ("a_1 b_2", ["a_1", "b_2"]),
        (["a_1 b_2", "c_3"], ["a_1", "b_2", "c_3"]),
        ("data/raw/cases/a_1.yaml, a_1", ["a_1"]),
    ],
)
def test_cases_may_be_typed_in_every_way(typed, ids):
    assert case_ids(typed) == ids


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["check", "CASE=libya_2011"], {"case": ["libya_2011"]}),
        (["check", "libya_2011"], {"case": ["libya_2011"]}),
        (["new-case", "PASS=anna", "ID=x_2011"], {"case": "x_2011", "coding": "anna"}),
        (
            ["coding-sheet", "CASE=a b", "PASS=anna"],
            {"coding": "anna", "case": "a b", "variables": None, "again": False},
        ),
        (
            ["import-sources", "CASE=x_2011", "WRITE=1", "FILE=a=b.bib"],
            {
                "file": "a=b.bib",
                "case": "x_2011",
                "types": None,
                "duplicates": False,
                "write": True,
            },
        ),
        (["code", "BROWSER=0"], {"no_browser": True}),
        (["code", "BROWSER=1"], {"no_browser": False}),
        (["portability", "SMALL=1"], {"small": True}),
    ],
)
def test_words_as_make_takes_them(monkeypatch, typed, meant):
    got = {}
    text = VERBS[typed[0]][1]
    monkeypatch.setitem(VERBS, typed[0], (lambda **options: got.update(options) or 0, text))
    with pytest.raises(SystemExit) as end:
        main(typed)
    assert end.value.code == 0
    assert got == meant


def test_a_name_that_the_verb_does_not_take_is_refused(capsys):
    with pytest.raises(SystemExit) as end:
        main(["coding-sheet", "PASS=anna", "COLOUR=red"])
    assert end.value.code != 0
    assert "COLOUR=red" in capsys.readouterr().err


def test_a_reader_who_stops_reading_gets_no_traceback():
    # The reader ends before the program has begun to print.
    script = f"{shlex.quote(sys.executable)} -m replication check | true"
    command = ["sh", "-c", script]
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
