"""Agreement against published figures, krippendorff, statsmodels, and computation by hand."""

import itertools
import re
import warnings
from fractions import Fraction

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from statsmodels.stats.inter_rater import cohens_kappa

from replication.estimators.agreement import (
    agreement,
    agreement_of_sets,
    confusion,
    masi_distance,
    percentile_limits,
)
from replication.estimators.concordance import concordance

NA = np.nan
# Krippendorff's example with three coders (reference numbers 4.6).
THREE = np.array([
    [NA, NA, NA, NA, NA, 3, 4, 1, 2, 1, 1, 3, 3, NA, 3],
    [1, NA, 2, 1, 3, 3, 4, 3, NA, NA, NA, NA, NA, NA, NA],
    [NA, NA, 2, 1, 3, 4, 4, NA, 2, 1, 1, 3, 3, NA, 4],
])  # fmt: skip
# Krippendorff 2011, example C; Gwet's cac.raw4raters in the R package irrCAC.
FOUR = np.array([
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, 3],
    [NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NA],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA],
])  # fmt: skip


def rng():
    return np.random.default_rng(8)


def coded(codes, categories=(1, 2, 3, 4, 5), scale="nominal", draws=200):
    return agreement(codes, categories, scale, rng=rng(), draws=draws)


@pytest.mark.parametrize(
    ("scale", "alpha"),
    [("nominal", 56 / 81), ("ordinal", 0.806721419942), ("interval", 0.810845)],
)
def test_reference_alpha_for_three_coders(scale, alpha):
    found = coded(THREE, (1, 2, 3, 4), scale)
    assert found.alpha == pytest.approx(alpha, abs=1e-6 if scale == "interval" else 1e-12)
    assert found.alpha == pytest.approx(
        1 - found.observed_disagreement / found.expected_disagreement, abs=1e-12
    )
    assert (found.n_units, found.n_codes) == (12, 26)


@pytest.mark.parametrize(
    ("scale", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_printed_by_krippendorff_2011_for_four_coders(scale, alpha):
    assert coded(FOUR, scale=scale).alpha == pytest.approx(alpha, abs=5e-4)


def test_gwet_figures_of_irrcac_for_four_coders():
    nominal, weighted = coded(FOUR), coded(FOUR, scale="ordinal")
    assert nominal.agreement == pytest.approx(0.81818, abs=5e-6)
    assert nominal.gwet == pytest.approx(0.77544, abs=5e-6)
    assert weighted.gwet == pytest.approx(0.914, abs=5e-4)


def test_binary_example_of_krippendorff_2011():
    codes = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], dtype=float)
    found = coded(codes, (0, 1))
    assert found.alpha == pytest.approx(0.095, abs=5e-4)
    # By hand: 6 of 10 units agree, 14 of 20 codes are 0, and 14*13 + 6*5 of 20*19 pairs are equal.
    assert found.agreement == pytest.approx(0.6)
    assert found.observed_disagreement == pytest.approx(0.4)
    assert found.expected_disagreement == pytest.approx(2 * 14 * 6 / (20 * 19))
    assert found.chance_agreement == pytest.approx((14 * 13 + 6 * 5) / (20 * 19))
    assert (found.modal_code, found.modal_share) == ("0", 0.7)
    assert found.note == ""


codings = arrays(
    float,
    st.tuples(st.integers(2, 4), st.integers(1, 9)),
    elements=st.sampled_from([NA, 0, 1, 2, 4]),
)


@given(codings, st.sampled_from(["nominal", "ordinal", "interval"]))
@settings(deadline=None)
def test_alpha_is_that_of_the_library(codes, scale):
    found = coded(codes, (0, 1, 2, 3, 4), scale, draws=5)
    pairable = codes[:, np.isfinite(codes).sum(axis=0) > 1]
    if len(np.unique(pairable[np.isfinite(pairable)])) < 2:
        assert np.isnan(found.alpha)
        assert found.note
    else:
        expected = krippendorff.alpha(codes, level_of_measurement=scale)
        assert found.alpha == pytest.approx(expected, abs=1e-12)


