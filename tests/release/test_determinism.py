"""The same inputs give the same bytes, whatever the folder, clock zone, language, hash seed, workers and Python.

One run is `make all`, the other runs the numbered scripts one by one: their bytes are the same, too.
"""

import os

import pytest
from miniature import finished, miniature, products, start, start_scripts

ONE = {
    "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1",
    "EXECUTOR": "processes:1",
}  # fmt: skip
OTHER = {
    "PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "2",
    "NUMBA_NUM_THREADS": "2", "EXECUTOR": "processes:2", "LANG": "tr_TR.UTF-8", "COLUMNS": "40",
}  # fmt: skip
# Python runs this file as it starts. Since 3.12 the built-in `sum` of decimals corrects its rounding,
# so what it gives depends on the version; the project's own code must use `ordered_sum`.
REFUSING = """
import builtins, sys

def refusing(values, /, start=0, add=builtins.sum):
    total = add(values, start)
    caller = sys._getframe(1)
    ours = caller.f_globals.get("__name__", "").startswith("replication.")
    if ours and type(total) is float:
        raise TypeError(f"{caller.f_code.co_filename}:{caller.f_lineno}: sum() of decimals")
    return total

builtins.sum = refusing
"""


@pytest.mark.slow
def test_two_runs_in_other_surroundings_give_the_same_bytes(tmp_path):
    folders = (
        miniature(tmp_path / "one place"),
        miniature(tmp_path / "another" / "far longer place"),
    )
    (tmp_path / "sitecustomize.py").write_text(REFUSING, encoding="utf-8")
    both = os.pathsep.join(map(str, (folders[0], tmp_path)))
    runs = [start(folders[0], **ONE, PYTHONPATH=both), start_scripts(folders[1], **OTHER)]
    for status, said in map(finished, runs):
        assert status == 0, said
    assert " wrote output/paper.pdf" in said
    # The record and the logs are of a whole run; it finds nothing left to do in any step.
    status, said = finished(start(folders[1], **OTHER))
    assert status == 0, said
    assert "Nothing to do: every product is up to date" in said
    one, other = map(products, folders)
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []
    kinds = {name.rsplit(".", 1)[1] for name in one}
    assert kinds >= {"csv", "dta", "sav", "pdf", "png", "svg", "html", "tex", "json", "log"}
