"""Data of published examples, and the fits of this package to them, each computed once."""

from functools import cache

import numpy as np
import pandas as pd
import statsmodels.api as sm
from linearmodels.datasets import munnell as munnell_data
from linearmodels.datasets import wage_panel

from replication.estimators.agreement import agreement
from replication.estimators.concordance import concordance
from replication.estimators.contingency import two_by_two
from replication.estimators.exact import fit_exact
from replication.estimators.interval_ranks import earlier_test
from replication.estimators.linear import fit_ols_cr2, fit_ols_hc3
from replication.estimators.ordinal import fit_ordered_logit
from replication.estimators.panel_random import fit_random_effects
from replication.estimators.permutation import permutation_test
from replication.estimators.rank import rank_test
from replication.estimators.wild_bootstrap import wild_cluster_bootstrap


def rng():
    return np.random.default_rng(0)


# ---- Tables of counts

CONVICTIONS = np.array([[2, 15], [10, 3]])
SMALL_OR = np.array([[12, 29], [5, 2]])
THREE_BY_THREE = np.array([[3, 2, 0], [1, 2, 3], [0, 4, 5]])
THREE_BY_FOUR = np.array([[8, 3, 0, 1], [2, 4, 2, 1], [1, 5, 6, 4]])


def barnard(table):
    # The source has the groups in columns.
    return two_by_two(np.transpose(table)).barnard.p_value


@cache
def rabbits():
    """Fit the effect of delay on the cure of rabbits within five levels of penicillin."""
    # (cured, died) without delay and with a delay of an hour and a half, by level of penicillin.
    cells = [
        [(0, 6), (0, 5)],
        [(3, 3), (0, 6)],
        [(6, 0), (2, 4)],
        [(5, 1), (6, 0)],
        [(2, 0), (5, 0)],
    ]
    rows = [
        (outcome, int(group == 0), level)
        for level, groups in enumerate(cells)
        for group, counts in enumerate(groups)
        for outcome, count in zip((1, 0), counts, strict=True)
        for _ in range(count)
    ]
    outcome, treated, level = np.array(rows, dtype=float).T
    design = np.column_stack([treated, level[:, None] == np.arange(1, 5)])
    terms = ("at once", "level 2", "level 3", "level 4", "level 5")
    return fit_exact(outcome, design, terms, tested=("at once",))


# ---- Ranks and permutations

# Seconds on a rotating rod, cut off at 300; liver enzyme after a compound.
ROTAROD = ([300] * 12, [22, 300, 75, 271, 300, 18, 300, 300, 163, 300, 300, 300])
ASAT = (
    [1.33, 1.78, 1.53, 1.95, 1.83, 1.47, 1.87, 1.55, 2.58, 2.17,
     1.97, 1.62, 2.25, 3.53, 2.92, 1.78, 2.22, 2.55, 2.75],
    [1.53, 1.75, 2.12, 2.83, 2.58, 2.37, 2.92, 2.08, 3.01, 2.67, 2.08, 2.25, 3.08, 2.01, 1.58],
)  # fmt: skip
# Lengths of the jaws of ten male and ten female jackals, in mm.
JAWS = np.array(
    [120, 107, 110, 116, 114, 111, 113, 117, 114, 112,
     110, 111, 107, 108, 110, 105, 107, 106, 111, 111.0]
)  # fmt: skip
MAIZE = np.array([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]) / 8


def ranks(groups):
    return rank_test(*(np.array(group, dtype=float) for group in groups))


def jaws(alternative):
    male = np.repeat([1.0, 0.0], 10)
    return permutation_test(JAWS, male, "male", rng=rng(), alternative=alternative).p_value[0]


def in_blocks(alternative):
    outcome = np.array([3, 5, 4, 8, 9, 7, 2, 6, 5, 11, 9, 4.0])
    treated = np.array([0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0.0])
    blocks = np.repeat([0, 1, 2], 4)
    test = permutation_test(
        outcome, treated, "x", rng=rng(), blocks=blocks, alternative=alternative
    )
    return test.p_value[0]


def remissions():
    """Weeks in remission with placebo and with mercaptopurine; negative where still in remission."""
    placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    treated = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16,
               -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]  # fmt: skip
    times = np.array([*placebo, *treated], dtype=float)
    # Gehan counts a relapse in the week in which another was last seen well as the earlier one.
    low = np.abs(times) + 0.5 * (times < 0)
    return earlier_test(low, np.where(times < 0, np.inf, low), np.arange(42) < 21)


# ---- Agreement

BEN_GERRY = np.array([[1, 1, 2, 2, 4, 3, 3, 3, 5, 4, 4, 1], [2, 1, 2, 2, 2, 3, 3, 3, 5, 4, 4, 4]])
N = np.nan
FIVE_OBSERVERS = np.array([
    [1, 1, 2, N, 0, 0, 1, 1, 2, 2, N, 0, 1, 3, 1],
    [1, 1, 3, 0, 0, 0, 0, N, 2, 1, 1, 0, 2, 3, 1],
    [2, 0, 3, 0, 0, 0, 2, 2, 2, 1, 0, 0, 2, 2, 1],
    [N, 1, 3, N, N, N, N, 0, N, 1, 0, 0, 2, 2, N],
    [2, N, N, 0, 0, 0, 1, N, 2, N, N, N, N, 3, 1],
])  # fmt: skip


