"""QCA against the published Lipset figures, R's QCA, and a table worked by hand."""

import re

import numpy as np
import pandas as pd
import pytest

from replication import paths
from replication.estimators.qca.calibrate import calibrate_codes
from replication.estimators.qca.necessity import necessity
from replication.estimators.qca.solutions import solve
from replication.estimators.qca.terms import ANY, label, membership
from replication.estimators.qca.truth_table import truth_table

NAMES = ("DEV", "URB", "LIT", "IND", "STB")
LIPSET = pd.read_csv(paths.ROOT / "tests/reference/lipset.csv", keep_default_na=False)
PRESENT = dict.fromkeys(NAMES, 1)


def lipset_table(*, fuzzy=False, negated=False, names=NAMES, cut=None):
    ending = "_fuzzy" if fuzzy else ""
    outcome = LIPSET[f"SURV{ending}"].to_numpy(float)
    return truth_table(
        LIPSET[[name + ending for name in names]].to_numpy(float),
        1 - outcome if negated else outcome,
        names,
        LIPSET["case"].tolist(),
        consistency_cut=cut or (0.8 if fuzzy else 1.0),
    )


def formulas(models):
    return [" + ".join(model.labels) for model in models]


# Lipset, crisp: Rihoux and De Meur 2009: 57, and reference numbers 4.7.


def test_crisp_lipset_truth_table():
    table = lipset_table()
    assert [table.output.count(value) for value in "10?"] == [3, 6, 23]
    assert not table.contradictory.any()
    assert table.unplaced == ()
    cases = {label(row, NAMES): held for row, held in zip(table.rows, table.cases, strict=True)}
    assert cases["DEV*URB*LIT*IND*STB"] == ("BE", "CZ", "NL", "UK")
    assert cases["~DEV*~URB*~LIT*~IND*~STB"] == ("GR", "PT", "ES")
    assert cases["DEV*~URB*LIT*IND*~STB"] == ("AU",)


@pytest.mark.parametrize(
    ("negated", "conservative", "parsimonious"),
    [
        (False, "DEV*~URB*LIT*STB + DEV*LIT*IND*STB", "DEV*STB"),
        (True, "DEV*LIT*IND*~STB + ~DEV*~URB*~IND", "~DEV + ~STB"),
    ],
)
def test_crisp_lipset_solutions(negated, conservative, parsimonious):
    found = solve(lipset_table(negated=negated), {})
    assert formulas(found.conservative) == [conservative]
    assert formulas(found.parsimonious) == [parsimonious]
    assert formulas(found.intermediate) == [conservative]  # no expectation, no counterfactual
    for model in (*found.conservative, *found.parsimonious):
        assert (model.consistency, model.pri, model.coverage) == (1, 1, 1)
        assert model.uncovered == ()
        assert not any(model.inconsistent)


def test_crisp_lipset_coverage_of_each_term_as_in_r():
    (model,) = solve(lipset_table(), {}).conservative
    np.testing.assert_allclose(model.raw_coverage, [0.5, 0.75])
    np.testing.assert_allclose(model.unique_coverage, [0.25, 0.5])
    assert model.cases[0] == ("FI", "FR", "IE", "SE")


def test_crisp_lipset_intermediate_drops_only_what_stands_against_expectation():
    # By hand: of DEV*~URB*LIT*STB, DEV and STB are in DEV*STB, LIT is as expected, ~URB is not. The
    # remainder DEV*URB*LIT*~IND*STB becomes easy, and the rows then merge to DEV*LIT*STB.
    found = solve(lipset_table(), PRESENT)
    assert formulas(found.intermediate) == ["DEV*LIT*STB"]
    assert found.intermediate[0].assumptions == ("DEV*URB*LIT*~IND*STB",)
    assert len(found.parsimonious[0].assumptions) == 5
    assert found.conservative[0].assumptions == ()


def test_contradictory_assumptions_can_be_read_off():
    positive = set(solve(lipset_table(), {}).parsimonious[0].assumptions)
    negative = set(solve(lipset_table(negated=True), {}).parsimonious[0].assumptions)
    assert positive.isdisjoint(negative)  # DEV*STB and ~DEV + ~STB divide all 23 remainders
    assert len(positive | negative) == 23


