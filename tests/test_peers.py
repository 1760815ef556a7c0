"""Stored figures of other programs: of the present data, accounted for, and each known difference for its reason."""

import json
from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pandas as pd
import pytest
from given_results import GivenResults
from peer_methods import plain_error, share_as_far_below
from scipy import stats

from replication import paths
from replication.analyses.multiverse.curve import curve_rows
from replication.analyses.multiverse.plan import read_plan
from replication.analyses.robustness.other_programs import (
    AGREES,
    ALWAYS,
    DIFFERS,
    KNOWN,
    STALE,
    WITHIN,
    compare_programs,
    complaints,
    made_from,
    same_digits,
)
from replication.cli import peers
from replication.exhibits.tables import other_programs_table
from replication.release.peers_inputs import write_inputs
from replication.specifications import read_samples
from replication.tables import read_table
from replication.workflow import table_file

RESULTS = ("estimates", "sensitivity", "reliability", "qca_solutions")


def stored():
    if not all(table_file(name).is_file() for name in RESULTS):
        pytest.skip("not made yet: `make all`")
    made = json.loads((paths.PEERS / "made_from.json").read_text(encoding="utf-8"))
    if made["data"] != made_from(paths.DERIVED):
        pytest.skip("the stored figures are of other data: run `make peers`")
    return read_table(paths.PEERS / "figures.csv"), read_table(
        paths.PEERS / "known_differences.csv"
    )


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    folder = tmp_path_factory.mktemp("given")
    write_inputs(folder)
    return lambda name: pd.read_csv(folder / f"{name}.csv")


@pytest.fixture(scope="module")
def compared():
    figures, known = stored()
    results = {name: read_table(table_file(name)) for name in RESULTS}
    cases, codings = (read_table(paths.DERIVED / f"{name}.csv") for name in ("cases", "codings"))
    plan = read_plan(paths.SPECIFICATIONS / "multiverse.yaml")
    results["curve"] = curve_rows(plan, cases, codings, read_samples(paths.SPECIFICATIONS))
    return compare_programs(figures, known, results, fresh=True)


def differing(compared, program, estimator, quantity):
    """Rows of a known difference: they differ still, or agree where it shows in some data only."""
    chosen = compared[
        (compared["program"] == program)
        & (compared["estimator"] == estimator)
        & (compared["quantity"] == quantity)
    ]
    known = stored()[1]
    entry = known[
        (known["program"] == program)
        & (known["estimator"] == estimator)
        & (known["quantity"] == quantity)
    ]
    assert len(chosen)
    if (entry["shows"] != ALWAYS).all() and not (chosen["verdict"] == KNOWN).any():
        # Data without ties: then they have to agree.
        assert set(chosen["verdict"]) <= {AGREES, WITHIN}
        return []
    assert (chosen["verdict"] == KNOWN).any()
    return chosen[chosen["verdict"] == KNOWN].to_dict("records")


def test_every_figure_agrees_or_its_difference_is_known(compared):
    assert complaints(compared, stored()[1]) == []
    assert compared["program"].nunique() >= 16
    assert set(compared["verdict"]) <= {AGREES, WITHIN, KNOWN}
    methods = {"firth", "lpm_hc3", "lpm_cr2", "wild_bootstrap", "ordered_logit", "panel", "fisher"}
    rest = {"boschloo", "freeman_halton", "exact_trend", "rank_test", "agreement", "qca"}
    assert methods | rest | {"permutation", "sensitivity", "curve"} <= set(compared["estimator"])


def test_every_known_difference_has_a_test_of_its_reason():
    known = stored()[1]
    assert known["test"].isin(list(globals())).all()
    assert set(known["shows"]) <= {ALWAYS, "in some data"}
    assert known["reason"].str.len().gt(20).all()


# One row of ours and one of another program.