def alpha(codes, scale="nominal"):
    return agreement(codes, range(6), scale, rng=rng(), draws=1).alpha


def kappa(first, second, codes):
    mapping = {code: code for code in range(codes)}
    return concordance(np.array(first), np.array(second), mapping, rng=rng(), draws=1).kappa


def cohens_patients():
    """Two psychiatrists on 200 patients, three diagnoses."""
    counts = [88, 14, 18, 10, 40, 10, 2, 6, 12]
    return np.divmod(np.repeat(np.arange(9), counts), 3)


# ---- Regressions


@cache
def spector():
    table = sm.datasets.spector.load_pandas().data
    return table["GRADE"].to_numpy(), table[["GPA", "TUCE", "PSI"]].to_numpy()


@cache
def longley():
    table = sm.datasets.longley.load_pandas().data
    design = np.column_stack([table["GNP"] / 1000, table["UNEMP"] / 10])
    return fit_ols_hc3(table["TOTEMP"].to_numpy() / 1000, design, ("gnp", "unemployed"))


@cache
def orange_trees():
    """Fit the girth of five trees on their age, in days, errors clustered by tree."""
    girth = [30, 58, 87, 115, 120, 142, 145, 33, 69, 111, 156, 172, 203, 203, 30, 51, 75, 108, 115,
             139, 140, 32, 62, 112, 167, 179, 209, 214, 30, 49, 81, 125, 142, 174, 177]  # fmt: skip
    age = np.tile([118.0, 484, 664, 1004, 1231, 1372, 1582], 5)
    return fit_ols_cr2(np.array(girth), age[:, None], np.repeat(np.arange(5), 7), ("age",))


@cache
def housing():
    """Satisfaction of 1,681 tenants in Copenhagen on influence, type of house and contact."""
    counts = [21, 21, 28, 34, 22, 36, 10, 11, 36, 61, 23, 17, 43, 35, 40, 26, 18, 54, 13, 9, 10, 8, 8,
              12, 6, 7, 9, 18, 6, 7, 15, 13, 13, 7, 5, 11, 14, 19, 37, 17, 23, 40, 3, 5, 23, 78, 46, 43,
              48, 45, 86, 15, 25, 62, 20, 23, 20, 10, 22, 24, 7, 10, 21, 57, 23, 13, 31, 21, 13, 5, 6,
              13]  # fmt: skip
    contact, house, influence, outcome = np.unravel_index(np.arange(72), (2, 4, 3, 3))
    design = np.column_stack(
        [influence[:, None] == [1, 2], house[:, None] == [1, 2, 3], contact]
    ).astype(float)
    terms = ("medium", "high", "apartment", "atrium", "terrace", "contact")
    rows = np.repeat(np.arange(72), counts)
    return fit_ordered_logit(outcome[rows].astype(float), design[rows], terms)


@cache
def grunfeld():
    """Investment of plm's ten firms; statsmodels has an eleventh."""
    table = sm.datasets.grunfeld.load_pandas().data
    table = table[table["firm"] != "American Steel"]
    return (
        table["invest"].to_numpy(),
        table[["value", "capital"]].to_numpy(),
        table["firm"].to_numpy(),
    )


def grunfeld_bootstrap(tested):
    outcome, design, firms = grunfeld()
    return wild_cluster_bootstrap(
        outcome, design, firms, ("value", "capital"), tested=tested, rng=rng()
    )


@cache
def munnell(estimator):
    """Fit the product of 48 American states on capital, labour and unemployment, in logarithms."""
    table = munnell_data.load()
    logs = np.log(table[["P_CAP", "PC", "EMP"]].to_numpy())
    design = np.column_stack([logs, table["UNEMP"]])
    options = {"errors": "classical"} if estimator is fit_random_effects else {}
    terms = ("public", "private", "labour", "unemployment")
    return estimator(
        np.log(table["GSP"].to_numpy()), design, table["ST_ABB"].to_numpy(), terms, **options
    )


@cache
def wages():
    """Fit the log wages of 545 men over eight years with random effects, and effects of the years."""
    table = wage_panel.load()
    terms = ["educ", "black", "hisp", "exper", "expersq", "married", "union"]
    years = pd.get_dummies(table["year"], dtype=float).iloc[:, 1:]
    design = np.column_stack([table[terms], years])
    names = (*terms, *map(str, years.columns))
    return fit_random_effects(
        table["lwage"].to_numpy(), design, table["nr"].to_numpy(), names, errors="classical"
    )


def as_printed(values):
    """Round as Wooldridge does: the square of experience to four places, the others to three."""
    return [round(value, 4 if term == 4 else 3) for term, value in enumerate(values)]
