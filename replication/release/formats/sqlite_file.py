"""All tables in one SQLite file, with keys, the codebook and views; for people who query.

Written with sqlite3 of the standard library, the same bytes for the same data: a fixed number stands where SQLite
puts its own version (bytes 96 to 99 of the header, "The database header" of its file format), which is for information.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd

from replication.codebook import Codebook, read_codebook
from replication.dataset import KEYS
from replication.files import replacing
from replication.tables import read_table

_VERSION_PLACE, _VERSION = 96, (3_040_000).to_bytes(4, "big")
_TYPES = {"i": "INTEGER", "u": "INTEGER", "f": "REAL", "b": "INTEGER"}
_VIEWS = {
    "agreed_codes": """
        SELECT c.case_id, k.case_title, k.sample, c.actor, c.variable, c.code, c.confidence, c.why
        FROM codings c JOIN cases k USING (case_id) WHERE c.coding = 'agreed'""",
    "cited_evidence": """
        SELECT c.case_id, c.coding, c.actor, c.variable, c.code, e.evidence_id, e.statement, e."when"
        FROM codings c JOIN evidence e ON e.case_id = c.case_id
        AND ';' || c.evidence || ';' LIKE '%;' || e.evidence_id || ';%'""",
    "evidence_sources": """
        SELECT e.evidence_id, s.* FROM evidence e JOIN sources s ON s.case_id = e.case_id
        AND ';' || e.source || ';' LIKE '%;' || s.source || ';%'""",
}


def write_sqlite(path: Path, root: Path) -> None:
    """Write the derived tables with their keys, the results, the codebook and the views.

    Raises
    ------
    sqlite3.IntegrityError
        Where a row points at a case that is not there.
    """
    book = read_codebook(root / "data" / "raw" / "codebook.yaml")
    with replacing(path) as draft:
        with closing(sqlite3.connect(draft)) as base:
            base.execute("PRAGMA foreign_keys = ON")
            for name, file in _tables(root, book):
                _fill(base, name, read_table(file, book), _keys(name, book))
            for name, query in _VIEWS.items():
                base.execute(f"CREATE VIEW {name} AS {query}")
            base.commit()
            base.execute("VACUUM")
        with draft.open("r+b") as content:
            content.seek(_VERSION_PLACE)
            content.write(_VERSION)


def _tables(root: Path, book: Codebook) -> Iterator[tuple[str, Path]]:
    """Give derived tables under their names, results with ``result_`` before them."""
    yield from ((name, root / "data" / "derived" / f"{name}.csv") for name in book.tables)
    yield "codebook", root / "output" / "codebook.csv"
    yield "estimates", root / "output" / "estimates.csv"
    for path in sorted((root / "output" / "results").glob("*.csv")):
        yield f"result_{path.stem}", path


def _keys(name: str, book: Codebook) -> list[str]:
    """Declare the keys; an actor may be missing in the key of the codings, which SQLite lets stand."""
    if name not in book.tables:
        return []
    keys = [f"PRIMARY KEY ({_listed(KEYS[name])})"]
    return keys if name == "cases" else [*keys, "FOREIGN KEY (case_id) REFERENCES cases (case_id)"]


def _fill(base: sqlite3.Connection, name: str, frame: pd.DataFrame, keys: list[str]) -> None:
    kinds = {column: _TYPES.get(kind.kind, "TEXT") for column, kind in frame.dtypes.items()}
    columns = [f'"{column}" {kind}' for column, kind in kinds.items()]
    base.execute(f'CREATE TABLE "{name}" ({", ".join([*columns, *keys])})')
    marks = ", ".join("?" * len(columns))
    rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
    base.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)  # noqa: S608 - names are our own


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
