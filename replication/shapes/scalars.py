"""Shapes of single values."""
# ruff: noqa: D102 - what the methods do is said once, at the protocol Shape

from __future__ import annotations

import calendar
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from replication.csv_cells import MISSING_WORDS, WRITTEN
from replication.near_names import nearest
from replication.shapes.base import (
    INTEGER,
    INVALID,
    TAG,
    WORDS_OF_NOTHING,
    Report,
    Schema,
    scalar,
    show,
    unfit,
)
from replication.yaml_reading import REFUSED_CHARACTERS, PathParts, shorten

_DECIMAL = re.compile(f"{INTEGER.pattern}([.][0-9]{{1,12}})?")
_DATE = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DATE_IN_SCHEMA = "[0-9]{4}-(00-00|(0[1-9]|1[0-2])-(0[0-9]|[12][0-9]|3[01]))"
_MONTHS = 12

# A cell of a spreadsheet that begins with one of these is run as a formula.
_FORMULA = "=+@-"

# How alike a slip and the word that was meant are, by difflib.
_ALIKE = 0.75


class Single(ABC):
    """A value that either fits or does not; there is nothing more to say about it."""

    @property
    @abstractmethod
    def allowed(self) -> str: ...

    @abstractmethod
    def value(self, node: yaml.ScalarNode) -> Any:
        """Give the value of a node that fits, else INVALID."""

    def near(self, node: yaml.ScalarNode) -> str:  # noqa: ARG002 - most shapes have nothing to offer
        """Name what was probably meant by a node that does not fit; empty where nothing is near."""
        return ""

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            return unfit(self, node, path, report)
        value = self.value(node)
        return unfit(self, node, path, report, self.near(node)) if value is INVALID else value

    @abstractmethod
    def schema(self, definitions: Schema) -> Schema: ...


@dataclass(frozen=True)
class Text:
    """A text in one paragraph; line breaks of the file are read as spaces."""

    longest: int = 2000
    pattern: str = ".+"
    words: str = "text"
    longest_bytes: int | None = None  # in UTF-8

    @property
    def allowed(self) -> str:
        return self.words

    def check(self, node: yaml.Node, path: PathParts, report: Report) -> Any:
        if not isinstance(node, yaml.ScalarNode):
            return unfit(self, node, path, report)
        # An unquoted date is text to every reader but YAML 1.1, so it passes; other types do not.
        if node.tag not in (f"{TAG}str", f"{TAG}timestamp"):
            reason = "is read as a number, a truth value or null, not as text; put it in quotes"
            return report.add(node, path, f"{show(node)} {reason}; allowed: {self.words}")
        text = " ".join(node.value.strip().split("\n"))
        problem = self._problem(text)
        return report.add(node, path, problem) if problem else text

    def _problem(self, text: str) -> str | None:
        if not text:
            return f"is empty; allowed: {self.words}"
        if refused := REFUSED_CHARACTERS.search(text):
            return f"holds the character U+{ord(refused[0]):04X}, which is not allowed"
        if told := _misread(text) or self._too_long(text):
            return told
        if not re.fullmatch(self.pattern, text):
            return f"{shorten(text)} is not allowed; allowed: {self.words}"
        return None

    def _too_long(self, text: str) -> str | None:
        if len(text) > self.longest:
            return f"has {len(text)} characters; at most {self.longest} are allowed"
        size = len(text.encode())
        if self.longest_bytes is not None and size > self.longest_bytes:
            room = f"at most {self.longest_bytes} are allowed, which is what .sav files hold"
            return f"has {size} bytes in UTF-8; {room}"
        return None

    def schema(self, definitions: Schema) -> Schema:  # noqa: ARG002
        pattern = f"^(?![{_FORMULA}])(?!(?:{WORDS_OF_NOTHING})$)" + (
            "" if self.pattern == ".+" else f"({self.pattern})$"
        )
        return {"type": "string", "minLength": 1, "maxLength": self.longest, "pattern": pattern}


def _misread(text: str) -> str | None:
    """Say how another program would read a text as something else."""
    if text in MISSING_WORDS:
        return f"{text!r} is read as missing by other programs; write it out, or null for nothing"
    if text[0] in _FORMULA:
        return f"begins with {text[0]!r}, which spreadsheets run as a formula; begin otherwise"
    return None


