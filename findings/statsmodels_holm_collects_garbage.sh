#!/usr/bin/env bash
# statsmodels 0.15.0: multipletests(method="holm") runs a full garbage collection at every call.
# Guess before the run: adjusting three p-values takes microseconds, and a slow first call is the import.
# Seen: gc.collect is called once a call, so in a process that holds many objects (a page, a large table of results) each
# call costs a tenth of a second or more; method="fdr_bh" and the function fdrcorrection do not call it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check statsmodels==0.15.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
"$folder/environment/bin/python" - <<'END'
import gc

import statsmodels
from statsmodels.stats.multitest import fdrcorrection, multipletests

collect, calls = gc.collect, []


def counted(*generation):
    calls.append(generation)
    return collect(*generation)


gc.collect = counted
seen = {}
for method in ("holm", "fdr_bh"):
    calls.clear()
    multipletests([0.01, 0.02, 0.03], method=method)
    seen[method] = len(calls)
calls.clear()
fdrcorrection([0.01, 0.02, 0.03])
seen["fdrcorrection"] = len(calls)
print("statsmodels", statsmodels.__version__, "collections a call:", seen)
assert statsmodels.__version__ == "0.15.0"
assert seen == {"holm": 1, "fdr_bh": 0, "fdrcorrection": 0}
END
