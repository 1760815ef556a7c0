"""Whether the raw data are those that were released: figures stored beside the tests belong to those alone."""

from __future__ import annotations

import json
from functools import cache

import pytest

from replication import paths
from replication.release.manifest import REFERENCE, checksums


@cache
def changed_raw_data() -> tuple[str, ...]:
    """Name the files of raw data that are not as they were released, by checksum."""
    released = json.loads((paths.ROOT / REFERENCE).read_text(encoding="utf-8"))["inputs"]
    present = checksums(paths.ROOT, ("data/raw",))
    names = {name for name in (*released, *present) if name.startswith("data/raw/")}
    return tuple(sorted(name for name in names if released.get(name) != present.get(name)))


def only_for_released_data() -> None:
    """Skip a test of stored figures where the data were extended; in CI, where they are not, a skip is a failure."""
    if changed := changed_raw_data():
        pytest.skip(
            f"for the released data only; not as released: {', '.join(changed[:3])}"
            f"{f' and {len(changed) - 3} more' if len(changed) > 3 else ''}"
        )
