"""Programs in Python: reads the tables of a folder, prints each figure as a line of a table.

Usage: python in_python.py <folder>. Run by the interpreter of environment.txt, without the package.
"""

import csv
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import barnard_exact
import exact_tests
import fisher
import krippendorff
import numpy as np
import pandas as pd
import pyfixest
import qca
import sensemakr
import statsmodels.api as sm
from firthmodels import FirthLogisticRegression
from linearmodels.panel import PanelOLS
from permute.core import two_sample
from scipy import stats
from statsmodels.miscmodels.ordinal_model import OrderedModel
from wildboottest.wildboottest import wildboottest

FOLDER = Path(sys.argv[1])
MODELS = ("M1", "M2", "M3", "M4")
NOT_TERMS = ("y", "level", "administration")
DRAWS = 9999
OUT = csv.writer(sys.stdout, lineterminator=chr(10))
# Several of them warn of what they will drop one day, or of a small sample.
warnings.simplefilter("ignore")


def put(package, model, estimator, term, reach="", **values):
    for quantity, value in values.items():
        OUT.writerow(
            [package, version(package), model, estimator, term, quantity, repr(float(value)), reach]
        )


def sampled(p):
    """Four standard errors of a share that was counted in draws."""
    return 4 * (p * (1 - p) / DRAWS) ** 0.5


def table(name):
    return pd.read_csv(FOLDER / f"{name}.csv")


def terms_of(data):
    return [name for name in data if name not in NOT_TERMS]


def firth(model, data, terms):
    # Below 1e-6 its halving of steps can fail in the last bits of the likelihood, and it then gives no p-value.
    fit = FirthLogisticRegression(backend="numpy", gtol=1e-6, xtol=1e-6, max_iter=200).fit(
        data[terms].to_numpy(), data["y"].to_numpy()
    )
    fit.lrt()
    limits = fit.conf_int(method="pl")
    for j, term in enumerate(terms):
        put(
            "firthmodels",
            model,
            "firth",
            term,
            estimate=fit.coef_[j],
            std_error=fit.bse_[j],
            p_value=fit.lrt_pvalues_[j],
            conf_low=limits[j, 0],
            conf_high=limits[j, 1],
        )


def linear(model, data, terms):
    fit = sm.OLS(data["y"], sm.add_constant(data[terms])).fit(cov_type="HC3", use_t=True)
    fixest = pyfixest.feols(f"y ~ {' + '.join(terms)}", data=data, vcov="HC3")
    for term in terms:
        low, high = fit.conf_int().loc[term]
        put(
            "statsmodels",
            model,
            "lpm_hc3",
            term,
            estimate=fit.params[term],
            std_error=fit.bse[term],
            p_value=fit.pvalues[term],
            conf_low=low,
            conf_high=high,
        )
        put(
            "pyfixest",
            model,
            "lpm_hc3",
            term,
            estimate=fixest.coef()[term],
            std_error=fixest.se()[term],
            p_value=fixest.pvalue()[term],
        )
        found = sensemakr.Sensemakr(
            sm.OLS.from_formula(f"y ~ {' + '.join(terms)}", data).fit(), treatment=term
        )
        put(
            "PySensemakr",
            model,
            "sensitivity",
            term,
            partial_r2=found.sensitivity_stats["r2yd_x"],
            robustness_value=float(found.sensitivity_stats["rv_q"]),
            robustness_value_alpha=float(found.sensitivity_stats["rv_qa"]),
        )


def bootstrap(model, data, terms):
    fit = sm.OLS(data["y"], sm.add_constant(data[terms]))
    groups = pd.Series(pd.factorize(data["administration"])[0])
    for term in terms:
        found = wildboottest(
            fit, param=term, cluster=groups, B=DRAWS, bootstrap_type="11", seed=1, show=False
        )
        put(
            "wildboottest",
            model,
            "wild_bootstrap",
            term,
            p_value=found["p-value"].iloc[0],
            statistic=found["statistic"].iloc[0],
        )


def ordered(model, data, terms):
    fit = OrderedModel(data["level"], data[terms], distr="logit").fit(
        method="bfgs", disp=0, maxiter=500, gtol=1e-8
    )
    for term in terms:
        put(
            "statsmodels",
            model,
            "ordered_logit",
            term,
            estimate=fit.params[term],
            std_error=fit.bse[term],
        )


