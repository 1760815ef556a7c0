"""The map of exhibits: which line of which script makes which files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from replication import paths
from replication.workflow import (
    EXHIBIT_LISTS,
    exhibit_inputs,
    exhibit_lines,
    exhibit_modules,
    shown,
)

COLUMNS = ("exhibit", "title", "caption", "alt", "script", "line", "files", "data")


def exhibit_map(records: Iterable[Path]) -> pd.DataFrame:
    """One row an exhibit, tables first: columns `COLUMNS`; files are separated by semicolons.

    Parameters
    ----------
    records : iterable of Path
        What `write_exhibit` wrote about each exhibit: title, caption and description.
    """
    said = {record.stem: json.loads(record.read_text(encoding="utf-8")) for record in records}
    rows = []
    for name, (_, folder, suffixes) in EXHIBIT_LISTS.items():
        script = paths.SCRIPTS / name
        modules = exhibit_modules(script)
        for exhibit, line in exhibit_lines(script).items():
            files = ";".join(shown(folder / f"{exhibit}.{suffix}") for suffix in suffixes)
            data = ";".join(shown(file) for file in exhibit_inputs(modules[exhibit]))
            made = {"script": shown(script), "line": line, "files": files, "data": data}
            rows.append({**said[exhibit], **made})
    return pd.DataFrame(rows, columns=list(COLUMNS))
