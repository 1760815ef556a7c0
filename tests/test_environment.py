"""The lock, the list of direct dependencies, the conda file and the imports say the same."""

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires

import pytest
import yaml
from packaging.requirements import Requirement

from replication import paths
from replication.cli import form, housekeeping
from replication.environment import LOCKS

STANDARD = set(sys.stdlib_module_names)

# Where the name that is imported is not the name that is installed.
INSTALLED_AS = {
    "yaml": "pyyaml",
    "importlinter": "import-linter",
    "PIL": "pillow",
    "qca": "pyqca",
}


def pins(text):
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", text, flags=re.MULTILINE))


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def direct():
    return {normal(k): v for k, v in pins((paths.ROOT / "requirements.txt").read_text()).items()}


# Programs that `make peers` asks have environments of their own.
PEERS = paths.ROOT / "tests" / "peers"


def imported(*folders):
    """Top-level names imported by any program in some folders."""
    names = set()
    for folder in folders:
        for file in (paths.ROOT / folder).rglob("*.py"):
            if file.parent == PEERS:
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names.add(node.module.split(".")[0])
                elif isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.importorskip":
                    names.add(node.args[0].value.split(".")[0])
    return names


def locked(purpose):
    found = re.findall(
        r"^([A-Za-z0-9_.-]+)==([^\s;]+)", LOCKS[purpose].read_text(), flags=re.MULTILINE
    )
    return {(normal(name), version) for name, version in found}


def sections():
    """Direct dependencies by the lock that the comment above them names."""
    text = (paths.ROOT / "requirements.txt").read_text()
    parts = re.split(r"^#.* from (requirements[a-z-]*[.]lock)[.]$", text, flags=re.MULTILINE)
    return {
        parts[n]: {(normal(k), v) for k, v in pins(parts[n + 1]).items()}
        for n in range(1, len(parts), 2)
    }


def test_every_direct_dependency_is_in_the_lock_of_its_section_at_the_same_version():
    found = sections()
    assert set(found) == {LOCKS[purpose].name for purpose in ("all", "cluster", "form", "tests")}
    for purpose in ("all", "cluster", "form", "tests"):
        assert found[LOCKS[purpose].name]
        # What only the tests import may be in the first lock, where another package brings it along.
        assert found[LOCKS[purpose].name] <= locked(purpose) | locked("all")


def test_no_package_is_in_two_locks():
    names = [name for purpose in LOCKS for name in {name for name, _ in locked(purpose)}]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("purpose", LOCKS)
def test_every_line_of_the_lock_is_hashed(purpose):
    text = LOCKS[purpose].read_text()
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert packages
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text


def test_requirements_are_exactly_what_is_imported():
    found, local = sections(), {"replication", "tests", "conftest"}
    local |= {f.stem for f in (paths.ROOT / "tests").rglob("*.py")}
    programs, everything = (
        {normal(INSTALLED_AS.get(name, name)) for name in names - STANDARD - local}
        for names in (
            imported("replication", "scripts"),
            imported("replication", "scripts", "tests"),
        )
    )
    of = {lock: {name for name, _ in pinned} for lock, pinned in found.items()}
    on_demand = of["requirements-cluster.lock"] | of["requirements-form.lock"]
    # Programs that are run, not imported; peers that `bench` compares with where the tests installed them.
    run_only, peers = {"ruff", "import-linter", "mypy", "pytest-xdist"}, {"firthmodels"}
    assert programs - peers == of["requirements.lock"] | on_demand
    assert everything - {"import-linter"} == set().union(*of.values()) - run_only


def needed(package):
    """Names that an installed package needs here, without its extras."""
    try:
        lines = requires(package) or []
    except PackageNotFoundError:
        return set()  # for other systems or other versions of Python
    found = [Requirement(line) for line in lines]
    return {normal(r.name) for r in found if r.marker is None or r.marker.evaluate({"extra": ""})}


@pytest.mark.parametrize(
    ("room", "verb"),
    [
        (housekeeping, lambda: housekeeping.run_tests([])),
        (housekeeping, housekeeping.run_bench),
        (form, lambda: form.run_code(no_browser=True)),
    ],
)
def test_every_verb_installs_all_that_its_packages_need(monkeypatch, room, verb):
    asked = []
    monkeypatch.setattr(room, "provide", lambda *purposes: asked.extend(purposes) or 1)
    assert verb() == 1
    assert asked
    here = {name for purpose in ("all", *asked) for name, _ in locked(purpose)}
    lacking = {name: sorted(needed(name) - here) for name in here if needed(name) - here}
    assert lacking == {}


def test_conda_installs_the_same_lock():
    conda = yaml.safe_load((paths.ROOT / "environment.yml").read_text())
    pip = next(item["pip"] for item in conda["dependencies"] if isinstance(item, dict))
    for purpose in ("all", "cluster", "form", "tests"):
        assert f"-r {LOCKS[purpose].name}" in pip
    assert "--require-hashes" in pip
    assert f"CONDA_NAME := {conda['name']}" in (paths.ROOT / "Makefile").read_text()


def test_the_oldest_python_is_the_same_everywhere():
    readme = (paths.ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (paths.ROOT / "Makefile").read_text(encoding="utf-8")
    settings = tomllib.loads((paths.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    conda = yaml.safe_load((paths.ROOT / "environment.yml").read_text(encoding="utf-8"))
    [major, minor] = re.search(r"v >= [(]([0-9]+), ([0-9]+)[)]", makefile).groups()
    assert f"\nPython {major}.{minor} or newer." in readme
    assert settings["tool"]["ruff"]["target-version"] == f"py{major}{minor}"
    assert f"python={major}.{minor}" in conda["dependencies"]
