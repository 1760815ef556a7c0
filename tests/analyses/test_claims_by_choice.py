"""The claims' estimates under other choices: the released ones at the released choices, and the multiverse's own."""

from dataclasses import replace

import numpy as np
import pytest

from replication import paths
from replication.analyses.claims import by_choice
from replication.analyses.claims.by_choice import (
    CHOICES,
    COLUMNS,
    estimates_by_choice,
    varied_effects,
)
from replication.analyses.claims.reading import read_claims
from replication.analyses.effects.headline import estimate_models
from replication.analyses.multiverse.data import chunk_frame
from replication.analyses.multiverse.fit import fit_chunk
from replication.analyses.multiverse.plan import Chunk, read_plan, specifications_of
from replication.casefile import load_cases
from replication.codebook import read_codebook
from replication.dataset import build
from replication.estimators.firth import fit_firth
from replication.specifications import read_models, read_samples

MODELS, SAMPLES = read_models(paths.SPECIFICATIONS), read_samples(paths.SPECIFICATIONS)
PLAN = read_plan(paths.SPECIFICATIONS / "multiverse.yaml")
CLAIMS = [c for c in read_claims(paths.SPECIFICATIONS) if c.claim in ("H1", "H2", "H4")]


@pytest.fixture(scope="module")
def frames():
    book = read_codebook(paths.CODEBOOK)
    return build(load_cases(paths.CASES, book), book)


@pytest.fixture(scope="module")
def table(frames):
    plan = replace(PLAN, codings=("agreed", "pass_2"))
    return estimates_by_choice(frames["cases"], frames["codings"], CLAIMS, MODELS, SAMPLES, plan)


def test_one_row_for_every_choice_effect_and_method(table):
    assert list(table) == list(COLUMNS)
    keys = [*CHOICES, "model", "estimator", "term"]
    assert not table.duplicated(keys).any()
    # Three cuts, three samples, two readings, every rule of evidence; two effects by five methods and what is told.
    methods = sum(
        len(names)
        for one in varied_effects(CLAIMS, MODELS, PLAN).values()
        for names in one.values()
    )
    assert methods >= 2 * 5
    assert len(table) == 3 * len(SAMPLES) * 2 * len(PLAN.evidence) * methods
    assert set(table["model"]) == {"M1", "M2"}


def test_the_released_choices_give_the_released_rows(table, frames):
    released = estimate_models(frames["cases"], [MODELS["M1"], MODELS["M2"]], SAMPLES)
    base = table.query(
        "cut == 2 and sample == 'intervention' and coding == 'agreed' and evidence == 'all'"
    )
    both = base.merge(
        released[released["outcome"] == "sought"],
        on=["model", "estimator", "term"],
        suffixes=("", "_r"),
    )
    assert len(both) == len(base)
    assert len(base) >= 2 * 5
    for name in ("estimate", "conf_low", "conf_high", "p_value", "smallest_p"):
        np.testing.assert_allclose(both[name], both[f"{name}_r"], rtol=1e-10, err_msg=name)
    assert (both["nobs"] == both["nobs_r"]).all()


@pytest.mark.parametrize("treatment", PLAN.treatments)
@pytest.mark.parametrize("coding", ["agreed", "pass_2"])
def test_firth_rows_are_those_of_the_multiverse(table, frames, treatment, coding):
    """Another implementation: all specifications of a chunk fitted side by side."""
    plan = replace(PLAN, draws=1, forms=("scale",), controls=("other_treatment",))
    chunk = Chunk(treatment, "intervention+considered", coding, "confident")
    frame = chunk_frame(chunk, plan, frames["cases"], frames["codings"], SAMPLES)
    found = specifications_of(chunk, plan).join(
        fit_chunk(chunk, plan, frame).table[["estimate", "p_value", "nobs", "reason"]]
    )
    found = found.query("controls == 'none' and estimator == 'firth'")
    mine = table.query(
        "sample == 'intervention+considered' and coding == @coding and evidence == 'confident' "
        "and estimator == 'firth' and term == @treatment"
    ).sort_values("cut")
    assert len(found) == len(mine) == 3
    sound = (found["reason"] == "").to_numpy()
    assert sound.any()
    for name in ("estimate", "p_value"):
        np.testing.assert_allclose(
            mine[name].to_numpy()[sound], found[name].to_numpy(float)[sound], rtol=1e-5, atol=1e-6
        )


def test_only_what_the_choices_reach_is_varied():
    found = varied_effects(read_claims(paths.SPECIFICATIONS), MODELS, PLAN)
    # The positions of actors and the pay-off are no outcome of the multiverse.
    assert set(found) == {"M1", "M2", "M5", "M7", "M8", "R1"}
    assert "legitimacy_framing" in found["R1"]
    fewer = replace(PLAN, controls=("other_treatment",))
    assert set(varied_effects(read_claims(paths.SPECIFICATIONS), MODELS, fewer)) == {
        "M1",
        "M2",
        "M7",
    }


def test_choices_that_leave_the_same_data_are_estimated_once(frames, monkeypatch):
    seen = []
    monkeypatch.setattr(
        by_choice, "fit_firth", lambda *arrays: seen.append(arrays) or fit_firth(*arrays)
    )
    rule = next(iter(PLAN.evidence))
    plan = replace(PLAN, codings=("agreed", "agreed"), evidence={rule: PLAN.evidence[rule]})
    claims = [c for c in CLAIMS if c.claim == "H1"]
    twice = estimates_by_choice(frames["cases"], frames["codings"], claims, MODELS, SAMPLES, plan)
    data = [(outcome.tobytes(), design.tobytes(), terms) for outcome, design, terms in seen]
    assert len(data) == len(set(data)) == 3 * len(SAMPLES)
    # What was kept is given again, row for row.
    counts = twice.value_counts(list(COLUMNS), dropna=False)
    assert (counts == 2).all()
