"""An exact permutation test of 210 observations: ``permutation.py [ours or a file to write]``."""

from __future__ import annotations

import sys

import numpy as np
from common import cheapest, report

from replication.estimators.permutation_reference import counted_sums, reduce_to_residuals

OBSERVATIONS = 210


def main() -> None:
    rng = np.random.default_rng(1)
    treatment = rng.integers(0, 4, OBSERVATIONS).astype(float)
    outcome = (rng.random(OBSERVATIONS) < 0.3 + 0.1 * treatment).astype(float)

    def exact() -> float:
        nothing, one_block = np.empty((OBSERVATIONS, 0)), np.zeros(OBSERVATIONS, int)
        problem = reduce_to_residuals(outcome, treatment, nothing, one_block)
        counted = counted_sums(problem)
        found = np.abs(counted.correlations(problem, 0.0))
        return float(counted.weight[found >= abs(problem.correlation(0.0)) - 1e-10].sum())

    if sys.argv[1] == "ours":
        report(cheapest(exact, calls=20), exact())
    else:
        table = np.column_stack([outcome, treatment])
        np.savetxt(sys.argv[1], table, delimiter=",", comments="", header="y,x")


if __name__ == "__main__":
    main()
