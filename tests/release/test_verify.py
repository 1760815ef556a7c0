"""`verify` names what was tampered with: proved on a small tree whose run is a function of its inputs."""

import csv
import json
import shutil

import numpy as np
import pytest
from PIL import Image

from replication.cli import verify as verb
from replication.release import reference
from replication.release import verify as module
from replication.release.manifest import INPUTS, MANIFEST, REFERENCE, manifest
from replication.release.reference import keep_as_it_came, write_reference
from replication.release.verify import report, verify

MACHINE = {"architecture": "x86_64", "simd": "X86_V2 X86_V3", "blas": "openblas 1 Haswell"}
OTHER = MACHINE | {"blas": "openblas 1 SkylakeX"}
CODES = ("0", "1", "2", "3")


def build(root):
    """Stand in for the run: cases.csv from the raw codes, a table, a figure and a log from the script."""
    raw = (root / "data/raw/cases.txt").read_text(encoding="utf-8").split()
    scale = float((root / "scripts/04_estimate.py").read_text(encoding="utf-8").split("=")[1])
    write(root / "data/derived/cases.csv", "\n".join(["code", *raw, ""]))
    estimate = scale * sum(map(int, raw))
    write(root / "output/tables/table01.csv", "\n".join(["estimate", repr(estimate), ""]))
    write(root / "output/tables/table01.html", f"<td>{estimate:.2f}</td>|")
    write(root / "output/results/case_fit.csv", f"case_id,residual|a,{estimate / 4!r}|")
    picture = root / "output/figures/figure01.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((40, 40), int(10 * estimate), dtype=np.uint8)).save(picture)
    write(root / "output/logs/04_estimate.log", f"wrote {estimate!r}|")
    (root / MANIFEST).write_text(json.dumps(manifest(root), indent=2), encoding="utf-8")
    return ""


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    # The bar stands for the end of a line.
    path.write_text(text.replace("|", chr(10)), encoding="utf-8")


@pytest.fixture
def tree(tmp_path, monkeypatch):
    root = tmp_path / "a folder with spaces"
    for place in INPUTS:
        if "." not in place:
            write(root / place / "README.md", f"{place}|")
        else:
            write(root / place, "# nothing pinned|")
    write(root / "data/raw/cases.txt", " ".join(CODES))
    write(root / "scripts/04_estimate.py", "scale = 0.25|")
    monkeypatch.setattr(module, "_build", build)
    monkeypatch.setattr(module, "machine", lambda: MACHINE)
    monkeypatch.setattr(reference, "machine", lambda: MACHINE)
    build(root)
    write_reference(root)
    return root


def told(root):
    found = verify(root)
    return found, report(found)


def test_an_untouched_tree_is_verified(tree):
    found, text = told(tree)
    assert found.sound
    assert {c.verdict for c in found.comparisons} == {"identical"}
    assert len(found.comparisons) == 7
    assert text.splitlines()[-1] == "VERIFIED"
    assert "blas: openblas 1 Haswell" in text
    assert "the same bytes are asked for" in text


def test_a_changed_raw_code_is_named_with_the_cell_it_changes(tree):
    write(tree / "data/raw/cases.txt", "0 1 3 3")
    found, text = told(tree)
    assert not found.sound
    assert found.inputs == ("data/raw/cases.txt: edited since the release",)
    assert "DIFFERENT         data/derived/cases.csv" in text
    assert "line 4, code: was '2', is '3'" in text
    assert "line 2, estimate: was '1.5', is '1.75'" in text


