"""Metadata that repositories read: datapackage.json, a Tabular Data Package of Frictionless Data, version 1.

The form is that of https://specs.frictionlessdata.io/tabular-data-package/ and the schemas come from
the codebook. Written as plain JSON: the library frictionless, with which the tests validate the result, rows
included, would guess types that the codebook knows.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import yaml

from replication.citation import author_name
from replication.codebook import DAY, Codebook, Variable, read_codebook
from replication.dataset import KEYS
from replication.tables import column_type

NAME = "datapackage.json"
# How archives that know the Extended Date/Time Format (ISO 8601-2) would write what is 00 here.
_EDTF = "Unknown parts are 00; in EDTF they are XX (1990-08-00 is 1990-08-XX)."
_TYPES = {"Int64": "integer", "float64": "number", "str": "string"}
_LICENCES = {
    "MIT": {"name": "MIT", "path": "https://opensource.org/license/mit", "title": "MIT License"},
    "CC-BY-4.0": {
        "name": "CC-BY-4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
        "title": "Creative Commons Attribution 4.0",
    },
}


def datapackage(root: Path) -> dict[str, Any]:
    """Describe the derived tables of the project at `root` with their columns, keys and checksums."""
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    codebook = read_codebook(root / "data" / "raw" / "codebook.yaml")
    return {
        "profile": "tabular-data-package",
        "name": "endorsement-of-humanitarian-interventions",
        "title": citation["title"],
        "description": codebook.universe["rule"],
        "version": str(citation["version"]),
        "created": f"{citation['date-released']}T00:00:00Z",
        "keywords": citation["keywords"],
        "licenses": [_LICENCES[name] for name in citation["license"]],
        "contributors": [{"title": author_name(a), "role": "author"} for a in citation["authors"]],
        "resources": [_resource(root, table, codebook) for table in codebook.tables],
    }


def _resource(root: Path, table: str, codebook: Codebook) -> dict[str, Any]:
    path = f"data/derived/{table}.csv"
    content = (root / path).read_bytes()
    schema: dict[str, Any] = {
        "fields": [_field(variable) for variable in codebook.columns(table)],
        "missingValues": [""],
        "primaryKey": KEYS[table],
    }
    if table != "cases":
        reference = {"resource": "cases", "fields": "case_id"}
        schema["foreignKeys"] = [{"fields": "case_id", "reference": reference}]
    return {
        "profile": "tabular-data-resource",
        "name": table,
        "path": path,
        "title": table,
        "description": codebook.tables[table],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema,
    }


def _field(variable: Variable) -> dict[str, Any]:
    kind = "date" if variable.type == DAY else _TYPES[column_type(variable)]
    constraints: dict[str, Any] = {}
    if not variable.missing:
        constraints["required"] = True
    if variable.labels and variable.type != "list":
        constraints["enum"] = list(variable.labels)
    if variable.minimum is not None:
        constraints["minimum"] = variable.minimum
    if variable.pattern:
        constraints["pattern"] = variable.pattern
    described = [variable.rule, *(f"{c}: {label}." for c, label in variable.labels.items())]
    if variable.type == "date":
        described.append(_EDTF)
    if variable.missing:
        described.append(f"Missing: {variable.missing}.")
    field = {
        "name": variable.name,
        "type": kind,
        "title": variable.label,
        "description": " ".join(described),
    }
    return field | ({"constraints": constraints} if constraints else {})
