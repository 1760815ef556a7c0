"""Step 5: what changed since the release -> output/results/comparison.csv and comparison_changes.csv."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, run_script, stored_files


def task_compare(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    specifications=stored_files(paths.SPECIFICATIONS, "[ms][oa]*.yaml"),
    cases=paths.DERIVED / "cases.csv",
    actors=paths.DERIVED / "actors.csv",
    release=stored_files(paths.RELEASE, "*.csv"),
    comparison: Annotated[Path, Product] = paths.RESULTS / "comparison.csv",
    changes: Annotated[Path, Product] = paths.RESULTS / "comparison_changes.csv",
):
    from replication.analyses.robustness.changes import released_cells
    from replication.analyses.robustness.comparison import compare_with_release
    from replication.codebook import read_codebook
    from replication.specifications import read_models, read_samples
    from replication.tables import read_table, write_table

    book = read_codebook(codebook)
    stored = {path.stem: read_table(path) for path in release}
    found = compare_with_release(
        released_cells(read_table(cases), read_table(actors), book),
        stored.get("codings"),
        stored.get("estimates"),
        read_models(paths.SPECIFICATIONS).values(),
        read_samples(paths.SPECIFICATIONS),
        book,
    )
    write_table(comparison, found.headline)
    write_table(changes, found.changes)


if __name__ == "__main__":
    run_script(__file__)
