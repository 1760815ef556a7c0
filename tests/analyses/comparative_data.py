"""The project's own case files as derived tables, read once, and the specifications beside them."""

from functools import cache

from replication import paths
from replication.analyses.cases.four_cases import compare_cases
from replication.analyses.cases.predictions import read_predictions
from replication.casefile import load_cases
from replication.codebook import read_codebook
from replication.dataset import build
from replication.specifications import read_models, read_samples
from replication.tables import read_table, write_table

BOOK = read_codebook(paths.CODEBOOK)
SAMPLES = read_samples(paths.SPECIFICATIONS)
M3 = read_models(paths.SPECIFICATIONS)["M3"]
PREDICTIONS = read_predictions(paths.SPECIFICATIONS / "predictions.yaml", BOOK)
NAMES = ("cases", "actors", "codings", "evidence", "facts", "sources")


@cache
def _stored(folder):
    built = build(load_cases(paths.CASES, BOOK), BOOK)
    for name in NAMES:
        write_table(folder / f"{name}.csv", built[name])
    return {name: read_table(folder / f"{name}.csv") for name in NAMES}


def tables(folder, keep=None, marked=None):
    """Tables as the steps read them; of `keep` cases only, with other cases marked as original."""
    found = {name: frame.copy() for name, frame in _stored(folder).items()}
    if keep is not None:
        ids = set(found["cases"]["case_id"].head(keep))
        found = {name: frame[frame["case_id"].isin(ids)] for name, frame in found.items()}
    if marked is not None:
        found["cases"]["recchia_case"] = found["cases"]["case_id"].isin(marked).astype(int)
    return found


def compared(found):
    """Every prediction in every case."""
    return compare_cases(**found, predictions=PREDICTIONS, codebook=BOOK)
