"""What exhibits read: derived data and results, each only where the exhibit has declared it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from replication import paths
from replication.codebook import Codebook, read_codebook
from replication.files import read_csv
from replication.workflow import table_file

# Quantities that stay floats also where every value happens to be whole.
_FLOATS = {"estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"}


@dataclass(frozen=True)
class Results:
    """The declared inputs of one exhibit, by name (see `workflow.table_file`)."""

    reads: tuple[str, ...]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Read one declared table; whole numbers with gaps come as Int64, columns without a value as objects.

        Raises
        ------
        KeyError
            When the exhibit has not declared it: its step would not run again when that changes.
        """
        if name not in self.reads:
            raise KeyError(f"{name!r} is not among the declared inputs {self.reads}")
        frame = read_csv(table_file(name))
        for column in frame.columns.difference(list(_FLOATS)):
            values = frame[column]
            if values.isna().all():
                # It may be a column of words (reasons, say), which nothing here tells.
                frame[column] = values.astype(object)
            elif pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
                frame[column] = values.astype("Int64")
        return frame

    @cached_property
    def codebook(self) -> Codebook:
        """Labels and scales; every exhibit depends on the codebook."""
        return read_codebook(paths.CODEBOOK)
