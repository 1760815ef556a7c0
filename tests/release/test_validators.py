"""The reference programs of both formats find datapackage.json and CITATION.cff valid, and broken copies not."""

import json
import shutil
import subprocess

import pytest

from replication import paths
from replication.release.datapackage import NAME

CITATION = "CITATION.cff"


def validated(folder, program, *arguments):
    """Run a validator in `folder`; give its exit status and what it said."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    run = subprocess.run(
        [found, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return run.returncode, run.stdout + run.stderr


def report_on(folder):
    status, said = validated(folder, "frictionless", "validate", NAME, "--json")
    return status, json.loads(said)


def faults(report):
    """Kinds of the faults in the description itself and in the rows of the tables."""
    found = [*report["errors"], *(e for task in report["tasks"] for e in task["errors"])]
    return {error["type"] for error in found}


@pytest.mark.slow
def test_the_data_package_and_every_row_of_its_tables_are_valid():
    status, report = report_on(paths.ROOT)
    assert status == 0
    assert report["valid"]
    assert faults(report) == set()
    tables = {task["place"] for task in report["tasks"] if task["valid"] and task["stats"]["rows"]}
    assert tables == {f"data/derived/{file.name}" for file in paths.DERIVED.glob("*.csv")}


def copied(folder):
    """Copy the package with its tables; give the description."""
    shutil.copytree(paths.DERIVED, folder / "data" / "derived")
    shutil.copy2(paths.ROOT / NAME, folder / NAME)
    return json.loads((folder / NAME).read_text(encoding="utf-8"))


def wrong_name(package):
    package["name"] = "Not a name"


def no_resources(package):
    del package["resources"]


def unknown_type(package):
    package["resources"][0]["schema"]["fields"][0]["type"] = "code"


def other_key(package):
    package["resources"][1]["schema"]["primaryKey"] = ["case_id"]


def other_column(package):
    package["resources"][1]["schema"]["foreignKeys"][0]["reference"]["fields"] = "title"


def other_checksum(package):
    package["resources"][0]["hash"] = f"sha256:{'0' * 64}"


def column_left_out(package):
    package["resources"][0]["schema"]["fields"].pop()


BREAKS = {
    wrong_name: "package-error", no_resources: "package-error", unknown_type: "field-error",
    other_key: "primary-key", other_column: "foreign-key", other_checksum: "hash-count",
    column_left_out: "extra-label",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("breaking", "fault"), BREAKS.items(), ids=lambda v: getattr(v, "__name__", v)
)
def test_a_broken_data_package_is_found_out(tmp_path, breaking, fault):
    package = copied(tmp_path)
    breaking(package)
    (tmp_path / NAME).write_text(json.dumps(package), encoding="utf-8")
    status, report = report_on(tmp_path)
    assert status == 1
    assert fault in faults(report)


@pytest.mark.slow
def test_a_row_that_stands_twice_is_found_out(tmp_path):
    table = tmp_path / copied(tmp_path)["resources"][1]["path"]
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join([*lines, lines[-1]]), encoding="utf-8", newline="")
    status, report = report_on(tmp_path)
    assert status == 1
    assert "primary-key" in faults(report)


@pytest.mark.slow
def test_the_citation_file_is_valid():
    status, said = validated(paths.ROOT, "cffconvert", "--validate")
    assert (status, said.strip()) == (
        0,
        "Citation metadata are valid according to schema version 1.2.0.",
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("type: dataset", "type: essay"),
        ("authors:", "writers:"),
        ("version: 1.1.0", "edition: 1.1.0"),
    ],
)
def test_a_broken_citation_file_is_found_out(tmp_path, line, instead):
    lines = (paths.ROOT / CITATION).read_text(encoding="utf-8").splitlines()
    lines[lines.index(line)] = instead
    (tmp_path / CITATION).write_text("\n".join([*lines, ""]), encoding="utf-8")
    status, said = validated(tmp_path, "cffconvert", "--validate")
    assert status != 0, said
