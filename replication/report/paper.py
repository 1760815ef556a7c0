"""output/paper.pdf and output/numbers.csv: a fixed source, set by Typst with results passed to it as data."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import typst

from replication import paths
from replication.codebook import read_codebook
from replication.exhibits.text import visible
from replication.files import write_bytes, write_csv
from replication.report import paper_source
from replication.report.answers import RULE, answers
from replication.report.inputs import read_rows
from replication.report.paper_numbers import entries, numbers_table
from replication.report.paper_results import Results
from replication.report.paper_source import Call
from replication.report.paper_tables import (
    codebook_content,
    coded_data,
    exhibit_table,
    figure_content,
)
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
    write_csv(numbers, paper.numbers)
    write_bytes(pdf, paper.pdf)


def make_paper(source: Path = paper_source.SOURCE) -> Paper:
    """Make the paper from the results as they are now."""
    found = paper_source.calls(source.read_text(encoding="utf-8"))
    made = entries(found, Results(), source.name)
    figures = [call.key for call in _distinct(found, paper_source.FIGURE)]
    data = {
        "numbers": {
            f"{entry.form} {entry.key}": {"text": visible(entry.text), "reason": visible(entry.reason)}
            for entry in made
        },
        **_exhibits(found, figures),
        **_answers(),
        **_appendix(),
    }
    return Paper(_set(source, figures, data), numbers_table(made))


def _exhibits(found: list[Call], figures: list[str]) -> dict[str, Any]:
    tables = [call.key for call in _distinct(found, paper_source.TABLE)]
    return {
        "tables": {name: exhibit_table(name) for name in tables},
        "figures": {name: figure_content(name) for name in figures},
    }


def _answers() -> dict[str, Any]:
    said = answers(read_rows(table_file("estimates")))
    return {
        "rule": RULE,
        "answers": {
            answer.claim.name: {
                "title": answer.claim.title,
                "claim": answer.claim.claim,
                "word": answer.verdict.word,
                "sentence": visible(answer.sentence),
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


def _set(source: Path, figures: list[str], data: dict[str, Any]) -> bytes:
    """Compile in an empty folder, so that no file but those named here can enter."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file in (source, source.with_name(paper_source.REFERENCES.name)):
            shutil.copy(file, folder / file.name)
        for figure in figures:
            shutil.copy(paths.FIGURES / f"{figure}.pdf", folder / f"{figure}.pdf")
        return typst.compile(
            folder / source.name,
            root=folder,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            timestamp=0,
        )


def _distinct(found: list[Call], form: str) -> list[Call]:
    return list({call.key: call for call in found if call.form == form}.values())
