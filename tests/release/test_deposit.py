"""The archive is the same for the same tree, holds what belongs to it and nothing else, and lists itself."""

import hashlib
import zipfile

import pytest

from replication import paths
from replication.release.checklist import MET, NOT_MET, NOT_OURS, Deposit, verdicts
from replication.release.deposit import MANIFEST, build_and_check, write_archive
from replication.release.readme_pdf import readme_pdf
from replication.release.reference import unreleased, write_reference

NOT_OURS_TO_MEET = {29, 35, 42, 44}


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
    lines = (unpacked / MANIFEST).read_text(encoding="utf-8").splitlines()
    listed = {name: value for value, name in (line.split("  ", 1) for line in lines)}
    files = [path for path in unpacked.rglob("*") if path.is_file() and path.name != MANIFEST]
    assert listed == {
        path.relative_to(unpacked).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_every_row_of_the_checklist_that_is_ours_is_met(unpacked):
    rows = verdicts(Deposit(unpacked, verified=True))
    assert [row.number for row in rows] == list(range(1, 46))
    assert {row.number for row in rows if row.verdict == NOT_OURS} == NOT_OURS_TO_MEET
    assert [(row.number, row.reason) for row in rows if row.verdict == NOT_MET] == []


def test_without_verification_the_rows_that_rest_on_it_are_not_met(unpacked):
    rows = verdicts(Deposit(unpacked, verified=False))
    failed = {row.number for row in rows if row.verdict == NOT_MET}
    assert failed >= {1, 3, 12, 15, 16, 23, 43}


@pytest.mark.parametrize(
    ("name", "content", "row"),
    [
        ("output/extra.csv", b"a", 8),
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
    path.write_bytes(content)
    try:
        rows = {r.number: r for r in verdicts(Deposit(unpacked, verified=True))}
    finally:
        path.unlink() if before is None else path.write_bytes(before)
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
