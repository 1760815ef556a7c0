"""Made-up case tables, estimates and labels of any size, with names that give trouble."""

import numpy as np
import pandas as pd

from replication.analyses.tidy import COLUMNS
from replication.exhibits.labels import Labels

HOSTILE = (
    "<script>alert('x')</script>",
    '=HYPERLINK("http://x","y")',
    "\\input{/etc/passwd} 100% & $x_1^2$ #1 {~} \\end{tabular}",
    "#set page(width: 1pt) $ x $ `raw` *b* _e_",
    "Donaudampfschifffahrtsgesellschaftskapitän" * 4,
    "שלום עולם 1999",
    "Операция «Союзная сила» 1999",
    "科特迪瓦 2011",
    "ኢትዮጵያ 2020",
    f"nul{chr(0)}byte {chr(27)}[31m {chr(0x202E)}gnp.exe",
    "../../etc/passwd",
    "[x] * first",
)
SCALES = {
    "sample": {"intervention": "intervention", "considered": "considered"},
    "io_sought": {0: "none", 1: "nominal", 2: "sought", 3: "conditional"},
    "military_opposition": {0: "supportive", 1: "acquiescent", 2: "reserved", 3: "opposed"},
    "stabilization_burden": {0: "none expected", 1: "light", 2: "substantial", 3: "heavy"},
    "strategic_interest": {0: "none named", 1: "indirect", 2: "direct"},
    "legitimacy_framing": {0: "not at all", 1: "mentioned", 2: "central theme"},
    "major_power_opposition": {0: "none", 1: "reservations", 2: "declared or veto expected"},
    "force": {
        -2: "argued against",
        -1: "leaned against",
        0: "middle",
        1: "leaned",
        2: "argued for",
    },
}
LABELS = Labels(
    variables={"force": "Position on using force"},
    scales=SCALES,
    actors={"military": "Military", "state": "State"},
)
CASE_VARIABLES = [name for name in SCALES if name not in ("sample", "force")]


def case_table(count, *, hostile=False, seed=1):
    """`count` cases of three samples, one of them unknown to the labels, with codes missing here and there."""
    rng = np.random.default_rng(seed)
    years = np.sort(rng.integers(1990, 2025, count))
    titles = [f"Côte d’Ivoire {year} (operation {i})" for i, year in enumerate(years)]
    if hostile:
        titles = [f"{HOSTILE[i % len(HOSTILE)]} {i}" for i in range(count)]
    frame = pd.DataFrame(
        {
            "case_id": [f"case_{i}" for i in range(count)],
            "case_title": titles,
            "sample": rng.choice(["considered", "intervention", "another one"], count),
            "decision_date": [f"{year}-{rng.integers(0, 13):02d}-00" for year in years],
            "administration": rng.choice(["Alpha", "Beta"], count),
            "recchia_case": rng.integers(0, 2, count),
        }
    )
    for name in CASE_VARIABLES:
        known = rng.random(count) > 0.15
        codes = rng.integers(0, max(SCALES[name]) + 1, count)
        frame[name] = pd.array(np.where(known, codes, 0), dtype="Int64")
        frame[f"{name}_confidence"] = pd.array(rng.integers(1, 4, count), dtype="Int64")
        frame.loc[~known, [name, f"{name}_confidence"]] = pd.NA
    frame["sought"] = (frame["io_sought"] >= 2).astype("Int64")
    return frame


def actor_table(cases, seed=2):
    """Two actors for each case, some positions missing."""
    rng = np.random.default_rng(seed)
    count = len(cases) * 2
    known = rng.random(count) > 0.3
    frame = pd.DataFrame(
        {
            "case_id": np.repeat(cases["case_id"].to_numpy(dtype=object), 2),
            "actor": ["military", "state"] * len(cases),
            "force": pd.array(np.where(known, rng.integers(-2, 3, count), 0), dtype="Int64"),
            "force_confidence": pd.array(rng.integers(1, 4, count), dtype="Int64"),
        }
    )
    frame.loc[~known, ["force", "force_confidence"]] = pd.NA
    return frame


def estimate_table(models=3, *, terms=("military_opposition", "stabilization_burden"), seed=3):
    """Tidy estimates by five methods; among them an infinite limit, a missing interval and a failed fit."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(models):
        for estimator in (
            "firth",
            "firth_ame",
            "exact",
            "lpm_hc3",
            "wild_bootstrap",
            "permutation",
        ):
            for term in (*(("const",) if estimator == "firth" else ()), *terms):
                middle, half = rng.normal(), rng.uniform(0.5, 2)
                row = {
                    "exhibit": "table03_models",
                    "model": f"M{number + 1}",
                    "sample": "intervention",
                    "outcome": "sought",
                    "estimator": estimator,
                    "term": term,
                    "estimate": middle,
                    "std_error": half / 2,
                    "statistic": middle / half,
                    "p_value": rng.random(),
                    "conf_low": middle - half,
                    "conf_high": middle + half,
                    "nobs": 20 + number,
                    "n_events": 9,
                    "note": "",
                }
                if (estimator, number) == ("exact", 0):
                    row |= {
                        "conf_high": np.inf,
                        "note": "no upper limit: the largest value there can be",
                    }
                if (estimator, number) == ("exact", 1):
                    row |= {
                        "estimate": np.nan,
                        "conf_low": np.nan,
                        "conf_high": np.nan,
                        "p_value": np.nan,
                    }
                    row |= {"note": "not estimable: <every> case & its $ value are the same"}
                if (estimator, number) == ("wild_bootstrap", 1):
                    row |= {
                        "conf_low": np.nan,
                        "conf_high": np.nan,
                        "note": "no interval: test not inverted",
                    }
                if estimator == "permutation":
                    row |= {"estimate": np.nan, "conf_low": np.nan, "conf_high": np.nan}
                rows.append(row)
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"nobs": "Int64", "n_events": "Int64"})
