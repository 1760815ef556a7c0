"""Every file of data/raw/specifications, read by its own reader, and held against the others and the codebook."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from replication.analyses.cases.decisions import read_decisions
from replication.analyses.cases.handover import HANDOVERS
from replication.analyses.cases.predictions import read_predictions
from replication.analyses.cases.set_data import read_qca_plan
from replication.analyses.cases.timing import QUESTIONS
from replication.analyses.cases.venue import read_regions
from replication.analyses.claims.reading import read_claims
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
from replication.specifications import open_specification, read_models, read_samples
from replication.yaml_reading import Fault, InputError, shown_path

# More names than these are not listed in a message.
_MOST = 20
_NUMERIC = {"ordinal", "flag", "integer", "number"}
# File, field, value, and what is allowed.
_Unknown = tuple[str, str, str, str]


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
    found = []
    for name, place, value, hint in _contradictions(content, codebook, labels):
        path = folder / f"{name}.yaml"
        message = f"{value!r} is not known{hint}"
        found.append(Fault(shown_path(path), _line_with(path, value), place, message))
    return found


def _readers(folder: Path, codebook: Codebook) -> Mapping[str, Callable[[], Any]]:
    """Give the reader of each file; a file that has none is not known."""
    return {
        "samples": lambda: read_samples(folder),
        "models": lambda: read_models(folder),
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
        Fault(shown_path(folder / name), 1, "", f"is not read{_perhaps(name, known)}")
        for name in strays
        if not name.startswith(".")
    ]


def _contradictions(
    content: Mapping[str, Any], codebook: Codebook, labels: set[str]
) -> Iterator[_Unknown]:
    columns = {v.name for v in codebook.columns("cases") if v.type in _NUMERIC}
    samples, models, plan = (content[name] for name in ("samples", "models", "multiverse"))
    values = list(codebook.variables["sample"].values)
    for sample in samples.values():
        yield from _unknown("samples", f"sample {sample.sample}: values", sample.values, values)
    for model in models.values():
        yield from _unknown("models", f"model {model.model}", model.columns, columns)
    yield from _unknown("multiverse", "treatments", plan.treatments, columns)
    yield from _unknown("multiverse", "controls", set(plan.controls) - {OTHER}, columns)
    yield from _unknown("multiverse", "samples", plan.samples, samples)
    yield from _unknown("multiverse", "evidence", plan.evidence, ADMITTED)
    if labels:
        yield from _unknown("multiverse", "codings", set(plan.codings) - {PASSES}, labels)
        headline = content["causal_types"].headline
        yield from _unknown("causal_types", "headline: coding", [headline.coding], labels)
    qca = content["qca"]
    for row in (*qca.conditions, qca.outcome):
        yield from _unknown("qca", f"{row.name}: variable", [row.variable], codebook.cells)
    yield from _of_claims(content, codebook)


def _of_claims(content: Mapping[str, Any], codebook: Codebook) -> Iterator[_Unknown]:
    samples, models, qca = (content[name] for name in ("samples", "models", "qca"))
    asked = {(row.theory, row.observable) for row in content["predictions"].rows}
    tests = [question.test for question in QUESTIONS]
    for claim in content["claims"]:
        place = f"claim {claim.claim}"
        yield from _unknown("claims", f"{place}: cases", claim.cases, asked)
        yield from _unknown("claims", f"{place}: sets", claim.sets, qca.names)
        yield from _unknown("claims", f"{place}: timing", claim.timing, tests)
        for row in (*claim.statistics, *claim.also):
            yield from _unknown("claims", f"{place}: sample", [row.sample], samples)
            yield from _unknown("claims", f"{place}: cells", row.cells, codebook.cells)
            if row.model in models:
                terms = models[row.model].terms
                yield from _unknown("claims", f"{place}: term of {row.model}", [row.term], terms)


def _unknown(
    file: str, place: str, values: Iterable[object], allowed: Iterable[object]
) -> Iterator[_Unknown]:
    known = sorted(map(_word, allowed))
    for value in sorted(set(map(_word, values)) - set(known)):
        yield file, place, value, _perhaps(value, known)


def _line_with(path: Path, value: str) -> int:
    """Find the first line that holds the value, or its last part; the first line where none does."""
    lines = path.read_text(encoding="utf-8").splitlines()
    last = value.rpartition(": ")[2]
    return next((number for number, line in enumerate(lines, start=1) if last in line), 1)


def _word(value: object) -> str:
    return ": ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _perhaps(value: str, known: list[str]) -> str:
    close = difflib.get_close_matches(value, known, n=1)
    hint = f", perhaps {close[0]}" if close else ""
    listed = (
        ", ".join(known) if len(known) <= _MOST else f"one of {len(known)} names of the codebook"
    )
    return f"{hint}; allowed: {listed}"