# Lipset, fuzzy, cut-off 0.8: printed by R's QCA 3.25.


def test_fuzzy_lipset_truth_table_as_in_r():
    table = lipset_table(fuzzy=True)
    rows = {
        0: (3, 0.215976331360947, 0.0, "0"),
        1: (2, 0.278026905829596, 0.0, "0"),
        4: (2, 0.520900321543409, 0.113095238095238, "0"),
        5: (1, 0.528571428571429, 0.228070175438597, "0"),
        21: (2, 0.804270462633452, 0.719387755102041, "1"),
        22: (1, 0.378205128205128, 0.0396039603960395, "0"),
        23: (2, 0.708771929824562, 0.634361233480176, "0"),
        30: (1, 0.445255474452555, 0.0499999999999999, "0"),
        31: (4, 0.904205607476635, 0.885793871866295, "1"),
    }
    assert np.flatnonzero(table.nobs).tolist() == list(rows)
    for i, (nobs, consistency, pri, output) in rows.items():
        assert (table.nobs[i], table.output[i]) == (nobs, output)
        np.testing.assert_allclose(
            [table.consistency[i], table.pri[i]], [consistency, pri], atol=1e-12
        )
    assert np.isnan(table.consistency[table.nobs == 0]).all()


def test_fuzzy_lipset_solutions_as_in_r():
    found = solve(lipset_table(fuzzy=True), PRESENT)
    assert formulas(found.conservative) == ["DEV*URB*LIT*IND*STB + DEV*~URB*LIT*~IND*STB"]
    assert formulas(found.parsimonious) == ["DEV*~IND + URB*STB"]
    assert formulas(found.intermediate) == ["DEV*URB*LIT*STB + DEV*LIT*~IND*STB"]
    places = [int("".join(map(str, row)), 2) for row in _rows(found.parsimonious[0].assumptions)]
    assert sorted(places) == [9, 11, 13, 15, 16, 17, 20, 24, 25, 27, 28, 29]
    assert found.intermediate[0].assumptions == ("DEV*URB*LIT*~IND*STB",)  # R: easy is row 29 only


def _rows(labels):
    return [tuple(int(not part.startswith("~")) for part in text.split("*")) for text in labels]


def test_fuzzy_lipset_fit_as_in_r():
    found = solve(lipset_table(fuzzy=True), PRESENT)
    figures = {  # consistency, PRI, raw and unique coverage
        "DEV*URB*LIT*IND*STB": (0.9042056074766, 0.8857938718663, 0.4542253521127, 0.3931924882629),
        "DEV*~URB*LIT*~IND*STB": (0.80427046263, 0.7193877551020, 0.2652582159624, 0.2042253521127),
        "DEV*~IND": (0.8148148148148149, 0.7208121827411, 0.2840375586854459, 0.1936619718309858),
        "URB*STB": (0.8737672583826429, 0.8454106280193235, 0.5199530516432, 0.4295774647887324),
    }
    for model in (found.conservative[0], found.parsimonious[0]):
        got = zip(
            model.term_consistency, model.term_pri, model.raw_coverage, model.unique_coverage,
            strict=True,
        )  # fmt: skip
        for term, row in zip(model.labels, got, strict=True):
            np.testing.assert_allclose(row, figures[term], atol=1e-11)
    assert found.parsimonious[0].cases == (("FI", "IE"), ("BE", "CZ", "NL", "UK"))
    assert found.parsimonious[0].uncovered == ("FR", "SE")