@given(codings)
@settings(deadline=None)
def test_neither_coders_nor_units_have_an_order_and_unused_categories_leave_alpha_alone(codes):
    first = coded(codes, (0, 1, 2, 4), "ordinal", draws=5)
    turned = coded(codes[::-1, ::-1], (0, 1, 2, 4), "ordinal", draws=5)
    longer = coded(codes, (0, 1, 2, 3, 4, 5), "ordinal", draws=5)
    assert turned.alpha == pytest.approx(first.alpha, nan_ok=True)
    assert turned.gwet == pytest.approx(first.gwet, nan_ok=True)
    assert longer.alpha == pytest.approx(first.alpha, nan_ok=True)


def test_near_constant_codes_are_explained():
    # 33 units, two coders, one unit with 1 and 1 apart: 97 % zeros.
    codes = np.zeros((2, 33))
    codes[0, 0] = codes[1, 1] = 1
    found = coded(codes, (0, 1), draws=2000)
    assert found.agreement == pytest.approx(31 / 33)
    assert found.alpha < 0
    chance = 2 * (32 / 33) * (1 / 33)
    assert found.gwet == pytest.approx((31 / 33 - chance) / (1 - chance))
    assert found.note.startswith(
        "97 % of codes are 0, so agreement by chance is 94 % and alpha is unstable; "
        "no interval for alpha: it does not exist in "
    )
    assert np.isnan([found.alpha_low, found.alpha_high]).all()
    assert found.gwet_low < found.gwet < found.gwet_high


def test_gwet_withstands_the_paradox_of_kappa():
    # Both yes 118, one only 5 and 2, both no 0: pi = 243/250.
    codes = np.repeat([[1, 1, 0], [1, 0, 1]], [118, 5, 2], axis=1).astype(float)
    chance = 2 * (243 / 250) * (7 / 250)
    assert coded(codes, (0, 1)).gwet == pytest.approx((118 / 125 - chance) / (1 - chance))
    assert coded(codes, (0, 1)).gwet == pytest.approx(0.9408, abs=5e-5)
    assert coded(codes, (0, 1)).alpha < 0


def test_constant_codes_have_no_alpha():
    found = coded(np.zeros((2, 6)), (0, 1))
    assert np.isnan(found.alpha)
    assert found.agreement == 1
    assert found.agreement_low == pytest.approx(0.025 ** (1 / 6))  # Clopper and Pearson
    assert found.note.startswith("all codes are 0: alpha does not exist")


def test_perfect_agreement_has_no_bootstrap_interval():
    found = coded(np.tile([0.0, 1, 2, 0, 1, 2], (2, 1)), (0, 1, 2))
    assert found.alpha == 1
    assert np.isnan([found.alpha_low, found.alpha_high, found.gwet_low]).all()
    assert "no interval for alpha: it is the same in every resample" in found.note


def test_nothing_to_compare_gives_the_reason():
    for codes in (np.array([[1, NA], [NA, 0]]), np.full((2, 3), NA), np.empty((2, 0))):
        found = coded(codes, (0, 1))
        assert found.note == "no unit has two codes"
        assert np.isnan([found.alpha, found.agreement, found.gwet]).all()
    found = agreement_of_sets([[], []], rng=rng())
    assert found.note == "no unit has two codes"


def test_bootstrap_interval_is_the_percentile_interval_over_units():
    # Resampled with the library, unit by unit, from the same draws.
    found = coded(FOUR, scale="ordinal", draws=300)
    draws = rng().multinomial(12, np.full(12, 1 / 12), 300)
    alphas = [
        krippendorff.alpha(np.repeat(FOUR, times, axis=1), level_of_measurement="ordinal")
        for times in draws
    ]
    limits = np.quantile(alphas, [0.025, 0.975])
    np.testing.assert_allclose([found.alpha_low, found.alpha_high], limits, atol=1e-12)
    again = coded(FOUR, scale="ordinal", draws=300)
    assert again == found


def test_interval_covers_the_true_alpha():
    # Two coders see a fair coin and each reads it wrongly with probability 0.1: alpha 0.64.
    generator = np.random.default_rng(31)
    covered = 0
    for _ in range(150):
        truth = generator.integers(0, 2, 60)
        codes = (truth ^ (generator.random((2, 60)) < 0.1)).astype(float)
        found = agreement(codes, (0, 1), "nominal", rng=generator, draws=300)
        covered += found.alpha_low <= 0.64 <= found.alpha_high
    assert 0.88 <= covered / 150 <= 0.99


# Sets.

U, N, UN, NONE = (frozenset(text.split()) for text in ("UN", "NATO", "UN NATO", ""))


