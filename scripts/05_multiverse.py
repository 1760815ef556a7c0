"""Step 5: every combination of the choices of the plan -> the multiverse."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, digest

MULTIVERSE = ("reasons", "joint_test", "choice_shares", "by_choice", "curve")


def task_multiverse(
    code=code_of(__file__),
    cases=paths.DERIVED / "cases.csv",
    codings=paths.DERIVED / "codings.csv",
    samples=paths.SPECIFICATIONS / "samples.yaml",
    plan=paths.SPECIFICATIONS / "multiverse.yaml",
    results: Annotated[dict[str, Path], Product] = {
        name: paths.RESULTS / f"multiverse_{name}.csv" for name in MULTIVERSE
    },
):
    from replication.analyses import multiverse
    from replication.analyses.multiverse_plan import read_plan
    from replication.files import read_csv, write_csv
    from replication.specifications import read_samples

    chosen = read_plan(plan)
    # Finished chunks of an interrupted run are used again while the code is the same.
    chunks = multiverse.run_multiverse(
        chosen,
        read_csv(cases),
        read_csv(codings),
        read_samples(samples.parent),
        paths.BUILD / "multiverse" / digest(code),
    )
    table = multiverse.specification_table(chosen, chunks)
    write_csv(paths.BUILD / "multiverse" / "specifications.csv", table)
    write_csv(results["reasons"], multiverse.counts_by_reason(table))
    write_csv(results["joint_test"], multiverse.joint_test(chosen, chunks))
    write_csv(results["choice_shares"], multiverse.choice_shares(table))
    write_csv(results["by_choice"], multiverse.summary_by_choice(table))
    write_csv(results["curve"], multiverse.curve(table))
