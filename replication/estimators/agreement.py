"""Agreement between coders.

Krippendorff's alpha is one minus observed over expected disagreement (2019, Content Analysis, 4th
ed., chapter 12). The library krippendorff 0.9.0 returns the same alpha, which the tests hold, but
neither the two disagreements, which explain a puzzling alpha, nor an interval. Intervals here come
from resampling units, with percentile limits: Zapf et al. (2016, BMC Medical Research Methodology
16: 93) find their coverage right, while Krippendorff's own algorithm resamples pairs of codes as if
they were independent and takes the expected disagreement as known. Alpha has one from a jackknife
beside it (`alpha_jackknife`), which needs no random numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from replication.estimators.agreement_measures import FEWEST_CODERS, Coding, measures
from replication.estimators.alpha_jackknife import jackknife_limits
from replication.estimators.arguments import (
    check_level,
    check_whole,
    checked_names,
    checked_numbers,
)
from replication.estimators.results import without
from replication.precision import percent

Scale = Literal["nominal", "ordinal", "interval", "ratio"]

# From this share of the commonest code on, alpha hangs on a handful of cells.
_NEAR_CONSTANT = 0.9


@dataclass(frozen=True)
class Agreement:
    """Agreement of two or more coders on one variable.

    Attributes
    ----------
    n_units : int
        Units with two codes or more; only these tell of agreement.
    n_codes : int
        Codes in them.
    agreement, agreement_low, agreement_high : float
        Share of equal pairs of codes, the mean over units. The interval is the exact one of Clopper
        and Pearson (1934) where no unit has more than two codes, otherwise from resamples.
    alpha, alpha_low, alpha_high : float
        Krippendorff's alpha: 1 is perfect, 0 is chance, below 0 is worse than chance.
    alpha_jackknife_low, alpha_jackknife_high : float
        Limits of alpha from leaving out one unit at a time (see `alpha_jackknife`).
    alpha_jackknife_note : str
        Why they are NaN; empty otherwise, and where alpha itself does not exist.
    gwet, gwet_low, gwet_high : float
        Gwet's AC1 for a nominal scale, AC2 with quadratic weights otherwise, which a rare code does
        not upset (2008, British Journal of Mathematical and Statistical Psychology 61: 29-48;
        2014, Handbook of Inter-Rater Reliability). NaN for sets, which have no list of categories.
    observed_disagreement, expected_disagreement : float
        The two parts of alpha, in the scale's difference function: shares of unequal pairs for a
        nominal scale, squared distances otherwise, for a ratio scale divided by the square of the
        sum of the two codes, MASI distances for sets.
    chance_agreement : float
        Share of equal pairs if the same codes were dealt out at random.
    modal_code : str
        The commonest code; empty if there is none.
    modal_share : float
        Its share of the codes.
    note : str
        What to know before reading alpha; empty otherwise.
    """

    n_units: int
    n_codes: int
    agreement: float
    agreement_low: float
    agreement_high: float
    alpha: float
    alpha_low: float
    alpha_high: float
    alpha_jackknife_low: float
    alpha_jackknife_high: float
    alpha_jackknife_note: str
    gwet: float
    gwet_low: float
    gwet_high: float
    observed_disagreement: float
    expected_disagreement: float
    chance_agreement: float
    modal_code: str
    modal_share: float
    note: str


def agreement(
    codes: np.ndarray,
    categories: Sequence[float],
    scale: Scale,
    *,
    rng: np.random.Generator,
    draws: int = 2000,
    level: float = 0.95,
) -> Agreement:
    """Agreement on a nominal, ordinal, interval or ratio scale.

    Parameters
    ----------
    codes : ndarray, shape (coders, units)
        NaN where a coder gave no code.
    categories : sequence of float
        All codes the scale allows, used or not, from low to high; none below zero for a ratio scale.
    scale : {"nominal", "ordinal", "interval", "ratio"}
    rng : numpy.random.Generator
    draws : int
        Resamples of the units.
    level : float
        Confidence level.

    Raises
    ------
    ValueError
        When the shape, a code, the scale or the level is not as described.
    """
    if scale not in get_args(Scale):
        raise ValueError(f"scale is {scale}; allowed: {', '.join(get_args(Scale))}")
    codes = checked_numbers("codes", codes, np.ndim(codes), missing_allowed=True)
    if codes.ndim != 2 or len(codes) < FEWEST_CODERS:  # noqa: PLR2004
        raise ValueError(
            f"codes have shape {codes.shape}; allowed: (coders, units), two coders or more"
        )
    check_codes(codes, categories)
    check_resampling(draws, level)
    values = np.asarray(categories, dtype=float)
    counts = (codes[:, :, None] == values).sum(axis=0)
    spread = (values[:, None] - values) ** 2
    same = np.eye(len(values))
    if scale == "ratio" and values[0] < 0:
        raise ValueError(f"there is the category {values[0]:g}; allowed on a ratio scale: from 0")
    distances = {
        "nominal": 1 - same,
        "ordinal": None,
        "interval": spread,
        "ratio": _ratio_distances(values),
    }[scale]
    weights = same if scale == "nominal" else 1 - spread / spread.max()
    labels = [f"{value:g}" for value in values]
    return _summary(Coding(counts, labels, distances, weights), rng, draws, level)


def _ratio_distances(values: np.ndarray) -> np.ndarray:
    sums = np.abs(values[:, None] + values)
    # Zero and zero are equal.
    squares: np.ndarray = ((values[:, None] - values) / np.where(sums > 0, sums, 1.0)) ** 2
    return squares


def agreement_of_sets(
    codes: Sequence[Sequence[frozenset[str] | None]],
    *,
    rng: np.random.Generator,
    draws: int = 2000,
    level: float = 0.95,
) -> Agreement:
    """Agreement on a variable whose codes are sets, such as the organisations approached.

    Sets differ by their MASI distance (Passonneau 2006, Proceedings of LREC: 831-836): one minus
    the product of the Jaccard index and a weight, 2/3 where one set holds the other and 1/3 where
    they merely overlap; 0 for equal sets, 1 for sets that share nothing. To miss one of two
    organisations thus counts less than to name another. Two empty sets are equal.

    Parameters
    ----------
    codes : sequence (coders) of sequences (units) of frozenset or None
        None where a coder gave no code; the empty set is a code.
    rng, draws, level
        As for `agreement`.

    Raises
    ------
    ValueError
        When there are fewer than two coders, they differ in the number of units, or a code is no
        set of strings.
    """
    codes = [[_as_set(code) for code in row] for row in codes]
    lengths = [len(row) for row in codes]
    if len(codes) < FEWEST_CODERS or len(set(lengths)) != 1:
        raise ValueError(
            f"codes have rows of {lengths} units; allowed: one length, two coders or more"
        )
    check_resampling(draws, level)
    domain = sorted({code for row in codes for code in row if code is not None}, key=sorted)
    units = list(zip(*codes, strict=True))
    counts = np.array([[unit.count(code) for code in domain] for unit in units], dtype=int)
    counts = counts.reshape(len(units), len(domain))
    distances = np.array([[masi_distance(one, other) for other in domain] for one in domain])
    labels = [";".join(sorted(code)) or "the empty set" for code in domain]
    return _summary(Coding(counts, labels, distances, None), rng, draws, level)


def masi_distance(one: frozenset[str], other: frozenset[str]) -> float:
    """Distance of two sets from 0, equal, to 1, disjoint (see `agreement_of_sets`)."""
    if one == other:
        return 0.0
    shared = len(one & other)
    monotonicity = 2 / 3 if one < other or other < one else 1 / 3
    return 1 - shared / len(one | other) * monotonicity


def confusion(first: np.ndarray, second: np.ndarray, categories: Sequence[float]) -> np.ndarray:
    """Units by the code of the first coder (rows) and of the second (columns), shape (q, q).

    Parameters
    ----------
    first, second : ndarray, shape (units,)
        NaN where there is no code; such units are left out.
    categories : sequence of float, length q

    Raises
    ------
    ValueError
        When shapes differ or a code is no category.
    """
    pair = [
        checked_numbers(name, codes, missing_allowed=True)
        for name, codes in (("first", first), ("second", second))
    ]
    if pair[0].shape != pair[1].shape:
        raise ValueError(f"shapes are {pair[0].shape} and {pair[1].shape}; allowed: equal ones")
    both = np.array(pair)
    check_codes(both, categories)
    rows, columns = both[:, :, None] == np.asarray(categories, dtype=float)
    units: np.ndarray = rows.T.astype(int) @ columns.astype(int)
    return units


def check_codes(codes: np.ndarray, categories: Sequence[float]) -> None:
    """Raise ValueError unless every code that is not NaN is one of two or more categories."""
    values = checked_numbers("categories", categories).tolist()
    if len(set(values)) < 2 or values != sorted(set(values)):  # noqa: PLR2004
        raise ValueError(f"categories are {list(categories)}; allowed: two or more, rising")
    wrong = np.setdiff1d(codes[~np.isnan(codes)], categories)
    if len(wrong):
        allowed = ", ".join(f"{value:g}" for value in categories)
        raise ValueError(f"there is the code {wrong[0]:g}; allowed: {allowed}")


def check_resampling(draws: int, level: float) -> None:
    """Raise ValueError unless there are draws and `level` can be a confidence level."""
    check_level(level)
    check_whole("draws", draws)


def percentile_limits(
    name: str, resampled: np.ndarray, estimate: float, level: float
) -> tuple[float, float, str]:
    """Percentile limits of a coefficient, or why there are none.

    There are none when the coefficient does not exist in more resamples than a tail holds, as
    happens where nearly all codes are equal, nor when it is the same in all of them, as where
    coders never differ: the data then do not show how much it varies.

    Parameters
    ----------
    name : str
        What the coefficient is called.
    resampled : ndarray, shape (draws,)
        NaN where the coefficient does not exist.
    estimate : float
        The coefficient in the data; without it there are no limits either.
    level : float
        Confidence level.

    Returns
    -------
    low, high : float
    reason : str
        Empty where there are limits, or no estimate.
    """
    if np.isnan(estimate):
        return np.nan, np.nan, ""
    tail = (1 - level) / 2
    exists = ~np.isnan(resampled)
    if 1 - exists.mean() > tail:
        lacking = f"{percent(1 - exists.mean())} %"
        reason = f"no interval for {name}: it does not exist in {lacking} of the resamples"
        return np.nan, np.nan, reason
    low, high = np.quantile(resampled[exists], [tail, 1 - tail])
    if np.ptp(resampled[exists]) == 0:
        return np.nan, np.nan, f"no interval for {name}: it is the same in every resample"
    return float(low), float(high), ""


def _as_set(code: Collection[str] | None) -> frozenset[str] | None:
    if code is None or code is pd.NA or (isinstance(code, float) and np.isnan(code)):
        return None
    if isinstance(code, str) or not isinstance(code, Collection):
        raise ValueError(f"codes has {code!r}; allowed: sets of strings, or None")  # noqa: TRY004
    return frozenset(checked_names("codes", code))


def _summary(coding: Coding, rng: np.random.Generator, draws: int, level: float) -> Agreement:
    coding = replace(coding, counts=coding.counts[coding.counts.sum(axis=1) > 0])
    counts = coding.counts
    pairable = counts[counts.sum(axis=1) >= FEWEST_CODERS]
    totals = pairable.sum(axis=0)
    n_codes = int(totals.sum())
    if not n_codes:
        note = "no unit has two codes"
        return without(
            Agreement, n_units=0, n_codes=0, alpha_jackknife_note="", modal_code="", note=note
        )
    units = len(counts)
    data = measures(coding, np.ones((1, units), dtype=int))
    resamples = rng.multinomial(units, np.full(units, 1 / units), draws)
    drawn = measures(coding, resamples)
    alpha = _limited("alpha", data.alpha, drawn.alpha, level)
    jackknife = jackknife_limits(coding, level)
    gwet = _limited("Gwet's coefficient", data.gwet, drawn.gwet, level)
    if pairable.sum(axis=1).max() == FEWEST_CODERS:
        share = _exact(float(data.agreement[0]), len(pairable), level)
    else:
        share = _limited("agreement", data.agreement, drawn.agreement, level)
    chance = float((totals * (totals - 1)).sum() / (n_codes * (n_codes - 1)))
    modal = int(totals.argmax())
    modal_share = float(totals[modal] / n_codes)
    reasons = (
        _near_constant(coding.labels[modal], modal_share, chance),
        alpha[3],
        gwet[3],
        share[3],
    )
    return Agreement(
        len(pairable), n_codes, *share[:3], *alpha[:3], *jackknife, *gwet[:3],
        float(data.observed[0]), float(data.expected[0]), chance, coding.labels[modal], modal_share,
        "; ".join(reason for reason in reasons if reason),
    )  # fmt: skip


def _limited(
    name: str, data: np.ndarray, drawn: np.ndarray, level: float
) -> tuple[float, float, float, str]:
    estimate = float(data[0])
    return (estimate, *percentile_limits(name, drawn, estimate, level))


def _exact(share: float, units: int, level: float) -> tuple[float, float, float, str]:
    from scipy.stats import binomtest  # noqa: PLC0415 - as in ties: checking files must not wait

    limits = binomtest(round(share * units), units).proportion_ci(level, method="exact")
    return share, float(limits.low), float(limits.high), ""


def _near_constant(modal: str, share: float, chance: float) -> str:
    if share == 1:
        return f"all codes are {modal}: alpha does not exist"
    if share < _NEAR_CONSTANT:
        return ""
    # Rounding must not turn nearly all into all.
    codes, pairs = (min(round(100 * value), 99) for value in (share, chance))
    return (
        f"{codes} % of codes are {modal}, so agreement by chance is {pairs} % and alpha is unstable"
    )
