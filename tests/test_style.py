"""Rules that hold for the whole tree: layers, lint, and what journals' scanners stumble over."""

import ast
import re
import subprocess
import sys

import pytest

from replication import paths

PROGRAMS = ("*.py", "*.sh", "*.toml", "*.yaml", "*.yml", "*.R", "*.do", "Makefile")


def tracked(*patterns):
    out = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=paths.ROOT, capture_output=True, check=False
    )
    names = [name for name in out.stdout.decode().split("\0") if name]
    if not names:
        pytest.skip("not a git checkout")
    return [paths.ROOT / name for name in names if (paths.ROOT / name).is_file()]


def test_layers_import_downwards_only():
    lint = (
        "from importlinter.cli import lint_imports as lint; raise SystemExit(lint(no_cache=True))"
    )
    run = subprocess.run(
        [sys.executable, "-c", lint],
        cwd=paths.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr


def test_ruff_finds_nothing():
    run = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "replication", "scripts", "tests"],
        cwd=paths.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout


def test_no_line_of_a_program_looks_like_a_windows_path():
    pattern = re.compile(r"[a-zA-Z0-9_.${}()-]+\\")
    found = [
        f"{file.name}:{number}"
        for file in tracked(*PROGRAMS)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


def test_no_tracked_file_is_empty_or_a_copy_of_another():
    contents = [file.read_bytes() for file in tracked()]
    assert all(contents)
    assert len(set(contents)) == len(contents)


def test_modules_are_small():
    long = {
        f.name: n
        for f in tracked("*.py")
        if (n := len(f.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_a_name_of_a_class_or_type_stands_for_one_thing():
    """Private or not: whoever reads `Row` in two modules should not have to ask which one."""
    places = {}
    for file in tracked("replication/*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if name := type_name(node):
                places.setdefault(name.lstrip("_"), set()).add(file.name)
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def type_name(node):
    if isinstance(node, ast.ClassDef):
        return node.name
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    name = target.id if isinstance(target, ast.Name) else ""
    return name if re.fullmatch("_?[A-Z][a-z][A-Za-z]*", name) else None
