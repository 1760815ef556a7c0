"""Step 5: every combination of the choices of the plan -> the multiverse."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import analysis_module, code_files, code_of, digest

MULTIVERSE = (
    "reasons",
    "joint_test",
    "permuted",
    "choice_shares",
    "by_choice",
    "estimates",
    "curve",
    "spread",
    "sizes",
)


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
    from replication.analyses import multiverse, multiverse_spread, multiverse_summary
    from replication.analyses.multiverse_plan import read_plan
    from replication.files import read_csv, write_csv
    from replication.specifications import read_samples

    chosen = read_plan(plan)
    # Finished chunks of an interrupted run are used again while the code that fits is the same.
    fitting = analysis_module("multiverse_fit")
    chunks = multiverse.run_multiverse(
        chosen,
        read_csv(cases),
        read_csv(codings),
        read_samples(samples.parent),
        paths.BUILD / "multiverse" / digest([fitting, *code_files(fitting)]),
    )
    table = multiverse.specification_table(chosen, chunks)
    write_csv(paths.BUILD / "multiverse" / "specifications.csv", table)
    write_csv(results["reasons"], multiverse_summary.counts_by_reason(table))
    tests, permuted = multiverse.joint_test(chosen, chunks)
    write_csv(results["joint_test"], tests)
    write_csv(results["permuted"], permuted)
    write_csv(results["choice_shares"], multiverse_summary.choice_shares(table))
    write_csv(results["by_choice"], multiverse_summary.summary_by_choice(table))
    write_csv(results["estimates"], multiverse_summary.estimates_by_estimator(table))
    write_csv(results["curve"], multiverse_summary.curve(table))
    write_csv(results["spread"], multiverse_spread.spread_by_choice(table))
    write_csv(results["sizes"], multiverse_spread.sizes_along_curve(table))
