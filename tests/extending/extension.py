"""Extend a copy of the project in every way that needs no program.

Added are cases, a family, an administration, a pass, a variable, a model and a claim.

    python tests/extending/extension.py FOLDER

changes the raw data in FOLDER, which is a copy of the project and never the project itself. What `make all`,
`make test` and `make compare` then say in FOLDER tells whether anything depends on the data of today.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from replication.casefile.model import CodedCell
from replication.casefile.scaffold import new_case
from replication.casefile.splicing import spliced
from replication.codebook import read_codebook

NEWLINE = "\n"
HERE = Path(__file__).resolve().parent
REAL = HERE.parent / "data" / "real" / "bosnia_relief_1993.yaml"
CASE = "bosnia_relief_1993"


@dataclass(frozen=True)
class Names:
    """Names of what is added: cases, a family, a region, a president, passes, a variable, a model, a claim.

    And of the released case that is coded anew.
    """

    second: str
    third: str
    draft: str
    family: str
    region: str
    administration: str
    coder: str
    first_pass: str
    variable: str
    model: str
    claim: str
    recoded: str


# A whole proof gives the names that a user would think of first, and the tests that run in the extended copy meet them.
USUAL = Names(
    second="oz_2024", third="oz_landing_2024", draft="oz_draft", family="oz", region="Oz",
    administration="Ozma", coder="anna", first_pass="first", variable="media_coverage",
    model="M9", claim="N1", recoded="kosovo_1999",
)  # fmt: skip
# The test of an extension has others, because it may stand in a copy that was extended by the usual ones.
OTHER = Names(
    second="erewhon_2024", third="erewhon_landing_2024", draft="erewhon_draft", family="erewhon",
    region="Erewhon", administration="Nosnibor", coder="tester", first_pass="opening",
    variable="poll_support", model="T9", claim="T1", recoded="haiti_1994",
)  # fmt: skip

_VARIABLE = """  - name: {variable}
    type: ordinal
    label: Coverage by the media of the target
    rule: How much the main newspapers wrote about the target in the month before the decision.
    values:
      0: little
      1: {{label: some, rule: 'On inner pages.'}}
      2: {{label: much, rule: 'On the first page.'}}
    missing: the evidence does not show it
"""
_MODEL = """- model: {model}
  label: Coverage
  outcome: sought
  sample: intervention
  terms: [{variable}]
  effects: [{variable}]
"""
_CLAIM = """- claim: {claim}
  label: 'Rival: coverage'
  statement: The more newspapers write about the target, the more the executive seeks endorsement.
  cases: []
  statistics:
    - model: {model}
      sample: intervention
      outcome: sought
      estimator: firth
      term: {variable}
      expected: 1
      scale: log-odds
      words: 'one step of coverage goes with a change of {{size}} percentage points in the probability of seeking'
      told: firth_ame
      checks: [exact, wild_bootstrap, permutation]
      beside: [permutation_blocked]
      cells: [io_sought, {variable}]
  also: []
  sets: {{}}
  timing: []
"""
_CODER = """- work: coding
  pass: {coder}
  cases: []
  by: people
  number: 1
  told: Coded from the sheet of evidence alone.
"""
_CORRECTION = """corrections:
  - cell: agreed.military_opposition
    old: 2
    new: 1
    reason: A further coder read the doubts as those of a minority, and so they are.
    evidence: [{item}]
