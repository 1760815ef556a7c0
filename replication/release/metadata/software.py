"""codemeta.json (CodeMeta 3.0) and .zenodo.json (Zenodo's deposit metadata), both from CITATION.cff.

cffconvert 2.0 makes of two licences a list inside an address, and of a data set a piece of software; so both files
are made here. Zenodo takes one licence: that of the data; the other is said in the notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from replication.citation import read_citation
from replication.codebook import read_codebook
from replication.release.installed import direct_requirements

CODEMETA, ZENODO = "codemeta.json", ".zenodo.json"
_LICENCES = "https://spdx.org/licenses/"


def codemeta(root: Path) -> dict[str, Any]:
    """Describe the project at `root` as software; JSON-LD."""
    citation, rule = _read(root)
    return {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": citation["title"],
        "description": rule,
        "version": str(citation["version"]),
        "datePublished": citation["date-released"],
        "license": [f"{_LICENCES}{name}" for name in citation["license"]],
        "author": [_agent(author) for author in citation["authors"]],
        "keywords": citation["keywords"],
        "programmingLanguage": [{"@type": "ComputerLanguage", "name": "Python"}],
        "runtimePlatform": "Python 3.11 or newer",
        "softwareRequirements": [
            {"@type": "SoftwareSourceCode", "name": name, "version": version}
            for name, version in direct_requirements(root)
        ],
    }


def zenodo(root: Path) -> dict[str, Any]:
    """Describe the project at `root` as Zenodo reads it when a release is archived."""
    citation, rule = _read(root)
    data, code = citation["license"][-1], citation["license"][0]
    return {
        "title": citation["title"],
        "upload_type": "dataset",
        "description": f"<p>{rule}</p>",
        "creators": [{"name": _family_first(author)} for author in citation["authors"]],
        "publication_date": citation["date-released"],
        "version": str(citation["version"]),
        "keywords": citation["keywords"],
        "access_right": "open",
        "license": data.lower(),
        "notes": f"The data are under {data}, the programs under {code}; see LICENSE.txt.",
    }


def _read(root: Path) -> tuple[dict[str, Any], str]:
    book = read_codebook(root / "data" / "raw" / "codebook.yaml")
    return read_citation(root / "CITATION.cff"), book.universe["rule"]


def _agent(author: Mapping[str, str]) -> dict[str, str]:
    if "family-names" in author:
        return {
            "@type": "Person",
            "givenName": author["given-names"],
            "familyName": author["family-names"],
        }
    return {"@type": "Organization", "name": author["name"]}


def _family_first(author: Mapping[str, str]) -> str:
    """Name a person as Zenodo asks, the family name first; a body by its name."""
    if "family-names" in author:
        return f"{author['family-names']}, {author['given-names']}"
    return author["name"]
