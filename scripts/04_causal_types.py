"""Step 4: causal types from cases and numbers, their rivals, what one more case would teach; weights of evidence."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, run_script, table_file

TYPES = (
    "causal_types", "causal_type_cases", "causal_type_clues", "causal_type_variants", "causal_type_rivals",
)  # fmt: skip
WEIGHTS = ("weight_items", "weight_sums", "weight_agreement")


def task_causal_types(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    specifications=[paths.SPECIFICATIONS / f"{n}.yaml" for n in ("causal_types", "samples")],
    derived={name: table_file(name) for name in ("cases", "actors", "codings")},
    ranked=table_file("next_cases"),
    results: Annotated[dict[str, Path], Product] = {name: table_file(name) for name in TYPES},
    learning: Annotated[Path, Product] = table_file("causal_type_learning"),
):
    from replication.analyses.types import posterior
    from replication.analyses.types.data import coded_cases
    from replication.analyses.types.learning import expected_learning
    from replication.analyses.types.plan import read_type_plan
    from replication.analyses.types.rivals import bayes_factors
    from replication.codebook import read_codebook
    from replication.specifications import read_samples
    from replication.tables import read_table, write_table

    book, folder = read_codebook(codebook), paths.SPECIFICATIONS
    coded = coded_cases(*(read_table(path) for path in derived.values()), book)
    inputs = (coded, read_type_plan(folder, book), read_samples(folder))
    makers = (
        posterior.by_evidence, posterior.by_case, posterior.by_clue, posterior.sensitivity, bayes_factors,
    )  # fmt: skip
    for path, make in zip(results.values(), makers, strict=True):
        write_table(path, make(*inputs))
    write_table(learning, expected_learning(*inputs, read_table(ranked)))


def task_weights(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    derived={name: table_file(name) for name in ("weights", "cases", "evidence")},
    results: Annotated[dict[str, Path], Product] = {name: table_file(name) for name in WEIGHTS},
):
    from replication.analyses.cases.weights import weight_agreement, weight_items, weight_sums
    from replication.codebook import read_codebook
    from replication.tables import read_table, write_table

    weights, cases, evidence = (read_table(path) for path in derived.values())
    sums = weight_sums(weights, cases, evidence, read_codebook(codebook))
    write_table(results["weight_items"], weight_items(weights, evidence))
    write_table(results["weight_sums"], sums)
    write_table(results["weight_agreement"], weight_agreement(weights))


if __name__ == "__main__":
    run_script(__file__)
