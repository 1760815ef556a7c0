"""What is printed does not depend on the processor, the kernels or the libraries that rounded on the way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from miniature import miniature

from replication import paths
from replication.release import portability
from replication.release.portability import (
    VARIABLES,
    Switch,
    differences,
    first_difference,
    report,
    run_matrix,
    switches,
)

# A project that writes one file which is the same everywhere and one that depends on a switch.
LEAKING = """
import os, pathlib
for place in ("data/derived", "output", ".build"):
    pathlib.Path(place).mkdir(parents=True)
pathlib.Path("data/derived/same.csv").write_text("x" + chr(10))
written = os.environ.get("OPENBLAS_CORETYPE", "as detected")
pathlib.Path("output/kernel.csv").write_text("kernel" + chr(10) + written + chr(10))
"""


@pytest.fixture
def leaking(tmp_path):
    package = tmp_path / "leaking" / "replication"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("'''Leaks.'''", encoding="utf-8")
    (package / "__main__.py").write_text(LEAKING, encoding="utf-8")
    return package.parent


def test_a_file_that_depends_on_a_switch_is_told(leaking):
    chosen = [Switch("plain"), Switch("Nehalem", {"OPENBLAS_CORETYPE": "Nehalem"})]
    plain, other = run_matrix(leaking, chosen)
    assert (plain.identical, plain.different) == (2, {})
    assert (other.identical, list(other.different)) == (1, ["output/kernel.csv"])
    assert other.different["output/kernel.csv"] == "line 2: 'as detected' | 'Nehalem'"
    told = report([plain, other])
    assert 'Nehalem (OPENBLAS_CORETYPE="Nehalem"):' in told
    assert told.endswith("NOT PORTABLE: files depend on a switch.")
    assert report([plain, plain]).endswith("No file depends on a switch.")


def test_variables_of_the_caller_do_not_reach_a_switch(leaking, monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Nehalem")
    chosen = [Switch("plain"), Switch("as detected", {"OPENBLAS_CORETYPE": "as detected"})]
    assert not any(found.different for found in run_matrix(leaking, chosen))


def test_a_build_that_fails_names_its_switch(leaking):
    (leaking / "replication" / "__main__.py").write_text("raise SystemExit('no')", encoding="utf-8")
    with pytest.raises(RuntimeError, match=r"(?s)^plain: the run failed.*no"):
        list(run_matrix(leaking, [Switch("plain")]))


def test_no_kernel_is_tried_that_the_processor_lacks(monkeypatch):
    monkeypatch.setattr(portability.platform, "machine", lambda: "x86_64")
    for found, kernels in {
        (): ["Prescott", "Nehalem"],
        ("X86_V3",): ["Prescott", "Nehalem", "Haswell"],
        ("X86_V3", "X86_V4"): ["Prescott", "Nehalem", "Haswell", "SkylakeX"],
    }.items():
        simd = {"baseline": ["X86_V2"], "found": list(found)}
        monkeypatch.setattr(portability, "_instructions", lambda simd=simd: simd)
        listed = [s.environment.get("OPENBLAS_CORETYPE") for s in switches()[1:-1]]
        assert [kernel for kernel in listed if kernel] == kernels
        disabled = [s.environment.get("NPY_DISABLE_CPU_FEATURES") for s in switches()[1:-1]]
        assert [names for names in disabled if names] == ([" ".join(found)] if found else [])


def test_the_last_switch_is_all_others_with_the_oldest_kernel():
    first, *between, last = switches()
    assert first.environment == {}
    assert {name for s in between for name in s.environment} == set(last.environment)
    assert set(last.environment) <= set(VARIABLES)
    assert last.environment["OPENBLAS_CORETYPE"] in {"Prescott", "ARMV8"}
    assert switches(small=True) == [first, last]


def test_first_differences(tmp_path):
    was, now, shorter, longer = (
        text.replace("|", chr(10)).encode() for text in ("a,b|1,0.25|", "a,b|1,0.26|", "a|", "a|b|")
    )
    assert first_difference(was, now) == "line 2: '1,0.25' | '1,0.26'"
    assert first_difference(shorter, longer) == "line 2: '' | 'b'"
    assert first_difference(bytes([255, 0, 1]), bytes([255, 0, 2])) == "byte 3 of 3 and 3"
    for folder, name in (("old", "gone.csv"), ("new", "added.csv")):
        (tmp_path / folder / "output").mkdir(parents=True)
        (tmp_path / folder / "output" / name).write_text("1", encoding="utf-8")
    assert differences(tmp_path / "old", tmp_path / "new") == (
        0,
        {
            "output/added.csv": "not made under the first",
            "output/gone.csv": "made only under the first",
        },
    )


def test_planted_ties_are_decided_alike_under_every_switch():
    """A p-value of 1/20 reached by different sums, chances of exactly 1/2 to draw from, equal sort keys."""
    script = Path(__file__).with_name("planted_ties.py")
    others = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    said = {}
    for switch in switches(small=True):
        environment = {**others, **switch.environment, "PYTHONPATH": str(paths.ROOT)}
        command = [sys.executable, "-W", "error", str(script)]
        said[switch.name] = subprocess.check_output(
            command, env=environment, text=True, encoding="utf-8"
        )
    one, other = said.values()
    assert one == other
    found = json.loads(one)
    assert found["p_value"] == [0.05, 0.05, 0.05]
    assert found["significant"] == [False, False, False]
    assert found["draws"][0] == found["draws"][1] == found["draws"][2]
    assert found["order"] == ["first", "second", "third", "fourth"]


@pytest.mark.slow
def test_two_extremes_give_the_same_bytes(tmp_path):
    root = miniature(tmp_path / "project")
    outcomes = list(run_matrix(root, switches(small=True)))
    assert not any(found.different for found in outcomes), report(outcomes)
    assert outcomes[0].identical > 200
    if os.environ.get(
        "EVERY_TEST_MUST_RUN"
    ):  # where the tests must prove something, the switches must work
        assert outcomes[1].parts
