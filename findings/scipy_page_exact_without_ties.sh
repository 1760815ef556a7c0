#!/usr/bin/env bash
# SciPy 1.17.1: page_trend_test(method="exact") on ties uses the distribution without ties.
# Guess before the run: "exact" compares with all arrangements of the ranks at hand, so three rows with all ranks in the
# predicted order have 1/3 * 1/3 * 1/6 = 1/54.
# Seen: 7/216, the share of arrangements of the ranks 1, 2, 3 in each row that reach the statistic of the tied ranks, nearly
# twice as much; no warning, and method="auto" takes the same for so few rows.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
"$folder/environment/bin/python" - <<'END'
from fractions import Fraction
from itertools import permutations, product

import scipy
from scipy.stats import page_trend_test

codes = [[1, 1, 2], [1, 2, 2], [1, 2, 3]]
doubled_ranks = [[3, 3, 6], [2, 5, 5], [2, 4, 6]]


def share(rows):
    reached = [sum((i + 1) * row[i] for row in dealt for i in range(3)) >= 82 for dealt in product(*map(permutations, rows))]
    return Fraction(sum(reached), len(reached))


seen = {method: page_trend_test(codes, method=method).pvalue for method in ("exact", "auto")}
print("SciPy", scipy.__version__, seen, "ranks at hand:", share(doubled_ranks), "ranks without ties:", share([[2, 4, 6]] * 3))
assert scipy.__version__ == "1.17.1"
assert share(doubled_ranks) == Fraction(1, 54)
assert abs(seen["exact"] - share([[2, 4, 6]] * 3)) < 1e-12
assert seen["auto"] == seen["exact"]
END
