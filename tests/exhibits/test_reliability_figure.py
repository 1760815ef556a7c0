"""The figure of agreement stands on one page of the paper, and can be read, with any number of passes."""

import re

import pandas as pd
import pytest
from checks import faults, shown_texts
from given_results import GivenResults

from replication import paths
from replication.analyses.measurement.reliability import reliability
from replication.codebook import read_codebook
from replication.exhibits.figures import reliability_figure
from replication.exhibits.labels import Labels
from replication.tables import read_table

BOOK = read_codebook(paths.CODEBOOK)
SMALL_DOT = 2.2


def codings(whole, partial):
    """Give the two released passes and made-up ones: so many of all cases, so many of one cell in one case."""
    table = read_table(paths.DERIVED / "codings.csv")
    table = table[table["coding"].isin(["pass_1", "pass_2", "agreed"])]
    one = table[table["coding"] == "pass_1"]
    added = [
        # Its codes are those of pass_1 moved up by some rows, within each variable.
        one.assign(coding=f"whole_{k}", code=one.groupby(["variable", "actor"], dropna=False)["code"].shift(k))
        for k in range(1, whole + 1)
    ]  # fmt: skip
    cell = one[one["variable"] == "io_sought"].iloc[:1]
    added += [cell.assign(coding=f"partial_{k}") for k in range(1, partial + 1)]
    return pd.concat([table, *added], ignore_index=True)


def drawn(whole, partial):
    found = reliability(codings(whole, partial), BOOK)
    given = GivenResults({"reliability": found}, Labels.of(BOOK))
    return found, reliability_figure.make(given, "figure02_reliability")


@pytest.fixture(scope="module")
def six():
    return {shape: drawn(*shape) for shape in ((1, 3), (4, 0))}


def small_dots(drawing):
    """Where they stand, for the axes of alpha and of agreement."""
    return [
        [float(line.get_xdata()[0]) for line in axes.lines if line.get_markersize() == SMALL_DOT]
        for axes in drawing.axes
        if axes.get_xlabel()
    ]


def paper_heights(drawing):
    """Height in millimetres in the paper, and the height that a figure may have there on one page."""
    typst = (paths.ROOT / "replication/report/templates/common.typ").read_text(encoding="utf-8")
    [width] = re.findall("#let drawn-width = ([0-9]+)mm", typst)
    [limit] = re.findall("#let fig[(].*limit: ([0-9]+)mm[)]", typst)
    across, down = drawing.get_size_inches()
    return int(width) * down / across, int(limit)


@pytest.mark.parametrize("shape", [(1, 3), (4, 0)])
def test_six_passes_stand_on_one_page_and_no_text_covers_another(six, shape):
    _, figure = six[shape]
    height, limit = paper_heights(figure.drawing)
    assert height <= limit
    assert faults(figure.drawing) == []


def test_a_pass_of_one_cell_has_no_dot_and_is_counted_in_the_caption(six):
    found, figure = six[(1, 3)]
    texts = " ".join(shown_texts(figure.drawing))
    assert "partial" not in texts
    assert "no unit has two codes" not in texts
    assert "pass_1 – whole_1" in texts
    # Of 15 pairs of six passes those with one of three passes: 3 with each other, 9 with the others.
    assert "not shown: 12 of 15 pairs." in figure.caption
    assert "both coded 10 units or more" in figure.caption
    assert set(found["passes"]) > {"pass_1 – partial_1", "partial_1 – partial_2"}


@pytest.mark.parametrize("shape", [(1, 3), (4, 0)])
def test_every_pair_of_ten_units_or_more_has_its_dot(six, shape):
    found, figure = six[shape]
    pairs = found[(found["passes"] != "all passes") & (found["n_units"] >= 10)]
    for measure, dots in zip(("alpha", "agreement"), small_dots(figure.drawing), strict=True):
        assert dots
        assert sorted(dots) == pytest.approx(sorted(pairs[measure].dropna()))


def test_few_pairs_not_shown_are_named():
    _, figure = drawn(0, 2)
    assert "not shown: pass_1 – partial_1, pass_1 – partial_2, pass_2 – partial_1" in figure.caption
    assert small_dots(figure.drawing)[0]


def test_two_passes_are_drawn_without_pairs():
    _, figure = drawn(0, 0)
    assert "pair" not in figure.caption
    assert small_dots(figure.drawing) == [[], []]
    assert not any("all passes" in text for text in shown_texts(figure.drawing))


def test_where_no_two_passes_coded_enough_the_caption_says_so():
    few = codings(0, 1)
    # The case of the added pass is the first. Nine cases would be more than ten units for all actors together.
    few = few[few["case_id"].isin(few["case_id"].unique()[:9])]
    few = few[few["actor"].isna()]
    given = GivenResults({"reliability": reliability(few, BOOK)}, Labels.of(BOOK))
    figure = reliability_figure.make(given, "figure02_reliability")
    assert "No two passes both coded 10 units or more of a variable" in figure.caption
    assert small_dots(figure.drawing) == [[], []]
