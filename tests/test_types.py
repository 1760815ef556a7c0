"""The type checker, at the levels of pyproject.toml."""

import re
import subprocess
import sys
import tomllib

from replication import paths

STRICT = (
    "estimators.*", "casefile.*", "shapes.*", "codebook", "tables", "terms", "registry", "precision", "specifications",
)  # fmt: skip


def test_the_types_of_all_programs_hold():
    run = subprocess.run(
        [sys.executable, "-m", "mypy"], cwd=paths.ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Success" in run.stdout


def test_the_strict_level_covers_the_lower_rooms_and_nothing_is_waved_through():
    settings = tomllib.loads((paths.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "mypy"
    ]
    strict = next(o for o in settings["overrides"] if o.get("disallow_untyped_defs"))
    assert {f"replication.{name}" for name in STRICT} <= set(strict["module"])
    assert strict["warn_return_any"]
    assert strict["disallow_any_generics"]
    for level in (settings, *settings["overrides"]):
        assert not {"ignore_errors", "disable_error_code", "exclude"} & set(level)
    ignored = [o for o in settings["overrides"] if o.get("ignore_missing_imports")]
    assert not any(name.startswith("replication") for o in ignored for name in o["module"])


def test_a_type_is_ignored_seldom_and_with_its_code_and_a_reason():
    found = [
        line.strip()
        for file in sorted((paths.ROOT / "replication").rglob("*.py"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if "type: ignore" in line
    ]
    unexplained = [
        line for line in found if not re.search("# type: ignore.[a-z-]+[]]  # [a-z].{10,}", line)
    ]
    assert unexplained == []
    assert len(found) <= 3
