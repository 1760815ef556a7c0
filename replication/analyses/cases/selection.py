"""Where the cases of the original study stand among all, and which cases to trace next.

The model is M3 of models.yaml, its effects the treatments. All residuals are from the fit without
the case itself: in so few cases a case would otherwise vouch for its own prediction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit

from replication.analyses.model_data import ModelData, model_data, term_values
from replication.codebook import Codebook
from replication.estimators import case_selection
from replication.estimators.case_selection import Ranking
from replication.estimators.firth import fit_firth
from replication.precision import below, fixed
from replication.specifications import Model, Sample

CHOSEN = "recchia_case"
# Rules whose first choices are worth tracing, and how many of each; extreme cases show where a
# variable ends, not how it works.
RECOMMENDING = ("typical", "deviant", "influential", "pathway", "most similar")
FIRST = 3
# From this residual on the model puts the case on the wrong side.
PARTED = 0.5
# Beside the treatments, what pairs of cases are matched on.
MATCHED = ("strategic_interest", "major_power_opposition", "democrat", "years_since_1989")
TREATED = 2


class Fits(NamedTuple):
    """Headline model on all cases and without each, with the note of a fit that failed.

    Attributes
    ----------
    data : ModelData
    predicted, left_out : ndarray, shape (n,)
        Probabilities from the fit with and without the case.
    changes : ndarray, shape (n, k)
        Coefficient of each term without the case less that with it.
    reduced : dict of str to ndarray, shape (n,)
        As `left_out`, from the model without the term.
    note : str
    """

    data: ModelData
    predicted: np.ndarray
    left_out: np.ndarray
    changes: np.ndarray
    reduced: dict[str, np.ndarray]
    note: str


def fit_headline(cases: pd.DataFrame, model: Model, samples: Mapping[str, Sample]) -> Fits:
    """Fit the model by Firth's logit on all cases, without each case, and without each term."""
    data = model_data(cases, model, samples)
    full = fit_firth(data.outcome, data.design, data.terms)
    left_out, changes = _without_each(data.outcome, data.design, data.terms)
    reduced = {
        term: _without_each(
            data.outcome,
            np.delete(data.design, place, axis=1),
            tuple(name for name in data.terms if name != term),
        )[0]
        for place, term in enumerate(data.terms)
    }
    return Fits(
        data=data,
        predicted=_probabilities(full.estimate, data.design),
        left_out=left_out,
        changes=changes - full.estimate[1:],
        reduced=reduced,
        note=full.note[0],
    )


def case_fit(fits: Fits) -> pd.DataFrame:
    """One row a case of the model: outcome, probabilities, residual, and what the model makes of it."""
    cases, outcome = fits.data.cases, fits.data.outcome
    residual = outcome - fits.left_out
    frame = cases[["case_id", "case_title", CHOSEN, *fits.data.terms]].assign(
        outcome=outcome.astype(int),
        predicted=fits.predicted,
        left_out=fits.left_out,
        residual=residual,
        parted=below(PARTED, np.abs(residual)).astype(int),
    )
    for place, term in enumerate(fits.data.terms):
        frame[f"change_{term}"] = fits.changes[:, place]
    return frame.assign(note=fits.note)


def rank_cases(fits: Fits) -> pd.DataFrame:
    """Rank every case by every rule, with the reason in words.

    Returns
    -------
    DataFrame
        One row for each rule and case (two cases for pairs, of which the better place counts):
        ``rule``, ``treatment`` (empty where the rule has none), ``case_id``, ``partner``,
        ``score``, ``rank`` (0: excluded by the rule), ``n_ranked``, ``reason``.
    """
    if not np.isfinite(fits.left_out).all() or not len(fits.left_out):
        return pd.DataFrame(columns=_RANK_COLUMNS)
    rows = [
        row
        for rule, treatment, ranking in _rankings(fits)
        for row in _ranking_rows(rule, treatment, ranking, fits)
    ]
    return pd.DataFrame(rows, columns=_RANK_COLUMNS)