@dataclass(frozen=True)
class Date(Single):
    """A date with 00 for an unknown day or month; with `span` also two with "to" between them."""

    span: bool = False

    @property
    def allowed(self) -> str:
        one = "a date year-month-day that exists, 00 for an unknown day or month"
        return f"{one}, or two with 'to' between them, the earlier first" if self.span else one

    def value(self, node: yaml.ScalarNode) -> Any:
        dates = node.value.split(" to ")
        sound = len(dates) <= 1 + self.span and all(map(_is_date, dates)) and dates == sorted(dates)
        return node.value if sound else INVALID

    def schema(self, definitions: Schema) -> Schema:  # noqa: ARG002
        second = f"( to {_DATE_IN_SCHEMA})?" if self.span else ""
        return {"type": "string", "pattern": f"^{_DATE_IN_SCHEMA}{second}$"}


@dataclass(frozen=True)
class Number(Single):
    """A number, or a whole number, not below `minimum`."""

    whole: bool
    minimum: float | None = None

    @property
    def allowed(self) -> str:
        kind = (
            "a whole number"
            if self.whole
            else f"a number written out, {WRITTEN} digits of it significant at most"
        )
        return kind if self.minimum is None else f"{kind}, {self.minimum:g} or more"

    def value(self, node: yaml.ScalarNode) -> Any:
        form = INTEGER if self.whole else _DECIMAL
        if node.tag not in (f"{TAG}int", f"{TAG}float") or not form.fullmatch(node.value):
            return INVALID
        # More digits would be rounded away where the table is written.
        if not self.whole and len(node.value.replace(".", "").strip("-0")) > WRITTEN:
            return INVALID
        value = float(node.value) if "." in node.value else int(node.value)
        return INVALID if self.minimum is not None and value < self.minimum else value

    def schema(self, definitions: Schema) -> Schema:  # noqa: ARG002
        limit = {} if self.minimum is None else {"minimum": self.minimum}
        return {"type": "integer" if self.whole else "number", **limit}


@dataclass(frozen=True)
class Flag(Single):
    """A truth value; yes, no, on and off are left to texts."""

    @property
    def allowed(self) -> str:
        return "true, false"

    def value(self, node: yaml.ScalarNode) -> Any:
        if node.tag == f"{TAG}bool" and node.value in ("true", "false"):
            return node.value == "true"
        return INVALID

    def schema(self, definitions: Schema) -> Schema:  # noqa: ARG002
        return {"type": "boolean"}


@dataclass(frozen=True)
class Choice(Single):
    """One of some codes, whole numbers or words, with labels (which may be empty) and rules."""

    labels: Mapping[Any, str]
    rules: Mapping[Any, str] = field(default_factory=dict)

    @property
    def allowed(self) -> str:
        named = [self._named(code) for code, label in self.labels.items() if label != code]
        return ", ".join(named or map(str, self.labels))

    def near(self, node: yaml.ScalarNode) -> str:
        """Find the code whose word or label is written nearly so."""
        written = {str(code): code for code in self.labels}
        written |= {str(label): code for code, label in self.labels.items() if label}
        close = nearest(node.value, written, alike=_ALIKE)
        return self._named(written[close[0]]) if close else ""

    def _named(self, code: int | str) -> str:
        # A meaning of several words stands apart from the word it explains.
        label = self.labels[code]
        return f"{code} ({label})" if label and label != str(code) else str(code)

    def value(self, node: yaml.ScalarNode) -> Any:
        code = scalar(node)
        return code if code is not None and code in self.labels else INVALID

    def schema(self, definitions: Schema) -> Schema:  # noqa: ARG002
        if not any(self.labels.values()):
            return {"enum": list(self.labels)}
        return {"oneOf": [self._constant(code, label) for code, label in self.labels.items()]}

    def _constant(self, code: int | str, label: str) -> Schema:
        rule = self.rules.get(code)
        return {"const": code, "title": label, **({"description": rule} if rule else {})}


def _is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if not match:
        return False
    year, month, day = map(int, match.groups())
    if year < 1 or month > _MONTHS:
        return False
    return day == 0 if month == 0 else day <= calendar.monthrange(year, month)[1]