def tables(data, term):
    high, y = data[term] >= 2, data["y"] == 1
    cells = [
        [int((high & y).sum()), int((high & ~y).sum())],
        [int((~high & y).sum()), int((~high & ~y).sum())],
    ]
    levels = pd.crosstab(data[term], data["y"]).to_numpy()
    # Left to itself SciPy draws tables without a seed.
    drawn = stats.MonteCarloMethod(n_resamples=DRAWS, rng=np.random.default_rng(1))
    p = stats.fisher_exact(levels, method=drawn).pvalue
    put("scipy", "X", "freeman_halton", term, reach=sampled(p), p_value=p)
    ratio = stats.contingency.odds_ratio(cells)
    limits = ratio.confidence_interval()
    put(
        "scipy",
        "X",
        "fisher",
        term,
        p_value=stats.fisher_exact(cells).pvalue,
        estimate=np.log(ratio.statistic),
        conf_low=np.log(limits.low),
        conf_high=np.log(limits.high),
    )
    # SciPy's groups are columns.
    put(
        "scipy",
        "X",
        "boschloo",
        term,
        p_value=stats.boschloo_exact(np.transpose(cells), n=512).pvalue,
    )
    put(
        "scipy",
        "X",
        "barnard",
        term,
        p_value=stats.barnard_exact(np.transpose(cells), n=512).pvalue,
    )
    put("barnard-exact", "X", "barnard", term, p_value=barnard_exact.barnard_test(cells))
    flat = [*cells[0], *cells[1]]
    put("fisher", "X", "fisher", term, p_value=fisher.pvalue(*flat).two_tail)
    low, high = exact_tests.cond_odds_ratio_ci(*flat)
    put(
        "exact-tests",
        "X",
        "fisher",
        term,
        p_value=exact_tests.fisher_exact(cells),
        estimate=np.log(exact_tests.cond_odds_ratio(*flat)),
        conf_low=np.log(low),
        conf_high=np.log(high),
    )
    put("barnard-exact", "X", "boschloo", term, p_value=barnard_exact.boschloo_test(cells))


def shuffled(data, term):
    """Test the trend by arrangements that are drawn: the difference of means orders them as the trend does."""
    sides = data.loc[data["y"] == 1, term].to_numpy(), data.loc[data["y"] == 0, term].to_numpy()
    p = two_sample(*sides, reps=DRAWS, stat="mean", alternative="two-sided", seed=1, plus1=True)[0]
    put("permute", "X", "exact_trend", term, reach=sampled(p), p_value=p)
    found = stats.permutation_test(
        sides,
        lambda a, b, axis: np.mean(a, axis=axis) - np.mean(b, axis=axis),
        vectorized=True,
        n_resamples=DRAWS,
        rng=np.random.default_rng(1),
    )
    put("scipy", "X", "exact_trend", term, reach=sampled(found.pvalue), p_value=found.pvalue)


def panel():
    data = table("A1")
    others = [name for name in data if name not in ("y", "case_id")]
    rows = data.assign(row=data.groupby("case_id").cumcount()).set_index(["case_id", "row"])
    fit = PanelOLS(rows["y"], rows[others], entity_effects=True).fit(
        cov_type="clustered", cluster_entity=True
    )
    fixest = pyfixest.feols(
        f"y ~ {' + '.join(others)} | case_id", data=data, vcov={"CRV1": "case_id"}
    )
    for term in others:
        put(
            "linearmodels",
            "A1",
            "panel",
            term,
            estimate=fit.params[term],
            std_error=fit.std_errors[term],
        )
        put(
            "pyfixest",
            "A1",
            "panel",
            term,
            estimate=fixest.coef()[term],
            std_error=fixest.se()[term],
            p_value=fixest.pvalue()[term],
        )


def codes():
    data = table("codes")
    for (variable, scale), part in data.groupby(["variable", "scale"]):
        pairs = part[["first", "second"]].to_numpy(dtype=float).T
        put(
            "krippendorff",
            "",
            "agreement",
            variable,
            alpha=krippendorff.alpha(pairs, level_of_measurement=scale),
        )


def sets(kind):
    """Minimise with the package's conditions; its own terms, their fit counted here."""
    data, cuts = table(f"sets_{kind}"), table("cuts").iloc[0]
    names = [name for name in data if name not in ("case", "SOUGHT")]
    engine = qca.FSQCA(data=data[[*names, "SOUGHT"]], outcome="SOUGHT", conditions=names)
    found = qca.minimize_truth_table(
        engine, outcome_threshold=cuts["consistency"], backend="exact_set_cover"
    )
    for solution, terms in (
        ("conservative", found.complex_solution),
        ("parsimonious", found.parsimonious_solution),
    ):
        degrees = np.zeros(len(data))
        for term in terms:
            member = np.ones(len(data))
            for literal in term.label(names).replace(" ", "").split("*"):
                column = data[literal.lstrip("~")].to_numpy(dtype=float)
                member = np.minimum(member, 1 - column if literal.startswith("~") else column)
            degrees = np.maximum(degrees, member)
        shared = np.minimum(degrees, data["SOUGHT"]).sum()
        put(
            "pyqca",
            kind,
            "qca",
            solution,
            consistency=shared / degrees.sum(),
            coverage=shared / data["SOUGHT"].sum(),
        )


def main():
    for model in MODELS:
        data = table(model)
        terms = terms_of(data)
        firth(model, data, terms)
        linear(model, data, terms)
        bootstrap(model, data, terms)
        ordered(model, data, terms)
        if len(terms) == 1:
            tables(data, terms[0])
            shuffled(data, terms[0])
    panel()
    codes()
    for kind in ("crisp", "fuzzy"):
        sets(kind)


main()
