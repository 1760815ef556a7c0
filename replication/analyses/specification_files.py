"""Every file of data/raw/specifications, read by its own reader, and held against the others and the codebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from replication.analyses.cases.decisions import read_decisions
from replication.analyses.cases.handover import HANDOVERS
from replication.analyses.cases.predictions import read_predictions
from replication.analyses.cases.set_data import read_qca_plan
from replication.analyses.cases.timing import QUESTIONS
from replication.analyses.cases.venue import read_regions
from replication.analyses.claims.reading import Prediction, read_claims
from replication.analyses.contradictions import read_contradictions
from replication.analyses.known_names import read_administrations
from replication.analyses.measurement.evidence_base import read_published_codings
from replication.analyses.measurement.provenance import read_coders
from replication.analyses.measurement.waves import read_waves
from replication.analyses.multiverse.data import ADMITTED
from replication.analyses.multiverse.plan import OTHER, PASSES, read_plan
from replication.analyses.types.plan import read_type_plan
from replication.casefile import Case
from replication.codebook import Codebook
from replication.near_names import did_you_mean, nearest
from replication.registry import OWN_MODELS
from replication.specifications import (
    no_number,
    open_specification,
    perhaps,
    read_models,
    read_samples,
)
from replication.yaml_reading import (
    Fault,
    InputError,
    PathParts,
    field_name,
    line_of,
    read_tree,
    shown_path,
)

# File, the way to the value, and what is said of it.
_Unknown = tuple[str, PathParts, str]


def check_specifications(folder: Path, codebook: Codebook, cases: Iterable[Case]) -> list[Fault]:
    """Read every file of the folder and find every fault in it.

    Faults of one file come first, line by line; only where each file is sound by itself are they
    held against each other, the codebook and the cases.
    """
    content: dict[str, Any] = {}
    faults = _strays(folder, codebook)
    for name, read in _readers(folder, codebook).items():
        try:
            content[name] = read()
        except InputError as error:
            faults += [fault for fault in error.faults if fault not in faults]
    if faults:
        return faults
    labels = {label for case in cases for label in case.codings}
    return list(_placed(folder, _contradictions(content, codebook, labels)))


def unknown_names(folder: Path, cases: Iterable[Case]) -> list[Fault]:
    """Note the passes and the cases of coders.yaml and waves.yaml that are not there: not filled yet, or misspelt.

    The folder is sound, and the cases are all there are.
    """
    every = list(cases)
    labels = {label for case in every for label in (*case.codings, *case.weights)}
    ids = {case.case_id for case in every}
    coders = read_coders(folder / "coders.yaml")
    found: list[_Unknown] = []
    for number, work in enumerate(coders):
        if work.coding and work.coding not in labels:
            told = (
                f"no case has the pass {work.coding!r}{did_you_mean(nearest(work.coding, labels))}"
            )
            there = f"passes there are: {', '.join(sorted(labels)) or 'none'}"
            found.append(("coders", (number, "pass"), f"{told} {there}"))
    named = {
        "coders": [work.cases for work in coders],
        "waves": [wave.cases for wave in read_waves(folder / "waves.yaml")],
    }
    for name, lists in named.items():
        for number, listed in enumerate(lists):
            for place, case in enumerate(listed):
                if case not in ids:
                    told = f"there is no case file of {case!r}{did_you_mean(nearest(case, ids))}"
                    found.append(
                        (name, (number, "cases", place), f"{told} cases are named by their files")
                    )
    return list(_placed(folder, found))


def _placed(folder: Path, found: Iterable[_Unknown]) -> Iterator[Fault]:
    trees: dict[str, Any] = {}
    for name, parts, message in found:
        if name not in trees:
            trees[name] = read_tree(folder / f"{name}.yaml")[0]
        line = line_of(trees[name], parts) if trees[name] is not None else 1
        file = shown_path(folder / f"{name}.yaml")
        yield Fault(file, line, field_name(parts), message)


def _readers(folder: Path, codebook: Codebook) -> Mapping[str, Callable[[], Any]]:
    """Give the reader of each file; a file that has none is not known."""
    return {
        "samples": lambda: read_samples(folder),
        "models": lambda: read_models(folder, codebook),
        "multiverse": lambda: read_plan(folder / "multiverse.yaml"),
        "predictions": lambda: read_predictions(folder / "predictions.yaml", codebook),
        "qca": lambda: read_qca_plan(folder / "qca.yaml", read_samples(folder)),
        "causal_types": lambda: read_type_plan(folder, codebook),
        "claims": lambda: read_claims(folder),
        "regions": lambda: read_regions(folder / "regions.yaml"),
        "administrations": lambda: read_administrations(folder / "administrations.yaml"),
        "contradictions": lambda: read_contradictions(folder / "contradictions.yaml", codebook),
        "handovers": lambda: open_specification(folder / "handovers.yaml", HANDOVERS).settle(),
        "coders": lambda: read_coders(folder / "coders.yaml"),
        "decisions": lambda: read_decisions(folder / "decisions.yaml"),
        "waves": lambda: read_waves(folder / "waves.yaml"),
        "published_codings": lambda: read_published_codings(
            folder / "published_codings.yaml", codebook
        ),
    }


def _strays(folder: Path, codebook: Codebook) -> list[Fault]:
    known = sorted(f"{name}.yaml" for name in _readers(folder, codebook))
    strays = sorted({path.name for path in folder.iterdir()} - set(known))
    return [
        Fault(shown_path(folder / name), 1, "", f"is not read{perhaps(name, known)}")
        for name in strays
        if not name.startswith(".")
    ]


def _contradictions(
    content: Mapping[str, Any], codebook: Codebook, labels: set[str]
) -> Iterator[_Unknown]:
    samples, models, plan = (content[name] for name in ("samples", "models", "multiverse"))
    values = list(codebook.variables["sample"].values)
    for number, sample in enumerate(samples.values()):
        yield from _unknown("samples", (number, "values"), sample.values, values)
    for number, name in enumerate(models):
        if name in OWN_MODELS:
            told = "is a model that the package makes itself; allowed: a name other than"
            yield "models", (number, "model"), f"{name!r} {told} {', '.join(OWN_MODELS)}"
    for name, columns in (("treatments", plan.treatments), ("controls", plan.controls)):
        for place, column in enumerate(columns):
            if column != OTHER and (told := no_number(column, codebook)):
                yield "multiverse", (name, place), told
    yield from _unknown("multiverse", ("samples",), plan.samples, samples)
    for rule in plan.evidence:
        yield from _unknown("multiverse", ("evidence", rule), rule, ADMITTED)
    if labels:
        yield from _unknown("multiverse", ("codings",), plan.codings, {*labels, PASSES})
        headline = content["causal_types"].headline
        yield from _unknown("causal_types", ("headline", "coding"), headline.coding, labels)
    qca = content["qca"]
    yield from _unknown("qca", ("outcome", "variable"), qca.outcome.variable, codebook.cells)
    for number, row in enumerate(qca.conditions):
        parts = ("conditions", number, "variable")
        yield from _unknown("qca", parts, row.variable, codebook.cells)
    yield from _of_claims(content, codebook)


def _of_claims(content: Mapping[str, Any], codebook: Codebook) -> Iterator[_Unknown]:
    qca = content["qca"]
    asked = {(row.theory, row.observable) for row in content["predictions"].rows}
    tests = [question.test for question in QUESTIONS]
    for number, claim in enumerate(content["claims"]):
        yield from _unknown("claims", (number, "cases"), claim.cases, asked)
        for name in claim.sets:
            yield from _unknown("claims", (number, "sets", name), name, qca.names)
        yield from _unknown("claims", (number, "timing"), claim.timing, tests)
        for kind, rows in (("statistics", claim.statistics), ("also", claim.also)):
            for place, row in enumerate(rows):
                yield from _of_estimate(row, (number, kind, place), content, codebook)


def _of_estimate(
    row: Prediction, place: PathParts, content: Mapping[str, Any], codebook: Codebook
) -> Iterator[_Unknown]:
    """Find what keeps a row of a claim from being among the estimates."""
    models = content["models"]
    yield from _unknown("claims", (*place, "sample"), row.sample, content["samples"])
    yield from _unknown("claims", (*place, "cells"), row.cells, codebook.cells)
    yield from _unknown("claims", (*place, "model"), row.model, (*models, *OWN_MODELS))
    if row.model in models:
        model = models[row.model]
        own = (
            ("term", row.term, model.terms, "a term"),
            ("sample", row.sample, [model.sample], "the sample"),
            ("outcome", row.outcome, [model.outcome], "the outcome"),
        )
        for name, value, allowed, what in own:
            what_of = f"{what} of {row.model}"
            yield from _unknown("claims", (*place, name), value, allowed, what_of)


def _unknown(
    file: str,
    place: PathParts,
    values: str | Iterable[object],
    allowed: Iterable[object],
    what: str = "known",
) -> Iterator[_Unknown]:
    """Find what is not allowed: a value at a place, or values of the list that stands there."""
    known = list(map(_word, allowed))
    placed = (
        {place: values}
        if isinstance(values, str)
        else {(*place, number): value for number, value in enumerate(values)}
    )
    for parts, value in placed.items():
        if (word := _word(value)) not in known:
            yield file, parts, f"{word!r} is not {what}{perhaps(word, known)}"


def _word(value: object) -> str:
    return ": ".join(map(str, value)) if isinstance(value, tuple) else str(value)
