#!/usr/bin/env bash
# SciPy 1.17.1: permutation_test of two samples whose means are equal misses ties, in one-sided p-values.
# Guess before the run: arrangements that tie with the observed statistic count, also where rounding moves them; six
# observations are enumerated, so the p-value is a share of 20.
# Seen: the tolerance is relative to the observed statistic. Where that is zero there is none, and arrangements whose
# difference is 1e-17 instead of zero are left out: 10 of 20 for 13 of 20 with the samples .1 .5 .1 and .2 .4 .1.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
"$folder/environment/bin/python" - <<'END'
from itertools import combinations

import numpy as np
import scipy
from scipy.stats import permutation_test


def difference(one, other, axis):
    return np.mean(one, axis=axis) - np.mean(other, axis=axis)


found, counted = [], []
for one, other in (([1, 5, 1], [2, 4, 1]), ([6, 6, 2], [4, 7, 3]), ([7, 4, 1], [6, 5, 1])):
    tenths = np.array(one) / 10, np.array(other) / 10
    found.append(round(20 * permutation_test(tenths, difference, vectorized=True, alternative="less").pvalue, 9))
    pool = one + other
    counted.append(sum(sum(pool[i] for i in chosen) <= sum(one) for chosen in combinations(range(6), 3)))
print("SciPy", scipy.__version__, "arrangements counted of 20:", found, "by whole numbers:", counted)
assert scipy.__version__ == "1.17.1"
assert counted == [13, 11, 12]
assert found == [10, 10, 11]
END
