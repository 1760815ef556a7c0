"""What follows from the data beside the products: brought up to date, or named as stale."""

import json
import shutil

import pytest

from replication import paths
from replication.release.beside import stale, write_schemas


@pytest.fixture
def root(tmp_path):
    for name in ("data/raw", "data/release", "data/derived", "data/peers", "tests/crosscheck"):
        shutil.copytree(paths.ROOT / name, tmp_path / name)
    reference = json.loads((tmp_path / "data/release/reference.json").read_text(encoding="utf-8"))
    from replication.release.manifest import checksums  # noqa: PLC0415 - of the copy

    reference["inputs"] = checksums(tmp_path, ("data/raw",))
    (tmp_path / "data/release/reference.json").write_text(json.dumps(reference), encoding="utf-8")
    made_from = checksums(tmp_path, ("data/derived",))
    stored = tmp_path / "tests/crosscheck/r_results.json"
    named = {
        name: made_from.get(name, value)
        for name, value in json.loads(stored.read_text(encoding="utf-8")).items()
    }
    stored.write_text(json.dumps(named), encoding="utf-8")
    peers = tmp_path / "data/peers/made_from.json"
    given = json.loads(peers.read_text(encoding="utf-8"))["data"]
    given = {name: made_from[f"data/derived/{name}"] for name in given}
    peers.write_text(json.dumps({"data": given}), encoding="utf-8")
    return tmp_path


def test_nothing_is_stale_where_the_data_are_those_released(root):
    assert stale(root) == []


def test_changed_data_make_release_and_cross_check_stale(root):
    case = root / "data/raw/cases/libya_2011.yaml"
    case.write_text(case.read_text(encoding="utf-8").replace("country: Libya", "country: Libia"))
    table = root / "data/derived/cases.csv"
    table.write_bytes(table.read_bytes().replace(b"Libya", b"Libia"))
    told = stale(root)
    assert any(
        "data/release is of earlier raw data (1 files differ): make compare" in t for t in told
    )
    assert any("make crosscheck" in line for line in told)
    assert any("make peers" in line for line in told)


def test_the_schemas_follow_the_codebook(root):
    assert write_schemas(root) == []
    book = root / "data/raw/codebook.yaml"
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace("Opposition in Congress to using force", "Opposition in Congress"))
    assert write_schemas(root) == ["data/raw/case.schema.json"]
    assert "Opposition in Congress." in (root / "data/raw/case.schema.json").read_text("utf-8")
    assert write_schemas(root) == []
