"""Invented case tables and readings, small enough to be worked out by hand."""

import numpy as np
import pandas as pd

from replication.analyses.multiverse.plan import Plan
from replication.specifications import Model, Sample

SCALES = {
    "io_sought": (0, 1, 2, 3),
    "military_opposition": (0, 1, 2, 3),
    "stabilization_burden": (0, 1, 2, 3),
    "strategic_interest": (0, 1, 2),
}
SAMPLES = {
    "intervention": Sample("intervention", "Interventions", ("intervention",)),
    "both": Sample("both", "Both", ("intervention", "considered")),
}
M1 = Model(
    "M1", "One", "sought", "intervention", ("military_opposition",), ("military_opposition",)
)
M3 = Model(
    "M3",
    "Two",
    "sought",
    "intervention",
    ("military_opposition", "stabilization_burden"),
    ("military_opposition", "stabilization_burden"),
)
PLAN = Plan(
    treatments=("military_opposition", "stabilization_burden"),
    forms=("scale", ">=2"),
    outcomes={">=2": ("firth", "lpm_hc3"), "scale": ("ols_hc3",)},
    samples=("intervention", "both"),
    controls=("other_treatment", "democrat"),
    codings=("agreed", "pass_1"),
    evidence={"all": "Every cell", "confident": "Confidence 2 or 3"},
    draws=8,
)


def case_table(count=26, *, missing=0.05, seed=4):
    """`count` cases of two samples; the outcome leans on opposition, some codes are missing."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "case_id": [f"case_{i:02d}" for i in range(count)],
            "case_title": [f"Case {i}" for i in range(count)],
            "sample": np.where(np.arange(count) % 5 == 4, "considered", "intervention"),
            "administration": [f"A{i % 4}" for i in range(count)],
            "crisis_family": [f"family_{i // 3}" for i in range(count)],
            "democrat": np.arange(count) // 3 % 2,
        }
    )
    for name, scale in SCALES.items():
        codes = rng.integers(0, max(scale) + 1, count).astype(float)
        if name == "io_sought":
            lean = frame.get("military_opposition", pd.Series(rng.integers(0, 4, count)))
            codes = np.clip(np.rint(0.5 * codes + 0.5 * lean.to_numpy(float)), 0, 3)
        confidence = rng.integers(1, 4, count).astype(float)
        gone = rng.random(count) < (0 if name == "io_sought" else missing)
        codes[gone], confidence[gone] = np.nan, np.nan
        frame[name], frame[f"{name}_confidence"] = codes, confidence
    frame["sought"] = (frame["io_sought"] >= 2).astype(float)
    return frame


def readings(cases, *, differ=0.2, seed=5):
    """Agreed codes and one other pass, a row a cell, as `codings.csv` has them."""
    rng = np.random.default_rng(seed)
    rows = []
    for coding in ("agreed", "pass_1"):
        for name, scale in SCALES.items():
            for case in cases.to_dict("records"):
                code = case[name]
                if coding == "pass_1" and rng.random() < differ and not np.isnan(code):
                    code = float(rng.integers(0, max(scale) + 1))
                rows.append(
                    {
                        "case_id": case["case_id"],
                        "coding": coding,
                        "actor": np.nan,
                        "variable": name,
                        "code": code,
                        "confidence": case[f"{name}_confidence"],
                        "consulted": 1,
                        "theory_author_only": 0,
                        "unvetted_only": 0,
                    }
                )
    return pd.DataFrame(rows)
