"""How the package is cited: CITATION.cff as one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml


def read_citation(path: Path) -> dict[str, Any]:
    """Read CITATION.cff as it stands."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def author_name(author: dict[str, str]) -> str:
    """Name of a person or a body among the authors."""
    return author.get("name") or f"{author['given-names']} {author['family-names']}"


def citation_text(citation: Mapping[str, Any]) -> str:
    """Write the citation as a line of a list of references."""
    authors = ", ".join(map(author_name, citation["authors"]))
    year = str(citation["date-released"])[:4]
    doi = f" https://doi.org/{citation['doi']}" if "doi" in citation else ""
    authors = authors[:1].upper() + authors[1:]
    return f"{authors} ({year}). {citation['title']}. Version {citation['version']}.{doi}"
