"""`import-sources`: references of a reference manager's file into a case file, listed first."""

from __future__ import annotations

import re
from pathlib import Path

from replication import paths
from replication.cli.housekeeping import provide
from replication.codebook import read_codebook
from replication.files import write_text
from replication.yaml_reading import InputError, shown_path


def run_import_sources(
    file: str, case: str, types: str | None, *, duplicates: bool, write: bool
) -> int:
    """List what would be put into the case file and what not, and why; put it in only where asked to."""
    if absent := [name for name, given in (("FILE", file), ("CASE", case)) if not given]:
        call = "make import-sources FILE=library.bib CASE=libya_2011"
        print(f"{absent[0]} is missing: say it as in {call}")
        return 1
    if provide("form") != 0:
        return 1
    from replication.references.importing import import_references  # noqa: PLC0415 - its readers come with the lock of the form
    from replication.references.reading import read_file  # noqa: PLC0415
    from replication.references.reference import UnreadableError  # noqa: PLC0415

    path = paths.CASES / f"{case.removesuffix('.yaml')}.yaml"
    if not path.is_file():
        print(f"CASE: there is no case file {shown_path(path)}; make new-case ID=... begins one")
        return 1
    try:
        references = read_file(Path(file))
        chosen = _chosen(types, {reference.key for reference in references})
        found = import_references(
            references, path, read_codebook(paths.CODEBOOK), chosen, repeated=duplicates
        )
    except UnreadableError as error:
        print(f"{file}: {error}. Nothing was written.")
        return 1
    except InputError as error:
        print(error)
        print("Nothing was written.")
        return 1
    _list(found)
    if write and found.new:
        write_text(path, found.text)
        print(f"Written to {shown_path(path)}; no other line of it changed.")
        print("Keep an address only where you read the text there (the comment over sources).")
    elif found.new:
        print("Nothing was written. To put the new ones in, add WRITE=1 (without make: --write).")
    return 0


def _chosen(types: str | None, keys: set[str]) -> dict[str, str]:
    """Read ``key=type key=type``."""
    from replication.references.reference import UnreadableError  # noqa: PLC0415

    pairs = [word.partition("=") for word in re.split("[ ,;]+", types or "") if word]
    if unknown := [key for key, _, _ in pairs if key not in keys]:
        raise UnreadableError(f"TYPES: there is no entry {unknown[0]!r} in the file")
    return {key: kind for key, _, kind in pairs}


def _list(found) -> None:  # noqa: ANN001 - an Import, whose module is imported late
    for one in found.placed:
        source = one.source
        if one.reason and not one.same:
            print(f"open   {one.reference.key}: {_told(source)}")
            print(f"       {one.reason}")
        elif one not in found.new:
            print(f"there  {one.reference.key}: {_told(source)}")
            print(f"       repeats {one.same}")
        else:
            print(f"new    {one.key} <- {one.reference.key}: {source['type']}; {_told(source)}")
            for note in (*one.notes, *([f"repeats {one.same}"] if one.same else [])):
                print(f"       {note}")
    left = [one for one in found.placed if one.reason and not one.same]
    there = len(found.placed) - len(found.new) - len(left)
    print(f"{len(found.new)} new, {there} there already, {len(left)} cannot be placed.")
    if any("type of source" in one.reason for one in left):
        key = next(one.reference.key for one in left if "type of source" in one.reason)
        print(
            "The type of an entry is told by a keyword (tag) of that name in the library, or by "
            f'TYPES="{key}=memoir".'
        )


def _told(source: dict[str, object]) -> str:
    names = ("author", "title", "publisher", "date", "url")
    return "; ".join(str(source[name]) for name in names if source[name])
