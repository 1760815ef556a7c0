"""An exhibit has the number of its file everywhere, and figures are set at the width they are drawn for."""

import re

import pytest

from replication import paths
from replication.exhibits.drawing.style import DOUBLE, SMALL, TEXT_SIZE
from replication.report import paper_source
from replication.report.paper_source import calls
from replication.report.typesetting import typeset
from replication.workflow import exhibit_lines

COMMON = paper_source.COMMON.read_text(encoding="utf-8")
MILLIMETRES = 25.4


def test_text_of_figures_is_set_at_seven_points_or_more():
    """Figures are `DOUBLE` inches wide; the paper sets them as wide as `drawn-width`."""
    width = float(re.search("#let drawn-width = ([0-9]+)mm", COMMON)[1])
    scale = width / MILLIMETRES / DOUBLE
    assert min(SMALL, TEXT_SIZE) * scale >= 7.0
    for source in (paper_source.SOURCE, paper_source.SUPPLEMENT):
        assert not re.search(r"#?fig[(][^)]*width:", source.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "number"),
    [("table08_methods", "8"), ("figure17_coverage", "17"), ("table28_criteria", "28")],
)
def test_the_number_is_that_of_the_file(tmp_path, name, number):
    source = tmp_path / "number.typ"
    lines = ('#import "common.typ": *', f'#assert(number-of("{name}") == "{number}")')
    source.write_text(chr(10).join(lines), encoding="utf-8")
    assert typeset(source, {}, {"numbers": {}}).startswith(b"%PDF")


def test_no_two_exhibits_share_a_number():
    for script, kind in (("06_tables.py", "table"), ("07_figures.py", "figure")):
        names = exhibit_lines(paths.SCRIPTS / script)
        numbers = [int(re.match(f"{kind}([0-9]+)_", name)[1]) for name in names]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_nothing_dangles_behind_an_exhibit():
    assert "In the report.]" not in COMMON
    asked = {call.key for call in calls(paper_source.SOURCE.read_text(encoding="utf-8"))}
    assert "table28_criteria" in asked
