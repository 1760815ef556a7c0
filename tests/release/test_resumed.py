"""Killed within the multiverse: the next run takes up the finished chunks and ends with the same bytes."""

import time

import pytest
from miniature import drafts, finished, kill, miniature, products, start

pytest.importorskip("resource")  # Windows has no groups of processes to kill

SCRIPTS = ("01_build_dataset", "05_multiverse")
# A run is killed once so many chunks are stored; the last chunk is never among them.
STORED = (1, 8)
_PATIENCE = 120


def chunks(folder):
    """When each stored chunk was written; drafts of chunks do not count."""
    stored = (folder / ".build" / "multiverse").glob("*/[!.]*.npz")
    return {file.name: file.stat().st_mtime_ns for file in stored}


def killed_with(folder, wanted):
    """Run with one worker and kill when `wanted` chunks are stored; give those that are there then."""
    process = start(folder, EXECUTOR="processes:1")
    end = time.monotonic() + _PATIENCE
    while len(chunks(folder)) < wanted:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < end
        time.sleep(0.001)
    kill(process)
    return chunks(folder)


@pytest.mark.slow
def test_finished_chunks_are_kept_and_the_bytes_are_those_of_an_undisturbed_run(tmp_path):
    undisturbed = miniature(tmp_path / "undisturbed", SCRIPTS)
    # Beside the others, and with another number of workers, which must not matter either.
    beside = start(undisturbed, EXECUTOR="processes:3")
    folder = miniature(tmp_path / "a folder with spaces", SCRIPTS)
    kept = {}
    for wanted in STORED:
        there = killed_with(folder, wanted)
        assert there.items() >= kept.items()
        kept = there
    for process in (start(folder, EXECUTOR="processes:2"), beside):
        status, said = finished(process)
        assert status == 0, said
    assert STORED[-1] <= len(kept) < len(chunks(undisturbed))
    assert chunks(folder).items() >= kept.items()  # none was made again
    assert chunks(folder).keys() == chunks(undisturbed).keys()
    assert products(folder) == products(undisturbed)
    assert drafts(folder) == []
