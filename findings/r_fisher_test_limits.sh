#!/usr/bin/env bash
# R 4.2.2: the exact limits of fisher.test are right to two or three digits only.
# Guess before the run: "exact" limits are roots to six digits at least; R and SciPy print the same for 3 1 against 1 3.
# Seen: the upper limit is 621.93 in R and 626.24 in SciPy 1.17.1; at the root the chance of three or fewer is 0.025, at R's
# number 0.02517. R searches the reciprocal of a large odds ratio with its usual tolerance of 1e-4, so that the error grows
# with the limit. Two programs that are both right about the p-value so differ by 0.7 per cent in the interval.
# Needs R 4.2.2, as in Debian 12.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
Rscript --no-init-file --no-restore - > "$folder/limit" <<'END'
stopifnot(getRversion() == "4.2.2")
cat(sprintf("%.12f", fisher.test(matrix(c(3, 1, 1, 3), 2))$conf.int[2]))
END
"$folder/environment/bin/python" - "$folder/limit" <<'END'
import sys
from pathlib import Path

import scipy
from scipy.stats.contingency import odds_ratio

ways = [1, 16, 36, 16, 1]


def chance_of_three_or_fewer(ratio):
    weights = [way * ratio**k for k, way in enumerate(ways)]
    return sum(weights[:4]) / sum(weights)


in_r = float(Path(sys.argv[1]).read_text())
in_scipy = odds_ratio([[3, 1], [1, 3]]).confidence_interval().high
for name, limit in (("R", in_r), ("SciPy", in_scipy)):
    print(f"{name:6} upper limit {limit:.4f}, chance of three or fewer there {chance_of_three_or_fewer(limit):.6f}")
assert scipy.__version__ == "1.17.1"
assert abs(chance_of_three_or_fewer(in_scipy) - 0.025) < 1e-9
assert abs(chance_of_three_or_fewer(in_r) - 0.025) > 1e-4
assert in_scipy / in_r > 1.005
END