def next_cases(ranked: pd.DataFrame, fits: Fits) -> pd.DataFrame:
    """Order the cases that are not yet of the original study by how many rules recommend them.

    A rule recommends a case that it ranks among its first three, ties included. Equal numbers are
    ordered by the best rank, then by the order of the case table.
    """
    cases = fits.data.cases
    fresh = cases.loc[cases[CHOSEN] != 1, ["case_id", "case_title"]]
    top = ranked[
        ranked["rule"].isin(RECOMMENDING) & (ranked["rank"] > 0) & (ranked["rank"] <= FIRST)
    ]
    rows = []
    for case_id, title in fresh.itertuples(index=False):
        own = top[top["case_id"] == case_id].sort_values("rank", kind="stable")
        if len(own):
            rows.append(
                {
                    "case_id": case_id,
                    "case_title": title,
                    "n_rules": len(own),
                    "best_rank": int(own["rank"].min()),
                    "reasons": "; ".join(own["reason"]),
                }
            )
    columns = ["place", "case_id", "case_title", "n_rules", "best_rank", "reasons"]
    frame = pd.DataFrame(rows, columns=columns[1:])
    frame = frame.sort_values(["n_rules", "best_rank"], ascending=[False, True], kind="stable")
    return frame.assign(place=range(1, len(frame) + 1))[columns].reset_index(drop=True)


def standings(
    cases: pd.DataFrame, actors: pd.DataFrame, codebook: Codebook, samples: Iterable[Sample]
) -> pd.DataFrame:
    """Place of each marked case on every ordinal variable, within each sample.

    ``place`` runs from 0, lowest, to 1, highest; cases with the same code share a place.
    """
    wide = actors.pivot_table(
        index="case_id", columns="actor", values=["force", "io"], aggfunc="first", observed=True
    )
    wide.columns = [f"{actor}.{variable}" for variable, actor in wide.columns]
    variables = [v.name for v in codebook.case if v.type == "ordinal"]
    joined = cases.merge(wide.reset_index(), on="case_id", how="left", validate="one_to_one")
    assert len(joined) == len(cases)
    cells = [*variables, *(name for name in codebook.cells if name in wide.columns)]
    rows = []
    for sample in samples:
        part = joined[joined["sample"].isin(sample.values)]
        for name in cells:
            codes = part[name].astype("Float64").to_numpy(float, na_value=np.nan)
            for case, place in zip(
                part.to_dict("records"), case_selection.standing(codes), strict=True
            ):
                if case[CHOSEN] == 1:
                    rows.append(
                        {
                            "sample": sample.sample,
                            "variable": name,
                            "case_id": case["case_id"],
                            "case_title": case["case_title"],
                            "code": case[name],
                            "place": place,
                            "n_known": int((~np.isnan(codes)).sum()),
                            "mean": np.nanmean(codes) if (~np.isnan(codes)).any() else np.nan,
                        }
                    )
    columns = ["sample", "variable", "case_id", "case_title", "code", "place", "n_known", "mean"]
    return pd.DataFrame(rows, columns=columns)


_RANK_COLUMNS = [
    "rule", "treatment", "case_id", CHOSEN, "partner", "score", "rank", "n_ranked", "reason",
]  # fmt: skip


