"""Where other programs, of the versions named, give another figure on valid input: the right one, by counting."""

from collections import Counter
from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from replication.estimators.agreement import agreement
from replication.estimators.contingency import two_by_two
from replication.estimators.firth import fit_firth
from replication.estimators.linear import fit_ols_cr2
from replication.estimators.ordinal import fit_ordered_logit
from replication.estimators.panel import fit_panel
from replication.estimators.qca.truth_table import truth_table
from replication.estimators.wild_bootstrap import wild_cluster_bootstrap

# SciPy 1.17.1: barnard_exact gives 0.1549 for one of two mirror images. The right p-value is 14 of 64 at a chance of
# one half, where six of its outcomes are most likely.
MIRRORS = ([[1, 3], [2, 0]], [[3, 1], [0, 2]], [[0, 2], [3, 1]], [[2, 0], [1, 3]])


@pytest.mark.parametrize("columns_are_groups", MIRRORS)
def test_barnard_gives_mirror_images_one_p_value(columns_are_groups):
    table = np.array(columns_are_groups).T
    assert two_by_two(table).barnard.p_value == pytest.approx(7 / 32, rel=1e-12)


def greatest_chance(n1, n2, observed):
    """Largest chance, over the common chance, of tables whose squared score reaches the observed one."""

    def squared_score(a, b):
        share = Fraction(a + b, n1 + n2)
        spread = share * (1 - share) or 1
        return Fraction(a * n2 - b * n1, n1 * n2) ** 2 / spread

    ways = Counter()
    for a, b in product(range(n1 + 1), range(n2 + 1)):
        if squared_score(a, b) >= squared_score(*observed):
            ways[a + b] += comb(n1, a) * comb(n2, b)
    chance = np.linspace(0, 1, 2001)
    return max(sum(w * chance**s * (1 - chance) ** (n1 + n2 - s) for s, w in ways.items()))


def test_barnard_of_every_small_table_is_that_of_exact_scores_and_of_its_mirror_images():
    for n1, n2 in ((2, 3), (2, 4), (3, 3), (3, 5), (4, 4)):
        for a, b in product(range(n1 + 1), range(n2 + 1)):
            table = np.array([[a, n1 - a], [b, n2 - b]])
            if not table.sum(axis=0).all():
                continue
            p_value = two_by_two(table).barnard.p_value
            assert p_value == pytest.approx(greatest_chance(n1, n2, (a, b)), rel=2e-6), table
            assert two_by_two(table[:, ::-1]).barnard.p_value == p_value
            assert two_by_two(table[::-1]).barnard.p_value == pytest.approx(p_value, rel=1e-12)


# wildboottest 0.3.2 counts only patterns strictly above the observed statistic, so the sample itself and its mirror
# image count or not by a last bit.
def squared_t(outcome, x, clusters):
    """Square of the CR1 statistic of the slope, but for a constant factor, in fractions."""
    n = len(outcome)
    centred = [value - Fraction(sum(x), n) for value in x]
    slope = sum(c * y for c, y in zip(centred, outcome, strict=True)) / sum(c * c for c in centred)
    level = sum(outcome, Fraction(0)) / n
    scores = Counter()
    for c, y, g in zip(centred, outcome, clusters, strict=True):
        scores[g] += c * (y - level - slope * c)
    spread = sum(score * score for score in scores.values())
    return slope * slope / spread if spread else None


@pytest.mark.parametrize("seed", range(6))
def test_the_wild_bootstrap_counts_patterns_that_tie_in_fractions(seed):
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(6), 3).tolist()
    x = rng.integers(0, 3, 18).tolist()
    outcome = [int(v > 0) for v in np.add(x, rng.integers(-1, 2, 18))]
    mean = Fraction(sum(outcome), 18)
    observed = squared_t([Fraction(y) for y in outcome], x, clusters)
    patterns = list(product((1, -1), repeat=6))
    drawn = [
        squared_t([mean + s[g] * (y - mean) for y, g in zip(outcome, clusters, strict=True)], x, clusters)
        for s in patterns
    ]  # fmt: skip
    reached = sum(t is None or t >= observed for t in drawn)
    found = wild_cluster_bootstrap(
        np.array(outcome, dtype=float), np.array(x, dtype=float)[:, None], np.array(clusters), ("x",),
        tested=0, rng=rng,
    )  # fmt: skip
    assert found.p_value[0] == reached / 64
    assert reached >= 2


# clubSandwich 0.5.8 prints an error of 7e-16 and p < .001.
def test_a_term_that_varies_in_one_cluster_beside_cluster_effects_has_no_cr2_error():
    rng = np.random.default_rng(3)
    clusters = np.repeat(np.arange(6), 4)
    effects = np.eye(6)[clusters][:, 1:]
    term = np.where(clusters == 2, np.tile([0.0, 1, 1, 0], 6), 0)
    design = np.column_stack([term, rng.normal(size=24), effects])
    names = ("term", "other", *(f"cluster {i}" for i in range(1, 6)))
    found = fit_ols_cr2(rng.normal(size=24), design, clusters, names)
    assert np.isnan([found.std_error[1], found.p_value[1], found.conf_low[1]]).all()
    assert found.note[1] == "CR2 does not exist: the term rests on a single cluster"
    assert np.isfinite([found.std_error[2], found.p_value[2]]).all()


