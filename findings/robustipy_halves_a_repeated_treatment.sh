#!/usr/bin/env bash
# robustipy 1.0.4: a control that repeats the treatment halves its slope, and the half is one more estimate of the curve.
# Guess before the run: where a control repeats the treatment there is no slope; the specification is left out, or the program
# says that its terms are collinear.
# Seen: 0.30 without the control, 0.15 with it, and not a word; both enter the curve and its summary (a pseudo-inverse stands in
# where the terms have no inverse).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME="$folder" MPLBACKEND=Agg
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check robustipy==1.0.4 \
  pandas==3.1.1 numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0
"$folder/environment/bin/python" - <<'END'
import contextlib
import io
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
from robustipy.models import OLSRobust

x = np.array([0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 0, 1.0])
data = pd.DataFrame({"y": [0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1.0], "x": x, "copy": x})
with warnings.catch_warnings(record=True) as told, contextlib.redirect_stdout(io.StringIO()) as said:
    warnings.simplefilter("always")
    model = OLSRobust(y=["y"], x=["x"], data=data)
    model.fit(controls=["copy"], draws=2, kfold=2, seed=1, n_cpu=1, compute_shap=False)
    found = model.get_results()
slopes = {tuple(sorted(chosen)): float(np.ravel(b)[0]) for chosen, b in zip(found.specs_names, found.all_b)}
print("robustipy", version("robustipy"), slopes)
words = " ".join([said.getvalue(), *(str(one.message) for one in told)]).lower()
assert abs(slopes[()] - 0.3) < 1e-9
assert abs(slopes[("copy",)] - 0.15) < 1e-9
assert len(found.summary_df) == 2
assert not any(word in words for word in ("singular", "collinear", "rank"))
END
