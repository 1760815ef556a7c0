"""Step 5: each claim by cases, statistics, configurations and timing; cases where code and model part ways."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, table_file

READ = ("four_cases", "estimates", "qca_solutions", "timing_tests")


def task_verdicts(
    code=code_of(__file__),
    claims=paths.SPECIFICATIONS / "claims.yaml",
    results={name: table_file(name) for name in READ},
    table: Annotated[Path, Product] = table_file("verdicts"),
    rules: Annotated[Path, Product] = table_file("verdict_rules"),
):
    import pandas as pd

    from replication.analyses.claims.reading import read_claims
    from replication.analyses.claims.verdicts import RULES, verdicts
    from replication.tables import read_table, write_table

    frames = [read_table(path) for path in results.values()]
    write_table(table, verdicts(read_claims(claims.parent), *frames))
    write_table(rules, pd.DataFrame(RULES.items(), columns=["kind", "rule"]))


def task_disagreements(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    fit=table_file("case_fit"),
    codings=table_file("codings"),
    evidence=table_file("evidence"),
    table: Annotated[Path, Product] = table_file("disagreements"),
):
    from replication.analyses.claims.disagreements import disagreements
    from replication.codebook import read_codebook
    from replication.tables import read_table, write_table

    book = read_codebook(codebook)
    write_table(
        table, disagreements(read_table(fit), read_table(codings), read_table(evidence), book)
    )
