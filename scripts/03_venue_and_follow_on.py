"""Step 3: organisations approached; the follow-on force and what was expected; a narrative of every case."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, run_script, table_file

DERIVED = ("cases", "actors", "codings", "evidence", "facts")


def task_venues(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    regions=paths.SPECIFICATIONS / "regions.yaml",
    cases=table_file("cases"),
    table: Annotated[Path, Product] = table_file("venues"),
):
    from replication.analyses.cases.venue import read_regions, venues
    from replication.codebook import read_codebook
    from replication.tables import read_table, write_table

    write_table(table, venues(read_table(cases), read_regions(regions), read_codebook(codebook)))


def task_follow_on(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    handovers=paths.SPECIFICATIONS / "handovers.yaml",
    derived={name: table_file(name) for name in DERIVED},
    table: Annotated[Path, Product] = table_file("follow_on"),
    tests: Annotated[Path, Product] = table_file("follow_on_tests"),
):
    from replication.analyses.cases.handover import follow_on, follow_on_tests, read_handovers
    from replication.codebook import read_codebook
    from replication.tables import read_table, write_table

    tables = {name: read_table(path) for name, path in derived.items()}
    known = read_handovers(handovers, tables["evidence"], tables["facts"])
    followed = follow_on(tables["cases"], tables["codings"], known, read_codebook(codebook))
    write_table(table, followed)
    write_table(tests, follow_on_tests(followed, tables["cases"]))


def task_narratives(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    derived={name: table_file(name) for name in DERIVED},
    table: Annotated[Path, Product] = table_file("narratives"),
):
    from replication.analyses.cases.narratives import narratives
    from replication.codebook import read_codebook
    from replication.tables import read_table, write_table

    tables = {name: read_table(path) for name, path in derived.items()}
    write_table(table, narratives(**tables, codebook=read_codebook(codebook)))


if __name__ == "__main__":
    run_script(__file__)
