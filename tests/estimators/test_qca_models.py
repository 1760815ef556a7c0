"""Minimisation in QCA against enumeration of every formula, and against PyQCA."""

import itertools
import math
import warnings

import numpy as np
import pandas as pd
import pytest
import qca as pyqca
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from replication import paths
from replication.estimators.qca.minimise import minimal_models, minimum_covers, prime_implicants
from replication.estimators.qca.solutions import easy_counterfactuals, solve
from replication.estimators.qca.terms import ANY, contains, label
from replication.estimators.qca.truth_table import truth_table

NAMES = ("DEV", "URB", "LIT", "IND", "STB")
LIPSET = pd.read_csv(paths.ROOT / "tests/reference/lipset.csv", keep_default_na=False)


def formulas(models):
    return [" + ".join(model.labels) for model in models]


# Several minimal models.


def test_all_equally_small_models_are_returned():
    # The six-row cycle on three conditions has two minimal sums (McCluskey 1956).
    cycle = {(0, 0, 0), (0, 0, 1), (0, 1, 1), (1, 1, 1), (1, 1, 0), (1, 0, 0)}
    models = minimal_models(cycle, set())
    assert [" + ".join(label(term, "ABC") for term in model) for model in models] == [
        "A*B + ~A*C + ~B*~C",
        "A*~C + ~A*~B + B*C",
    ]


@pytest.mark.parametrize(
    "state", [{"A": 1, "B": 1, "C": 1, "D": 1}, {"A": 1, "B": 0, "C": 1, "D": 0}]
)
def test_two_parsimonious_models_with_one_intermediate_model(state):
    # R's QCA was reported to give these formulas for such rows, with either set of expectations.
    rows = ["1110", "0011", "0111", "1011", "0010", "1010", "0100", "0001", "1000"]
    conditions = np.array([list(row) for row in rows], dtype=float)
    outcome = (np.arange(9) < 4).astype(float)
    found = solve(truth_table(conditions, outcome, "ABCD", rows, consistency_cut=1), state)
    assert formulas(found.conservative) == ["A*B*C*~D + ~A*C*D + ~B*C*D"]
    assert formulas(found.parsimonious) == ["A*B + C*D", "B*C + C*D"]
    assert found.parsimonious[1].assumptions == ("A*B*C*D", "~A*B*C*~D")
    assert formulas(found.intermediate) == ["A*B*C + C*D"]


def test_a_row_no_term_covers_is_refused():
    with pytest.raises(ValueError, match="no term covers"):
        minimum_covers(((1, ANY),), {(0, 1)})
    with pytest.raises(ValueError, match="no row"):
        minimum_covers(((1, ANY),), set())


# Enumeration: every term and every union of terms on three conditions.

CUBE = tuple(itertools.product((0, 1), repeat=3))
TERMS = tuple(itertools.product((0, 1, ANY), repeat=3))
splits = st.lists(st.sampled_from("10?"), min_size=8, max_size=8).filter(lambda s: "1" in s)


def split_rows(split):
    return [
        {row for row, value in zip(CUBE, split, strict=True) if value == wanted} for wanted in "1?"
    ]


@given(splits)
@settings(deadline=None)
def test_prime_implicants_and_minimal_models_by_enumeration(split):
    positive, free = split_rows(split)
    allowed = positive | free
    inside = {t for t in TERMS if {row for row in CUBE if contains(t, row)} <= allowed}
    primes = {t for t in inside if not any(t != other and contains(other, t) for other in inside)}
    assert set(prime_implicants(allowed)) == primes
    for size in itertools.count(1):
        covers = {
            frozenset(some)
            for some in itertools.combinations(sorted(primes), size)
            if all(any(contains(term, row) for term in some) for row in positive)
        }
        if covers:
            break
    models = minimal_models(positive, free)
    assert {frozenset(model) for model in models} == covers
    assert len(models) == len(covers)


