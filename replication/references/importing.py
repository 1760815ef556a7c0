"""References put into a case file: what would be written, and what is left out and why."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from replication.casefile.checked_text import check_text
from replication.casefile.line_edits import SpliceError
from replication.casefile.plain_data import plain
from replication.casefile.text_edits import edited
from replication.codebook import Codebook
from replication.references.placing import Placed, place
from replication.references.reference import Reference
from replication.yaml_reading import Fault, InputError, read_tree, shown_path


@dataclass(frozen=True)
class Import:
    """What an import brings.

    Attributes
    ----------
    placed : tuple of Placed
        Every reference of the file, in its order.
    new : tuple of Placed
        Those that are put in.
    text : str
        The case file with them.
    """

    placed: tuple[Placed, ...]
    new: tuple[Placed, ...]
    text: str


def import_references(
    references: Sequence[Reference],
    path: Path,
    codebook: Codebook,
    chosen: Mapping[str, str] | None = None,
    *,
    repeated: bool = False,
) -> Import:
    """Put references into the text of a case file; nothing is written.

    Parameters
    ----------
    chosen : mapping
        Type of source by key of the reference.
    repeated : bool
        Put in also what repeats a source.

    Raises
    ------
    InputError
        Where the case file has faults, or is laid out so that no source can be put in.
    """
    tree, faults = read_tree(path)
    text = "" if tree is None else path.read_bytes().decode("utf-8")
    faults = faults or check_text(text, path, codebook)[0]
    if faults:
        raise InputError(faults)
    sources = plain(yaml.compose(text, yaml.CSafeLoader))["sources"]
    prefix = f"{path.stem}_"
    placed = place(references, sources, codebook, chosen, prefix)
    if repeated:  # then a repetition that lacks a type is one that cannot be put in
        placed = [dataclasses.replace(one, same="") if one.reason else one for one in placed]
    while True:
        new = [one for one in placed if one.sound and (repeated or not one.same)]
        try:
            merged = edited(text, {("sources", one.key): one.source for one in new})
        except SpliceError as error:
            raise InputError([Fault(shown_path(path), 1, "sources", str(error))]) from None
        found = _by_key(check_text(merged, path, codebook)[0])
        if not found:
            return Import(tuple(placed), tuple(new), merged)
        placed = [
            dataclasses.replace(one, reason=found[one.key]) if one.key in found else one
            for one in placed
        ]


def _by_key(faults: Sequence[Fault]) -> dict[str, str]:
    """Give what the check says of each new source; the file was sound before them."""
    found: dict[str, str] = {}
    for fault in faults:
        _, key, *field = fault.field.split(".")
        found.setdefault(key, ": ".join([".".join(field), fault.message]))
    return found
