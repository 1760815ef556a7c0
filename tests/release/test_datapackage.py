"""datapackage.json is current, has the form of its profile, and its schemas hold of every row."""

import csv
import hashlib
import json
import re
from datetime import date

import jsonschema
import pytest

from replication import paths
from replication.release.datapackage import NAME, datapackage

STORED = json.loads((paths.ROOT / NAME).read_text(encoding="utf-8"))

# What the profiles tabular-data-package and tabular-data-resource of Frictionless Data 1 demand of
# the properties that are used here, and that nothing else is used.
_TEXT = {"type": "string", "minLength": 1}
_SLUG = {"type": "string", "pattern": "^[a-z0-9._-]+$"}
_FIELD = {
    "type": "object",
    "required": ["name", "type", "title", "description"],
    "additionalProperties": False,
    "properties": {
        "name": _TEXT,
        "title": _TEXT,
        "description": _TEXT,
        "type": {"enum": ["string", "integer", "number", "date"]},
        "constraints": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "properties": {
                "required": {"const": True},
                "enum": {"type": "array", "minItems": 1, "uniqueItems": True},
                "minimum": {"type": "number"},
                "pattern": {"type": "string", "format": "regex"},
            },
        },
    },
}
_FOREIGN_KEY = {
    "type": "object",
    "required": ["fields", "reference"],
    "properties": {"reference": {"type": "object", "required": ["resource", "fields"]}},
}
_SCHEMA = {
    "type": "object",
    "required": ["fields"],
    "additionalProperties": False,
    "properties": {
        "fields": {"type": "array", "minItems": 1, "items": _FIELD},
        "missingValues": {"type": "array", "items": {"type": "string"}},
        "primaryKey": {"type": "array", "items": _TEXT, "minItems": 1},
        "foreignKeys": {"type": "array", "items": _FOREIGN_KEY},
    },
}
_RESOURCE = {
    "type": "object",
    "required": ["profile", "name", "path", "schema"],
    "properties": {
        "profile": {"const": "tabular-data-resource"},
        "name": _SLUG,
        "path": {"type": "string", "pattern": "^(?!/)(?!.*[.][.])(?!.*:).+$"},
        "encoding": {"const": "utf-8"},
        "format": {"const": "csv"},
        "mediatype": {"const": "text/csv"},
        "bytes": {"type": "integer", "minimum": 1},
        "hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
        "schema": _SCHEMA,
    },
}
PROFILE = {
    "type": "object",
    "required": ["profile", "resources"],
    "properties": {
        "profile": {"const": "tabular-data-package"},
        "name": _SLUG,
        "title": _TEXT,
        "version": {"type": "string", "pattern": "^[0-9]+[.][0-9]+[.][0-9]+$"},
        "created": {"type": "string", "pattern": "^[0-9-]{10}T[0-9:]{8}Z$"},
        "licenses": {"type": "array", "items": {"required": ["name", "path"]}, "minItems": 1},
        "contributors": {"type": "array", "items": {"required": ["title", "role"]}},
        "keywords": {"type": "array", "items": _TEXT},
        "resources": {"type": "array", "minItems": 1, "items": _RESOURCE},
    },
}


def rows_of(resource):
    with (paths.ROOT / resource["path"]).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_it_is_current():
    assert datapackage(paths.ROOT) == STORED


def test_it_has_the_form_of_its_profile():
    jsonschema.validate(STORED, PROFILE)


def test_it_covers_every_derived_table():
    listed = {resource["path"] for resource in STORED["resources"]}
    assert listed == {f"data/derived/{p.name}" for p in paths.DERIVED.glob("*.csv")}


@pytest.mark.parametrize("resource", STORED["resources"], ids=lambda r: r["name"])
def test_size_checksum_columns_and_every_value(resource):
    content = (paths.ROOT / resource["path"]).read_bytes()
    assert resource["bytes"] == len(content)
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    rows, fields = rows_of(resource), resource["schema"]["fields"]
    assert list(rows[0]) == [field["name"] for field in fields]
    for field in fields:
        for row in rows:
            assert holds(row[field["name"]], field), (field["name"], row[field["name"]])


def holds(text, field):
    rules = field.get("constraints", {})
    if text == "":
        return "required" not in rules
    readers = {"string": str, "integer": int, "number": float, "date": date.fromisoformat}
    value = readers[field["type"]](text)
    return (
        ("enum" not in rules or value in rules["enum"])
        and ("minimum" not in rules or value >= rules["minimum"])
        and ("pattern" not in rules or re.fullmatch(rules["pattern"], text) is not None)
    )


@pytest.mark.parametrize("resource", STORED["resources"], ids=lambda r: r["name"])
def test_keys_are_unique_and_point_at_cases(resource):
    rows = rows_of(resource)
    keys = [tuple(row[name] for name in resource["schema"]["primaryKey"]) for row in rows]
    assert len(set(keys)) == len(keys)
    for key in resource["schema"].get("foreignKeys", ()):
        [target] = [r for r in STORED["resources"] if r["name"] == key["reference"]["resource"]]
        known = {row[key["reference"]["fields"]] for row in rows_of(target)}
        assert {row[key["fields"]] for row in rows} <= known
