"""Unit, origin, order and repetition of the data do not matter: for every public estimator.

`ESTIMATORS` is the list. Each one runs on drawn data, on the same data moved (columns and outcome in
another unit and from another origin, rows and columns in another order), and on everything twice.
"""

import ast
import gc
import sys
from pathlib import Path

import drawn_runs
import drawn_tests
import numpy as np
import pytest
from drawn import drawn, moved
from drawn_runs import DATA_SETS, ESTIMATORS
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from replication import paths

CLOSE = {"rtol": 1e-6, "atol": 1e-6}
FOLDER = paths.ROOT / "replication"
# Functions that other rooms import, or only tests, and that estimate nothing by themselves.
PARTS = {
    "with_constant", "within_clusters", "collapse", "compile_kernels", "why_no_fit", "maximise", "maximum",
    "single", "evaluate", "separation_sides", "prime_implicants", "minimum_covers", "easy_counterfactuals",
    # Of one or two figures, which have neither rows nor a unit.
    "masi_distance", "e_value", "risk_ratio_of_odds_ratio",
}  # fmt: skip


@pytest.mark.parametrize("name", ESTIMATORS)
def test_unit_origin_order_and_repetition_do_not_matter(name):
    estimator = ESTIMATORS[name]

    @settings(
        max_examples=DATA_SETS,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    @given(st.integers(0, 2**32 - 1))
    def holds(seed):
        rng = np.random.default_rng(seed)
        data = drawn(rng)
        found = estimator.run(data)
        other = estimator.run(moved(data, rng, exact=estimator.exact))
        np.testing.assert_allclose(other.same, found.same, **CLOSE)
        if not estimator.no_twice:
            again = estimator.run(estimator.repeat(data))
            # Twice the rows can hold an answer that half of them do not.
            known = np.isfinite(found.twice)
            np.testing.assert_allclose(again.twice[known], found.twice[known], **CLOSE)

    # A library collects garbage at every call, and all that the other tests hold would be gone through.
    gc.freeze()
    try:
        holds()
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("name", ESTIMATORS)
def test_something_is_compared_and_most_of_it_is_known(name):
    estimator = ESTIMATORS[name]
    sets = [drawn(np.random.default_rng(seed)) for seed in range(6)]
    found = [estimator.run(data) for data in sets]
    for numbers in ("same", "twice"):
        values = np.concatenate([getattr(one, numbers) for one in found])
        if numbers == "twice" and estimator.no_twice:
            assert not values.size
        else:
            assert np.isfinite(values).mean() > 0.4


def test_every_public_estimator_is_among_them():
    called, runners = set(), {drawn_runs.__file__, drawn_tests.__file__}

    def note(frame, event, _):
        if event == "call" and frame.f_back and frame.f_back.f_code.co_filename in runners:
            called.add((Path(frame.f_code.co_filename), frame.f_code.co_name))

    data = drawn(np.random.default_rng(1))
    sys.setprofile(note)
    try:
        for estimator in ESTIMATORS.values():
            estimator.run(data)
    finally:
        sys.setprofile(None)
    public = public_functions()
    assert len(public) > 40
    assert {(file, name) for file, name in public if name not in PARTS} <= called
    assert {name for _, name in public} >= PARTS


def public_functions():
    """Functions of the estimators that other rooms import, or that no module of theirs does."""
    own = FOLDER / "estimators"
    users = {file: imported(file) for file in FOLDER.rglob("*.py")}
    return {
        (file, node.name)
        for file in own.rglob("*.py")
        if not file.name.endswith("_kernels.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if is_public(node.name, module_of(file), users)
    }


def is_public(name, module, users):
    # A package such as `batch` hands on what its modules hold.
    places = {(module, name), (module.rpartition(".")[0], name)}
    found = [own_to(file) for file, names in users.items() if places & names]
    return not all(found) or not found


def own_to(file):
    return FOLDER / "estimators" in file.parents


def module_of(file):
    return ".".join(file.relative_to(paths.ROOT).with_suffix("").parts)


def imported(file):
    """Pairs of module and name that a file takes from the estimators, by name or as the module's attribute."""
    names, modules = set(), {}
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "replication.estimators"
        ):
            names |= {(node.module, alias.name) for alias in node.names}
            modules |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names.add((modules.get(node.value.id, ""), node.attr))
    return names
