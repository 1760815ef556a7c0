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
    """Drafts of the forms that are open, one a window, by case and view."""

    def __init__(self, cases: Path) -> None:
        self._folder = cases / FOLDER

    @staticmethod
    def check_name(name: str) -> None:
        """Refuse a name that no window has.

        Raises
        ------
        ValueError
            Saying what a name is.
        """
        if not _NAME.fullmatch(name):
            raise ValueError("a draft is named by letters and digits")

    def keep(self, case: str, view: str, name: str, draft: dict[str, Any]) -> None:
        """Write one draft whole, or not at all.

        Raises
        ------
        ValueError
            For a name that no window has.
        """
        write_text(self._path(case, view, name), json.dumps({"name": name, **draft}))

    def drop(self, case: str, view: str, name: str) -> None:
        """Remove a draft that was saved or thrown away.

        Raises
        ------
        ValueError
            For a name that no window has.
        """
        self._path(case, view, name).unlink(missing_ok=True)

    def of(self, case: str, view: str) -> list[dict[str, Any]]:
        """Give the drafts of one view of a case; a file that cannot be read is passed over."""
        found = []
        for path in sorted(self._folder.glob(f"{case}.{view}.*.json")):
            try:
                found.append(json.loads(path.read_text(encoding="utf-8")))
            except (OSError, ValueError):
                continue
        return found

    def _path(self, case: str, view: str, name: str) -> Path:
        self.check_name(name)
        return self._folder / f"{case}.{view}.{name}.json"
