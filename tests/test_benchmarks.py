"""The table of benchmarks says what is met, what is missed and by how much, and where answers differ."""

import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parent / "benchmarks"


@pytest.fixture
def rows(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    for name in ("rows", "trees"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    import rows  # noqa: PLC0415 - from a folder of its own

    yield rows
    for name in ("rows", "trees"):
        sys.modules.pop(name, None)


def line(rows, costs, answers=None, **options):
    """Measure a row on three made-up trees, each known by its name."""
    answers = answers or {}
    found = {
        name: None if cost is None else rows.Found(cost, np.array(answers.get(name, [1.0])))
        for name, cost in costs.items()
    }
    row = rows.Row("a row", "s", found.__getitem__, **options)
    return rows.measured(row, {name: name for name in costs})


def test_a_target_is_met_or_missed_by_a_share(rows):
    costs = {rows.EARLIER: 10.0, rows.NOW: 4.0, rows.ALL: 9.0}
    told, sound = line(rows, costs, limit=0.5)
    assert sound
    assert "target at most 0.5 of earlier: 0.40, met" in told
    assert told.split()[2:6] == ["10", "4", "0.4", "9"]
    assert "0.40, MISSED by 60%" in line(rows, costs, limit=0.25)[0]
    assert "target at most 5: 4.00, met" in line(rows, costs, limit=5, against="")[0]


def test_answers_that_differ_are_told_but_those_of_all_cases_are_of_other_data(rows):
    costs = {rows.EARLIER: 10.0, rows.NOW: 4.0, rows.ALL: 9.0}
    other_data = {rows.ALL: [7.0, 8.0]}
    told, sound = line(rows, costs, other_data)
    assert sound
    assert "answers agree with earlier" in told
    for wrong in ([1.1], [np.nan], [1.0, 1.0]):
        told, sound = line(rows, costs, {rows.EARLIER: wrong, **other_data})
        assert not sound
        assert "answers DIFFER with earlier" in told
    peer = {"other": lambda _: rows.Found(8.0, np.array([1.5]))}
    told, sound = line(rows, costs, other_data, peers=peer, against="other", limit=0.25)
    assert not sound
    assert "answers DIFFER with other" in told
    assert "0.50, MISSED by 100%" in told


def test_a_peer_that_is_missing_and_a_tree_without_the_row_are_told(rows):
    costs = {rows.EARLIER: 10.0, rows.NOW: None, rows.ALL: 9.0}
    told, sound = line(rows, costs, peers={"other": lambda _: None}, limit=0.5)
    assert sound
    assert "other is not installed here" in told
    assert "0.90, MISSED by 80%" in told


def test_the_least_of_some_rounds_counts_and_the_first_compiles(rows):
    costs = iter([0.5, 3.0, 2.0])
    row = rows.Row("a row", "s", lambda _: rows.Found(next(costs)), rounds=2)
    assert rows._cheapest(row, {rows.NOW: None})[rows.NOW].cost == 2.0
