"""The multiverse: against single fits by hand, brute force over worlds, and its own interruptions."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from invented_cases import PLAN, SAMPLES, case_table, readings
from scipy.special import ndtri

from replication import paths
from replication.analyses.multiverse import plan as multiverse_plan
from replication.analyses.multiverse.data import cases_read, chunk_frame, permuted_rows
from replication.analyses.multiverse.fit import NOT_ESTIMATED, STEPS, fit_chunk
from replication.analyses.multiverse.plan import (
    CHOICES,
    Chunk,
    chunks,
    read_plan,
    specifications_of,
)
from replication.analyses.multiverse.run import joint_test, run_multiverse, specification_table
from replication.analyses.multiverse.summary import (
    choice_shares,
    counts_by_reason,
    curve,
    summary_by_choice,
)
from replication.estimators.firth import fit_firth
from replication.estimators.linear import fit_ols_hc3
from replication.specifications import SpecificationError

CASES = case_table()
CODINGS = readings(CASES)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """Chunks of the miniature, fitted in two processes."""
    folder = tmp_path_factory.mktemp("chunks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXECUTOR", "processes:2")
        files = run_multiverse(PLAN, CASES, CODINGS, SAMPLES, folder)
    return folder, files


def arrays(file):
    with np.load(file) as content:
        return {name: content[name] for name in content.files}


def assert_same_arrays(one, other):
    first, second = arrays(one), arrays(other)
    assert first.keys() == second.keys()
    for name, values in first.items():
        assert values.dtype == second[name].dtype
        assert values.tobytes() == second[name].tobytes(), name


def hand_data(spec, permuted=None):
    """Outcome and design of a specification, cut from the readings without the package's functions."""
    chosen = CASES[CASES["sample"].isin(SAMPLES[spec["sample"]].values)]
    cells = CODINGS[CODINGS["coding"] == spec["coding"]]
    if spec["evidence"] == "confident":
        cells = cells[cells["confidence"] > 1]
    codes = {name: part.set_index("case_id")["code"] for name, part in cells.groupby("variable")}
    coded = pd.DataFrame(
        {name: values.reindex(chosen["case_id"]) for name, values in codes.items()}
    )
    other = {"military_opposition": "stabilization_burden"}.get(
        spec["treatment"], "military_opposition"
    )
    columns = [spec["treatment"]]
    columns += [
        other if c == "other_treatment" else c for c in spec["controls"].split("+") if c != "none"
    ]
    coded["democrat"] = chosen["democrat"].to_numpy(float)
    design = coded[columns].to_numpy(float).copy()
    if spec["form"] != "scale":
        known = ~np.isnan(design[:, 0])
        design[known, 0] = design[known, 0] >= int(spec["form"][2:])
    outcome = coded["io_sought"].to_numpy(float).copy()
    outcome = outcome if permuted is None else outcome[permuted]
    if spec["outcome"] != "scale":
        known = ~np.isnan(outcome)
        outcome[known] = outcome[known] >= int(spec["outcome"][2:])
    complete = ~np.isnan(np.column_stack([outcome, design])).any(axis=1)
    return outcome[complete], design[complete], columns


def hand_fit(spec, permuted=None):
    """Estimate, standard error, signed root and p-value by the single-fit estimators."""
    outcome, design, columns = hand_data(spec, permuted)
    fit = (fit_firth if spec["estimator"] == "firth" else fit_ols_hc3)(outcome, design, columns)
    root = -np.sign(fit.estimate[1]) * ndtri(np.maximum(fit.p_value[1] / 2, 1e-200))
    if spec["estimator"] == "firth":
        root = np.sign(fit.estimate[1]) * np.sqrt(fit.statistic[1])
    return fit.estimate[1], fit.std_error[1], root, fit.p_value[1], len(outcome), outcome.sum()


