"""Run steps of the project on other data in this process: paths are pointed at a folder first."""

from __future__ import annotations

import importlib.util
import inspect
import shutil
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType

import pytask
import pytest
import yaml

from replication import paths, workflow
from replication.analyses.multiverse import run as multiverse
from replication.analyses.robustness import coding_error, design_analysis
from replication.exhibits.drawing import figure, style
from replication.exhibits.write_exhibit import make_figure, make_table
from replication.workflow import EXHIBIT_LISTS, exhibit_inputs

_DOT = b"stands for a raster image"
_INSIDE = ("DERIVED", "RELEASE", "OUTPUT", "RESULTS", "TABLES", "FIGURES", "BUILD")


_DRAWS = 200


@contextmanager
def project_in(folder: Path) -> Iterator[Path]:
    """Point every product, and the case files, at a folder; raw data but the cases stay the project's."""
    with pytest.MonkeyPatch.context() as patch:
        for name in _INSIDE:
            patch.setattr(paths, name, folder / getattr(paths, name).relative_to(paths.ROOT))
        patch.setattr(paths, "CASES", folder / "cases")
        _draw_quickly(patch)
        yield folder


@contextmanager
def whole_project_in(folder: Path, *, raster: bool = True) -> Iterator[Path]:
    """Point every path at a copy of the project that has no case yet, so that page and paper are made there too.

    Simulations take few draws; the multiverse has few controls to choose from, and is made in this process.
    Without `raster` the .png of every figure is the same: it is the third drawing of what .svg and .pdf show.
    """
    for place in (paths.RAW, paths.SCRIPTS, paths.SIMULATED, paths.PEERS):
        shutil.copytree(
            place, folder / place.relative_to(paths.ROOT), ignore=shutil.ignore_patterns("cases")
        )
    shutil.copy(paths.CITATION, folder / paths.CITATION.name)
    root = paths.ROOT
    with pytest.MonkeyPatch.context() as patch:
        for name, value in vars(paths).copy().items():
            if isinstance(value, Path):
                patch.setattr(paths, name, folder / value.relative_to(root))
        for name, (constant, place, suffixes) in list(EXHIBIT_LISTS.items()):
            moved = (constant, folder / place.relative_to(root), suffixes)
            patch.setitem(EXHIBIT_LISTS, name, moved)
        audits = tuple(folder / path.relative_to(root) for path in paths.AUDITS)
        patch.setattr(paths, "AUDITS", audits)
        patch.setattr(multiverse, "run_parts", _one_by_one)
        # Checksums of the code tell whether a step is stale; here every step runs.
        patch.setattr(workflow, "code_files", lambda _: [])
        for analyse in (coding_error.coding_error, design_analysis.design_analysis):
            assert len(analyse.__defaults__) == 1
            patch.setattr(analyse, "__defaults__", (_DRAWS,))
        _draw_quickly(patch)
        if not raster:
            patch.setattr(figure, "_saved", partial(_saved_without_raster, figure._saved))
        plan = paths.SPECIFICATIONS / "multiverse.yaml"
        choices = yaml.safe_load(plan.read_text(encoding="utf-8"))
        choices |= {"draws": 9, "controls": choices["controls"][:2]}
        plan.write_text(yaml.safe_dump(choices), encoding="utf-8")
        yield folder


def _draw_quickly(patch: pytest.MonkeyPatch) -> None:
    """Cutting fonts down and fine rasters take most of a figure's time, and depend on no data."""
    patch.setitem(style._STYLE, "pdf.fonttype", 3)
    patch.setitem(style._STYLE, "savefig.dpi", 60)


def _saved_without_raster(
    saved: Callable[..., bytes], drawing: object, suffix: str, metadata: object
) -> bytes:
    return _DOT if suffix == "png" else saved(drawing, suffix, metadata)


def _one_by_one(
    function: Callable[..., object], parts: list[tuple[object, ...]], _title: str
) -> Iterator[tuple[int, object]]:
    return ((number, function(*part)) for number, part in enumerate(parts))


def script(name: str) -> ModuleType:
    """Import one script anew, so that its tasks read and write where the paths now point."""
    path = paths.SCRIPTS / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"script_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def tasks(name: str) -> list[Callable[[], None]]:
    """Tasks of one script, those that it makes in a loop first."""
    looped: list[Callable[[], None]] = []

    def task(**_: object) -> Callable[[Callable[[], None]], Callable[[], None]]:
        return lambda function: looped.append(function) or function

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pytask, "task", task)
        module = script(name)
    plain = [
        value
        for key, value in vars(module).items()
        if key.startswith("task_") and inspect.isfunction(value) and value not in looped
    ]
    return [*looped, *plain]


def run(name: str, *, without: tuple[str, ...] = ()) -> None:
    """Run the tasks of one script."""
    for task in tasks(name):
        if task.__name__ not in without:
            task()


def run_all() -> None:
    """Run every script in its order: all exhibits, the report and the paper among them."""
    for path in sorted(paths.SCRIPTS.glob("[0-9][0-9]_*.py")):
        run(path.stem)


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
