"""Step 1: raw case files -> data/derived, in every format."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, run_script, stored_files

TABLES = ("cases", "actors", "codings", "evidence", "sources", "facts", "weights")
LABELLED = ("cases", "actors")
REFERENCES = ("sources.bib", "sources.csl.json")


def task_build_dataset(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    citation=paths.CITATION,
    cases=stored_files(paths.CASES, "*.yaml"),
    tables: Annotated[dict[str, Path], Product] = {t: paths.DERIVED / f"{t}.csv" for t in TABLES},
    stata: Annotated[dict[str, Path], Product] = {t: paths.DERIVED / f"{t}.dta" for t in LABELLED},
    spss: Annotated[dict[str, Path], Product] = {t: paths.DERIVED / f"{t}.sav" for t in LABELLED},
):
    from replication.casefile import load_cases
    from replication.citation import citation_text, read_citation
    from replication.codebook import read_codebook
    from replication.dataset import build
    from replication.exports import write_sav, write_stata
    from replication.files import together
    from replication.tables import write_table

    book = read_codebook(codebook)
    frames = build(load_cases(paths.CASES, book), book)
    notes = [f"Please cite: {citation_text(read_citation(citation))}"]
    with together():
        for name, path in tables.items():
            write_table(path, frames[name])
        for name in LABELLED:
            write_stata(stata[name], frames[name], book, notes)
            write_sav(spss[name], frames[name], book, notes)


def task_list_sources(
    code=code_of(__file__),
    sources=paths.DERIVED / "sources.csv",
    lists: Annotated[dict[str, Path], Product] = {
        name: paths.DERIVED / name for name in REFERENCES
    },
):
    from replication.files import together, write_text
    from replication.references.writing import FORMATS
    from replication.tables import read_rows

    rows = read_rows(sources)
    with together():
        for name, path in lists.items():
            write_text(path, FORMATS[name](rows))


if __name__ == "__main__":
    run_script(__file__)
