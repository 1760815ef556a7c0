"""What stands beside the products and follows from them: made anew where quick, else named as stale."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from replication.casefile import case_schema
from replication.codebook import read_codebook
from replication.codebook_shape import codebook_schema
from replication.files import write_json, write_text
from replication.release.manifest import checksums
from replication.release.reference import read_reference

# Texts with generated parts.
FILLED = ("README.md", "ARCHITECTURE.md")
_SCHEMAS = ("data/raw/case.schema.json", "data/raw/codebook.schema.json")
_CROSSCHECK = "tests/crosscheck/r_results.json"


def write_schemas(root: Path) -> list[str]:
    """Write the schemas for editors where the codebook has changed; give the names of those written."""
    book = read_codebook(root / "data" / "raw" / "codebook.yaml")
    made = dict(zip(_SCHEMAS, (case_schema(book), codebook_schema()), strict=True))
    stale = [name for name, schema in made.items() if _differs(root / name, schema)]
    for name in stale:
        write_json(root / name, made[name])
    return stale


def _differs(path: Path, content: object) -> bool:
    return path.is_file() and json.loads(path.read_text(encoding="utf-8")) != content


def bring_up_to_date(root: Path) -> list[str]:
    """Write the metadata and the generated parts of texts that are there and say something else; give their names."""
    from replication.release.metadata.writing import metadata_texts  # noqa: PLC0415 - pandas
    from replication.release.readme import fill  # noqa: PLC0415

    texts = metadata_texts(root) if (root / "datapackage.json").is_file() else {}
    texts |= {
        name: fill((root / name).read_text(encoding="utf-8"), root)
        for name in FILLED
        if (root / name).is_file()
    }
    stale = [
        name
        for name, text in texts.items()
        if (root / name).is_file() and (root / name).read_bytes() != text.encode("utf-8")
    ]
    for name in stale:
        write_text(root / name, texts[name])
    return stale


def stale(root: Path) -> list[str]:
    """Say in one line each what is of earlier data and takes a verb of its own to make anew."""
    return [*_release(root), *_crosscheck(root), *_peers(root), *_simulation(root)]


def _release(root: Path) -> Iterator[str]:
    try:
        reference = read_reference(root)
    except ValueError:
        return
    if reference is None:
        return
    now = checksums(root, ("data/raw",))
    was = {name: value for name, value in reference.inputs.items() if name.startswith("data/raw/")}
    changed = sum(was.get(name) != now.get(name) for name in {*was, *now})
    if changed:
        yield (
            f"data/release is of earlier raw data ({changed} files differ): make compare says what changed; make "
            "release and make reference, when you publish"
        )


def _crosscheck(root: Path) -> Iterator[str]:
    path = root / _CROSSCHECK
    if not path.is_file():
        return
    stored = json.loads(path.read_text(encoding="utf-8"))
    now = checksums(root, ("data/derived",))
    if any(name in now and now[name] != value for name, value in stored.items()):
        yield "tests/crosscheck holds the figures in R of earlier data: make crosscheck"


def _peers(root: Path) -> Iterator[str]:
    path = root / "data" / "peers" / "made_from.json"
    if not path.is_file():
        return
    now = checksums(root, ("data/derived",))
    stored = json.loads(path.read_text(encoding="utf-8"))["data"]
    if any(now.get(f"data/derived/{name}", value) != value for name, value in stored.items()):
        yield "data/peers holds figures of other programs for earlier data: make peers"


def _simulation(root: Path) -> Iterator[str]:
    from replication.exhibits.simulation import stale_note  # noqa: PLC0415 - pandas
    from replication.tables import read_table  # noqa: PLC0415

    stored = root / "data" / "simulated" / "coverage.csv"
    design = root / "output" / "results" / "coverage_design.csv"
    if stored.is_file() and design.is_file() and stale_note(read_table(stored), read_table(design)):
        yield "data/simulated is of earlier data: make simulate, some ten minutes"