"""
_REGION = """- {{region: {region}, families: [{family}]}}
"""
_ADMINISTRATION = """- {{administration: {administration}, party: R, first: '2024-03-01', last: '2024-12-31'}}
"""


def extend(root: Path, names: Names) -> None:
    """Change the raw data below `root` in each of these ways.

    The cases: one real case from outside the data; one of a new family under a new administration,
    coded once by a pass of another name; one for comparison, with short ids; and a draft.
    A released code is decided anew after a further coder has read five cases.
    """
    cases = root / "data" / "raw" / "cases"
    specifications = root / "data" / "raw" / "specifications"
    _write(cases / REAL.name, _read(REAL).replace("status: draft", "status: released"))
    _write(cases / f"{names.second}.yaml", _second(_read(cases / "libya_2011.yaml"), names))
    third = _renamed(_read(cases / "yemen_2024.yaml"), "yemen_2024", names.third)
    _write(cases / f"{names.third}.yaml", third.replace(f"{names.third}-e", "e"))
    codebook = root / "data" / "raw" / "codebook.yaml"
    new_case(cases, names.draft, read_codebook(codebook), names.coder)
    for case in ("kosovo_1999", "libya_2011", "haiti_1994", "somalia_1992", "liberia_2003", CASE):
        _with_pass(cases / f"{case}.yaml", names.coder)
    _recoded(cases / f"{names.recoded}.yaml")
    _with_variable(codebook, cases, names)
    for name, text in (
        ("models", _MODEL),
        ("claims", _CLAIM),
        ("coders", _CODER),
        ("regions", _REGION),
        ("administrations", _ADMINISTRATION),
    ):
        _append(specifications / f"{name}.yaml", text.format(**vars(names)))


def _second(text: str, names: Names) -> str:
    """Make a case of another family under another president, with one pass only."""
    text = _renamed(text, "libya_2011", names.second)
    for key, value in (
        ("administration", names.administration), ("president_party", "R"),
        ("crisis_family", names.family), ("decision_date", "'2024-03-19'"),
    ):  # fmt: skip
        text = re.sub(f"(?m)^{key}: .*$", f"{key}: {value}", text)
    text = text.replace("2011-", "2024-").replace("settled: third reading", "settled: one reading")
    text = text.replace("settled: passes agree", "settled: one reading")
    at, end = text.index("  pass_2:"), text.index("  agreed:")
    return (text[:at] + text[end:]).replace("  pass_1:", f"  {names.first_pass}:")


def _renamed(text: str, old: str, new: str) -> str:
    text = text.replace(old, new)
    return re.sub("(?m)^name: .*$", f"name: An invented case ({new})", text)


def _with_pass(path: Path, coder: str) -> None:
    """Put in three cells by a further coder, one step lower where the scale has it."""
    text = _read(path)
    item = re.search(r"(?m)^  - id: ([^ ]+)$", text)[1]
    cells = {
        name: CodedCell(code, 2, (item,), "Read anew.", None)
        for name, code in (
            ("io_sought", 2),
            ("military_opposition", 1),
            ("stabilization_burden", 2),
        )
    }
    _write(path, spliced(text, coder, cells))


def _recoded(path: Path) -> None:
    """Take the agreed code of military opposition from 2 to 1, as the further coder has it, and say so."""
    text = _read(path)
    at = text.index("      military_opposition:", text.index("  agreed:"))
    end = text.index("      stabilization_burden:", at)
    item = re.search(r"(?m)^  - id: ([^ ]+)$", text)[1]
    cell = text[at:end].replace("code: 2", "code: 1").replace("passes agree", "third reading")
    _write(path, text[:at] + cell + text[end:])
    _append(path, _CORRECTION.format(item=item))


def _with_variable(codebook: Path, cases: Path, names: Names) -> None:
    """Add the variable and code it in the agreed coding of each case but every tenth."""
    text = _read(codebook)
    added = _VARIABLE.format(variable=names.variable)
    at = text.index(f"{NEWLINE}actor:{NEWLINE}")
    _write(codebook, text[:at].rstrip() + NEWLINE + added + text[at:])
    for number, path in enumerate(sorted(cases.glob("*.yaml"))):
        case = _read(path)
        if number % 10 == 0 or "  agreed:" not in case:
            continue
        item = re.search(r"(?m)^  - id: ([^ ]+)$", case)[1]
        keys = (
            f"code: {number % 3}", "confidence: 2", f"evidence: [{item}]", "why: Counted.",
            "settled: one reading",
        )  # fmt: skip
        cell = [f"      {names.variable}:", *(f"        {key}" for key in keys)]
        head = NEWLINE.join(["  agreed:", "    case:", ""])
        _write(path, case.replace(head, head + NEWLINE.join([*cell, ""])))


def _append(path: Path, text: str) -> None:
    _write(path, _read(path).rstrip() + NEWLINE + text)


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    extend(Path(sys.argv[1]), USUAL)