def test_fuzzy_lipset_at_other_cuts_and_conditions_as_in_r():
    strict = solve(lipset_table(fuzzy=True, cut=0.9), {})
    assert formulas(strict.conservative) == ["DEV*URB*LIT*IND*STB"]
    assert formulas(strict.parsimonious) == ["URB*STB"]
    assert strict.parsimonious[0].unique_coverage == strict.parsimonious[0].raw_coverage
    table = lipset_table(fuzzy=True, names=("DEV", "LIT", "STB"))
    three = solve(table, {})
    assert formulas(three.conservative) == ["DEV*LIT*STB"]
    assert formulas(three.parsimonious) == ["DEV*STB"]
    np.testing.assert_allclose(three.parsimonious[0].consistency, 0.868811881188119, atol=1e-12)
    np.testing.assert_allclose(three.parsimonious[0].pri, 0.8481375358166192, atol=1e-12)
    ind_absent = solve(lipset_table(fuzzy=True), PRESENT | {"IND": 0})
    assert formulas(ind_absent.intermediate) == ["DEV*URB*LIT*STB + DEV*LIT*~IND*STB"]


def test_necessity_in_fuzzy_lipset_as_in_r():
    table = lipset_table(fuzzy=True)
    found = necessity(table.conditions, table.outcome, NAMES)
    figures = {
        "DEV": (0.8309859154929577, 0.7746170678336981, 0.8113553113553114),
        "LIT": (0.9906103286384976, 0.6428027418126427, 0.5094142259414226),
        "STB": (0.9201877934272301, 0.7069431920649235, 0.6801181102362206),
        "~DEV": (0.2852112676056338, 0.2742663656884876, 0.5870263326910725),
        "~STB": (0.2183098591549296, 0.2691751085383502, 0.6871127633209418),
        "DEV+URB": (0.8990610328638499, 0.7539370078740159, 0.7582205029013538),
        "LIT+STB": (0.995305164319249, 0.5897079276773296, 0.3802521008403361),
        "~DEV+~URB": (0.6185446009389671, 0.4032134659525631, 0.387274155538099),
    }
    for expression, expected in figures.items():
        i = found.labels.index(expression)
        got = (found.consistency[i], found.coverage[i], found.relevance[i])
        np.testing.assert_allclose(got, expected, atol=1e-12)
    single = [
        name
        for name, size, ok in zip(found.labels, found.size, found.minimal, strict=True)
        if ok and size == 1
    ]
    assert single == ["LIT", "STB"]
    assert found.necessary[found.labels.index("LIT+STB")]
    assert not found.minimal[found.labels.index("LIT+STB")]
    assert len(found.labels) == 10 + 4 * 10


# A case by hand.

HAND = np.array([[1, 1], [1, 1], [1, 0], [0, 1], [0, 0], [0, 0]], dtype=float)
HAND_OUTCOME = np.array([1, 0, 1, 1, 0, 0], dtype=float)


def test_contradictory_row_and_cut_offs():
    def output(**cuts):
        return truth_table(HAND, HAND_OUTCOME, ("A", "B"), "abcdef", **cuts).output

    table = truth_table(HAND, HAND_OUTCOME, ("A", "B"), "abcdef", consistency_cut=0.5)
    assert table.contradictory.tolist() == [False, False, False, True]
    assert table.cases[3] == ("a", "b")
    assert table.cases_with_outcome[3] == ("a",)
    assert table.consistency.tolist() == [0, 1, 1, 0.5]
    assert table.output == ("0", "1", "1", "1")
    assert output(consistency_cut=0.51) == ("0", "1", "1", "0")
    assert output(consistency_cut=0.5, pri_cut=0.6) == ("0", "1", "1", "0")
    assert output(consistency_cut=0.5, n_cut=2) == ("0", "?", "?", "1")


def test_fit_of_a_model_with_a_contradictory_row():
    table = truth_table(HAND, HAND_OUTCOME, ("A", "B"), "abcdef", consistency_cut=0.5)
    (model,) = solve(table, {}).conservative
    assert model.labels == ("A", "B")
    assert model.inconsistent == (("b",), ("b",))
    np.testing.assert_allclose((model.consistency, model.coverage), (3 / 4, 1))
    np.testing.assert_allclose(model.term_consistency, (2 / 3, 2 / 3))
    np.testing.assert_allclose(model.raw_coverage, (2 / 3, 2 / 3))
    np.testing.assert_allclose(model.unique_coverage, (1 / 3, 1 / 3))


