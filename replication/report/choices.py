"""The answer to each claim under other choices, worded as the answers themselves are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from replication.analyses.claims.by_choice import CHOICES, OUTCOME
from replication.analyses.claims.judging import Verdict, row_of, values_of
from replication.analyses.claims.reading import Claim, Prediction
from replication.exhibits.labels import Labels
from replication.exhibits.multiverse_words import value_words
from replication.precision import sound
from replication.report.answers import Answer, answer_of
from replication.report.inputs import Inputs, derivation_of
from replication.tables import Row, rows_by

# What stands before a verdict, so that it is told by more than its colour.
MARKS = {
    Verdict.FOR: "▲", Verdict.LEANS_FOR: "△", Verdict.DIVIDED: "◇", Verdict.UNDECIDED: "□", Verdict.CANNOT: "▢",
    Verdict.LEANS_AGAINST: "▽", Verdict.AGAINST: "▼", Verdict.NONE: "○",
}  # fmt: skip
# The axis of a drawing holds this share of the limits; what goes on beyond it ends in an arrow.
_INNER = 90
_KEYS = ("model", "estimator", "term")
_ChoiceKey = tuple[str, ...]
_Sizes = list[list[float | None]]
# Where a number goes in a wording, and what counts as one: digits that end in a digit.
HOLE = chr(1)
_NUMBER = re.compile("[−∞]?[0-9](?:[0-9.,e+]*[0-9])?|[−]?∞")


def choice_data(inputs: Inputs, labels: Labels) -> dict[str, Any]:
    """Give each claim's answer for every combination of choices as plain values for JSON.

    Returns
    -------
    dict
        ``choices``: name, and values with their words, in the order of the results; ``marks``: the
        sign of each verdict; ``claims``: by claim the ``base`` choices of the answer as released, the
        ``rows`` of its drawing with their fixed ``axis``, the ``wordings``, and ``answers`` by the choices
        joined by ``|``: verdict, number of the wording, the numbers to set into it with spaces between,
        and for each row estimate and limits (None where there is none). A wording is the sentence
        and the details, one a line, with `HOLE` where a number goes: the answers differ in little else.
        Predictions that the choices cannot vary keep their released estimate.
    """
    by_choice = rows_by(inputs.claims_by_choice, lambda row: tuple(row[name] for name in CHOICES))
    return {
        "choices": [_choice(name, by_choice, inputs, labels) for name in CHOICES],
        "marks": {str(verdict): mark for verdict, mark in MARKS.items()},
        "claims": {
            claim.claim: _claim(claim, varied, inputs, by_choice, labels)
            for claim in inputs.claims
            if (varied := _varied(claim, inputs.claims_by_choice))
        },
    }


def spread_in_words(claim: dict[str, Any]) -> str:
    """Say how many combinations give each verdict, most frequent first."""
    counts = Counter(answer[0] for answer in claim["answers"].values())
    parts = ", ".join(f"{verdict} in {number}" for verdict, number in counts.most_common())
    return (
        f"Over all {sum(counts.values())} combinations of sample, cut, coder and evidence: {parts}."
    )


def _choice(
    name: str, by_choice: dict[_ChoiceKey, list[Row]], inputs: Inputs, labels: Labels
) -> dict[str, Any]:
    place = CHOICES.index(name)
    values = dict.fromkeys(key[place] for key in by_choice)
    return {
        "choice": name,
        "values": [[value, _words(name, value, inputs, labels)] for value in values],
    }


def _words(name: str, value: str, inputs: Inputs, labels: Labels) -> str:
    if name == "sample":
        return inputs.samples[value].label.lower()
    if name == "cut":
        return f"{labels.code('io_sought', int(value))} or more"
    return value_words(name, value, labels)


def _varied(claim: Claim, rows: Sequence[Row]) -> list[Prediction]:
    known = {tuple(row[key] for key in _KEYS) for row in rows}
    return [
        prediction
        for prediction in claim.statistics
        if prediction.outcome == OUTCOME
        and (prediction.model, prediction.estimator, prediction.term) in known
    ]


def _claim(
    claim: Claim,
    varied: list[Prediction],
    inputs: Inputs,
    by_choice: dict[_ChoiceKey, list[Row]],
    labels: Labels,
) -> dict[str, Any]:
    fixed = [
        row
        for row in inputs.estimates
        if any(
            (row["model"], row["term"]) == (p.model, p.term)
            for p in claim.statistics
            if p not in varied
        )
    ]
    answers = {
        "|".join(key): _answer(claim, varied, [*fixed, *_relabelled(rows, varied, inputs)])
        for key, rows in by_choice.items()
    }
    model = inputs.models[varied[0].model]
    cut = derivation_of(inputs.codebook.variables[model.outcome]).constants[0]
    wordings: dict[str, int] = {}
    packed = {}
    for key, (answer, sizes) in answers.items():
        text = chr(10).join((answer.sentence, *answer.details))
        wording = wordings.setdefault(_NUMBER.sub(HOLE, text), len(wordings))
        packed[key] = [str(answer.verdict), wording, " ".join(_NUMBER.findall(text)), sizes]
    return {
        "base": "|".join((str(cut), varied[0].sample, "agreed", "all")),
        "rows": [f"{labels.term(prediction.term)}, {prediction.model}" for prediction in varied],
        "axis": _axis([limits for _, sizes in answers.values() for limits in sizes]),
        "wordings": list(wordings),
        "answers": packed,
    }


def _relabelled(rows: list[Row], varied: list[Prediction], inputs: Inputs) -> list[Row]:
    """Give rows the keys under which the claim looks for its estimates."""
    samples = {(p.model, p.term): p.sample for p in varied}
    blank = dict.fromkeys(inputs.estimates[0], "") if inputs.estimates else {}
    return [
        {**blank, **row, "sample": samples[key], "outcome": OUTCOME}
        for row in rows
        if (key := (row["model"], row["term"])) in samples
    ]


def _answer(claim: Claim, varied: list[Prediction], rows: list[Row]) -> tuple[Answer, _Sizes]:
    found = (values_of(row_of(rows, p, p.estimator))[:3] for p in varied)
    return answer_of(claim, rows), [
        [round(value, 4) if np.isfinite(value) else None for value in values] for values in found
    ]


def _axis(sizes: _Sizes) -> list[float]:
    """Give round ends that hold zero and most limits, whatever is chosen."""
    low = [limits[1] for limits in sizes if limits[1] is not None]
    high = [limits[2] for limits in sizes if limits[2] is not None]
    if not low or not high:
        return [-1.0, 1.0]
    ends = sound(np.percentile(low, 100 - _INNER)), sound(np.percentile(high, _INNER))
    return [float(min(-0.5, np.floor(2 * ends[0]) / 2)), float(max(0.5, np.ceil(2 * ends[1]) / 2))]
