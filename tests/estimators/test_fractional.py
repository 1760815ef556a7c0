"""Fractional logit against R and against closed forms."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.special import logit

from replication.estimators.fractional import fit_fractional_logit
from replication.estimators.student import ZERO_ERROR


# R 4.2.2, glm(family = quasibinomial), sandwich 3.0.2 vcovHC(type = "HC1")
def test_school_shares_agree_with_r():
    table = sm.datasets.star98.load_pandas().data
    share = (table["NABOVE"] / (table["NABOVE"] + table["NBELOW"])).to_numpy()
    terms = ("LOWINC", "PERASIAN", "PCTCHRT")
    result = fit_fractional_logit(share, table[list(terms)].to_numpy(), terms)
    np.testing.assert_allclose(
        result.estimate,
        [0.94232290076667, -0.03177974475798, 0.01684611336836, -0.00527607469485],
        rtol=1e-9,
    )
    np.testing.assert_allclose(
        result.std_error,
        [0.06470886487165, 0.00142358536899, 0.00286027489024, 0.00435200291439],
        rtol=1e-9,
    )
    np.testing.assert_allclose(
        result.p_value, 2 * stats.t.sf(abs(result.estimate / result.std_error), 299), rtol=1e-10
    )
    assert result.n_events is None


# With one dummy the fitted shares are the group means and the sandwich has a closed form.
def test_two_groups_have_closed_forms():
    first, second = np.array([0.1, 0.3, 0.35, 0.0]), np.array([0.5, 0.9, 1.0, 0.45, 0.7])
    result = fit_fractional_logit(
        np.concatenate([first, second]), np.repeat([[0.0], [1.0]], [4, 5], axis=0), ("g",)
    )
    means = np.array([first.mean(), second.mean()])
    np.testing.assert_allclose(
        result.estimate, [logit(means[0]), np.diff(logit(means))[0]], rtol=1e-9
    )
    variance = [
        ((group - group.mean()) ** 2).sum()
        / (len(group) * group.mean() * (1 - group.mean())) ** 2
        * 9
        / 7
        for group in (first, second)
    ]
    np.testing.assert_allclose(result.std_error, np.sqrt([variance[0], sum(variance)]), rtol=1e-9)


def test_shares_at_the_limit_have_no_finite_estimate():
    group = np.repeat([[0.0], [1.0]], 3, axis=0)
    for shares in ([0, 0, 0, 0.5, 0.2, 0.9], [0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 0, 0]):
        result = fit_fractional_logit(np.array(shares, dtype=float), group, ("g",))
        assert result.note == ("no finite estimate: fitted shares reach zero or one",) * 2
        assert np.isnan(result.estimate).all()


def test_what_cannot_be_estimated_says_why():
    group = np.repeat([[0.0], [1.0]], 3, axis=0)
    same = fit_fractional_logit(np.array([0.2, 0.2, 0.2, 0.5, 0.5, 0.5]), group, ("g",))
    assert same.note == (ZERO_ERROR,) * 2
    assert same.estimate[1] == pytest.approx(np.log(4))
    assert np.isnan(same.p_value).all()
    flat = fit_fractional_logit(np.linspace(0, 1, 6), np.ones((6, 1)), ("g",))
    assert "g" in flat.note[0]
    full = fit_fractional_logit(np.array([0.1, 0.6]), np.array([[0.0], [1.0]]), ("g",))
    assert full.note[0] == "2 observations leave no degree of freedom for 2 terms"
    with pytest.raises(ValueError, match=r"outcome has the value 1.5; allowed: 0 to 1"):
        fit_fractional_logit(np.array([0.5, 1.5, 0.2]), np.arange(3.0)[:, None], ("g",))
