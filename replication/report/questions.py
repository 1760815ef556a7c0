"""Which exhibits the page leads with, and under which question it folds the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from replication.report.exhibit_views import ExhibitView

# Exhibits are known by their names without the kind and the number, which both may change.
_NUMBER = re.compile("^(?:table|figure)[0-9]+[a-z]?_")
_LEADING = ("probabilities", "coefficients", "specification_curve")
_N_LEADING = len(_LEADING)
_QUESTIONS = {
    "Which decisions are studied, and how do they compare?": (
        "sample", "timeline", "codes", "crosstabs", "venue", "decisions",
    ),
    "Does what the theory says show in the estimates?": (
        "criteria", "verdicts", "models", "methods", "coefficients", "probabilities", "overturning",
    ),
    "Who argued for endorsement, and when did it come?": ("actors", "positions", "timing"),
    "Did endorsement pay off?": ("payoff", "follow_on"),
    "Do the rivals explain it better?": ("prediction", "rivals"),
    "What do the original cases show, and which cases come next?": (
        "four_cases", "theory_scores", "disagreements", "case_selection",
    ),
    "How much do cases and numbers say together?": (
        "causal_types", "weights", "type_rivals", "type_cases", "type_clues",
    ),
    "Which combinations of conditions suffice?": ("truth_table", "qca_solutions"),
    "Would other choices give another answer?": (
        "multiverse", "specification_curve", "influence", "coding_error", "sensitivity",
    ),
    "What can so few cases find at all?": ("design", "design_analysis", "coverage"),
    "What does other software make of the same data?": ("other_programs",),
    "How sure are the codes?": ("reliability", "disputes", "thin_codes", "waves"),
}  # fmt: skip
_OTHER = "Further exhibits"


@dataclass(frozen=True)
class Question:
    """A question and the exhibits that answer it, tables before figures; `key` is fit for an id."""

    key: str
    question: str
    exhibits: tuple[ExhibitView, ...]


def leading_figures(exhibits: Sequence[ExhibitView]) -> list[ExhibitView]:
    """Give the three figures that stand right after the answer; where those are not made, the first."""
    figures = [exhibit for exhibit in exhibits if not exhibit.is_table]
    known = {_stem(exhibit): exhibit for exhibit in figures}
    chosen = [known[stem] for stem in _LEADING if stem in known]
    return chosen or figures[:_N_LEADING]


def questions(exhibits: Sequence[ExhibitView]) -> list[Question]:
    """Put every exhibit that does not lead under its question; one that no question names comes last."""
    leading = leading_figures(exhibits)
    rest = [exhibit for exhibit in exhibits if exhibit not in leading]
    named = {stem for stems in _QUESTIONS.values() for stem in stems}
    asked = [
        (question, [e for stem in stems for e in rest if _stem(e) == stem])
        for question, stems in _QUESTIONS.items()
    ]
    asked.append((_OTHER, [e for e in rest if _stem(e) not in named]))
    return [
        Question(f"{place}", question, tuple(sorted(found, key=lambda e: not e.is_table)))
        for place, (question, found) in enumerate(asked, start=1)
        if found
    ]


def _stem(exhibit: ExhibitView) -> str:
    return _NUMBER.sub("", exhibit.name)
