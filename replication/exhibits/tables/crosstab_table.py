"""Table: seeking endorsement by the level of a scale, with exact tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from replication.analyses.effects.crosstabs import CUT, OUTCOME, VARIABLES
from replication.exhibits.case_frame import samples_of, scale_of
from replication.exhibits.labels import Labels, estimator_label, spoken
from replication.exhibits.numbers import integer, is_missing, p_equals
from replication.exhibits.results import Results
from replication.exhibits.text import capital
from replication.exhibits.typesetting.table import Column, Table, TableRow

READS = ("cases", "estimates")


def make(results: Results, name: str) -> Table:
    """Count cases with and without the outcome, by level of each scale and by sample."""
    cases, estimates, labels = results["cases"], results["estimates"], results.labels
    tests = estimates[estimates["exhibit"] == name]
    samples = samples_of(cases, labels)
    columns = [Column("level", "Level"), *_columns(samples, labels)]
    rows = [row for variable in VARIABLES for row in _rows(cases, variable, samples, labels)]
    return Table(
        name=name,
        title="Seeking endorsement, by level of each scale",
        columns=tuple(columns),
        rows=tuple(rows) if len(cases) else (),
        notes=_notes(cases, tests, labels),
        empty="There is no case to count.",
    )


def _columns(samples: Sequence[str], labels: Labels) -> Iterator[Column]:
    for sample in samples:
        group = capital(labels.value("sample", sample))
        yield Column(f"{sample}_yes", "Sought", kind="integer", group=group)
        yield Column(f"{sample}_no", "Not sought", kind="integer", group=group)
        yield Column(f"{sample}_share", "Share", kind="number", group=group)


def _rows(
    cases: pd.DataFrame, variable: str, samples: Sequence[str], labels: Labels
) -> Iterator[TableRow]:
    """Give a row for each level, whether it occurs or not, then for unknown and all levels."""
    levels = [
        *(
            (labels.code(variable, code), cases[variable] == code)
            for code in scale_of(cases, variable, labels)
        ),
        ("not known", cases[variable].isna()),
        ("all", pd.Series(data=True, index=cases.index)),
    ]
    for label, members in levels:
        if label == "not known" and not members.any():
            continue
        cells: dict[str, Any] = {"level": label}
        for sample in samples:
            values = cases.loc[
                members.fillna(value=False).astype(bool) & (cases["sample"] == sample), OUTCOME
            ]
            yes, no = int((values == 1).sum()), int((values == 0).sum())
            share = yes / (yes + no) if yes + no else None
            cells |= {f"{sample}_yes": yes, f"{sample}_no": no, f"{sample}_share": share}
        yield TableRow(cells, panel=spoken(variable))


def _notes(cases: pd.DataFrame, tests: pd.DataFrame, labels: Labels) -> tuple[str, ...]:
    unknown = int(cases[OUTCOME].isna().sum())
    dropped = f" Not counted, the outcome being unknown: {unknown}." if unknown else ""
    share = f"Share: cases that sought endorsement among all at that level.{dropped}"
    cut = f"Fisher's, Boschloo's and Barnard's tests set levels from {CUT} up against those below."
    groups = tests.groupby(["term", "sample"], sort=False)
    lines = [_test_line(term, sample, group, labels) for (term, sample), group in groups]
    return (f"Numbers of cases. {share}", *lines, *([cut] if lines else []))


def _test_line(term: str, sample: str, tests: pd.DataFrame, labels: Labels) -> str:
    """All tests of one scale on one sample; a reason that they share is given once."""
    nobs = integer(tests["nobs"].max())
    found = {
        estimator_label(test["estimator"]): str(test["note"])
        if is_missing(test["p_value"])
        else p_equals(test["p_value"])
        for test in tests.to_dict("records")
    }
    same = len(found) > 1 and len(set(found.values())) == 1
    results = (
        next(iter(found.values()))
        if same
        else "; ".join(f"{test}: {result}" for test, result in found.items())
    )
    return f"{spoken(term)}, {labels.sample(sample)}, N = {nobs}. {capital(results)}."