# statsmodels 0.15.0: OrderedModel gives slope 0, NaN or an error of shapes, by where the level lies.
@pytest.mark.parametrize("unused", [0, 1, 2, 3, 4])
def test_a_level_nobody_used_is_no_level_wherever_it_lies(unused):
    rng = np.random.default_rng(unused)
    design = rng.integers(0, 3, (40, 1)).astype(float)
    rank = np.clip(design[:, 0] + rng.integers(-1, 3, 40), 0, 3)
    used = np.array([level for level in range(5) if level != unused], dtype=float)
    found = fit_ordered_logit(used[rank.astype(int)], design, ("x",))
    assert found.estimate == pytest.approx(fit_ordered_logit(rank, design, ("x",)).estimate)
    assert found.categories == tuple(used)


# irrCAC 0.4.4 has another distance between ranks; the R package irr 0.84.1 counts n twice on complete data of three.
def alpha_in_fractions(codes, scale):
    """Alpha by its definition (Krippendorff 2011): observed over expected distance of pairs."""
    units = [[int(c) for c in unit if np.isfinite(c)] for unit in codes.T]
    units = [unit for unit in units if len(unit) > 1]
    pairs = Counter()
    for unit in units:
        for i, j in product(range(len(unit)), repeat=2):
            if i != j:
                pairs[unit[i], unit[j]] += Fraction(1, len(unit) - 1)
    totals = Counter()
    for (one, _), weight in pairs.items():
        totals[one] += weight
    n = sum(totals.values())

    def distance(one, other):
        if scale == "nominal":
            return Fraction(one != other)
        low, high = sorted((one, other))
        between = sum(totals[code] for code in totals if low <= code <= high)
        return (between - (totals[one] + totals[other]) / 2) ** 2

    seen = sum(weight * distance(*pair) for pair, weight in pairs.items())
    by_chance = sum(totals[c] * totals[k] * distance(c, k) for c, k in product(totals, repeat=2))
    return None if not by_chance else float(1 - (n - 1) * seen / by_chance)


complete = arrays(float, (3, 8), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0]))
gappy = arrays(float, (3, 8), elements=st.sampled_from([0.0, 1.0, 2.0, 3.0, np.nan]))


@settings(deadline=None, max_examples=60)
@given(st.one_of(complete, gappy), st.sampled_from(["nominal", "ordinal"]))
def test_alpha_of_three_coders_is_that_of_its_definition_in_fractions(codes, scale):
    right = alpha_in_fractions(codes, scale)
    assume(right is not None)
    found = agreement(codes, (0, 1, 2, 3), scale, rng=np.random.default_rng(1), draws=5)
    assert found.alpha == pytest.approx(right, abs=1e-12)


# PyQCA 0.2.0 leaves out a row whose consistency is the cut.
@pytest.mark.parametrize("cut", [Fraction(n, 20) for n in range(12, 20)])
def test_a_row_whose_consistency_is_the_cut_is_sufficient(cut):
    ways = [
        (a, b)
        for a in product((6, 7, 8, 10), repeat=3)
        for b in product((3, 5, 7, 9), repeat=3)
        if sum(map(min, a, b)) == cut * sum(a)
    ]
    assert ways
    for degrees, outcome in ways:
        table = truth_table(
            np.array(degrees)[:, None] / 10, np.array(outcome) / 10, ("A",), "abc", consistency_cut=float(cut)
        )  # fmt: skip
        assert table.output == ("?", "1"), (degrees, outcome)


# linearmodels 7.1 raises the robust error by a row that no slope can learn from.
def test_an_entity_with_one_row_changes_no_error_and_is_counted():
    rng = np.random.default_rng(2)
    entities = np.repeat(np.arange(7), 3)
    outcome, design = rng.normal(size=21), rng.normal(size=(21, 2))
    alone = fit_panel(outcome, design, entities, ("a", "b"))
    longer = fit_panel(
        np.append(outcome, 5.0), np.vstack([design, [3.0, -4]]), np.append(entities, 99), ("a", "b")
    )
    np.testing.assert_array_equal(longer.std_error, alone.std_error)
    np.testing.assert_array_equal(longer.p_value, alone.p_value)
    assert (longer.nobs, longer.n_entities, longer.n_singletons) == (21, 7, 1)


# brglm2 0.9, type "correction", calls a huge estimate converged.
def test_a_separated_slope_is_finite_and_says_that_it_is_separated():
    x = np.repeat([0.0, 1.0], 5)
    outcome = np.array([0.0, 0, 0, 1, 1, 1, 1, 1, 1, 1])
    found = fit_firth(outcome, x[:, None], ("x",))
    # Half a case more in each cell: 5.5 to 0.5 against 2.5 to 3.5.
    assert found.estimate[1] == pytest.approx(np.log((5.5 / 0.5) / (2.5 / 3.5)), rel=1e-9)
    assert found.separation[1] == "+infinity"
    assert found.conf_high[1] == np.inf or found.conf_high[1] > 5
