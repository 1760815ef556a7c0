"""Sound case files held against what is known beyond them: names, time, contradictions, and the codes last released."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from replication.analyses.cases.decisions import IN, Decision, read_decisions, rows_alike, unlisted
from replication.analyses.cases.venue import read_regions
from replication.analyses.contradictions import FAULT, NOTE, findings, read_contradictions, value_of
from replication.analyses.known_names import FAMILIES, FILE, name_faults, read_administrations
from replication.casefile import AGREED, Case
from replication.codebook import Codebook
from replication.dataset import code_text
from replication.date_ranges import date_range, known_range
from replication.tables import read_rows
from replication.yaml_reading import Fault, PathParts, field_name, line_of, read_tree, shown_path

RELEASED = "data/release/codings.csv"
DECISIONS = "decisions.yaml"
# Value by case and cell, as `make release` wrote them.
Released = Mapping[tuple[str, str], str]
_CaseFinding = tuple[str, PathParts, str]


def check_cases_against_known(
    cases: Iterable[Case], folder: Path, codebook: Codebook, released: Released, today: date
) -> tuple[list[Fault], list[Fault]]:
    """Find faults and notes of cases that are sound by themselves.

    Parameters
    ----------
    folder : Path
        That of the specifications, which are sound.
    released : mapping
        Empty where there is no release.
    today : date
        No date of a case lies after it.

    Returns
    -------
    faults, notes : list of Fault
    """
    terms = read_administrations(folder / FILE)
    families = read_regions(folder / FAMILIES)
    rules = read_contradictions(folder / "contradictions.yaml", codebook)
    found: dict[str, list[Fault]] = {FAULT: [], NOTE: []}
    for case in cases:
        every = [
            *((FAULT, place, told) for place, told in name_faults(case, terms, families)),
            *findings(case, rules, codebook),
            *_in_the_future(case, codebook, today),
            *_unmarked_times(case),
            *_unrecorded(case, codebook, released),
        ]
        for weight, fault in _located(case, every):
            found[weight].append(fault)
    return found[FAULT], found[NOTE]


def unlisted_notes(cases: Iterable[Case], folder: Path) -> list[Fault]:
    """Note each case that no row of the list of decisions names, and say what to write there.

    Parameters
    ----------
    folder : Path
        That of the specifications, which are sound. Where the list has no row nobody keeps one, and nothing is noted.
    """
    file = folder / DECISIONS
    decisions = read_decisions(file)
    known = {case.case_id: case for case in cases}
    every = unlisted(decisions, [{"case_id": name} for name in known]) if decisions else []
    found = []
    for case in (known[row["case_id"]] for row in every):
        told = _unlisted_words(case, file, decisions)
        found += [fault for _, fault in _located(case, [(NOTE, ("case_id",), told)])]
    return found


def read_released(folder: Path) -> dict[tuple[str, str], str]:
    """Give the value of every released cell; none where nothing was released."""
    path = folder / Path(RELEASED).name
    rows = read_rows(path) if path.is_file() else []
    return {(row["case_id"], row["cell"]): row["value"] for row in rows}


def _unlisted_words(case: Case, file: Path, decisions: Iterable[Decision]) -> str:
    day = case.identity["decision_date"]
    rows = rows_alike(decisions, day, case.identity["target_state"])
    alike = "; ".join(f"{row.date}, {row.place}: {row.decision}" for row in rows)
    perhaps = f" (perhaps {alike})" if rows else ""
    date_key = f"date: '{day}'" if day else "date: ..."
    named = f"verdict: {IN}, case: {case.case_id}"
    return (
        f"no row of {shown_path(file)} names this case, so the table of decisions adds it. Where its decision has a "
        f"row there{perhaps}, put {named} into that row and take out its ground; else add the row "
        f"- {{{date_key}, place: ..., decision: ..., listed: [], {named}}}"
    )


def _located(case: Case, every: list[_CaseFinding]) -> Iterator[tuple[str, Fault]]:
    # Read once more, as sound cases keep no lines; few cases have anything to tell.
    tree = read_tree(case.path)[0] if every else None
    for weight, parts, message in every:
        line = line_of(tree, parts) if tree is not None else 1
        yield weight, Fault(shown_path(case.path), line, field_name(parts), message)


def _in_the_future(case: Case, codebook: Codebook, today: date) -> Iterator[_CaseFinding]:
    dated: list[tuple[PathParts, object]] = [
        ((v.key,), case.identity[v.name])
        for v in codebook.identity
        if v.type == "date" and v.derive is None
    ]
    dates = {v.key for v in codebook.fact if v.type == "date"}
    dated += [(("facts", n, "value"), f.value) for n, f in case.facts.items() if n in dates]
    dated += [(("sources", key, "date"), source.date) for key, source in case.sources.items()]
    dated += [
        (("evidence", number, "when"), item.when)
        for number, item in enumerate(case.evidence.values())
    ]
    for place, text in dated:
        if text is not None and known_range(text).first > today:
            yield FAULT, place, f"{text} lies in the future; allowed: dates up to today, {today}"


def _unmarked_times(case: Case) -> Iterator[_CaseFinding]:
    """Find items whose mark after_decision and whose time say different things."""
    decided = date_range(case.identity["decision_date"])
    for number, item in enumerate(case.evidence.values()):
        span = date_range(item.when)
        if span is None or decided is None:
            continue
        place = ("evidence", number, "when")
        told = f"{item.when}, and the decision fell on {case.identity['decision_date']}"
        if span.first > decided.last and not item.after_decision:
            yield NOTE, place, f"{told}: mark the item after_decision: true, or mend the date"
        if span.last < decided.first and item.after_decision:
            yield NOTE, place, f"{told}: the item is marked after_decision, yet its time is before"


def _unrecorded(case: Case, codebook: Codebook, released: Released) -> Iterator[_CaseFinding]:
    """Find values that differ from those released without a correction that says so."""
    recorded = {correction.cell: correction for correction in case.corrections}
    for name, place, cell in _values(codebook):
        if (case.case_id, name) not in released:
            continue
        old, new = released[case.case_id, name], code_text(value_of(case, name)) or ""
        if _same(old, new):
            continue
        if cell not in recorded:
            yield (
                NOTE,
                place,
                (
                    f"{new or 'null'} is not what was released, {old or 'null'} ({RELEASED}); keep the old value on "
                    f"record under corrections, as cell: {cell}"
                ),
            )
        elif not _same(old, code_text(recorded[cell].old) or ""):
            number = case.corrections.index(recorded[cell])
            told = f"{code_text(recorded[cell].old) or 'null'} is not what was released"
            yield NOTE, ("corrections", number, "old"), f"{told}: {old or 'null'} ({RELEASED})"


def _values(codebook: Codebook) -> Iterator[tuple[str, PathParts, str]]:
    """Give the name of each value that a release holds, its place, and how corrections call it."""
    for variable in codebook.identity:
        if variable.derive is None and variable.name != "case_id":
            yield variable.name, (variable.key,), variable.key
    for name in codebook.cells:
        actor, _, own = name.rpartition(".")
        where = ("actors", actor) if actor else ("case",)
        yield name, ("codings", AGREED, *where, own, "code"), f"{AGREED}.{name}"
    for variable in codebook.fact:
        yield variable.name, ("facts", variable.key, "value"), f"facts.{variable.key}"


def _same(old: str, new: str) -> bool:
    """Tell whether two texts of a value say the same; 3 and 3.0 do."""
    if old == new:
        return True
    try:
        return float(old) == float(new)
    except ValueError:
        return False
