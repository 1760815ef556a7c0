"""Step 2: agreement of the passes and with published codings, disputes, audits, evidence base, sources, coders."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of

RELIABILITY = ("reliability", "confusion", "disputes")


def task_reliability(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    codings=paths.DERIVED / "codings.csv",
    results: Annotated[dict[str, Path], Product] = {
        name: paths.RESULTS / f"{name}.csv" for name in RELIABILITY
    },
):
    from replication.analyses.reliability import confusion_tables, disputes, reliability
    from replication.codebook import read_codebook
    from replication.files import read_csv, write_csv

    book, table = read_codebook(codebook), read_csv(codings)
    write_csv(results["reliability"], reliability(table, book))
    write_csv(results["confusion"], confusion_tables(table, book))
    write_csv(results["disputes"], disputes(table, book))


def task_evidence_base(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    codings=paths.DERIVED / "codings.csv",
    evidence=paths.DERIVED / "evidence.csv",
    audits=list(paths.AUDITS),
    base: Annotated[Path, Product] = paths.RESULTS / "evidence_base.csv",
    audit: Annotated[Path, Product] = paths.RESULTS / "audit.csv",
):
    from replication.analyses.evidence_base import audit_summary, evidence_base
    from replication.codebook import read_codebook
    from replication.files import read_csv, write_csv

    write_csv(base, evidence_base(read_csv(codings), read_codebook(codebook)))
    found = {path.stem: read_csv(path) for path in audits}
    write_csv(audit, audit_summary(found, read_csv(evidence)))


def task_published_agreement(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    mapping=paths.SPECIFICATIONS / "published_codings.yaml",
    published=paths.PUBLISHED_CODINGS,
    cases=paths.DERIVED / "cases.csv",
    agreement: Annotated[Path, Product] = paths.RESULTS / "published_agreement.csv",
):
    from replication.analyses.evidence_base import published_agreement, read_published_codings
    from replication.codebook import read_codebook
    from replication.files import read_csv, write_csv

    readings = read_published_codings(mapping, read_codebook(codebook))
    write_csv(agreement, published_agreement(read_csv(cases), read_csv(published), readings))


def task_source_grades(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    rule=paths.SPECIFICATIONS / "source_grades.yaml",
    codings=paths.DERIVED / "codings.csv",
    evidence=paths.DERIVED / "evidence.csv",
    sources=paths.DERIVED / "sources.csv",
    results: Annotated[dict[str, Path], Product] = {
        name: paths.RESULTS / f"{name}.csv"
        for name in ("source_grades", "graded_cells", "grade_base")
    },
):
    from replication.analyses import source_grades
    from replication.codebook import read_codebook
    from replication.files import read_csv, write_csv

    book = read_codebook(codebook)
    grades = source_grades.read_grades(rule, book)
    graded = source_grades.graded_sources(read_csv(sources), grades)
    cells = source_grades.graded_cells(read_csv(codings), read_csv(evidence), graded, grades)
    write_csv(results["source_grades"], graded)
    write_csv(results["graded_cells"], cells)
    write_csv(results["grade_base"], source_grades.grade_base(cells, book))


def task_provenance(
    code=code_of(__file__),
    coders=paths.SPECIFICATIONS / "coders.yaml",
    codings=paths.DERIVED / "codings.csv",
    cases=paths.DERIVED / "cases.csv",
    table: Annotated[Path, Product] = paths.RESULTS / "provenance.csv",
    sentences: Annotated[Path, Product] = paths.RESULTS / "provenance_sentences.csv",
):
    from replication.analyses.provenance import provenance, provenance_sentences, read_coders
    from replication.files import read_csv, write_csv

    found = provenance(read_coders(coders), read_csv(codings), len(read_csv(cases)))
    write_csv(table, found)
    write_csv(sentences, provenance_sentences(found))
