"""The page's number rules beside the package's, over one grid: both print the same."""

import json
import math
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from replication import paths
from replication.exhibits.numbers import integer, minus_signs, number, p_equals, p_value
from replication.exhibits.text import counted
from replication.report import page

SCRIPT = Path(page.__file__).parent / "templates" / "numbers.js"
RUN = """
const grid = JSON.parse(require("fs").readFileSync(0, "utf8"));
const read = (text) => (text === "nan" ? NaN : text === "inf" ? Infinity : text === "-inf" ? -Infinity : Number(text));
const all = grid.map(([text, digits]) => {
  const value = read(text);
  const count = Number.isSafeInteger(value) && value >= 0 ? shownCount(value) : null;
  return [shownNumber(value, digits), shownP(value), pEquals(value), count];
});
process.stdout.write(JSON.stringify(all));
"""


def grid():
    """Numbers about every threshold of the rules, ties that binary fractions can hold among them."""
    rng = np.random.default_rng(16)
    edges = [
        0.0,
        0.0005,
        0.001,
        0.0015,
        0.0625,
        0.1875,
        0.05,
        0.25,
        0.5,
        1.0,
        0.0095,
        999999.5,
        1e6,
        1125000.0,
        1.5e6,
    ]
    near = [np.nextafter(edge, target) for edge in edges for target in (-math.inf, math.inf)]
    ties = [k / 2**n for n in range(1, 8) for k in range(1, 2**n, 2)]
    drawn = [*rng.uniform(0, 1, 400), *rng.normal(0, 50, 400), *10.0 ** rng.uniform(-8, 12, 400)]
    counts = [*range(990, 1011), 9999, 10000, 72052, 999999, 1000000, 1234567, 2**53 - 1]
    values = [*edges, *near, *ties, *drawn, *counts, 1e22, 1e300, 5e-324]
    signed = [*values, *(-value for value in values), math.nan, math.inf, -math.inf]
    return [(float(value), digits) for value in signed for digits in (0, 2, 3)]


def count(value):
    """Whole numbers that JavaScript knows exactly, as counts; None for any other."""
    whole = math.isfinite(value) and 0 <= value < 2**53 and value == int(value)
    return integer(value) if whole else None


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_page_and_package_write_every_number_alike():
    cases = grid()
    given = json.dumps([[repr(value), digits] for value, digits in cases])
    run = subprocess.run(
        ["node", "-e", SCRIPT.read_text(encoding="utf-8") + RUN],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    written = json.loads(run.stdout)
    assert len(written) == len(cases) > 5000
    wrong = [
        (value, digits, theirs)
        for (value, digits), theirs in zip(cases, written, strict=True)
        if theirs != [number(value, digits), p_value(value), p_equals(value), count(value)]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [(999, "999"), (1000, "1,000"), (72052, "72,052"), (1234567, "1,234,567"), (-1500, "−1,500")],
)
def test_thousands_are_parted(value, shown):
    assert integer(value) == shown
    assert counted(value, "case") == f"{shown.replace('−', '-')} cases"


def test_an_estimate_with_thousands_keeps_its_digits():
    assert number(72052.256) == "72,052.26"
    assert number(-999999.996) == "−1,000,000.00"
    assert number(1e6) == "1e+06"


def test_thousands_are_parted_in_one_place():
    """Prose, tables, figures and page come through `fixed`; other commas stand in messages to a user."""
    layers = (paths.ROOT / "replication" / name for name in ("analyses", "exhibits", "report"))
    texts = {
        file: file.read_text(encoding="utf-8")
        for layer in layers
        for file in layer.rglob("*")
        if file.suffix in (".py", ".js", ".j2")
    }
    assert len(texts) > 100
    assert not [
        file.name for file, text in texts.items() if "toLocaleString" in text or ":,}" in text
    ]


def test_minus_signs_stand_before_numbers_only():
    given = "log-odds -0.02 [-0.33, 0.30], 1990-91, iraq-2, p -1; (-3) twenty-4"
    assert (
        minus_signs(given) == "log-odds −0.02 [−0.33, 0.30], 1990-91, iraq-2, p −1; (−3) twenty-4"
    )


def test_no_p_value_follows_an_equals_sign_with_a_less_than():
    assert p_equals(0.0001) == "p < 0.001"
    templates = SCRIPT.parent.glob("*.js")
    assert not [file.name for file in templates if "p = ${shownP" in file.read_text("utf-8")]
