"""What every regression asks of its arguments, and why a design cannot be estimated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Columns are scaled to a largest value of one before they are compared.
_RANK_TOLERANCE = 1e-9
_WEIGHT_TOLERANCE = 1e-6


def checked_arrays(outcome: np.ndarray, design: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the arguments as float arrays of shapes (n,) and (n, k).

    Raises
    ------
    ValueError
        When shapes disagree or a value is missing or infinite.
    """
    outcome = np.asarray(outcome, dtype=float)
    design = np.asarray(design, dtype=float)
    if outcome.ndim != 1 or design.ndim != 2 or len(design) != len(outcome):  # noqa: PLR2004
        raise ValueError(
            f"outcome has shape {outcome.shape} and design {design.shape}; allowed: (n,) and (n, k)"
        )
    if not (np.isfinite(outcome).all() and np.isfinite(design).all()):
        raise ValueError("outcome or design has a missing or infinite value; allowed: finite ones")
    return outcome, design


def check_binary(outcome: np.ndarray) -> None:
    """Raise ValueError unless every value of `outcome` is 0 or 1."""
    if ((outcome != 0) & (outcome != 1)).any():
        other = np.setdiff1d(outcome, (0.0, 1.0))
        raise ValueError(f"outcome has the value {other[0]:g}; allowed: 0 and 1")


def check_terms(terms: Sequence[str], design: np.ndarray) -> None:
    """Raise ValueError unless there is one name for each column of `design`, all different."""
    if len(terms) != design.shape[1] or len(set(terms)) != len(terms):
        raise ValueError(
            f"terms are {', '.join(terms) or 'empty'} for {design.shape[1]} columns; "
            "allowed: one name a column, none twice"
        )


def check_level(level: float) -> None:
    """Raise ValueError unless `level` can be the confidence level of an interval."""
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; allowed: between 0 and 1")


def with_constant(design: np.ndarray) -> np.ndarray:
    """Put a column of ones before the design."""
    return np.column_stack([np.ones(len(design)), design])


def why_not_estimable(x: np.ndarray, terms: Sequence[str]) -> str:
    """Say in plain words why the columns of `x` do not determine their coefficients.

    Parameters
    ----------
    x : ndarray, shape (n, k)
        Design with its constant as the first column.
    terms : sequence of str, length k
        Names of the columns of `x`.

    Returns
    -------
    str
        Empty where `x` has full column rank; otherwise names the columns at fault.
    """
    if len(x) < x.shape[1]:
        return f"{len(x)} observations are fewer than {x.shape[1]} terms"
    scaled = x / np.where(np.abs(x).max(axis=0) > 0, np.abs(x).max(axis=0), 1.0)
    faults = []
    kept: list[int] = []
    for column in range(x.shape[1]):
        weights = np.linalg.lstsq(scaled[:, kept], scaled[:, column], rcond=None)[0]
        residual = scaled[:, column] - scaled[:, kept] @ weights
        if np.linalg.norm(residual) > _RANK_TOLERANCE * np.sqrt(len(x)):
            kept.append(column)
        else:
            sources = np.array(kept, dtype=int)[np.abs(weights) > _WEIGHT_TOLERANCE]
            faults.append(_dependence(terms, column, sources.tolist()))
    return "; ".join(faults)


def _dependence(terms: Sequence[str], column: int, sources: list[int]) -> str:
    if sources in ([], [0]):
        return f"{terms[column]} is constant"
    others = " and ".join(terms[source] for source in sources if source)
    return f"{terms[column]} is a linear combination of {others}"
