"""Results by key: ``model[.sample].estimator.term.quantity``, or ``table.value of each key column.column``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from replication import paths
from replication.codebook import read_codebook
from replication.registry import ESTIMATORS, MAIN_SAMPLE
from replication.report.inputs import placed
from replication.report.paper_keys import KEY_COLUMNS, SUMMARY_READS, WORDS
from replication.report.paper_summaries import SUMMARIES
from replication.specifications import read_models, read_samples
from replication.tables import Row, read_rows
from replication.terms import parse_term
from replication.workflow import table_file

_ESTIMATE_COLUMNS = ("model", "sample", "estimator", "term")
_KeyedRows = Mapping[str, Row | list[Row]]


@dataclass(frozen=True)
class FoundRow:
    """A row of a result and the file it stands in, relative to the project."""

    row: Row
    file: str


class PaperResults:
    """All results of a project, read when first asked for.

    Parameters
    ----------
    project : Path
        Folder that holds ``output`` and ``data``.
    """

    def __init__(self, project: Path | None = None) -> None:
        """Remember the folder; nothing is read yet."""
        self._project = project or paths.ROOT
        self._tables: dict[str, tuple[_KeyedRows, str]] = {}

    def row(self, key: str) -> FoundRow:
        """Find the row that a key without its last word names.

        Raises
        ------
        KeyError
            When there is no such row, or several; the message says which rows there are.
        """
        if "." not in key:
            raise KeyError(f"{key!r} names no row")
        rows, file, name = self._place(key)
        return FoundRow(_chosen(rows, name), file)

    def cell(self, key: str) -> tuple[str, str, str]:
        """Find one value: its text, empty where it is missing; why it is missing; and the file.

        Raises
        ------
        KeyError
            When the key names no row, or its last word no column.
        """
        of_row, _, column = key.rpartition(".")
        found = self.row(of_row)
        if column not in found.row:
            raise KeyError(f"{column!r} is no column of {found.file}; there are {list(found.row)}")
        value = found.row[column]
        reason = "" if value else found.row.get("note") or "this result has no value here"
        return value, reason, found.file

    def absence(self, key: str) -> tuple[str, str]:
        """Say why a key that was declared absent where it is used has no result, and in which file it would stand.

        Raises
        ------
        KeyError
            When a word of the key is none of a model, sample, estimator, variable, column or table.
        """
        rows, file, name = self._place(key)
        words = [word for part in name.split(".") for word in _words(part)]
        # A table without rows cannot say which columns it has.
        known = self._known | (_columns(rows) if rows else {words[-1]})
        unknown = [word for word in words if word not in known and not word.isdecimal()]
        if unknown:
            raise KeyError(
                f"{unknown} of {key!r} are no words of any key, model, sample or variable"
            )
        return f"no result for {name!r} in {file}", file

    def _place(self, key: str) -> tuple[_KeyedRows, str, str]:
        """Table that a key is looked up in, its file, and the key within it."""
        table, _, name = key.partition(".")
        if table in KEY_COLUMNS or table in SUMMARY_READS:
            return *self._table(table), name
        return self._estimates, _relative(table_file("estimates")), key

    def _table(self, table: str) -> tuple[_KeyedRows, str]:
        if table not in self._tables:
            if table in SUMMARY_READS:
                reads = SUMMARY_READS[table]
                rows = SUMMARIES[table](*(self._read(name) for name in reads))
                file = ";".join(_relative(table_file(name)) for name in reads)
                self._tables[table] = rows, file
            else:
                key_of = _key_of(KEY_COLUMNS[table])
                rows = {key_of(row): row for row in self._read(table)}
                self._tables[table] = rows, _relative(table_file(table))
        return self._tables[table]

    @cached_property
    def _known(self) -> frozenset[str]:
        specifications = placed(paths.SPECIFICATIONS, self._project)
        codebook = read_codebook(placed(paths.CODEBOOK, self._project))
        variables = {*codebook.variables, *codebook.actors, *codebook.cells}
        values = {str(code) for v in codebook.variables.values() for code in v.values}
        return frozenset({
            *WORDS, *ESTIMATORS, *read_models(specifications), *read_samples(specifications), *variables, *values,
        })  # fmt: skip

    @cached_property
    def _estimates(self) -> _KeyedRows:
        usual = {
            name: model.sample
            for name, model in read_models(placed(paths.SPECIFICATIONS, self._project)).items()
        }
        full = _key_of(_ESTIMATE_COLUMNS)
        short = _key_of(tuple(column for column in _ESTIMATE_COLUMNS if column != "sample"))
        rows: dict[str, list[Row]] = {}
        for row in self._read("estimates"):
            rows.setdefault(full(row), []).append(row)
            if row["sample"] == usual.get(row["model"], MAIN_SAMPLE):
                rows.setdefault(short(row), []).append(row)
        return rows

    def _read(self, table: str) -> list[Row]:
        return read_rows(placed(table_file(table), self._project))


def _words(part: str) -> list[str]:
    """Words of a part of a key that may be a term: variables, and the codes that they are cut at."""
    factors = parse_term(part).factors
    return [factor.variable for factor in factors] + [str(f.cut) for f in factors if f.cut]


def _key_of(columns: tuple[str, ...]) -> Callable[[Row], str]:
    return lambda row: ".".join(row[column] for column in columns)


def _columns(rows: _KeyedRows) -> frozenset[str]:
    first = next(iter(rows.values()), {})
    return frozenset(first[0] if isinstance(first, list) else first)


def _chosen(rows: _KeyedRows, key: str) -> Row:
    found = rows.get(key)
    if found is None:
        start = key.partition(".")[0]
        near = [name for name in rows if name.partition(".")[0] == start] or list(rows)
        raise KeyError(f"there is no {key!r}; there are, among others, {near[:12]}")
    if isinstance(found, list):
        if len(found) > 1:
            raise KeyError(f"{key!r} names {len(found)} rows; a sample must be named too")
        return found[0]
    return found


def _relative(path: Path) -> str:
    return path.relative_to(paths.ROOT).as_posix()
