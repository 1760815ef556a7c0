"""A digit changed in a result, a table or a figure of an unpacked package is caught, before `all` and after it.

The run and the comparison are the real ones, over six cases and few scripts, in a folder with a space in its path.
"""

import re
import shutil
import sys

import numpy as np
import pytest
from miniature import begin, finished, miniature, start
from PIL import Image

from replication.release.manifest import PRODUCTS
from replication.release.reference import write_reference

SCRIPTS = ("01_build_dataset", "03_venue_and_follow_on", "06_tables", "07_figures")
RESULT, TABLE, FIGURE = (
    "output/results/venues.csv",
    "output/tables/table01_sample.csv",
    "output/figures/figure01_timeline.png",
)


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Make a small package as it is released: with its reference, and with nothing that the run left for itself."""
    folder = miniature(tmp_path_factory.mktemp("re leased") / "package", SCRIPTS)
    for script, kept in (("06_tables", "sample_table"), ("07_figures", "timeline")):
        path = folder / "scripts" / f"{script}.py"
        lines = path.read_text(encoding="utf-8").splitlines()
        is_other = re.compile('    "(table|figure)[0-9]+_')
        few = [line for line in lines if not is_other.match(line) or f'"{kept}"' in line]
        path.write_text("\n".join([*few, ""]), encoding="utf-8")
    status, said = finished(start(folder))
    assert status == 0, said
    (folder / "data" / "release").mkdir()
    write_reference(folder)
    forget(folder)
    return folder


def forget(folder):
    """Take away what a run leaves for itself, as no archive has it."""
    shutil.rmtree(folder / ".build")
    for place in (".pytask", "pytask.lock"):
        path = folder / place
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


@pytest.fixture
def unpacked(released, tmp_path):
    return shutil.copytree(released, tmp_path / "un packed" / "package")


def verified(folder):
    return finished(begin([sys.executable, "-m", "replication", "verify"], folder))


def plant(folder):
    """Change a digit of a result and of a table, and a corner of a figure."""
    for name in (RESULT, TABLE):
        text = (folder / name).read_text(encoding="utf-8")
        place = [match.start() for match in re.finditer("[0-9]", text)][-1]
        digit = str((int(text[place]) + 1) % 10)
        changed = text[:place] + digit + text[place + 1 :]
        (folder / name).write_text(changed, encoding="utf-8", newline="")
    picture = np.asarray(Image.open(folder / FIGURE).convert("RGB")).copy()
    picture[:40, :40] = 120
    Image.fromarray(picture).save(folder / FIGURE)


@pytest.mark.slow
def test_an_untouched_package_is_verified_also_after_a_run(unpacked):
    status, said = finished(start(unpacked))
    assert status == 0, said
    status, said = verified(unpacked)
    assert (status, said.splitlines()[-1]) == (0, "VERIFIED"), said


@pytest.mark.slow
def test_what_was_changed_is_named_before_a_run_and_after_it(unpacked):
    plant(unpacked)
    status, said = verified(unpacked)
    assert (status, said.splitlines()[-1]) == (1, "NOT VERIFIED"), said
    named = re.findall("^DIFFERENT +(.*)$", said, re.MULTILINE)
    assert {RESULT, TABLE, FIGURE} <= set(named)
    assert all(name.startswith(PRODUCTS) for name in named)
    status, said = finished(start(unpacked))
    assert status == 0, said
    status, said = verified(unpacked)
    assert (status, said.splitlines()[-1]) == (1, "NOT VERIFIED"), said
    altered = re.findall("^ALTERED +([^:]*):", said, re.MULTILINE)
    assert sorted(altered) == sorted([RESULT, TABLE, FIGURE])
