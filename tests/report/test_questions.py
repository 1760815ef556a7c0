"""Exhibits under their questions: none is lost, and none stands twice."""

import csv

from markupsafe import Markup

from replication import paths
from replication.report.exhibit_views import ExhibitView
from replication.report.questions import leading_figures, questions


def exhibit(name):
    return ExhibitView(
        name=name, heading=name, title=name, caption="", is_table=name.startswith("table"), rows=0,
        columns=0, body=Markup(), script=("", ""), files=(), data=(),
    )  # fmt: skip


def committed():
    """Every exhibit that the project makes."""
    with (paths.OUTPUT / "exhibits.csv").open(encoding="utf-8", newline="") as file:
        return [exhibit(row["exhibit"]) for row in csv.DictReader(file)]


def names(found):
    return [view.name for view in found]


def test_every_exhibit_stands_once():
    exhibits = committed()
    under = [view.name for asked in questions(exhibits) for view in asked.exhibits]
    assert sorted([*under, *names(leading_figures(exhibits))]) == sorted(names(exhibits))
    assert len(leading_figures(exhibits)) == 3


def test_each_exhibit_of_the_project_has_a_question_of_its_own():
    assert "Further exhibits" not in {asked.question for asked in questions(committed())}


def test_a_new_exhibit_comes_last_and_a_new_number_changes_nothing():
    exhibits = [exhibit("table09_models"), exhibit("table99_new"), exhibit("figure98_timeline")]
    asked = questions([*exhibits, exhibit("figure07_probabilities")])
    assert [names(one.exhibits) for one in asked] == [
        ["figure98_timeline"],
        ["table09_models"],
        ["table99_new"],
    ]
    assert asked[-1].question == "Further exhibits"


def test_without_the_known_figures_the_first_ones_lead():
    figures = [exhibit(f"figure0{number}_x{number}") for number in range(5)]
    assert names(leading_figures([exhibit("table01_a"), *figures])) == names(figures[:3])
    assert leading_figures([]) == []
    assert questions([]) == []
