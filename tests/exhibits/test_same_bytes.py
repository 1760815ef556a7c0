"""The same exhibit gives the same bytes whatever the hash seed, the locale and matplotlib's settings."""

import os
import subprocess
import sys

import pytest

WRITE = """
import pathlib, sys
sys.path[:0] = ['tests', 'tests/exhibits']
from given_results import GivenResults
from made_up import LABELS, case_table
from test_table import hostile_table
from replication.exhibits.drawing.figure import write_figure
from replication.exhibits.typesetting.table import write_table_files
from replication.exhibits.figures import timeline
folder = pathlib.Path(sys.argv[1])
write_table_files(hostile_table(7, 4), folder)
given = GivenResults({'cases': case_table(4, hostile=True)}, LABELS)
write_figure(timeline.make(given, 'figure_x'), folder)
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bytes")
    rc = folder / "matplotlibrc"
    lines = ["lines.linewidth: 9", "font.size: 30", "svg.fonttype: path"]
    rc.write_text("\n".join(lines), encoding="utf-8")
    settings = (
        {"PYTHONHASHSEED": "0", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "7", "MATPLOTLIBRC": str(rc), "OMP_NUM_THREADS": "2"},
    )
    for number, extra in enumerate(settings):
        environment = {**os.environ, "PYTHONPATH": ".", "PYTHONUTF8": "0", **extra}
        command = [sys.executable, "-c", WRITE, str(folder / str(number))]
        subprocess.run(command, check=True, env=environment)
    return folder / "0", folder / "1"


@pytest.mark.parametrize(
    "file", ["t.tex", "t.html", "t.csv", "figure_x.pdf", "figure_x.png", "figure_x.svg"]
)
def test_same_bytes(folders, file):
    one, other = ((folder / file).read_bytes() for folder in folders)
    assert one == other


@pytest.mark.parametrize("file", ["t.tex", "t.html", "t.csv", "figure_x.svg"])
def test_text_files_are_utf8_with_plain_newlines(folders, file):
    content = (folders[0] / file).read_bytes()
    assert content.decode("utf-8").endswith("\n")
    assert b"\r" not in content
