"""Codes of the cases under each reading and each rule for admitting cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from replication.analyses.multiverse.plan import OTHER, SCALE, Chunk, Plan
from replication.randomness import generator
from replication.specifications import Sample

SOUGHT = "io_sought"
# Whether the chunk's reading has the case at all.
READ = "read"
_CONFIDENT = 2

# Which cells each rule for evidence admits.
ADMITTED: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "all": lambda cells: cells["code"].notna(),
    "confident": lambda cells: cells["confidence"] >= _CONFIDENT,
    "consulted": lambda cells: cells["consulted"] == 1,
    "independent": lambda cells: cells["theory_author_only"] != 1,
    "vetted": lambda cells: cells["unvetted_only"] != 1,
}


def chunk_frame(
    chunk: Chunk, plan: Plan, cases: pd.DataFrame, codings: pd.DataFrame, samples: dict[str, Sample]
) -> pd.DataFrame:
    """One row a case of the chunk's sample, one float column a variable, NaN where not admitted.

    The columns are the outcome scale, the treatments and the controls; `sample` is kept to permute
    within it, and `READ` tells whether the reading has the case. Party and year are facts of the case
    and the same under every reading.

    Raises
    ------
    SpecificationError
        When a treatment or a control is not a column of the case table that holds numbers.
    """
    chosen = cases[cases["sample"].isin(samples[chunk.sample].values)].set_index("case_id")
    wanted = [SOUGHT, *plan.treatments, *(c for c in plan.controls if c != OTHER)]
    # A variable that is coded but has no admitted code is missing, not taken from the case table.
    coded_names = [name for name in wanted if (codings["variable"] == name).any()]
    coded = _codes(chunk, codings).reindex(index=chosen.index, columns=coded_names)
    columns = {
        name: (coded[name] if name in coded else chosen[name]).to_numpy(float, na_value=np.nan)
        for name in wanted
    }
    read = chosen.index.isin(codings.loc[codings["coding"] == chunk.coding, "case_id"])
    return pd.DataFrame({"sample": chosen["sample"], READ: read, **columns}, index=chosen.index)


def cases_read(
    plan: Plan, cases: pd.DataFrame, codings: pd.DataFrame, samples: dict[str, Sample]
) -> pd.DataFrame:
    """Count the cases of each sample that each reading has, and those left out of its specifications."""
    rows = []
    for coding in plan.codings:
        have = set(codings.loc[codings["coding"] == coding, "case_id"])
        for sample in plan.samples:
            ids = cases.loc[cases["sample"].isin(samples[sample].values), "case_id"]
            rows.append((coding, sample, int(ids.isin(have).sum()), int((~ids.isin(have)).sum())))
    return pd.DataFrame(rows, columns=["coding", "sample", "n_cases", "n_left_out"])


def _codes(chunk: Chunk, codings: pd.DataFrame) -> pd.DataFrame:
    read = codings[(codings["coding"] == chunk.coding) & codings["actor"].isna()]
    read = read[ADMITTED[chunk.evidence](read)]
    codes = read.assign(code=pd.to_numeric(read["code"], errors="coerce"))
    return codes.pivot_table(index="case_id", columns="variable", values="code", dropna=False)


def formed(values: np.ndarray, form: str) -> np.ndarray:
    """Take the scale as it is or cut it at a code, keeping NaN."""
    if form == SCALE:
        return values
    return np.where(np.isnan(values), np.nan, values >= int(form.removeprefix(">=")))


def design_columns(frame: pd.DataFrame, chunk: Chunk, plan: Plan, form: str) -> np.ndarray:
    """Columns that designs of this form choose from: the treatment, then every control, (n, 1 + c)."""
    others = [t for t in plan.treatments if t != chunk.treatment]
    names = [others[0] if c == OTHER else c for c in plan.controls]
    treatment = formed(frame[chunk.treatment].to_numpy(), form)
    return np.column_stack([treatment, *(frame[name].to_numpy() for name in names)])


def permuted_rows(frame: pd.DataFrame, draws: int) -> np.ndarray:
    """Row numbers (1 + draws, n) that rearrange the outcomes within samples; the first is as found.

    Each sample has a generator of its own, so that draw d rearranges the interventions alike
    whether declined ones stand beside them or not: one draw is one world for all specifications.
    Where a reading lacks cases, those it has are arranged in the order that the draw of all gives them.
    """
    rows = np.tile(np.arange(len(frame)), (1 + draws, 1))
    read = frame[READ].to_numpy()
    for sample in dict.fromkeys(frame["sample"]):
        members = np.flatnonzero(frame["sample"] == sample)
        shuffled = generator(f"multiverse {sample}").permuted(np.tile(members, (draws, 1)), axis=1)
        own = members[read[members]]
        rows[1:, own] = shuffled[read[shuffled]].reshape(draws, len(own))
    return rows
