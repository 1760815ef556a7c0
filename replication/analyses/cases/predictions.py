"""What each theory leads one to observe, and how a case's agreed codes and facts answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from replication.codebook import Codebook
from replication.date_ranges import date_range, days_between
from replication.precision import percent
from replication.shapes import (
    Choice,
    Key,
    ListOf,
    Number,
    Record,
    Shape,
)
from replication.specifications import CELL, CODE, LINE, NAME, Specification, open_specification
from replication.yaml_reading import PathParts

AGREES, CONTRADICTS, MIXED, NO_EVIDENCE = "agrees", "contradicts", "mixed", "no evidence"
VERDICTS = (AGREES, MIXED, CONTRADICTS, NO_EVIDENCE)
_FIELDS = {
    "code": {"variable", "agrees", "contradicts"},
    "contrast": {"variable", "actor", "above"},
    "includes": {"variable", "item"},
    "before": {"first", "then", "never"},
    "share": {"part", "whole", "below"},
}
_CODES = ListOf(CODE)
_ARGUMENTS: dict[str, Shape] = {
    "variable": CELL, "agrees": _CODES, "contradicts": _CODES, "actor": NAME, "above": NAME, "item": NAME,
    "first": CELL, "then": CELL, "part": CELL, "whole": CELL, "below": Number(whole=False, minimum=0),
    "never": Record({"variable": Key(CELL), "codes": Key(_CODES)}),
}  # fmt: skip
RULE = Record(
    {
        "kind": Key(Choice(dict.fromkeys(_FIELDS, ""))),
        **{name: Key(shape, required=False) for name, shape in _ARGUMENTS.items()},
    }
)
_PREDICTION = {
    "theory": Key(NAME),
    "observable": Key(LINE),
    "prediction": Key(LINE),
    "rule": Key(RULE),
}
_PREDICTIONS = Record(
    {
        "theories": Key(ListOf(Record({"theory": Key(NAME), "label": Key(LINE)}))),
        "predictions": Key(ListOf(Record(_PREDICTION), unique=False)),
    }
)


@dataclass(frozen=True)
class CasePrediction:
    """One observable of one theory, with the rule that compares it to a case."""

    theory: str
    observable: str
    prediction: str
    rule: Mapping[str, Any]


@dataclass(frozen=True)
class Predictions:
    """All predictions in file order.

    Attributes
    ----------
    theories : dict of str to str
        Label of each theory.
    rows : tuple of CasePrediction
    """

    theories: dict[str, str]
    rows: tuple[CasePrediction, ...]

    def is_shared(self, prediction: CasePrediction) -> bool:
        """Whether another theory predicts the same by the same rule, so that it cannot tell them apart."""
        return any(
            other.rule == prediction.rule and other.theory != prediction.theory
            for other in self.rows
        )


@dataclass(frozen=True)
class RuleFinding:
    """What a case shows about one prediction.

    Attributes
    ----------
    verdict : str
        One of `VERDICTS`.
    observed : str
        The value in words.
    cells, facts : tuple of str
        Agreed cells (``military.io``) and facts that the verdict rests on.
    """

    verdict: str
    observed: str
    cells: tuple[str, ...] = ()
    facts: tuple[str, ...] = field(default=())


def read_predictions(path: Path, codebook: Codebook) -> Predictions:
    """Read predictions.yaml and check every rule against the codebook.

    Raises
    ------
    SpecificationError
        Naming file, row, field, value and what is allowed.
    """
    opened = open_specification(path, _PREDICTIONS)
    theories = {row["theory"]: row["label"] for row in opened.content["theories"]}
    for number, row in enumerate(opened.content["predictions"]):
        place = ("predictions", number)
        opened.require((*place, "theory"), row["theory"], theories)
        check_rule(row["rule"], codebook, opened, (*place, "rule"))
    rows = [CasePrediction(**row) for row in opened.settle()["predictions"]]
    return Predictions(theories, tuple(rows))


def finding(prediction: CasePrediction, case: Mapping[str, Any], codebook: Codebook) -> RuleFinding:
    """Compare one prediction with one case.

    Parameters
    ----------
    case : mapping
        A row of the case table, with positions of actors under ``actor.variable``.
    """
    return finding_by_rule(prediction.rule, case, codebook)


def finding_by_rule(
    rule: Mapping[str, Any], case: Mapping[str, Any], codebook: Codebook
) -> RuleFinding:
    """Compare one case with a rule, in the form of predictions.yaml."""
    return _RULES[rule["kind"]](rule, case, codebook)


def in_words(name: str, code: Any, codebook: Codebook) -> str:
    """Give the code of a cell with its label, ``2 reserved``."""
    if _missing(code):
        return "not known"
    variable = codebook.variables[name.rpartition(".")[2]]
    label = variable.labels.get(int(code), "")
    shown = (
        f"{int(code):+d}"
        if min(map(int, variable.labels), default=0) < 0 and code
        else f"{int(code)}"
    )
    return f"{shown} {label}".strip()


def check_rule(
    rule: Mapping[str, Any], codebook: Codebook, opened: Specification, place: PathParts
) -> None:
    """Hold a rule of a specification against its kind and the codebook; what is wrong is noted at `place`."""
    kind = rule["kind"]
    wrong = sorted(set(rule) ^ _FIELDS[kind] ^ {"kind"})
    if wrong:
        opened.refuse(
            place,
            f"unknown or missing keys {', '.join(wrong)}; a rule {kind} has {', '.join(sorted(_FIELDS[kind]))}",
        )
        return
    named = {
        key: rule[key] for key in ("variable", "first", "then", "part", "whole") if key in rule
    }
    if kind == "contrast":
        named = {key: f"{rule[key]}.{rule['variable']}" for key in ("actor", "above")}
    known = {*codebook.cells, *(variable.name for variable in codebook.fact)}
    for key, name in named.items():
        if name not in known:
            opened.refuse((*place, key), f"{name!r} is neither a cell nor a fact of the codebook")
    never = rule.get("never", {}).get("variable")
    if never is not None and never not in known:
        opened.refuse((*place, "never"), f"{never!r} is neither a cell nor a fact of the codebook")
    variable = codebook.variables.get(named.get("variable", "").rpartition(".")[2])
    if kind == "code" and variable is not None:
        for key in ("agrees", "contradicts"):
            for number, code in enumerate(rule[key]):
                opened.require((*place, key, number), code, variable.labels)


def _code(rule: Mapping[str, Any], case: Mapping[str, Any], codebook: Codebook) -> RuleFinding:
    name = rule["variable"]
    code = case[name]
    if _missing(code):
        return RuleFinding(NO_EVIDENCE, "not known", cells=(name,))
    verdict = MIXED
    if code in rule["agrees"]:
        verdict = AGREES
    elif code in rule["contradicts"]:
        verdict = CONTRADICTS
    return RuleFinding(verdict, in_words(name, code, codebook), cells=(name,))


def _contrast(rule: Mapping[str, Any], case: Mapping[str, Any], codebook: Codebook) -> RuleFinding:
    cells = tuple(f"{rule[key]}.{rule['variable']}" for key in ("actor", "above"))
    codes = [case[cell] for cell in cells]
    names = [codebook.actors[rule[key]].label for key in ("actor", "above")]
    shown = [
        f"{actor} {'not known' if _missing(code) else f'{int(code):+d}' if code else '0'}"
        for actor, code in zip(names, codes, strict=True)
    ]
    observed = f"{shown[0]}, {shown[1]}"
    if any(map(_missing, codes)):
        return RuleFinding(NO_EVIDENCE, observed, cells=cells)
    gap = codes[0] - codes[1]
    verdict = MIXED if gap == 0 else AGREES if gap > 0 else CONTRADICTS
    return RuleFinding(verdict, observed, cells=cells)


def _includes(rule: Mapping[str, Any], case: Mapping[str, Any], _: Codebook) -> RuleFinding:
    name = rule["variable"]
    if _missing(case[name]):
        return RuleFinding(NO_EVIDENCE, "not known", cells=(name,))
    listed = str(case[name]).split(";")
    verdict = AGREES if rule["item"] in listed else CONTRADICTS
    return RuleFinding(verdict, ", ".join(listed), cells=(name,))


def _before(rule: Mapping[str, Any], case: Mapping[str, Any], _: Codebook) -> RuleFinding:
    never = rule["never"]
    facts = (rule["first"], rule["then"])
    first, then = (date_range(case[name]) for name in facts)
    if then is None:
        return RuleFinding(NO_EVIDENCE, "no action is dated", facts=facts[1:])
    if first is None:
        code = case[never["variable"]]
        came = _missing(code) or code not in never["codes"]
        verdict, observed = (NO_EVIDENCE, "not dated") if came else (CONTRADICTS, "none came")
        return RuleFinding(verdict, observed, cells=(never["variable"],))
    low, high = days_between(first, then)
    verdict = AGREES if low >= 0 else CONTRADICTS if high < 0 else NO_EVIDENCE
    return RuleFinding(verdict, _days(low, high), facts=facts)


def _days(low: int, high: int) -> str:
    if low == high:
        side = "before" if low >= 0 else "after"
        return "same day" if low == 0 else f"{abs(low)} {'day' if abs(low) == 1 else 'days'} {side}"
    if high < 0:
        return f"{-high} to {-low} days after"
    return f"{low} to {high} days before"


def _share(rule: Mapping[str, Any], case: Mapping[str, Any], _: Codebook) -> RuleFinding:
    facts = (rule["part"], rule["whole"])
    part, whole = (case[name] for name in facts)
    if _missing(part) or _missing(whole):
        return RuleFinding(NO_EVIDENCE, "numbers not known", facts=facts)
    observed = f"{int(part)} of {int(whole)}"
    if not 0 <= part <= whole or whole == 0:
        reason = "no such force" if whole == 0 else f"{observed}: different forces are counted"
        return RuleFinding(NO_EVIDENCE, reason, facts=facts)
    verdict = AGREES if part / whole < rule["below"] else CONTRADICTS
    return RuleFinding(verdict, f"{percent(part / whole)}%, {observed}", facts=facts)


def _missing(code: object) -> bool:
    return bool(pd.isna(code))


_RULES: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any], Codebook], RuleFinding]] = {
    "code": _code,
    "contrast": _contrast,
    "includes": _includes,
    "before": _before,
    "share": _share,
}
