#!/usr/bin/env bash
# SciPy 1.17.1: fisher_exact of a table of three rows is another number at every call.
# Guess before the run: a table of twelve observations is enumerated, the p-value is the same each time to the last digit.
# Seen: any table but two by two is judged by 9,999 tables drawn with a generator that nobody seeded, so that the
# third digit moves from call to call; nothing in the result says so. The exact value, by counting, is 1/5.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
"$folder/environment/bin/python" - <<'END'
from fractions import Fraction
from itertools import product
from math import comb

import scipy
from scipy.stats import fisher_exact

table = [[3, 1], [1, 3], [0, 4]]
ways = {
    first: comb(4, first[0]) * comb(4, first[1]) * comb(4, first[2])
    for first in product(range(5), repeat=3) if sum(first) == 4
}
exact = Fraction(sum(w for w in ways.values() if w <= ways[3, 1, 0]), sum(ways.values()))
seen = [fisher_exact(table).pvalue for _ in range(5)]
print("SciPy", scipy.__version__, "five calls:", [f"{p:.4f}" for p in seen], "counted:", exact, f"{float(exact):.6f}")
assert scipy.__version__ == "1.17.1"
assert len(set(seen)) > 1
assert all(abs(p - exact) < 0.03 for p in seen)
END
