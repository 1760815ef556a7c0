"""Rows that belong together."""

from __future__ import annotations

import numpy as np

# Eigenvalues of a block of I - H lie between 0 and 1; below this they are zero up to rounding.
ZERO_EIGENVALUE = 1e-10
_ZERO_SHARE = 1e-7


def cluster_members(clusters: np.ndarray, n: int) -> list[np.ndarray]:
    """Row numbers of each cluster, clusters in the order of their labels.

    Parameters
    ----------
    clusters : ndarray, shape (n,)
        Label of each row, numbers or strings.
    n : int

    Raises
    ------
    ValueError
        When there is not one label for each of the `n` rows.
    """
    clusters = np.asarray(clusters)
    if clusters.shape != (n,):
        raise ValueError(
            f"clusters has shape {clusters.shape}; allowed: ({n},), a label for each row"
        )
    labels, index = np.unique(clusters, return_inverse=True)
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
    q, r = np.linalg.qr(x)
    spread = np.linalg.norm(np.linalg.inv(r), axis=1)
    alone = np.zeros(x.shape[1], dtype=bool)
    for rows in members:
        values, vectors = np.linalg.eigh(np.eye(x.shape[1]) - q[rows].T @ q[rows])
        lost = np.linalg.solve(r, vectors[:, values < ZERO_EIGENVALUE])
        alone |= np.linalg.norm(lost, axis=1) > _ZERO_SHARE * spread
    return alone


def within_clusters(values: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Deviations from the mean of the cluster, same shape as `values`: (n,) or (n, k)."""
    deviations = np.array(values, dtype=float)
    for rows in cluster_members(clusters, len(deviations)):
        deviations[rows] -= deviations[rows].mean(axis=0)
    return deviations
