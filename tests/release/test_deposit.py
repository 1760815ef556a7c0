"""The archive is the same for the same tree, holds what belongs to it and nothing else, and lists itself."""

import hashlib
import re
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime

import pytest

from replication import __version__, paths
from replication.references.writing import FORMATS as BIBLIOGRAPHY
from replication.release import deposit
from replication.release.checklist import MET, NOT_MET, NOT_OURS, Deposit, verdicts
from replication.release.deposit import build_and_check, write_archive, write_wrapped
from replication.release.readiness import Checked, readiness_report
from replication.release.readme_pdf import readme_pdf
from replication.release.reference import unreleased, write_reference
from replication.release.unpacked import FORMATS, LIST
from replication.tables import read_rows

NOT_OURS_TO_MEET = {29, 35, 42, 44}
# Of the release-readiness report of Horiuchi's replication-package guide.
HEADINGS = [
    f"## {heading}" for heading in (
        "Metadata", "Executive summary", "Files changed", "Public replication run",
        "Source reconstruction and data validation", "README and crosswalk audit", "Data and restriction audit",
        "Paper consistency checks", "Numerical and visual output validation", "Release archive and manifest",
        "Dataverse metadata check", "Remaining risks", "Final recommendation",
    )
]  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("deposit") / "first.zip"
    write_archive(paths.ROOT, path)
    return path


@pytest.fixture(scope="module")
def unpacked(archive, tmp_path_factory):
    home = tmp_path_factory.mktemp("un packed") / "home"
    with zipfile.ZipFile(archive) as content:
        content.extractall(home)
    return home


def test_the_same_tree_gives_the_same_bytes(archive, tmp_path):
    write_archive(paths.ROOT, tmp_path / "second.zip")
    assert (tmp_path / "second.zip").read_bytes() == archive.read_bytes()


