"""Step 5: every combination of the choices of the plan -> the multiverse."""

from pathlib import Path
from typing import Annotated

from pytask import Product, mark

from replication import paths
from replication.workflow import analysis_module, code_files, code_of, digest, run_script

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
    "codings",
)


# The longest step: begun late it would run alone at the end.
@mark.try_first
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
    from replication.analyses.measurement.code_pairs import passes_of
    from replication.analyses.multiverse import run as multiverse
    from replication.analyses.multiverse import spread as multiverse_spread
    from replication.analyses.multiverse import summary as multiverse_summary
    from replication.analyses.multiverse.data import cases_read
    from replication.analyses.multiverse.plan import read_plan
    from replication.specifications import read_samples
    from replication.tables import read_table, write_table

    coded, readings, known = read_table(cases), read_table(codings), read_samples(samples.parent)
    chosen = read_plan(plan).with_passes(passes_of(readings))
    # Finished chunks of an interrupted run are used again while the code that fits is the same.
    fitting = analysis_module("multiverse.fit")
    chunks = multiverse.run_multiverse(
        chosen,
        coded,
        readings,
        known,
        paths.BUILD / "multiverse" / digest([fitting, *code_files(fitting)]),
    )
    table = multiverse.specification_table(chosen, chunks)
    write_table(paths.BUILD / "multiverse" / "specifications.csv", table)
    write_table(results["reasons"], multiverse_summary.counts_by_reason(table))
    tests, permuted = multiverse.joint_test(chosen, chunks)
    write_table(results["joint_test"], tests)
    write_table(results["permuted"], permuted)
    write_table(results["choice_shares"], multiverse_summary.choice_shares(table))
    write_table(results["by_choice"], multiverse_summary.summary_by_choice(table))
    write_table(results["estimates"], multiverse_summary.estimates_by_estimator(table))
    write_table(results["curve"], multiverse_summary.curve(table))
    write_table(results["spread"], multiverse_spread.spread_by_choice(table))
    write_table(results["sizes"], multiverse_spread.sizes_along_curve(table))
    write_table(results["codings"], cases_read(chosen, coded, readings, known))


if __name__ == "__main__":
    run_script(__file__)
