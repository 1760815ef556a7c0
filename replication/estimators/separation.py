"""Which coefficients maximum likelihood cannot bound, and on which side.

Data are separated when some direction of the coefficients never lowers the likelihood; along it the
likelihood has no maximum (Albert and Anderson 1984, Biometrika 71: 1-10). Those directions form a
cone, which linear programming explores (Konis 2007, Linear Programming Algorithms for Detecting
Separated Data in Binary Logistic Regression Models, Oxford). The usual programme finds one vertex
of the cone and reads signs off it. Here every coefficient is pushed up and down on its own, so a
coefficient the cone lets go both ways is not given a side it does not have.
"""

from __future__ import annotations

import numpy as np

from replication.estimators.standardised import standardised

_MOVES = 1e-7


def separation_sides(outcome: np.ndarray, x: np.ndarray) -> tuple[str, ...]:
    """Say for each coefficient of a logit model where its likelihood has no bound.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        Zeros and ones.
    x : ndarray, shape (n, k)
        Design with its constant as the first column; full column rank.

    Returns
    -------
    tuple of str, length k
        ``""`` for a finite estimate; ``"+infinity"`` or ``"-infinity"`` where the likelihood rises
        or stays level without end to that side; ``"either side"`` where it does so to both.
    """
    columns = standardised(x[:, 1:])
    return sides_of_cone((2 * outcome - 1)[:, None] * columns.x, columns.back)


def sides_of_cone(rows: np.ndarray, coordinates: np.ndarray) -> tuple[str, ...]:
    """Sides to which some coordinates can move within the cone ``rows @ direction >= 0``.

    Parameters
    ----------
    rows : ndarray, shape (m, k)
        One row for each inequality.
    coordinates : ndarray, shape (c, k)
        What of the direction is asked for: a row for each.

    Returns
    -------
    tuple of str, length c
        As in `separation_sides`.
    """
    # Every row product is at least zero, so their sum is positive somewhere exactly when the cone
    # holds more than the origin (given full column rank).
    if _furthest(rows, rows.sum(axis=0)) < _MOVES:
        return ("",) * len(coordinates)
    return tuple(_side(rows, row / np.abs(row).max()) for row in coordinates)


def _side(rows: np.ndarray, coordinate: np.ndarray) -> str:
    rises = _furthest(rows, coordinate) > _MOVES
    falls = _furthest(rows, -coordinate) > _MOVES
    if rises and falls:
        return "either side"
    return "+infinity" if rises else "-infinity" if falls else ""


def _furthest(rows: np.ndarray, objective: np.ndarray) -> float:
    from scipy.optimize import linprog  # noqa: PLC0415 - slow, and most commands do not need it

    found = linprog(-objective, A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=(-1, 1))
    if not found.success:
        raise RuntimeError(f"the linear programme that looks for separation fails: {found.message}")
    return -float(found.fun)
