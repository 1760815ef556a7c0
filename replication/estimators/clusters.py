"""Rows that belong together."""

from __future__ import annotations

import numpy as np


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


def within_clusters(values: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Deviations from the mean of the cluster, same shape as `values`: (n,) or (n, k)."""
    deviations = np.array(values, dtype=float)
    for rows in cluster_members(clusters, len(deviations)):
        deviations[rows] -= deviations[rows].mean(axis=0)
    return deviations
