"""Waves of research: which cases came when, what each holds, and how far its passes agree.

Cases that were added later, when estimates of the earlier ones were known, are shown by themselves, so that a
reader sees whether they were gathered and coded like the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from replication.analyses.measurement.code_pairs import KEYS, as_written, passes_of
from replication.analyses.measurement.reliability import reliability_of
from replication.codebook import Codebook
from replication.shapes import Flag, Key, ListOf, Record, Text
from replication.specifications import LINE, NAME, open_specification

EVERY_WAVE, LATER = "all", "later"
EVERY_CELL = "every cell"
VARIABLES = ("io_sought", "military_opposition", "stabilization_burden", "force", "io")
CONTENT_COLUMNS = (
    "wave", "label", "told", "n_cases", "n_interventions", "n_evidence", "n_consulted", "n_sources",
    "n_codes", "share_consulted", "after_estimates",
)  # fmt: skip
AGREEMENT_COLUMNS = (
    "wave",
    "variable",
    "n_units",
    "agreement",
    "alpha",
    "alpha_low",
    "alpha_high",
    "note",
)

_SHAPE = ListOf(
    Record(
        {
            "wave": Key(NAME),
            "label": Key(LINE),
            "told": Key(Text()),
            "after_estimates": Key(Flag(), required=False),
            "cases": Key(ListOf(NAME)),
        }
    ),
    unique=False,
)


@dataclass(frozen=True)
class Wave:
    """One wave: its name, what tables call it, how and when its cases were chosen, and their ids."""

    wave: str
    label: str
    told: str
    cases: tuple[str, ...]
    after_estimates: bool = False


def read_waves(path: Path) -> tuple[Wave, ...]:
    """Read waves.yaml.

    Raises
    ------
    SpecificationError
        For what does not fit the shape, or a case in two waves.
    """
    opened = open_specification(path, _SHAPE)
    opened.require_once("wave")
    placed: dict[str, str] = {}
    for number, row in enumerate(opened.content):
        if row["wave"] in {EVERY_WAVE, LATER}:
            opened.refuse(
                (number, "wave"), f"{row['wave']!r} is kept for what is in no wave, or in any"
            )
        for place, case_id in enumerate(row["cases"]):
            if placed.setdefault(case_id, row["wave"]) != row["wave"]:
                opened.refuse(
                    (number, "cases", place), f"{case_id!r} is in {placed[case_id]} already"
                )
    return tuple(
        Wave(
            row["wave"],
            row["label"],
            row["told"],
            tuple(row["cases"]),
            row.get("after_estimates", False),
        )
        for row in opened.settle()
    )


def wave_members(waves: Sequence[Wave], case_ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """Give the ids of each wave among the cases there are; what no wave names is `LATER`.

    The first entry, `EVERY_WAVE`, holds all; waves without a case are left out.
    """
    present = set(case_ids)
    parts = {wave.wave: frozenset(wave.cases) & present for wave in waves}
    parts[LATER] = frozenset(present.difference(*parts.values()))
    return {EVERY_WAVE: frozenset(present)} | {name: ids for name, ids in parts.items() if ids}


def wave_contents(tables: Mapping[str, pd.DataFrame], waves: Sequence[Wave]) -> pd.DataFrame:
    """Count cases, items, sources and agreed codes of each wave.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        The derived tables ``cases``, ``evidence``, ``sources`` and ``codings``.
    waves : sequence of Wave

    Returns
    -------
    DataFrame
        Columns `CONTENT_COLUMNS`; ``share_consulted`` is the share of agreed codes that rest on an item read in
        its source; ``after_estimates`` is 1 where the cases were chosen when estimates existed, and empty where
        nobody has said.
    """
    agreed = tables["codings"].query("coding == 'agreed'").dropna(subset=["code"])
    known = {wave.wave: wave for wave in waves}
    rows = []
    for name, ids in wave_members(waves, list(tables["cases"]["case_id"])).items():
        own = {key: table[table["case_id"].isin(ids)] for key, table in tables.items()}
        codes = agreed[agreed["case_id"].isin(ids)]
        rows.append((
            name,
            known[name].label if name in known else name,
            known[name].told if name in known else "",
            len(ids),
            int((own["cases"]["sample"] == "intervention").sum()),
            len(own["evidence"]),
            int(own["evidence"]["consulted"].sum()),
            len(own["sources"]),
            len(codes),
            float(codes["consulted"].mean()) if len(codes) else None,
            int(known[name].after_estimates) if name in known else None,
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(CONTENT_COLUMNS)).astype({"after_estimates": "Int64"})


def wave_agreement(
    codings: pd.DataFrame, codebook: Codebook, waves: Sequence[Wave]
) -> pd.DataFrame:
    """Agreement of the passes by wave: over `EVERY_CELL`, and for the variables of the claims.

    Returns
    -------
    DataFrame
        Columns `AGREEMENT_COLUMNS`. Over every cell ``agreement`` is the share of equal pairs among cells that two
        passes coded, and there is no coefficient, since the scales differ.
    """
    rows = []
    for name, ids in wave_members(waves, list(dict.fromkeys(codings["case_id"]))).items():
        own = codings[codings["case_id"].isin(ids)]
        rows.append({"wave": name, "variable": EVERY_CELL, **_equal_pairs(own, codebook)})
        rows += [{"wave": name, **row} for row in _coefficients(own, codebook)]
    return pd.DataFrame(rows, columns=list(AGREEMENT_COLUMNS)).astype({"n_units": "Int64"})


def _equal_pairs(codings: pd.DataFrame, codebook: Codebook) -> dict[str, Any]:
    written = as_written(codings, codebook).dropna(subset=["code"])
    by_pass = {name: part.set_index(KEYS)["code"] for name, part in written.groupby("coding")}
    pairs = [
        pd.concat([by_pass[first], by_pass[second]], axis=1, join="inner").to_numpy()
        for first, second in combinations(passes_of(written), 2)
    ]
    equal = sum(int((pair[:, 0] == pair[:, 1]).sum()) for pair in pairs)
    of = sum(map(len, pairs))
    return {
        "n_units": of,
        "agreement": equal / of if of else None,
        "note": "" if of else "coded once only",
    }


def _coefficients(codings: pd.DataFrame, codebook: Codebook) -> Iterator[dict[str, Any]]:
    found = reliability_of(VARIABLES, codings, codebook)
    rows = {row["variable"]: row for row in found.to_dict("records")}
    for variable in VARIABLES:
        if variable in rows:
            yield {key: rows[variable][key] for key in AGREEMENT_COLUMNS if key != "wave"}
