"""Where many quartic polynomials are not negative, on the whole line with infinity."""

from __future__ import annotations

import numpy as np
from numpy.polynomial import polynomial

_DEGREE = 4
# Values below this, as a share of the largest coefficient, are zero up to rounding.
_ZERO = 1e-13


def where_not_negative(coefficients: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split the line at the roots of each polynomial and tell its sign between them.

    The variable is written as the tangent of an angle, so that roots at infinity (a leading
    coefficient of zero) are roots like all others. Before its roots are taken, each polynomial is
    turned by the angle of five that keeps its leading coefficient farthest from zero; no quartic
    except zero vanishes at all five.

    Parameters
    ----------
    coefficients : ndarray, shape (m, 5)
        Coefficients of each polynomial, the constant first. Zero throughout is not negative.

    Returns
    -------
    breaks : ndarray, shape (m, 4)
        Angles from -pi/2 to pi/2, ascending, all changes of sign among them.
    holds : ndarray of bool, shape (m, 5)
        Whether the polynomial is zero or positive before, between and after them.
    """
    size = np.abs(coefficients).max(axis=1, keepdims=True)
    scaled = np.divide(coefficients, size, out=np.zeros_like(coefficients), where=size > 0)
    angles = np.pi * np.arange(_DEGREE + 1) / (_DEGREE + 1)
    turned = np.stack([scaled @ _turning(angle) for angle in angles])
    best = np.abs(turned[:, :, -1]).argmax(axis=0)
    chosen = turned[best, np.arange(len(scaled))]
    breaks = np.arctan(_root_locations(chosen)) + angles[best][:, None]
    breaks = np.sort((breaks + np.pi / 2) % np.pi - np.pi / 2, axis=1)
    ends = np.full((len(scaled), 1), np.pi / 2)
    edges = np.hstack([-ends, breaks, ends])
    middle = (edges[:, 1:] + edges[:, :-1]) / 2
    power = np.arange(_DEGREE + 1)[:, None, None]
    terms = np.sin(middle) ** power * np.cos(middle) ** (_DEGREE - power)
    return breaks, np.einsum("mi,imj->mj", scaled, terms) >= -_ZERO


def _turning(angle: float) -> np.ndarray:
    """Matrix, shape (5, 5), that takes coefficients to those in the tangent of angle - `angle`."""
    sine, cosine = np.sin(angle), np.cos(angle)
    rows = [
        polynomial.polymul(
            polynomial.polypow([sine, cosine], i), polynomial.polypow([cosine, -sine], _DEGREE - i)
        )
        for i in range(_DEGREE + 1)
    ]
    return np.array([np.pad(row, (0, _DEGREE + 1 - len(row))) for row in rows])


def _root_locations(coefficients: np.ndarray) -> np.ndarray:
    """Real parts of all four roots, shape (m, 4).

    Those of complex roots are no changes of sign, but splitting there does no harm.
    """
    companion = np.zeros((len(coefficients), _DEGREE, _DEGREE))
    companion[:, np.arange(1, _DEGREE), np.arange(_DEGREE - 1)] = 1.0
    leading = coefficients[:, -1:]
    companion[:, :, -1] = -np.divide(
        coefficients[:, :-1],
        leading,
        out=np.zeros_like(coefficients[:, :-1]),
        where=leading != 0,
    )
    return np.linalg.eigvals(companion).real
