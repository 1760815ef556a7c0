"""The lock, the list of direct dependencies, the conda file and the imports say the same."""

import ast
import re
import sys
import tomllib

import yaml

from replication import paths

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


def imported():
    """Top-level names imported by any program of the project."""
    names = set()
    for folder in ("replication", "scripts", "tests"):
        for file in (paths.ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names.add(node.module.split(".")[0])
                elif isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.importorskip":
                    names.add(node.args[0].value.split(".")[0])
    return names


def test_every_direct_dependency_is_in_the_lock_at_the_same_version():
    lock = re.findall(
        r"^([A-Za-z0-9_.-]+)==([^\s;]+)",
        (paths.ROOT / "requirements.lock").read_text(),
        re.MULTILINE,
    )
    locked = {(normal(name), version) for name, version in lock}
    assert direct()
    assert set(direct().items()) <= locked


def test_every_line_of_the_lock_is_hashed():
    text = (paths.ROOT / "requirements.lock").read_text()
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(packages) > len(direct())
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text


def test_requirements_are_exactly_what_is_imported():
    local = {"replication", "tests", "conftest"} | {
        f.stem for f in (paths.ROOT / "tests").rglob("*.py")
    }
    outside = imported() - set(sys.stdlib_module_names) - local
    names = {normal(INSTALLED_AS.get(name, name)) for name in outside}
    # Programs that are run, not imported.
    run_only = {"ruff", "import-linter", "pytask-parallel", "pytest-xdist"}
    assert names - {"import-linter"} == set(direct()) - run_only


def test_conda_installs_the_same_lock():
    conda = yaml.safe_load((paths.ROOT / "environment.yml").read_text())
    pip = next(item["pip"] for item in conda["dependencies"] if isinstance(item, dict))
    assert "-r requirements.lock" in pip
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
