"""Columns in a unit and from an origin of their own, and coefficients back in those of the data.

A fit has no opinion on whether a column is a year or a year less 2000, but its arithmetic does:
products of large columns lose the digits that tell them apart. So every fit sees columns less their
mean, in a unit near to their range. The unit is a power of two, which costs no digit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from replication.estimators.ties import STORED


@dataclass(frozen=True)
class Standardised:
    """A design with its constant, and the way back.

    Attributes
    ----------
    columns : ndarray, shape (n, k)
        Columns without a constant, less `centre`, over `unit`.
    centre, unit : ndarray, shape (k,)
    """

    columns: np.ndarray
    centre: np.ndarray
    unit: np.ndarray

    @property
    def x(self) -> np.ndarray:
        """The columns after a constant, shape (n, k + 1)."""
        return np.column_stack([np.ones(len(self.columns)), self.columns])

    def of(self, design: np.ndarray) -> np.ndarray:
        """Other rows, shape (m, k), in the same units after a constant, shape (m, k + 1)."""
        return np.column_stack([np.ones(len(design)), (design - self.centre) / self.unit])

    @property
    def back(self) -> np.ndarray:
        """Matrix, shape (k + 1, k + 1), from coefficients on `x` to those on constant and data."""
        matrix = np.diag(np.concatenate([[1.0], 1 / self.unit]))
        matrix[0, 1:] = -self.centre / self.unit
        return matrix

    @property
    def forth(self) -> np.ndarray:
        """The inverse of `back`: from coefficients on the data to those on `x`."""
        matrix = np.diag(np.concatenate([[1.0], self.unit]))
        matrix[0, 1:] = self.centre
        return matrix


def standardised(design: np.ndarray) -> Standardised:
    """Centre each column on its mean and divide it by the power of two above its deviations.

    Parameters
    ----------
    design : ndarray, shape (n, k)
        Without a constant.
    """
    centre = design.mean(axis=0) if len(design) else np.zeros(design.shape[1])
    columns = design - centre
    # A column that does not vary leaves rounding, which must not grow into one that does.
    flat = np.abs(columns).max(axis=0, initial=0.0) <= STORED * np.abs(design).max(
        axis=0, initial=0.0
    )
    columns = np.where(flat, 0.0, columns)
    unit = np.ldexp(1.0, np.frexp(np.abs(columns).max(axis=0, initial=0.0))[1])
    return Standardised(columns / unit, centre, unit)


def turned_to(weights: np.ndarray) -> np.ndarray:
    """Axes whose first one is a sum of coefficients: an orthogonal matrix, shape (k, k).

    Coefficients `b` have the coordinates ``axes.T @ b``, and a design `x` becomes ``x @ axes``. The first
    coordinate is ``weights @ b`` over the length of the weights, so the sum can be held by holding it.
    Turning loses no digit, whatever the origin of the columns.

    Parameters
    ----------
    weights : ndarray, shape (k,)
        Not all zero.
    """
    axes = np.linalg.qr(weights[:, None], mode="complete")[0]
    turned: np.ndarray = axes * np.sign(axes[:, 0] @ weights)
    return turned
