"""Rows that belong together."""

from __future__ import annotations

import numpy as np

from replication.estimators.arguments import checked_labels, checked_numbers
from replication.estimators.standardised import standardised
from replication.estimators.ties import STORED

# Eigenvalues of a block of I - H lie between 0 and 1; below this they are zero up to rounding.
ZERO_EIGENVALUE = 1e-10
_ZERO_SHARE = 1e-7


def cluster_members(clusters: np.ndarray, n: int, name: str = "clusters") -> list[np.ndarray]:
    """Row numbers of each cluster, clusters in the order of their labels.

    Parameters
    ----------
    clusters : ndarray, shape (n,)
        Label of each row, numbers or strings.
    n : int
    name : str
        What the caller's argument is called, for the error.

    Raises
    ------
    ValueError
        When there is not one label for each of the `n` rows, or one is missing.
    """
    labels, index = checked_labels(name, clusters, n)
    return [np.flatnonzero(index == g) for g in range(len(labels))]


def rests_on_one_cluster(x: np.ndarray, members: list[np.ndarray]) -> np.ndarray:
    """Tell which coefficients do not exist once some cluster is left out.

    Parameters
    ----------
    x : ndarray, shape (n, k)
        Design with its constant, of full column rank.
    members : list of ndarray
        Row numbers of each cluster.

    Returns
    -------
    ndarray of bool, shape (k,)
    """
    # On columns of a common size; `back` leads to the coefficients asked for.
    columns = standardised(x[:, 1:])
    q, r = np.linalg.qr(columns.x)
    spread = np.linalg.norm(columns.back @ np.linalg.inv(r), axis=1)
    alone = np.zeros(x.shape[1], dtype=bool)
    for rows in members:
        values, vectors = np.linalg.eigh(np.eye(x.shape[1]) - q[rows].T @ q[rows])
        lost = columns.back @ np.linalg.solve(r, vectors[:, values < ZERO_EIGENVALUE])
        alone |= np.linalg.norm(lost, axis=1) > _ZERO_SHARE * spread
    return alone


def within_clusters(values: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Deviations from the mean of the cluster, same shape as `values`: (n,) or (n, k).

    Deviations that are rounding of the largest value of their column are zero.
    """
    values = checked_numbers("values", values, 1 if np.ndim(values) == 1 else 2)
    deviations = values.copy()
    for rows in cluster_members(clusters, len(deviations)):
        deviations[rows] -= deviations[rows].mean(axis=0)
    rounding = STORED * np.abs(values).max(axis=0, initial=0.0)
    return np.where(np.abs(deviations) > rounding, deviations, 0.0)
