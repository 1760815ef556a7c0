"""How reliable the sources are, by the rule of the codebook, and which codes rest on unvetted ones alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

from replication.casefile import AGREED
from replication.codebook import Codebook
from replication.dataset import SEPARATOR
from replication.specifications import SpecificationError, require_fields

OFFICIAL, UNVETTED = "official", "unvetted"
ALL = "all"
SOURCE_COLUMNS = ("case_id", "source", "type", "publisher", "grade", "reason")
CELL_COLUMNS = (
    "case_id", "actor", "variable", "code", "confidence", "best_grade", "unvetted_only", "sources",
)  # fmt: skip
BASE_COLUMNS = (
    "variable", "actor", "n_coded", "n_thin", "share_thin", "n_unvetted_only", "share_unvetted_only",
    "n_official", "n_scholarly", "note",
)  # fmt: skip
_THIN = 1


@dataclass(frozen=True)
class Grades:
    """The rule: a grade for each type of source, and for each publisher that is named.

    Attributes
    ----------
    order : tuple of str
        Grades from the best to the worst.
    types, publishers : mapping of str to str
    """

    order: tuple[str, ...]
    types: Mapping[str, str]
    publishers: Mapping[str, str]

    def best(self, found: list[str]) -> str:
        """Best of some grades; empty for none."""
        return min(found, key=self.order.index, default="")


def read_grades(path: Path, codebook: Codebook) -> Grades:
    """Read source_grades.yaml.

    Raises
    ------
    SpecificationError
        For a grade or type that the codebook does not have, a type without a grade, or a publisher named twice.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    require_fields(content, {"types": dict, "publishers": dict}, path.name)
    order = tuple(codebook.source_grades)
    unlike = set(content["types"]) ^ set(codebook.source_types)
    if unlike:
        raise SpecificationError(
            f"{path.name}: types: {sorted(unlike)} differ from the codebook's; "
            f"allowed: {', '.join(codebook.source_types)}"
        )
    for part, words in (
        ("types", content["types"].values()),
        ("publishers", content["publishers"]),
    ):
        stray = sorted(set(words) - set(order))
        if stray:
            raise SpecificationError(
                f"{path.name}: {part}: {stray} are not allowed; allowed: {', '.join(order)}"
            )
    publishers: dict[str, str] = {}
    for grade, names in content["publishers"].items():
        for name in names:
            if name in publishers:
                raise SpecificationError(f"{path.name}: publishers: {name!r} stands twice")
            publishers[name] = grade
    return Grades(order, content["types"], publishers)


def graded_sources(sources: pd.DataFrame, grades: Grades) -> pd.DataFrame:
    """Give every source its grade and the reason for it.

    Returns
    -------
    DataFrame
        Columns `SOURCE_COLUMNS`, one row a source, in the order given.
    """
    patterns = {name: re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") for name in grades.publishers}
    rows = []
    for row in sources.to_dict("records"):
        publisher = row["publisher"] if isinstance(row["publisher"], str) else ""
        grade, reason = _grade(row["type"], publisher, grades, patterns)
        keys = {name: row[name] for name in ("case_id", "source", "type")}
        rows.append({**keys, "publisher": publisher, "grade": grade, "reason": reason})
    return pd.DataFrame(rows, columns=list(SOURCE_COLUMNS))


def _grade(
    kind: str, publisher: str, grades: Grades, patterns: Mapping[str, re.Pattern[str]]
) -> tuple[str, str]:
    usual = grades.types[kind]
    if usual == OFFICIAL:
        return usual, "type"
    named = [name for name, pattern in patterns.items() if pattern.search(publisher)]
    if not named:
        return usual, "type" if publisher else "type, no publisher named"
    grade = grades.best([grades.publishers[name] for name in named])
    return grade, next(name for name in named if grades.publishers[name] == grade)


def graded_cells(
    codings: pd.DataFrame, evidence: pd.DataFrame, graded: pd.DataFrame, grades: Grades
) -> pd.DataFrame:
    """Say for every coded cell of every pass how good the best source of its items is.

    ``unvetted_only`` is 1 where the items cited name a source and none of these is better than unvetted.

    Returns
    -------
    DataFrame
        ``coding`` and the columns `CELL_COLUMNS`, in the order of the codings.
    """
    grade_of = dict(
        zip(zip(graded["case_id"], graded["source"], strict=True), graded["grade"], strict=True)
    )
    sources_of = {row["evidence_id"]: _words(row["source"]) for row in evidence.to_dict("records")}
    rows = []
    for cell in codings.dropna(subset=["code"]).to_dict("records"):
        keys = [key for item in _words(cell["evidence"]) for key in sources_of.get(item, [])]
        best = grades.best([grade_of[cell["case_id"], key] for key in keys])
        rows.append({
            **{name: cell[name] for name in ("coding", "case_id", "actor", "variable", "code", "confidence")},
            "best_grade": best, "unvetted_only": int(best == UNVETTED),
            "sources": SEPARATOR.join(dict.fromkeys(keys)),
        })  # fmt: skip
    return pd.DataFrame(rows, columns=["coding", *CELL_COLUMNS])


def with_unvetted_only(codings: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Add the column ``unvetted_only`` of `graded_cells` to the codings; 0 where there is no code."""
    keys = ["coding", "case_id", "actor", "variable"]
    marks = cells[[*keys, "unvetted_only"]]
    merged = codings.merge(marks, on=keys, how="left", validate="one_to_one")
    return merged.fillna({"unvetted_only": 0}).astype({"unvetted_only": int})


def grade_base(cells: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Count agreed codes that are thin, and that rest on unvetted sources alone, by variable and actor.

    Returns
    -------
    DataFrame
        Columns `BASE_COLUMNS`; a row for all codes, one for each variable, and one for each actor's.
    """
    agreed = cells[cells["coding"] == AGREED]
    rows = [_base(agreed, ALL, "")]
    for variable in (*codebook.case, *codebook.actor):
        own = agreed[agreed["variable"] == variable.name]
        rows.append(_base(own, variable.name, ""))
        if variable.level == "actor":
            rows += [
                _base(own[own["actor"] == actor], variable.name, actor) for actor in codebook.actors
            ]
    return pd.DataFrame(rows, columns=list(BASE_COLUMNS))


def _base(cells: pd.DataFrame, variable: str, actor: str) -> dict[str, object]:
    n = len(cells)
    thin, unvetted = int((cells["confidence"] == _THIN).sum()), int(cells["unvetted_only"].sum())
    return {
        "variable": variable, "actor": actor, "n_coded": n,
        "n_thin": thin, "share_thin": thin / n if n else None,
        "n_unvetted_only": unvetted, "share_unvetted_only": unvetted / n if n else None,
        "n_official": int((cells["best_grade"] == OFFICIAL).sum()),
        "n_scholarly": int((cells["best_grade"] == "scholarly").sum()),
        "note": "" if n else "no code",
    }  # fmt: skip


def _words(joined: object) -> list[str]:
    return joined.split(SEPARATOR) if isinstance(joined, str) and joined else []
