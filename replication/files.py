"""Writing files so that a reader never meets half of one, and the same data give the same bytes."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# How the names of files begin that are being written.
DRAFT = ".writing-"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; move it into place when the block ends well.

    An error or a kill inside the block leaves the old file as it was. The temporary name starts
    with a dot and ends in the same suffix, because some writers choose their format by it.

    Raises
    ------
    OSError
        When the folder cannot be made or written, as Python words it (the path is in it).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = None
    try:
        handle, name = tempfile.mkstemp(prefix=DRAFT, suffix=path.suffix, dir=path.parent)
        draft = Path(name)
        os.close(handle)
        yield draft
        draft.chmod(0o644)
        draft.replace(path)
    except OSError as error:
        if draft is None or error.filename in (None, name):  # readers know the file, not its draft
            error.filename = str(path)
        raise
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` whole or not at all."""
    with replacing(path) as draft:
        draft.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with plain newlines, whatever the system."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, content: object) -> None:
    """Write `content` as indented JSON that ends with a newline."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a table without its index, floats with eight significant digits (see `precision`)."""
    from replication.precision import rounded_frame  # noqa: PLC0415 - checking case files must not wait for pandas

    write_text(path, rounded_frame(frame).to_csv(index=False, lineterminator="\n"))
