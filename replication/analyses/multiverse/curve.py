"""One curve of the multiverse, a treatment's slope over every set of controls, as other programs draw it.

Linear probability on the agreed codes of the interventions, every coded cell: what programs for specification curves
can estimate as well, so that each of them can be held against these rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from replication.analyses.multiverse.data import SOUGHT, chunk_frame, design_columns, formed
from replication.analyses.multiverse.fit import fit_chunk
from replication.analyses.multiverse.plan import SCALE, Chunk, Plan, chunks
from replication.specifications import Sample

_FORM, _OUTCOME, _ESTIMATOR = SCALE, ">=2", "lpm_hc3"
_SAMPLE, _CODING, _EVIDENCE = "intervention", "agreed", "all"


def curve_data(
    plan: Plan, cases: pd.DataFrame, codings: pd.DataFrame, samples: dict[str, Sample]
) -> dict[str, pd.DataFrame]:
    """Give the data of each treatment's curve: y, the treatment, then the controls by the plan's names.

    Cases without an outcome are left out; what else is not coded is NaN, so that each specification has cases of
    its own.
    """
    tables = {}
    for chunk, frame in _frames(plan, cases, codings, samples):
        if chunk.part == 0:
            design = design_columns(frame, chunk, plan, _FORM)
            table = pd.DataFrame(design, columns=[chunk.treatment, *plan.controls])
            table.insert(0, "y", formed(frame[SOUGHT].to_numpy(), _OUTCOME))
            tables[chunk.treatment] = table.dropna(subset=["y"])
    return tables


def curve_rows(
    plan: Plan, cases: pd.DataFrame, codings: pd.DataFrame, samples: dict[str, Sample]
) -> pd.DataFrame:
    """Estimate every specification of these curves as the multiverse does; those that it refuses are left out.

    Returns
    -------
    DataFrame
        Among its columns treatment, controls (joined by ``+``, or ``none``), estimate, std_error, p_value, nobs.
    """
    one = _one_curve(plan)
    tables = [
        fit_chunk(chunk, one, frame).table
        for chunk, frame in _frames(plan, cases, codings, samples)
    ]
    rows = pd.concat(tables, ignore_index=True)
    return rows[rows["reason"] == ""]


def _one_curve(plan: Plan) -> Plan:
    choices: Mapping[str, tuple[str, ...]] = {_OUTCOME: (_ESTIMATOR,)}
    evidence = {_EVIDENCE: plan.evidence.get(_EVIDENCE, "")}
    return replace(
        plan, forms=(_FORM,), outcomes=choices, samples=(_SAMPLE,), codings=(_CODING,),
        evidence=evidence, draws=0,
    )  # fmt: skip


def _frames(
    plan: Plan, cases: pd.DataFrame, codings: pd.DataFrame, samples: dict[str, Sample]
) -> Iterator[tuple[Chunk, pd.DataFrame]]:
    one = _one_curve(plan)
    for chunk in chunks(one):
        yield chunk, chunk_frame(chunk, one, cases, codings, samples)
