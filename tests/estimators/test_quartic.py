"""Signs of many quartics against direct evaluation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import polynomial

from replication.estimators.quartic import where_not_negative


def signs_at(coefficients, points):
    """Read the answer of `where_not_negative` at points of the line."""
    breaks, holds = where_not_negative(coefficients)
    angle = np.arctan(points)
    return np.array(
        [row[np.searchsorted(edges, angle)] for edges, row in zip(breaks, holds, strict=True)]
    )


@given(
    st.lists(
        st.lists(st.integers(-3, 3), min_size=5, max_size=5).filter(any), min_size=1, max_size=8
    )
)
@settings(max_examples=100, deadline=None)
def test_signs_agree_with_evaluation(rows):
    coefficients = np.array(rows, dtype=float)
    points = np.linspace(-7, 7, 57) + 0.0371
    values = polynomial.polyval(points, coefficients.T)
    clear = np.abs(values) > 1e-4
    assert clear.any()
    np.testing.assert_array_equal(signs_at(coefficients, points)[clear], values[clear] >= 0)


def test_known_roots_are_breaks():
    roots = np.array([-3.0, -0.25, 0.5, 40.0])
    breaks, holds = where_not_negative(polynomial.polyfromroots(roots)[None])
    np.testing.assert_allclose(np.tan(breaks[0]), roots, rtol=1e-10)
    np.testing.assert_array_equal(holds[0], [True, False, True, False, True])


@pytest.mark.parametrize(
    ("coefficients", "inside", "outside"),
    [
        ([1.0, 0, -1, 0, 0], [-0.9, 0.9], [-1e6, -1.1, 1.1, 1e6]),  # a quadratic
        ([0.0, 1, 0, 0, 0], [1e-3, 1e3], [-1e3, -1e-3]),  # a line, three roots at infinity
        ([0.0, 0, 1e-8, 0, 0], [-1e3, -1.0, 1.0, 1e3], []),  # a double root at zero
        ([2.0, 0, 0, 0, 0], [-1e6, 0.0, 1e6], []),
        ([-2.0, 0, 0, 0, 0], [], [-100.0, 0.0, 100.0]),  # four roots at infinity
        ([0.0, 0, 0, 0, 0], [-1e6, 0.0, 1e6], []),
        ([-1.0, 0, 0, 0, -1], [], [-1e6, 0.0, 1e6]),  # no real root
        ([1.0, 0, -2, 0, 1], [-1e6, -1.5, 0.0, 1.5], []),  # two double roots
    ],
)
def test_degenerate_polynomials(coefficients, inside, outside):
    row = np.array([coefficients])
    assert signs_at(row, np.array(inside, dtype=float)).all()
    assert not signs_at(row, np.array(outside, dtype=float)).any()
