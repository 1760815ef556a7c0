"""Step 2: agreement of the passes and with published codings, disputes, audits, evidence base, coders, waves."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from replication import paths
from replication.workflow import code_of, run_script

RELIABILITY = ("reliability", "confusion", "disputes")
THIN = ("thin_codes", "thin_counts", "endorsement_positions")


def task_reliability(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    codings=paths.DERIVED / "codings.csv",
    results: Annotated[dict[str, Path], Product] = {
        name: paths.RESULTS / f"{name}.csv" for name in RELIABILITY
    },
):
    from replication.analyses.measurement.reliability import confusion_tables, disputes, reliability
    from replication.codebook import read_codebook
    from replication.tables import read_table, write_table

    book, table = read_codebook(codebook), read_table(codings)
    write_table(results["reliability"], reliability(table, book))
    write_table(results["confusion"], confusion_tables(table, book))
    write_table(results["disputes"], disputes(table, book))


def task_evidence_base(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    codings=paths.DERIVED / "codings.csv",
    evidence=paths.DERIVED / "evidence.csv",
    audits=list(paths.AUDITS),
    base: Annotated[Path, Product] = paths.RESULTS / "evidence_base.csv",
    audit: Annotated[Path, Product] = paths.RESULTS / "audit.csv",
):
    from replication.analyses.measurement.evidence_base import audit_summary, evidence_base
    from replication.codebook import read_codebook
    from replication.tables import read_table, write_table

    write_table(base, evidence_base(read_table(codings), read_codebook(codebook)))
    found = {path.stem: read_table(path) for path in audits}
    write_table(audit, audit_summary(found, read_table(evidence)))


def task_published_agreement(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    mapping=paths.SPECIFICATIONS / "published_codings.yaml",
    published=paths.PUBLISHED_CODINGS,
    cases=paths.DERIVED / "cases.csv",
    agreement: Annotated[Path, Product] = paths.RESULTS / "published_agreement.csv",
):
    from replication.analyses.measurement.evidence_base import (
        published_agreement,
        read_published_codings,
    )
    from replication.codebook import read_codebook
    from replication.tables import read_table, write_table

    readings = read_published_codings(mapping, read_codebook(codebook))
    write_table(agreement, published_agreement(read_table(cases), read_table(published), readings))


def task_provenance(
    code=code_of(__file__),
    coders=paths.SPECIFICATIONS / "coders.yaml",
    codings=paths.DERIVED / "codings.csv",
    cases=paths.DERIVED / "cases.csv",
    table: Annotated[Path, Product] = paths.RESULTS / "provenance.csv",
    sentences: Annotated[Path, Product] = paths.RESULTS / "provenance_sentences.csv",
):
    from replication.analyses.measurement.provenance import (
        provenance,
        provenance_sentences,
        read_coders,
    )
    from replication.tables import read_table, write_table

    found = provenance(read_coders(coders), read_table(codings), len(read_table(cases)))
    write_table(table, found)
    write_table(sentences, provenance_sentences(found))


def task_wave_contents(
    code=code_of(__file__),
    waves=paths.SPECIFICATIONS / "waves.yaml",
    tables={
        name: paths.DERIVED / f"{name}.csv" for name in ("cases", "evidence", "sources", "codings")
    },
    result: Annotated[Path, Product] = paths.RESULTS / "wave_contents.csv",
):
    from replication.analyses.measurement.waves import read_waves, wave_contents
    from replication.tables import read_table, write_table

    data = {name: read_table(path) for name, path in tables.items()}
    write_table(result, wave_contents(data, read_waves(waves)))


# Apart from the contents, since a changed wording of evidence leaves it as it is.
def task_wave_agreement(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    waves=paths.SPECIFICATIONS / "waves.yaml",
    codings=paths.DERIVED / "codings.csv",
    result: Annotated[Path, Product] = paths.RESULTS / "wave_agreement.csv",
):
    from replication.analyses.measurement.waves import read_waves, wave_agreement
    from replication.codebook import read_codebook
    from replication.tables import read_table, write_table

    readings = read_table(codings)
    write_table(result, wave_agreement(readings, read_codebook(codebook), read_waves(waves)))


def task_thin_codes(
    code=code_of(__file__),
    codebook=paths.CODEBOOK,
    tables={name: paths.DERIVED / f"{name}.csv" for name in ("cases", "codings", "evidence")},
    results: Annotated[dict[str, Path], Product] = {
        name: paths.RESULTS / f"{name}.csv" for name in THIN
    },
):
    from replication.analyses.measurement.thin_codes import positions, thin_codes, thin_counts
    from replication.codebook import read_codebook
    from replication.tables import read_table, write_table

    book = read_codebook(codebook)
    cases, codings, evidence = (read_table(path) for path in tables.values())
    codes = thin_codes(codings, evidence, book)
    write_table(results["thin_codes"], codes)
    write_table(results["thin_counts"], thin_counts(codes, book))
    write_table(
        results["endorsement_positions"], positions(list(cases["case_id"]), codings, evidence, book)
    )


def task_decisions(
    code=code_of(__file__),
    decisions=paths.SPECIFICATIONS / "decisions.yaml",
    cases=paths.DERIVED / "cases.csv",
    result: Annotated[Path, Product] = paths.RESULTS / "decisions.csv",
):
    from replication.analyses.cases.decisions import decisions_table, read_decisions
    from replication.tables import read_table, write_table

    write_table(result, decisions_table(read_decisions(decisions), read_table(cases)))


if __name__ == "__main__":
    run_script(__file__)
