"""What archives read is current, says what CITATION.cff, codebook, exhibits and logs say, and is valid to others."""

import json
from datetime import datetime
from xml.etree import ElementTree as ET

import pytest
import yaml
from readers import read_by

from replication import paths
from replication.citation import citation_text, read_citation
from replication.codebook import read_codebook
from replication.release.environment_record import read_record
from replication.release.manifest import ENVIRONMENT
from replication.release.metadata.writing import MAKERS, metadata_texts
from replication.tables import read_rows

BOOK = read_codebook(paths.CODEBOOK)
CITATION = read_citation(paths.CITATION)
TEXTS = metadata_texts(paths.ROOT)
DDI = "{ddi:codebook:2_5}"
# Order of the elements within a variable that codebook.xsd (DDI Alliance, version 2.5, complexType varType) asks for.
ORDER = ["labl", "valrng", "txt", "catgry", "varFormat", "notes"]

# roc-validator asks the network for the one context of the crate; it is taken from the library rocrate instead.
VALIDATE = """
import json, sys
from pathlib import Path
import rdflib.plugins.shared.jsonld.context as contexts
import rocrate
from rocrate_validator import models, services
file = Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld"
ask = contexts.Context._fetch_context
def from_here(self, source, *others):
    if str(source).startswith("https://w3id.org/ro/crate/"):
        return json.loads(file.read_text(encoding="utf-8"))
    return ask(self, source, *others)
contexts.Context._fetch_context = from_here
result = services.validate(services.ValidationSettings(
    rocrate_uri=sys.argv[1], profile_identifier="process-run-crate-0.5",
    requirement_severity=models.Severity.REQUIRED, skip_availability_check=True,
    skip_checks=["ro-crate-1.1_3.1", "ro-crate-1.1_3.2"],  # these ask the network for the context once more
))
print(json.dumps([f"{issue.check.identifier} {issue.message}" for issue in result.get_issues()]))
"""


@pytest.mark.parametrize("name", MAKERS)
def test_every_file_of_metadata_is_current(name):
    assert (paths.ROOT / name).read_text(encoding="utf-8") == TEXTS[name]


def test_the_ddi_codebook_describes_every_file_and_variable_in_the_order_of_its_schema():
    top = ET.fromstring(TEXTS["ddi-codebook.xml"])
    assert top[0].tag == f"{DDI}stdyDscr"
    assert top.findtext(f".//{DDI}titl") == CITATION["title"]
    files = {file.get("ID"): file for file in top.iter(f"{DDI}fileDscr")}
    assert [file.findtext(f".//{DDI}fileName") for file in files.values()] == [
        f"{table}.csv" for table in BOOK.tables
    ]
    ids = [element.get("ID") for element in top.iter() if element.get("ID")]
    assert len(ids) == len(set(ids))
    variables = list(top.iter(f"{DDI}var"))
    assert [v.get("name") for v in variables] == [
        column.name for table in BOOK.tables for column in BOOK.columns(table)
    ]
    for variable in variables:
        assert variable.get("files") in files
        places = [ORDER.index(child.tag.removeprefix(DDI)) for child in variable]
        assert places == sorted(places)
    [sought] = [v for v in variables if v.get("ID") == "V.cases.io_sought"]
    values = {
        c.findtext(f"{DDI}catValu"): c.findtext(f"{DDI}labl") for c in sought.iter(f"{DDI}catgry")
    }
    assert values == {
        str(code): label for code, label in BOOK.variables["io_sought"].labels.items()
    }


def test_codecheck_lists_every_exhibit_with_a_file_that_is_there():
    content = yaml.safe_load(TEXTS["codecheck.yml"])
    assert content["version"] == "https://codecheck.org.uk/spec/config/1.0"
    files = [entry["file"] for entry in content["manifest"]]
    assert len(files) == len(set(files)) == 1 + len(read_rows(paths.OUTPUT / "exhibits.csv"))
    assert all((paths.ROOT / file).is_file() and (entry := file) for file in files), entry
    assert all(entry["comment"] for entry in content["manifest"])


def test_both_licences_stand_in_every_file_that_can_hold_two():
    assert CITATION["license"] == ["MIT", "CC-BY-4.0"]
    codemeta, zenodo = (json.loads(TEXTS[name]) for name in ("codemeta.json", ".zenodo.json"))
    assert [address.rsplit("/", 1)[1] for address in codemeta["license"]] == CITATION["license"]
    assert zenodo["license"] == "cc-by-4.0"
    assert "MIT" in zenodo["notes"]
    assert "MIT, CC-BY-4.0" in TEXTS["ddi-codebook.xml"]
    for content in (codemeta, zenodo):
        assert content["version"] == CITATION["version"]


def test_the_citation_in_words():
    assert citation_text(
        {"authors": [{"given-names": "A.", "family-names": "B"}, {"name": "C"}], "title": "T", "version": "1",
         "date-released": "2026-01-02", "doi": "10.1/x"}
    ) == "A. B, C (2026). T. Version 1. https://doi.org/10.1/x"  # fmt: skip


def test_the_crate_tells_for_each_script_what_it_read_and_wrote():
    graph = {
        entity["@id"]: entity for entity in json.loads(TEXTS["ro-crate-metadata.json"])["@graph"]
    }
    scripts = {f"scripts/{path.name}" for path in paths.SCRIPTS.glob("*.py")}
    runs = [entity for entity in graph.values() if entity["@type"] == "CreateAction"]
    assert {run["instrument"]["@id"] for run in runs} == scripts
    record = paths.ROOT / ENVIRONMENT
    ended = read_record(record)["ended"] if record.is_file() else None
    assert {run.get("endTime") for run in runs} == {ended}
    assert ended is None or datetime.fromisoformat(ended).tzinfo
    first = graph["#01_build_dataset"]
    assert {"@id": "data/derived/cases.sav"} in first["result"]
    assert {"@id": "data/raw/codebook.yaml"} in first["object"]

    def pointed(value):
        if isinstance(value, dict):
            yield from ([value["@id"]] if set(value) == {"@id"} else [])
        elif isinstance(value, list):
            for one in value:
                yield from pointed(one)

    for entity in graph.values():
        for name, value in entity.items():
            outside = name == "conformsTo" and entity["@id"] == "ro-crate-metadata.json"
            assert outside or all(target in graph for target in pointed(value)), (
                entity["@id"],
                name,
            )
    for name, entity in graph.items():
        if "File" in entity["@type"]:
            assert (paths.ROOT / name).is_file()


@pytest.mark.slow
def test_another_validator_finds_the_crate_valid_and_a_broken_one_not(tmp_path):
    content = json.loads(TEXTS["ro-crate-metadata.json"])
    for entity in content["@graph"]:
        if "File" in entity["@type"]:
            (tmp_path / entity["@id"]).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / entity["@id"]).write_text(entity["@id"], encoding="utf-8")
    metadata = tmp_path / "ro-crate-metadata.json"
    metadata.write_text(TEXTS["ro-crate-metadata.json"], encoding="utf-8")
    assert read_by(VALIDATE, tmp_path) == []
    for entity in content["@graph"]:
        entity.pop("instrument", None)
    metadata.write_text(json.dumps(content), encoding="utf-8")
    assert any("nstrument" in told for told in read_by(VALIDATE, tmp_path))
