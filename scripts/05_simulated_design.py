"""Step 5, aside: digests of the designs as they are, to tell whether the stored simulation is of these data."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, run_script, stored_files


def task_simulated_design(
    code=code_of(__file__),
    cases=paths.DERIVED / "cases.csv",
    specifications=stored_files(paths.SPECIFICATIONS, "[ms][oa]*.yaml"),
    design: Annotated[Path, Product] = paths.RESULTS / "coverage_design.csv",
):
    from replication.analyses.robustness.coverage import fingerprints, problems
    from replication.specifications import read_models, read_samples
    from replication.tables import read_table, write_table

    models, samples = read_models(paths.SPECIFICATIONS), read_samples(paths.SPECIFICATIONS)
    write_table(design, fingerprints(problems(read_table(cases), models, samples)))


if __name__ == "__main__":
    run_script(__file__)
