"""Steps of a search uphill in many lanes at once, by a curvature that learns."""
# ruff: noqa: ANN001, ANN201, C901 (compiled: types are inferred, loops must be spelt out)

from __future__ import annotations

import numpy as np

from replication.estimators.batch.lanes import LANES, at
from replication.estimators.compiled import part

# Rows of the state of a search: slope at the start of the step under way, share of the step taken,
# whether it was accepted and whether it tells about the curvature, and an estimate of the distance
# left, squared, in standard errors.
SLOPE, SHARE, TAKEN, TELLS, DISTANCE = range(5)

# Steps shorter than this, in the same unit, tell about the curvature at the maximum.
_SHORT = 0.1


@part
def judge(score, step, state, k):
    """Accept the step that led here or not, and say whether it tells about the curvature."""
    for lane in range(LANES):
        state[DISTANCE, lane] = 0.0
    for a in range(k):
        for lane in range(LANES):
            state[DISTANCE, lane] += score[a, lane] * step[a, lane]
    for lane in range(LANES):
        slope = state[SLOPE, lane]
        taken = 1.0 if state[DISTANCE, lane] > -0.5 * slope else 0.0
        state[TAKEN, lane] = taken
        state[TELLS, lane] = taken if slope < _SHORT else 0.0


@part
def learn(info, score, old_score, step, state, curvature, lacking, work, k):
    """Powell's symmetric update of what the curvature lacks, in the metric of the information.

    It is the smallest change after which the curvature explains the change of score over the last
    step (Dennis and More 1977, SIAM Review 19: 46-89, section 7).
    """
    missed, image = work[:k], work[k : 2 * k]
    length, overlap, ratio = work[2 * k], work[2 * k + 1], work[2 * k + 2]
    for m in range(len(info)):
        for lane in range(LANES):
            kept = lacking[m, lane] if state[SLOPE, lane] < np.inf else 0.0
            lacking[m, lane] = kept
            curvature[m, lane] += kept
    for lane in range(LANES):
        length[lane] = 0.0
        overlap[lane] = 0.0
    for a in range(k):
        for lane in range(LANES):
            missed[a, lane] = old_score[a, lane] - score[a, lane]
            latest = score[a, lane] if state[TAKEN, lane] == 1.0 else old_score[a, lane]
            old_score[a, lane] = latest
            image[a, lane] = 0.0
        for b in range(k):
            ab = at(a, b)
            for lane in range(LANES):
                moved = state[SHARE, lane] * step[b, lane]
                missed[a, lane] -= curvature[ab, lane] * moved
                image[a, lane] += info[ab, lane] * moved
        for lane in range(LANES):
            moved = state[SHARE, lane] * step[a, lane]
            overlap[lane] += missed[a, lane] * moved
            length[lane] += image[a, lane] * moved
    for lane in range(LANES):
        ratio[lane] = overlap[lane] / length[lane]
    for a in range(k):
        for b in range(a + 1):
            ab = at(a, b)
            for lane in range(LANES):
                change = missed[a, lane] * image[b, lane] + image[a, lane] * missed[b, lane]
                change = (change - ratio[lane] * image[a, lane] * image[b, lane]) / length[lane]
                change = change if state[TELLS, lane] == 1.0 else 0.0
                lacking[ab, lane] += change
                curvature[ab, lane] += change


@part
def hold(held, curvature, info, score, k):
    """Turn the step of one coefficient into zero."""
    if held < 0:
        return
    for a in range(k):
        row = at(a, held)
        for lane in range(LANES):
            curvature[row, lane] = 1.0 if a == held else 0.0
    diagonal = at(held, held)
    for lane in range(LANES):
        info[diagonal, lane] = 1.0
        score[held, lane] = 0.0


@part
def move(score, proposal, base, point, step, state, k):
    """Set out on the proposed step, or halve the step that led here.

    What will be left after a full step is put at the length of that step times the factor by which
    it is shorter than the step before.
    """
    for lane in range(LANES):
        state[DISTANCE, lane] = 0.0
    for a in range(k):
        for lane in range(LANES):
            state[DISTANCE, lane] += score[a, lane] * proposal[a, lane]
            taken = state[TAKEN, lane] == 1.0
            base[a, lane] = point[a, lane] if taken else base[a, lane]
            step[a, lane] = proposal[a, lane] if taken else step[a, lane]
    for lane in range(LANES):
        taken = state[TAKEN, lane] == 1.0
        slope, before = state[DISTANCE, lane], state[SLOPE, lane]
        factor = min(1.0, slope / before) if before < np.inf else 1.0
        state[DISTANCE, lane] = slope * factor if taken else np.inf
        state[SHARE, lane] = 1.0 if taken else 0.5 * state[SHARE, lane]
        state[SLOPE, lane] = slope if taken else before
    for a in range(k):
        for lane in range(LANES):
            point[a, lane] = base[a, lane] + state[SHARE, lane] * step[a, lane]
