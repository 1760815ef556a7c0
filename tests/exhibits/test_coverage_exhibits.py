"""Table and figure of the simulation: what is marked, what is said when it is out of date."""

import numpy as np
import pandas as pd
from checks import faults
from given_results import GivenResults

from replication.exhibits.figures import coverage_figure
from replication.exhibits.simulation import HEADS, off
from replication.exhibits.tables import coverage_table
from replication.exhibits.typesetting.table_html import table_html

DESIGN = pd.DataFrame({"model": ["M1", "M3"], "design": ["aa", "bb"]})


def made_up(rejected=0.05, covered=0.95, failed=0.0):
    rows = [
        {
            "model": model, "term": term, "effect": effect, "administration_sd": sd,
            "estimator": estimator, "target": 0.0, "replications": 2000, "failed": failed,
            "rejected": rejected, "rejected_error": 0.005, "covered": covered,
            "covered_error": 0.005, "median_width": np.inf if estimator == "exact" else 1.25,
            "unbounded": 0.0, "design": {"M1": "aa", "M3": "bb"}[model],
        }
        for model, term in (("M1", "military_opposition"), ("M3", "stabilization_burden"))
        for effect in ("none", "half", "estimated")
        for sd in (0, 1)
        for estimator in HEADS
    ]  # fmt: skip
    return pd.DataFrame(rows)


def given(coverage, design=DESIGN):
    return GivenResults({"coverage": coverage, "coverage_design": design})


def shown(table):
    return [cell.value for row in table.rows for key, cell in row.cells.items() if key in HEADS]


def test_rates_are_marked_only_where_they_claim_too_much():
    def marked(**rates):
        table = coverage_table.make(given(made_up(**rates)), "t")
        return sum(str(value).endswith("*") for value in shown(table))

    cells = 2 * 2 * len(HEADS)
    assert marked() == 0
    assert marked(rejected=0.0, covered=1.0) == 0
    assert marked(rejected=0.065) == cells
    assert marked(covered=0.93) == 2 * cells
    assert marked(rejected=0.059, covered=0.941) == 0


def test_fewer_answers_make_the_mark_more_cautious():
    assert off(0.065, 0.05, 2000, 0.0, harmful_above=True)
    assert not off(0.065, 0.05, 2000, 0.9, harmful_above=True)
    assert not off(np.nan, 0.05, 2000, 1.0, harmful_above=True)


def test_a_simulation_of_other_data_is_announced_first():
    changed = DESIGN.assign(design=["aa", "cc"])
    words = "earlier data set: since then the data of M3 have changed"
    assert words in coverage_table.make(given(made_up(), changed), "t").notes[0]
    assert words in coverage_figure.make(given(made_up(), changed), "f").caption
    assert "earlier data set" not in " ".join(coverage_table.make(given(made_up()), "t").notes)
    assert "M3" in coverage_table.make(given(made_up(), DESIGN[:1]), "t").notes[0]


def test_missing_and_infinite_values_are_shown_as_such():
    table = coverage_table.make(given(made_up()), "t")
    assert chr(0x221E) in shown(table)
    empty = made_up(rejected=np.nan, covered=np.nan, failed=1.0)
    table = coverage_table.make(given(empty), "t")
    assert "no data set had an answer" in table_html(table)
    assert faults(coverage_figure.make(given(empty), "f").drawing) == []


def test_nothing_simulated_is_said_in_words():
    nothing = made_up()[:0]
    assert "Nothing was simulated" in table_html(coverage_table.make(given(nothing), "t"))
    assert "Nothing was simulated" in coverage_figure.make(given(nothing), "f").caption


def test_the_figure_has_no_faults_and_its_words_name_what_is_off():
    figure = coverage_figure.make(given(made_up(rejected=0.08)), "f")
    assert faults(figure.drawing) == []
    assert "Size of the test (%), off in the harmful direction: Firth for M1" in figure.alt
    assert "off in the harmful direction: no method" in figure.alt
