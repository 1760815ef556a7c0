"""The DDI codebook and the REFI-QDA project are as their schemas ask, and broken copies are found out."""

import zipfile
from xml.etree import ElementTree as ET

import pytest
from grammars import (
    DDI,
    DDI_CONTENT,
    DDI_VALUES,
    QDA,
    QDA_CONTENT,
    QDA_VALUES,
    SCHEMAS,
    by_schema,
    faults,
)

from replication import paths
from replication.release.formats.refi_qda import write_project
from replication.release.metadata.ddi import ddi_codebook

RULES = {DDI: (DDI_CONTENT, DDI_VALUES), QDA: (QDA_CONTENT, QDA_VALUES)}
FILES = {DDI: "codebook.xsd", QDA: "Project.xsd"}


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    project = tmp_path_factory.mktemp("project") / "evidence.qdpx"
    write_project(project, paths.ROOT)
    with zipfile.ZipFile(project) as content:
        return {DDI: ddi_codebook(paths.ROOT), QDA: content.read("project.qde").decode()}


def told(space, top):
    return faults(top, space, *RULES[space])


@pytest.mark.parametrize("space", RULES)
def test_the_document_is_as_its_schema_asks(space, documents):
    assert told(space, ET.fromstring(documents[space])) == []


def swap(top, path):
    element = top.find(path)
    element[:] = [element[1], element[0], *element[2:]]


def drop(top, path, name):
    del top.find(path).attrib[name]


BREAKS = {
    "order of a study": (DDI, lambda top: swap(top, f"{DDI}stdyDscr")),
    "order of a variable": (DDI, lambda top: swap(top, f".//{DDI}var")),
    "no title": (DDI, lambda top: top.find(f".//{DDI}titlStmt").clear()),
    "variable without name": (DDI, lambda top: drop(top, f".//{DDI}var", "name")),
    "kind of variable": (DDI, lambda top: top.find(f".//{DDI}var").set("intrvl", "ordinal")),
    "unknown element": (DDI, lambda top: ET.SubElement(top.find(f".//{DDI}var"), f"{DDI}unit")),
    "order of a project": (QDA, lambda top: swap(top, ".")),
    "order of a case": (QDA, lambda top: swap(top, f".//{QDA}Case")),
    "code without name": (QDA, lambda top: drop(top, f".//{QDA}Code", "name")),
    "guid": (QDA, lambda top: top.find(f".//{QDA}Code").set("guid", "military")),
    "type of variable": (QDA, lambda top: top.find(f".//{QDA}Variable").set("typeOfVariable", "Code")),
    "no user": (QDA, lambda top: top.find(f"{QDA}Users").clear()),
    "place of an item": (QDA, lambda top: drop(top, f".//{QDA}PlainTextSelection", "endPosition")),
    "coding without code": (QDA, lambda top: top.find(f".//{QDA}Coding").remove(top.find(f".//{QDA}Coding/*"))),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_document_is_found_out(name, documents):
    space, breaking = BREAKS[name]
    top = ET.fromstring(documents[space])
    breaking(top)
    assert told(space, top)


HAVE = [space for space in RULES if (SCHEMAS / FILES[space]).is_file()]
if HAVE:  # without the schemas the rules above stand for them

    @pytest.mark.slow
    @pytest.mark.parametrize("space", HAVE)
    def test_the_schema_itself_finds_the_same(space, documents, tmp_path):
        path = tmp_path / "document.xml"
        path.write_text(documents[space], encoding="utf-8")
        assert by_schema(FILES[space], path) == []
        for name, (broken, breaking) in BREAKS.items():
            if broken == space:
                top = ET.fromstring(documents[space])
                breaking(top)
                path.write_bytes(ET.tostring(top))
                assert by_schema(FILES[space], path), name
