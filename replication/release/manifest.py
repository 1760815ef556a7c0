"""The manifest: checksums of everything that determines the output, and of the output itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from replication import __version__, paths

# What a result depends on. Tests, README and licence are not among it.
INPUTS = (
    "data/raw",
    "data/release",
    "data/simulated",
    "data/peers",
    "replication",
    "scripts",
    "pyproject.toml",
    "requirements.lock",
    "CITATION.cff",
)
PRODUCTS = ("data/derived", "output")
MANIFEST = "output/manifest.json"
# Written by `make reference` alone. The first lists the manifest, so the manifest cannot list it; the second is of one
# run on one machine, which another run is not asked to have been.
REFERENCE = "data/release/reference.json"
ENVIRONMENT = "data/release/environment.txt"
_NOT_OURS = {"__pycache__", ".DS_Store", ".drafts"}


def manifest(root: Path) -> dict[str, object]:
    """Describe the tree at `root`: version, seed-independent checksums (SHA-256) of inputs and products."""
    return {
        "version": __version__,
        "inputs": checksums(root, INPUTS),
        "products": {
            name: value for name, value in checksums(root, PRODUCTS).items() if name != MANIFEST
        },
    }


def checksums(root: Path, places: tuple[str, ...]) -> dict[str, str]:
    """SHA-256 of every file in `places`, by relative path with forward slashes, sorted.

    Left out are the reference and the environment record.
    """
    found = files_in(root, places)
    return {name: checksum(path) for name, path in found if name not in (REFERENCE, ENVIRONMENT)}


def checksum(path: Path) -> str:
    """SHA-256 of one file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files_in(root: Path, places: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """Name and path of every file in `places`, sorted by name; drafts and caches left out."""
    found: dict[str, Path] = {}
    for place in places:
        start = root / place
        for path in [start] if start.is_file() else start.rglob("*"):
            ours = not _NOT_OURS.intersection(path.parts) and not path.name.startswith(".writing-")
            if path.is_file() and ours:
                found[path.relative_to(root).as_posix()] = path
    yield from sorted(found.items())


def write_manifest(path: Path) -> None:
    """Write the manifest of the project."""
    from replication.files import write_json  # noqa: PLC0415

    write_json(path, manifest(paths.ROOT))
