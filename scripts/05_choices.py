"""Step 5: the claims' estimates under every choice of sample, cut, coder and evidence."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, run_script


def task_claims_by_choice(
    code=code_of(__file__),
    cases=paths.DERIVED / "cases.csv",
    codings=paths.DERIVED / "codings.csv",
    specifications=[
        paths.SPECIFICATIONS / f"{name}.yaml"
        for name in ("claims", "models", "samples", "multiverse")
    ],
    table: Annotated[Path, Product] = paths.RESULTS / "claims_by_choice.csv",
):
    from replication.analyses.claims.by_choice import estimates_by_choice
    from replication.analyses.claims.reading import read_claims
    from replication.analyses.measurement.code_pairs import passes_of
    from replication.analyses.multiverse.plan import read_plan
    from replication.specifications import read_models, read_samples
    from replication.tables import read_table, write_table

    folder, readings = paths.SPECIFICATIONS, read_table(codings)
    choices = estimates_by_choice(
        read_table(cases),
        readings,
        read_claims(folder),
        read_models(folder),
        read_samples(folder),
        read_plan(folder / "multiverse.yaml").with_passes(passes_of(readings)),
    )
    write_table(table, choices)


if __name__ == "__main__":
    run_script(__file__)