PLANTED = {
    "output/results/case_fit.csv": lambda path: path.write_text(
        path.read_text().replace("0.375", "0.376")
    ),
    "output/tables/table01.html": lambda path: path.write_text(
        path.read_text().replace("1.50", "1.51")
    ),
    "output/tables/table01.csv": lambda path: path.write_text(
        path.read_text().replace("1.5", "1.6")
    ),
    "output/logs/04_estimate.log": lambda path: path.write_text(
        path.read_text().replace("wrote", "read")
    ),
    "output/figures/figure01.png": lambda path: Image.fromarray(
        np.full((40, 40), 200, dtype=np.uint8)
    ).save(path),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_change_is_named_before_a_run_and_after_it(tree, name):
    PLANTED[name](tree / name)
    found, text = told(tree)
    assert not found.sound
    assert [c.file for c in found.comparisons if c.verdict == "DIFFERENT"] == [name]
    # What `make all` does in a folder that was just unpacked: it keeps what came, then replaces it.
    keep_as_it_came(tree)
    build(tree)
    found, text = told(tree)
    assert not found.sound
    assert found.altered == (f"{name}: not the released file when the first run replaced it",)
    assert f"ALTERED  {name}" in text


def test_a_changed_digit_is_shown_beside_the_one_the_run_makes(tree):
    table = tree / "output/tables/table01.csv"
    table.write_text(table.read_text().replace("1.5", "1.6"))
    build_again = "not the released file by its checksum"
    _, text = told(tree)
    assert "line 2, estimate: was '1.6', is '1.5'" in text
    assert build_again not in text


def test_a_release_whose_outputs_do_not_follow_from_its_inputs_is_found_out_after_a_run(tree):
    table = tree / "output/tables/table01.csv"
    table.write_text(table.read_text().replace("1.5", "1.6"))
    write_reference(tree)
    keep_as_it_came(tree)
    build(tree)
    found, text = told(tree)
    assert not found.sound
    assert "line 2, estimate: was '1.6', is '1.5'" in text


def test_a_run_in_an_untouched_tree_changes_nothing_of_the_verdict(tree):
    keep_as_it_came(tree)
    build(tree)
    assert verify(tree).sound


def test_what_was_kept_for_an_older_release_is_not_held_against_a_newer_one(tree):
    keep_as_it_came(tree)
    write(tree / "scripts/04_estimate.py", "scale = 0.5|")
    build(tree)
    keep = reference._KEPT
    old = {p.name: p.read_bytes() for p in (tree / keep).rglob("*") if p.is_file()}
    write_reference(tree)
    assert not (tree / keep).exists()
    keep_as_it_came(tree)
    assert {p.name: p.read_bytes() for p in (tree / keep).rglob("*") if p.is_file()} != old
    assert verify(tree).sound


def test_a_deleted_figure_is_named(tree):
    (tree / "output/figures/figure01.png").unlink()
    found, text = told(tree)
    assert found.missing == ("output/figures/figure01.png",)
    assert (
        "MISSING  output/figures/figure01.png: made by the run, not both released and here" in text
    )
    assert not found.sound


def test_an_edited_script_is_named(tree):
    write(tree / "scripts/04_estimate.py", "scale = 0.250|")
    found, text = told(tree)
    assert "INPUT    scripts/04_estimate.py: edited since the release" in text
    assert not found.sound


def test_an_added_and_a_removed_input_are_named(tree):
    write(tree / "scripts/05_extra.py", "extra = 1|")
    (tree / "data/raw/README.md").unlink()
    assert verify(tree).inputs == (
        "data/raw/README.md: removed since the release",
        "scripts/05_extra.py: added since the release",
    )


def test_an_unexpected_file_is_named(tree):
    write(tree / "output/by_hand.csv", "a|1|")
    found, text = told(tree)
    assert found.unexpected == ("output/by_hand.csv",)
    assert "UNEXPECTED  output/by_hand.csv: not made by the run" in text
    assert not found.sound


def test_a_log_that_alone_was_edited_is_different(tree):
    log = tree / "output/logs/04_estimate.log"
    log.write_text(log.read_text().replace("wrote", "read"))
    assert not verify(tree).sound


def test_rounding_is_within_tolerance_on_another_machine_alone(tree, monkeypatch):
    table = tree / "output/tables/table01.csv"
    table.write_text(table.read_text().replace("1.5", "1.5000000001"))
    (tree / MANIFEST).write_text(json.dumps(manifest(tree), indent=2), encoding="utf-8")
    monkeypatch.setattr(reference, "machine", lambda: OTHER)
    write_reference(tree)
    found, text = told(tree)
    verdicts = {c.file: c.verdict for c in found.comparisons}
    assert verdicts["output/tables/table01.csv"] == "within tolerance"
    assert verdicts[MANIFEST] == "within tolerance"
    assert found.sound
    assert "blas: openblas 1 Haswell (release: openblas 1 SkylakeX)" in text
    monkeypatch.setattr(reference, "machine", lambda: MACHINE)
    write_reference(tree)
    assert not verify(tree).sound  # the same machine owes the same bytes


def test_packages_that_are_not_those_of_the_lock_come_first(tree):
    write(tree / "requirements.lock", "numpy==0.0.1|")
    _, text = told(tree)
    assert text.startswith("PACKAGE  numpy: the lock has 0.0.1")


def test_a_run_that_fails_is_not_verified(tree, monkeypatch):
    monkeypatch.setattr(module, "_build", lambda _: "no space left")
    found, text = told(tree)
    assert not found.sound
    assert "failed" in text
    assert "no space left" in text


def test_without_a_reference_nothing_is_vouched_for(tree):
    (tree / REFERENCE).unlink()
    found, text = told(tree)
    assert not found.sound
    assert f"{REFERENCE} is missing" in text


def test_a_broken_reference_says_so(tree):
    write(tree / REFERENCE, "{}")
    with pytest.raises(ValueError, match="take the file of the release again"):
        verify(tree)


def test_the_verb_exits_with_the_verdict(tree, monkeypatch, capsys):
    monkeypatch.setattr(verb.paths, "ROOT", tree)
    assert verb.run_verify() == 0
    shutil.rmtree(tree / "output" / "tables")
    assert verb.run_verify() == 1
    assert "NOT VERIFIED" in capsys.readouterr().out


def test_the_tree_itself_is_left_as_it_was(tree):
    before = {p: p.read_bytes() for p in tree.rglob("*") if p.is_file()}
    verify(tree)
    assert {p: p.read_bytes() for p in tree.rglob("*") if p.is_file()} == before
    with (tree / "data/derived/cases.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["code"] for row in csv.DictReader(stream)] == list(CODES)
