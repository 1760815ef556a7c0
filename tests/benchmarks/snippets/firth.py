"""One Firth fit with profile limits and tests: ``firth.py MODEL TIMES [ours, firthmodels or a file to write]``."""

from __future__ import annotations

import sys

import numpy as np
from common import DATA, cheapest, derived, module, report

from replication.analyses.model_data import model_data
from replication.specifications import read_models, read_samples

SPECIFICATIONS = DATA / "data" / "raw" / "specifications"


def data_of(name: str, times: int) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Outcome and design of a model, so many times over, then with one outcome in ten turned."""
    model = read_models(SPECIFICATIONS)[name]
    data = model_data(derived("cases"), model, read_samples(SPECIFICATIONS))
    outcome, design = np.tile(data.outcome, times), np.tile(data.design, (times, 1))
    if times > 1:
        turned = np.random.default_rng(5).random(len(outcome)) < 0.1
        outcome = np.where(turned, 1 - outcome, outcome)
    return outcome, design, data.terms


def ours(outcome: np.ndarray, design: np.ndarray, terms: tuple[str, ...]) -> None:
    fit_firth = module("estimators.firth").fit_firth
    found = fit_firth(outcome, design, terms)
    cost = cheapest(lambda: fit_firth(outcome, design, terms))
    report(cost, found.estimate, found.p_value, found.conf_low, found.conf_high)


def firthmodels(outcome: np.ndarray, design: np.ndarray) -> None:
    from firthmodels import FirthLogisticRegression  # noqa: PLC0415 - only for this peer

    def fit(**options: float) -> tuple[FirthLogisticRegression, np.ndarray]:
        model = FirthLogisticRegression(backend="numba", **options).fit(design, outcome)
        return model.lrt(), model.conf_int(method="pl")

    cost = cheapest(fit)
    # Timed as it comes, compared at tolerances at which its last digits are settled.
    found, limits = fit(gtol=1e-8, xtol=1e-8, max_iter=200)
    first = np.roll(np.arange(design.shape[1] + 1), 1)
    estimate = np.append(found.coef_, found.intercept_)[first]
    report(cost, estimate, found.lrt_pvalues_[first], limits[first, 0], limits[first, 1])


def main() -> None:
    name, times, program = sys.argv[1:]
    outcome, design, terms = data_of(name, int(times))
    if program == "ours":
        ours(outcome, design, terms)
    elif program == "firthmodels":
        firthmodels(outcome, design)
    else:
        header = ",".join(["y", *(f"x{place}" for place in range(len(terms)))])
        table = np.column_stack([outcome, design])
        np.savetxt(program, table, delimiter=",", comments="", header=header)


if __name__ == "__main__":
    main()
