"""Words that Stata and SPSS keep for themselves and that can name no variable.

Stata: manual [U] 11.3, "Naming conventions". SPSS: Command Syntax Reference, "Variable Names". The writer of
.dta refuses such a name without saying which; the writer of .sav takes it, and programs then rename the variable.
"""

from __future__ import annotations

import re

_STATA = frozenset(["byte", "double", "float", "if", "in", "int", "long", "using", "with"])
_STATA_TEXT_TYPE = re.compile("str[0-9]+")
_SPSS = frozenset(
    ["all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"]
)


def reserved_in(name: str) -> str:
    """Name the program that keeps this word for itself, or give an empty text."""
    if name in _STATA or _STATA_TEXT_TYPE.fullmatch(name):
        return "Stata"
    return "SPSS" if name in _SPSS else ""
