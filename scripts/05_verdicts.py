"""Step 5: claims by kind of evidence, the plan's criteria against the theory, cases where code and model part ways."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, run_script, table_file

READ = (
    "four_cases", "estimates", "qca_solutions", "timing_tests", "multiverse_joint_test", "causal_types",
)  # fmt: skip


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


def task_criteria(
    code=code_of(__file__),
    claims=paths.SPECIFICATIONS / "claims.yaml",
    estimates=table_file("estimates"),
    scores=table_file("prediction_scores"),
    joint=table_file("multiverse_joint_test"),
    table: Annotated[Path, Product] = table_file("criteria"),
):
    from replication.analyses.claims.criteria import criteria
    from replication.analyses.claims.reading import read_claims
    from replication.tables import read_table, write_table

    results = (read_table(path) for path in (estimates, scores, joint))
    write_table(table, criteria(read_claims(claims.parent), *results))


def task_support(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    specifications=[paths.SPECIFICATIONS / name for name in ("claims.yaml", "samples.yaml")],
    cases=table_file("cases"),
    codings=table_file("codings"),
    table: Annotated[Path, Product] = table_file("support"),
):
    from replication.analyses.claims.reading import read_claims
    from replication.analyses.claims.support import support
    from replication.codebook import read_codebook
    from replication.specifications import read_samples
    from replication.tables import read_table, write_table

    folder = paths.SPECIFICATIONS
    results = (read_table(path) for path in (cases, codings))
    write_table(
        table, support(read_claims(folder), *results, read_samples(folder), read_codebook(codebook))
    )


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


if __name__ == "__main__":
    run_script(__file__)
