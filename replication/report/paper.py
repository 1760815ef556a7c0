"""output/paper.pdf and output/numbers.csv: a fixed source, set by Typst with results passed to it as data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from replication import paths
from replication.analyses.claims.judging import MEANINGS, RULE
from replication.analyses.claims.reading import read_claims
from replication.codebook import read_codebook
from replication.exhibits.numbers import minus_signs
from replication.exhibits.text import visible
from replication.files import write_bytes
from replication.report import paper_source
from replication.report.answers import answers
from replication.report.paper_numbers import entries, numbers_table, shown_numbers
from replication.report.paper_results import PaperResults
from replication.report.paper_source import Call
from replication.report.paper_tables import (
    breakable,
    codebook_content,
    coded_data,
    drawn,
    exhibit_table,
)
from replication.report.typesetting import typeset
from replication.tables import Row, read_rows, write_table
from replication.workflow import table_file

# Cases named as the next ones to look into.
_NEXT = 5


@dataclass(frozen=True)
class Paper:
    """The paper and the numbers in its prose.

    Attributes
    ----------
    pdf : bytes
        The same for the same inputs, wherever they lie.
    numbers : DataFrame
        See `paper_numbers.COLUMNS`.
    """

    pdf: bytes
    numbers: pd.DataFrame


def write_paper(pdf: Path, numbers: Path) -> None:
    """Set the paper and write it with the list of its numbers.

    Raises
    ------
    KeyError
        When the source asks for a result that does not exist; the message names key and line.
    FileNotFoundError
        When a step that comes before has not been run.
    """
    paper = make_paper()
    write_table(numbers, paper.numbers)
    write_bytes(pdf, paper.pdf)


def make_paper(source: Path = paper_source.SOURCE) -> Paper:
    """Make the paper from the results as they are now; see `write_paper` for what may be wrong."""
    found = paper_source.calls(source.read_text(encoding="utf-8"))
    made = entries(found, PaperResults(), source.name)
    figures = {name: paths.FIGURES / f"{name}.pdf" for name in _asked(found, paper_source.FIGURE)}
    data = {
        "numbers": shown_numbers(made),
        "tables": {name: exhibit_table(name) for name in _asked(found, paper_source.TABLE)},
        "figures": drawn(figures),
        **_answers(),
        **_appendix(),
        "status": status(),
        "departures": _departures(),
        "next": _next_cases(),
    }
    return Paper(typeset(source, figures, data), numbers_table(made))


def status() -> str:
    """Say who coded the cases, as the footer of every page does."""
    rows = read_rows(table_file("provenance_sentences"))
    return next((visible(row["text"]) for row in rows if row["what"] == "status"), "")


def _departures() -> list[str]:
    """List the departures from the plan, the numbered lines under their heading in the plan's file."""
    text = (
        (paths.RAW / "ANALYSIS_PLAN.md").read_text(encoding="utf-8").partition("## Departures")[2]
    )
    return [" ".join(item.split()) for item in re.split(r"(?m)^[0-9]+[.] ", text)[1:]]


def _next_cases() -> list[dict[str, str]]:
    rows = read_rows(table_file("next_cases"))[:_NEXT]
    return [
        {key: breakable(minus_signs(row[key])) for key in ("case_title", "reasons")} for row in rows
    ]


def _answers() -> dict[str, Any]:
    thin = {row["claim"]: row for row in read_rows(table_file("support"))}
    said = answers(read_rows(table_file("estimates")), read_claims(paths.SPECIFICATIONS))
    return {
        "rule": RULE,
        "meanings": [
            {"word": str(word), "meaning": MEANINGS[word]}
            for word in MEANINGS
            if word in {answer.verdict for answer in said}
        ],
        "answers": {
            answer.claim.claim: {
                "title": answer.claim.label,
                "claim": answer.claim.statement,
                "word": str(answer.verdict),
                "sentence": _unbroken(visible(answer.sentence)),
                "also": _unbroken(visible(answer.also)),
                "thin": _thin(thin.get(answer.claim.claim)),
            }
            for answer in said
        },
    }


def _thin(row: Row | None) -> str:
    """Give how many of a claim's codes are thin, of how many; empty where there is none."""
    if row is None or not int(row["n_codes"]):
        return ""
    return f"{row['n_thin']} of {row['n_codes']}"


def _appendix() -> dict[str, Any]:
    codebook = read_codebook(paths.CODEBOOK)
    cases, actors = (read_rows(table_file(name)) for name in ("cases", "actors"))
    return {
        "universe": {name: str(value) for name, value in codebook.universe.items()},
        "rules": {"time": codebook.time_rule, "missing": codebook.missing_rule},
        "codes": coded_data(cases, actors, codebook),
        "codebook": codebook_content(codebook),
    }


def _asked(found: list[Call], form: str) -> list[str]:
    return list(dict.fromkeys(call.key for call in found if call.form == form))


def _unbroken(sentence: str) -> str:
    """Keep a number on one line with what it is the value of, or with its unit."""
    for parted in ("p = ", "p < ", "N = ", " %"):
        sentence = sentence.replace(parted, parted.replace(" ", chr(0xA0)))
    return sentence
