"""The page's number rules beside the package's, over one grid: both print the same."""

import json
import math
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from replication.exhibits.numbers import number, p_equals, p_value
from replication.report import page

SCRIPT = Path(page.__file__).parent / "templates" / "numbers.js"
RUN = """
const grid = JSON.parse(require("fs").readFileSync(0, "utf8"));
const read = (text) => (text === "nan" ? NaN : text === "inf" ? Infinity : text === "-inf" ? -Infinity : Number(text));
const all = grid.map(([text, digits]) => {
  const value = read(text);
  return [shownNumber(value, digits), shownP(value), pEquals(value)];
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
    values = [*edges, *near, *ties, *drawn, 1e22, 1e300, 5e-324]
    signed = [*values, *(-value for value in values), math.nan, math.inf, -math.inf]
    return [(float(value), digits) for value in signed for digits in (0, 2, 3)]


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
        if theirs != [number(value, digits), p_value(value), p_equals(value)]
    ]
    assert wrong == []


def test_no_p_value_follows_an_equals_sign_with_a_less_than():
    assert p_equals(0.0001) == "p < 0.001"
    templates = SCRIPT.parent.glob("*.js")
    assert not [file.name for file in templates if "p = ${shownP" in file.read_text("utf-8")]