def one(value, reach=np.nan, *, fresh=True, known=()):
    estimates = pd.DataFrame(
        [{"model": "M1", "sample": "intervention", "estimator": "firth", "term": "x", "estimate": 2.0}]
    ).assign(**dict.fromkeys(("std_error", "statistic", "p_value", "conf_low", "conf_high"), np.nan))  # fmt: skip
    blank = {
        "sensitivity": ["model", "term", "partial_r2"],
        "reliability": ["passes", "actor", "variable"],
        "qca_solutions": ["outcome", "model", "sets", "solution"],
        "curve": ["treatment", "controls", "estimate"],
    }
    results = {
        "estimates": estimates,
        **{name: pd.DataFrame(columns=columns) for name, columns in blank.items()},
    }
    figures = pd.DataFrame(
        [
            {
                "program": "other", "version": "1", "model": "M1", "estimator": "firth", "term": "x",
                "quantity": "estimate", "value": value, "reach": reach,
            }
        ]
    )  # fmt: skip
    columns = ["program", "version", "estimator", "quantity", "shows", "reason", "test"]
    table = pd.DataFrame(known, columns=columns)
    comparison = compare_programs(figures, table, results, fresh=fresh)
    return comparison["verdict"].tolist(), complaints(comparison, table)


ENTRY = ("other", "1", "firth", "*", ALWAYS, "another definition", "test_x")
SELDOM = (*ENTRY[:4], "in some data", *ENTRY[5:])


@pytest.mark.parametrize(
    ("value", "options", "verdict", "n_complaints"),
    [
        (2.0001, {}, AGREES, 0),
        (2.001, {}, DIFFERS, 1),
        (2.001, {"reach": 0.001}, WITHIN, 0),
        (2.001, {"reach": 0.0009}, DIFFERS, 1),
        (2.001, {"known": [ENTRY]}, KNOWN, 0),
        (2.001, {"known": [("other", "2", *ENTRY[2:])]}, DIFFERS, 1),
        (2.0, {"known": [ENTRY]}, AGREES, 1),
        (2.0, {"known": [SELDOM]}, AGREES, 0),
        (2.001, {"known": [SELDOM]}, KNOWN, 0),
        (np.nan, {}, DIFFERS, 1),
        (2.0, {"fresh": False}, STALE, 1),
    ],
)
def test_verdicts(value, options, verdict, n_complaints):
    verdicts, told = one(value, **options)
    assert verdicts == [verdict]
    assert len(told) == n_complaints


def test_a_figure_that_a_program_could_not_compute_is_kept_as_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "PEERS", tmp_path)
    printed = [
        "A word, and another",
        "other,1,M1,firth,x,estimate,2.5,",
        "other,1,M1,firth,x,p_value,nan,0.1",
        "",
    ]
    peers._store([chr(10).join(printed)])
    stored_figures = read_table(tmp_path / "figures.csv")
    assert stored_figures["value"].tolist() == pytest.approx([2.5, np.nan], nan_ok=True)
    assert stored_figures["reach"].tolist() == pytest.approx([np.nan, 0.1], nan_ok=True)


def test_digits_are_significant_ones():
    assert [same_digits(*pair) for pair in ((2.0, 2.0), (2e5, 2e5 + 2), (-1e-9, -1.01e-9), (1, -1), (0.0, 1))] == [
        8, 5, 2, 0, 0,
    ]  # fmt: skip
    assert same_digits(np.inf, np.inf) == 8


def test_the_table_counts_every_figure(compared):
    table = other_programs_table.make(GivenResults({"peers": compared}), "table33_other_programs")
    counts = [
        [row.cells[key] for key in ("figures", "agree", "known", "other")] for row in table.rows
    ]
    assert sum(n for n, *_ in counts) == len(compared)
    assert all(n == agree + known + other for n, agree, known, other in counts)
    assert sum(other for *_, other in counts) == 0
    assert all(row.note for row, (_, _, known, _) in zip(table.rows, counts, strict=True) if known)


# Why each known difference is there.


def test_pyfixest_multiplies_hc3_by_n_over_n_less_k(compared, given):
    for row in differing(compared, "pyfixest", "lpm_hc3", "std_error"):
        data = given(row["model"])
        n, k = len(data), data.shape[1] - 2
        assert row["there"] == pytest.approx(row["here"] * np.sqrt(n / (n - k)), rel=1e-6)
    p_values = {
        (r["model"], r["term"]): r["there"]
        for r in differing(compared, "pyfixest", "lpm_hc3", "p_value")
    }
    estimates = compared[(compared["program"] == "pyfixest") & (compared["quantity"] == "estimate")]
    estimate = estimates.set_index(["model", "term"])["there"]
    for row in differing(compared, "pyfixest", "lpm_hc3", "std_error"):
        key = row["model"], row["term"]
        data = given(row["model"])
        dof = len(data) - (data.shape[1] - 2)
        assert p_values[key] == pytest.approx(
            2 * stats.t.sf(abs(estimate[key] / row["there"]), dof), rel=1e-4
        )


