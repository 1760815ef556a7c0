"""Step 3: predictions beside evidence in the four cases; when request, endorsement and action came."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, run_script, table_file

DERIVED = ("cases", "actors", "codings", "evidence", "facts", "sources")
FOUR = ("four_cases", "four_case_scores", "four_case_tests", "four_case_balance")


def task_four_cases(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    predictions=paths.SPECIFICATIONS / "predictions.yaml",
    derived={name: table_file(name) for name in DERIVED},
    results: Annotated[dict[str, Path], Product] = {name: table_file(name) for name in FOUR},
):
    from replication.analyses.cases.four_cases import (
        compare_cases,
        evidence_balance,
        score_cases,
        score_tests,
    )
    from replication.analyses.cases.predictions import read_predictions
    from replication.codebook import read_codebook
    from replication.tables import read_table, write_table

    book = read_codebook(codebook)
    tables = {name: read_table(path) for name, path in derived.items()}
    compared = compare_cases(
        **tables, predictions=read_predictions(predictions, book), codebook=book
    )
    scores = score_cases(compared)
    balance = evidence_balance(compared, tables["evidence"], tables["sources"])
    frames = (compared, scores, score_tests(scores), balance)
    for path, frame in zip(results.values(), frames, strict=True):
        write_table(path, frame)


def task_timing(
    code=code_of(__file__),
    cases=table_file("cases"),
    times: Annotated[Path, Product] = table_file("timing"),
    tests: Annotated[Path, Product] = table_file("timing_tests"),
):
    from replication.analyses.cases.timing import time_cases, timing_tests
    from replication.tables import read_table, write_table

    table = read_table(cases)
    write_table(times, time_cases(table))
    write_table(tests, timing_tests(table))


if __name__ == "__main__":
    run_script(__file__)
