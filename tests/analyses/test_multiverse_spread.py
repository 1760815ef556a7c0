"""Spread by choice and N along the curve, beside sorting and counting by hand."""

import numpy as np
import pandas as pd

from replication.analyses.multiverse.plan import CHOICES
from replication.analyses.multiverse.spread import (
    SIZES,
    SPREAD,
    sizes_along_curve,
    spread_by_choice,
)
from replication.analyses.multiverse.summary import curve, summary_by_choice


def specifications(count=400, seed=3):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "treatment": rng.choice(["a", "b"], count),
            "form": rng.choice(["scale", ">=1"], count),
            "outcome": rng.choice([">=1", ">=2"], count),
            "sample": rng.choice(["few", "many"], count),
            "controls": rng.choice(["none", "x", "y", "x+y"], count),
            "coding": "agreed",
            "evidence": "all",
            "estimator": rng.choice(["firth", "lpm_hc3"], count),
            "statistic": rng.normal(size=count).round(2),
            "p_value": rng.uniform(size=count),
            "nobs": rng.integers(20, 40, count),
            "reason": np.where(rng.uniform(size=count) < 0.1, "one level", ""),
        }
    )
    return table.astype({"nobs": "Int64"})


def test_spread_is_that_of_the_specifications_made_with_the_value():
    table = specifications()
    spread = spread_by_choice(table)
    assert list(spread) == list(SPREAD)
    sound = table[table["reason"] == ""]
    for row in spread.itertuples():
        made = sound[sound["treatment"] == row.treatment]
        with_it = [row.value in str(value).split("+") for value in made[row.choice]]
        roots = sorted(made["statistic"][with_it])
        assert row.n_specifications == len(roots)
        points = np.interp(
            np.array([0.05, 0.25, 0.5, 0.75, 0.95]) * (len(roots) - 1), range(len(roots)), roots
        )
        found = [row.low, row.quartile_1, row.median, row.quartile_3, row.high]
        np.testing.assert_allclose(found, points, atol=1e-12)
    assert set(spread["choice"]) == set(CHOICES[1:])


def test_medians_and_counts_are_those_of_the_summary_by_choice():
    table = specifications(seed=4)
    keys = ["treatment", "choice", "value", "n_specifications"]
    both = spread_by_choice(table).merge(summary_by_choice(table), on=keys)
    assert len(both) == len(spread_by_choice(table))
    np.testing.assert_allclose(both["median"], both["median_statistic"], atol=1e-12)


def test_sizes_stand_in_the_bins_of_the_curve():
    table = specifications(seed=5)
    sizes, steps = sizes_along_curve(table, bins=20), curve(table, bins=20)
    assert list(sizes) == list(SIZES)
    keys = ["treatment", "bin", "n_specifications"]
    pd.testing.assert_frame_equal(sizes[keys], steps[keys])
    first = sizes.iloc[0]
    ordered = table[(table["reason"] == "") & (table["treatment"] == first["treatment"])]
    nobs = ordered.sort_values("statistic", kind="stable")["nobs"][: first["n_specifications"]]
    assert first["median"] == nobs.astype(float).median()


def test_no_specification_gives_empty_tables():
    nothing = specifications().assign(reason="one level")
    assert list(spread_by_choice(nothing)) == list(SPREAD)
    assert list(sizes_along_curve(nothing)) == list(SIZES)
    assert len(spread_by_choice(nothing)) == len(sizes_along_curve(nothing)) == 0