def test_panels_differ_by_the_degrees_of_freedom_they_count(compared, given):
    data = given("A1")
    n, k, entities = len(data), data.shape[1] - 2, data["case_id"].nunique()
    ours = entities / (entities - 1) * (n - 1) / (n - k)
    with_constant = entities / (entities - 1) * (n - 1) / (n - k - 1)
    for program, theirs in (
        ("pyfixest", with_constant),
        ("gretl", with_constant),
        ("linearmodels", n / (n - k)),
    ):
        for row in differing(compared, program, "panel", "std_error"):
            assert row["there"] == pytest.approx(row["here"] * np.sqrt(theirs / ours), rel=1e-6), (
                program
            )
    for row in differing(compared, "pyfixest", "panel", "p_value"):
        error = row["here"] != row["there"]
        assert error
        assert row["there"] > row["here"]


def test_scipy_leaves_out_tables_that_tie(compared, given):
    """The right p-value by scores in fractions; barnard-exact, which orders so as well, has it."""
    rows = compared[compared["estimator"] == "barnard"]
    if rows.empty:
        pytest.skip("the estimates are of an earlier version: `make all`")
    assert (rows.loc[rows["program"] == "barnard-exact", "verdict"] == AGREES).all()
    for row in differing(compared, "scipy", "barnard", "p_value"):
        a, b, n1, n2 = halves(given, row["term"])

        def squared_score(x, y, n1=n1, n2=n2):
            share = Fraction(x + y, n1 + n2)
            return Fraction(x * n2 - y * n1, n1 * n2) ** 2 / (share * (1 - share) or 1)

        chance = np.linspace(0, 1, 4001)
        scores = {pair: squared_score(*pair) for pair in product(range(n1 + 1), range(n2 + 1))}
        reached = [pair for pair, score in scores.items() if score >= scores[a, b]]
        total = sum(
            stats.binom.pmf(x, n1, chance) * stats.binom.pmf(y, n2, chance) for x, y in reached
        )
        assert row["here"] == pytest.approx(total.max(), rel=1e-4)
        assert row["there"] <= row["here"] * (1 + 1e-6)


def halves(given, term):
    """Cases that sought and the size of each half, the high one first: a, b, n1, n2."""
    data = given("M1" if term == "military_opposition" else "M2")
    high, y = data[term] >= 2, data["y"] == 1
    return tuple(int(v.sum()) for v in (high & y, ~high & y, high, ~high))


def test_barnard_exact_orders_by_the_two_sided_p_value(compared, given):
    for row in differing(compared, "barnard-exact", "boschloo", "p_value"):
        seen_a, seen_b, n1, n2 = halves(given, row["term"])

        def two_sided(a, b, n1=n1, n2=n2):
            ways = [comb(n1, x) * comb(n2, a + b - x) for x in range(a + b + 1)]
            return Fraction(sum(w for w in ways if w <= ways[a]), sum(ways))

        observed = two_sided(seen_a, seen_b)
        chance = np.linspace(0, 1, 4001)
        reached = [
            (a, b) for a, b in product(range(n1 + 1), range(n2 + 1)) if two_sided(a, b) <= observed
        ]
        total = sum(
            stats.binom.pmf(a, n1, chance) * stats.binom.pmf(b, n2, chance) for a, b in reached
        )
        assert row["there"] == pytest.approx(total.max(), rel=1e-4)


def test_wildboottest_leaves_out_patterns_that_tie(compared, given):
    for row in differing(compared, "wildboottest", "wild_bootstrap", "p_value"):
        patterns = 2 ** given(row["model"])["administration"].nunique()
        left_out = (row["here"] - row["there"]) * patterns
        assert left_out == pytest.approx(round(left_out), abs=1e-4)
        assert 0 <= round(left_out) <= 8