def test_the_plan_is_every_combination_of_its_choices_once():
    plan = read_plan(paths.SPECIFICATIONS / "multiverse.yaml").with_passes(["first", "second"])
    assert plan.codings == ("agreed", "first", "second")
    parts = chunks(plan)
    assert len(set(parts)) == len(parts)
    each = specifications_of(parts[0], plan)
    expected = (
        len(plan.treatments)
        * len(plan.forms)
        * sum(len(estimators) for estimators in plan.outcomes.values())
        * len(plan.samples)
        * 2 ** len(plan.controls)
        * len(plan.codings)
        * len(plan.evidence)
    )
    assert len(parts) * len(each) == expected >= 100_000
    assert not each.duplicated().any()
    assert list(each) == list(CHOICES)
    assert all(len(specifications_of(part, plan)) == len(each) for part in parts[1:3])


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("draws", "many", "draws: 'many' is not allowed; allowed: a whole number, 1 or more"),
        ("outcomes", {"scale": ["probit"]}, "probit"),
        ("outcomes", {"scale": ["firth"]}, "scale"),
        ("outcomes", {">=2": ["ols_hc3"]}, ">=2"),
        ("surprise", 1, "unknown key 'surprise'"),
        ("treatments", ["military_opposition"], "other_treatment is allowed with two treatments"),
    ],
)
def test_a_plan_with_a_fault_is_refused_by_name(tmp_path, field, value, words):
    import yaml  # noqa: PLC0415 - one test only

    text = (paths.SPECIFICATIONS / "multiverse.yaml").read_text(encoding="utf-8")
    path = tmp_path / "multiverse.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(text) | {field: value}), encoding="utf-8")
    with pytest.raises(SpecificationError, match=r"multiverse[.]yaml") as caught:
        read_plan(path)
    assert words in str(caught.value)


def test_chunks_cut_the_designs_and_keep_the_order_of_the_plan(stored, monkeypatch):
    whole = specification_table(PLAN, stored[1])
    monkeypatch.setattr(multiverse_plan, "DESIGNS", 3)
    parts = chunks(PLAN)
    assert len(parts) > len(stored[1])
    cut = pd.concat([specifications_of(part, PLAN) for part in parts], ignore_index=True)
    pd.testing.assert_frame_equal(cut, whole[list(CHOICES)])
    part = parts[1]
    frame = chunk_frame(part, PLAN, CASES, CODINGS, SAMPLES)
    fit = fit_chunk(part, PLAN, frame)
    mine = whole.merge(fit.table[list(CHOICES)])
    np.testing.assert_array_equal(mine["p_value"], fit.table["p_value"])


def test_every_specification_equals_the_single_fit_on_the_cut_by_hand(stored):
    table = specification_table(PLAN, stored[1])
    estimated = table[table["reason"] == ""]
    assert len(estimated) > len(table) / 2
    for spec in estimated.to_dict("records"):
        estimate, std_error, root, p_value, nobs, events = hand_fit(spec)
        assert spec["nobs"] == nobs
        if spec["estimator"] != "ols_hc3":
            assert spec["n_events"] == events
        found = [spec[name] for name in ("estimate", "std_error", "statistic", "p_value")]
        np.testing.assert_allclose(
            found, [estimate, std_error, root, p_value], rtol=1e-6, atol=1e-7
        )


def test_a_permuted_world_is_the_same_specification_on_permuted_outcomes():
    chunk = Chunk("military_opposition", "both", "pass_1", "confident")
    frame = chunk_frame(chunk, PLAN, CASES, CODINGS, SAMPLES)
    fit = fit_chunk(chunk, PLAN, frame)
    worlds = permuted_rows(frame, PLAN.draws)
    specs = specifications_of(chunk, PLAN).to_dict("records")
    compared = 0
    for draw, (number, spec) in itertools.product((0, 3, 8), enumerate(specs)):
        if fit.statistics[number, draw] != NOT_ESTIMATED:
            root, p_value = hand_fit(spec, worlds[draw])[2:4]
            assert abs(fit.statistics[number, draw] - STEPS * root) <= 0.5 + 1e-3
            assert fit.significant[number, draw] == (p_value < 0.05)
            compared += 1
    assert compared > 30


