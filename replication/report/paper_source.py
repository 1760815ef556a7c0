"""What the source of the paper asks for: numbers, conditions, answers, tables and figures, each with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "templates" / "paper.typ"
SUPPLEMENT = SOURCE.with_name("supplement.typ")
COMMON = SOURCE.with_name("common.typ")
REFERENCES = SOURCE.with_name("references.bib")

# Functions of the source whose first argument, a literal text, is answered from here.
NUMBERS = (
    "n",
    "n1",
    "int",
    "p",
    "pv",
    "pct",
    "pct1",
    "points",
    "ame",
    "ci",
    "est",
    "odds",
    "t",
    "code",
)
# At the end of a key: the result may be absent, and a dash with its reason stands there then.
ABSENT = "?"
CONDITION, ANSWER, TABLE, FIGURE = "when", "answer", "tab", "fig"
_CALL = re.compile(
    rf"(?<![\w-])({'|'.join((*NUMBERS, CONDITION, ANSWER, TABLE, FIGURE))})"
    r'\("([^"]*)"'
)
_COMPARED = re.compile(" (<=|>=|<|>|==) ")


@dataclass(frozen=True)
class Call:
    """One call in the source: the function, its first argument and the line, counted from 1."""

    form: str
    key: str
    line: int


@dataclass(frozen=True)
class Comparison:
    """One comparison of a condition: a key, an operator, and a number, a word or another key."""

    left: str
    operator: str
    right: str


def calls(source: str) -> list[Call]:
    """List every call in order; definitions and comments are left out."""
    return [
        Call(form, key, number)
        for number, line in enumerate(source.splitlines(), start=1)
        if not line.lstrip().startswith("//")
        for form, key in _CALL.findall(line)
    ]


def comparisons(condition: str) -> tuple[str, list[Comparison]]:
    """Take a condition apart: ``and`` or ``or``, and its comparisons.

    Raises
    ------
    ValueError
        When it mixes ``and`` with ``or``, or a part is no comparison.
    """
    joint = "or" if " or " in condition else "and"
    parts = condition.split(f" {joint} ")
    taken = [_COMPARED.split(part) for part in parts]
    if any(len(words) != 3 for words in taken):  # noqa: PLR2004 - left, operator, right
        raise ValueError(
            f"condition {condition!r}: allowed are comparisons `key < value` (also >, <=, >=, ==) "
            "joined by `and` alone or by `or` alone"
        )
    return joint, [Comparison(*words) for words in taken]


def keys_of(call: Call) -> list[str]:
    """Keys of results that a call needs."""
    if call.form == CONDITION:
        return [
            side
            for comparison in comparisons(call.key)[1]
            for side in (comparison.left, comparison.right)
            if is_key(side)
        ]
    return [call.key] if call.form in NUMBERS else []


def declared(key: str) -> tuple[str, bool]:
    """Take the mark off a key; a question mark at its end declares that the data may have no such result."""
    return key.removesuffix(ABSENT), key.endswith(ABSENT)


def is_key(text: str) -> bool:
    """Tell a key from a number or a quoted word, by the dot after its first word."""
    return re.match(r"[A-Za-z_]\w*[.]", text) is not None
