"""Lists of words as people type them behind `CASE=` and the like."""

from __future__ import annotations

import re
from collections.abc import Iterable


def words(text: str | Iterable[str] | None) -> list[str]:
    """Part what is typed at spaces, commas and semicolons, each word once."""
    joined = text if isinstance(text, str) else " ".join(text or ())
    return list(dict.fromkeys(word for word in re.split("[ ,;]+", joined) if word))


def case_ids(text: str | Iterable[str] | None) -> list[str]:
    """Read ids of cases; the name of the file, with its folder or not, is one too."""
    ids = [re.sub(r".*[/\\]|[.]ya?ml$", "", word) for word in words(text)]
    return list(dict.fromkeys(ids))