def test_a_reading_that_lacks_cases_leaves_them_out_and_they_are_counted():
    few = sorted(CASES["case_id"])[::2]
    codings = CODINGS[(CODINGS["coding"] != "pass_1") | CODINGS["case_id"].isin(few)]
    codings = codings.assign(coding=codings["coding"].replace("pass_1", "anna"))
    plan = replace(PLAN, codings=("agreed", "passes")).with_passes(["anna"])
    counted = cases_read(plan, CASES, codings, SAMPLES).set_index(["coding", "sample"])
    for sample in plan.samples:
        ids = set(CASES.loc[CASES["sample"].isin(SAMPLES[sample].values), "case_id"])
        assert tuple(counted.loc[("anna", sample)]) == (len(ids & set(few)), len(ids - set(few)))
        assert tuple(counted.loc[("agreed", sample)]) == (len(ids), 0)
    chunk = Chunk("military_opposition", "both", "anna", "all")
    frame = chunk_frame(chunk, plan, CASES, codings, SAMPLES)
    whole = chunk_frame(replace(chunk, coding="agreed"), plan, CASES, CODINGS, SAMPLES)
    part, every = permuted_rows(frame, 40), permuted_rows(whole, 40)
    read = frame["read"].to_numpy()
    assert 2 < read.sum() < len(read)
    assert (part[:, ~read] == np.flatnonzero(~read)).all()
    assert (np.sort(part[:, read], axis=1) == np.flatnonzero(read)).all()
    # In each world the cases come in the order in which they come when no case is left out.
    for sample in set(frame["sample"]):
        members = np.flatnonzero(frame["sample"] == sample)
        for world, draw in zip(part, every, strict=True):
            assert [r for r in draw[members] if read[r]] == list(world[members[read[members]]])


def test_permutations_keep_to_their_sample_and_are_the_same_with_and_without_the_other_sample():
    chunk = Chunk("military_opposition", "both", "agreed", "all")
    both = chunk_frame(chunk, PLAN, CASES, CODINGS, SAMPLES)
    one = chunk_frame(replace(chunk, sample="intervention"), PLAN, CASES, CODINGS, SAMPLES)
    wide, narrow = permuted_rows(both, 30), permuted_rows(one, 30)
    sample = both["sample"].to_numpy()
    assert (sample[wide] == sample).all()
    assert (np.sort(wide, axis=1) == np.arange(len(both))).all()
    members = np.flatnonzero(sample == "intervention")
    assert (both.index.to_numpy()[wide[:, members]] == one.index.to_numpy()[narrow]).all()
    assert len({tuple(row) for row in wide}) == 31


def test_joint_test_equals_brute_force_over_worlds_and_specifications(tmp_path, monkeypatch):
    monkeypatch.setenv("EXECUTOR", "processes:1")
    plan = replace(PLAN, samples=("both",), controls=("democrat",), codings=("agreed",))
    plan = replace(plan, evidence={"all": "Every cell"})
    files = run_multiverse(plan, CASES, CODINGS, SAMPLES, tmp_path)
    tests, permuted = joint_test(plan, files)
    table = specification_table(plan, files)
    for treatment in PLAN.treatments:
        specs = table[(table["treatment"] == treatment) & (table["reason"] == "")]
        worlds = [_world(specs, draw) for draw in range(1 + PLAN.draws)]
        by_name = tests[tests["treatment"] == treatment].set_index("statistic")
        for place, name in enumerate(("median", "dominant_share", "significant_share")):
            values = np.array([world[place] for world in worlds])
            row = by_name.loc[name]
            assert row["observed"] == pytest.approx(values[0], abs=1e-3)
            assert row["null_median"] == pytest.approx(np.median(values[1:]), abs=1e-3)
            assert row["null_95"] == pytest.approx(np.quantile(values[1:], 0.95), abs=1e-3)
            reached = 1 + (values[1:] >= values[0] - 1e-9).sum()
            assert row["p_value"] == pytest.approx(reached / (1 + PLAN.draws))
            assert row["n_specifications"] == len(specs)
        curves = np.array([np.quantile(world[3], [0.1, 0.5]) for world in worlds[1:]])
        band = permuted[permuted["treatment"] == treatment].set_index("position")
        found = band.loc[[10.0, 50.0], ["low", "median", "high"]].to_numpy().T
        np.testing.assert_allclose(
            found, np.quantile(curves, [0.025, 0.5, 0.975], axis=0), atol=2e-3
        )


def _world(specs, draw):
    """Median root, dominant and significant share, and all roots of one world, fit by fit."""
    roots, hits = [], 0
    for spec in specs.to_dict("records"):
        chunk = Chunk(*(spec[c] for c in ("treatment", "sample", "coding", "evidence")))
        rows = permuted_rows(chunk_frame(chunk, PLAN, CASES, CODINGS, SAMPLES), PLAN.draws)
        root, p_value = hand_fit(spec, rows[draw])[2:4]
        if not np.isnan(root):
            roots.append(root)
            hits += root > 0 and p_value < 0.05
    positive = np.mean(np.array(roots) > 0)
    return np.median(roots), max(positive, 1 - positive), hits / len(roots), np.array(roots)


