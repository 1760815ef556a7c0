"""Published figures, and figures of other programs run for this table, that no other test has.

One row a figure: what computes it here, the value expected, the relative tolerance, which is half a
unit of the last digit where the value is printed, and where it comes from. Programs: R 4.2.2 with coin
1.4-2, plm 2.6-2, clubSandwich 0.5.8, sandwich 3.0-2, MASS 7.3-58.2 and brglm2 0.9; Python's irrCAC
0.4.4 and wildboottest 0.3.2.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from published_inputs import (
    ASAT,
    BEN_GERRY,
    CONVICTIONS,
    FIVE_OBSERVERS,
    MAIZE,
    ROTAROD,
    SMALL_OR,
    THREE_BY_FOUR,
    THREE_BY_THREE,
    alpha,
    as_printed,
    barnard,
    cohens_patients,
    grunfeld,
    grunfeld_bootstrap,
    housing,
    in_blocks,
    jaws,
    kappa,
    longley,
    munnell,
    orange_trees,
    rabbits,
    ranks,
    remissions,
    spector,
    wages,
)  # fmt: skip

from replication.estimators.contingency import two_by_two
from replication.estimators.contingency_ordered import ordered_table
from replication.estimators.e_value import e_value
from replication.estimators.firth import fit_firth
from replication.estimators.fractional import fit_fractional_logit
from replication.estimators.linear import fit_ols_hc3
from replication.estimators.multiple_testing import adjusted
from replication.estimators.paired import paired_tests
from replication.estimators.panel import fit_panel
from replication.estimators.panel_random import fit_random_effects


@dataclass(frozen=True)
class Figure:
    """One row of the table; `expected` is a number or several."""

    name: str
    compute: Callable[[], object]
    expected: object
    tolerance: float
    source: str


P_VALUES = np.array([0.0008, 0.012, 0.012, 0.03, 0.04, 0.0405, 0.2, 0.7])
SCIPY = "R package Barnard in the tests of SciPy 1.17 (test_hypotests.py)"
BALTAGI = (
    "Baltagi 2013, Econometric Analysis of Panel Data, 5th ed., chapter 2 (R plm to more digits)"
)
WOOLDRIDGE = "Wooldridge 2013, Introductory Econometrics, 5th ed., table 14.2"

FIGURES = [
    Figure("Fisher: convictions of twins", lambda: two_by_two(CONVICTIONS).fisher.p_value, 0.0005367,
           1e-4, "R help page of fisher.test; Fisher 1970, Statistical Methods"),
    Figure("Fisher: odds ratio of convictions", lambda: two_by_two(CONVICTIONS).odds_ratio, 0.04693661,
           1e-6, "R help page of fisher.test"),
    Figure("Fisher: its interval",
           lambda: (two_by_two(CONVICTIONS).conf_low, two_by_two(CONVICTIONS).conf_high),
           (0.003325764033859, 0.363182271474897), 3e-3, "R fisher.test, whose search stops at 1e-4"),
    Figure("Fisher: a second table",
           lambda: (two_by_two(SMALL_OR).fisher.p_value, two_by_two(SMALL_OR).odds_ratio),
           (0.0802685520741, 0.1726691952282), 3e-6, "R fisher.test"),
    Figure("Freeman-Halton: three by three", lambda: ordered_table(THREE_BY_THREE).p_freeman_halton,
           0.07525456999141, 1e-10, "R fisher.test"),
    Figure("Freeman-Halton: three by four", lambda: ordered_table(THREE_BY_FOUR).p_freeman_halton,
           0.01472721731312, 1e-10, "R fisher.test"),
    Figure("Barnard 43 40 10 39", lambda: barnard([[43, 40], [10, 39]]), 0.000362832367, 1e-6, SCIPY),
    Figure("Barnard 2 7 8 2", lambda: barnard([[2, 7], [8, 2]]), 0.019210815430, 1e-8, SCIPY),
    Figure("Barnard 5 1 10 10", lambda: barnard([[5, 1], [10, 10]]), 0.156277546306, 1e-8, SCIPY),
    Figure("Barnard 5 15 20 20", lambda: barnard([[5, 15], [20, 20]]), 0.066363501421, 1e-8, SCIPY),
    Figure("Barnard 5 16 20 25", lambda: barnard([[5, 16], [20, 25]]), 0.116984852192, 1e-8, SCIPY),
    Figure("Barnard 10 5 10 1", lambda: barnard([[10, 5], [10, 1]]), 0.177536588915, 1e-8, SCIPY),
    Figure("Barnard 5 0 1 4", lambda: barnard([[5, 0], [1, 4]]), 0.013671875, 1e-8, SCIPY),
    Figure("Barnard 0 1 3 2", lambda: barnard([[0, 1], [3, 2]]), 0.509667991877, 1e-8, SCIPY),
    Figure("Barnard 0 2 6 4", lambda: barnard([[0, 2], [6, 4]]), 0.197019618792, 1e-8, SCIPY),
    Figure("exact logit: penicillin, p", lambda: rabbits().p_probability[0], 0.03994, 1.3e-4,
           "R help page of mantelhaen.test, exact"),
    Figure("exact logit: penicillin, one side", lambda: rabbits().p_one_sided[0], 0.0199724517906,
           1e-9, "R mantelhaen.test(exact = TRUE, alternative = 'greater')"),
    Figure("exact logit: penicillin, log odds", lambda: rabbits().estimate[0], np.log(10.36102), 2e-6,
           "R help page of mantelhaen.test, exact"),
    Figure("exact logit: penicillin, interval",
           lambda: (rabbits().conf_low[0], rabbits().conf_high[0]),
           (0.0745520587082, 6.2725701651796), 1e-3,
           "R mantelhaen.test(exact = TRUE), whose search stops at 1e-4"),
    Figure("ranks: rotating rod", lambda: ranks(ROTAROD).p_value, 0.0372670807453, 1e-10,
           "R coin wilcox_test, exact; help page of coin's rotarod: StatXact prints 0.0373"),
    Figure("ranks: rotating rod, one side", lambda: ranks(ROTAROD).p_greater, 0.0186335403727, 1e-10,
           "R coin wilcox_test, exact; StatXact prints 0.0186"),
    Figure("ranks: liver enzyme", lambda: (ranks(ASAT).p_value, ranks(ASAT).p_less),
           (0.144244287206, 0.0721217028626), 1e-9, "R coin wilcox_test, exact"),
    Figure("ranks: ages at diagnosis",
           lambda: (ranks(([19, 22, 16, 29, 24], [20, 11, 17, 12])).statistic,
                    ranks(([19, 22, 16, 29, 24], [20, 11, 17, 12])).p_value),
           (17, 1 / 9), 1e-12, "SciPy manual, mannwhitneyu"),
    Figure("permutation: jackals", lambda: (jaws("two-sided"), jaws("greater")),
           (0.00333412717314, 0.00166706358657), 1e-10,
           "R coin oneway_test, exact; data: Manly 2007, Randomization, 3rd ed., chapter 1"),
    Figure("permutation in blocks",
           lambda: [in_blocks(side) for side in ("two-sided", "greater", "less")],
           (0.114583333333, 0.0625, 0.96875), 1e-10, "R coin oneway_test(y ~ x | b), exact"),
    Figure("signed ranks: maize", lambda: paired_tests(MAIZE).signed_rank_p, 0.041259765625, 1e-12,
           "SciPy manual, wilcoxon; R wilcox.test"),
    Figure("Hodges-Lehmann: maize", lambda: paired_tests(MAIZE).hodges_lehmann, 25 / 8, 1e-12,
           "R wilcox.test(conf.int = TRUE)"),
    Figure("ranges of time: remission of leukaemia", lambda: remissions().statistic, 271, 1e-12,
           "Gehan 1965, Biometrika 52: 203-223"),
    Figure("alpha: two coders, five codes", lambda: alpha(BEN_GERRY), 0.692, 7e-4,
           "Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, example B"),
    Figure("alpha: five coders, missing codes", lambda: alpha(FIVE_OBSERVERS), 0.4805302403, 1e-9,
           "irrCAC, its data raw_5observers"),
    Figure("kappa: two psychiatrists", lambda: kappa(*cohens_patients(), 3), 0.492, 1e-3,
           "Cohen 1960, Educational and Psychological Measurement 20: 37-46"),
    Figure("kappa: six units", lambda: kappa([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2], 3), 3 / 7, 1e-12,
           "scikit-learn user guide, cohen_kappa_score"),
    Figure("Firth: grades in economics",
           lambda: fit_firth(*spector(), ("gpa", "tuce", "psi")).estimate,
           (-10.43327021716840, 2.28446461211482, 0.07056781612295, 2.00668190016549), 1e-8,
           "R brglm2, type AS_mean; data: Spector and Mazzeo 1980"),
    Figure("HC3: grades in economics",
           lambda: fit_ols_hc3(*spector(), ("gpa", "tuce", "psi")).std_error,
           (0.5543007892329, 0.1696833224704, 0.0195369344977, 0.1617939753539), 1e-10,
           "R sandwich, vcovHC HC3"),
    Figure("HC3: Longley, coefficients", lambda: longley().estimate,
           (52.38216705014642, 0.03784032701745, -0.00543574332077), 1e-10, "R lm"),
    Figure("HC3: Longley, errors", lambda: longley().std_error,
           (0.54058251765019, 0.00163749047021, 0.00179412123496), 1e-9, "R sandwich, vcovHC HC3"),
    Figure("fractional logit: scores in economics",
           lambda: fit_fractional_logit(spector()[1][:, 1] / 40, spector()[1][:, [0, 2]],
                                        ("gpa", "psi")).std_error,
           (0.412953871491, 0.131702140619, 0.136120821485), 1e-8, "R glm, sandwich vcovHC HC1"),
    Figure("CR2: girth of orange trees", lambda: orange_trees().std_error,
           (2.6613079911369, 0.0110848884021), 1e-10, "R clubSandwich, coef_test"),
    Figure("CR2: degrees of freedom and p",
           lambda: (*orange_trees().dof, *orange_trees().p_value),
           (4, 4, 0.002828131715730, 0.000649672069554), 1e-9, "R clubSandwich, coef_test"),
    Figure("ordered logit: housing, coefficients", lambda: housing().estimate,
           (0.566393739, 1.288819064, -0.572350146, -0.366186566, -1.091014908, 0.360284150), 1e-6,
           "R MASS polr; Venables and Ripley 2002, Modern Applied Statistics with S, 7.3"),
    Figure("ordered logit: housing, errors", lambda: housing().std_error,
           (0.1046527862, 0.1271561490, 0.1192380142, 0.1551733388, 0.1514860256, 0.0955357993), 2e-5,
           "R MASS polr"),
    Figure("ordered logit: housing, deviance", lambda: -2 * housing().loglik, 3479.149, 2e-7,
           "R MASS polr; Venables and Ripley 2002"),
    Figure("ordered logit: housing, lower profile limits", lambda: housing().conf_low,
           (0.3616412711, 1.040969138, -0.8069585761, -0.67058600396, -1.3893855255, 0.1733586625),
           1e-6, "R: roots of the profile by uniroot over optim and nlm"),
    Figure("ordered logit: housing, upper profile limits", lambda: housing().conf_high,
           (0.7719536094, 1.539580448, -0.3394037671, -0.06204504055, -0.7953387205, 0.5479284173),
           1e-6, "R: roots of the profile by uniroot over optim and nlm"),
    Figure("ordered logit: housing, limits of confint",
           lambda: (*housing().conf_low, *housing().conf_high),
           (0.3616417228, 1.0409711173, -0.8069602269, -0.6705868514, -1.3893881739, 0.1733590551,
            0.77195442412, 1.53958311843, -0.33940475084, -0.06204458639, -0.79534034838,
            0.54792915323), 1e-5, "R MASS confint, which interpolates the profile"),
    Figure("fixed effects: Grunfeld", lambda: fit_panel(*grunfeld(), ("value", "capital")).std_error,
           (0.0151560754389, 0.0526183915915), 1e-10, "R plm, vcovHC(method = arellano, type = sss)"),
    Figure("fixed effects: product of states", lambda: munnell(fit_panel).estimate,
           (-0.02614965359468, 0.29200692508425, 0.76815947259891, -0.00529774125954), 1e-8,
           "R plm; Baltagi 2013, chapter 2, prints -0.026, 0.292, 0.768, -0.005"),
    Figure("fixed effects: product of states, errors", lambda: munnell(fit_panel).std_error,
           (0.06107712286050, 0.06251102800801, 0.08268175588525, 0.00252690705786), 1e-8,
           "R plm, vcovHC(method = arellano, type = sss)"),
    Figure("random effects: product of states", lambda: munnell(fit_random_effects).estimate[1:],
           (0.00443858846776, 0.31054843420416, 0.72967053258608, -0.00617247301315), 1e-8, BALTAGI),
    Figure("random effects: product of states, errors",
           lambda: munnell(fit_random_effects).std_error[1:],
           (0.023417316981299, 0.019804747775854, 0.024920219152939, 0.000907282019982), 1e-8, BALTAGI),
    Figure("random effects: wages", lambda: as_printed(wages().estimate[1:8]),
           (0.092, -0.139, 0.022, 0.106, -0.0047, 0.064, 0.106), 1e-12, WOOLDRIDGE),
    Figure("random effects: wages, errors",
           lambda: as_printed(wages().std_error[1:8]),
           (0.011, 0.048, 0.043, 0.015, 0.0007, 0.017, 0.018), 1e-12, WOOLDRIDGE),
    Figure("wild bootstrap: t", lambda: [grunfeld_bootstrap(i).statistic[0] for i in (0, 1)],
           (7.27065, 2.714915), 1e-6, "wildboottest"),
    Figure("Holm", lambda: adjusted(P_VALUES, "holm"),
           (0.0064, 0.084, 0.084, 0.15, 0.16, 0.16, 0.4, 0.7), 1e-12, "R p.adjust"),
    Figure("Benjamini and Hochberg", lambda: adjusted(P_VALUES, "fdr_bh"),
           (0.0064, 0.032, 0.032, 0.054, 0.054, 0.054, 0.228571428571, 0.7), 1e-11, "R p.adjust"),
    Figure("E-value of a protective ratio",
           lambda: np.round([e_value(0.80, 0.71, 0.91).estimate, e_value(0.80, 0.71, 0.91).limit], 2),
           (1.81, 1.43), 1e-12, "VanderWeele and Ding 2017, Annals of Internal Medicine 167: 268-274"),
]  # fmt: skip


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_figure(figure):
    np.testing.assert_allclose(
        figure.compute(), figure.expected, rtol=figure.tolerance, err_msg=figure.source
    )


# wildboottest lets rounding decide ties: the observed pattern and its negative always tie, and it may
# count both, one or neither. So its p is either ours or less by up to two of the 1,024 patterns.
@pytest.mark.parametrize(("tested", "p_value"), [(0, 0.001953), (1, 0.021484)])
def test_wild_bootstrap_p_is_that_of_wildboottest_but_for_ties(tested, p_value):
    own = grunfeld_bootstrap(tested)
    assert own.n_patterns == 1024
    assert -1e-6 <= own.p_value[0] - p_value <= 2 / 1024 + 1e-6


def test_the_table_names_a_source_for_every_figure():
    assert all(figure.source for figure in FIGURES)
    assert len({figure.name for figure in FIGURES}) == len(FIGURES) >= 30
