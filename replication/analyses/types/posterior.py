"""The posterior of the types: by kind of evidence, for every case, for every clue, and under other beliefs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np
import pandas as pd

from replication.analyses.types.data import CodedCases, TypeData, type_data
from replication.analyses.types.plan import (
    ALL,
    KINDS,
    LEARNT,
    NONE,
    STATED,
    TRACED,
    Cause,
    Choices,
    Clue,
    TypePlan,
)
from replication.casefile import AGREED
from replication.estimators.causal_types import (
    BENEFICIAL,
    DESTINED,
    TypeModel,
    TypePosterior,
    fit_types,
    type_model,
)
from replication.estimators.type_strata import StratifiedPosterior, fit_strata
from replication.specifications import Sample

LEVEL = 0.95
_ENDS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
# What the posterior rests on: nothing, the cases traced with and without their clues, all cases, both.
BOTH = "all cases and clues"
# The same with types that may differ between cases without and with the confounder.
WITHIN = "by strata of the other cause"
EVIDENCE = ("prior", "traced cases", "all cases", BOTH)
_CHOICES = (
    "prior",
    "sample",
    "monotonic",
    "confounded",
    "clues",
    "read",
    "coding",
    "strength",
    "stratified",
)
_WORDS = {True: 1, False: 0}
_CASE_COLUMNS = (
    "cause", "case_id", "case_title", "marked", "present", "outcome", "without_clues", "probability", "all_read",
)  # fmt: skip
Samples = Mapping[str, Sample]


def model_of(plan: TypePlan, clues: tuple[Clue, ...], choices: Choices) -> TypeModel:
    """Put the beliefs of the choices into numbers; only where cause and outcome are present do clues tell anything."""
    shares = np.array(plan.priors[choices.prior])
    if choices.monotonic:
        shares[0] = 0.0
    mean = np.full((len(clues), 2, 4), 0.5)
    for number, clue in enumerate(clues):
        mean[number, 1, BENEFICIAL], mean[number, 1, DESTINED] = chances_of(clue, choices.strength)
    size = plan.learnt if choices.clues == LEARNT else np.inf
    assignment = np.array(plan.assignment) if choices.confounded else None
    return type_model(shares, assignment, mean, size)


def chances_of(clue: Clue, strength: float) -> tuple[float, float]:
    """Probability of a clue where the cause brought the outcome about, and where not; as stated without a strength."""
    if np.isnan(strength):
        return clue.beneficial, clue.destined
    towards = clue.beneficial > clue.destined
    return (strength, 1 - strength) if towards else (1 - strength, strength)


def posterior(
    coded: CodedCases, plan: TypePlan, cause: Cause, choices: Choices, samples: Samples
) -> tuple[TypeData, TypePosterior]:
    """Fit one cause under one set of choices, without strata."""
    data = type_data(coded, plan, cause, choices, samples)
    model = model_of(plan, plan.clues_of(cause.cause), choices)
    return data, fit_types(data.cause, data.outcome, data.clues, model)


def within_strata(
    coded: CodedCases, plan: TypePlan, cause: Cause, choices: Choices, samples: Samples
) -> tuple[TypeData, StratifiedPosterior]:
    """Fit one cause apart in the cases without and with its confounder; the rest of the choices hold in both."""
    data = type_data(coded, plan, cause, choices.but(stratified=True), samples)
    model = model_of(plan, plan.clues_of(cause.cause), choices)
    return data, fit_strata(data.cause, data.outcome, data.clues, data.stratum, model)


def by_evidence(coded: CodedCases, plan: TypePlan, samples: Samples) -> pd.DataFrame:
    """Shares, average effect and traced cases, by cause, prior and what the posterior rests on.

    Returns
    -------
    DataFrame
        One row for each cause, prior and kind of evidence, the other choices those of the headline. The last kind
        divides the cases by the confounder; ``n_left_out`` counts those of which that is not known. ``estimate`` is the
        posterior mean of the average effect, ``conf_low`` and ``conf_high`` the ends of its central 95 % interval,
        ``probability`` that it is above zero, ``mean_traced`` the mean probability that the cause brought the outcome
        about in a traced case where both are present.
    """
    rows = []
    for cause, prior, evidence in product(plan.traced, plan.priors, EVIDENCE):
        choices = plan.headline.but(prior=prior)
        data = type_data(coded, plan, cause, choices, samples)
        model = model_of(plan, plan.clues_of(cause.cause), choices)
        used = {"prior": np.zeros(len(data.cause), bool), "traced cases": data.marked}
        kept = used.get(evidence, np.ones(len(data.cause), bool))
        clues = data.clues if evidence != "all cases" else np.full_like(data.clues, np.nan)
        fit = fit_types(data.cause[kept], data.outcome[kept], clues[kept], model)
        traced = _mean_traced(fit, data, kept)
        rows.append(
            {
                "cause": cause.cause, "claim": cause.claim, "prior": prior, "evidence": evidence, **_numbers(fit, kept),
                "mean_traced": traced, "n_left_out": 0,
            }
        )  # fmt: skip
        if evidence == BOTH and cause.confounder:
            rows.append(rows[-1] | _by_strata(coded, plan, cause, choices, samples))
    return pd.DataFrame(rows)


def _by_strata(
    coded: CodedCases, plan: TypePlan, cause: Cause, choices: Choices, samples: Samples
) -> dict[str, object]:
    data, fit = within_strata(coded, plan, cause, choices, samples)
    every = np.ones(len(data.cause), bool)
    return {
        "evidence": WITHIN, **_numbers(fit, every), "mean_traced": _mean_traced(fit, data, every),
        "n_left_out": data.n_left_out,
    }  # fmt: skip


def _numbers(fit: TypePosterior | StratifiedPosterior, kept: np.ndarray) -> dict[str, float]:
    effect = fit.effect
    shares = {f"share_{kind}": fit.share(place).mean for place, kind in enumerate(KINDS)}
    own = fit.share(BENEFICIAL)
    return {
        "nobs": int(kept.sum()), "estimate": effect.mean, "std_error": effect.sd,
        "conf_low": effect.quantile(_ENDS[0]), "conf_high": effect.quantile(_ENDS[1]), "probability": effect.positive,
        **shares, "conf_low_beneficial": own.quantile(_ENDS[0]), "conf_high_beneficial": own.quantile(_ENDS[1]),
    }  # fmt: skip


def _mean_traced(
    fit: TypePosterior | StratifiedPosterior, data: TypeData, kept: np.ndarray
) -> float:
    both = (data.cause == 1) & (data.outcome == 1) & data.marked & kept
    if not both[kept].any():
        return np.nan
    return float(fit.case_probabilities[both[kept], BENEFICIAL].mean())


def by_case(coded: CodedCases, plan: TypePlan, samples: Samples) -> pd.DataFrame:
    """Probability of the types of every case under the headline, without its clues and with them.

    Returns
    -------
    DataFrame
        One row for each cause and case. The probability that the cause brought the outcome about is given without any
        clue (``without_clues``), with those of the traced cases (``probability``) and with those of all cases
        (``all_read``), and is missing where cause or outcome is absent. ``clue_*`` tell what is seen where both are
        present.
    """
    rows = []
    for cause in plan.traced:
        data, fit = posterior(coded, plan, cause, plan.headline, samples)
        _, bare = posterior(coded, plan, cause, plan.headline.but(clues=NONE, read=TRACED), samples)
        _, whole = posterior(coded, plan, cause, plan.headline.but(read=ALL), samples)
        seen = type_data(coded, plan, cause, plan.headline.but(read=ALL), samples).clues
        titles = coded.cases.set_index("case_id")["case_title"]
        for number, key in enumerate(data.case_id):
            both = data.cause[number] == 1 and data.outcome[number] == 1
            chances = [
                p.case_probabilities[number, BENEFICIAL] if both else np.nan
                for p in (bare, fit, whole)
            ]
            rows.append(
                {
                    "cause": cause.cause, "case_id": key, "case_title": titles[key], "marked": int(data.marked[number]),
                    "present": int(data.cause[number]), "outcome": int(data.outcome[number]),
                    "without_clues": chances[0], "probability": chances[1], "all_read": chances[2],
                    **{f"clue_{c.clue}": v for c, v in zip(plan.clues_of(cause.cause), seen[number], strict=True)},
                }
            )  # fmt: skip
    flags = [f"clue_{clue.clue}" for clue in plan.clues]
    return pd.DataFrame(rows, columns=[*_CASE_COLUMNS, *flags])


def by_clue(coded: CodedCases, plan: TypePlan, samples: Samples) -> pd.DataFrame:
    """Tell what each clue is taken to be worth, what the cases teach about it, and how often it was found.

    Returns
    -------
    DataFrame
        One row for each cause and clue: ``stated_*`` are the probabilities of the file, ``learnt_*`` their posterior
        means where they are learnt from all cases with the code, ``decibels_found`` and ``decibels_absent`` the weight
        of finding and of not finding it; ``n_found`` and ``n_seen`` count traced cases, ``n_found_all`` and
        ``n_seen_all`` all cases.
    """
    rows = []
    for cause in plan.traced:
        clues = plan.clues_of(cause.cause)
        choices = plan.headline.but(clues=LEARNT, read=ALL)
        data, fit = posterior(coded, plan, cause, choices, samples)
        for number, clue in enumerate(clues):
            seen = data.clues[:, number]
            own = seen[data.marked]
            learnt = [fit.clue(number, 1, kind)[0] for kind in (BENEFICIAL, DESTINED)]
            rows.append(
                {
                    "cause": cause.cause, "clue": clue.clue, "label": clue.label,
                    "stated_beneficial": clue.beneficial, "stated_destined": clue.destined,
                    "learnt_beneficial": learnt[0], "learnt_destined": learnt[1],
                    "decibels_found": 10 * np.log10(clue.beneficial / clue.destined),
                    "decibels_absent": 10 * np.log10((1 - clue.beneficial) / (1 - clue.destined)),
                    "n_found": int(np.nansum(own)), "n_seen": int((~np.isnan(own)).sum()),
                    "n_found_all": int(np.nansum(seen)), "n_seen_all": int((~np.isnan(seen)).sum()), "why": clue.why,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def sensitivity(coded: CodedCases, plan: TypePlan, samples: Samples) -> pd.DataFrame:
    """Average effect and traced cases under every combination of prior, monotonicity, confounding and clues, and more.

    Beside the full combination on the headline's sample and coding stand, one at a time, the other codings, the other
    samples, clues read in all cases, clues whose probabilities are learnt, and strata of the confounder.

    Returns
    -------
    DataFrame
        The choices, then ``estimate``, ``std_error``, ``probability`` and ``mean_traced`` as in `by_evidence`.
    """
    rows = []
    for cause in plan.traced:
        for choices in _variants(coded, plan, cause, samples):
            fitted = within_strata if choices.stratified else posterior
            data, fit = fitted(coded, plan, cause, choices, samples)
            every = np.ones(len(data.cause), bool)
            chosen = {
                name: _WORDS.get(value, value) if isinstance(value, bool) else value
                for name, value in vars(choices).items()
            }
            rows.append(
                {
                    "cause": cause.cause, **{name: chosen[name] for name in _CHOICES}, "nobs": len(data.cause),
                    "estimate": fit.effect.mean, "std_error": fit.effect.sd, "probability": fit.effect.positive,
                    "mean_traced": _mean_traced(fit, data, every),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def _variants(
    coded: CodedCases, plan: TypePlan, cause: Cause, samples: Samples
) -> Iterator[Choices]:
    head = plan.headline
    clues = [(STATED, np.nan), (NONE, np.nan), *(("strength", s) for s in plan.strengths)]
    for prior, monotonic, confounded, (kind, strength) in product(
        plan.priors, (False, True), (False, True), clues
    ):
        yield head.but(
            prior=prior, monotonic=monotonic, confounded=confounded, clues=kind, strength=strength
        )
    for prior in plan.priors:
        mine = head.but(prior=prior)
        yield from (mine.but(coding=name) for name in _passes(coded) if name != head.coding)
        yield from (mine.but(sample=name) for name in samples if name != head.sample)
        yield from (
            mine.but(read=read, clues=kind)
            for read, kind in ((ALL, STATED), (TRACED, LEARNT), (ALL, LEARNT))
        )
        if cause.confounder:
            yield mine.but(stratified=True)


def _passes(coded: CodedCases) -> list[str]:
    """Codings that cover more than half of the cases: a part of them would be another sample."""
    return [
        name
        for name, rows in coded.rows.items()
        if name == AGREED
        or 2 * len([row for row in rows.values() if row.get("io_sought") is not None]) > len(rows)
    ]
