"""Steps know what they read: code through every import, and tables an exhibit declares."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "release"))

from miniature import miniature

from replication import paths, workflow


def test_code_is_followed_through_imports_inside_functions_and_through_modules():
    code = {
        workflow.shown(path) for path in workflow.code_files(paths.SCRIPTS / "01_build_dataset.py")
    }
    assert {"replication/dataset.py", "replication/codebook.py", "replication/files.py"} <= code
    assert not any(name.startswith("replication/estimators") for name in code)


WITHIN = """
def function():
    if True:
        pass
    else:
        import replication.files
    try:
        import replication.paths
    except ImportError:
        import replication.tables
    finally:
        import replication.precision
    with open("x") as file:
        from replication import codebook
    match file:
        case _:
            from replication.terms import parse_term
class Holder:
    async def method(self):
        for one in ():
            import replication.dataset
        while True:
            import replication.registry
"""


def test_an_import_is_found_in_every_kind_of_statement(tmp_path):
    module = tmp_path / "module.py"
    module.write_text(WITHIN, encoding="utf-8")
    found = {path.stem for path in workflow._imported_files(module)} - {"__init__"}
    assert found == {
        "files", "paths", "tables", "precision", "codebook", "terms", "dataset", "registry",
    }  # fmt: skip


def test_looking_over_the_scripts_imports_nothing_heavy():
    scripts = sorted(paths.SCRIPTS.glob("[0-9][0-9]_*.py"))
    assert scripts
    look = "import runpy, sys; [runpy.run_path(s) for s in sys.argv[1:]]; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", look, *map(str, scripts)],
        cwd=paths.ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    heavy = {"pandas", "scipy", "statsmodels", "matplotlib", "numba"}
    assert heavy & set(run.stdout.split()) == set()


def test_an_exhibit_without_declared_tables_is_refused(monkeypatch, tmp_path):
    module = tmp_path / "odd.py"
    module.write_text("X = 1")
    monkeypatch.setattr(workflow, "exhibit_module", lambda _: module)
    monkeypatch.setattr(workflow, "shown", lambda path: path.name)
    with pytest.raises(ValueError, match=r"odd[.]py has no constant READS"):
        workflow.exhibit_inputs("odd")


def test_a_script_that_lacks_an_input_says_to_run_those_before_it(tmp_path):
    folder = miniature(tmp_path / "p q", ("01_build_dataset", "04_estimate"))
    run = subprocess.run(
        [sys.executable, "scripts/04_estimate.py"], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )  # fmt: skip
    assert run.returncode == 1
    assert "run them in the order of their numbers" in " ".join(run.stdout.split())
    assert [path for path in (folder / "output").rglob("*") if path.is_file()] == []
