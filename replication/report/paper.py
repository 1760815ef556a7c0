"""output/paper.pdf and output/numbers.csv: a fixed source, set by Typst with results passed to it as data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from replication import paths
from replication.analyses.claims.judging import RULE
from replication.analyses.claims.reading import read_claims
from replication.codebook import read_codebook
from replication.exhibits.text import visible
from replication.files import write_bytes
from replication.report import paper_source
from replication.report.answers import answers
from replication.report.paper_numbers import entries, numbers_table, shown_numbers
from replication.report.paper_results import Results
from replication.report.paper_source import Call
from replication.report.paper_tables import (
    codebook_content,
    coded_data,
    drawn,
    exhibit_table,
)
from replication.report.typesetting import typeset
from replication.tables import read_rows, write_table
from replication.workflow import table_file


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
    made = entries(found, Results(), source.name)
    figures = {name: paths.FIGURES / f"{name}.pdf" for name in _asked(found, paper_source.FIGURE)}
    data = {
        "numbers": shown_numbers(made),
        "tables": {name: exhibit_table(name) for name in _asked(found, paper_source.TABLE)},
        "figures": drawn(figures),
        **_answers(),
        **_appendix(),
    }
    return Paper(typeset(source, figures, data), numbers_table(made))


def _answers() -> dict[str, Any]:
    said = answers(read_rows(table_file("estimates")), read_claims(paths.SPECIFICATIONS))
    return {
        "rule": RULE,
        "answers": {
            answer.claim.claim: {
                "title": answer.claim.label,
                "claim": answer.claim.statement,
                "word": str(answer.verdict),
                "sentence": _unbroken(visible(answer.sentence)),
            }
            for answer in said
        },
    }


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
