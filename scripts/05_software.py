"""Step 5, aside: stored figures of other programs beside the results as they are now -> output/peers.csv."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, run_script, table_file


def task_software(
    code=code_of(__file__),
    figures=paths.PEERS / "figures.csv",
    known=paths.PEERS / "known_differences.csv",
    made=paths.PEERS / "made_from.json",
    given=[paths.DERIVED / name for name in ("cases.csv", "actors.csv", "codings.csv")],
    results={
        name: table_file(name)
        for name in ("estimates", "sensitivity", "reliability", "qca_solutions")
    },
    plan=paths.SPECIFICATIONS / "multiverse.yaml",
    samples=paths.SPECIFICATIONS / "samples.yaml",
    comparison: Annotated[Path, Product] = paths.OUTPUT / "peers.csv",
):
    import json

    from replication.analyses.multiverse.curve import curve_rows
    from replication.analyses.multiverse.plan import read_plan
    from replication.analyses.robustness.other_programs import compare_programs, made_from
    from replication.specifications import read_samples
    from replication.tables import read_table, write_table

    fresh = json.loads(made.read_text(encoding="utf-8"))["data"] == made_from(paths.DERIVED)
    found = {name: read_table(path) for name, path in results.items()}
    cases, codings = (read_table(paths.DERIVED / f"{name}.csv") for name in ("cases", "codings"))
    found["curve"] = curve_rows(read_plan(plan), cases, codings, read_samples(samples.parent))
    write_table(
        comparison, compare_programs(read_table(figures), read_table(known), found, fresh=fresh)
    )


if __name__ == "__main__":
    run_script(__file__)
