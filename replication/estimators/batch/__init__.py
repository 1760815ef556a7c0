"""Very many very small regressions at once, on counts of the patterns of one shared design.

`collapse` turns cases into counts; `fit_firth_batch` and `fit_ols_batch` fit all of them. The
first call of each compiles its loops (some seconds); they are then kept on disk.
"""

from replication.estimators.batch.collapse import Collapsed, collapse
from replication.estimators.batch.firth import FIRTH_REASONS, FirthBatch, fit_firth_batch
from replication.estimators.batch.ols import OLS_REASONS, OlsBatch, fit_ols_batch

__all__ = [
    "FIRTH_REASONS",
    "OLS_REASONS",
    "Collapsed",
    "FirthBatch",
    "OlsBatch",
    "collapse",
    "fit_firth_batch",
    "fit_ols_batch",
]
