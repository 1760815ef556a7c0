"""Step 3: organisations approached; the follow-on force and what was expected; a narrative of every case."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, table_file

DERIVED = ("cases", "actors", "codings", "evidence", "facts")


def task_venues(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    regions=paths.SPECIFICATIONS / "regions.yaml",
    cases=table_file("cases"),
    table: Annotated[Path, Product] = table_file("venues"),
):
    from replication.analyses.venue import read_regions, venues
    from replication.codebook import read_codebook
    from replication.files import read_csv, write_csv

    write_csv(table, venues(read_csv(cases), read_regions(regions), read_codebook(codebook)))


def task_follow_on(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    handovers=paths.SPECIFICATIONS / "handovers.yaml",
    derived={name: table_file(name) for name in DERIVED},
    table: Annotated[Path, Product] = table_file("follow_on"),
    tests: Annotated[Path, Product] = table_file("follow_on_tests"),
):
    from replication.analyses.handover import follow_on, follow_on_tests, read_handovers
    from replication.codebook import read_codebook
    from replication.files import read_csv, write_csv

    tables = {name: read_csv(path) for name, path in derived.items()}
    known = read_handovers(handovers, tables["evidence"], tables["facts"])
    followed = follow_on(tables["cases"], tables["codings"], known, read_codebook(codebook))
    write_csv(table, followed)
    write_csv(tests, follow_on_tests(followed, tables["cases"]))


def task_narratives(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    derived={name: table_file(name) for name in DERIVED},
    table: Annotated[Path, Product] = table_file("narratives"),
):
    from replication.analyses.narratives import narratives
    from replication.codebook import read_codebook
    from replication.files import read_csv, write_csv

    tables = {name: read_csv(path) for name, path in derived.items()}
    write_csv(table, narratives(**tables, codebook=read_codebook(codebook)))
