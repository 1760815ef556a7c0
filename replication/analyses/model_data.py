"""From the case table to the arrays of one model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from replication.specifications import Model, Sample
from replication.terms import Factor, parse_term


@dataclass(frozen=True)
class ModelData:
    """Complete cases of one model, in the order of the case table.

    Attributes
    ----------
    outcome : ndarray, shape (n,)
    design : ndarray, shape (n, k)
        Without a constant.
    terms : tuple of str, length k
    cases : DataFrame, n rows
        The rows used, for clusters, families and names.
    n_missing : int
        Cases of the sample left out because a code is missing.
    """

    outcome: np.ndarray
    design: np.ndarray
    terms: tuple[str, ...]
    cases: pd.DataFrame
    n_missing: int


def model_data(cases: pd.DataFrame, model: Model, samples: Mapping[str, Sample]) -> ModelData:
    """Take the model's sample, form its terms and leave out cases with a missing value.

    Raises
    ------
    KeyError
        When a term or the outcome is not a column, naming it and the model.
    """
    chosen = cases[cases["sample"].isin(samples[model.sample].values)]
    columns = {
        name: term_values(chosen, name, model.model) for name in (model.outcome, *model.terms)
    }
    values = np.column_stack(list(columns.values())) if len(chosen) else np.empty((0, len(columns)))
    complete = ~np.isnan(values).any(axis=1)
    return ModelData(
        outcome=values[complete, 0],
        design=values[complete, 1:],
        terms=model.terms,
        cases=chosen[complete].reset_index(drop=True),
        n_missing=int((~complete).sum()),
    )


def term_values(cases: pd.DataFrame, term: str, model: str) -> np.ndarray:
    """Values of a column, a product ``a:b`` or a cut ``a>=2`` as floats, NaN where missing."""
    return np.prod([_values(cases, factor, model) for factor in parse_term(term).factors], axis=0)


def _values(cases: pd.DataFrame, factor: Factor, model: str) -> np.ndarray:
    if factor.variable not in cases:
        raise KeyError(
            f"model {model}: {factor.variable!r} is not a column of the case table; allowed: "
            f"{', '.join(numeric_columns(cases))}"
        )
    values = cases[factor.variable].to_numpy(dtype=float, na_value=np.nan)
    if factor.cut is None:
        return values
    return np.where(np.isnan(values), np.nan, values >= factor.cut)


def numeric_columns(cases: pd.DataFrame) -> Sequence[str]:
    """Columns that can be a term."""
    return [name for name in cases if pd.api.types.is_numeric_dtype(cases[name])]