def test_masi_distance_by_hand():
    assert masi_distance(UN, UN) == 0
    assert masi_distance(NONE, NONE) == 0
    assert masi_distance(U, N) == 1
    assert masi_distance(NONE, U) == 1
    assert masi_distance(U, UN) == pytest.approx(1 - 1 / 2 * 2 / 3)
    assert masi_distance(UN, frozenset({"UN", "OAS"})) == pytest.approx(1 - 1 / 3 * 1 / 3)


def exact_alpha_of_sets(first, second):
    """Two coders, no gaps, in fractions."""

    def distance(one, other):
        if one == other:
            return Fraction(0)
        weight = Fraction(2, 3) if one <= other or other <= one else Fraction(1, 3)
        return 1 - Fraction(len(one & other), len(one | other)) * weight

    observed = sum(distance(a, b) for a, b in zip(first, second, strict=True)) / Fraction(
        len(first)
    )
    pool = [*first, *second]
    pairs = list(itertools.permutations(range(len(pool)), 2))
    expected = sum(distance(pool[i], pool[j]) for i, j in pairs) / Fraction(len(pairs))
    return 1 - observed / expected


def test_alpha_of_sets_by_hand():
    # Coder 1: UN, UN+NATO, none. Coder 2: UN, UN, none.
    # Observed: (0 + 2/3 + 0)/3 = 2/9. Pool UN x 3, UN+NATO, none x 2; unordered pairs of 15:
    # UN with UN+NATO 3 at 2/3, UN with none 6 at 1, UN+NATO with none 2 at 1: (2 + 8)/15 = 2/3.
    found = agreement_of_sets([[U, UN, NONE], [U, U, NONE]], rng=rng(), draws=50)
    assert found.observed_disagreement == pytest.approx(2 / 9)
    assert found.expected_disagreement == pytest.approx(2 / 3)
    assert found.alpha == pytest.approx(2 / 3)
    assert exact_alpha_of_sets([U, UN, NONE], [U, U, NONE]) == Fraction(2, 3)
    assert found.agreement == pytest.approx(2 / 3)
    assert (found.modal_code, found.modal_share) == ("UN", 0.5)
    assert np.isnan(found.gwet)


sets = st.frozensets(st.sampled_from(["UN", "NATO", "OAS"]))


@given(st.lists(st.tuples(sets, sets), min_size=1, max_size=8))
@settings(deadline=None)
def test_alpha_of_sets_in_fractions_and_by_the_library(pairs):
    first, second = zip(*pairs, strict=True)
    assume(len({*first, *second}) > 1)
    found = agreement_of_sets([[*first, None], [*second, U]], rng=rng(), draws=5)
    assert found.alpha == pytest.approx(float(exact_alpha_of_sets(first, second)), abs=1e-12)
    domain = sorted({*first, *second}, key=sorted)
    counts = [[(a == value) + (b == value) for value in domain] for a, b in pairs]
    table = np.array([[masi_distance(a, b) for b in domain] for a in domain])
    library = krippendorff.alpha(
        value_counts=counts, level_of_measurement=lambda *_, i1, i2, **__: table[i1, i2]
    )
    assert found.alpha == pytest.approx(library, abs=1e-12)


def test_sets_of_one_are_a_nominal_scale():
    words = {
        1: frozenset("a"),
        2: frozenset("b"),
        3: frozenset("c"),
        4: frozenset("d"),
        5: frozenset("e"),
    }
    as_sets = [[words.get(code) for code in row] for row in FOUR]
    assert agreement_of_sets(as_sets, rng=rng(), draws=5).alpha == pytest.approx(coded(FOUR).alpha)


# Two codings, different scales.


def kappa_of(table):
    first, second = np.nonzero(np.ones_like(table))
    ours = np.repeat(first, table.ravel()).astype(float)
    published = np.repeat(second, table.ravel()).astype(float)
    identity = {float(i): float(i) for i in range(len(table))}
    return concordance(ours, published, identity, rng=rng(), draws=400)


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        ([[20, 5], [10, 15]], 0.4),
        ([[45, 15], [25, 15]], 3 / 23),
        ([[13, 0, 0], [0, 20, 7], [0, 4, 56]], 0.7964094),
    ],
)
def test_kappa_of_known_tables_and_of_statsmodels(table, kappa):
    table = np.array(table)
    found = kappa_of(table)
    assert found.kappa == pytest.approx(kappa, abs=5e-8)
    assert found.kappa == pytest.approx(cohens_kappa(table).kappa)
    np.testing.assert_array_equal(found.table, table)
    assert found.kappa_low < found.kappa < found.kappa_high


