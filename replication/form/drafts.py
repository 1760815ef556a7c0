"""What was typed and not yet saved, beside the case files, in files that git passes over."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from replication.files import write_text

FOLDER = ".drafts"
_NAME = re.compile("[a-z0-9]{8,40}")


class Drafts:
    """Drafts of the forms that are open, one a window, by case and coding."""

    def __init__(self, cases: Path) -> None:
        self._folder = cases / FOLDER

    def keep(self, case: str, coding: str, name: str, draft: dict[str, Any]) -> None:
        """Write one draft whole, or not at all.

        Raises
        ------
        ValueError
            For a name that no window has.
        """
        write_text(self._path(case, coding, name), json.dumps({"name": name, **draft}))

    def drop(self, case: str, coding: str, name: str) -> None:
        """Remove a draft that was saved or thrown away.

        Raises
        ------
        ValueError
            For a name that no window has.
        """
        self._path(case, coding, name).unlink(missing_ok=True)

    def of(self, case: str, coding: str) -> list[dict[str, Any]]:
        """Give the drafts of one case and coding; a file that cannot be read is passed over."""
        found = []
        for path in sorted(self._folder.glob(f"{case}.{coding}.*.json")):
            try:
                found.append(json.loads(path.read_text(encoding="utf-8")))
            except (OSError, ValueError):
                continue
        return found

    def _path(self, case: str, coding: str, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("a draft is named by letters and digits")
        return self._folder / f"{case}.{coding}.{name}.json"
