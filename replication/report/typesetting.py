"""Setting a source with Typst: results enter as data, never as markup, and no other file can."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from replication.report.paper_source import COMMON, REFERENCES

_BESIDE = (COMMON, REFERENCES)


def typeset(source: Path, figures: Mapping[str, Path], data: Mapping[str, Any]) -> bytes:
    """Compile a source with its data, in an empty folder, so that no file but those named can enter.

    Parameters
    ----------
    source : Path
        Typst source; the part that sources share and the references lie beside it.
    figures : mapping of str to Path
        The file that the source finds under ``<name>.pdf``.
    data : mapping
        What the source reads as ``sys.inputs.data``.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file in (source, *_BESIDE):
            shutil.copy(file, folder / file.name)
        for figure, file in figures.items():
            shutil.copy(file, folder / f"{figure}.pdf")
        return typst.compile(
            folder / source.name,
            root=folder,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            timestamp=0,
        )
