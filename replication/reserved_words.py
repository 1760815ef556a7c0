"""Words that Stata, SPSS and R keep for themselves and that can name no variable.

Stata: manual [U] 11.3, "Naming conventions". SPSS: Command Syntax Reference, "Variable Names". R: R Language
Definition, "Reserved words". The writer of .dta refuses such a name without saying which; the writer of .sav takes
it, and programs then rename the variable, as R does with columns of .csv.
"""

from __future__ import annotations

import re

_STATA = frozenset(["byte", "double", "float", "if", "in", "int", "long", "using", "with"])
_STATA_TEXT_TYPE = re.compile("str[0-9]+")
_SPSS = frozenset(
    ["all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"]
)
_R = frozenset(["break", "else", "for", "function", "next", "repeat", "while"])


def reserved_in(name: str) -> str:
    """Name the program that keeps this word for itself, or give an empty text."""
    if name in _STATA or _STATA_TEXT_TYPE.fullmatch(name):
        return "Stata"
    if name in _SPSS:
        return "SPSS"
    return "R" if name in _R else ""
