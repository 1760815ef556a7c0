"""Predicted probabilities are marked where no case stands, and the cases are counted under the axis."""

import numpy as np
import pandas as pd
import pytest
from given_results import GivenResults

from replication import paths
from replication.analyses.effects.prediction import probability_curves as curves_of
from replication.codebook import read_codebook
from replication.exhibits.figures import probability_curves
from replication.exhibits.labels import Labels
from replication.specifications import Model, Sample

BOOK = read_codebook(paths.CODEBOOK)
SAMPLES = {"intervention": Sample("intervention", "Interventions", ("intervention",))}
MODEL = Model(
    "M1", "", "sought", "intervention", ("military_opposition",), ("military_opposition",)
)


@pytest.fixture
def curves():
    """Nine interventions at 0, 1 and 2 of a scale that another sample reaches 3 on; none at 1."""
    cases = pd.DataFrame(
        {
            "case_id": [f"c{i}" for i in range(10)],
            "sample": ["intervention"] * 9 + ["considered"],
            "military_opposition": [0, 0, 0, 0, 2, 2, 2, 2, 2, 3],
            "sought": [0, 0, 1, 0, 1, 1, 0, 1, 1, 1],
            "crisis_family": "f",
        }
    )
    return curves_of(cases, [MODEL], SAMPLES)


def test_cases_are_counted_at_every_step(curves):
    assert dict(zip(curves["value"], curves["n_cases"], strict=True)) == {0: 4, 1: 0, 2: 5, 3: 0}


def test_steps_without_a_case_are_hollow_and_counted_as_none(curves):
    estimates = pd.DataFrame(columns=["model", "term", "estimator"])
    results = {"probability_curves": curves, "estimates": estimates}
    figure = probability_curves.make(GivenResults(results, Labels.of(BOOK)), "figure99")
    [axes] = [axes for axes in figure.drawing.axes if axes.get_title("left")]
    hollow = [
        line for line in axes.lines if line.get_marker() == "o" and line.get_markerfacecolor() == "white"
    ]  # fmt: skip
    assert np.concatenate([line.get_xdata() for line in hollow]).tolist() == [1, 3]
    assert [label.get_text().split(chr(10))[1] for label in axes.get_xticklabels()] == [
        "(4)", "(0)", "(5)", "(0)",
    ]  # fmt: skip
    assert "extrapolated" in figure.caption
