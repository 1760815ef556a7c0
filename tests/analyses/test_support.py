"""What a claim rests on, counted by hand from the derived data."""

import pandas as pd

from replication import paths
from replication.analyses.claims.reading import read_claims
from replication.analyses.claims.support import support
from replication.analyses.number_words import spelled
from replication.casefile import load_cases
from replication.codebook import read_codebook
from replication.dataset import build
from replication.specifications import read_samples

BOOK = read_codebook(paths.CODEBOOK)
FOLDER = paths.SPECIFICATIONS


def supported(derived):
    samples = read_samples(FOLDER)
    table = support(read_claims(FOLDER), derived["cases"], derived["codings"], samples, BOOK)
    return table.set_index("claim")


def test_sides_of_the_cut_thin_codes_and_empty_levels():
    derived = build(load_cases(paths.CASES, BOOK), BOOK)
    part = derived["cases"][derived["cases"]["sample"] == "intervention"]
    known = part.dropna(subset=["military_opposition", "sought"])
    high = known["military_opposition"] >= 2
    row = supported(derived).loc["H1"]
    assert (row["n_high"], row["n_low"]) == (high.sum(), (~high).sum())
    assert row["n_high_sought"] == (known.loc[high, "sought"] == 1).sum()
    assert row["n_low_sought"] == (known.loc[~high, "sought"] == 1).sum()
    assert row["n_treatment"] == part["military_opposition"].notna().sum()
    assert row["n_treatment_thin"] == (part["military_opposition_confidence"] == 1).sum()
    missing = set(range(4)) - set(known["military_opposition"])
    told = [level for level in row["empty_levels"].split(", ") if level != "none"]
    assert [int(level[0]) for level in told] == sorted(missing)


def test_no_case_supports_nothing():
    derived = build([], BOOK)
    table = supported(derived)
    assert (table["n_codes"] == 0).all()
    assert table["note"].eq("no code").all()
    assert pd.isna(table.loc["H1", "share_thin"])


def test_counts_in_words():
    assert [spelled(n) for n in (0, 2, 12, 13, 1200)] == ["no", "two", "twelve", "13", "1,200"]
