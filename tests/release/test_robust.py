"""Killed, without room, in a folder that cannot be written, or started twice: told, and nothing is spoilt."""

import shutil
import time

import filelock
import numpy as np
import pytest
from miniature import QUICK, drafts, finished, kill, miniature, products, start

resource = pytest.importorskip("resource")  # Windows has no limits to set

POINTS = 12
TAKEN = "Another run is under way in this folder; wait for it to end, then run this again."


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = miniature(tmp_path_factory.mktemp("never killed") / "p q", QUICK)
    started = time.perf_counter()
    status, said = finished(start(folder))
    assert status == 0, said
    return folder, products(folder), time.perf_counter() - started


@pytest.fixture
def folder(tmp_path):
    return miniature(tmp_path / "a folder with spaces", QUICK)


@pytest.mark.slow
def test_killed_at_random_points_the_next_run_completes_with_the_same_bytes(undisturbed, folder):
    _, expected, seconds = undisturbed
    rng = np.random.default_rng(20261124)
    for wait in rng.uniform(0, seconds, POINTS):
        process = start(folder)
        time.sleep(wait)
        kill(process)
        there = {n: v for n, v in products(folder).items() if n.startswith("data/derived")}
        assert all(expected[name] == value for name, value in there.items())
        if (folder / "output" / "manifest.json").exists():  # it got to the end: begin again
            shutil.rmtree(folder / "output")
            shutil.rmtree(folder / ".build")
    status, said = finished(start(folder))
    assert status == 0, said
    assert products(folder) == expected
    assert drafts(folder) == []


def test_a_second_run_is_told_that_another_is_under_way(folder):
    (folder / ".build").mkdir()
    with filelock.FileLock(folder / ".build" / "running.lock"):
        status, said = finished(start(folder))
    assert status == 1
    assert said.splitlines() == [TAKEN]
    assert not (folder / "output").exists()


@pytest.mark.slow
def test_of_two_runs_started_together_one_works_and_the_other_is_told(undisturbed, folder):
    _, expected, _ = undisturbed
    ended = [finished(process) for process in [start(folder), start(folder)]]
    (status, said), (other, told) = sorted(ended)
    assert (status, other) == (0, 1), said + told
    assert told.splitlines() == [TAKEN]
    assert products(folder) == expected
    assert drafts(folder) == []


@pytest.mark.slow
def test_without_room_one_line_names_the_file_and_the_next_run_completes(undisturbed, folder):
    whole, expected, _ = undisturbed
    # Room for every file but the largest.
    room = max(path.stat().st_size for path in (whole / "data" / "derived").iterdir()) - 1

    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    status, said = finished(start(folder, little_room))
    assert status == 1
    [line] = [line for line in said.splitlines() if line.endswith("Nothing was left half written.")]
    assert "File too large" in line
    assert "data/derived" in line
    assert drafts(folder) == []
    assert all(expected[name] == value for name, value in products(folder).items())
    status, said = finished(start(folder))
    assert status == 0, said
    assert products(folder) == expected


@pytest.mark.slow
def test_a_folder_that_cannot_be_made_is_named(folder):
    # A plain file in the folder's place refuses the superuser too, whom permissions do not stop.
    (folder / "output").write_text("in the way", encoding="utf-8")
    status, said = finished(start(folder))
    assert status == 1
    assert any(
        "output" in line and "Nothing was left half written." in line for line in said.splitlines()
    )
    assert (folder / "output").read_text(encoding="utf-8") == "in the way"


@pytest.mark.slow
def test_drafts_of_a_killed_run_are_swept_away(folder):
    stale = folder / "data" / "derived" / ".writing-abc.csv"
    stale.parent.mkdir()
    stale.write_text("half a li", encoding="utf-8")
    status, said = finished(start(folder))
    assert status == 0, said
    assert drafts(folder) == []
