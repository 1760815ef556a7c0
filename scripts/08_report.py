"""Step 8: everything made so far -> the map of exhibits and the report."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import (
    DERIVED_TABLES,
    code_of,
    exhibit_files,
    exhibit_records,
    run_script,
    table_file,
)

# Results that the page reads by itself, beside those that stand in exhibits.
RESULTS = (
    "estimates", "narratives", "comparison", "comparison_changes", "claims_by_choice", "support",
    "multiverse_joint_test", "provenance_sentences", "causal_type_cases",
)  # fmt: skip


def task_exhibit_map(
    code=code_of(__file__),
    scripts=[paths.SCRIPTS / "06_tables.py", paths.SCRIPTS / "07_figures.py"],
    records=exhibit_records(),
    exhibits: Annotated[Path, Product] = paths.OUTPUT / "exhibits.csv",
):
    from replication.exhibits.catalogue import exhibit_map
    from replication.tables import write_table

    write_table(exhibits, exhibit_map(records))


def task_report(
    code=code_of(__file__),
    tables=[table_file(name) for name in (*DERIVED_TABLES, *RESULTS)],
    specifications=[
        paths.SPECIFICATIONS / f"{name}.yaml"
        for name in ("models", "samples", "claims", "causal_types")
    ],
    codebook=paths.CODEBOOK,
    exhibits=paths.OUTPUT / "exhibits.csv",
    shown=exhibit_files(),
    page: Annotated[Path, Product] = paths.OUTPUT / "report.html",
):
    from replication.report.page import write_report

    write_report(page)


if __name__ == "__main__":
    run_script(__file__)
