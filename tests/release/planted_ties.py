"""Cases with planted ties, estimated and printed as JSON: run under several switches, the text must be the same.

Every number here is a tie in theory and a tie up to the last bits in a float: the fitted log-odds of
the middle code is zero, every case occurs twice, one arrangement of twenty is the extreme one.
"""

import json
import math

import numpy as np
import pandas as pd
from scipy.special import expit

from replication.analyses.cases.selection import case_fit, fit_headline, rank_cases
from replication.analyses.robustness.design_analysis import design_analysis
from replication.estimators.multiple_testing import adjusted
from replication.estimators.permutation import permutation_test
from replication.precision import chances, rounded_frame, significant, tie_order
from replication.randomness import generator
from replication.specifications import Model, Sample

TERMS = ("military_opposition", "stabilization_burden")
SAMPLES = {"intervention": Sample("intervention", "Interventions", ("intervention",))}
MODEL = Model("M", "Planted", "sought", "intervention", TERMS, TERMS)
COUNT = 20


def main():
    cases = planted()
    fits = fit_headline(cases, MODEL, SAMPLES)
    tables = {
        "case_fit": case_fit(fits),
        "rankings": rank_cases(fits),
        "design": design_analysis(cases, [MODEL], SAMPLES, draws=200),
    }
    p_value = p_values()
    found = {
        "p_value": [round(p, 12) for p in p_value],
        "significant": [bool(significant(p)) for p in p_value],
        "draws": draws(),
        "order": order(),
    }
    texts = {name: rounded_frame(table).to_csv(index=False) for name, table in tables.items()}
    print(json.dumps(found | texts, indent=1))


def planted():
    """Codes from 0 to 2 whose mirror image has the other outcome; every case twice."""
    half = np.array([(-1, -1, 0), (-1, 0, 0), (0, -1, 1), (-1, 1, 0), (0, 0, 1)])
    codes = np.concatenate([half, half * (-1, -1, 1) + (0, 0, 1)])
    codes[5:, 2] = 1 - half[:, 2]
    twice = np.repeat(codes, 2, axis=0)
    number = np.arange(COUNT)
    frame = pd.DataFrame(twice[:, :2] + 1, columns=list(TERMS)).astype(float)
    return frame.assign(
        case_id=[f"case_{i:02d}" for i in number],
        case_title=[f"Case {i}" for i in number],
        sample="intervention",
        administration=[f"A{i % 4}" for i in number],
        crisis_family=[f"family_{i // 4}" for i in number],
        democrat=number % 2,
        strategic_interest=1.0,
        major_power_opposition=1.0,
        years_since_1989=number % 3,
        recchia_case=0,
        sought=twice[:, 2].astype(float),
    )


def p_values():
    """Give 1/20 three times: one extreme arrangement of twenty, Holm's 4 times 1/80, a difference of chances."""
    outcome, treatment = np.zeros(COUNT), np.zeros(COUNT)
    outcome[0], treatment[0] = 0.1, 0.3  # no whole numbers: arrangements are compared as floats
    found = permutation_test(outcome, treatment, "x", rng=generator("planted"))
    corrected = adjusted(np.array([math.exp(math.log(1 / 80)), 1, 1, 1]), "holm")[0]
    return [float(found.p_value[0]), float(corrected), 0.3 - 0.25]


def draws():
    """Draw from three chances whose log-odds are zero up to the last bits, one above and one below."""
    noise = 10 * (0.1 + 0.2 - 0.3)
    return [
        generator("planted").binomial(9, chance, size=8).tolist()
        for chance in chances(expit(np.array([0.0, noise, -noise])))
    ]


def order():
    """Sort equal numbers that were computed in different ways: they stay as they stand."""
    values = np.array([0.3, 0.1 + 0.2, math.exp(math.log(0.3)), expit(math.log(3 / 7))])
    names = np.array(["first", "second", "third", "fourth"])
    return names[tie_order(values, descending=True)].tolist()


if __name__ == "__main__":
    main()
