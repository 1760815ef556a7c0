"""Splits that are drawn, where there are too many: against all of them, the same each time, and at the edge."""

import numpy as np
import pytest

from replication.estimators import type_cells, type_draws
from replication.estimators.causal_types import BENEFICIAL, CELLS, DESTINED, fit_types, type_model

FLAT = [1.0, 1.0, 1.0, 1.0]


def many_patterns(n, n_clues=5):
    """Cases with cause and outcome, nearly each with a pattern of clues of its own, and beliefs that are learnt."""
    rng = np.random.default_rng(7)
    clues = (rng.random((n, n_clues)) < rng.uniform(0.3, 0.9, n_clues)).astype(float)
    clues[rng.random((n, n_clues)) < 0.3] = np.nan
    mean = rng.uniform(0.3, 0.8, (n_clues, 2, 4))
    return np.ones(n), np.ones(n), clues, type_model(FLAT, None, mean, 10.0)


def test_drawn_splits_come_near_what_going_through_all_of_them_gives(monkeypatch):
    *data, model = many_patterns(13)
    exact = fit_types(*data, model)
    monkeypatch.setattr(type_cells, "LARGEST", 0)
    drawn = fit_types(*data, model)
    place = CELLS.index((1, 1))
    assert len(drawn.cells[place].split) == 14 * type_draws.PER_SPLIT
    # Twice the largest difference that ten other seeds showed.
    assert drawn.cells[place].log_weight == pytest.approx(exact.cells[place].log_weight, abs=0.1)
    assert drawn.case_probabilities == pytest.approx(exact.case_probabilities, abs=0.02)
    assert drawn.effect.mean == pytest.approx(exact.effect.mean, abs=0.002)
    for number in range(data[2].shape[1]):
        assert drawn.clue(number, 1, BENEFICIAL) == pytest.approx(
            exact.clue(number, 1, BENEFICIAL), abs=0.005
        )


def test_more_cases_than_can_be_gone_through_give_the_same_answer_each_time():
    *data, model = many_patterns(40)
    one, other = (fit_types(*data, model) for _ in range(2))
    assert (one.weight == other.weight).all()
    assert one.weight.sum() == pytest.approx(1)
    # The order of the cases changes nothing.
    turned = fit_types(data[0], data[1], data[2][::-1], model)
    assert turned.case_probabilities[::-1] == pytest.approx(one.case_probabilities, abs=1e-12)
    assert turned.effect.mean == pytest.approx(one.effect.mean, abs=1e-12)


def test_beliefs_too_weak_to_draw_by_are_refused():
    x, y, clues, model = many_patterns(40)
    weak = type_model(FLAT, None, model.clue_mean, 2.0)
    with pytest.raises(ValueError, match="clue_size is 2, and there are too many patterns"):
        fit_types(x, y, clues, weak)


def test_a_clue_is_told_where_some_number_of_cases_cannot_be():
    mean, size = np.full((2, 2, 4), 0.5), np.full((2, 2, 4), 10.0)
    mean[0, 1, DESTINED], size[0, 1, DESTINED] = 0.0, np.inf
    clues = np.array([[1.0, 1.0], [0.0, 0.0]])
    fit = fit_types(np.ones(2), np.ones(2), clues, type_model(FLAT, None, mean, size))
    assert np.isfinite(fit.clue(1, 1, BENEFICIAL)).all()


def test_a_clue_held_to_be_certain_is_certain_among_drawn_splits(monkeypatch):
    """What no case of the second type can show makes a case one of the first."""
    monkeypatch.setattr(type_cells, "LARGEST", 0)
    x, y, clues, model = many_patterns(6, 2)
    mean, size = model.clue_mean.copy(), model.clue_size.copy()
    mean[0, 1, DESTINED], size[0, 1, DESTINED] = 0.0, np.inf
    clues[0, 0] = 1
    fit = fit_types(x, y, clues, type_model(FLAT, None, mean, size))
    assert fit.case_probabilities[0, BENEFICIAL] == pytest.approx(1, abs=1e-12)
