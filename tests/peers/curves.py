"""Programs for specification curves, and the newest for small tables: each figure a line of a table.

Usage: python curves.py <folder>. Run by the interpreter of environment_curves.txt, without the package. A curve is the
slope of a treatment over every set of controls, in the table curve_<treatment>.csv. Missing cells are left to each
program; specification_curve, which stops at one, is given a regression that leaves them out.
"""

import contextlib
import csv
import io
import os
import sys
import warnings
from importlib.metadata import version
from itertools import combinations
from pathlib import Path

os.environ["MPLBACKEND"] = "Agg"

import exactcis
import numpy as np
import pandas as pd
import statsmodels.api as sm
import statspai
from robustipy.models import OLSRobust
from specification_curve import SpecificationCurve

FOLDER = Path(sys.argv[1])
# Slopes can be zero exactly, where no digit is significant.
ZERO = 1e-9
OUT = csv.writer(sys.stdout, lineterminator=chr(10))
warnings.simplefilter("ignore")


def put(package, model, estimator, term, reach, **values):
    for quantity, value in values.items():
        OUT.writerow(
            [package, version(package), model, estimator, term, quantity, repr(float(value)), reach]
        )


class HC3(sm.OLS):
    """Least squares on complete cases with HC3 errors and the t distribution."""

    def __init__(self, y, x):
        super().__init__(y, x, missing="drop")

    def fit(self):
        """Fit with these errors whatever is asked for."""
        return super().fit(cov_type="HC3", use_t=True)


def curve(treatment, data):
    controls = [name for name in data if name not in ("y", treatment)]

    def name_of(chosen):
        return "+".join(name for name in controls if name in chosen) or "none"

    drawn = SpecificationCurve(data, y_endog="y", x_exog=treatment, controls=controls)
    drawn.fit(estimator=HC3)
    for row in drawn.df_r.itertuples():
        put(
            "specification_curve",
            treatment,
            "curve",
            name_of(row.Specification),
            ZERO,
            estimate=row.Coefficient,
            std_error=row.bse,
            p_value=row.pvalues[treatment],
        )
    # It says on the way what it does.
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        robust = OLSRobust(y=["y"], x=[treatment], data=data)
        robust.fit(controls=controls, draws=2, kfold=2, seed=1, n_cpu=1, compute_shap=False)
        found = robust.get_results()
    for chosen, slopes, nobs in zip(
        found.specs_names, found.all_b, found.summary_df["nobs"], strict=True
    ):
        put(
            "robustipy",
            treatment,
            "curve",
            name_of(chosen),
            ZERO,
            estimate=np.ravel(slopes)[0],
            nobs=nobs,
        )
    sets = [
        list(chosen) for size in range(len(controls) + 1) for chosen in combinations(controls, size)
    ]
    table = statspai.spec_curve(data, "y", treatment, controls=sets, se_types=["nonrobust"])
    for row in table.results_df.itertuples():
        chosen = [] if row.controls == "(none)" else row.controls.split(", ")
        put(
            "StatsPAI",
            treatment,
            "curve",
            name_of(chosen),
            ZERO,
            estimate=row.estimate,
            nobs=row.nobs,
        )


def halves(term, data):
    high, y = data[term] >= 2, data["y"] == 1
    cells = [int(v.sum()) for v in (high & y, high & ~y, ~high & y, ~high & ~y)]
    limits = exactcis.exact_ci_conditional(*cells, design=exactcis.Design.CASE_CONTROL_FIXED_MARGIN)
    low, high = np.log(limits)
    put("exactcis", "X", "fisher", term, "", conf_low=low, conf_high=high)


for model in ("M1", "M2"):
    table = pd.read_csv(FOLDER / f"{model}.csv")
    [term] = [name for name in table if name not in ("y", "level", "administration")]
    halves(term, table)
for path in sorted(FOLDER.glob("curve_*.csv")):
    curve(path.stem.removeprefix("curve_"), pd.read_csv(path))
