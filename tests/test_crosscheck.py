"""The second implementation: its stored figures against the estimates, and the comparison itself."""

import json

import numpy as np
import pandas as pd
import pytest
from released_data import only_for_released_data

from replication import paths
from replication.cli import crosscheck as verb
from replication.release.crosscheck import (
    AGREES,
    DIFFERS,
    KNOWN,
    QUANTITIES,
    UNCOVERED,
    agreement,
    checksums_of_data,
    compare,
    complaints,
    sound,
)
from replication.report.other_languages import MODELS, headline_script
from replication.specifications import Model, Sample, read_models
from replication.tables import read_table

FOLDER = paths.ROOT / "tests" / "crosscheck"
STORED = ("r_results", "replica_results")


def tolerances():
    return read_table(FOLDER / "tolerances.csv")


def stored(name):
    only_for_released_data()
    files = [paths.OUTPUT / "estimates.csv", *(paths.ROOT / f for f in checksums_of_names())]
    if not all(file.is_file() for file in [*files, FOLDER / f"{name}.csv"]):
        pytest.skip("not made yet: `make all` and `make crosscheck`")
    return read_table(files[0]), read_table(FOLDER / f"{name}.csv")


def checksums_of_names():
    return ("data/derived/cases.csv", "data/derived/actors.csv")


@pytest.mark.parametrize("name", STORED)
def test_stored_figures_were_made_from_the_present_data(name):
    stored(name)
    made_from = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert "R version" in made_from.pop("programs")
    assert made_from == checksums_of_data(paths.ROOT), "run `make crosscheck` again"


def test_every_figure_agrees_with_its_second_one():
    comparison = compare(*stored("r_results"), tolerances())
    assert sound(comparison), complaints(comparison)
    assert {"firth", "lpm_hc3", "lpm_cr2", "permutation", "permutation_blocked", "panel"} <= set(
        comparison["estimator"]
    )


def test_the_short_script_in_r_gives_the_headline_models():
    estimates, second = stored("replica_results")
    comparison = compare(estimates, second, tolerances(), selection=True)
    assert sound(comparison), complaints(comparison)
    declared = read_models(paths.SPECIFICATIONS)
    assert set(comparison["model"]) == {model for model in MODELS if model in declared}


def test_a_change_beyond_tolerance_in_any_figure_is_found():
    estimates, second = stored("r_results")
    clean = compare(estimates, second, tolerances())
    rng = np.random.default_rng(1)
    rows = clean[np.isfinite(clean["here"]) & np.isfinite(clean["there"])]
    for i in rng.choice(rows.index, size=min(25, len(rows)), replace=False):
        row = clean.loc[i]
        moved = second.copy()
        same = np.logical_and.reduce([moved[k] == row[k] for k in clean.columns[:5]])
        moved.loc[same, "value"] += 10 * row["allowed"] + row["difference"]
        verdict = compare(estimates, moved, tolerances()).loc[i, "verdict"]
        ranged = second["quantity"].eq(f"{row['quantity']}_least").any()
        assert verdict == DIFFERS or (ranged and verdict == AGREES), row.tolist()


def one(estimator="firth", note="", **values):
    numbers = {quantity: values.get(quantity, np.nan) for quantity in QUANTITIES}
    return pd.DataFrame(
        [
            {
                "model": "M",
                "sample": "s",
                "estimator": estimator,
                "term": "x",
                **numbers,
                "note": note,
            }
        ]
    )


def there(estimator="firth", **values):
    head = {"model": "M", "sample": "s", "estimator": estimator, "term": "x"}
    return pd.DataFrame(
        [{**head, "quantity": quantity, "value": value} for quantity, value in values.items()],
        columns=["model", "sample", "estimator", "term", "quantity", "value"],
    )


def rules(*rows):
    return pd.DataFrame(rows, columns=["estimator", "quantity", "absolute", "relative", "reason"])


TIGHT = rules(("firth", "*", 1e-6, 0, ""), ("lpm_cr2", "*", 1e-6, 0, ""))


