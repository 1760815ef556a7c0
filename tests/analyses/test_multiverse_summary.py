"""Summaries of the curve: the published example of specr, and counting by hand."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from replication import paths
from replication.analyses.multiverse.summary import (
    choice_shares,
    curve,
    estimates_by_estimator,
    summary_by_choice,
)

COLUMNS = ["one", "x1", "x2", "c1", "c2", "y1", "y2"]
CONTROLS = ((), ("c1",), ("c2",), ("c1", "c2"))


def specr_curve(*, subsets):
    """All least-squares fits of specr's example, from the sums of products of its columns."""
    moments = pd.read_csv(paths.ROOT / "tests" / "reference" / "specr_moments.csv")
    rows = []
    for (group1, group2), part in moments.groupby(["group1", "group2"], sort=False):
        if not subsets and (group1, group2) != ("all", "all"):
            continue
        sums = pd.DataFrame(np.nan, index=COLUMNS, columns=COLUMNS)
        for cell in part.itertuples():
            sums.loc[cell.first, cell.second] = sums.loc[cell.second, cell.first] = cell.sum
        for x, y, controls in itertools.product(("x1", "x2"), ("y1", "y2"), CONTROLS):
            rows.append(
                {
                    "treatment": "x",
                    "form": x,
                    "outcome": y,
                    "sample": f"{group1} {group2}",
                    "controls": "+".join(controls) or "none",
                    "coding": "agreed",
                    "evidence": "all",
                    "estimator": "ols",
                    "reason": "",
                    **least_squares(sums, ["one", x, *controls], y),
                }
            )
    return pd.DataFrame(rows)


def least_squares(sums, terms, outcome):
    cross, right = sums.loc[terms, terms].to_numpy(), sums.loc[terms, outcome].to_numpy()
    beta = np.linalg.solve(cross, right)
    nobs = sums.loc["one", "one"]
    residual = (sums.loc[outcome, outcome] - right @ beta) / (nobs - len(terms))
    statistic = beta[1] / np.sqrt(residual * np.linalg.inv(cross)[1, 1])
    p_value = 2 * student.sf(abs(statistic), nobs - len(terms))
    return {"estimate": beta[1], "statistic": statistic, "p_value": p_value, "nobs": nobs}


@pytest.mark.parametrize(
    ("subsets", "count", "printed", "recomputed", "significant"),
    [
        (
            False,
            16,
            (0.14, 0.44, -0.34, 0.62, -0.13, 0.35),
            (0.143960, 0.444218, -0.338987, 0.620407, -0.131541, 0.351900),
            (8, 6, 1000),
        ),
        (
            True,
            192,
            (0.129, 0.452, -0.490, 0.678, -0.161, 0.440),
            (0.128788, 0.452388, -0.489768, 0.678409, -0.161445, 0.440053),
            (None, None, 250),
        ),
    ],
)
def test_specr_example_is_summarised_as_specr_prints_it(
    subsets, count, printed, recomputed, significant
):
    (row,) = estimates_by_estimator(specr_curve(subsets=subsets)).to_dict("records")
    keys = ("median", "deviation", "lowest", "highest", "quartile_1", "quartile_3")
    found = [row[key] for key in keys]
    assert row["n_specifications"] == count
    np.testing.assert_allclose(found, printed, atol=0.5 * 10.0 ** -len(str(printed[0])[2:]))
    np.testing.assert_allclose(found, recomputed, atol=5e-7)
    counts = [row[key] for key in ("n_significant", "n_opposite", "median_nobs")]
    assert all(f == e for f, e in zip(counts, significant, strict=True) if e is not None)


def test_specr_medians_by_variable_and_controls():
    table = specr_curve(subsets=True).rename(columns={"treatment": "all", "form": "treatment"})
    medians = table.groupby(["treatment", "controls"])["estimate"].median()
    printed = {
        "x1": {"c1": 0.117, "c1+c2": 0.160, "c2": 0.178, "none": 0.146},
        "x2": {"c1": 0.101, "c1+c2": 0.122, "c2": 0.138, "none": 0.102},
    }
    for x, by_controls in printed.items():
        for controls, value in by_controls.items():
            assert medians[x, controls] == pytest.approx(value, abs=5e-4)


def test_shares_by_choice_are_counts():
    table = specr_curve(subsets=False)
    found = summary_by_choice(table).set_index(["choice", "value"])
    for (choice, value), row in found.iterrows():
        if choice == "all":
            part = table
        elif choice == "controls" and value != "none":
            part = table[[value in chosen.split("+") for chosen in table["controls"]]]
        else:
            part = table[table[choice] == value]
        positive = part["estimate"] > 0
        assert row["n_specifications"] == len(part)
        assert row["share_positive"] == pytest.approx(positive.mean())
        significant = part["p_value"] < 0.05
        assert row["share_significant"] == pytest.approx((positive & significant).mean())
        assert row["share_opposite"] == pytest.approx((~positive & significant).mean())
    assert found.loc["controls", "n_specifications"].to_dict() == {"none": 4, "c1": 8, "c2": 8}


def test_share_of_variance_is_that_of_a_one_way_analysis():
    table = specr_curve(subsets=True)
    found = choice_shares(table).set_index("choice")["share"]
    for choice in ("form", "outcome", "sample", "controls"):
        roots, labels = table["statistic"].to_numpy(), table[choice].to_numpy()
        within = sum(
            ((roots[labels == label] - roots[labels == label].mean()) ** 2).sum()
            for label in set(labels)
        )
        total = ((roots - roots.mean()) ** 2).sum()
        assert found[choice] == pytest.approx(1 - within / total)
    assert found["coding"] == pytest.approx(0)


def test_bins_of_the_curve_hold_every_specification_in_order():
    table = specr_curve(subsets=True)
    bins = curve(table, bins=7)
    assert bins["n_specifications"].sum() == len(table)
    assert bins["n_specifications"].max() - bins["n_specifications"].min() <= 1
    assert (bins["low"].to_numpy()[1:] >= bins["high"].to_numpy()[:-1]).all()
    roots = np.sort(table["statistic"])
    first = int(bins["n_specifications"].iloc[0])
    assert bins["median"].iloc[0] == pytest.approx(np.median(roots[:first]))
    for column in [c for c in bins if "=" in c]:
        choice, value = column.split("=")
        chosen = [
            value in v.split("+") if choice == "controls" else v == value for v in table[choice]
        ]
        assert (bins[column] * bins["n_specifications"]).sum() == pytest.approx(sum(chosen))
    significant = (bins["share_significant"] + bins["share_opposite"]) * bins["n_specifications"]
    assert significant.sum() == pytest.approx((table["p_value"] < 0.05).sum())
