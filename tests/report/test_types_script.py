"""The page's posterior of the causal types beside the package's: the same to nine digits, in node and in the page."""

import json
import shutil
import subprocess
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.special import betainc, gammaln

from replication.estimators.causal_types import BENEFICIAL, DESTINED, fit_types, type_model
from replication.exhibits.numbers import number
from replication.report import page
from replication.report.inputs import read_inputs
from replication.report.type_page import type_data

SCRIPT = Path(page.__file__).parent / "templates" / "types.js"
NODE = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


def run(program, given):
    done = subprocess.run(
        ["node", "-e", SCRIPT.read_text(encoding="utf-8") + program],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return json.loads(done.stdout)


def grid():
    priors, strengths = (0.05, 0.25, 0.6, 0.8), (None, 0.5, 0.7, 0.95)
    rest = product((False, True), (False, True), ("traced", "all", "none"))
    return [
        {"prior": p, "strength": s, "monotonic": m, "confounded": c, "read": r}
        for p, s, (m, c, r) in product(priors, strengths, rest)
    ]


def package(data, cause, chosen):
    """Fit what the reader chose by the package."""
    cases = cause["cases"]
    clues = np.array([[np.nan if v is None else v for v in one["clues"]] for one in cases], float)
    kept = np.array(
        [chosen["read"] == "all" or (chosen["read"] == "traced" and one["marked"]) for one in cases]
    )
    clues[~kept] = np.nan
    mean = np.full((len(cause["clues"]), 2, 4), 0.5)
    for i, clue in enumerate(cause["clues"]):
        pair = (clue["beneficial"], clue["destined"])
        s = chosen["strength"]
        if s is not None:
            pair = (s, 1 - s) if pair[0] > pair[1] else (1 - s, s)
        mean[i, 1, [BENEFICIAL, DESTINED]] = pair
    others = (4 - 4 * chosen["prior"]) / 3
    shares = [0 if chosen["monotonic"] else others, 4 * chosen["prior"], others, others]
    model = type_model(shares, data["assignment"] if chosen["confounded"] else None, mean)
    x, y = (np.array([one[key] for one in cases], float) for key in ("present", "outcome"))
    fit = fit_types(x, y, clues, model)
    both = (x == 1) & (y == 1)
    return {
        "effect": fit.effect.mean, "positive": fit.effect.positive, "share": fit.share(BENEFICIAL).mean,
        "cases": fit.case_probabilities[both, BENEFICIAL],
    }  # fmt: skip


@NODE
def test_page_and_package_sum_the_same_posterior(real):
    data = type_data(read_inputs(real))
    chosen = grid()
    assert [cause["cause"] for cause in data["causes"]] == ["opposition", "burden"]
    program = """
    const { data, chosen } = JSON.parse(require("fs").readFileSync(0, "utf8"));
    const all = data.causes.map((cause) => chosen.map((one) => {
      const { effect, positive, share, cases } = typeBeliefs(data, cause, one);
      return { effect, positive, share, cases: cases.map((c) => c.probability) };
    }));
    process.stdout.write(JSON.stringify(all));
    """
    found = run(program, {"data": data, "chosen": chosen})
    seen = set()
    for cause, theirs in zip(data["causes"], found, strict=True):
        for one, shown in zip(chosen, theirs, strict=True):
            ours = package(data, cause, one)
            for name, value in ours.items():
                np.testing.assert_allclose(
                    shown[name], value, rtol=1e-9, atol=1e-9, err_msg=f"{one} {name}"
                )
            seen.add(round(ours["effect"], 9))
    # Choices that matter move the posterior: strength one half is no clue, whatever is read.
    assert len(seen) > len(chosen)


@NODE
def test_special_functions_of_the_page():
    rng = np.random.default_rng(4)
    shapes = rng.uniform(0.1, 60, (300, 2)).tolist()
    points = rng.uniform(0, 1, 300).tolist()
    program = """
    const { shapes, points } = JSON.parse(require("fs").readFileSync(0, "utf8"));
    const all = shapes.map(([a, b], i) => [logGamma(a), betaBelow(points[i], a, b)]);
    process.stdout.write(JSON.stringify(all));
    """
    found = np.array(run(program, {"shapes": shapes, "points": points}))
    a, b = np.array(shapes).T
    np.testing.assert_allclose(found[:, 0], gammaln(a), rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(found[:, 1], betainc(a, b, points), rtol=1e-9, atol=1e-13)


def test_sliders_move_the_posterior_in_the_page(visit, real):
    opened = visit(real)
    data = type_data(read_inputs(real))
    told = opened.locator("#types-told")
    chosen = {
        "prior": 0.25,
        "strength": None,
        "monotonic": False,
        "confounded": True,
        "read": "traced",
    }
    for cause in data["causes"]:
        opened.select_option("#types-cause", cause["cause"])
        for change in ({}, {"prior": 0.6}, {"strength": 0.9}, {"read": "all"}, {"monotonic": True}):
            one = {**chosen, **change}
            opened.click("#types-reset")
            opened.fill("#types-prior", str(one["prior"]))
            if one["strength"] is not None:
                opened.uncheck("#types-stated")
                opened.fill("#types-strength", str(one["strength"]))
            opened.select_option("#types-read", one["read"])
            if one["monotonic"]:
                opened.uncheck("#types-adverse")
            ours = package(data, cause, one)
            for name in ("effect", "positive", "share"):
                shown = float(told.get_attribute(f"data-{name}"))
                np.testing.assert_allclose(
                    shown, ours[name], rtol=1e-6, atol=1e-9, err_msg=f"{one}"
                )
            assert f"Average effect {number(ours['effect'], 2)}" in told.inner_text()
            rows = opened.locator("#types-cases tr")
            shown = [
                float(rows.nth(i).get_attribute("data-probability")) for i in range(rows.count())
            ]
            np.testing.assert_allclose(shown, ours["cases"], rtol=1e-6)


def test_a_page_without_such_cases_says_so(visit, small):
    opened = visit(small)
    assert type_data(read_inputs(small))["causes"] == []
    assert (
        "No case has both a cause and the outcome." in opened.locator("#section-types").inner_text()
    )
    assert opened.locator("#types").is_hidden()