def test_order_times_and_names(archive):
    with zipfile.ZipFile(archive) as content:
        entries = content.infolist()
    names = [entry.filename for entry in entries]
    assert names == sorted(names)
    assert {entry.date_time for entry in entries} == {(2000, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o644}
    assert not [
        n for n in names if n.startswith((".", "/")) or "/." in n or ".." in n or "__pycache__" in n
    ]
    assert {"README.md", "README.pdf", "LICENSE.txt", "Makefile", "data/raw/codebook.yaml"} <= set(
        names
    )


def test_the_manifest_lists_every_other_file(unpacked):
    lines = (unpacked / LIST).read_text(encoding="utf-8").splitlines()
    listed = {name: value for value, name in (line.split("  ", 1) for line in lines)}
    files = [path for path in unpacked.rglob("*") if path.is_file() and path.name != LIST]
    assert listed == {
        path.relative_to(unpacked).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_the_list_of_checksums_is_read_by_the_usual_program(unpacked):
    program = shutil.which("sha256sum")
    if program is None:
        pytest.skip("sha256sum is not installed")
    command = [program, "--check", "--quiet", LIST]
    assert subprocess.run(command, cwd=unpacked, check=False).returncode == 0
    path = unpacked / "README.md"
    before = path.read_bytes()
    path.write_bytes(before + b" ")
    try:
        assert subprocess.run(command, cwd=unpacked, capture_output=True, check=False).returncode
    finally:
        path.write_bytes(before)


def test_the_other_formats_are_in_it_and_are_what_the_data_give(unpacked):
    made = {path.name for path in (unpacked / FORMATS).iterdir()}
    among_the_data = {path.name for path in (unpacked / "data" / "derived").iterdir()}
    assert made == {*BIBLIOGRAPHY, "endorsement.sqlite", "evidence.qdpx"} - among_the_data
    assert Deposit(unpacked, verified=True).other_formats == []
    (unpacked / FORMATS / "sources.ris").rename(unpacked / "kept.ris")
    try:
        rows = {row.number: row for row in verdicts(Deposit(unpacked, verified=True))}
    finally:
        (unpacked / "kept.ris").rename(unpacked / FORMATS / "sources.ris")
    assert "formats/sources.ris" in rows[12].reason


def test_for_dataverse_the_archive_is_wrapped_so_that_it_is_not_unpacked_there(archive):
    wrapped = write_wrapped(archive)
    with zipfile.ZipFile(wrapped) as content:
        assert content.namelist() == [archive.name]
        assert content.read(archive.name) == archive.read_bytes()
    assert write_wrapped(archive).read_bytes() == wrapped.read_bytes()


@pytest.fixture(scope="module")
def checked(archive, unpacked):
    then = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def made(*, verified=True, told="VERIFIED"):
        found = Deposit(unpacked, verified)
        return Checked(found, archive, verdicts(found), told, then, then)

    return made


def test_the_readiness_report_has_every_heading_and_no_line_without_an_answer(checked, archive):
    text = readiness_report(checked())
    assert [line for line in text.splitlines() if line.startswith("## ")] == HEADINGS
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    assert all(re.fullmatch("- .+?: .+", line) for line in lines)
    assert len(lines) > 60
    assert hashlib.sha256(archive.read_bytes()).hexdigest() in text
    assert "- Status: ready with the caveats below" in text
    assert "NOT MET" not in text
    claims = [r for r in read_rows(paths.OUTPUT / "crosswalk.csv") if r["kind"] not in ("table", "figure")]  # fmt: skip
    assert f"{len(claims)} traced to a file; not traced: 0" in text


def test_a_deposit_that_fails_is_reported_as_not_ready(checked):
    told = "DIFFERENT         output/estimates.csv@NOT VERIFIED".replace("@", chr(10))
    text = readiness_report(checked(verified=False, told=told))
    assert "- Status: not ready" in text
    assert "- Result: NOT VERIFIED" in text
    assert "- Mismatches: DIFFERENT         output/estimates.csv" in text
    assert "- The package is: not ready" in text


def test_an_exhibit_that_the_crosswalk_lacks_is_reported(checked, unpacked):
    path = unpacked / "output" / "crosswalk.csv"
    before = path.read_text(encoding="utf-8")
    lines = [line for line in before.splitlines() if "table28_criteria" not in line]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    try:
        assert "NOT MET (not in it: table28_criteria)" in readiness_report(checked())
    finally:
        path.write_text(before, encoding="utf-8")


def test_every_row_of_the_checklist_that_is_ours_is_met(unpacked):
    rows = verdicts(Deposit(unpacked, verified=True))
    assert [row.number for row in rows] == list(range(1, 46))
    assert {row.number for row in rows if row.verdict == NOT_OURS} == NOT_OURS_TO_MEET
    assert [(row.number, row.reason) for row in rows if row.verdict == NOT_MET] == []


def test_without_verification_the_rows_that_rest_on_it_are_not_met(unpacked):
    rows = verdicts(Deposit(unpacked, verified=False))
    failed = {row.number for row in rows if row.verdict == NOT_MET}
    assert failed >= {1, 3, 12, 15, 16, 23, 43}


class WithoutOtherFormats(Deposit):
    """A deposit whose other formats are taken to be right, as making them takes seconds."""

    other_formats = ()


@pytest.mark.parametrize(
    ("name", "content", "row"),
    [
        ("output/other/extra.csv", b"a", 8),
        ("output/extra.csv", b"a", 31),
        ("output/figures/by_hand.png", b"a", 18),
        ("data/raw/README.md", b"changed", 11),
        ("scripts/10_new.py", b"x = input()", 20),
        ("data/notes.docx", b"a", 13),
        ("output/empty.log", b"", 27),
        ("CITATION.cff", b"title: Something else", 34),
        ("requirements.txt", b"numpy>=2", 24),
        ("LICENSE.txt", b"none", 33),
        ("README.md", b"nothing", 6),
    ],
)
def test_a_spoilt_deposit_fails_its_row(name, content, row, unpacked):
    path = unpacked / name
    before = path.read_bytes() if path.exists() else None
    new = not path.parent.exists()
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    try:
        rows = {r.number: r for r in verdicts(WithoutOtherFormats(unpacked, verified=True))}
    finally:
        path.unlink() if before is None else path.write_bytes(before)
        if new:
            path.parent.rmdir()
    assert rows[row].verdict == NOT_MET
    assert rows[row].reason
    assert {r.verdict for r in rows.values()} <= {MET, NOT_MET, NOT_OURS}


@pytest.mark.parametrize("name", ["output/results/case_fit.csv", "data/raw/codebook.yaml"])
def test_a_deposit_of_what_is_not_released_is_refused_before_anything_is_written(
    name, tmp_path, capsys
):
    root = tmp_path / "tree"
    for place in (name, "output/tables/table01.csv"):
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text("0.25", encoding="utf-8")
    write_reference(root)
    assert unreleased(root) == []
    (root / name).write_text("0.35", encoding="utf-8")
    (root / "output/tables/table01.csv").unlink()
    (root / "output/tables/table02.csv").write_text("new", encoding="utf-8")
    assert build_and_check(root, tmp_path / "deposit") == 1
    said = capsys.readouterr().out
    assert f"{name}: changed" in said
    assert "output/tables/table01.csv: missing" in said
    assert "output/tables/table02.csv: not in the release" in said
    assert " of 45 " not in said
    assert not (tmp_path / "deposit").exists()


@pytest.mark.slow
def test_a_deposit_leaves_archive_wrapping_and_report(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(deposit, "unreleased", lambda _: [])
    monkeypatch.setattr(deposit, "_verified", lambda _: (False, "NOT VERIFIED"))
    assert deposit.build_and_check(paths.ROOT, tmp_path) == 1
    said = capsys.readouterr().out
    assert re.search("^[0-9]+ of 45 rows", said, re.MULTILINE)
    assert "NOT MET" in said
    names = {path.name for path in tmp_path.iterdir()}
    stem = f"endorsement-{__version__}"
    assert names == {f"{stem}.zip", f"{stem}-for-dataverse.zip", "readiness-report.md"}
    report = (tmp_path / "readiness-report.md").read_text(encoding="utf-8")
    assert "- Status: not ready" in report
    assert "- Result: NOT VERIFIED" in report


def test_a_tree_without_a_reference_is_not_deposited(tmp_path, capsys):
    assert build_and_check(tmp_path, tmp_path / "deposit") == 1
    assert "make reference" in capsys.readouterr().out


def test_the_pdf_of_the_readme_holds_every_form_it_uses():
    # The tilde stands for the end of a line.
    text = (
        "# Title~~Words with `code` and $ # signs.~~- one~  goes on~- two~~1. first~~"
        "| a | b |~| --- | --- |~| `x` | y |~~```~make all~```~"
    ).replace("~", chr(10))
    pdf = readme_pdf(text)
    assert pdf.startswith(b"%PDF")
    assert readme_pdf(text) == pdf
    assert readme_pdf(text.replace("two", "three")) != pdf
