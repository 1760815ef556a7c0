"""Run steps of the project on other data in this process: paths are pointed at a folder first."""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from replication import paths
from replication.exhibits.making import make_figure, make_table
from replication.workflow import exhibit_inputs

_INSIDE = ("DERIVED", "RELEASE", "OUTPUT", "RESULTS", "TABLES", "FIGURES", "BUILD")


@contextmanager
def project_in(folder: Path) -> Iterator[Path]:
    """Point every product, and the case files, at a folder; raw data but the cases stay the project's."""
    with pytest.MonkeyPatch.context() as patch:
        for name in _INSIDE:
            patch.setattr(paths, name, folder / getattr(paths, name).relative_to(paths.ROOT))
        patch.setattr(paths, "CASES", folder / "cases")
        yield folder


def script(name: str) -> ModuleType:
    """Import one script anew, so that its tasks read and write where the paths now point."""
    path = paths.SCRIPTS / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"script_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(name: str, *, without: tuple[str, ...] = ()) -> None:
    """Run the tasks of one script in the order they are written."""
    module = script(name)
    for key, task in list(vars(module).items()):
        if key.startswith("task_") and inspect.isfunction(task) and key not in without:
            task()


def make_exhibits(only: Container[str] | None = None) -> set[str]:
    """Make every registered table and figure, or only some, whose inputs exist; give their names."""
    made = set()
    for listed, make in (
        (script("06_tables").TABLES, make_table),
        (script("07_figures").FIGURES, make_figure),
    ):
        for name, module in listed.items():
            chosen = only is None or name in only
            if chosen and all(path.exists() for path in exhibit_inputs(module)):
                make(name, module, paths.BUILD / "exhibits" / f"{name}.json")
                made.add(name)
    return made