@pytest.mark.parametrize(
    ("here", "second", "verdict"),
    [
        (1.0, {"estimate": 1.0 + 5e-7}, AGREES),
        (1.0, {"estimate": 1.0 + 5e-6}, DIFFERS),
        (np.inf, {"estimate": np.inf}, AGREES),
        (np.inf, {"estimate": -np.inf}, DIFFERS),
        (1.0, {}, UNCOVERED),
        (np.nan, {"estimate": 1.0}, DIFFERS),
        (0.05, {"estimate": 0.07, "estimate_error": 0.01}, AGREES),
        (0.05, {"estimate": 0.07, "estimate_error": 0.004}, DIFFERS),
        (0.05, {"estimate": 0.07, "estimate_least": 0.04, "estimate_most": 0.1}, AGREES),
        (0.03, {"estimate": 0.07, "estimate_least": 0.04, "estimate_most": 0.1}, DIFFERS),
    ],
)
def test_verdicts(here, second, verdict):
    comparison = compare(one(estimate=here), there(**second), TIGHT)
    assert comparison["verdict"].tolist() == [verdict]
    assert sound(comparison) == (verdict == AGREES)
    assert (complaints(comparison) == []) == (verdict == AGREES)
    assert verdict in agreement(comparison, TIGHT)


def test_only_the_reason_in_the_row_excuses_a_number_that_we_refuse():
    second = there("lpm_cr2", std_error=0.1)
    alone = "CR2 does not exist: the term rests on a single cluster"
    for note, std_error, verdict in (
        (alone, np.nan, KNOWN),
        ("one cluster only", np.nan, DIFFERS),
        ("", np.nan, DIFFERS),
        (alone, 0.2, DIFFERS),
    ):
        comparison = compare(one("lpm_cr2", note, std_error=std_error), second, TIGHT)
        assert comparison["verdict"].tolist() == [verdict]
    other = compare(one("firth", alone), there(std_error=0.1), TIGHT)
    assert other["verdict"].tolist() == [DIFFERS]


def test_an_estimator_nobody_said_how_to_check_is_an_error():
    with pytest.raises(ValueError, match="no row for new estimate"):
        compare(one("new", estimate=1.0), there("new", estimate=1.0), TIGHT)
    excused = pd.concat([TIGHT, rules(("new", "*", np.nan, np.nan, "why"))])
    assert compare(one("new", estimate=1.0), there("new"), excused).empty


def test_a_row_that_stands_twice_is_an_error():
    twice = pd.concat([one(estimate=1.0)] * 2)
    with pytest.raises(ValueError, match="this row stands twice: M, s, firth, x"):
        compare(twice, there(estimate=1.0), TIGHT)
    with pytest.raises(ValueError, match="second figures"):
        compare(one(estimate=1.0), pd.concat([there(estimate=1.0)] * 2), TIGHT)


def test_every_tolerance_has_a_reason():
    table = tolerances()
    assert table["reason"].str.len().gt(5).all()
    assert table["absolute"].isna().equals(table["relative"].isna())


@pytest.mark.parametrize(("insist", "status"), [("", 0), ("1", 1)])
def test_without_r_it_says_so_and_fails_only_when_asked_to(monkeypatch, capsys, insist, status):
    monkeypatch.setattr(verb.shutil, "which", lambda _: None)
    monkeypatch.setenv("INSIST", insist)
    assert verb.run_crosscheck() == status
    assert "R is not installed" in capsys.readouterr().out


def test_cuts_and_products_are_written_as_each_language_needs_them():
    model = Model("M1", "A label", "sought", "two", ("a>=2:b", "a"), ("a",))
    samples = {"two": Sample("two", "", ("intervention", "considered"))}
    in_r = headline_script("R", {"M1": model}, samples)
    assert '"a>=2:b" = "(a>=2) * b"' in in_r
    assert 'kinds = c("intervention", "considered")' in in_r
    in_stata = headline_script("do", {"M1": model}, samples)
    # A missing number is larger than any other in Stata, so that a >= 2 would hold.
    assert "generate double replica_term1 = (a>=2) * b if !missing(a, b)" in in_stata
    assert 'keep if inlist(sample, "intervention", "considered")' in in_stata
    assert in_stata.count("regress replica_outcome replica_term*, vce(hc3)") == 1


def test_no_declared_model_still_gives_scripts_that_parse():
    for language in ("R", "do"):
        text = headline_script(language, {}, {})
        assert text.count("(") == text.count(")")
        assert text.endswith(("\n",))
