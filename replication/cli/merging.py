"""`merging`: let git merge case files by codes and leave alone what is rebuilt; and the drivers that git then calls.

`.gitattributes` says which file has which driver. git knows the drivers of a clone only when it was told.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from replication import paths
from replication.casefile.merging import merged_by_codes

_GENERATED = re.compile(
    r"<!-- generated: ([a-z ]+) -->.*?<!-- end of generated part -->", re.DOTALL
)


def run_merging() -> int:
    """Tell git of this clone how to merge; it asks nothing and changes no file of the project."""
    git = shutil.which("git")
    if git is None or not (paths.ROOT / ".git").exists():
        print("This folder is no clone made by git; nothing was changed.")
        return 1
    python = Path(sys.executable).as_posix()
    drivers = {
        "rebuilt": "true",
        **{
            kind: f'"{python}" -m replication.cli.merging {kind} %O %A %B'
            for kind in ("casefile", "filled")
        },
    }
    for name, command in drivers.items():
        words = [git, "config", f"merge.{name}.driver", command]
        subprocess.run(words, cwd=paths.ROOT, check=True)  # noqa: S603 - git, and words from here
    print("git of this clone now merges case files by codes and leaves alone what make all makes.")
    print("After each merge: make all, then git add --all and git commit.")
    return 0


def main(arguments: Sequence[str]) -> int:
    """Merge as git asks: what the driver gives stands in the second file; 1 where a conflict is left."""
    kind, *names = arguments
    base, ours, theirs = (Path(name) for name in names)
    if kind == "filled":
        _take_generated_parts(ours, base, theirs)
    texts = [path.read_bytes().decode("utf-8") for path in (base, ours, theirs)]
    # Before the lines are merged: git would leave its marks in the file.
    merged = merged_by_codes(*texts) if kind == "casefile" and all(texts) else None
    status = subprocess.call(["git", "merge-file", str(ours), str(base), str(theirs)])  # noqa: S603, S607
    if status != 0 and merged is not None:
        ours.write_bytes(merged.encode("utf-8"))
        return 0
    return int(status != 0)


def _take_generated_parts(ours: Path, *others: Path) -> None:
    """Write our generated parts into the other versions, so that they do not differ."""
    parts = {m[1]: m[0] for m in _GENERATED.finditer(ours.read_text(encoding="utf-8"))}
    for path in others:
        text = path.read_bytes().decode("utf-8")
        path.write_bytes(_GENERATED.sub(lambda m: parts.get(m[1], m[0]), text).encode("utf-8"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
