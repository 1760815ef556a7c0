"""The reference: checksums of the released inputs and outputs, which no run rewrites.

`make all` replaces the outputs that came with the package, so they cannot vouch for themselves
afterwards. Two things can: data/release/reference.json, written by `make reference` alone, and a
copy of the outputs as they came, which the first run in a folder keeps before it writes anything.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from replication.files import write_json, write_text
from replication.release.machine import machine
from replication.release.manifest import INPUTS, PRODUCTS, REFERENCE, checksum, checksums, files_in

_KEPT = ".build/as_it_came"
# Which reference the kept copy belongs to; after an update of the package it is taken anew.
_MARK = "reference.sha256"


@dataclass(frozen=True)
class ReleaseReference:
    """What was released.

    Attributes
    ----------
    machine : dict of str to str
        What the released outputs were computed with (see `machine.machine`).
    inputs, products : dict of str to str
        SHA-256 of every file, by relative path.
    """

    machine: dict[str, str]
    inputs: dict[str, str]
    products: dict[str, str]


def write_reference(root: Path) -> None:
    """Make the tree at `root` the reference, and forget the copy that was kept of an older one."""
    content: dict[str, Any] = {
        "machine": machine(),
        "inputs": checksums(root, INPUTS),
        "products": checksums(root, PRODUCTS),
    }
    write_json(root / REFERENCE, content)
    shutil.rmtree(root / _KEPT, ignore_errors=True)


def read_reference(root: Path) -> ReleaseReference | None:
    """Read the reference of the tree at `root`; None where it has none.

    Raises
    ------
    ValueError
        When the file cannot be read as what `write_reference` writes.
    """
    path = root / REFERENCE
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return ReleaseReference(content["machine"], content["inputs"], content["products"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{REFERENCE}: cannot be read ({error}); take the file of the release again"
        ) from error


def unreleased(root: Path) -> list[str]:
    """Name inputs and outputs of the tree at `root` that are not those of its reference, in plain words.

    Raises
    ------
    ValueError
        As for `read_reference`.
    """
    found = read_reference(root)
    if found is None:
        return [
            f"{REFERENCE}: missing; `make reference` writes it once the outputs are to be released"
        ]
    released = {**found.inputs, **found.products}
    here = {**checksums(root, INPUTS), **checksums(root, PRODUCTS)}
    return [
        f"{name}: {'not in the release' if name not in released else 'missing' if name not in here else 'changed'}"
        for name in sorted({*released, *here})
        if released.get(name) != here.get(name)
    ]


def keep_as_it_came(root: Path) -> None:
    """Copy the outputs before the first run replaces them; nothing where the copy is there already.

    Where there is no reference, or nothing that it lists, there is nothing to keep.
    """
    found = read_reference(root)
    if found is None or _mark(root) == checksum(root / REFERENCE):
        return
    shutil.rmtree(root / _KEPT, ignore_errors=True)
    for name in found.products:
        if (root / name).is_file():
            (root / _KEPT / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, root / _KEPT / name)
    write_text(
        root / _KEPT / _MARK, checksum(root / REFERENCE)
    )  # last: an interrupted copy is none


def kept_files(root: Path) -> dict[str, Path] | None:
    """Give the outputs as they came, by name; None where no run has kept them for this reference."""
    if not (root / REFERENCE).is_file() or _mark(root) != checksum(root / REFERENCE):
        return None
    home = root / _KEPT
    return {name: home / name for name, _ in files_in(home, PRODUCTS)}


def _mark(root: Path) -> str:
    path = root / _KEPT / _MARK
    return path.read_text(encoding="utf-8") if path.is_file() else ""