def _without_each(
    outcome: np.ndarray, design: np.ndarray, terms: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    probabilities, slopes = np.full(len(outcome), np.nan), np.full(design.shape, np.nan)
    for place in range(len(outcome)):
        kept = np.arange(len(outcome)) != place
        fit = fit_firth(outcome[kept], design[kept], terms)
        probabilities[place] = _probabilities(fit.estimate, design[place : place + 1])[0]
        slopes[place] = fit.estimate[1:]
    return probabilities, slopes


def _probabilities(coefficients: np.ndarray, design: np.ndarray) -> np.ndarray:
    return expit(coefficients[0] + design @ coefficients[1:])


def _rankings(fits: Fits) -> Iterable[tuple[str, str, Ranking]]:
    ids, outcome = tuple(fits.data.cases["case_id"]), fits.data.outcome
    yield "typical", "", case_selection.typical(ids, outcome, fits.left_out)
    yield "deviant", "", case_selection.deviant(ids, outcome, fits.left_out)
    for place, term in enumerate(fits.data.terms):
        values = fits.data.design[:, place]
        yield "extreme", term, case_selection.extreme(ids, values)
        yield "influential", term, case_selection.influential(ids, fits.changes[:, place])
        yield (
            "pathway",
            term,
            case_selection.pathway(ids, outcome, fits.left_out, fits.reduced[term]),
        )
        yield "most similar", term, _pairs(fits, term)


def _pairs(fits: Fits, term: str) -> Ranking:
    """Pairs that differ in the treatment, matched on the other treatments and the rivals."""
    cases = fits.data.cases
    others = [name for name in (*fits.data.terms, *MATCHED) if name != term]
    controls = np.column_stack([term_values(cases, name, "matching") for name in others])
    complete = ~np.isnan(controls).any(axis=1)
    treated = fits.data.design[complete, fits.data.terms.index(term)] >= TREATED
    ids = tuple(cases.loc[complete, "case_id"])
    return case_selection.most_similar_pairs(ids, treated.astype(float), controls[complete])


def _ranking_rows(rule: str, treatment: str, ranking: Ranking, fits: Fits) -> list[dict[str, Any]]:
    marked = fits.data.cases.set_index("case_id")[CHOSEN].to_dict()
    titles = fits.data.cases.set_index("case_id")["case_title"].to_dict()
    found: dict[str, dict[str, Any]] = {}
    order = np.argsort(np.where(ranking.rank > 0, ranking.rank, np.inf), kind="stable")
    for place in order:
        members = ranking.ids[place] if rule == "most similar" else (ranking.ids[place],)
        for member in members:
            if member in found:
                continue
            partner = next((other for other in members if other != member), "")
            row = {
                "rule": rule,
                "treatment": treatment,
                "case_id": member,
                CHOSEN: marked[member],
                "partner": partner,
                "score": ranking.score[place],
                "rank": int(ranking.rank[place]),
                "n_ranked": int((ranking.rank > 0).sum()),
            }
            row["reason"] = _reason(row, fits, titles)
            found[member] = row
    return list(found.values())


def _reason(row: Mapping[str, Any], fits: Fits, titles: Mapping[str, str]) -> str:
    if not row["rank"]:
        return "excluded by the rule"
    place = tuple(fits.data.cases["case_id"]).index(row["case_id"])
    name = row["treatment"].replace("_", " ")
    side = "sought" if fits.data.outcome[place] else "not sought"
    fitted = f"{side}, probability {fixed(fits.left_out[place], 2)}"
    words: dict[str, Callable[[], str]] = {
        "typical": lambda: f"typical ({fitted})",
        "deviant": lambda: f"deviant ({fitted})",
        "extreme": lambda: (
            f"extreme in {name} ({fixed(row['score'], 1)} standard deviations from the mean)"
        ),
        "influential": lambda: f"influential ({_moves(fits, place, row['treatment'])})",
        "pathway": lambda: (
            f"pathway for {name} (probability nearer by {fixed(row['score'], 2)} with it)"
        ),
        "most similar": lambda: (
            f"most alike {titles[row['partner']].split(' (')[0]} but for {name} "
            f"(distance {fixed(row['score'], 2)})"
        ),
    }
    return words[row["rule"]]()


def _moves(fits: Fits, place: int, term: str) -> str:
    change = fits.changes[place, fits.data.terms.index(term)]
    return f"without it the log-odds of {term.replace('_', ' ')} move by {change:+.2f}"
