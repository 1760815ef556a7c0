"""What other programs compute where they differ from this one, by plain means."""

from math import comb

import numpy as np


def plain_error(x, outcome, slopes):
    """Give the errors of Firth's fit with these slopes by the information without leverage."""

    def weights(constant):
        p = 1 / (1 + np.exp(-(constant + x[:, 1:] @ slopes)))
        return p, p * (1 - p)

    def score(constant):
        p, w = weights(constant)
        root = x * np.sqrt(w)[:, None]
        leverage = np.einsum("ij,jk,ik->i", root, np.linalg.inv(root.T @ root), root)
        return (outcome - p + leverage * (0.5 - p)).sum()

    low, high = -30.0, 30.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if score(middle) > 0 else (low, middle)
    _, w = weights(low)
    return np.sqrt(np.diag(np.linalg.inv((x * w[:, None]).T @ x)))


def share_as_far_below(values, chosen):
    """Share of the choices of as many units whose sum lies as far below the mean as that of the chosen above it."""
    ways = {(0, 0): 1}
    for value in values:
        with_it = {(n + 1, total + value): count for (n, total), count in ways.items()}
        ways = {key: ways.get(key, 0) + with_it.get(key, 0) for key in ways | with_it}
    size, units = int(chosen.sum()), len(values)
    # Twice the mean less the sum, times the number of units: whole, so that nothing is rounded.
    mirrored = 2 * int(values.sum()) * size - int(values[chosen == 1].sum()) * units
    return (
        ways.get((size, mirrored // units), 0) / comb(units, size) if mirrored % units == 0 else 0.0
    )
