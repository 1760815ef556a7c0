"""Step 8, aside: the codebook -> a row for every column of the derived data, as a table and a page."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, run_script


def task_codebook(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    table: Annotated[Path, Product] = paths.OUTPUT / "codebook.csv",
    page: Annotated[Path, Product] = paths.OUTPUT / "codebook.html",
):
    from replication.codebook import read_codebook
    from replication.report.codebook_tables import write_codebook

    write_codebook(table, page, read_codebook(codebook))


if __name__ == "__main__":
    run_script(__file__)