def test_kappa_limits_are_near_the_large_sample_ones():
    table = np.array([[200, 50], [100, 150]])
    found, large = kappa_of(table), cohens_kappa(table)
    np.testing.assert_allclose(
        [found.kappa_low, found.kappa_high], [large.kappa_low, large.kappa_upp], atol=0.02
    )


def test_concordance_after_a_mapping():
    # 0, 1, 2 against a published yes or no: anything obtained counts as yes.
    ours, published = [0, 1, 2, 2, NA, 0, 1], [0, 1, 1, 0, 1, NA, 0]
    found = concordance(ours, published, {0: 0, 1: 1, 2: 1}, rng=rng(), draws=300)
    np.testing.assert_array_equal(found.table, [[1, 0], [2, 2]])
    assert (found.nobs, found.categories) == (5, (0, 1))
    assert found.agreement == pytest.approx(0.6)
    # Clopper and Pearson for 3 of 5.
    np.testing.assert_allclose(
        [found.agreement_low, found.agreement_high], [0.14663, 0.94726], atol=5e-6
    )
    # Equal by chance: 1/5 * 3/5 + 4/5 * 2/5 = 11/25.
    assert found.kappa == pytest.approx((15 - 11) / (25 - 11))


def test_concordance_that_says_nothing_gives_the_reason():
    none = concordance([NA, 1], [1, NA], {0: 0, 1: 1}, rng=rng())
    assert (none.nobs, none.note) == (0, "no unit has both codes")
    equal = concordance([1, 1], [1, 1], {0: 0, 1: 1}, rng=rng())
    assert (equal.agreement, equal.note) == (1, "all codes are equal: kappa does not exist")
    assert np.isnan(equal.kappa)
    perfect = concordance([0, 1, 0, 1] * 5, [0, 1, 0, 1] * 5, {0: 0, 1: 1}, rng=rng())
    assert perfect.kappa == 1
    assert perfect.note == "no interval for kappa: it is the same in every resample"


def test_confusion_counts_pairs():
    table = confusion([0, 1, 1, NA, 2], [0, 2, 2, 1, NA], (0, 1, 2))
    np.testing.assert_array_equal(table, [[1, 0, 0], [0, 0, 2], [0, 0, 0]])


def test_limits_are_refused_when_a_tail_does_not_exist():
    values = np.linspace(0, 1, 200)
    values[:4] = NA
    assert percentile_limits("x", values, 0.5, 0.95)[2] == ""
    values[:6] = NA
    assert percentile_limits("x", values, 0.5, 0.95)[2] == (
        "no interval for x: it does not exist in 3 % of the resamples"
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: coded(FOUR, (1, 2, 3, 4)), "there is the code 5; allowed: 1, 2, 3, 4"),
        (lambda: coded(FOUR, (1,)), "categories are [1]; allowed: two or more"),
        (lambda: coded(FOUR, (2, 1, 3, 4, 5)), "categories are"),
        (
            lambda: coded(FOUR, scale="metric"),
            "scale is metric; allowed: nominal, ordinal, interval",
        ),
        (lambda: coded(FOUR[:1]), "codes have shape (1, 12); allowed: (coders, units)"),
        (lambda: coded(FOUR, draws=0), "draws is 0; allowed: 1 and more"),
        (lambda: agreement(FOUR, range(1, 6), "nominal", rng=rng(), level=1.5), "level is 1.5"),
        (lambda: agreement_of_sets([[U]], rng=rng()), "rows of [1] units"),
        (lambda: agreement_of_sets([[U], [U, N]], rng=rng()), "rows of [1, 2] units"),
        (lambda: concordance([0, 3], [0, 1], {0: 0, 1: 1}, rng=rng()), "there is the code 3"),
        (lambda: concordance([0, 1], [0, 2], {0: 0, 1: 1}, rng=rng()), "there is the code 2"),
        (lambda: concordance([0, 1], [0], {0: 0, 1: 1}, rng=rng()), "shapes are"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with (
        pytest.raises(ValueError, match=re.escape(message)),
        warnings.catch_warnings(action="error"),
    ):
        call()
