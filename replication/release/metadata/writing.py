"""Write every file of metadata into the root of the project."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from replication.files import write_text
from replication.release import datapackage
from replication.release.metadata import codecheck, ddi, ro_crate, software

MAKERS: dict[str, Callable[[Path], Any]] = {
    datapackage.NAME: datapackage.datapackage,
    ddi.NAME: ddi.ddi_codebook,
    codecheck.NAME: codecheck.codecheck,
    software.CODEMETA: software.codemeta,
    software.ZENODO: software.zenodo,
    ro_crate.NAME: ro_crate.ro_crate,
}


def metadata_texts(root: Path) -> dict[str, str]:
    """Make every file of metadata of the project at `root`, by name."""
    made = {name: make(root) for name, make in MAKERS.items()}
    return {
        name: content if isinstance(content, str) else json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        for name, content in made.items()
    }  # fmt: skip


def write_metadata(root: Path) -> list[str]:
    """Write them; give their names."""
    texts = metadata_texts(root)
    for name, text in texts.items():
        write_text(root / name, text)
    return list(texts)
