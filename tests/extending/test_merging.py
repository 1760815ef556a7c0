"""Two people and one repository: branches that add a case each and recode meet in git."""

import re
import shutil
import subprocess
import sys

import pytest
import yaml
from released_passes import copy_released_passes, released_passes

from replication import paths
from replication.casefile import check_cases
from replication.casefile.merging import merged_by_codes
from replication.casefile.model import CodedCell
from replication.casefile.splicing import spliced
from replication.codebook import read_codebook

BOOK = read_codebook(paths.CODEBOOK)
CASE = "libya_2011"


def with_pass(text, label, code, name="io_sought"):
    cell = CodedCell(code, 2, (f"{CASE}-e05",), f"Read by {label}.", None)
    return spliced(text, label, {name: cell})


def agreed(text, code):
    """Change the agreed code of military_opposition, as a person would by hand."""
    at = text.index("military_opposition:", text.index("  agreed:"))
    return text[:at] + re.sub("code: [0-9]", f"code: {code}", text[at:], count=1)


# Whatever it is now: the tests change it to 1 and to 3.
TEXT = agreed(released_passes(CASE), 2)


@pytest.fixture
def clone(tmp_path):
    """Make a clone with case files and something that is made, and tell git there how to merge."""
    root = tmp_path / "a clone"
    (root / "data" / "raw" / "cases").mkdir(parents=True)
    (root / "output").mkdir()
    shutil.copy(paths.ROOT / ".gitattributes", root)
    shutil.copytree(
        paths.ROOT / "replication", root / "replication",
        ignore=shutil.ignore_patterns("__pycache__"),
    )  # fmt: skip
    for name in (CASE, "kosovo_1999"):
        copy_released_passes(name, root / "data" / "raw" / "cases")
    write(root, case_of(CASE), TEXT)
    (root / "output" / "estimates.csv").write_text("estimate", encoding="utf-8")
    (root / "README.md").write_text(readme("one", "Words."), encoding="utf-8")
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.name", "A coder")
    git(root, "config", "user.email", "coder@example.org")
    git(root, "config", "core.autocrlf", "false")
    commit(root, "before")
    run = subprocess.run(
        [sys.executable, "-m", "replication", "merging"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return root


def readme(part, words):
    lines = (
        "# A title",
        "",
        "<!-- generated: results -->",
        part,
        "<!-- end of generated part -->",
        "",
    )
    return chr(10).join([*lines, words, ""])


def git(root, *words):
    run = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


def commit(root, message):
    git(root, "add", "--all")
    assert git(root, "commit", "-q", "-m", message)[0] == 0


def write(root, name, text):
    (root / name).write_bytes(text.encode("utf-8"))


def branch(root, name, files):
    git(root, "checkout", "-q", "main")
    assert git(root, "checkout", "-q", "-b", name)[0] == 0
    for file, text in files.items():
        write(root, file, text)
    commit(root, name)


def case_of(name):
    return f"data/raw/cases/{name}.yaml"


def test_two_branches_that_add_a_case_and_recode_one_meet_without_a_conflict(clone):
    new = {name: TEXT.replace(CASE, name) for name in ("oz_2011", "utopia_2011")}
    branch(clone, "anna", {
        case_of("oz_2011"): new["oz_2011"],
        case_of(CASE): with_pass(TEXT, "anna", 2),
        "output/estimates.csv": "of anna",
        "README.md": readme("of anna", "Words."),
    })  # fmt: skip
    branch(clone, "ben", {
        case_of("utopia_2011"): new["utopia_2011"],
        case_of(CASE): agreed(with_pass(TEXT, "ben", 1), 3),
        "output/estimates.csv": "of ben",
        "README.md": readme("of ben", "Other words."),
    })  # fmt: skip
    status, told = git(clone, "merge", "-q", "--no-edit", "anna")
    assert status == 0, told
    cases, faults, _ = check_cases(clone / "data" / "raw" / "cases", BOOK)
    assert faults == []
    assert {case.case_id for case in cases} == {CASE, "kosovo_1999", *new}
    merged = next(case for case in cases if case.case_id == CASE)
    assert merged.passes["anna"]["io_sought"].code == 2
    assert merged.passes["ben"]["io_sought"].code == 1
    assert merged.agreed["military_opposition"].code == 3
    text = (clone / case_of(CASE)).read_bytes().decode()
    assert set(TEXT.splitlines()) - set(text.splitlines()) == set()
    # What is made is left as this side has it; make all makes it anew.
    assert (clone / "output" / "estimates.csv").read_text(encoding="utf-8") == "of ben"
    assert (clone / "README.md").read_text(encoding="utf-8") == readme("of ben", "Other words.")


def test_without_being_told_git_finds_the_conflicts(clone):
    for name in ("rebuilt", "casefile", "filled"):
        git(clone, "config", "--unset", f"merge.{name}.driver")
    branch(clone, "anna", {case_of(CASE): with_pass(TEXT, "anna", 2), "output/estimates.csv": "a"})
    branch(clone, "ben", {case_of(CASE): with_pass(TEXT, "ben", 1), "output/estimates.csv": "b"})
    assert git(clone, "merge", "-q", "--no-edit", "anna")[0] != 0


def test_two_who_change_one_code_differently_are_left_a_conflict(clone):
    branch(clone, "anna", {case_of(CASE): agreed(TEXT, 1)})
    branch(clone, "ben", {case_of(CASE): agreed(TEXT, 3)})
    status, told = git(clone, "merge", "--no-edit", "anna")
    assert status != 0
    assert "CONFLICT" in told
    assert "<<<<<<<" in (clone / case_of(CASE)).read_text(encoding="utf-8")


def test_one_pass_with_two_codes_for_a_cell_is_a_conflict():
    assert merged_by_codes(TEXT, with_pass(TEXT, "anna", 1), with_pass(TEXT, "anna", 2)) is None


def test_a_further_cell_of_one_pass_joins_it():
    base = with_pass(TEXT, "anna", 1)
    ours = with_pass(base, "anna", 2, "io_obtained")
    theirs = with_pass(base, "anna", 2, "military_opposition")
    found = yaml.safe_load(merged_by_codes(base, ours, theirs))["codings"]["anna"]["case"]
    assert {name: cell["code"] for name, cell in found.items()} == {
        "io_sought": 1,
        "io_obtained": 2,
        "military_opposition": 2,
    }
