"""Programs of others find datapackage.json, CITATION.cff, codemeta.json and .zenodo.json valid, broken copies not."""

import json
import shutil
import subprocess

import pytest
from readers import read_by

from replication import __version__, paths
from replication.release.datapackage import NAME
from replication.release.metadata.software import codemeta, zenodo

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
        (f"version: {__version__}", "edition: 1.1.0"),
    ],
)
def test_a_broken_citation_file_is_found_out(tmp_path, line, instead):
    lines = (paths.ROOT / CITATION).read_text(encoding="utf-8").splitlines()
    lines[lines.index(line)] = instead
    (tmp_path / CITATION).write_text("\n".join([*lines, ""]), encoding="utf-8")
    status, said = validated(tmp_path, "cffconvert", "--validate")
    assert status != 0, said


# Files of software metadata, as rs-metadata and zenodo-client judge them.
SOFTWARE = ("codemeta.json", ".zenodo.json", CITATION, "LICENSE.txt")
# What the first asks for that this package cannot or need not have: addresses that exist only once it is deposited,
# terms of a register of biological software, and one licence of two, which is all that Zenodo can hold.
LEFT_OUT = {
    ("profile.required-field", "codeRepository"),
    ("profile.required-field", "identifier"),
    ("profile.required-field", "applicationCategory"),
    ("profile.required-field", "schema:featureList"),
    ("consistency.mismatch", "license"),
}
SOFTWARE_METADATA = """
import json, subprocess, sys
run = subprocess.run(
    [sys.executable, "-m", "rs_metadata", "validate", "--format", "json", sys.argv[1]],
    capture_output=True, text=True, encoding="utf-8",
)
found = json.loads(run.stdout)["diagnostics"]
print(json.dumps([[f["code"], f.get("property", "")] for f in found if f["severity"] == "error"]))
"""
ZENODO = """
import json, sys
from pathlib import Path
from pydantic import ValidationError
from zenodo_client import Metadata
content = json.loads(Path(sys.argv[1], ".zenodo.json").read_text(encoding="utf-8"))
for creator in content["creators"]:  # the client knows no bodies
    creator["name"] = creator["name"] if "," in creator["name"] else f"{creator['name']}, body"
try:
    Metadata.model_validate(content)
    print("[]")
except ValidationError as error:
    print(json.dumps([".".join(map(str, e["loc"])) for e in error.errors()]))
"""


@pytest.fixture
def software(tmp_path):
    for name in SOFTWARE:
        shutil.copy2(paths.ROOT / name, tmp_path / name)
    return tmp_path


def changed(folder, name, **entries):
    path = folder / name
    content = json.loads(path.read_text(encoding="utf-8")) | entries
    kept = {key: value for key, value in content.items() if value is not None}
    path.write_text(json.dumps(kept), encoding="utf-8")


@pytest.mark.slow
def test_codemeta_has_the_types_of_its_terms_and_agrees_with_the_citation(software):
    assert set(map(tuple, read_by(SOFTWARE_METADATA, software))) == LEFT_OUT


@pytest.mark.slow
@pytest.mark.parametrize(
    "entries",
    [
        {"@type": None, "type": "SoftwareSourceCode"},
        {"softwareRequirements": "requirements.lock"},
        {"readme": "README.md"},
        {"version": "0.0.1"},
        {"author": [{"@type": "Organization", "name": "others"}]},
        {"datePublished": "soon"},
    ],
)
def test_broken_software_metadata_are_found_out(software, entries):
    changed(software, "codemeta.json", **entries)
    assert set(map(tuple, read_by(SOFTWARE_METADATA, software))) > LEFT_OUT


@pytest.mark.slow
def test_the_metadata_for_zenodo_are_valid(software):
    assert read_by(ZENODO, software) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ({"upload_type": "data set"}, "upload_type"),
        ({"access_right": "free"}, "access_right"),
        ({"title": None}, "title"),
        ({"creators": [{"title": "nobody", "name": "a, b", "orcid": 5}]}, "creators"),
    ],
)
def test_broken_metadata_for_zenodo_are_found_out(software, entries, field):
    changed(software, ".zenodo.json", **entries)
    assert any(told.startswith(field) for told in read_by(ZENODO, software))


def test_persons_are_named_as_zenodo_and_codemeta_ask(tmp_path):
    (tmp_path / "data" / "raw").mkdir(parents=True)
    shutil.copy2(paths.CODEBOOK, tmp_path / "data" / "raw")
    shutil.copy2(paths.ROOT / "requirements.txt", tmp_path)
    text = (paths.ROOT / CITATION).read_text(encoding="utf-8").splitlines()
    place = next(i for i, line in enumerate(text) if line.startswith("authors:"))
    text[place + 1] = "  - {family-names: B, given-names: A}"
    (tmp_path / CITATION).write_text("\n".join([*text, ""]), encoding="utf-8")
    assert zenodo(tmp_path)["creators"] == [{"name": "B, A"}]
    [author] = codemeta(tmp_path)["author"]
    assert author == {"@type": "Person", "givenName": "A", "familyName": "B"}
