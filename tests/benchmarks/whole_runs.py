"""Rows of whole runs: from a clone to the paper, after a change, with many cases, the tests."""

from __future__ import annotations

import re
import shutil
from functools import cache
from itertools import cycle, islice
from pathlib import Path

from rows import Found, Row
from trees import Tree, Usage, count_of, forget, make_all, run, set_up

MANY = 300
# What a run must not take from one before it.
_BARE = {"UV_NO_CACHE": "1", "PIP_NO_CACHE_DIR": "1"}
# Shorter steps are all start, and tell nothing about growth.
_LONG = 0.5


def whole_rows() -> list[Row]:
    """Give the rows of `make all`, `make test` and what they leave."""
    return [
        Row("all", "wall s: `make all`, every step stale", lambda tree: _all(tree)[0], 0.5),
        Row("all: CPU", "CPU s of the same", lambda tree: _all(tree)[1]),
        Row("from nothing", "wall s: bare clone to paper, nothing cached", _from_nothing, 0.5),
        Row("installed", "MB in .venv after `make all`", _installed, 850, ""),
        Row("wording", "CPU s after one changed wording of evidence", _wording, 0.5),
        Row("code", "CPU s after one changed main code", _code, 0.5),
        Row("many", f"wall: {MANY} cases over its own", lambda tree: _many(tree)[0], 2, ""),
        Row("many: page", f"MB: page of {MANY} cases", lambda tree: _many(tree)[1], 6, ""),
        Row("many: steps", "growth of a step over that of cases", lambda tree: _many(tree)[2], 1, ""),
        Row("tests", "CPU s of `make test`", _tests, 0.5),
    ]  # fmt: skip


@cache
def _all(tree: Tree) -> tuple[Found, Found]:
    usage = _anew(tree)
    told = count_of("steps", usage.printed)
    return Found(usage.wall, beside=told), Found(usage.cpu)


@cache
def _anew(tree: Tree) -> Usage:
    set_up(tree)
    forget(tree.path)
    return make_all(tree)


def _from_nothing(tree: Tree) -> Found:
    forget(tree.path)
    shutil.rmtree(tree.path / ".venv", ignore_errors=True)
    for cache_folder in list(tree.path.rglob("__pycache__")):
        shutil.rmtree(cache_folder)
    return Found(run(["make", "all"], tree.path, **_BARE).wall)


def _installed(tree: Tree) -> Found | None:
    if tree.has_all_cases:
        return None
    set_up(tree)
    told = run(["du", "-sk", ".venv"], tree.path).printed
    return Found(int(told.split()[0]) / 1024)


def _tests(tree: Tree) -> Found | None:
    # The suite belongs to the data that are there: where cases were taken out it is not run.
    if not (tree.is_earlier or tree.has_all_cases):
        return None
    set_up(tree)
    # A row before may have left what comes of a changed case.
    make_all(tree)
    usage = run(["make", "test"], tree.path)
    return Found(usage.cpu, beside=f"{count_of('passed', usage.printed)}, {usage.wall:.0f} s wall")


def _wording(tree: Tree) -> Found:
    """Change the wording of one item of evidence."""
    return _changed(tree, "statement: >-", "", "Once more, ")


def _code(tree: Tree) -> Found:
    """Change one main code: the first military opposition that is agreed to be 2."""
    return _changed(tree, "military_opposition:", "code: 2", "code: 1", after="  agreed:")


def _changed(tree: Tree, mark: str, old: str, new: str, after: str = "") -> Found:
    """Put `new` for `old` at the start of the line below the first `mark` that follows `after`; run what is stale."""
    set_up(tree)
    make_all(tree)
    for file in sorted((tree.path / "data" / "raw" / "cases").glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        head, found, rest = text.partition(after) if after else ("", "", text)
        pattern = rf"(?m)^( *{re.escape(mark)}[\n] *){re.escape(old)}"
        changed = head + found + re.sub(pattern, rf"\g<1>{new}", rest, count=1)
        if changed != text:
            file.write_text(changed, encoding="utf-8")
            try:
                usage = make_all(tree)
            finally:
                file.write_text(text, encoding="utf-8")
            return Found(usage.cpu, beside=count_of("steps", usage.printed))
    raise ValueError(f"no case holds {mark!r}")


@cache
def _many(tree: Tree) -> tuple[Found | None, Found | None, Found | None]:
    """Time over that of the tree's own cases, size of the page, and the step that grows most."""
    # The target is how this commit grows by itself.
    if tree.has_all_cases or tree.is_earlier:
        return None, None, None
    own = _anew(tree)
    cases = len(list((tree.path / "data" / "raw" / "cases").glob("*.yaml")))
    copy = _with_copied_cases(tree)
    usage = make_all(tree, copy)
    page = (copy / "output" / "report.html").stat().st_size / 1e6
    told = f"{own.wall:.0f} to {usage.wall:.0f} s"
    return (
        Found(usage.wall / own.wall, beside=told),
        Found(page),
        _steepest(own, usage, MANY / cases),
    )


def _steepest(own: Usage, many: Usage, growth: float) -> Found | None:
    """None for the earlier commit, which does not print the time of its steps."""
    before, after = _seconds(own), _seconds(many)
    found = {
        name: after[name] / max(seconds, _LONG) / growth
        for name, seconds in before.items()
        if after.get(name, 0.0) > _LONG
    }
    if not found:
        return None
    steepest = max(found, key=found.__getitem__)
    told = f"{steepest}: {before[steepest]} to {after[steepest]} s"
    return Found(found[steepest], beside=told)


def _seconds(usage: Usage) -> dict[str, float]:
    lines = re.findall(r"(?m)^ *\d+/\d+ +([\d.]+) s  (.+)$", usage.printed)
    return {name: float(seconds) for seconds, name in lines}


def _with_copied_cases(tree: Tree) -> Path:
    """Copy a tree, with copies of its cases under other names beside them.

    Invented cases would need administrations and families that the specifications do not know. No copy is one of the
    four original cases, of which some tests go through every arrangement.
    """
    copy = tree.path.parent / f"{tree.path.name} {MANY}"
    shutil.rmtree(copy, ignore_errors=True)
    left_out = shutil.ignore_patterns(".venv", ".build", ".git", "output")
    shutil.copytree(tree.path, copy, ignore=left_out, symlinks=True)
    (copy / ".venv").symlink_to(tree.path / ".venv")
    folder = copy / "data" / "raw" / "cases"
    own = {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yaml"))}
    for number, (case, text) in enumerate(islice(cycle(own.items()), MANY)):
        if number >= len(own):
            name = f"{case}_{number // len(own)}"
            copied = text.replace(case, name).replace("recchia_case: true", "recchia_case: false")
            (folder / f"{name}.yaml").write_text(copied, encoding="utf-8")
    return copy
