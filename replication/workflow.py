"""The order of the scripts: what each one reads, and running those whose inputs or code changed.

The ordering, the record of what is up to date and the running side by side are pytask's. Here is only
what it does not know: which modules of this package a script runs, and what to tell the user.
"""

from __future__ import annotations

import ast
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from replication import paths

if TYPE_CHECKING:
    from pytask import PythonNode

PACKAGE = "replication"


def code_of(script: str | Path) -> PythonNode:
    """Give the checksum of the code that a script's steps run, so that editing it makes them stale."""
    return _checked_by_value(code_files(script))


def _checked_by_value(files: list[Path]) -> PythonNode:
    # One value for all files of a step: thousands of entries would be slow to look over.
    from pytask import PythonNode  # noqa: PLC0415 - takes a second, and most verbs run no step

    return PythonNode(value=digest(files), hash=True)


def code_files(script: str | Path) -> list[Path]:
    """List the package's files that `script` runs.

    Imports are followed through the source text, inside functions too: scripts import late, which
    keeps an up-to-date project quick to look over. Templates beside a module count as its code.
    """
    seen: set[Path] = set()
    waiting = set(_imported_files(Path(script)))
    while waiting:
        file = waiting.pop()
        if file not in seen:
            seen.add(file)
            waiting |= _imported_files(file)
    templates = {t for file in seen for t in (file.parent / "templates").glob("*") if t.is_file()}
    return sorted(seen | templates)


@cache
def _imported_files(file: Path) -> frozenset[Path]:
    if file.suffix != ".py":
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    found = (_file_of(name) for name in names if name.split(".")[0] == PACKAGE)
    return frozenset(path for path in found if path is not None)


def _statements(whole: ast.AST) -> Iterator[ast.AST]:
    """Every statement, those inside others too; expressions, nine nodes of ten, hold no import."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        for part in getattr(whole, field, ()):
            yield part
            yield from _statements(part)


def _file_of(module: str) -> Path | None:
    home = Path(__file__).resolve().parent.parent
    stem = home.joinpath(*module.split("."))
    for candidate in (stem.with_suffix(".py"), stem / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def run_script(script: str | Path) -> NoReturn:
    """Run the steps of one script, for `python scripts/NN_name.py`; ends this process.

    In a process of its own, because a script that is run and looked over at once would declare its steps twice.
    """
    command = [sys.executable, "-m", PACKAGE, "script", str(script)]
    sys.exit(subprocess.call(command))  # noqa: S603 - this interpreter and a file of the project


def stored_files(folder: Path, pattern: str) -> list[Path]:
    """Files of a folder that a step reads, in a fixed order."""
    return sorted(folder.glob(pattern))


def shown(path: Path) -> str:
    """Give a path as the user types it: relative to the project, with forward slashes."""
    return path.relative_to(paths.ROOT).as_posix()


DERIVED_TABLES = ("cases", "actors", "codings", "evidence", "sources", "facts", "weights")


def table_file(name: str) -> Path:
    """Path of a table that exhibits read, by its name: derived data, the estimates, or another result."""
    if name in DERIVED_TABLES:
        return paths.DERIVED / f"{name}.csv"
    if name in ("estimates", "peers"):
        return paths.OUTPUT / f"{name}.csv"
    if name in ("coverage", "type_calibration"):
        return paths.SIMULATED / f"{name}.csv"
    return paths.RESULTS / f"{name}.csv"


def exhibit_module(name: str) -> Path:
    """Source file of the module that makes an exhibit, or of one that all exhibits share."""
    home = Path(__file__).resolve().parent / "exhibits"
    rooms = (home / "tables", home / "figures", home)
    return next((file for room in rooms if (file := room / f"{name}.py").is_file()), home / name)


def analysis_module(name: str) -> Path:
    """Source file of an analysis, named by its room and module: ``effects.headline``."""
    return Path(__file__).resolve().parent.joinpath("analyses", *name.split(".")).with_suffix(".py")


def analysis_code(name: str) -> PythonNode:
    """Checksum of all code that an analysis runs."""
    module = analysis_module(name)
    return _checked_by_value([module, *code_files(module)])


def exhibit_code(name: str) -> PythonNode:
    """All code an exhibit runs: its module, what that imports, and the writer of exhibits."""
    module = exhibit_module(name)
    writer = code_files(exhibit_module("write_exhibit"))
    return _checked_by_value(sorted({module, *code_files(module), *writer}))


def exhibit_inputs(name: str) -> list[Path]:
    """Files an exhibit reads: the codebook and the tables in its constant READS.

    The constant is read from the source text, so that looking over the project imports nothing heavy.
    """
    module = exhibit_module(name)
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "READS":
            return [paths.CODEBOOK, *(table_file(table) for table in ast.literal_eval(node.value))]
    raise ValueError(f"{shown(module)} has no constant READS that names the tables it reads")


# Where a script keeps its list of exhibits: the name of the list, the folder, the suffixes.
EXHIBIT_LISTS = {
    "06_tables.py": ("TABLES", paths.TABLES, ("html", "tex", "csv")),
    "07_figures.py": ("FIGURES", paths.FIGURES, ("pdf", "png", "svg")),
}


def exhibit_lines(script: Path) -> dict[str, int]:
    """Names of the exhibits a script lists and the line each stands in, read from its source."""
    return {ast.literal_eval(key): key.lineno for key in _exhibit_list(script).keys if key}


def exhibit_modules(script: Path) -> dict[str, str]:
    """Name the module that makes each exhibit a script lists, read from its source."""
    return dict(ast.literal_eval(_exhibit_list(script)))


def _exhibit_list(script: Path) -> ast.Dict:
    constant = EXHIBIT_LISTS[script.name][0]
    for node in ast.parse(script.read_text(encoding="utf-8")).body:
        if (
            isinstance(node, ast.Assign)
            and getattr(node.targets[0], "id", None) == constant
            and isinstance(node.value, ast.Dict)
        ):
            return node.value
    raise ValueError(f"{shown(script)} has no list {constant}")


def exhibit_records() -> list[Path]:
    """List what each exhibit's step says about it, tables first, in the order of the lists."""
    names = [name for script in EXHIBIT_LISTS for name in exhibit_lines(paths.SCRIPTS / script)]
    return [paths.BUILD / "exhibits" / f"{name}.json" for name in names]


def exhibit_files() -> list[Path]:
    """Every file of every exhibit, tables first, in the order of the lists."""
    return [
        folder / f"{name}.{suffix}"
        for script, (_, folder, suffixes) in EXHIBIT_LISTS.items()
        for name in exhibit_lines(paths.SCRIPTS / script)
        for suffix in suffixes
    ]


def digest(files: list[Path]) -> str:
    """Checksum of the contents of some files, for the name of a folder that belongs to them."""
    return hashlib.sha256(b"".join(map(_checksum, files))).hexdigest()[:16]


@cache
def _checksum(file: Path) -> bytes:
    return hashlib.sha256(file.read_bytes()).digest()
