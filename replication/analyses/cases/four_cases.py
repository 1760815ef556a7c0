"""The comparative-case side: what each theory predicts beside what the evidence of each case shows.

The cases compared are those marked `recchia_case`. The same rules are put to every other case, so
that it can be seen how unusual the pattern of the marked ones is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from replication.analyses.cases.predictions import (
    AGREES,
    CONTRADICTS,
    MIXED,
    NO_EVIDENCE,
    CasePrediction,
    Predictions,
    RuleFinding,
    finding,
)
from replication.codebook import Codebook
from replication.dataset import SEPARATOR
from replication.estimators.chosen_sets import SetTest, chosen_set_test
from replication.randomness import generator
from replication.registry import MAIN_SAMPLE

CHOSEN = "recchia_case"
# All predictions of a theory, or only those no other theory makes by the same rule.
BASES = ("all predictions", "own predictions")
_KEYS = ["case_id", "case_title", "sample", CHOSEN]


def compare_cases(
    cases: pd.DataFrame,
    actors: pd.DataFrame,
    codings: pd.DataFrame,
    evidence: pd.DataFrame,
    facts: pd.DataFrame,
    sources: pd.DataFrame,
    predictions: Predictions,
    codebook: Codebook,
) -> pd.DataFrame:
    """Judge every prediction in every case.

    Returns
    -------
    DataFrame
        One row for each prediction and case: the verdict, the observed value in words, the codes'
        lowest confidence, the ids behind it (items of evidence cited by the agreed coding; sources
        of facts as ``case/source``), how many of them were read in the source or rest on the
        author of the theory, and their balance by type of source.
    """
    positions = _positions(actors)
    agreed = codings[codings["coding"] == "agreed"].copy()
    agreed["cell"] = [
        f"{actor}.{variable}" if isinstance(actor, str) else variable
        for actor, variable in zip(agreed["actor"], agreed["variable"], strict=True)
    ]
    grounds = _Grounds(agreed, evidence, facts, sources)
    rows = [
        _row(
            prediction,
            predictions,
            {**case, **positions.get(case["case_id"], {})},
            grounds,
            codebook,
        )
        for prediction in predictions.rows
        for case in cases.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def score_cases(compared: pd.DataFrame) -> pd.DataFrame:
    """Score each theory in each case: (agrees - contradicts) / cells with evidence, mixed counting 0.

    The score runs from -1 to 1, and is missing where no cell has evidence. `basis` says whether it
    takes all predictions of the theory or only those that no other theory shares.
    """
    parts = [
        compared.assign(basis=BASES[0]),
        compared[compared["shared"] == 0].assign(basis=BASES[1]),
    ]
    counted = pd.concat(parts, ignore_index=True)
    keys = ["basis", "theory", "theory_label", *_KEYS]
    wide = pd.crosstab([counted[key] for key in keys], counted["verdict"])
    wide = wide.reindex(columns=[AGREES, MIXED, CONTRADICTS, NO_EVIDENCE], fill_value=0)
    order = counted.drop_duplicates(keys)[keys]
    scores = order.merge(wide.reset_index(), on=keys, how="left", validate="one_to_one")
    known = scores[AGREES] + scores[MIXED] + scores[CONTRADICTS]
    scores["score"] = (scores[AGREES] - scores[CONTRADICTS]) / known.where(known > 0)
    return scores.rename(columns={NO_EVIDENCE: "no_evidence"}).reset_index(drop=True)


def score_tests(scores: pd.DataFrame) -> pd.DataFrame:
    """Compare the marked cases with every set of as many cases of the intervention sample.

    One row a theory, and one for the difference of each pair of theories; cases without a score are
    left out.
    """
    pool = scores[(scores["sample"] == MAIN_SAMPLE) | (scores[CHOSEN] == 1)]
    rows = []
    for basis, part in pool.groupby("basis", sort=False):
        wide = part.pivot_table(index="case_id", columns="theory", values="score", sort=False)
        theories = [name for name in dict.fromkeys(part["theory"]) if name in wide]
        marked = set(part.loc[part[CHOSEN] == 1, "case_id"])
        contrasts = [(name, wide[name]) for name in theories]
        contrasts += [(f"{a} - {b}", wide[a] - wide[b]) for a, b in combinations(theories, 2)]
        for contrast, values in contrasts:
            known = values.dropna()
            test = chosen_set_test(
                known.to_numpy(dtype=float),
                known.index.isin(marked),
                rng=generator(f"four cases {basis} {contrast}"),
            )
            rows.append({"basis": basis, "contrast": contrast, **vars(test)})
    return pd.DataFrame(rows, columns=["basis", "contrast", *SetTest.__dataclass_fields__])


def evidence_balance(
    compared: pd.DataFrame, evidence: pd.DataFrame, sources: pd.DataFrame
) -> pd.DataFrame:
    """Count what each theory's verdicts in each case rest on, each item and each source once.

    One row for each theory, case and type of source, and one with type ``any`` for all items:
    how many, how many of them read in the source, and how many on the author of the theory.
    """
    items = evidence.set_index("evidence_id")[["consulted", "theory_author", "source_types"]]
    listed = sources.assign(id=sources["case_id"] + "/" + sources["source"], theory_author=0)
    listed = listed.rename(columns={"type": "source_types"}).set_index("id")[items.columns]
    known = pd.concat([items, listed]).to_dict("index")
    rows = []
    for keys, part in compared.groupby(["theory", "case_id", CHOSEN], sort=False):
        ids = dict.fromkeys(item for joined in part["ids"] for item in _words(joined))
        found = [known[item] for item in ids]
        types = dict.fromkeys(name for item in found for name in _words(item["source_types"]))
        for name in ("any", *types):
            chosen = [i for i in found if name in ("any", *_words(i["source_types"]))]
            counts = {
                "n_items": len(chosen),
                "n_consulted": sum(int(item["consulted"]) for item in chosen),
                "n_theory_author": sum(int(item["theory_author"]) for item in chosen),
            }
            rows.append({**dict(zip(_BALANCE_KEYS, keys, strict=True)), "type": name, **counts})
    columns = [*_BALANCE_KEYS, "type", "n_items", "n_consulted", "n_theory_author"]
    return pd.DataFrame(rows, columns=columns)


_BALANCE_KEYS = ("theory", "case_id", CHOSEN)


class _Grounds:
    """What verdicts rest on: cited evidence and the sources of facts, by case."""

    def __init__(
        self,
        agreed: pd.DataFrame,
        evidence: pd.DataFrame,
        facts: pd.DataFrame,
        sources: pd.DataFrame,
    ) -> None:
        keyed = agreed.set_index(["case_id", "cell"])
        self._cited = keyed["evidence"].to_dict()
        self._confidence = keyed["confidence"].to_dict()
        self._items = evidence.set_index("evidence_id").to_dict("index")
        self._facts = facts.set_index(["case_id", "fact"]).to_dict("index")
        self._types = sources.set_index(["case_id", "source"])["type"].to_dict()

    def of(self, case_id: str, found: RuleFinding) -> dict[str, Any]:
        """Ids, counts and balance by type of source."""
        cited = [_words(self._cited.get((case_id, cell))) for cell in found.cells]
        items = list(dict.fromkeys(item for cell in cited for item in cell))
        keys = [
            key
            for fact in found.facts
            for key in _words(self._facts.get((case_id, fact), {}).get("source"))
        ]
        keys = list(dict.fromkeys(keys))
        types = Counter(t for item in items for t in _words(self._items[item]["source_types"]))
        types.update(self._types[case_id, key] for key in keys)
        levels = [self._confidence.get((case_id, cell), np.nan) for cell in found.cells]
        known = [level for level in levels if not pd.isna(level)]
        read = sum(int(self._items[item]["consulted"]) for item in items)
        read += sum(self._fact_read(case_id, key, found.facts) for key in keys)
        return {
            "confidence": int(min(known)) if known else pd.NA,
            "ids": SEPARATOR.join([*items, *(f"{case_id}/{key}" for key in keys)]),
            "n_items": len(items) + len(keys),
            "n_consulted": read,
            "n_theory_author": sum(int(self._items[item]["theory_author"]) for item in items),
            "source_types": SEPARATOR.join(
                f"{name} {count}" for name, count in types.most_common()
            ),
        }

    def _fact_read(self, case_id: str, key: str, names: Sequence[str]) -> int:
        rows = [self._facts.get((case_id, name), {}) for name in names]
        return int(
            any(row.get("consulted") == 1 and key in _words(row.get("source")) for row in rows)
        )


_COLUMNS = [
    "theory", "theory_label", "observable", "prediction", "shared", *_KEYS, "verdict", "observed",
    "cells", "confidence", "ids", "n_items", "n_consulted", "n_theory_author", "source_types",
]  # fmt: skip


def _positions(actors: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Positions by case, under ``actor.variable``."""
    found: dict[str, dict[str, Any]] = {}
    for row in actors.to_dict("records"):
        cells = {f"{row['actor']}.{name}": row[name] for name in ("force", "io")}
        found.setdefault(row["case_id"], {}).update(cells)
    return found


def _row(
    prediction: CasePrediction,
    predictions: Predictions,
    case: Mapping[str, Any],
    grounds: _Grounds,
    codebook: Codebook,
) -> dict[str, Any]:
    found = finding(prediction, case, codebook)
    return {
        "theory": prediction.theory,
        "theory_label": predictions.theories[prediction.theory],
        "observable": prediction.observable,
        "prediction": prediction.prediction,
        "shared": int(predictions.is_shared(prediction)),
        **{key: case[key] for key in _KEYS},
        "verdict": found.verdict,
        "observed": found.observed,
        "cells": SEPARATOR.join((*found.cells, *found.facts)),
        **grounds.of(case["case_id"], found),
    }


def _words(joined: object) -> tuple[str, ...]:
    return () if pd.isna(joined) or not joined else tuple(str(joined).split(SEPARATOR))