def test_a_case_on_the_crossover_is_in_no_row():
    table = truth_table(
        np.array([[0.5], [0.9], [0.2]]), np.array([1, 1, 0.0]), ("A",), "abc", consistency_cut=0.7
    )
    assert table.unplaced == ("a",)
    assert table.nobs.tolist() == [1, 1]


def test_solutions_that_say_nothing_give_the_reason():
    conditions = np.array([[1.0, 0], [1, 1]])
    none = solve(truth_table(conditions, np.zeros(2), "AB", "ab", consistency_cut=0.8), {})
    assert (none.conservative, none.parsimonious, none.intermediate) == ((), (), ())
    assert none.note == "no row of the truth table reaches the cut-offs"
    everything = solve(truth_table(conditions, np.ones(2), "AB", "ab", consistency_cut=0.8), {})
    assert formulas(everything.parsimonious) == ["always"]
    assert formulas(everything.conservative) == ["A"]
    assert everything.note == "every row with cases is sufficient"


def test_necessity_for_an_outcome_that_never_occurs_is_nan_without_a_warning():
    found = necessity(HAND, np.zeros(6), ("A", "B"), largest=1)
    assert np.isnan(found.consistency).all()
    assert not found.necessary.any()
    assert found.coverage.tolist() == [0, 0, 0, 0]


def test_membership_is_the_weakest_link():
    degrees = np.array([[0.9, 0.3, 0.6]])
    assert membership((1, 0, ANY), degrees)[0] == pytest.approx(0.7)
    assert membership((ANY, ANY, ANY), degrees)[0] == 1


# Calibration.


def test_codes_are_mapped_to_degrees():
    degrees = {0: 0.0, 1: 0.33, 2: 0.67, 3: 1.0}
    assert calibrate_codes([3, 0, 1], degrees).tolist() == [1.0, 0.0, 0.33]


# Arguments.


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"conditions": HAND * 2}, "A has the degree of membership 2; allowed: 0 to 1"),
        ({"conditions": np.where(HAND > 0, HAND, np.nan)}, "A has the degree of membership nan"),
        ({"conditions": HAND[:, 0]}, "conditions have shape (6,)"),
        ({"conditions": np.zeros((6, 7))}, "there are 7 conditions; allowed: 1 to 6"),
        ({"outcome": HAND_OUTCOME[:5]}, "outcome (5,)"),
        ({"names": ("A", "A")}, "names are A, A for 2 conditions"),
        ({"cases": "abcdee"}, "there are 6 names, 5 of them different, for 6 cases"),
        ({"consistency_cut": 1.2}, "consistency_cut is 1.2; allowed: 0 to 1"),
        ({"pri_cut": -0.1}, "pri_cut is -0.1"),
        ({"n_cut": 0}, "n_cut is 0; allowed: 1 or more"),
    ],
)
def test_a_truth_table_refuses_bad_arguments(change, message):
    arguments = {
        "conditions": HAND, "outcome": HAND_OUTCOME, "names": ("A", "B"), "cases": "abcdef",
        "consistency_cut": 0.8,
    }  # fmt: skip
    with pytest.raises(ValueError, match=re.escape(message)):
        truth_table(**(arguments | change))


def test_other_bad_arguments_are_refused():
    table = lipset_table()
    with pytest.raises(ValueError, match="expectation WEALTH: 1; allowed: 0 or 1 for one of DEV"):
        solve(table, {"WEALTH": 1})
    with pytest.raises(ValueError, match="expectation DEV: 2"):
        solve(table, {"DEV": 2})
    with pytest.raises(ValueError, match="largest is 3; allowed: 1 to the 2 conditions"):
        necessity(HAND, HAND_OUTCOME, ("A", "B"), largest=3)
    with pytest.raises(ValueError, match="code 2 has no degree; allowed: 0, 1"):
        calibrate_codes([2.0], {0: 0.0, 1: 1.0})
    with pytest.raises(ValueError, match="code nan has no degree"):
        calibrate_codes([np.nan], {0: 0.0, 1: 1.0})
    with pytest.raises(ValueError, match=re.escape("code 1 has the degree 0.5")):
        calibrate_codes([1.0], {1: 0.5})
