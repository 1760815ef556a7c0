"""The answer in a few sentences at the head of the page, in probabilities and cases, worded by rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from replication.analyses.claims.judging import row_of, values_of
from replication.analyses.claims.reading import Claim
from replication.exhibits.numbers import integer, p_equals, points, points_digits
from replication.exhibits.text import listed
from replication.precision import significant
from replication.report.inputs import Inputs
from replication.tables import Row

# Where the treatment of a claim is high and where it is not, as the sentences say it.
_SIDES = {
    "H1": ("where the military were reserved or opposed", "where they were not"),
    "H2": ("where a substantial or heavy burden was expected", "where it was not"),
}
_MEDIAN = "median"


def in_short(inputs: Inputs) -> list[str]:
    """Say what the headline sample shows of the first two claims, and whether chance could make their curves.

    A sentence whose numbers do not exist is left out; the answers below say why.
    """
    claims = [claim for claim in inputs.claims if claim.claim in _SIDES and claim.statistics]
    effects = (_effect(claim, inputs.support, inputs.estimates) for claim in claims)
    return [sentence for sentence in (*effects, _curves(claims, inputs.joint_tests)) if sentence]


def _effect(claim: Claim, support: Sequence[Row], estimates: Sequence[Row]) -> str:
    asked = claim.statistics[0]
    counts = next((row for row in support if row["claim"] == claim.claim), None)
    judged, told = (row_of(estimates, asked, name) for name in (asked.estimator, asked.told))
    if not (counts and judged and told and told["estimate"] and judged["p_value"]):
        return ""
    high, low = _SIDES[claim.claim]
    return (
        f"Endorsement was sought in {counts['n_high_sought']} of {counts['n_high']} interventions {high}, and in "
        f"{counts['n_low_sought']} of {counts['n_low']} {low}; one step of {claim.label.lower()} goes with "
        f"{_in_points(told)} percentage points in the probability that it was sought "
        f"({p_equals(float(judged['p_value']))}, N = {integer(judged['nobs'])})."
    )


def _in_points(row: Mapping[str, Any]) -> str:
    values = values_of(row)[:3]
    digits = points_digits(*values)
    estimate, low, high = (points(value, digits) for value in values)
    return f"{estimate} [{low}, {high}]"


def _curves(claims: Sequence[Claim], joint: Sequence[Row]) -> str:
    found = [(claim, row) for claim in claims for row in _medians(claim, joint)]
    if not found:
        return ""
    told = sum(significant(float(row["p_value"])) for _, row in found)
    what = {
        0: "no effect can be told from chance",
        len(found): "the effects can be told from chance",
    }.get(told, f"only {told} of {len(found)} effects can be told from chance")
    figures = listed(
        [
            f"{claim.label.lower()}: {p_equals(float(row['p_value']))} over {integer(row['n_specifications'])}"
            for claim, row in found
        ]
    )
    against = (
        ""
        if told == len(found)
        else ", which the plan had named in advance as counting against the theory"
    )
    return f"Over all specifications that could be estimated {what} ({figures}){against}."


def _medians(claim: Claim, joint: Sequence[Row]) -> Iterator[Row]:
    for row in joint:
        if (row["treatment"], row["statistic"]) == (claim.statistics[0].term, _MEDIAN) and row[
            "p_value"
        ]:
            yield row
