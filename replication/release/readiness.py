"""The readiness report on a deposit: what was checked, what came out, what no program can check.

Its headings and lines are those of the release-readiness report of Horiuchi's replication-package guide, as far as
they concern what is released; lines about a private workspace are left out. It stands beside the archive, not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from replication.exhibits.text import counted
from replication.release.checklist import NOT_MET, NOT_OURS, ChecklistRow
from replication.release.environment_record import read_record
from replication.release.manifest import ENVIRONMENT, PRODUCTS, checksum, files_in
from replication.release.unpacked import LIST, Deposit
from replication.tables import read_rows

NAME = "readiness-report.md"
_BY_TESTS = "not by this report; `make test` does, with"
_BY_EYE = "no program can; to be done by a person before the deposit"
_FIELDS = ("output", "script", "log")
Lines = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Checked:
    """A deposit that was unpacked and judged.

    Attributes
    ----------
    rows : sequence of ChecklistRow
        The journal's checklist.
    told : str
        What `verify` said in the unpacked folder.
    started, ended : datetime
        When `verify` began and ended there.
    """

    deposit: Deposit
    archive: Path
    rows: Sequence[ChecklistRow]
    told: str
    started: datetime
    ended: datetime

    @property
    def ready(self) -> bool:
        """Whether every row that is ours to meet is met."""
        return not any(row.verdict == NOT_MET for row in self.rows)

    def row(self, *numbers: int) -> str:
        """Say of some rows of the checklist together whether they are met, and what is amiss."""
        amiss = [
            f"row {row.number}: {row.reason}"
            for row in self.rows
            if row.number in numbers and row.verdict == NOT_MET
        ]
        return f"NOT MET ({'; '.join(amiss)})" if amiss else "met"


def readiness_report(checked: Checked) -> str:
    """Write the report in Markdown."""
    lines = ["# Replication package readiness report"]
    for heading, told in _SECTIONS.items():
        lines += ["", f"## {heading}", "", *(f"- {what}: {said}" for what, said in told(checked))]
    return "\n".join([*lines, ""])


def _metadata(checked: Checked) -> Lines:
    citation = checked.deposit.citation
    yield "Project", f"{citation['title']}, version {citation['version']}"
    yield "Date checked", checked.ended.isoformat(timespec="seconds")
    yield "Paper source status", "in the package: replication/report/templates/paper.typ"
    yield (
        "Target archive, journal, or repository",
        "any; the 45 rows are those of a journal's checklist",
    )
    yield "Governing requirements", "public documents only; README, statements about rights"
    yield "Chosen structure", "other: data/, scripts/ and replication/, output/"


def _summary(checked: Checked) -> Lines:
    crosswalk = _crosswalk(checked)
    yield "Status", "ready with the caveats below" if checked.ready else "not ready"
    yield "Public entry point", f"`make all` ({checked.row(1)})"
    yield "README status", checked.row(5, 6)
    yield "Script logs status", checked.row(4)
    yield "Software-environment record status", f"{ENVIRONMENT} ({checked.row(25)})"
    yield "Figure/table crosswalk status", f"output/crosswalk.csv ({crosswalk or 'met'})"
    yield "Paper consistency status", checked.row(16, 17, 18, 19)
    yield "Restricted-data status", "none: all data are in the package"
    yield "Privacy, legal, ethics and regulatory status", checked.row(7, 32, 33, 38)
    yield "Manifest status", checked.row(31)
    yield "Extracted-archive run status", checked.row(2, 3)


def _changed(checked: Checked) -> Lines:
    text = checked.deposit.text("CHANGELOG.md")
    headings = [line.strip("# ") for line in text.splitlines() if line.startswith("## ")]
    yield "`CHANGELOG.md`", f"tells what changed; newest entry: {headings[0]}"


def _run(checked: Checked) -> Lines:
    products = sum(1 for _ in files_in(checked.deposit.root, PRODUCTS))
    scripts = [name for name in checked.deposit.names if name.startswith("scripts/")]
    yield (
        "Command",
        "`make verify`, which runs `make all` on a clean copy of the inputs and compares",
    )
    yield "Result", checked.told.splitlines()[-1]
    span = (checked.started, checked.ended)
    yield "Start and end", " to ".join(time.isoformat(timespec="seconds") for time in span)
    yield "Outputs regenerated", counted(products, "file")
    yield "Logs regenerated", counted(len(scripts), "script")
    yield (
        "What it said of packages, inputs and files",
        _differences(checked.told) or "nothing amiss",
    )


def _data(checked: Checked) -> Lines:
    yield "Reconstruction from raw data", f"part of the run ({checked.row(15)})"
    yield "Rebuilt and released data compared by checksum", checked.row(12)
    yield "Codebook variable coverage", checked.row(14)
    yield "Names, order, types, coding and ranges", f"{_BY_TESTS} frictionless"
    yield "Identifier and sensitive-field screen", checked.row(32)


def _readme(checked: Checked) -> Lines:
    rows = read_rows(checked.deposit.root / "output" / "crosswalk.csv")
    shown = [row for row in rows if row["kind"] in ("table", "figure")]
    counts = {part: sum(row["part"] == part for row in shown) for part in ("paper", "supplement")}
    yield (
        "README has the required section order",
        f"{checked.row(6)} (of the Social Science Data Editors' template)",
    )
    yield "Every manuscript figure and table is listed", f"{counts['paper']} ({checked.row(17)})"
    yield "Every appendix figure and table is listed", f"{counts['supplement']} in the supplement"
    yield "Every listed item has output, script, log and label", _crosswalk(checked) or "met"
    yield "Conceptual, hand-made or non-replicated items", "none: every exhibit is made by a script"


def _restrictions(checked: Checked) -> Lines:
    yield "Public data sources documented", checked.row(9, 10)
    yield (
        "Restricted sources, replacements, licensed rebuild",
        "not applicable: nothing is restricted",
    )
    yield "Public reproducibility limits", checked.row(36)


def _paper(checked: Checked) -> Lines:
    rows = read_rows(checked.deposit.root / "output" / "crosswalk.csv")
    claims = [row for row in rows if row["kind"] not in ("table", "figure")]
    untold = [row for row in claims if not row["output"]]
    bare = [
        row
        for row in rows
        if row["kind"] in ("table", "figure") and row["part"] == "paper" and not row["label"]
    ]
    yield (
        "Labels of figures and tables",
        f"without one: {', '.join(row['item'] for row in bare) or 'none'}",
    )
    yield "File paths", "set by the program from the names of the exhibits"
    yield "In-text claims", f"{len(claims)} traced to a file; not traced: {len(untold)}"
    yield "Mismatches", _differences(checked.told) or "none found"


def _outputs(checked: Checked) -> Lines:
    yield "Every table compared numerically", checked.row(3)
    yield "Every figure compared", f"{checked.row(3)}, pixel by pixel where its bytes differ"
    yield "Complete manuscript compiled", checked.row(16)
    yield "Complete manuscript visually inspected", _BY_EYE


def _archive(checked: Checked) -> Lines:
    size = checked.archive.stat().st_size
    yield "Final cleanup", checked.row(27, 28, 30)
    yield (
        f"`{LIST}`",
        f"covers {len(checked.deposit.manifest)} files, every one but itself ({checked.row(31)})",
    )
    yield "How to verify it", f"`sha256sum --check {LIST}`"
    yield "ZIP", f"{checked.archive.name}, {size:,} bytes"
    yield "ZIP checksum", f"SHA-256 {checksum(checked.archive)}"
    yield "Extracted into a new temporary directory", "yes, with a space in its path"
    yield "Extracted package run without outside files", checked.row(3)


def _dataverse(checked: Checked) -> Lines:
    citation = checked.deposit.citation
    yield "To upload", f"{checked.archive.stem}-for-dataverse.zip alone, which stays one file there"
    yield "File path", "left blank"
    yield "Article DOI", f"{citation.get('doi', 'omitted: none was issued')}"
    yield "Title, authors, licences", f"{citation['title']}; {checked.row(33, 34)}"
    yield "ORCIDs, affiliations, contact, saved display", _BY_EYE


def _risks(checked: Checked) -> Lines:
    for row in checked.rows:
        if row.verdict in (NOT_MET, NOT_OURS):
            yield f"{row.requirement} ({row.verdict})", row.reason
    record = checked.deposit.root / ENVIRONMENT
    if record.is_file():
        told = read_record(record)
        yield (
            "Run on one machine",
            f"{told['processor']}, {told['blas']}; `make portability` tries others",
        )
    yield "Codings", "provisional, by language models; README, Overview"


def _recommendation(checked: Checked) -> Lines:
    word = "ready for public release as provisional" if checked.ready else "not ready"
    yield "The package is", word


_SECTIONS = {
    "Metadata": _metadata,
    "Executive summary": _summary,
    "Files changed": _changed,
    "Public replication run": _run,
    "Source reconstruction and data validation": _data,
    "README and crosswalk audit": _readme,
    "Data and restriction audit": _restrictions,
    "Paper consistency checks": _paper,
    "Numerical and visual output validation": _outputs,
    "Release archive and manifest": _archive,
    "Dataverse metadata check": _dataverse,
    "Remaining risks": _risks,
    "Final recommendation": _recommendation,
}


def _crosswalk(checked: Checked) -> str:
    """Say what is amiss in the crosswalk; empty where nothing is."""
    rows = read_rows(checked.deposit.root / "output" / "crosswalk.csv")
    lost = {row["exhibit"] for row in checked.deposit.exhibits}
    for row in rows:
        if row["kind"] in ("table", "figure"):
            lost -= {Path(file).stem for file in row["output"].split(";")}
            if empty := [name for name in _FIELDS if not row[name]]:
                return f"NOT MET ({row['item']} has no {empty[0]})"
    return f"NOT MET (not in it: {min(lost)})" if lost else ""


def _differences(told: str) -> str:
    marks = ("PACKAGE", "INPUT", "ALTERED", "MISSING", "UNEXPECTED", "DIFFERENT")
    return "; ".join(line for line in told.splitlines() if line.startswith(marks))
