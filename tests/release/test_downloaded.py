"""A download in which an archive turned tables into .tab: `all` stops before anything is written, with the remedy."""

import pytest
from miniature import QUICK, finished, miniature, start

from replication.release.doctor import REMEDY
from replication.release.environment_record import LAST_RUN, read_record, release_record
from replication.release.manifest import ENVIRONMENT
from replication.release.reference import write_reference

INGESTED = {  # what Dataverse makes of tables of one folder that differ in their suffix alone
    "data/raw/audit_1.csv": "data/raw/audit_1.tab",
    "data/derived/cases.csv": "data/derived/cases.tab",
    "data/derived/cases.dta": "data/derived/cases-1.tab",
    "data/derived/cases.sav": "data/derived/cases-2.tab",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = miniature(tmp_path_factory.mktemp("down loaded") / "p q", QUICK)
    status, said = finished(start(folder))
    assert status == 0, said
    return folder


def state(folder):
    places = (folder / "data", folder / "output")
    return {p: p.read_bytes() for place in places for p in place.rglob("*") if p.is_file()}


@pytest.mark.slow
def test_a_default_download_from_dataverse_is_told_with_file_and_remedy(made):
    (made / "data" / "release").mkdir(exist_ok=True)
    write_reference(made)
    for name, instead in INGESTED.items():
        (made / name).rename(made / instead)
    before = state(made)
    status, said = finished(start(made))
    for name, instead in INGESTED.items():
        (made / instead).rename(made / name)
    assert status == 1
    lines = said.splitlines()
    instead = " or ".join(sorted(v for k, v in INGESTED.items() if "cases" in k))
    assert lines[:-1] == [
        *(f"{name} is missing; {instead} is here instead." for name in sorted(INGESTED) if "cases" in name),
        "data/raw/audit_1.csv is missing; data/raw/audit_1.tab is here instead.",
    ]  # fmt: skip
    assert lines[-1] == REMEDY
    assert "original format" in REMEDY
    assert {str(p) for p in before} == {
        str(made / INGESTED.get(str(p.relative_to(made)), p.relative_to(made))) for p in state(made)
    }


@pytest.mark.slow
def test_a_full_run_is_recorded_and_a_part_of_one_is_not(made):
    record = (made / LAST_RUN).read_bytes()
    told = read_record(made / LAST_RUN)
    assert "none failed" in told["run"]
    assert all(
        told[name] for name in ("ended", "took", "kernel", "processor", "interpreter", "blas")
    )
    assert "numpy" in told["packages"]
    assert str(made) not in record.decode()
    (made / "output" / "codebook.csv").unlink()
    status, said = finished(start(made))
    assert status == 0, said
    assert (made / LAST_RUN).read_bytes() == record
    (made / "data" / "release").mkdir(exist_ok=True)
    assert release_record(made)
    assert (made / ENVIRONMENT).read_bytes() == record


def test_without_a_full_run_the_released_record_stays(tmp_path):
    assert not release_record(tmp_path)
