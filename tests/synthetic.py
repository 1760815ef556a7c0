"""Invented projects of any size: case files from a seed, with names and codes at the edge of what is allowed.

Everything is made from the codebook, so a variable that is added there is filled here too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import yaml

from replication.codebook import Codebook, Variable

# Long, non-Latin, right to left, combining, and text that other programs would take for their own.
NAMES = (
    "An Operation Whose Name Is Much Longer Than Any Column of Any Table Was Made to Hold, Ever",
    "人道支援作戦 2031",
    "عملية الإغاثة في الجبال",
    "Ñandú & Ço % of $5 #1 _under_ ^up^ ~tilde~",
    "<script>alert(1)</script> <b>bold</b>",
    "Пустыня " + "Ы" * 60,
    "a̐éö̲ and ﬁligature",
    "ዘመቻ ምዕራብ",
)


@dataclass(frozen=True)
class Plan:
    """What kind of project to invent.

    Attributes
    ----------
    count : int
        Number of cases.
    fixed : mapping of str to code
        Case variables that have one code everywhere: ``{"io_sought": 0}``.
    administrations : int
        Number of administrations, parties in turn.
    missing : float
        Share of cells without a code.
    drafts : int
        So many of the cases are drafts.
    """

    count: int
    fixed: dict[str, object] = field(default_factory=dict)
    administrations: int = 4
    missing: float = 0.1
    drafts: int = 0
    seed: int = 1


def write_cases(folder: Path, codebook: Codebook, plan: Plan) -> None:
    """Write the case files of an invented project into a folder that may not exist yet."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(plan.seed)
    for number in range(plan.count):
        case_id = f"synthetic_{number}"
        content = _case(case_id, number, codebook, plan, rng)
        text = yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        (folder / f"{case_id}.yaml").write_text(text, encoding="utf-8")


def _case(
    case_id: str, number: int, codebook: Codebook, plan: Plan, rng: np.random.Generator
) -> dict[str, object]:
    day = date.fromordinal(date(1990, 1, 1).toordinal() + 41 * number).isoformat()
    leader = number % plan.administrations
    identity = {
        "case_title": f"{NAMES[number % len(NAMES)]} {number}",
        "target_state": NAMES[(number + 1) % len(NAMES)],
        "iso3": "ATL",
        "administration": f"{NAMES[leader % len(NAMES)][:30]} {leader}",
        "president_party": "DR"[leader % 2],
        "crisis_family": f"family_{number // 3}",
        "decision_date": day,
        "recchia_case": number < 2,
        "decision": "The president decided.",
    }
    out: dict[str, object] = {
        "case_id": case_id,
        "status": "draft" if number < plan.drafts else "released",
    }
    for variable in codebook.identity:
        if variable.derive is None and variable.name != "case_id":
            out[variable.key] = identity.get(variable.name, _value(variable, rng))
    out["facts"] = {
        v.key: {"value": _fact(v, day, rng), "source": ["K1"], "consulted": True}
        for v in codebook.fact
    }
    source = {"author": None, "title": "A title", "publisher": None, "date": None, "url": None}
    out["sources"] = {"K1": {"type": next(iter(codebook.source_types)), **source}}
    item = f"{case_id}-e01"
    out["evidence"] = [
        {
            "id": item,
            "about": list(codebook.cells),
            "statement": f"What {NAMES[number % len(NAMES)]} was about.",
            "when": day,
            "source": ["K1"],
            "consulted": bool(rng.random() < 0.8),
        }
    ]
    agreed = {name: _code(name, v, plan, rng) for name, v in codebook.cells.items()}
    out["codings"] = {
        "pass_1": _coding(agreed, item, rng, codebook, settled=False),
        "pass_2": _coding(_slips(agreed, codebook, rng), item, rng, codebook, settled=False),
        "agreed": _coding(agreed, item, rng, codebook, settled=True),
    }
    return out


def _value(variable: Variable, rng: np.random.Generator) -> object:
    if variable.type == "flag":
        return bool(rng.integers(2))
    if variable.labels:
        codes = list(variable.labels)
        if variable.type == "list":
            return [code for code in codes if rng.random() < 0.3]
        return codes[int(rng.integers(len(codes)))]
    return {"integer": 2, "number": 1.5, "text": "text", "id": "word"}.get(variable.type)


def _fact(variable: Variable, day: str, rng: np.random.Generator) -> object:
    if rng.random() < 0.3:
        return None
    values = {
        "date": day,
        "integer": int(rng.integers(0, 5000)),
        "number": float(np.round(rng.random() * 12, 1)),
        "text": "text",
    }
    return values.get(variable.type, _value(variable, rng))


def _code(name: str, variable: Variable, plan: Plan, rng: np.random.Generator) -> object:
    drawn, missing = _value(variable, rng), rng.random() < plan.missing
    if name in plan.fixed:
        return plan.fixed[name]
    return None if missing else drawn


def _slips(
    codes: dict[str, object], codebook: Codebook, rng: np.random.Generator
) -> dict[str, object]:
    """Codes of a second reader, who differs now and then."""
    return {
        name: _value(codebook.cells[name], rng) if rng.random() < 0.1 and code is not None else code
        for name, code in codes.items()
    }


def _coding(
    codes: dict[str, object],
    item: str,
    rng: np.random.Generator,
    codebook: Codebook,
    *,
    settled: bool,
) -> dict[str, object]:
    coding: dict[str, dict[str, object]] = {"case": {}, "actors": {}}
    for name, code in codes.items():
        cell = {
            # A copy, because YAML would write the second mention of one list as an alias.
            "code": [*code] if isinstance(code, list) else code,
            "confidence": None if code is None else int(rng.integers(1, 4)),
            "evidence": [] if code is None else [item],
            "why": "A reason.",
        }
        if settled:
            cell["settled"] = None if code is None else next(iter(codebook.settled))
        actor, _, variable = name.rpartition(".")
        home = coding["actors"].setdefault(actor, {}) if actor else coding["case"]
        home[variable] = cell
    return coding
