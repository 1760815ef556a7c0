"""Which organisation was approached, by region and by military opposition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from replication.codebook import EMPTY_LIST, Codebook
from replication.dataset import SEPARATOR
from replication.shapes import Key, ListOf, Record
from replication.specifications import LINE, NAME, open_specification

OTHER = "other"
NOBODY = "nobody approached"
_OPPOSITION, _HIGH = "military_opposition", 2

_REGIONS = ListOf(Record({"region": Key(LINE), "families": Key(ListOf(NAME))}), unique=False)


def read_regions(path: Path) -> dict[str, str]:
    """Region of each crisis family, from regions.yaml.

    Raises
    ------
    SpecificationError
        For what does not fit the shape, or a family in two regions.
    """
    opened = open_specification(path, _REGIONS)
    opened.require_once("region")
    regions: dict[str, str] = {}
    for number, row in enumerate(opened.content):
        for place, family in enumerate(row["families"]):
            if regions.setdefault(family, row["region"]) != row["region"]:
                opened.refuse(
                    (number, "families", place), f"{family!r} is in {regions[family]} already"
                )
    opened.settle()
    return regions


def venues(cases: pd.DataFrame, regions: Mapping[str, str], codebook: Codebook) -> pd.DataFrame:
    """Count cases by the organisations approached; a case that approached several counts for each.

    Returns
    -------
    DataFrame
        One row for each grouping (region, military opposition, sample, all), group and
        organisation: ``n_cases`` of the group with a known code, ``n`` that approached the
        organisation, ``share``, and their ids.
    """
    known = cases[cases["io_venue"].notna()]
    listed = known["io_venue"].astype(str).str.split(SEPARATOR)
    approached = [[NOBODY] if words == [EMPTY_LIST] else words for words in listed]
    codes = list(codebook.variables["io_venue"].labels)
    occurring = {word for words in approached for word in words}
    names = [code for code in codes if code in occurring] + [NOBODY]
    rows = []
    for grouping, groups in _groupings(known, regions):
        for group in dict.fromkeys(groups):
            inside = (groups == group).to_numpy(dtype=bool)
            for name in names:
                took = [
                    case_id
                    for case_id, chosen, words in zip(
                        known["case_id"], inside, approached, strict=True
                    )
                    if chosen and name in words
                ]
                counts = {"n_cases": int(inside.sum()), "n": len(took)}
                keys = {"grouping": grouping, "group": group, "venue": name}
                share = len(took) / int(inside.sum())
                rows.append({**keys, **counts, "share": share, "cases": SEPARATOR.join(took)})
    columns = ["grouping", "group", "venue", "n_cases", "n", "share", "cases"]
    return pd.DataFrame(rows, columns=columns)


def _groupings(known: pd.DataFrame, regions: Mapping[str, str]) -> Iterator[tuple[str, pd.Series]]:
    yield "region", known["crisis_family"].map(lambda family: regions.get(family, OTHER))
    yield "military opposition", known[_OPPOSITION].map(_opposition)
    yield "sample", known["sample"]
    yield "all", known["sample"].map(lambda _: "all cases")


def _opposition(code: float) -> str:
    if pd.isna(code):
        return "not known"
    return "reserved or opposed" if code >= _HIGH else "supportive or acquiescent"
