"""Step 9: sources, results and exhibits -> output/paper.pdf, output/numbers.csv and output/supplement.pdf."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.report.paper_source import COMMON, REFERENCES, SOURCE, SUPPLEMENT
from replication.workflow import code_of, exhibit_files, exhibit_records, run_script, table_file

# Tables that the paper reads beside those its keys name.
ALSO = ("estimates", "cases", "actors", "support", "next_cases", "provenance_sentences")


def _tables() -> list[Path]:
    """Tables that the paper's source looks numbers up in, read off its text."""
    from replication.report.paper_keys import tables_needed
    from replication.report.paper_source import calls, keys_of

    source = SOURCE.read_text(encoding="utf-8")
    names = {name for call in calls(source) for key in keys_of(call) for name in tables_needed(key)}
    return [table_file(name) for name in sorted({*names, *ALSO})]


def task_paper(
    code=code_of(__file__),
    source=[SOURCE, COMMON, REFERENCES],
    codebook=paths.CODEBOOK,
    claims=paths.SPECIFICATIONS / "claims.yaml",
    plan=paths.RAW / "ANALYSIS_PLAN.md",
    tables=_tables(),
    records=exhibit_records(),
    exhibits=exhibit_files(),
    paper: Annotated[Path, Product] = paths.OUTPUT / "paper.pdf",
    numbers: Annotated[Path, Product] = paths.OUTPUT / "numbers.csv",
):
    from replication.report.paper import write_paper

    write_paper(paper, numbers)


def task_supplement(
    code=code_of(__file__),
    source=[SOURCE, SUPPLEMENT, COMMON, REFERENCES],
    codebook=paths.CODEBOOK,
    tables=[table_file(name) for name in ("cases", "facts", "narratives", "provenance_sentences")],
    records=exhibit_records(),
    exhibits=exhibit_files(),
    supplement: Annotated[Path, Product] = paths.OUTPUT / "supplement.pdf",
):
    from replication.report.supplement import write_supplement

    write_supplement(supplement)


if __name__ == "__main__":
    run_script(__file__)
