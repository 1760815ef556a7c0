"""The smallest p-values that the estimates carry: none undercut, and the known ones by hand."""

import math

from replication import paths
from replication.analyses.effects.payoff import estimate_payoff
from replication.casefile import load_cases
from replication.codebook import read_codebook
from replication.dataset import build
from replication.specifications import read_samples
from replication.tables import read_table

BOOK = read_codebook(paths.CODEBOOK)


def test_no_stored_p_value_is_smaller_than_the_smallest_that_is_stored():
    stored = read_table(paths.OUTPUT / "estimates.csv").dropna(subset=["smallest_p", "p_value"])
    assert len(stored) > 20
    assert (stored["p_value"] >= stored["smallest_p"] * (1 - 1e-9)).all()
    paid = stored[(stored["model"] == "H5") & (stored["sample"] == "intervention")].iloc[0]
    least = 2 / math.comb(int(paid["nobs"]), int(paid["n_events"]))
    assert least * (1 - 1e-6) <= paid["smallest_p"] < 1


def test_the_pay_off_of_seven_against_two_cannot_reject():
    """Two of the 36 ways to choose two of nine lie at the ends: the word for it is not undecided."""
    cases = build(load_cases(paths.CASES, BOOK), BOOK)["cases"]
    rows = estimate_payoff(cases, read_samples(paths.SPECIFICATIONS))
    own = rows[(rows["sample"] == "intervention") & (rows["estimator"] == "rank_test")].iloc[0]
    n_with = own["n_events"]
    least = 2 / math.comb(int(own["nobs"]), int(n_with))
    assert own["smallest_p"] >= least * (1 - 1e-9)
    logit = rows[rows["estimator"] == "fractional_logit"]
    assert logit["smallest_p"].isna().all()