@given(splits, st.lists(st.sampled_from((0, 1, ANY)), min_size=3, max_size=3))
@settings(deadline=None)
def test_intermediate_lies_between_conservative_and_parsimonious(split, expected):
    positive, free = split_rows(split)
    for narrow in minimal_models(positive, set()):
        for wide in minimal_models(positive, free):
            easy = easy_counterfactuals(narrow, wide, free, tuple(expected))
            assert easy <= free
            for model in minimal_models(positive, easy):
                covered = {row for row in CUBE if any(contains(term, row) for term in model)}
                assert positive <= covered <= positive | easy
                assert all(any(contains(term, row) for term in wide) for row in covered)
            if all(state == ANY for state in expected):
                assert easy == set()


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=25)
def test_pyqca_finds_as_few_terms_on_random_crisp_data(seed):
    rng = np.random.default_rng(seed)
    conditions = rng.integers(0, 2, (12, 3)).astype(float)
    outcome = rng.integers(0, 2, 12).astype(float)
    table = truth_table(conditions, outcome, "ABC", range(12), consistency_cut=0.75)
    found = solve(table, {})
    assume(found.conservative and not found.note)
    for ours, theirs in zip(
        (found.conservative, found.parsimonious), pyqca_formulas(table, 0.75), strict=True
    ):
        assert {frozenset(model.labels) for model in ours} >= {frozenset(theirs)}


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=40)
def test_fit_of_fuzzy_models_is_within_bounds_and_order_of_cases_is_no_matter(seed):
    rng = np.random.default_rng(seed)
    conditions, outcome = rng.random((15, 3)), rng.random(15)
    cases = [f"c{i}" for i in range(15)]
    order = rng.permutation(15)
    first = solve(truth_table(conditions, outcome, "ABC", cases, consistency_cut=0.7), {"A": 1})
    again = solve(
        truth_table(
            conditions[order], outcome[order], "ABC", [cases[i] for i in order], consistency_cut=0.7
        ),
        {"A": 1},
    )
    for kind in ("conservative", "parsimonious", "intermediate"):
        models = getattr(first, kind)
        assert formulas(models) == formulas(getattr(again, kind))
        for model, same in zip(models, getattr(again, kind), strict=True):
            assert math.isclose(model.consistency, same.consistency)
            assert 0 <= model.pri <= model.consistency <= 1 + 1e-12
            assert (model.unique_coverage <= model.raw_coverage + 1e-12).all()
            assert (model.raw_coverage <= model.coverage + 1e-12).all()
            assert set(model.uncovered).isdisjoint(itertools.chain(*model.cases))


# PyQCA as a second implementation of what it does.


@pytest.mark.parametrize("fuzzy", [False, True])
@pytest.mark.parametrize("negated", [False, True])
def test_pyqca_finds_the_same_formulas_for_lipset(fuzzy, negated):
    ending, cut = ("_fuzzy", 0.8) if fuzzy else ("", 1.0)
    conditions = LIPSET[[name + ending for name in NAMES]].to_numpy(float)
    outcome = LIPSET["SURV" + ending].to_numpy(float)
    outcome = 1 - outcome if negated else outcome
    table = truth_table(conditions, outcome, NAMES, LIPSET["case"].tolist(), consistency_cut=cut)
    found = solve(table, {})
    conservative, parsimonious = pyqca_formulas(table, cut)
    assert [set(model.labels) for model in found.conservative] == [conservative]
    assert [set(model.labels) for model in found.parsimonious] == [parsimonious]


def pyqca_formulas(table, cut):
    data = pd.DataFrame(table.conditions, columns=list(table.names))
    data["Y"] = table.outcome
    engine = pyqca.FSQCA(data=data, outcome="Y", conditions=list(table.names))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # no expectations are passed
        found = pyqca.minimize_truth_table(engine, outcome_threshold=cut, backend="exact_set_cover")
    return tuple(
        {term.label(list(table.names)).replace(" ", "") for term in terms}
        for terms in (found.complex_solution, found.parsimonious_solution)
    )
