"""Step 3: which cases to trace next, by the headline model; and qualitative comparative analysis."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, run_script, stored_files, table_file

SELECTION = ("case_fit", "case_ranks", "next_cases", "standings")
CONFIGURATIONS = (
    "qca_necessity", "truth_tables", "qca_solutions", "qca_robustness", "qca_robustness_shares",
)  # fmt: skip


def task_case_selection(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    cases=table_file("cases"),
    actors=table_file("actors"),
    specifications=stored_files(paths.SPECIFICATIONS, "[ms][oa]*.yaml"),
    results: Annotated[dict[str, Path], Product] = {name: table_file(name) for name in SELECTION},
):
    from replication.analyses.cases.selection import (
        case_fit,
        fit_headline,
        next_cases,
        rank_cases,
        standings,
    )
    from replication.codebook import read_codebook
    from replication.specifications import read_models, read_samples
    from replication.tables import read_table, write_table

    table, samples = read_table(cases), read_samples(paths.SPECIFICATIONS)
    fits = fit_headline(table, read_models(paths.SPECIFICATIONS)["M3"], samples)
    ranks = rank_cases(fits)
    places = standings(table, read_table(actors), read_codebook(codebook), samples.values())
    frames = (case_fit(fits), ranks, next_cases(ranks, fits), places)
    for path, frame in zip(results.values(), frames, strict=True):
        write_table(path, frame)


def task_configurations(
    code=code_of(__file__),
    cases=table_file("cases"),
    plan=paths.SPECIFICATIONS / "qca.yaml",
    samples=paths.SPECIFICATIONS / "samples.yaml",
    results: Annotated[dict[str, Path], Product] = {n: table_file(n) for n in CONFIGURATIONS},
):
    from replication.analyses.cases import configurations
    from replication.analyses.cases.set_data import read_qca_plan
    from replication.specifications import read_samples
    from replication.tables import read_table, write_table

    known = read_samples(paths.SPECIFICATIONS)
    inputs = (read_table(cases), read_qca_plan(plan, known), known)
    runs = configurations.robustness(*inputs)
    write_table(results["qca_necessity"], configurations.necessary_conditions(*inputs))
    write_table(results["truth_tables"], configurations.truth_tables(*inputs))
    write_table(results["qca_solutions"], configurations.solutions(*inputs))
    write_table(results["qca_robustness"], runs)
    write_table(results["qca_robustness_shares"], configurations.robustness_shares(runs, inputs[1]))


if __name__ == "__main__":
    run_script(__file__)
