"""The same inputs give the same bytes, whatever the folder, clock zone, language, hash seed and threads."""

import pytest
from miniature import finished, miniature, products, start

ONE = {
    "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1",
    "EXECUTOR": "processes:1",
}  # fmt: skip
OTHER = {
    "PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "2",
    "NUMBA_NUM_THREADS": "2", "EXECUTOR": "processes:2", "LANG": "tr_TR.UTF-8", "COLUMNS": "40",
}  # fmt: skip


@pytest.mark.slow
def test_two_runs_in_other_surroundings_give_the_same_bytes(tmp_path):
    folders = miniature(tmp_path / "one place"), miniature(tmp_path / "another" / "far longer place")
    runs = [start(folders[0], **ONE), start(folders[1], **OTHER)]
    for status, said in map(finished, runs):
        assert status == 0, said
    one, other = map(products, folders)
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []
    kinds = {name.rsplit(".", 1)[1] for name in one}
    assert kinds >= {"csv", "dta", "sav", "pdf", "png", "svg", "html", "tex", "json", "log"}
