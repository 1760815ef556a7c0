"""`doctor` says on one screen what is here; a download whose tables an archive converted is told with the remedy."""

import pytest

from replication import paths
from replication.cli import build
from replication.release import doctor
from replication.release.reference import write_reference


@pytest.fixture
def tree(tmp_path):
    for name in ("data/raw/audit_1.csv", "data/derived/cases.csv", "data/derived/cases.dta"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    write_reference(tmp_path)
    return tmp_path


def test_what_is_missing_is_named_with_the_verb_that_needs_it(tree, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    told = doctor.screen(tree, {"system": "Linux"})
    assert "missing  R with its packages" in told
    assert "needed for make crosscheck" in told
    assert "missing  a browser" in told
    assert len(told.splitlines()) <= 24


def test_too_little_disk_stops_make_all(tree, monkeypatch):
    usage = type("Usage", (), {"free": 1e9})()
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage)
    [disk] = [f for f in doctor.findings(tree) if f.what.endswith("disk")]
    assert disk.required
    assert disk.verdict == "MISSING"


def test_files_that_are_gone_are_counted(tree):
    assert doctor.missing_files(tree) == []
    (tree / "data/raw/audit_1.csv").unlink()
    assert doctor.missing_files(tree) == ["data/raw/audit_1.csv"]
    assert "1 of the files released are not here: data/raw/audit_1.csv." in doctor.screen(tree, {})


def test_tables_that_an_archive_converted_are_told_with_the_remedy(tree, monkeypatch, capsys):
    assert doctor.converted_told(tree) == []
    (tree / "data/raw/audit_1.csv").rename(tree / "data/raw/audit_1.tab")
    (tree / "data/derived/cases.dta").rename(tree / "data/derived/cases-1.tab")
    told = doctor.converted_told(tree)
    assert told == [
        "data/derived/cases.dta is missing; data/derived/cases-1.tab is here instead.",
        "data/raw/audit_1.csv is missing; data/raw/audit_1.tab is here instead.",
        doctor.REMEDY,
    ]
    monkeypatch.setattr(build, "paths", type("Paths", (), {"ROOT": tree})())
    monkeypatch.setattr(build, "up_to_date", lambda: False)
    assert build.run_all() == 1
    assert "original format" in capsys.readouterr().out


def test_the_package_itself_has_everything_that_make_all_needs():
    assert [f.what for f in doctor.findings(paths.ROOT) if f.required and not f.here] == []