def test_brglm2_prints_wald_inference_of_the_plain_information(compared, given):
    rows = compared[compared["program"] == "brglm2"]
    for (model, term), part in rows.groupby(["model", "term"]):
        told = part.set_index("quantity")["there"]
        data = given(model)
        terms = [name for name in data if name not in ("y", "level", "administration")]
        x = np.column_stack([np.ones(len(data)), data[terms]])
        found = rows[(rows["model"] == model) & (rows["quantity"] == "estimate")].set_index("term")[
            "there"
        ]
        slopes = np.array([found[name] for name in terms])
        # The constant solves its score equation with the slopes as found.
        error = plain_error(x, data["y"].to_numpy(), slopes)[1 + terms.index(term)]
        assert told["std_error"] == pytest.approx(error, rel=1e-3)
        z = told["estimate"] / told["std_error"]
        assert told["p_value"] == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-6)
        reach = stats.norm.ppf(0.975) * told["std_error"]
        # Figures have eight digits, which near zero are not those of the estimate.
        assert told["conf_low"] == pytest.approx(told["estimate"] - reach, rel=1e-6, abs=1e-7)
        assert told["conf_high"] == pytest.approx(told["estimate"] + reach, rel=1e-6, abs=1e-7)


def test_exactranktests_leaves_out_a_tie_across_the_mean(compared, given):
    for row in differing(compared, "exactRankTests", "permutation", "p_value"):
        data = given(row["model"])
        tied = share_as_far_below(data[row["term"]].astype(int), data["y"].astype(int))
        assert row["here"] - row["there"] == pytest.approx(tied, abs=1e-6)


def test_r_stops_short_of_the_exact_limit(compared, given):
    shares = []
    for row in compared[
        (compared["program"] == "R stats") & (compared["quantity"] == "conf_high")
    ].to_dict("records"):
        a, b, n1, n2 = halves(given, row["term"])
        support = range(max(0, a + b - n2), min(n1, a + b) + 1)
        for limit in (row["here"], row["there"]):
            odds = [comb(n1, x) * comb(n2, a + b - x) * np.exp(limit * x) for x in support]
            shares.append(
                abs(
                    sum(o for x, o in zip(support, odds, strict=True) if x <= a) / sum(odds) - 0.025
                )
            )
    assert max(shares[::2]) < 1e-8
    assert 1e-6 < max(shares[1::2]) < 1e-3


def test_rank_tests_of_r_and_pspp_are_approximations(compared, given):
    data = given("H5")
    sides = data.loc[data["endorsed"] == 1, "share"], data.loc[data["endorsed"] == 0, "share"]
    for program, corrected in (("R stats", True), ("PSPP", False)):
        [row] = differing(compared, program, "rank_test", "p_value")
        approximate = stats.mannwhitneyu(
            *sides, method="asymptotic", use_continuity=corrected
        ).pvalue
        assert row["there"] == pytest.approx(approximate, abs=6e-4)


def test_irrcac_weighs_steps_where_krippendorff_counts_codes(compared, given):
    codes = given("codes")
    for row in differing(compared, "irrCAC", "agreement", "alpha"):
        part = codes[codes["variable"] == row["term"]]
        steps = [float(step) for step in part["steps"].iloc[0].split(";")]
        pairs = part[["first", "second"]].dropna().to_numpy()
        q = len(steps)
        place = {step: i for i, step in enumerate(steps)}
        far = np.array([[comb(abs(i - j) + 1, 2) for j in range(q)] for i in range(q)])
        weights = 1 - far / far.max()
        seen = np.mean([weights[place[a], place[b]] for a, b in pairs])
        n = pairs.size
        share = np.bincount([place[c] for c in pairs.ravel()], minlength=q) / n
        seen = (1 - 1 / n) * seen + 1 / n
        chance = share @ weights @ share
        assert row["there"] == pytest.approx((seen - chance) / (1 - chance), rel=1e-8)


def test_pspp_changes_with_the_order_of_the_variables(compared, given):
    figures = stored()[0]
    transposed = figures[figures["quantity"] == "p_value_transposed"].set_index("term")["value"]
    for row in differing(compared, "PSPP", "fisher", "p_value"):
        a, b, n1, n2 = halves(given, row["term"])
        chances = stats.hypergeom(n1 + n2, a + b, n1).pmf(np.arange(a + b + 1))
        side = min(chances[: a + 1].sum(), chances[a:].sum())
        far = chances[a + 1 :] if chances[: a + 1].sum() == side else chances[:a]
        without_ties = side + far[far < chances[a] * (1 - 1e-9)].sum()
        assert row["there"] == pytest.approx(without_ties, abs=6e-4) or (
            transposed[row["term"]] != row["there"]
        )
