#!/usr/bin/env bash
# linearmodels 7.1: the clustered error of one and the same fit depends on whether the effects are asked for or given.
# Guess before the run: entity_effects=True and a dummy for each entity give the same slope and, clustered by entity,
# the same standard error, as it is one model.
# Seen: the slope is the same, the error a quarter larger with dummies (8 entities, 3 rows each), p .003 for .0006: effects that
# are nested in the clusters cost no degree of freedom, dummies do. Stata has the same divide between xtreg and areg.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/environment"
"$folder/environment/bin/pip" install --quiet --disable-pip-version-check linearmodels==7.1 statsmodels==0.15.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
"$folder/environment/bin/python" - <<'END'
import linearmodels
import numpy as np
import pandas as pd
from linearmodels.panel import PanelOLS

rng = np.random.default_rng(2)
entity, time = np.repeat(np.arange(8), 3), np.tile(np.arange(3), 8)
x = rng.normal(size=24)
table = pd.DataFrame({"entity": entity, "time": time, "x": x, "y": x + entity + rng.normal(size=24)})
dummies = pd.DataFrame(np.eye(8)[entity], columns=[f"entity {i}" for i in range(8)])
both = pd.concat([table, dummies], axis=1).set_index(["entity", "time"])
clustered = {"cov_type": "clustered", "cluster_entity": True}
asked = PanelOLS(both["y"], both[["x"]], entity_effects=True).fit(**clustered)
given = PanelOLS(both["y"], both[["x", *dummies.columns]]).fit(**clustered)
ratio = given.std_errors["x"] / asked.std_errors["x"]
print("linearmodels", linearmodels.__version__, "slopes", asked.params["x"], given.params["x"])
print("errors", asked.std_errors["x"], given.std_errors["x"], "ratio", ratio, "p", asked.pvalues["x"], given.pvalues["x"])
assert linearmodels.__version__ == "7.1"
assert abs(asked.params["x"] - given.params["x"]) < 1e-12
assert abs(ratio - (23 / 15) ** 0.5) < 1e-9
END