def test_counts_by_reason_add_up_to_every_specification(stored):
    table = specification_table(PLAN, stored[1])
    counts = counts_by_reason(table)
    assert counts["n_specifications"].sum() == len(table)
    assert (counts.groupby("treatment")["n_specifications"].sum() == len(table) / 2).all()
    for reason, part in table.groupby("reason"):
        assert part["estimate"].isna().all() == bool(reason)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"military_opposition": 1.0}, "the treatment does not vary"),
        ({"io_sought": 3.0}, "the outcome does not vary"),
        ({"stabilization_burden": CASES["military_opposition"]}, "terms are collinear"),
        ({"military_opposition": np.nan}, "too few cases for the terms"),
    ],
)
def test_what_cannot_be_estimated_is_kept_with_its_reason(change, reason):
    chunk = Chunk("military_opposition", "both", "agreed", "all")
    frame = chunk_frame(chunk, PLAN, CASES, readings(CASES.assign(**change)), SAMPLES)
    fit = fit_chunk(chunk, PLAN, frame)
    assert len(fit.table) == len(specifications_of(chunk, PLAN))
    named = fit.table["reason"] == reason
    assert named.any()
    assert (fit.statistics[named] == NOT_ESTIMATED).all()
    assert not fit.significant[named].any()


def test_a_variable_without_an_admitted_code_is_missing_and_not_taken_from_the_case_table():
    chunk = Chunk("military_opposition", "both", "pass_1", "confident")
    unsure = CODINGS.assign(
        confidence=CODINGS["confidence"].where(CODINGS["variable"] != "military_opposition", 1.0)
    )
    frame = chunk_frame(chunk, PLAN, CASES, unsure, SAMPLES)
    assert frame["military_opposition"].isna().all()
    assert frame["democrat"].notna().all()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_hardly_any_case_gives_reasons_and_an_empty_curve(count):
    plan = replace(PLAN, treatments=PLAN.treatments[:1], samples=("both",), codings=("agreed",))
    plan = replace(plan, evidence={"all": "Every cell"}, controls=())
    few = CASES[:count]
    frame = chunk_frame(chunks(plan)[0], plan, few, readings(few) if count else CODINGS, SAMPLES)
    fit = fit_chunk(chunks(plan)[0], plan, frame)
    assert (fit.table["reason"] != "").all()
    assert curve(fit.table).empty
    assert summary_by_choice(fit.table).empty
    assert choice_shares(fit.table).empty


def test_arrays_are_the_same_bytes_with_one_and_two_processes_and_after_an_interruption(
    stored, tmp_path, monkeypatch
):
    _, files = stored
    monkeypatch.setenv("EXECUTOR", "processes:1")
    for file in sorted(set(files))[1:]:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    again = run_multiverse(PLAN, CASES, CODINGS, SAMPLES, tmp_path)
    assert len(set(again)) == len(kept) + 1
    assert all(path.stat().st_mtime_ns == time for path, time in kept.items())
    for one, other in zip(files, again, strict=True):
        assert_same_arrays(one, other)
    # Every chunk, fitted here and now, has these arrays too: what was kept hides nothing.
    for chunk, file in list(zip(chunks(PLAN), files, strict=True))[::5]:
        fit = fit_chunk(chunk, PLAN, chunk_frame(chunk, PLAN, CASES, CODINGS, SAMPLES))
        assert fit.statistics.tobytes() == arrays(file)["statistics"].tobytes()


def test_readings_with_the_same_codes_are_fitted_once_and_count_twice(tmp_path, monkeypatch):
    monkeypatch.setenv("EXECUTOR", "processes:1")
    plan = replace(PLAN, treatments=PLAN.treatments[:1], samples=("both",), controls=())
    same = readings(CASES, differ=0.0)
    files = run_multiverse(plan, CASES, same, SAMPLES, tmp_path)
    assert len(files) == len(chunks(plan)) == 4
    assert len(set(files)) == 2
    table = specification_table(plan, files)
    parts = [p.drop(columns="coding").reset_index(drop=True) for _, p in table.groupby("coding")]
    pd.testing.assert_frame_equal(*parts)
