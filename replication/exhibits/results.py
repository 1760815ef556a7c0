"""What exhibits read: derived data and results, each only where the exhibit has declared it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from replication import paths
from replication.codebook import Codebook, read_codebook
from replication.exhibits.labels import Labels
from replication.tables import read_table
from replication.workflow import table_file


@dataclass(frozen=True)
class Results:
    """The declared inputs of one exhibit, by name (see `workflow.table_file`)."""

    reads: tuple[str, ...]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Read one declared table.

        Raises
        ------
        KeyError
            When the exhibit has not declared it: its step would not run again when that changes.
        """
        if name not in self.reads:
            raise KeyError(f"{name!r} is not among the declared inputs {self.reads}")
        return read_table(table_file(name))

    @cached_property
    def codebook(self) -> Codebook:
        """Labels and scales; every exhibit depends on the codebook."""
        return read_codebook(paths.CODEBOOK)

    @cached_property
    def labels(self) -> Labels:
        """Plain words of the codebook for its variables, codes and actors."""
        return Labels.of(self.codebook)
