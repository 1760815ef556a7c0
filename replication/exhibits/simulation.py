"""What the table and the figure of the simulation share: its words, and whether it is out of date."""

from __future__ import annotations

import pandas as pd

from replication.exhibits.labels import Labels
from replication.exhibits.numbers import integer, number
from replication.exhibits.text import counted, listed
from replication.precision import ALPHA
from replication.registry import ESTIMATORS

# Head of each estimator's column, in the order shown.
HEADS = {name: entry.head for name, entry in ESTIMATORS.items() if entry.head}
# Monte Carlo standard errors beyond which a rate is called off.
BEYOND = 2
SIZE, LEVEL = ALPHA, 0.95


def shown_estimators(coverage: pd.DataFrame) -> list[str]:
    """Estimators that were simulated, in the order of `HEADS`, others after them."""
    present = list(dict.fromkeys(coverage["estimator"]))
    return [name for name in HEADS if name in present] + [n for n in present if n not in HEADS]


def head(estimator: str) -> str:
    """Short name of an estimator."""
    return HEADS.get(estimator, estimator)


def tested(model: str, term: str, labels: Labels) -> str:
    """Name a model and its tested term."""
    return f"{model}, {labels.term(term).lower()}"


def administrations(sd: float) -> str:
    """Say whether administrations have effects of their own."""
    return "differ" if float(sd) > 0 else "alike"


def off(
    rate: float, nominal: float, replications: float, failed: float, *, harmful_above: bool
) -> bool:
    """Whether a rate is on the harmful side of its nominal value by more than Monte Carlo error."""
    answered = float(replications) * (1 - float(failed))
    if answered == 0 or pd.isna(rate):
        return False
    error = (nominal * (1 - nominal) / answered) ** 0.5
    excess = float(rate) - nominal if harmful_above else nominal - float(rate)
    return excess > BEYOND * error


def stale_note(coverage: pd.DataFrame, design: pd.DataFrame) -> str:
    """Say which models the stored simulation took from other data than today's; empty where none.

    Parameters
    ----------
    coverage : DataFrame
        Columns ``model`` and ``design``: what the simulation started from.
    design : DataFrame
        The same of the data as they are.
    """
    then = dict(zip(coverage["model"], coverage["design"], strict=True))
    now = dict(zip(design["model"], design["design"], strict=True))
    changed = [model for model in {**then, **now} if then.get(model) != now.get(model)]
    if not changed:
        return ""
    return (
        f"This simulation is of an earlier data set: since then the data of {listed(changed)} have "
        "changed. `make simulate` makes it anew."
    )


def draws_note(coverage: pd.DataFrame) -> str:
    """Say how many data sets were drawn and how well that determines a rate."""
    sizes = sorted({int(n) for n in coverage["replications"].dropna()})
    if not sizes:
        return ""
    error = 100 * (SIZE * (1 - SIZE) / sizes[0]) ** 0.5
    return (
        f"{counted(sizes[0], 'data set')} in each scenario: the Monte Carlo standard error of a rate "
        f"of 5 % is {number(error, 2)} points."
    )


def failures(coverage: pd.DataFrame) -> str:
    """Say how often estimators had no answer, at the most."""
    worst = coverage.groupby("estimator", sort=False)["failed"].max().dropna()
    shares = {head(str(name)): number(100 * share, 1) for name, share in worst.items()}
    some = [f"{name} {share} %" for name, share in shares.items() if share != "0.0"]
    if not some:
        return "Every method had an answer for every data set, or all but one in 2,000."
    return (
        f"Data sets without an answer, at the most: {listed(some)}, elsewhere below 0.05 %; rates are "
        "among the rest."
    )


def scenarios_of(coverage: pd.DataFrame, effect: str) -> list[tuple[str, str, float]]:
    """Model, term and standard deviation of the administrations' effects, in the order stored."""
    chosen = coverage[coverage["effect"] == effect]
    return list(
        dict.fromkeys(
            zip(chosen["model"], chosen["term"], chosen["administration_sd"], strict=True)
        )
    )


def sizes_of(coverage: pd.DataFrame) -> str:
    """Largest standard deviation of the administrations' effects, in words."""
    return integer(coverage["administration_sd"].max())
